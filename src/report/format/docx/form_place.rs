//! What a bureau's form says of the places that are filled in: whether the text stands on the page or in a cell of a table, and
//! how large the type of a paragraph is.

use std::collections::HashMap;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    form::{ANNEXES, BODY, damaged, placeholder},
    page::TITLE_SIZE,
};
use crate::error::Result;

/// The room on both sides of what stands in a cell, in twips, as Word has it where a table says nothing.
const CELL_MARGINS: u32 = 216;

/// How many styles may be based on one another.
const DEEPEST: usize = 10;

/// Where a part of a paper goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spot {
    /// The form has no place for it.
    #[default]
    None,
    /// On the page.
    Page,
    /// In a cell of a table, so wide in twips; nothing where the cell does not say.
    Cell(Option<u32>),
}

/// Where the text and the annexes go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spots {
    /// The text.
    pub body: Spot,
    /// The annexes.
    pub annexes: Spot,
}

impl Spots {
    /// Finds the places in the main part of a form; errors are those of a part that is no XML.
    pub fn find(main: &str) -> Result<Self> {
        let mut reader = Reader::from_str(main);
        let mut spots = Self::default();
        let mut cells: Vec<Option<u32>> = Vec::new();
        let mut paragraphs: Vec<String> = Vec::new();
        let mut in_text = false;
        loop {
            match reader.read_event().map_err(damaged)? {
                Event::Eof => return Ok(spots),
                Event::Start(element) => match element.name().as_ref() {
                    "w:tc" => cells.push(None),
                    "w:p" => paragraphs.push(String::new()),
                    "w:t" => in_text = true,
                    "w:tcW" => widen(&mut cells, &element),
                    _ => {}
                },
                Event::Empty(element) if element.name().as_ref() == "w:tcW" => widen(&mut cells, &element),
                Event::Text(text) if in_text => {
                    if let Some(paragraph) = paragraphs.last_mut() {
                        paragraph.push_str(&text);
                    }
                }
                Event::End(element) => match element.name().as_ref() {
                    "w:tc" => drop(cells.pop()),
                    "w:t" => in_text = false,
                    "w:p" => {
                        let spot = cells.last().map_or(Spot::Page, |width| Spot::Cell(*width));
                        match placeholder(paragraphs.pop().unwrap_or_default().trim()) {
                            Some((BODY, "")) => spots.body = spot,
                            Some((ANNEXES, "")) => spots.annexes = spot,
                            _ => {}
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

impl Spot {
    /// Returns how wide the text may be in a cell, in twips, of a page that leaves it so much; nothing outside of cells.
    pub fn room_in_cell(self, page: u32) -> Option<u32> {
        match self {
            Self::None | Self::Page => None,
            Self::Cell(width) => Some(width.unwrap_or(page).min(page).saturating_sub(CELL_MARGINS)),
        }
    }
}

fn widen(cells: &mut [Option<u32>], element: &BytesStart<'_>) {
    if let Some(cell) = cells.last_mut()
        && attribute(element, "w:type").is_some_and(|sort| sort == "dxa")
    {
        *cell = attribute(element, "w:w").and_then(|width| width.parse().ok());
    }
}

/// Returns an attribute by its name.
pub fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let found = attributes.with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name)?;
    Some(found.value.into_owned())
}

/// The sizes of type that the styles of a form have, in half points.
#[derive(Debug, Default)]
pub struct Sizes {
    /// By the identity of the style: its own, and the style it is based on.
    styles: HashMap<String, (Option<u32>, Option<String>)>,
}

impl Sizes {
    /// Reads the styles; what cannot be read of them says nothing.
    pub fn read(styles: &str) -> Self {
        let mut reader = Reader::from_str(styles);
        let mut sizes = Self::default();
        let mut style: Option<String> = None;
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Eof => break,
                Event::End(element) if element.name().as_ref() == "w:style" => style = None,
                Event::Start(element) | Event::Empty(element) => match (element.name().as_ref(), &style) {
                    ("w:style", _) => style = attribute(&element, "w:styleId"),
                    (name @ ("w:sz" | "w:basedOn"), Some(id)) => {
                        let known = sizes.styles.entry(id.clone()).or_default();
                        let value = attribute(&element, "w:val");
                        if name == "w:sz" {
                            known.0 = value.and_then(|value| value.parse().ok());
                        } else {
                            known.1 = value;
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        sizes
    }

    /// Returns the size of a title in a style; where the form says nothing, that of the standard.
    pub fn of_title(&self, style: Option<&str>) -> u32 {
        let mut next = style;
        for _ in 0..DEEPEST {
            match next.and_then(|id| self.styles.get(id)) {
                Some((Some(size), _)) => return *size,
                Some((None, based_on)) => next = based_on.as_deref(),
                None => break,
            }
        }
        TITLE_SIZE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_on_the_page_or_in_cells() {
        let cell = |width: &str, content: &str| {
            format!("<w:tbl><w:tr><w:tc><w:tcPr>{width}</w:tcPr>{content}</w:tc></w:tr></w:tbl>")
        };
        let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
        let (body, wide) = (paragraph("{{body}}"), "<w:tcW w:w=\"5000\" w:type=\"dxa\"/>");
        let cases = [
            (paragraph("正文"), Spot::None),
            (body.clone(), Spot::Page),
            (cell(wide, &paragraph("甲")) + &body, Spot::Page),
            (cell(wide, &body), Spot::Cell(Some(5000))),
            (cell("<w:tcW w:w=\"50\" w:type=\"pct\"/>", &body), Spot::Cell(None)),
            (cell(wide, &(cell("<w:tcW w:w=\"900\" w:type=\"dxa\"/>", &body) + &paragraph(""))), Spot::Cell(Some(900))),
        ];
        for (text, spot) in cases {
            let spots = Spots::find(&format!("<w:body>{text}</w:body>")).expect("XML");
            assert_eq!(spots, Spots { body: spot, annexes: Spot::None }, "{text}");
        }
        let rooms = [Spot::Page, Spot::Cell(Some(5000)), Spot::Cell(None), Spot::Cell(Some(20_000))];
        assert_eq!(rooms.map(|spot| spot.room_in_cell(8_000)), [None, Some(4_784), Some(7_784), Some(7_784)]);
    }

    #[test]
    fn the_size_of_a_style_is_its_own_or_that_of_the_one_it_is_based_on() {
        let sizes = Sizes::read(
            "<w:styles><w:style w:styleId=\"A\"><w:rPr><w:sz w:val=\"36\"/></w:rPr></w:style>\
             <w:style w:styleId=\"B\"><w:basedOn w:val=\"A\"/></w:style>\
             <w:style w:styleId=\"C\"><w:basedOn w:val=\"C\"/></w:style></w:styles>",
        );
        let found = [Some("A"), Some("B"), Some("C"), Some("D"), None].map(|style| sizes.of_title(style));
        assert_eq!(found, [36, 36, TITLE_SIZE, TITLE_SIZE, TITLE_SIZE]);
    }
}
