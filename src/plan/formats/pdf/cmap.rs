//! `ToUnicode` tables: which characters the codes of a font stand for (ISO 32000-1, 9.10.3).

/// Codes in a row that stand for characters in a row, or one code that stands for some characters.
#[derive(Debug)]
struct Range {
    first: u32,
    last: u32,
    text: Vec<u16>,
}

/// The characters of a font's codes.
#[derive(Debug, Default)]
pub(super) struct CMap {
    ranges: Vec<Range>,
    /// Whether every code has one byte.
    pub(super) one_byte: bool,
}

impl CMap {
    /// Reads a table; what cannot be understood in it is passed over.
    pub(super) fn read(content: &[u8]) -> Self {
        let mut cmap = Self::default();
        let mut tokens = Tokens { rest: content };
        let mut longest = 0;
        while let Some(token) = tokens.next() {
            match token {
                Token::Word(b"begincodespacerange") => {
                    while let Some(Token::Code(code)) = tokens.next() {
                        longest = longest.max(code.len());
                    }
                }
                Token::Word(b"beginbfchar") => {
                    while let (Some(Token::Code(code)), Some(Token::Code(text))) = (tokens.next(), tokens.next()) {
                        cmap.add(number(&code), number(&code), &text);
                    }
                }
                Token::Word(b"beginbfrange") => cmap.read_ranges(&mut tokens),
                _ => {}
            }
        }
        cmap.one_byte = longest == 1;
        cmap.ranges.sort_by_key(|range| range.first);
        cmap
    }

    fn read_ranges(&mut self, tokens: &mut Tokens) {
        while let (Some(Token::Code(first)), Some(Token::Code(last))) = (tokens.next(), tokens.next()) {
            match tokens.next() {
                Some(Token::Code(text)) => self.add(number(&first), number(&last), &text),
                Some(Token::Open) => {
                    let mut code = number(&first);
                    while let Some(Token::Code(text)) = tokens.next() {
                        self.add(code, code, &text);
                        code = code.saturating_add(1);
                    }
                }
                _ => return,
            }
        }
    }

    fn add(&mut self, first: u32, last: u32, text: &[u8]) {
        let text = text.chunks(2).map(|pair| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte))).collect();
        self.ranges.push(Range { first, last, text });
    }

    /// Returns the characters of a code.
    pub(super) fn get(&self, code: u32) -> Option<String> {
        let after = self.ranges.partition_point(|range| range.first <= code);
        let range = self.ranges[..after].last().filter(|range| code <= range.last)?;
        let mut text = range.text.clone();
        let offset = u16::try_from(code - range.first).ok()?;
        let last = text.last_mut()?;
        *last = last.checked_add(offset)?;
        let text = String::from_utf16(&text).ok()?;
        // Generators write NUL for glyphs that they do not know.
        (!text.contains('\0')).then_some(text)
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

enum Token<'c> {
    Code(Vec<u8>),
    Open,
    Word(&'c [u8]),
}

struct Tokens<'c> {
    rest: &'c [u8],
}

impl<'c> Tokens<'c> {
    fn take(&mut self, length: usize) -> &'c [u8] {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn next(&mut self) -> Option<Token<'c>> {
        let start = self.rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
        self.take(start);
        match self.rest[0] {
            b'<' if self.rest.get(1) != Some(&b'<') => {
                let length = self.rest.iter().position(|&byte| byte == b'>').unwrap_or(self.rest.len());
                let digits: Vec<u8> = self
                    .take(length + 1)
                    .iter()
                    .filter_map(|&byte| u8::try_from((byte as char).to_digit(16)?).ok())
                    .collect();
                Some(Token::Code(
                    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect(),
                ))
            }
            b'[' => {
                self.take(1);
                Some(Token::Open)
            }
            _ => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'[');
                let length = self.rest[1..].iter().position(ends).map_or(self.rest.len(), |length| length + 1);
                Some(Token::Word(self.take(length)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_looked_up() {
        let cmap = CMap::read(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfchar <0003> <0020> <0004><D840DC0B> endbfchar
              2 beginbfrange <0010> <0012> <4E00> <0020><0021>[<53D1> <70ED0031>] endbfrange",
        );
        let cases = [
            (3, Some(" ")),
            (4, Some("𠀋")),
            (0x12, Some("丂")),
            (0x13, None),
            (0x20, Some("发")),
            (0x21, Some("热1")),
        ];
        for (code, expected) in cases {
            assert_eq!(cmap.get(code).as_deref(), expected, "{code:x}");
        }
        assert!(!cmap.one_byte);
    }
}
