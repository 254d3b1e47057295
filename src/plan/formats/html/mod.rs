//! Web pages: the text of the document on them, without the navigation around it.
//!
//! A page is decoded as it declares (`gb2312` as GB18030, which contains it), cleaned, parsed as a browser parses it, and
//! cut down to its main text.

mod clean;
mod elements;
mod main_text;
mod page_lines;
#[cfg(test)]
mod tests;

use encoding_rs::{Encoding, GB18030, GBK, UTF_8};
use scraper::Html;

use crate::{
    error::{Error, Result},
    plan::decode,
    text,
};

/// Reads the main text of a page: a line for each block and for each row of a table, numbers of lists written out.
///
/// # Errors
///
/// A page whose elements stand in each other deeper than any document's, and one without text, such as a page that is put
/// together only when a browser shows it.
pub(super) fn read(bytes: &[u8], encoding: Option<&'static Encoding>) -> Result<String> {
    let (encoding, start) = encoding.map_or_else(|| encoding_of(bytes), |encoding| (encoding, 0));
    let (page, _) = encoding.decode_with_bom_removal(&bytes[start..]);
    let page = Html::parse_document(&clean::clean(&page)?);
    let lines = main_text::read(&page);
    if lines.is_empty() {
        return Err(Error::input(text!("formats.empty_page")).hint(text!("formats.empty_page_hint")));
    }
    Ok(lines.join("\n"))
}

/// Finds the encoding of a page: its mark, what it declares, or what it looks like.
fn encoding_of(bytes: &[u8]) -> (&'static Encoding, usize) {
    const HEAD: usize = 4096;
    let recognised = decode::recognise(bytes);
    let declared = declared(&bytes[..bytes.len().min(HEAD)]);
    match declared {
        // What is UTF-8 is nothing else by chance, and a page that says so wrongly is none.
        _ if recognised.1 > 0 || recognised.0 == UTF_8 || !recognised.0.is_ascii_compatible() => recognised,
        Some(encoding) if encoding != UTF_8 => (if encoding == GBK { GB18030 } else { encoding }, 0),
        _ => recognised,
    }
}

/// Reads `charset=` in the head of a page, alone or in the content type.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head: String = head.iter().map(|&byte| byte.to_ascii_lowercase() as char).collect();
    let (_, after) = head.split_once("charset=")?;
    let name = after.trim_start_matches(['"', '\'', ' ']);
    let end = name.find(|char: char| !char.is_ascii_alphanumeric() && !matches!(char, '-' | '_'))?;
    Encoding::for_label(&name.as_bytes()[..end])
}
