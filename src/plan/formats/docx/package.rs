//! The zip archive a Word document is: finds its parts and unpacks them within limits.

use std::io::{Cursor, Read};

use encoding_rs::{Encoding, UTF_8};
use quick_xml::events::Event;
use zip::{ZipArchive, result::ZipError};

use super::xml::{self, Xml};
use crate::{
    error::{Error, Result},
    plan::LARGEST_DOCUMENT,
    text,
};

/// Text of a plan shrinks to a tenth or a thirtieth of its size; what shrinks more than this was made to do harm.
const LARGEST_RATIO: u64 = 200;

/// Up to this size a part may shrink as it likes: an almost empty document does.
const SMALL: u64 = 1024 * 1024;

/// The parts of a document that its text comes from.
pub(super) struct Parts {
    pub(super) document: String,
    pub(super) styles: Option<String>,
    pub(super) numbering: Option<String>,
}

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// Unpacks the parts of a document.
pub(super) fn open(bytes: &[u8]) -> Result<Parts> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut left = LARGEST_DOCUMENT as u64;
    let main = part(&mut archive, "_rels/.rels", &mut left)?.map(|relations| main_part(&relations)).transpose()?;
    let main = main.flatten().unwrap_or_else(|| "word/document.xml".to_owned());
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let document = part(&mut archive, &main, &mut left)?;
    let document = document
        .ok_or_else(|| Error::input(text!("formats.docx.no_document")).hint(text!("formats.docx.no_document_hint")))?;
    let mut beside = |name: &str| part(&mut archive, &format!("{folder}/{name}"), &mut left);
    Ok(Parts { document, styles: beside("styles.xml")?, numbering: beside("numbering.xml")? })
}

/// Finds the name of the part with the text; Word calls it `word/document.xml`, other programs need not.
fn main_part(relations: &str) -> Result<Option<String>> {
    let mut reader = Xml::new(relations);
    loop {
        match reader.next()? {
            Event::Start(element)
                if xml::attribute(&element, "Type").is_some_and(|kind| kind.ends_with("/officeDocument")) =>
            {
                return Ok(xml::attribute(&element, "Target").map(|to| to.trim_start_matches('/').to_owned()));
            }
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}

/// Unpacks one part, if it is there; `left` is how many bytes all parts together may still have.
fn part(archive: &mut Archive, name: &str, left: &mut u64) -> Result<Option<String>> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
            return Err(Error::input(text!("formats.encrypted")).hint(text!("formats.encrypted_hint")));
        }
        Err(error) => return Err(damaged(error)),
    };
    let most = (file.compressed_size() * LARGEST_RATIO).max(SMALL).min(*left);
    let mut content = Vec::new();
    file.take(most + 1).read_to_end(&mut content).map_err(damaged)?;
    if content.len() as u64 > most {
        return Err(Error::input(text!("formats.large")).hint(text!("formats.docx.damaged_hint")));
    }
    *left -= content.len() as u64;
    let (encoding, mark) = Encoding::for_bom(&content).unwrap_or((UTF_8, 0));
    Ok(Some(encoding.decode_without_bom_handling(&content[mark..]).0.into_owned()))
}

/// Says that a document is damaged; what the library noticed helps nobody who only has the file.
pub(super) fn damaged<E>(_: E) -> Error {
    Error::input(text!("formats.docx.damaged")).hint(text!("formats.docx.damaged_hint"))
}
