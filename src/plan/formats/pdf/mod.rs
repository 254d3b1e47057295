//! PDF files with text: the lines as they stand on the pages, joined into paragraphs.
//!
//! The codes of Chinese fonts are decoded here, because libraries for text do not know those that official typesetting
//! uses (GBK-EUC-H) and give wrong characters without a word. What cannot be decoded is refused, never guessed.

mod cmap;
mod content;
mod fonts;
mod page;
mod paragraphs;
mod tables;
#[cfg(test)]
mod tests;

use lopdf::{Document, LoadOptions, ObjectId, Stream};

use super::holds;
use crate::{
    error::{Error, Result},
    text,
};

/// The largest stream that is unpacked; the text of a page has some ten thousand bytes, a map beside it some million.
const LARGEST_STREAM: usize = 32 * 1024 * 1024;

/// All that is unpacked of a document may have this many bytes.
const LARGEST_TEXT: usize = 64 * 1024 * 1024;

/// How much of a document may still be unpacked.
struct Budget {
    left: usize,
}

impl Budget {
    fn page(&mut self, document: &Document, page: ObjectId) -> Result<Vec<u8>> {
        self.take(document.get_page_content_with_limit(page, LARGEST_STREAM.min(self.left)))
    }

    fn stream(&mut self, stream: &Stream) -> Result<Vec<u8>> {
        self.take(stream.get_plain_content_with_limit(LARGEST_STREAM.min(self.left)))
    }

    fn take(&mut self, content: lopdf::Result<Vec<u8>>) -> Result<Vec<u8>> {
        match content {
            Ok(content) => {
                self.left = self.left.saturating_sub(content.len().max(64));
                Ok(content)
            }
            Err(lopdf::Error::Decompress(_)) => {
                Err(Error::input(text!("formats.large")).hint(text!("formats.pdf.copy_hint")))
            }
            Err(_) => Ok(Vec::new()),
        }
    }
}

/// Reads the text of a document: a line for each paragraph.
///
/// # Errors
///
/// A file that is damaged or locked, a scan without text, and fonts that do not say which characters they show.
pub(super) fn read(bytes: &[u8]) -> Result<String> {
    /// Plans have some ten pages.
    const MOST_PAGES: usize = 5_000;
    let options = LoadOptions { max_decompressed_size: Some(LARGEST_TEXT), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options);
    let locked = || Error::input(text!("formats.encrypted")).hint(text!("formats.pdf.encrypted_hint"));
    let document = match document {
        // A document that only forbids printing or copying opens without a password.
        Ok(document) if document.trailer.has(b"Encrypt") && !document.was_encrypted() => return Err(locked()),
        Ok(document) => document,
        Err(
            lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) | lopdf::Error::UnsupportedSecurityHandler(_),
        ) => {
            return Err(locked());
        }
        Err(_) if holds(bytes, b"/Encrypt") => return Err(locked()),
        Err(_) => return Err(damaged()),
    };
    let mut budget = Budget { left: LARGEST_TEXT };
    let mut fonts = fonts::Fonts::new(&document);
    let mut pages = Vec::new();
    for page in document.page_iter().take(MOST_PAGES) {
        pages.push(page::read(&document, page, &mut fonts, &mut budget)?);
    }
    if pages.is_empty() {
        return Err(damaged());
    }
    let text = paragraphs::of(pages).join("\n");
    let count = |wanted: fn(char) -> bool| text.chars().filter(|char| wanted(*char)).count();
    let (all, unknown) = (count(|char| !char.is_whitespace()), count(|char| char == fonts::UNKNOWN));
    if all == 0 && document.xref_recovery.is_some() {
        return Err(damaged());
    }
    if all == 0 {
        return Err(Error::input(text!("formats.pdf.scan")).hint(text!("formats.pdf.scan_hint")));
    }
    if unknown * 20 > all {
        return Err(Error::input(text!("formats.pdf.unknown_font")).hint(text!("formats.pdf.copy_hint")));
    }
    Ok(text)
}

fn damaged() -> Error {
    Error::input(text!("formats.pdf.damaged")).hint(text!("formats.pdf.damaged_hint"))
}
