//! The operators of a page, one after the other (ISO 32000-1, 7.8.2).
//!
//! A page is never held as a list of operators: a drawing has hundreds of thousands, of which none is text.

use std::borrow::Cow;

/// What stands before an operator.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand<'c> {
    Number(f32),
    Name(Cow<'c, [u8]>),
    Text(Vec<u8>),
    /// The elements of a list; lists in lists are taken for one.
    List(Vec<Operand<'c>>),
    Other,
}

/// No operator has more operands, but a list may have many elements.
const MOST_OPERANDS: usize = 64;

/// A line of text has some hundred pieces.
const LONGEST_LIST: usize = 100_000;

/// Reads the operators of a content stream.
pub(super) struct Operators<'c> {
    rest: &'c [u8],
    operands: Vec<Operand<'c>>,
    list: Option<Vec<Operand<'c>>>,
    /// Whether a list was longer than any of a document, so that the rest was left out.
    pub(super) cut: bool,
}

impl<'c> Operators<'c> {
    pub(super) fn new(content: &'c [u8]) -> Self {
        Self { rest: content, operands: Vec::new(), list: None, cut: false }
    }

    /// Returns what stood before the operator.
    pub(super) fn operands(&self) -> &[Operand<'c>] {
        &self.operands
    }

    /// Returns an operand as a number, 0 where it is none.
    pub(super) fn number(&self, at: usize) -> f32 {
        match self.operands.get(at) {
            Some(Operand::Number(number)) => *number,
            _ => 0.0,
        }
    }

    /// Returns the first operand as a name.
    pub(super) fn name(&self) -> &[u8] {
        match self.operands.first() {
            Some(Operand::Name(name)) => name,
            _ => &[],
        }
    }

    /// Gives the next operator.
    pub(super) fn next(&mut self) -> Option<&'c [u8]> {
        self.operands.clear();
        self.list = None;
        loop {
            let skipped = self.rest.iter().position(|&byte| !is_space(byte))?;
            self.rest = &self.rest[skipped..];
            match self.rest[0] {
                b'%' => drop(self.take_while(|byte| !matches!(byte, b'\r' | b'\n'))),
                b'/' => {
                    self.rest = &self.rest[1..];
                    let name = self.take_while(is_regular);
                    self.push(Operand::Name(plain_name(name)));
                }
                b'(' => {
                    let text = self.literal();
                    self.push(Operand::Text(text));
                }
                b'<' if self.rest.get(1) != Some(&b'<') => {
                    let text = self.hexadecimal();
                    self.push(Operand::Text(text));
                }
                b'[' => {
                    self.rest = &self.rest[1..];
                    self.list.get_or_insert_default();
                }
                b']' => {
                    self.rest = &self.rest[1..];
                    if let Some(list) = self.list.take() {
                        self.push(Operand::List(list));
                    }
                }
                // What stands in a dictionary is for no operator that matters.
                b'<' => self.rest = &self.rest[2..],
                b'>' | b'{' | b'}' | b')' => self.rest = &self.rest[1..],
                _ => {
                    let word = self.take_while(is_regular);
                    if let Some(operand) = constant(word) {
                        self.push(operand);
                    } else if word == b"BI" {
                        self.skip_picture();
                        self.operands.clear();
                    } else {
                        return Some(word);
                    }
                }
            }
        }
    }

    fn push(&mut self, operand: Operand<'c>) {
        match &mut self.list {
            Some(list) if list.len() < LONGEST_LIST => list.push(operand),
            Some(_) => self.cut = true,
            None if self.operands.len() < MOST_OPERANDS => self.operands.push(operand),
            None => {}
        }
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'c [u8] {
        let length = self.rest.iter().position(|&byte| !wanted(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// Reads a text in brackets, which may hold brackets in pairs and characters behind a backslash.
    fn literal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut depth = 0usize;
        let mut at = 0;
        while let Some(&byte) = self.rest.get(at) {
            at += 1;
            match byte {
                b'(' => {
                    depth += 1;
                    if depth == 1 {
                        continue;
                    }
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'\\' => {
                    at += self.escaped(at, &mut text);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        self.rest = &self.rest[at..];
        text
    }

    /// Reads what stands behind a backslash; returns how many bytes that is.
    fn escaped(&self, at: usize, text: &mut Vec<u8>) -> usize {
        const NAMED: &[(u8, u8)] = &[(b'n', b'\n'), (b'r', b'\r'), (b't', b'\t'), (b'b', 8), (b'f', 12)];
        let Some(&byte) = self.rest.get(at) else { return 0 };
        let digits = self.rest[at..].iter().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
        if digits > 0 {
            let code = self.rest[at..at + digits].iter().fold(0u32, |code, digit| code * 8 + u32::from(digit - b'0'));
            text.push(u8::try_from(code & 0xff).unwrap_or_default());
            return digits;
        }
        if byte == b'\r' && self.rest.get(at + 1) == Some(&b'\n') {
            return 2;
        }
        if !matches!(byte, b'\r' | b'\n') {
            text.push(NAMED.iter().find(|(named, _)| *named == byte).map_or(byte, |(_, meant)| *meant));
        }
        1
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        self.rest = &self.rest[1..];
        let digits = self.take_while(|byte| byte != b'>');
        self.rest = self.rest.get(1..).unwrap_or_default();
        let digits = digits.iter().filter_map(|&byte| u8::try_from((byte as char).to_digit(16)?).ok());
        let digits: Vec<u8> = digits.collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect()
    }

    /// Passes over a picture that stands between the operators.
    fn skip_picture(&mut self) {
        let ends = |at: usize| {
            let before = at == 0 || is_space(self.rest[at - 1]);
            before && self.rest[at..].starts_with(b"EI") && self.rest.get(at + 2).is_none_or(|&byte| is_space(byte))
        };
        let end = (0..self.rest.len()).find(|&at| ends(at)).map_or(self.rest.len(), |at| at + 2);
        self.rest = &self.rest[end..];
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\0' | b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !b"()<>[]{}/%".contains(&byte)
}

/// Reads a word that is no operator: a number, or one of three names.
fn constant(word: &[u8]) -> Option<Operand<'static>> {
    if matches!(word, b"true" | b"false" | b"null") {
        return Some(Operand::Other);
    }
    if !matches!(word.first(), Some(b'+' | b'-' | b'.' | b'0'..=b'9')) {
        return None;
    }
    let text = std::str::from_utf8(word).ok();
    // Some programs write 1.5-3 or --2; what can be read of such a number is 0 at most.
    Some(Operand::Number(
        text.and_then(|text| text.parse().ok()).filter(|number: &f32| number.is_finite()).unwrap_or(0.0),
    ))
}

/// Puts characters that a name writes as `#` and two digits in their place.
fn plain_name(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.contains(&b'#') {
        return Cow::Borrowed(name);
    }
    let mut plain = Vec::with_capacity(name.len());
    let mut at = 0;
    while at < name.len() {
        let digits = name.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.filter(|_| name[at] == b'#').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        plain.push(byte.unwrap_or(name[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(content: &[u8]) -> Vec<(String, Vec<Operand<'_>>)> {
        let mut operators = Operators::new(content);
        let mut found = Vec::new();
        while let Some(operator) = operators.next() {
            found.push((String::from_utf8_lossy(operator).into_owned(), operators.operands().to_vec()));
        }
        found
    }

    #[test]
    fn operators_are_read_with_what_stands_before_them() {
        let text = |text: &str| Operand::Text(text.as_bytes().to_vec());
        let cases: Vec<(&[u8], &str, Vec<Operand>)> = vec![
            (b"1 -.5 +3 Td", "Td", vec![Operand::Number(1.0), Operand::Number(-0.5), Operand::Number(3.0)]),
            (b"/F#31 16 Tf", "Tf", vec![Operand::Name(b"F1".into()), Operand::Number(16.0)]),
            (b"(a\\(b(c)\\)\\101\\\n\\n)Tj", "Tj", vec![text("a(b(c))A\n")]),
            (b"<61 6 2 6>Tj", "Tj", vec![text("ab`")]),
            (b"[(a)-20[<62>]]TJ", "TJ", vec![Operand::List(vec![text("a"), Operand::Number(-20.0), text("b")])]),
            (
                b"% (no)\n/P <</MCID 0>> BDC",
                "BDC",
                vec![Operand::Name(b"P".into()), Operand::Name(b"MCID".into()), Operand::Number(0.0)],
            ),
            (b"BI /W 1 ID \x01(EIx EI\nET", "ET", vec![]),
            (b"(open", "", vec![]),
        ];
        for (content, operator, operands) in cases {
            let found = read(content);
            let shown = String::from_utf8_lossy(content).into_owned();
            match found.first() {
                Some((name, before)) => assert_eq!((name.as_str(), before), (operator, &operands), "{shown}"),
                None => assert_eq!(operator, "", "{shown}"),
            }
        }
    }

    #[test]
    fn a_list_without_end_is_cut() {
        let content = [b"[".as_slice(), &b"1 ".repeat(LONGEST_LIST + 1), b"] TJ"].concat();
        let mut operators = Operators::new(&content);
        assert_eq!(operators.next(), Some(b"TJ".as_slice()));
        assert!(operators.cut);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(content in "[\\[\\]()<>/%\\\\ 0-9a-zA-Z#\n-]{0,80}") {
            read(content.as_bytes());
        }
    }
}
