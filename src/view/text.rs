//! Measuring, wrapping and cutting of text: the only module that does.
//!
//! Widths are in terminal cells and agree with what ratatui draws: a Chinese character is two cells, a character of
//! ambiguous width (`①`, `“`, `·`, `│`) is one, control characters are none. Text from outside goes through [`visible`]
//! before anything else here. Must not know styles' meanings, screens or state.

use std::borrow::Cow;

use ratatui::{
    buffer::{Buffer, CellWidth},
    layout::Rect,
    text::Span,
};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

mod spelling;
mod wrap;

pub use spelling::stand_in;
pub use wrap::{height, wrap, wrap_at_most};

/// What stands where text was cut.
pub const ELLIPSIS: &str = "…";

/// A grapheme of a text: where it starts (in bytes), what it is, and its width in cells.
type Piece<'text> = (usize, &'text str, usize);

/// Walks through a text grapheme by grapheme.
///
/// Segmentation is skipped where both the character and the one behind it are known to stand alone, which is almost
/// all of a Chinese or English text.
struct Pieces<'text> {
    text: &'text str,
    at: usize,
}

fn pieces(text: &str) -> Pieces<'_> {
    Pieces { text, at: 0 }
}

impl<'text> Iterator for Pieces<'text> {
    type Item = Piece<'text>;

    fn next(&mut self) -> Option<Piece<'text>> {
        let (start, rest) = (self.at, &self.text[self.at..]);
        let mut characters = rest.chars();
        let first = characters.next()?;
        let (grapheme, width) = match lone_width(first) {
            Some(width) if characters.next().is_none_or(|next| lone_width(next).is_some()) => {
                (&rest[..first.len_utf8()], width)
            }
            _ => {
                let grapheme = rest.graphemes(true).next()?;
                (grapheme, grapheme_width(grapheme))
            }
        };
        self.at += grapheme.len();
        Some((start, grapheme, width))
    }
}

/// Returns the width of a character that never joins a neighbour of this sort to one grapheme.
fn lone_width(character: char) -> Option<usize> {
    match character {
        ' '..='~' | '“' | '”' | '‘' | '’' | '…' | '—' | '·' | '①'..='⑳' | '≤' | '≥' | '×' => {
            Some(1)
        }
        '\u{3000}'..='\u{3029}' | '\u{4E00}'..='\u{9FFF}' | '！'..='｠' => Some(2),
        _ => None,
    }
}

/// Returns the width of one grapheme as ratatui draws it; it leaves out those with control characters.
fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) { 0 } else { usize::from(grapheme.cell_width()) }
}

fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Measures a text in cells; line breaks and other control characters count nothing.
pub fn width(text: &str) -> usize {
    if is_printable_ascii(text) { text.len() } else { pieces(text).map(|(_, _, width)| width).sum() }
}

/// Cuts a text to its first line and at most `max_width` cells, with `…` as the last cell where something was cut.
///
/// A grapheme is never split: where a wide character would stand across the edge, the result is one cell narrower.
pub fn cut(text: &str, max_width: usize) -> Cow<'_, str> {
    let line = text.split('\n').next().unwrap_or_default();
    if line.len() == text.len() && fits(line, max_width) {
        return Cow::Borrowed(text);
    }
    let Some(room) = max_width.checked_sub(width(ELLIPSIS)) else { return Cow::Borrowed("") };
    Cow::Owned(format!("{}{ELLIPSIS}", prefix(line, room)))
}

/// Cuts a text to exactly `exact_width` cells, with spaces behind it where it is narrower.
pub fn pad(text: &str, exact_width: usize) -> String {
    let mut padded = cut(text, exact_width).into_owned();
    let spaces = exact_width.saturating_sub(width(&padded));
    padded.extend(std::iter::repeat_n(' ', spaces));
    padded
}

/// Says whether a text is at most `max_width` cells wide, without measuring far beyond.
fn fits(text: &str, max_width: usize) -> bool {
    if is_printable_ascii(text) { text.len() <= max_width } else { prefix(text, max_width).len() == text.len() }
}

/// Returns the longest beginning of a text that is at most `max_width` cells wide.
fn prefix(text: &str, max_width: usize) -> &str {
    let mut used = 0;
    for (start, _, width) in pieces(text) {
        used += width;
        if used > max_width {
            return &text[..start];
        }
    }
    text
}

/// Shows every character that is invisible or that a terminal would obey as a mark of ASCII characters.
///
/// Escape and other controls become `^[`; characters that reorder text or have no width become `<U+202E>`. Line breaks
/// stay, a tab becomes a space. What is stored is never changed: this is for the text on its way to the screen.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte < b' ' || byte == 0x7F) && (text.is_ascii() || !text.chars().any(is_hidden)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\u{2028}' | '\u{2029}' => shown.push('\n'),
            '\t' => shown.push(' '),
            '\0'..='\x1F' => shown.extend(['^', char::from(character as u8 + b'@')]),
            '\x7F' => shown.push_str("^?"),
            hidden if is_hidden(hidden) => shown.extend(["<U+", &format!("{:04X}", u32::from(hidden)), ">"]),
            other => shown.push(other),
        }
    }
    Cow::Owned(shown)
}

/// Says whether a character beyond ASCII has no shape of its own or reorders its neighbours.
///
/// Controls U+0080 to U+009F, format characters (Unicode category Cf), separators, fillers that look empty, and tags.
/// Variation selectors are let through: they choose the written form of a Chinese character.
fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Draws one line of spans, cut with `…` to `max_width` cells, and returns the column behind it.
///
/// What lies outside the buffer is left out. The spans are cut here because ratatui's `Buffer::set_line` goes on with
/// the next span in the cell that a wide character at the edge did not fit into.
pub fn put_line(buffer: &mut Buffer, x: u16, y: u16, max_width: u16, spans: &[Span<'_>]) -> u16 {
    let area = buffer.area;
    if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
        return x;
    }
    let mut room = usize::from(max_width.min(area.right() - x));
    let mut column = x;
    let mut put =
        |text: &str, column: u16, span: &Span<'_>| buffer.set_stringn(column, y, text, text.len(), span.style).0;
    for (index, span) in spans.iter().enumerate() {
        let here = width(&span.content);
        let behind_fits = || spans[index + 1..].iter().map(|span| width(&span.content)).sum::<usize>() + here <= room;
        if here < room || behind_fits() {
            column = put(&span.content, column, span);
            room -= here.min(room);
        } else {
            // Something has to go, and if not in this span then all of the next, so this one carries the mark.
            let cut = format!("{}{ELLIPSIS}", prefix(&span.content, room.saturating_sub(1)));
            return if room == 0 { column } else { put(&cut, column, span) };
        }
    }
    column
}

/// Blanks an area, such as the one a popup is about to cover.
///
/// A wide character that reaches into the area from the left is blanked as a whole: its right half is not drawn over
/// by itself, so the popup's border would be lost (ratatui#2526).
pub fn clear(buffer: &mut Buffer, area: Rect) {
    let area = area.intersection(buffer.area);
    for y in area.top()..area.bottom() {
        if area.left() > buffer.area.left() && buffer[(area.left() - 1, y)].cell_width() > 1 {
            buffer[(area.left() - 1, y)].set_symbol(" ");
        }
        for x in area.left()..area.right() {
            buffer[(x, y)].reset();
        }
    }
}

/// Says whether a terminal may draw the text wider than this module measures it.
///
/// True where a character has East Asian Width "ambiguous": one cell here and in ratatui, two in an old console with a
/// Chinese font.
pub fn is_ambiguous(text: &str) -> bool {
    !text.is_ascii() && text.width_cjk() > text.width()
}

#[cfg(test)]
mod tests;
