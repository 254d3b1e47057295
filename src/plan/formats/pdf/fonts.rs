//! Fonts: from the codes in a page's text to characters and their widths (ISO 32000-1, 9.6 to 9.10).

use std::collections::HashMap;

use encoding_rs::{BIG5, Encoding, GB18030, UTF_16BE};
use lopdf::{Dictionary, Document, Object};

use super::{LARGEST_STREAM, cmap::CMap};

/// Stands for a character that the file does not name.
pub(super) const UNKNOWN: char = '\u{fffd}';

/// One character of a page's text.
pub(super) struct Glyph {
    pub(super) text: String,
    /// The width, in thousandths of the size of the font.
    pub(super) width: f32,
    /// Whether it is a space of one byte, which word spacing widens.
    pub(super) is_space: bool,
}

/// How codes become characters where the font brings no table of its own.
#[derive(Clone, Copy, Debug)]
enum Codes {
    /// One or two bytes (four in GB18030) of a Chinese encoding.
    MultiByte(&'static Encoding),
    /// Two bytes of UTF-16.
    Unicode,
    /// Two bytes that number the glyphs of this font only.
    Glyphs,
    /// One byte.
    OneByte,
}

/// The predefined tables of Chinese fonts, by the beginning of their name (ISO 32000-1, table 118).
const PREDEFINED: &[(&str, Codes)] = &[
    ("UniGB-U", Codes::Unicode),
    ("UniCNS-U", Codes::Unicode),
    ("UniJIS-U", Codes::Unicode),
    ("GB", Codes::MultiByte(GB18030)),
    ("ETen", Codes::MultiByte(BIG5)),
    ("B5pc", Codes::MultiByte(BIG5)),
    ("HKscs", Codes::MultiByte(BIG5)),
];

/// A font of a page.
pub(super) struct Font<'d> {
    document: &'d Document,
    dictionary: &'d Dictionary,
    codes: Codes,
    to_unicode: Option<CMap>,
    widths: HashMap<u32, f32>,
    default_width: f32,
}

impl<'d> Font<'d> {
    /// Reads a font's dictionary.
    pub(super) fn read(document: &'d Document, dictionary: &'d Dictionary) -> Self {
        let composite = dictionary.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Type0");
        let encoding = dictionary.get_deref(b"Encoding", document).and_then(Object::as_name).unwrap_or_default();
        let encoding = String::from_utf8_lossy(encoding);
        let predefined = || PREDEFINED.iter().find(|(name, _)| encoding.starts_with(name)).map(|(_, codes)| *codes);
        let codes = if composite { predefined().unwrap_or(Codes::Glyphs) } else { Codes::OneByte };
        let to_unicode = dictionary.get_deref(b"ToUnicode", document).and_then(Object::as_stream).ok();
        let to_unicode = to_unicode.and_then(|stream| stream.get_plain_content_with_limit(LARGEST_STREAM).ok());
        let mut font = Self {
            document,
            dictionary,
            codes,
            to_unicode: to_unicode.map(|content| CMap::read(&content)),
            widths: HashMap::new(),
            default_width: if composite { 1000.0 } else { 500.0 },
        };
        if composite {
            font.read_composite_widths();
        } else {
            font.read_simple_widths();
        }
        font
    }

    fn read_simple_widths(&mut self) {
        let first =
            self.dictionary.get(b"FirstChar").and_then(Object::as_i64).ok().and_then(|code| u32::try_from(code).ok());
        let widths = self.dictionary.get_deref(b"Widths", self.document).and_then(Object::as_array);
        if let (Some(first), Ok(widths)) = (first, widths) {
            let widths = widths.iter().take(256).enumerate();
            self.widths = widths
                .filter_map(|(at, width)| Some((first.saturating_add(u32::try_from(at).ok()?), width.as_float().ok()?)))
                .collect();
        }
    }

    /// Reads `W`: a code with a list of widths, or a first and a last code with one width.
    fn read_composite_widths(&mut self) {
        let Ok(descendants) = self.dictionary.get_deref(b"DescendantFonts", self.document).and_then(Object::as_array)
        else {
            return;
        };
        let font = descendants.first().and_then(|font| self.document.dereference(font).ok()?.1.as_dict().ok());
        let Some(font) = font else { return };
        if let Ok(width) = font.get_deref(b"DW", self.document).and_then(Object::as_float) {
            self.default_width = width;
        }
        let Ok(widths) = font.get_deref(b"W", self.document).and_then(Object::as_array) else { return };
        let mut entries =
            widths.iter().map(|entry| self.document.dereference(entry).map_or(entry, |(_, object)| object));
        let code = |object: &Object| {
            object.as_i64().ok().and_then(|code| u32::try_from(code).ok()).filter(|code| *code <= 0xffff)
        };
        let mut found = HashMap::new();
        while let (Some(first), Some(next)) = (entries.next().and_then(code), entries.next()) {
            if let Ok(list) = next.as_array() {
                let numbered = (first..=0xffff).zip(list);
                found.extend(numbered.filter_map(|(code, width)| Some((code, width.as_float().ok()?))));
            } else if let (Some(last), Some(Ok(width))) = (code(next), entries.next().map(Object::as_float)) {
                found.extend((first..=last).map(|code| (code, width)));
            } else {
                break;
            }
        }
        self.widths = found;
    }

    /// Reads the characters of a piece of text.
    pub(super) fn glyphs(&self, bytes: &[u8]) -> Vec<Glyph> {
        let mut glyphs = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (code, after) = rest.split_at(self.length_of(rest).min(rest.len()));
            rest = after;
            let number = code.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
            let mapped = self.to_unicode.as_ref().and_then(|map| map.get(number));
            let text = mapped.unwrap_or_else(|| self.decode(code));
            glyphs.push(Glyph { text, width: self.width(code.len(), number), is_space: code == b" " });
        }
        glyphs
    }

    fn length_of(&self, bytes: &[u8]) -> usize {
        match self.codes {
            Codes::OneByte => 1,
            Codes::Glyphs if self.to_unicode.as_ref().is_some_and(|map| map.one_byte) => 1,
            Codes::Glyphs => 2,
            Codes::Unicode if matches!(bytes[0], 0xd8..=0xdb) => 4,
            Codes::Unicode => 2,
            Codes::MultiByte(_) if bytes[0] < 0x81 || bytes[0] == 0xff => 1,
            Codes::MultiByte(encoding) => {
                let long = encoding == GB18030 && bytes.get(1).is_some_and(u8::is_ascii_digit);
                if long { 4 } else { 2 }
            }
        }
    }

    fn decode(&self, code: &[u8]) -> String {
        match self.codes {
            Codes::MultiByte(encoding) => encoding.decode_without_bom_handling(code).0.into_owned(),
            Codes::Unicode => UTF_16BE.decode_without_bom_handling(code).0.into_owned(),
            Codes::Glyphs => UNKNOWN.to_string(),
            Codes::OneByte => self
                .dictionary
                .get_font_encoding_with_limit(self.document, LARGEST_STREAM)
                .and_then(|encoding| Document::decode_text(&encoding, code))
                .unwrap_or_else(|_| UNKNOWN.to_string()),
        }
    }

    fn width(&self, length: usize, code: u32) -> f32 {
        // The widths of fonts with a predefined table are listed by glyph, of which only the half-width ones are known.
        match self.codes {
            Codes::MultiByte(_) if length == 1 => 500.0,
            Codes::Unicode if code < 0x80 => 500.0,
            Codes::MultiByte(_) | Codes::Unicode => self.default_width,
            Codes::Glyphs | Codes::OneByte => self.widths.get(&code).copied().unwrap_or(self.default_width),
        }
    }
}
