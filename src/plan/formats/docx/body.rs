//! Walks the text of a document from its first element to its last and gives the lines a person sees.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};

use super::{
    numbering::Numbering,
    styles::{NumberProperties, Styles},
    xml::{self, Xml},
};
use crate::{
    error::Result,
    plan::formats::rows::{self, Cell},
};

/// Reads the part with the text.
pub(super) fn read(part: &str, styles: &Styles, numbering: Numbering) -> Result<String> {
    let mut body = Body {
        reader: Xml::new(part),
        styles,
        numbering,
        lines: vec![Vec::new()],
        paragraphs: Vec::new(),
        rows: Vec::new(),
        cells: Vec::new(),
        alternatives: Vec::new(),
        carried: String::new(),
        in_text: false,
        hidden: false,
        is_contents: false,
    };
    loop {
        match body.reader.next()? {
            Event::Start(element) => body.begin(&element)?,
            Event::End(element) => body.end(element.local_name().as_ref()),
            Event::Text(text) => body.say(&text.xml10_content()),
            Event::CData(text) => body.say(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                if let Some(char) = xml::entity(&reference) {
                    body.say(char.encode_utf8(&mut [0; 4]));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    body.flush_carried();
    Ok(body.lines.concat().join("\n"))
}

/// A paragraph that is being read.
#[derive(Default)]
struct Paragraph {
    style: Option<String>,
    number: NumberProperties,
    text: String,
    /// Whether its end was deleted, so that it goes on in the next one.
    joins_next: bool,
}

/// A row of a table that is being read.
#[derive(Default)]
struct Row {
    cells: Vec<Cell>,
    deleted: bool,
    /// Columns that the row leaves out before its first cell.
    before: usize,
}

struct Body<'d> {
    reader: Xml<'d>,
    styles: &'d Styles,
    numbering: Numbering,
    /// Finished lines: of the document, and of each open cell and text box.
    lines: Vec<Vec<String>>,
    /// Open paragraphs: a text box stands inside one.
    paragraphs: Vec<Paragraph>,
    rows: Vec<Row>,
    cells: Vec<Cell>,
    /// For each open choice between representations whether one was taken.
    alternatives: Vec<bool>,
    /// The text of a paragraph whose end was deleted.
    carried: String,
    in_text: bool,
    /// Whether the open run is hidden text.
    hidden: bool,
    /// Whether the content that follows is a table of contents.
    is_contents: bool,
}

impl Body<'_> {
    fn begin(&mut self, element: &BytesStart) -> Result<()> {
        match element.local_name().as_ref() {
            "p" => self.paragraphs.push(Paragraph::default()),
            "pPr" => self.paragraph_properties()?,
            "r" => self.hidden = false,
            "rPr" => self.run_properties()?,
            "t" => self.in_text = true,
            "tab" | "ptab" => self.add(" "),
            "br" | "cr" => self.add("\n"),
            "noBreakHyphen" => self.add("-"),
            "tr" => self.rows.push(Row::default()),
            "trPr" => self.row_properties()?,
            "tc" => {
                self.cells.push(Cell::default());
                self.lines.push(Vec::new());
            }
            "tcPr" => self.cell_properties()?,
            "txbxContent" => self.lines.push(Vec::new()),
            "AlternateContent" => self.alternatives.push(false),
            "Choice" | "Fallback" => {
                let taken = self.alternatives.last_mut().is_some_and(|taken| std::mem::replace(taken, true));
                if taken {
                    self.reader.skip()?;
                }
            }
            "sdtPr" => self.control_properties()?,
            "sdtContent" if std::mem::take(&mut self.is_contents) => self.reader.skip()?,
            // What was deleted or moved away, field codes, and the reading above a character.
            "del" | "moveFrom" | "instrText" | "rt" | "tblPr" | "tblPrEx" | "tblGrid" | "sectPr" => {
                self.reader.skip()?;
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => self.end_paragraph(),
            "t" => self.in_text = false,
            "r" => self.hidden = false,
            "tc" => {
                self.flush_carried();
                let lines = self.lines.pop().unwrap_or_default();
                let cell = Cell { lines, ..self.cells.pop().unwrap_or_default() };
                match self.rows.last_mut() {
                    Some(row) => row.cells.push(cell),
                    None => self.put(cell.lines),
                }
            }
            "tr" => self.end_row(),
            "txbxContent" => {
                let lines = self.lines.pop().unwrap_or_default();
                match self.paragraphs.last_mut() {
                    Some(around) => around.text.push_str(&lines.join("\n")),
                    None => self.put(lines),
                }
            }
            "AlternateContent" => {
                self.alternatives.pop();
            }
            _ => {}
        }
    }

    /// Adds to the text of the open paragraph, unless it is hidden.
    fn add(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut().filter(|_| !self.hidden) {
            paragraph.text.push_str(text);
        }
    }

    /// Adds characters of a run; line ends and tabs among them are only the layout of the file.
    fn say(&mut self, text: &str) {
        if self.in_text {
            self.add(&text.replace(['\n', '\r', '\t'], " "));
        }
    }

    fn put(&mut self, lines: impl IntoIterator<Item = String>) {
        if let Some(open) = self.lines.last_mut() {
            open.extend(lines);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let style = paragraph.style.as_deref();
        if self.styles.is_contents(style) {
            return;
        }
        if paragraph.joins_next {
            self.carried.push_str(&paragraph.text);
            return;
        }
        let number = self.numbering.next(paragraph.number, style, self.styles).unwrap_or_default();
        let text = std::mem::take(&mut self.carried) + &paragraph.text;
        if !text.trim().is_empty() {
            let text = number + &text;
            self.put(text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned));
        }
    }

    fn flush_carried(&mut self) {
        if !self.carried.trim().is_empty() {
            let carried = std::mem::take(&mut self.carried);
            self.put([carried]);
        }
    }

    fn end_row(&mut self) {
        let Some(row) = self.rows.pop().filter(|row| !row.deleted) else { return };
        self.put(rows::lines(row.before, row.cells));
    }

    /// Gives every element inside the one that has just begun to `take`, but for what it was before a tracked change.
    fn properties(&mut self, mut take: impl FnMut(&BytesStart)) -> Result<()> {
        let mut depth = 1;
        while depth > 0 {
            match self.reader.next()? {
                Event::Start(element) if element.local_name().as_ref().ends_with("Change") => self.reader.skip()?,
                Event::Start(element) => {
                    take(&element);
                    depth += 1;
                }
                Event::End(_) => depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }

    fn paragraph_properties(&mut self) -> Result<()> {
        let mut paragraph = Paragraph::default();
        self.properties(|element| match element.local_name().as_ref() {
            "pStyle" => paragraph.style = xml::value(element).map(Cow::into_owned),
            "del" | "moveFrom" => paragraph.joins_next = true,
            _ => paragraph.number.take(element),
        })?;
        if let Some(open) = self.paragraphs.last_mut() {
            *open = Paragraph { text: std::mem::take(&mut open.text), ..paragraph };
        }
        Ok(())
    }

    fn run_properties(&mut self) -> Result<()> {
        let mut hidden = false;
        self.properties(|element| {
            if element.local_name().as_ref() == "vanish" {
                hidden = xml::is_on(element);
            }
        })?;
        self.hidden = hidden;
        Ok(())
    }

    fn row_properties(&mut self) -> Result<()> {
        let (mut deleted, mut before) = (false, 0);
        self.properties(|element| match element.local_name().as_ref() {
            "del" => deleted = true,
            "gridBefore" => before = columns(element),
            _ => {}
        })?;
        if let Some(row) = self.rows.last_mut() {
            (row.deleted, row.before) = (deleted, before);
        }
        Ok(())
    }

    fn cell_properties(&mut self) -> Result<()> {
        let mut covers = 0;
        self.properties(|element| {
            if element.local_name().as_ref() == "gridSpan" {
                covers = columns(element).saturating_sub(1);
            }
        })?;
        if let Some(cell) = self.cells.last_mut() {
            cell.covers = covers;
        }
        Ok(())
    }

    fn control_properties(&mut self) -> Result<()> {
        let mut is_contents = false;
        self.properties(|element| {
            let gallery = element.local_name().as_ref() == "docPartGallery";
            is_contents |= gallery && xml::value(element).is_some_and(|name| name == "Table of Contents");
        })?;
        self.is_contents = is_contents;
        Ok(())
    }
}

/// Reads a number of columns; Word's tables have at most 63.
fn columns(element: &BytesStart) -> usize {
    xml::number(element).unwrap_or(0).min(63)
}
