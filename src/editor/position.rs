//! Places in a text as editors count them: lines and UTF-16 units from 0, against bytes.
//!
//! Language Server Protocol 3.17, "Position": a character beyond the end of a line means the end of the line.

/// Where the lines of a text begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// Finds the lines of a text.
    pub fn new(text: &str) -> Self {
        Self { starts: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect() }
    }

    /// Returns the byte at a line and UTF-16 unit; beyond the text its end, inside a character its beginning.
    pub fn offset(&self, text: &str, line: u32, unit: u32) -> usize {
        let Some(&start) = usize::try_from(line).ok().and_then(|line| self.starts.get(line)) else { return text.len() };
        let mut left = unit as usize;
        for (at, character) in text[start..].char_indices() {
            let ends = text[start + at..].starts_with("\r\n") || character == '\n';
            if left < character.len_utf16() || ends {
                return start + at;
            }
            left -= character.len_utf16();
        }
        text.len()
    }

    /// Returns the line and UTF-16 unit of a byte; one inside a character counts as its beginning.
    pub fn position(&self, text: &str, offset: usize) -> (u32, u32) {
        let offset = (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let units: usize = text[self.starts[line]..offset].chars().map(char::len_utf16).sum();
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(units).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn units_are_those_of_utf_16() {
        let text = "一\r\n𠮷b = \"发热\"\n";
        let lines = Lines::new(text);
        for (piece, position) in [("一", (0, 0)), ("\r", (0, 1)), ("𠮷", (1, 0)), ("b", (1, 2)), ("热", (1, 8))] {
            let offset = text.find(piece).expect(piece);
            assert_eq!(lines.position(text, offset), position, "{piece}");
            assert_eq!(lines.offset(text, position.0, position.1), offset, "{piece}");
        }
        assert_eq!(lines.offset(text, 1, 1), text.find('𠮷').expect("there"), "inside a character");
        assert_eq!(lines.offset(text, 0, 99), 3, "beyond a line");
        assert_eq!(lines.offset(text, 99, 0), text.len(), "beyond the text");
    }

    proptest! {
        #[test]
        fn every_character_is_found_again(text in "[a发𠮷\r\n]{0,40}") {
            let lines = Lines::new(&text);
            for (offset, character) in text.char_indices() {
                let (line, unit) = lines.position(&text, offset);
                // A line end may be two characters, of which editors name only the first.
                if character != '\n' || !text[..offset].ends_with('\r') {
                    prop_assert_eq!(lines.offset(&text, line, unit), offset);
                }
            }
        }
    }
}
