//! Fonts: from the codes in a page's text to characters and their widths (ISO 32000-1, 9.6 to 9.10).

use std::{collections::HashMap, rc::Rc};

use encoding_rs::{BIG5, Encoding, GB18030, UTF_16BE};
use lopdf::{Dictionary, Document, Object};

use super::{Budget, LARGEST_STREAM, cmap::CMap};
use crate::{error::Result, plan::radicals};

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

/// The fonts of a document, each read once for all its pages.
pub(super) struct Fonts<'d> {
    document: &'d Document,
    read: HashMap<*const Dictionary, Rc<Font<'d>>>,
}

impl<'d> Fonts<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self { document, read: HashMap::new() }
    }

    /// Returns the font that a dictionary of the document describes.
    pub(super) fn get(&mut self, dictionary: &'d Dictionary, budget: &mut Budget) -> Result<Rc<Font<'d>>> {
        let place = std::ptr::from_ref(dictionary);
        if let Some(font) = self.read.get(&place) {
            return Ok(Rc::clone(font));
        }
        let font = Rc::new(Font::read(self.document, dictionary, budget)?);
        self.read.insert(place, Rc::clone(&font));
        Ok(font)
    }
}

/// A font of a page.
pub(super) struct Font<'d> {
    document: &'d Document,
    dictionary: &'d Dictionary,
    codes: Codes,
    to_unicode: Option<CMap>,
    /// What the codes of a font with one byte for each stand for.
    one_byte: Vec<String>,
    widths: HashMap<u32, f32>,
    default_width: f32,
}

impl<'d> Font<'d> {
    /// Reads a font's dictionary.
    fn read(document: &'d Document, dictionary: &'d Dictionary, budget: &mut Budget) -> Result<Self> {
        let composite = dictionary.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Type0");
        let encoding = dictionary.get_deref(b"Encoding", document).and_then(Object::as_name).unwrap_or_default();
        let encoding = String::from_utf8_lossy(encoding);
        let predefined = || PREDEFINED.iter().find(|(name, _)| encoding.starts_with(name)).map(|(_, codes)| *codes);
        let codes = if composite { predefined().unwrap_or(Codes::Glyphs) } else { Codes::OneByte };
        let to_unicode = dictionary.get_deref(b"ToUnicode", document).and_then(Object::as_stream).ok();
        let to_unicode = to_unicode.map(|stream| budget.stream(stream)).transpose()?;
        let mut font = Self {
            document,
            dictionary,
            codes,
            to_unicode: to_unicode.map(|content| CMap::read(&content)),
            one_byte: Vec::new(),
            widths: HashMap::new(),
            default_width: if composite { 1000.0 } else { 500.0 },
        };
        if composite {
            font.read_composite_widths();
        } else {
            font.read_simple_codes();
            font.read_simple_widths();
        }
        Ok(font)
    }

    fn read_simple_codes(&mut self) {
        let Ok(encoding) = self.dictionary.get_font_encoding_with_limit(self.document, LARGEST_STREAM) else { return };
        let decode = |code| Document::decode_text(&encoding, &[code]).unwrap_or_else(|_| UNKNOWN.to_string());
        self.one_byte = (0..=u8::MAX).map(decode).collect();
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
        // Ranges may say the same codes over and over.
        let mut left = 4 * usize::from(u16::MAX);
        let mut found = HashMap::new();
        while let (Some(first), Some(next)) = (entries.next().and_then(code), entries.next()) {
            if let Ok(list) = next.as_array() {
                let numbered = (first..=0xffff).zip(list);
                found.extend(numbered.filter_map(|(code, width)| Some((code, width.as_float().ok()?))));
            } else if let (Some(last), Some(Ok(width))) = (code(next), entries.next().map(Object::as_float)) {
                found.extend((first..=last).take(left).map(|code| (code, width)));
                left = left.saturating_sub(last.saturating_sub(first) as usize);
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
            let text: String = mapped.unwrap_or_else(|| self.decode(code)).chars().map(radicals::plain).collect();
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
            Codes::OneByte => self.one_byte.get(usize::from(code[0])).cloned().unwrap_or_else(|| UNKNOWN.to_string()),
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
