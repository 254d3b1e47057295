//! Documents that are no plain text → the lines a person sees in them.
//!
//! A file is recognised by its content, never by its name. A reader gives one line for each paragraph or row of a table,
//! cells between tabs, numbers that a program computes written out: the same text that a person would type. What stands
//! in those lines is for the other modules of [`super`]. Every reader bounds what it unpacks and how deep it goes.

mod docx;
mod html;
mod numerals;
mod pdf;
mod rows;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use encoding_rs::Encoding;

use crate::{
    error::{Error, Result},
    text,
};

/// A sort of file that is no plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Word,
    Archive,
    Pdf,
    /// The container of old Office files and of encrypted new ones.
    Compound,
    RichText,
    WebPage,
    /// A web page with its pictures in one file, as browsers save it.
    WebArchive,
    Picture,
}

impl Format {
    /// Recognises a format by how the file begins; `None` for what may be plain text.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        const SIGNATURES: &[(&[u8], Format)] = &[
            (b"%PDF-", Format::Pdf),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format::Compound),
            (b"{\\rtf", Format::RichText),
            (b"\x89PNG", Format::Picture),
            (b"\xff\xd8\xff", Format::Picture),
            (b"Rar!", Format::Archive),
            (b"7z\xbc\xaf", Format::Archive),
            (b"\x1f\x8b", Format::Archive),
            (b"MIME-Version:", Format::WebArchive),
            (b"From: <Saved by", Format::WebArchive),
        ];
        if bytes.starts_with(b"PK\x03\x04") {
            let word = holds(bytes, b"word/") || holds(&bytes[..bytes.len().min(4096)], b"[Content_Types].xml");
            return Some(if word { Self::Word } else { Self::Archive });
        }
        let signed = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature));
        signed.map(|(_, format)| *format).or_else(|| is_web_page(bytes).then_some(Self::WebPage))
    }

    /// Reads the text of a file of this format; `encoding` is the one a person names for a web page.
    pub(super) fn text(self, bytes: &[u8], encoding: Option<&'static Encoding>) -> Result<String> {
        let (message, hint) = match self {
            Self::Word => return docx::read(bytes),
            Self::Pdf => return pdf::read(bytes),
            Self::WebPage => return html::read(bytes, encoding),
            Self::Compound if holds(bytes, &utf_16("EncryptedPackage")) => {
                (text!("formats.encrypted"), text!("formats.encrypted_hint"))
            }
            Self::Compound => (text!("formats.old_word"), text!("formats.old_word_hint")),
            Self::Archive => (text!("formats.archive"), text!("formats.archive_hint")),
            Self::RichText => (text!("formats.rich_text"), text!("formats.old_word_hint")),
            Self::WebArchive => (text!("formats.web_archive"), text!("formats.web_archive_hint")),
            Self::Picture => (text!("formats.picture"), text!("formats.picture_hint")),
        };
        Err(Error::input(message).hint(hint))
    }
}

/// Says whether the first characters are a tag that web pages begin with, in any encoding.
fn is_web_page(bytes: &[u8]) -> bool {
    const TAGS: &[&str] =
        &["<!doctype html", "<html", "<head", "<body", "<div", "<p>", "<p ", "<table", "<meta", "<title"];
    let beginning: String =
        bytes.iter().take(2048).map(|&byte| byte.to_ascii_lowercase() as char).filter(|char| *char != '\0').collect();
    let mut beginning = beginning.trim_start_matches(|char: char| char.is_whitespace() || !char.is_ascii());
    // Browsers write where a page was saved from above it.
    while let Some((_, after)) = beginning.strip_prefix("<!--").and_then(|comment| comment.split_once("-->")) {
        beginning = after.trim_start();
    }
    TAGS.iter().any(|tag| beginning.starts_with(tag)) || (beginning.starts_with("<?xml") && beginning.contains("<html"))
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
