//! A bureau's own Word file as the form: its placeholders are filled, everything else in it stays as it is.
//!
//! `{{title}}`, `{{addressee}}`, `{{signature}}`, `{{date}}`, `{{bureau}}` and what frames a paper ([`VALUES`]) may stand
//! anywhere, also in headers and footers, and keep the look they have; a title that stands alone in a paragraph of the page is
//! broken into lines by meaning. `{{body}}` stands alone in a paragraph, on the page or in a cell of a table, which gives way to
//! the text of the paper. Where `{{annexes}}` stands alone in another, the annexes and what was counted go there, so that a
//! signature can stand before them; else they follow the text. Word may have torn a placeholder into several runs.

use std::{
    collections::{BTreeSet, HashMap},
    io::{Cursor, Read, Write},
};

use quick_xml::{
    Reader, Writer,
    events::{BytesText, Event},
};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{
    Body, Inside,
    body::broken_title,
    form_place::{Sizes, Spots, attribute},
    form_section::FormSection,
};
use crate::{
    error::{Error, Result},
    report::{document::Document, format::blanks},
    text,
};

/// The most bytes that a part of a form unpacks to.
const LARGEST: u64 = 32 * 1024 * 1024;

/// The placeholder of the text.
pub const BODY: &str = "body";

/// The placeholder of the annexes.
pub const ANNEXES: &str = "annexes";

/// The placeholder of the title.
const TITLE: &str = "title";

/// The parts of a Word file with its text and its styles.
const MAIN: &str = "word/document.xml";
const STYLES: &str = "word/styles.xml";

/// Takes the value of a placeholder from a document.
type Value = for<'d> fn(&'d Document<'_>) -> &'d str;

/// The placeholders of what a document says, in the order of a paper.
const VALUES: [(&str, Value); 9] = [
    ("number", |document| &document.frame.number),
    ("signer", |document| &document.frame.signer),
    ("title", |document| &document.title),
    ("addressee", |document| &document.addressee),
    ("signature", |document| &document.signature),
    ("date", |document| &document.date),
    ("copies", |document| &document.frame.copies),
    ("printer", |document| &document.frame.printer),
    ("printed", |document| &document.frame.printed),
];

/// A form that was filled in.
#[derive(Debug)]
pub struct Filled {
    /// The Word file.
    pub bytes: Vec<u8>,
    /// The placeholders that it lacks, of what the document says.
    pub unplaced: Vec<&'static str>,
}

/// Fills a form in.
///
/// A form that is no Word file, that has a placeholder nobody knows, or no `{{body}}` is refused.
pub fn fill(form: &[u8], document: &Document<'_>, bureau: &str) -> Result<Filled> {
    let mut archive = ZipArchive::new(Cursor::new(form)).map_err(damaged)?;
    let mut filled = ZipWriter::new(Cursor::new(Vec::new()));
    let mut values = HashMap::from(VALUES.map(|(name, value)| (name, value(document).to_owned())));
    values.insert("bureau", bureau.to_owned());
    let mut main = String::new();
    archive.by_name(MAIN).map_err(damaged)?.take(LARGEST).read_to_string(&mut main).map_err(damaged)?;
    let section = FormSection::find(&main);
    let inside = Body::inside_a_form(document, section.as_ref(), Spots::find(&main)?);
    let mut styles = String::new();
    if let Ok(part) = archive.by_name(STYLES) {
        part.take(LARGEST).read_to_string(&mut styles).map_err(damaged)?;
    }
    let sizes = Sizes::read(&styles);
    let title = Title { room: FormSection::room(section.as_ref(), false), sizes: &sizes };
    let mut has_body = false;
    let mut placed = BTreeSet::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(damaged)?;
        let name = file.name().map_err(damaged)?.into_owned();
        if !is_text(&name) {
            filled.raw_copy_file(file).map_err(damaged)?;
            continue;
        }
        let mut part = String::new();
        file.by_ref().take(LARGEST).read_to_string(&mut part).map_err(damaged)?;
        let title = (name == MAIN).then_some(title);
        let mut filling = Filling { values: &values, inside: &inside, title, has_body: false, placed: BTreeSet::new() };
        let mut written = filling.part(&part)?;
        if let Some(section) = section.as_ref().filter(|_| inside.turned && name == MAIN) {
            written = section.end(&written);
        }
        has_body |= filling.has_body;
        placed.extend(filling.placed);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        filled.start_file(name, options).map_err(damaged)?;
        filled.write_all(written.as_bytes()).map_err(damaged)?;
    }
    if !has_body {
        return Err(Error::input(text!("report.form-no-body")).hint(text!("report.form-hint")));
    }
    let bytes = filled.finish().map(Cursor::into_inner).map_err(damaged)?;
    // A blank that is still to be filled in is no loss.
    let is_lost = |text: &str| !text.trim().is_empty() && blanks(text).iter().all(|(is_blank, _)| !is_blank);
    let lost = VALUES.iter().filter(|(name, value)| !placed.contains(name) && is_lost(value(document)));
    Ok(Filled { bytes, unplaced: lost.map(|(name, _)| *name).collect() })
}

/// Says whether a part may hold placeholders.
fn is_text(name: &str) -> bool {
    let Some(name) = name.strip_prefix("word/").and_then(|name| name.strip_suffix(".xml")) else { return false };
    name == "document" || name.starts_with("header") || name.starts_with("footer")
}

/// What the libraries say of such a file is in English and tells nobody what to do.
pub fn damaged(_: impl std::error::Error) -> Error {
    Error::input(text!("report.form-damaged")).hint(text!("report.form-damaged-hint"))
}

/// A part of a form while it is filled in.
struct Filling<'form> {
    values: &'form HashMap<&'static str, String>,
    inside: &'form Inside,
    /// How a title on the page is broken into lines; nothing in heads and feet.
    title: Option<Title<'form>>,
    has_body: bool,
    placed: BTreeSet<&'static str>,
}

/// What a title is broken into lines by (GB/T 9704-2012, 7.3.1): the width of the page in twips, and the sizes of styles.
#[derive(Clone, Copy)]
struct Title<'form> {
    room: u32,
    sizes: &'form Sizes,
}

/// A paragraph: where its events begin, which of them are text that is shown, its style, and its size in half points.
#[derive(Default)]
struct Paragraph {
    start: usize,
    texts: Vec<usize>,
    style: Option<String>,
    size: Option<u32>,
    /// Whether it stands in a cell of a table, whose width leaves a title no choice.
    in_table: bool,
}

impl Filling<'_> {
    fn part(&mut self, part: &str) -> Result<String> {
        let mut reader = Reader::from_str(part);
        let mut events: Vec<Event<'static>> = Vec::new();
        let mut open: Vec<Paragraph> = Vec::new();
        // The stretches of events that give way to the text.
        let mut bodies: Vec<(usize, usize, &'static str)> = Vec::new();
        let (mut in_text, mut tables) = (false, 0);
        loop {
            let event = reader.read_event().map_err(damaged)?.into_owned();
            let at = events.len();
            match &event {
                Event::Eof => break,
                Event::Start(element) => match element.name().as_ref() {
                    "w:p" => open.push(Paragraph { start: at, in_table: tables > 0, ..Paragraph::default() }),
                    "w:t" => in_text = true,
                    "w:tbl" => tables += 1,
                    _ => {}
                },
                Event::Empty(element) => {
                    let value = || attribute(element, "w:val");
                    match (element.name().as_ref(), open.last_mut()) {
                        ("w:pStyle", Some(paragraph)) => paragraph.style = value(),
                        ("w:sz", Some(paragraph)) => paragraph.size = value().and_then(|size| size.parse().ok()),
                        _ => {}
                    }
                }
                Event::Text(_) if in_text => {
                    if let Some(paragraph) = open.last_mut() {
                        paragraph.texts.push(at);
                    }
                }
                Event::End(element) => match element.name().as_ref() {
                    "w:t" => in_text = false,
                    "w:tbl" => tables -= 1,
                    "w:p" => {
                        if let Some(paragraph) = open.pop()
                            && let Some(name) = self.paragraph(&mut events, &paragraph)?
                        {
                            self.has_body |= name == BODY;
                            bodies.push((paragraph.start, at, name));
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
            events.push(event);
        }
        let mut writer = Writer::new(Vec::new());
        let mut at = 0;
        while at < events.len() {
            if let Some((_, end, name)) = bodies.iter().find(|(start, ..)| *start == at) {
                let text = if *name == BODY { &self.inside.body } else { &self.inside.annexes };
                writer.get_mut().extend_from_slice(text.as_bytes());
                at = end + 1;
                continue;
            }
            writer.write_event(events[at].borrow()).map_err(damaged)?;
            at += 1;
        }
        String::from_utf8(writer.into_inner()).map_err(damaged)
    }

    /// Fills the placeholders of a paragraph in; returns which part of the paper it gives way to, if any.
    fn paragraph(&mut self, events: &mut [Event<'static>], paragraph: &Paragraph) -> Result<Option<&'static str>> {
        let texts = &paragraph.texts;
        let pieces: Vec<String> = texts
            .iter()
            .map(|&at| match &events[at] {
                Event::Text(text) => String::from(&**text),
                _ => String::new(),
            })
            .collect();
        let whole = pieces.concat();
        if !whole.contains("{{") {
            return Ok(None);
        }
        match placeholder(whole.trim()) {
            Some((BODY, "")) => return Ok(Some(BODY)),
            Some((ANNEXES, "")) => return Ok(Some(ANNEXES)),
            _ => {}
        }
        let mut filled = self.fill(&pieces)?;
        if let (Some((TITLE, "")), Some(title), false) = (placeholder(whole.trim()), self.title, paragraph.in_table) {
            let size = paragraph.size.unwrap_or_else(|| title.sizes.of_title(paragraph.style.as_deref()));
            let lines = broken_title(&self.values[TITLE], size, title.room);
            let lines: Vec<_> = lines.iter().map(|line| quick_xml::escape::escape(line.as_str())).collect();
            filled.fill(String::new());
            // The run that the title stands in goes on behind each line.
            filled[0] = lines.join("</w:t><w:br/><w:t>");
        }
        for (&at, text) in texts.iter().zip(filled) {
            events[at] = Event::Text(BytesText::from_escaped(text).into_owned());
        }
        Ok(None)
    }

    /// Replaces placeholders in a text that stands in several pieces: the value goes where the placeholder begins.
    fn fill(&mut self, pieces: &[String]) -> Result<Vec<String>> {
        let whole = pieces.concat();
        let mut filled: Vec<String> = pieces.iter().map(|_| String::new()).collect();
        let mut ends = Vec::with_capacity(pieces.len());
        let mut end = 0;
        for piece in pieces {
            end += piece.len();
            ends.push(end);
        }
        let piece_at = |at: usize| ends.iter().position(|end| at < *end).unwrap_or(ends.len() - 1);
        let mut at = 0;
        while at < whole.len() {
            if let Some((name, rest)) = placeholder(&whole[at..]) {
                let (name, value) = self.values.get_key_value(name).ok_or_else(|| {
                    let said = match name {
                        BODY | ANNEXES => text!("report.form-body-alone", name = name),
                        _ => text!("report.form-unknown", name = name),
                    };
                    Error::input(said).hint(text!("report.form-hint"))
                })?;
                self.placed.insert(name);
                filled[piece_at(at)].push_str(&quick_xml::escape::escape(value.as_str()));
                at = whole.len() - rest.len();
                continue;
            }
            let next = whole[at..].chars().next().map_or(1, char::len_utf8);
            filled[piece_at(at)].push_str(&whole[at..at + next]);
            at += next;
        }
        Ok(filled)
    }
}

/// Takes a placeholder from the beginning of a text: its name, and what stands behind it.
pub fn placeholder(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix("{{")?.split_once("}}")?;
    Some((name.trim(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        i18n::Lang,
        report::document::{Block, Column, Document, Proof, Row, Sort, Table},
    };

    /// Makes a Word file of the paragraphs of its text.
    fn form(paragraphs: &str) -> Vec<u8> {
        form_of(paragraphs, "<w:sectPr/>")
    }

    /// Makes a Word file of paragraphs and the properties of its section.
    fn form_of(paragraphs: &str, section: &str) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        let text = format!("<w:document xmlns:w=\"w\"><w:body>{paragraphs}{section}</w:body></w:document>");
        for (name, content) in [("word/document.xml", text.as_str()), ("word/media/seal.png", "picture")] {
            archive.start_file(name, options).expect("started");
            archive.write_all(content.as_bytes()).expect("written");
        }
        archive.finish().expect("finished").into_inner()
    }

    fn document() -> Document<'static> {
        let mut document = Document::empty(Lang::Zh);
        document.title = "关于<某事>的通报".to_owned();
        document.draft = true;
        document.blocks.push(Block::Paragraph("正文一句。".to_owned()));
        document
    }

    fn filled(paragraphs: &str) -> Result<String> {
        fill(&form(paragraphs), &document(), "某委").map(|filled| text_of(&filled.bytes))
    }

    fn text_of(bytes: &[u8]) -> String {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        assert!(archive.by_name("word/media/seal.png").is_ok(), "what is no text stays");
        let mut text = String::new();
        archive.by_name(MAIN).expect("the text").read_to_string(&mut text).expect("UTF-8");
        text
    }

    #[test]
    fn placeholders_are_filled_and_the_layout_stays() {
        let torn = "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{{ti</w:t></w:r><w:r><w:t>tle}}！</w:t></w:r></w:p>";
        let body = "<w:p><w:r><w:t>{{body}}</w:t></w:r></w:p>";
        let text = filled(&format!("{torn}{body}")).expect("a good form");
        assert!(text.contains("<w:b/></w:rPr><w:t>关于&lt;某事&gt;的通报</w:t>"), "{text}");
        assert!(text.contains("<w:t>！</w:t>") && text.contains("<w:jc w:val=\"center\"/>"), "{text}");
        assert!(text.contains("正文一句。") && !text.contains("{{"), "{text}");
    }

    #[test]
    fn a_title_alone_on_the_page_is_broken_by_meaning() {
        let mut paper = document();
        paper.title = "云澜市卫生健康委员会关于<发热门诊>督查情况的通报".to_owned();
        let body = "<w:p><w:r><w:t>{{body}}</w:t></w:r></w:p>";
        let whole = "云澜市卫生健康委员会关于&lt;发热门诊&gt;督查情况的通报";
        let broken = "云澜市卫生健康委员会</w:t><w:br/><w:t>关于&lt;发热门诊&gt;督查情况的通报";
        let cell = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{{title}}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
        let cases = [
            ("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{{ti</w:t></w:r><w:r><w:t>tle}}</w:t></w:r></w:p>", broken),
            ("<w:p><w:r><w:rPr><w:sz w:val=\"28\"/></w:rPr><w:t>{{title}}</w:t></w:r></w:p>", whole),
            ("<w:p><w:r><w:t>题：{{title}}</w:t></w:r></w:p>", whole),
            (cell, whole),
        ];
        for (title, shown) in cases {
            let text = text_of(&fill(&form(&format!("{title}{body}")), &paper, "某委").expect("a good form").bytes);
            assert!(text.contains(&format!("{shown}</w:t>")), "{text}");
        }
    }

    #[test]
    fn a_text_in_a_cell_stays_in_it_and_turns_no_page() {
        let mut paper = document();
        let wide = |_| Row { cells: Vec::new(), proof: Proof::None };
        let columns = vec![Column::new(Lang::Zh, "unit", 60, Sort::Text)];
        paper.blocks.extend([
            Block::Table(Table::new(Lang::Zh, "units", columns, 0, wide)),
            Block::Signature,
            Block::Heading(1, "附件".to_owned()),
        ]);
        let section = "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\"/></w:sectPr>";
        let body = "<w:p><w:r><w:t>{{body}}</w:t></w:r></w:p>";
        let cell = |content: &str| {
            format!(
                "<w:tbl><w:tr><w:tc><w:tcPr><w:tcW w:w=\"5000\" w:type=\"dxa\"/></w:tcPr>{content}</w:tc></w:tr></w:tbl>"
            )
        };
        for (place, sections, width) in [(body.to_owned(), 3, 12_756), (cell(body), 1, 4_784)] {
            let form = form_of(&place, section);
            let text = text_of(&fill(&form, &paper, "某委").expect("a good form").bytes);
            assert_eq!(text.matches("<w:sectPr").count(), sections, "{text}");
            let table: u32 = text
                .rsplit("<w:tblW w:w=\"")
                .next()
                .and_then(|rest| rest.split('"').next()?.parse().ok())
                .expect("a width");
            assert!(table <= width && table > width / 2, "{table} of {width}");
        }
    }

    #[test]
    fn a_draft_says_so_and_annexes_have_a_place_of_their_own() {
        let text = filled("<w:p><w:r><w:t>{{body}}</w:t></w:r></w:p>").expect("a good form");
        assert!(text.find("草稿") < text.find("正文一句。"), "{text}");
        let mut paper = document();
        paper.blocks.extend([Block::Signature, Block::Heading(1, "附件1".to_owned())]);
        let places = "<w:p><w:r><w:t>{{body}}</w:t></w:r></w:p><w:p><w:r><w:t>落款</w:t></w:r></w:p>\
                      <w:p><w:r><w:t>{{ann</w:t></w:r><w:r><w:t>exes}}</w:t></w:r></w:p>";
        let text = text_of(&fill(&form(places), &paper, "某委").expect("a good form").bytes);
        let order = ["正文一句。", "落款", "附件1"].map(|part| text.find(part).expect(part));
        assert!(order.is_sorted(), "{text}");
    }

    #[test]
    fn what_a_form_has_no_place_for_is_named() {
        let mut paper = document();
        paper.addressee = "各单位".to_owned();
        paper.date = "2026年1月2日".to_owned();
        paper.frame.number = "【待填：发文字号】".to_owned();
        let cases: [(&str, &[&str]); 3] = [
            ("", &["title", "addressee", "date"]),
            ("{{title}}{{ date }}", &["addressee"]),
            ("{{title}}致{{addressee}}{{date}}", &[]),
        ];
        for (places, unplaced) in cases {
            let paragraphs = "<w:p><w:r><w:t>PLACES</w:t></w:r></w:p><w:p><w:r><w:t>{{body}}</w:t></w:r></w:p>";
            let form = form(&paragraphs.replace("PLACES", places));
            assert_eq!(fill(&form, &paper, "某委").expect("a good form").unplaced, unplaced, "{places}");
        }
    }

    #[test]
    fn headings_need_no_style_of_the_form() {
        let mut paper = document();
        let heading = |text: &str| Block::Heading(1, text.to_owned());
        paper.blocks.extend([heading("一、概况"), Block::Signature, heading("附件1"), heading("附件2")]);
        let bytes =
            fill(&form("<w:p><w:r><w:t>{{body}}</w:t></w:r></w:p>"), &paper, "某委").expect("a good form").bytes;
        let text = text_of(&bytes);
        assert!(!text.contains("pStyle"), "{text}");
        let of = |part: &str| text.split("<w:p>").find(|paragraph| paragraph.contains(part)).expect("there").to_owned();
        assert!(of("一、概况").contains("w:firstLineChars=\"200\""), "{text}");
        for annex in ["附件1", "附件2"] {
            let annex = of(annex);
            assert!(annex.contains("<w:pageBreakBefore/>") && annex.contains("w:firstLineChars=\"0\""), "{annex}");
        }
    }

    #[test]
    fn a_form_that_cannot_be_filled_is_refused() {
        let cases = [
            ("<w:p><w:r><w:t>{{title}}</w:t></w:r></w:p>", "report.form-no-body"),
            ("<w:p><w:r><w:t>{{nonsense}}</w:t></w:r></w:p>", "report.form-unknown"),
            ("<w:p><w:r><w:t>正文：{{body}}</w:t></w:r></w:p>", "report.form-body-alone"),
            ("<w:p></w:r>", "report.form-damaged"),
        ];
        for (paragraphs, key) in cases {
            assert_eq!(filled(paragraphs).expect_err("refused").message().key(), key, "{paragraphs}");
        }
        assert!(fill(b"no archive", &document(), "").is_err());
    }
}
