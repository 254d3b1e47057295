//! Bytes → text: what sort of file it is, by its content, and in which encoding its text stands.
//!
//! This is the only place that guesses encodings. Documents that are no plain text are for [`super::formats`].

use std::path::PathBuf;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::{Problem, formats::Format};
use crate::{
    error::{Error, Result},
    text,
};

/// The largest document that is read, in bytes: a plan has some ten thousand characters.
pub const LARGEST_DOCUMENT: usize = 64 * 1024 * 1024;

/// The text of a document and what was doubtful about it.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) problems: Vec<Problem>,
}

/// Reads the text of a document; `encoding` is a name such as `gb18030` that overrides what the bytes look like.
pub(super) fn decode(bytes: &[u8], file_name: &str, encoding: Option<&str>) -> Result<Decoded> {
    let refuse = |error: Error| Err(error.at(PathBuf::from(file_name)));
    if bytes.len() > LARGEST_DOCUMENT {
        let error = Error::input(text!(
            "plan.decode.large",
            megabytes = bytes.len() / (1024 * 1024),
            most = LARGEST_DOCUMENT / (1024 * 1024)
        ));
        return refuse(error.hint(text!("plan.decode.large_hint")));
    }
    let named = encoding.map(|name| Encoding::for_label(name.trim().as_bytes()).ok_or(name)).transpose();
    let named = match named {
        Ok(named) => named,
        Err(name) => {
            let error = Error::input(text!("plan.decode.encoding", name = name));
            return refuse(error.hint(text!("plan.decode.encoding_hint")));
        }
    };
    if let Some(format) = Format::of(bytes) {
        return match format.text(bytes, named) {
            Ok(text) if text.trim().is_empty() => refuse(empty()),
            Ok(text) => Ok(Decoded { text, problems: Vec::new() }),
            Err(error) => refuse(error),
        };
    }
    let (encoding, start) = named.map_or_else(
        || recognise(bytes),
        |encoding| (encoding, Encoding::for_bom(bytes).map_or(0, |(_, length)| length)),
    );
    let (text, damaged) = encoding.decode_without_bom_handling(&bytes[start..]);
    if text.contains('\0') {
        return refuse(Error::input(text!("plan.decode.binary")).hint(text!("plan.decode.binary_hint")));
    }
    if text.trim().is_empty() {
        return refuse(empty());
    }
    let problems = if damaged { vec![Problem::Damaged { encoding: encoding.name().to_owned() }] } else { Vec::new() };
    Ok(Decoded { text: text.into_owned(), problems })
}

fn empty() -> Error {
    Error::input(text!("plan.decode.empty")).hint(text!("plan.decode.empty_hint"))
}

/// Recognises the encoding of text: mark, UTF-16 by its pattern, valid UTF-8, then what Chinese text looks like.
pub(super) fn recognise(bytes: &[u8]) -> (&'static Encoding, usize) {
    const SAMPLE: usize = 256 * 1024;
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return (encoding, length);
    }
    let valid_utf_8 = std::str::from_utf8(bytes).is_ok();
    if let Some(encoding) = utf_16_pattern(bytes, valid_utf_8) {
        return (encoding, 0);
    }
    if valid_utf_8 {
        return (UTF_8, 0);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(SAMPLE)], bytes.len() <= SAMPLE);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Allow);
    // GB18030 contains GBK and is what Chinese systems write today.
    (if guess == GBK { GB18030 } else { guess }, 0)
}

/// Tells UTF-16 without a mark: line ends, spaces and digits have a zero byte, and Chinese characters share few high bytes.
fn utf_16_pattern(bytes: &[u8], valid_utf_8: bool) -> Option<&'static Encoding> {
    const SAMPLE: usize = 8192;
    let sample = &bytes[..bytes.len().min(SAMPLE) & !1];
    if sample.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let typical = |high: u8, low: u8| match high {
        0 => low == b'\n' || low == b'\r' || (0x20..0x7f).contains(&low),
        0x30 | 0x20 | 0xff => true,
        _ => (0x4e..=0x9f).contains(&high),
    };
    let units = sample.len() / 2;
    let little = sample.chunks_exact(2).filter(|unit| typical(unit[1], unit[0])).count();
    let big = sample.chunks_exact(2).filter(|unit| typical(unit[0], unit[1])).count();
    let zeros = sample.contains(&0);
    // Without a zero byte only text that cannot be UTF-8 may be UTF-16.
    if !zeros && valid_utf_8 {
        return None;
    }
    let (most, encoding) = if little > big { (little, UTF_16LE) } else { (big, UTF_16BE) };
    let clear = little.abs_diff(big) * 4 > units;
    (most * 100 >= units * 97 && clear).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "一、加强发热门诊管理\n（一）规范设置。全市建成12家。\r\n2023年6月底前完成。\n";

    fn utf_16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn text_is_the_same_in_every_encoding() {
        let marked = [b"\xef\xbb\xbf".as_slice(), SAMPLE.as_bytes()].concat();
        let cases = [
            ("utf-8", SAMPLE.as_bytes().to_vec()),
            ("utf-8 with mark", marked),
            ("gb18030", GB18030.encode(SAMPLE).0.into_owned()),
            ("utf-16le", utf_16(SAMPLE, false, false)),
            ("utf-16be", utf_16(SAMPLE, true, false)),
            ("utf-16le with mark", utf_16(SAMPLE, false, true)),
            ("utf-16be with mark", utf_16(SAMPLE, true, true)),
        ];
        for (name, bytes) in cases {
            let decoded = decode(&bytes, "plan.txt", None).expect(name);
            assert_eq!(decoded.text, SAMPLE, "{name}");
            assert!(decoded.problems.is_empty(), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_how_to_go_on() {
        let cases: &[(&[u8], &str)] = &[
            (b"", "plan.decode.empty"),
            (b" \r\n\t", "plan.decode.empty"),
            (b"PK\x03\x04\x14\0\0\0[Content_Types].xml", "formats.docx.damaged"),
            (b"PK\x03\x04\x14\0\0\0photo.jpg", "formats.archive"),
            (b"%PDF-1.7\n", "formats.pdf.damaged"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "formats.old_word"),
            (b"{\\rtf1\\ansi", "formats.rich_text"),
            (b"\n<!DOCTYPE html><html>", "formats.empty_page"),
            (b"\x89PNG\r\n", "formats.picture"),
            (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "formats.web_archive"),
            (b"ab\0\0\x01\x02\x00cd\xff\x00\x03x", "plan.decode.binary"),
        ];
        for (bytes, key) in cases {
            let error = decode(bytes, "plan", None).expect_err(key);
            assert_eq!(error.message().key(), *key);
            assert!(error.next_step().is_some() && error.place().is_some(), "{key}");
        }
    }

    #[test]
    fn an_encoding_can_be_forced() {
        let bytes = GB18030.encode(SAMPLE).0;
        assert_eq!(decode(&bytes, "plan", Some("gb18030")).expect("it is known").text, SAMPLE);
        let error = decode(&bytes, "plan", Some("martian")).expect_err("it is unknown");
        assert_eq!(error.message().key(), "plan.decode.encoding");
        let damaged = decode(&bytes, "plan", Some("utf-8")).expect("it is read as well as it can be");
        assert_eq!(damaged.problems.len(), 1);
    }
}
