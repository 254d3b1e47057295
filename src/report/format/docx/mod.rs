//! Word, laid out by GB/T 9704-2012: the page in [`page`], the text in [`body`], the package here.
//!
//! Fonts are named, not embedded: the standard's fonts are not free, and the machine of whoever prints has them.

mod body;
mod form;
mod form_place;
mod form_section;
mod frame;
mod number;
mod page;
mod widths;

use std::io::{Cursor, Write};

use quick_xml::escape::escape;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub use self::form::{Filled, fill};
use self::{
    body::Stand,
    form_place::{Spot, Spots},
    form_section::FormSection,
    page::{BODY_FONT, BODY_SIZE, DRAWING_NAMESPACES, FALLBACKS, LINE, Start, section, text_width},
};
use super::{not_written, put};
use crate::{
    error::Result,
    report::{
        document::{Block, Document},
        halves,
    },
};

/// The namespaces of the main parts.
const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
                          xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

/// The beginning of every part.
const PROLOGUE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

const FOOTERS: (&str, &str) = ("rIdOdd", "rIdEven");
const TURNED_FOOTERS: (&str, &str) = ("rIdOddTurned", "rIdEvenTurned");
const IMPRINT_FOOTERS: (&str, &str) = ("rIdOdd", "rIdEvenImprint");
const HEADER: &str = "rIdDraft";

/// Writes a document.
pub fn write(document: &Document<'_>) -> Result<Vec<u8>> {
    let parts = [
        ("[Content_Types].xml", CONTENT_TYPES.to_owned()),
        ("_rels/.rels", PACKAGE.to_owned()),
        ("docProps/core.xml", properties(document)),
        ("word/document.xml", text(document)),
        ("word/_rels/document.xml.rels", RELATIONSHIPS.to_owned()),
        ("word/styles.xml", styles()),
        ("word/settings.xml", settings()),
        ("word/fontTable.xml", fonts()),
        ("word/header1.xml", header(document)),
        ("word/footer1.xml", number::upright("right")),
        ("word/footer2.xml", number::upright("left")),
        ("word/footer3.xml", number::turned("right")),
        ("word/footer4.xml", number::turned("left")),
        ("word/footer5.xml", number::of_imprint()),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        archive.start_file(name, options).map_err(|error| not_written("docx", error))?;
        archive.write_all(content.as_bytes()).map_err(|error| not_written("docx", error))?;
    }
    archive.finish().map(Cursor::into_inner).map_err(|error| not_written("docx", error))
}

/// Writes the main part.
fn text(document: &Document<'_>) -> String {
    // What is nothing but tables stands turned from its first page, if one of them has to: a page with a title and nothing
    // else says nothing.
    let tables_only = !document.blocks.iter().any(|block| matches!(block, Block::Signature));
    let landscape =
        tables_only && document.blocks.iter().any(|block| matches!(block, Block::Table(table) if body::is_wide(table)));
    let page = Page::Standard { turns: !landscape };
    let mut body = Body { written: String::new(), landscape, is_empty: true, is_first: true, document, page };
    body.head();
    body.blocks(&document.blocks);
    body.notes();
    let last = if document.frame.has_foot() { body.imprint() } else { body.section() };
    format!(
        "{PROLOGUE}<w:document {NAMESPACES} {DRAWING_NAMESPACES}><w:body>{}{last}</w:body></w:document>",
        body.written
    )
}

/// Finds what the text ends with before its annexes are named and it is signed.
fn last_before_signature(blocks: &[Block<'_>]) -> Option<usize> {
    let signature = blocks.iter().position(|block| matches!(block, Block::Signature))?;
    blocks[..signature].iter().rposition(|block| !matches!(block, Block::Annexes(_)))
}

/// Where a block stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Whether it stands behind the signature, among the annexes.
    behind_signature: bool,
    /// Whether it stays on the page of what follows: the last lines of a text with its signature, which never stands alone
    /// on a page (7.3.5).
    keep: bool,
    /// Whether it comes right after the number of an annex.
    begins_annex: bool,
}

/// On what the main part stands.
#[derive(Clone, Copy)]
enum Page<'form> {
    /// The page of the standard; wide tables may turn it.
    Standard {
        /// Whether they do.
        turns: bool,
    },
    /// The page of a form, which wide tables turn where the form says its page.
    Form(Option<&'form FormSection>),
    /// A cell of a table of a form, so wide in twips; nothing turns it.
    Cell(u32),
}

/// The main part while it is written.
struct Body<'document, 't> {
    written: String,
    landscape: bool,
    is_empty: bool,
    /// Whether no section has ended yet.
    is_first: bool,
    document: &'document Document<'t>,
    page: Page<'document>,
}

/// What goes into a form.
struct Inside {
    /// The text, without title, addressee and signature, which have places of their own.
    body: String,
    /// The annexes and what was counted, where they have a place of their own; else they stand in the text.
    annexes: String,
    /// Whether the page was turned in it, so that the form's section is gone on with.
    turned: bool,
}

impl Body<'_, '_> {
    /// Writes what goes into a form.
    fn inside_a_form(document: &Document<'_>, section: Option<&FormSection>, spots: Spots) -> Inside {
        let page =
            |spot: Spot| spot.room_in_cell(FormSection::room(section, false)).map_or(Page::Form(section), Page::Cell);
        let annexes_apart = spots.annexes != Spot::None;
        let mut body = Body {
            written: String::new(),
            landscape: false,
            is_empty: false,
            is_first: true,
            document,
            page: page(spots.body),
        };
        if document.draft {
            body::draft(&mut body.written, &document.lang.t("report.draft"));
        }
        let behind = document.blocks.iter().position(|block| matches!(block, Block::Signature));
        let (text, annexes) =
            document.blocks.split_at(behind.filter(|_| annexes_apart).unwrap_or(document.blocks.len()));
        body.blocks(text);
        body.turn(false);
        let before = annexes_apart.then(|| std::mem::take(&mut body.written));
        if annexes_apart {
            body.page = page(spots.annexes);
        }
        body.blocks(annexes);
        body.turn(false);
        body.notes();
        let (body_text, annexes) = match before {
            Some(before) => (before, body.written),
            None => (body.written, String::new()),
        };
        Inside { body: body_text, annexes, turned: !body.is_first }
    }

    /// Writes blocks; those behind the signature are annexes, each on a page of its own.
    fn blocks(&mut self, blocks: &[Block<'_>]) {
        let mut behind_signature = false;
        let last = last_before_signature(blocks);
        for (at, block) in blocks.iter().enumerate() {
            if let (Block::Heading(1, _), true) = (block, behind_signature) {
                let next = blocks[at..].iter().find_map(|block| match block {
                    Block::Table(table) => Some(body::is_wide(table)),
                    _ => None,
                });
                self.turn(next.unwrap_or(false));
            }
            behind_signature |= matches!(block, Block::Signature);
            let signed_next = matches!(blocks.get(at + 1), Some(Block::Paragraph(next)) if is_signed_by_hand(next));
            let number = at.checked_sub(1).filter(|_| behind_signature).map(|before| &blocks[before]);
            let place = Place {
                behind_signature,
                keep: signed_next || (last == Some(at) && !behind_signature),
                begins_annex: matches!(number, Some(Block::Heading(1, _))),
            };
            // Addressee, signature and date have their places in a form.
            let is_elsewhere = matches!(block, Block::Signature | Block::Addressee);
            if matches!(self.page, Page::Standard { .. }) || !is_elsewhere {
                self.block(block, place);
            }
        }
    }

    fn head(&mut self) {
        let document = self.document;
        frame::head(&mut self.written, &document.frame, document.lang);
        body::title(&mut self.written, &document.title, text_width(self.landscape));
        self.is_empty = false;
    }

    /// Returns the properties of the section that ends here.
    fn section(&self) -> String {
        match self.page {
            Page::Standard { .. } => {}
            Page::Form(section) => {
                return section.map_or_else(String::new, |section| section.written(self.landscape, self.is_first));
            }
            Page::Cell(_) => return String::new(),
        }
        let footers = if self.landscape { TURNED_FOOTERS } else { FOOTERS };
        section(self.landscape, Start::NextPage, footers, self.document.draft.then_some(HEADER))
    }

    /// Writes 版记 and returns the properties of its section.
    ///
    /// It is the last thing on the back of the last sheet (7.4). Where the text ends only shows once it is set, so 版记 has the next
    /// back page for its own; if that is not the next page, the one between is blank.
    fn imprint(&mut self) -> String {
        self.end_section();
        frame::imprint(&mut self.written, &self.document.frame, self.document.lang);
        section(false, Start::EvenPage, IMPRINT_FOOTERS, self.document.draft.then_some(HEADER))
    }

    fn blank(&mut self, keep: bool) {
        body::paragraph(&mut self.written, "", Stand { keep, ..Stand::default() });
    }

    /// Begins a page that stands the other way, where it does.
    fn turn(&mut self, landscape: bool) {
        let turns = match self.page {
            Page::Standard { turns } => turns,
            Page::Form(section) => section.is_some(),
            Page::Cell(_) => false,
        };
        if landscape == self.landscape || self.is_empty || !turns {
            return;
        }
        self.end_section();
        self.landscape = landscape;
        self.is_empty = true;
    }

    /// Ends a section.
    fn end_section(&mut self) {
        let properties = self.section();
        self.is_first = false;
        // The paragraph that ends a section takes as good as no room, so that it never stands on a page of its own.
        put(
            &mut self.written,
            format_args!(
                "<w:p><w:pPr><w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"20\" w:lineRule=\"exact\"/>{properties}</w:pPr></w:p>"
            ),
        );
    }

    fn block(&mut self, block: &Block<'_>, place: Place) {
        let Place { behind_signature, keep, begins_annex } = place;
        match block {
            Block::Heading(level, text) => {
                let is_annex = behind_signature && *level == 1;
                let heading = body::Heading {
                    level: *level,
                    is_annex,
                    // A page that was just turned is a new one already.
                    new_page: is_annex && !self.is_empty && !matches!(self.page, Page::Cell(_)),
                    is_styled: matches!(self.page, Page::Standard { .. }),
                };
                body::heading(&mut self.written, text, heading);
            }
            Block::Paragraph(text) => {
                let stand = Stand { first: 2, keep, ..Stand::default() };
                body::paragraph(&mut self.written, text, stand);
            }
            Block::Table(table) => {
                self.turn(body::is_wide(table) || (self.landscape && behind_signature));
                let room = match self.page {
                    Page::Standard { .. } => text_width(self.landscape),
                    Page::Form(section) => FormSection::room(section, self.landscape),
                    Page::Cell(room) => room,
                };
                body::table(&mut self.written, table, room, begins_annex);
            }
            Block::Annexes(names) => self.annexes(names),
            Block::Addressee => self.addressee(),
            Block::Signature => self.signature(keep),
        }
        self.is_empty = false;
    }

    /// 主送机关: one line below what stands above, not indented (7.3.2).
    fn addressee(&mut self) {
        self.blank(false);
        let document = self.document;
        let to = format!("{}{}", document.addressee, document.lang.t("report.addressee"));
        body::paragraph(&mut self.written, &to, Stand::default());
    }

    /// 附件说明: one line below the text; several are numbered (7.3.4).
    fn annexes(&mut self, names: &[String]) {
        self.blank(true);
        let lead = self.document.lang.t("report.annex");
        let stand = Stand { first: 2, keep: true, ..Stand::default() };
        for (at, name) in names.iter().enumerate() {
            let (lead, stand) =
                if at == 0 { (lead.as_ref(), stand) } else { ("", Stand { first: 0, left: 5, ..stand }) };
            let number = if names.len() > 1 { format!("{}. ", at + 1) } else { String::new() };
            body::paragraph(&mut self.written, &format!("{lead}{number}{name}"), stand);
        }
    }

    /// 署名 above the date, in the middle of it; the date four characters from the right (7.3.5.1).
    fn signature(&mut self, keep: bool) {
        let document = self.document;
        if document.signature.is_empty() && document.date.is_empty() {
            return;
        }
        self.blank(true);
        self.blank(true);
        let [name, date] =
            [&document.signature, &document.date].map(|text| u32::try_from(halves::of(text)).unwrap_or(u32::MAX / 2));
        let (name_right, date_right) =
            if name > date { (8, 8 + (name - date) / 2) } else { (8 + (date - name) / 2, 8) };
        for (text, right_halves, keep) in [(&document.signature, name_right, true), (&document.date, date_right, keep)]
        {
            let stand = Stand { align: "right", right_halves, keep, ..Stand::default() };
            body::paragraph(&mut self.written, text, stand);
        }
    }

    /// Says at the end what was counted, in small type: it is for whoever checks, not part of the paper.
    fn notes(&mut self) {
        let document = self.document;
        if document.notes.is_empty() {
            return;
        }
        let lead = document.lang.t("report.notes");
        body::small(&mut self.written, &lead, Stand { align: "left", keep: true, ..Stand::default() });
        for note in &document.notes {
            body::small(&mut self.written, &note.text, Stand { align: "left", ..Stand::default() });
        }
    }
}

/// Says whether a line is for somebody to sign: it has room for a name. It never begins a page.
fn is_signed_by_hand(text: &str) -> bool {
    const ROOM: &str = "　　　　";
    text.contains(ROOM)
}

/// Writes the head of every page of a draft.
fn header(document: &Document<'_>) -> String {
    let mut written = format!("{PROLOGUE}<w:hdr {NAMESPACES}>");
    let draft = document.lang.t("report.draft");
    body::small(&mut written, if document.draft { &draft } else { "" }, Stand { align: "right", ..Stand::default() });
    written.push_str("</w:hdr>");
    written
}

fn properties(document: &Document<'_>) -> String {
    format!(
        "{PROLOGUE}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>ducha</dc:creator></cp:coreProperties>",
        escape(document.title.as_str())
    )
}

fn styles() -> String {
    let mut written = format!(
        "{PROLOGUE}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"{BODY_FONT}\" \
         w:hAnsi=\"{BODY_FONT}\" w:eastAsia=\"{BODY_FONT}\"/><w:sz w:val=\"{BODY_SIZE}\"/><w:szCs w:val=\"{BODY_SIZE}\"/>\
         <w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>\
         <w:style w:type=\"paragraph\" w:styleId=\"Title\"><w:name w:val=\"Title\"/><w:basedOn w:val=\"Normal\"/><w:pPr>\
         <w:spacing w:line=\"700\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/></w:pPr></w:style>"
    );
    for level in 1..=4 {
        put(
            &mut written,
            format_args!(
                "<w:style w:type=\"paragraph\" w:styleId=\"Heading{level}\"><w:name w:val=\"heading {level}\"/>\
                 <w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:line=\"{LINE}\" w:lineRule=\"exact\"/><w:outlineLvl \
                 w:val=\"{}\"/></w:pPr></w:style>",
                level - 1
            ),
        );
    }
    written.push_str("</w:styles>");
    written
}

fn settings() -> String {
    format!(
        "{PROLOGUE}<w:settings {NAMESPACES}><w:evenAndOddHeaders/><w:characterSpacingControl w:val=\"compressPunctuation\"/>\
         <w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/>\
         </w:compat></w:settings>"
    )
}

fn fonts() -> String {
    let mut written = format!("{PROLOGUE}<w:fonts {NAMESPACES}>");
    for (font, fallback) in FALLBACKS {
        put(
            &mut written,
            format_args!(
                "<w:font w:name=\"{font}\"><w:altName w:val=\"{fallback}\"/><w:charset w:val=\"86\"/><w:family w:val=\"modern\"/></w:font>"
            ),
        );
    }
    written.push_str("</w:fonts>");
    written
}

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
<Override PartName=\"/word/fontTable.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml\"/>\
<Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/footer2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/footer3.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/footer4.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/footer5.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
</Types>";

const PACKAGE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
</Relationships>";

const RELATIONSHIPS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rIdStyles\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
<Relationship Id=\"rIdSettings\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings\" Target=\"settings.xml\"/>\
<Relationship Id=\"rIdFonts\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable\" Target=\"fontTable.xml\"/>\
<Relationship Id=\"rIdDraft\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header\" Target=\"header1.xml\"/>\
<Relationship Id=\"rIdOdd\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/>\
<Relationship Id=\"rIdEven\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer2.xml\"/>\
<Relationship Id=\"rIdOddTurned\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer3.xml\"/>\
<Relationship Id=\"rIdEvenTurned\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer4.xml\"/>\
<Relationship Id=\"rIdEvenImprint\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer5.xml\"/>\
</Relationships>";
