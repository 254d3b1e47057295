//! Source text → paragraphs: normalised characters that remember where they stood.
//!
//! Rules never see the source itself but its normalised form: half-width punctuation, one kind of quotation mark, no
//! spaces. Every normalised character knows the line, column and byte it came from, so that what is found can always be
//! quoted and pointed at exactly as it was. Lines that a copy broke in the middle of a sentence are joined again.

use std::{collections::BTreeSet, ops::Range};

use super::{lexicon::is_chinese, markers, traditional};

/// A paragraph of the document: one source line, or several that were one before a copy broke them.
pub(super) struct Paragraph<'t> {
    source: &'t str,
    /// Whether the document is written in traditional characters.
    is_traditional: bool,
    /// The normalised characters.
    pub(super) chars: Vec<char>,
    /// The byte of the document at which each of them stood.
    bytes: Vec<u32>,
    /// The column of every [`STRIDE`]th of them, so that the column of any other is counted from near by.
    columns: Vec<u32>,
    /// The number of the first source line, from 1.
    pub(super) line: usize,
    lines: Vec<SourceLine>,
}

/// How many normalised characters lie between two whose columns are kept.
const STRIDE: usize = 128;

/// A source line of a paragraph.
struct SourceLine {
    /// Where it begins among the normalised characters.
    at: usize,
    /// The byte of the document at which it begins.
    byte: usize,
    /// Its length in characters.
    length: usize,
}

/// A piece of the source, as a clause or heading quotes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Quote {
    /// The line it begins on, from 1.
    pub(super) line: usize,
    /// `[start, end)` in characters of that line and the lines joined to it.
    pub(super) span: (usize, usize),
    /// The characters themselves, without line ends.
    pub(super) text: String,
}

impl<'t> Paragraph<'t> {
    fn new(source: &'t str, line: usize, is_traditional: bool) -> Self {
        Self {
            source,
            is_traditional,
            chars: Vec::new(),
            bytes: Vec::new(),
            columns: Vec::new(),
            line,
            lines: Vec::new(),
        }
    }

    /// Adds one source line, which lies at `bytes` of the document.
    fn add(&mut self, bytes: Range<usize>) {
        let source = self.source;
        let length = source[bytes.clone()].chars().count();
        self.lines.push(SourceLine { at: self.chars.len(), byte: bytes.start, length });
        self.chars.reserve(length);
        self.bytes.reserve(length);
        let mut pending_space = false;
        let mut quote_open = false;
        for (column, (offset, raw)) in source[bytes.clone()].char_indices().enumerate() {
            let mut char = match normalise(raw) {
                None => continue,
                Some(' ') => {
                    pending_space = true;
                    continue;
                }
                Some(char) => char,
            };
            if self.is_traditional {
                char = traditional::simplified(char);
            }
            if char == '"' {
                char = if quote_open { '”' } else { '“' };
                quote_open = !quote_open;
            }
            // A space means something only between Latin words or numbers, and after the dot of a number.
            let keeps_space = char.is_ascii_alphanumeric()
                && self.chars.last().is_some_and(|before| before.is_ascii_alphanumeric() || *before == '.');
            if pending_space && keeps_space {
                self.push(' ', bytes.start + offset, column);
            }
            pending_space = false;
            self.push(char, bytes.start + offset, column);
        }
    }

    fn push(&mut self, char: char, byte: usize, column: usize) {
        // A document has less than 4 GB (`LARGEST_DOCUMENT`).
        if self.chars.len().is_multiple_of(STRIDE) {
            self.columns.push(u32::try_from(column).unwrap_or(u32::MAX));
        }
        self.chars.push(char);
        self.bytes.push(u32::try_from(byte).unwrap_or(u32::MAX));
    }

    /// Returns the place of the source line on which a normalised character stood, from 0 within the paragraph.
    fn line_at(&self, at: usize) -> usize {
        self.lines.partition_point(|line| line.at <= at).saturating_sub(1)
    }

    /// Returns the column of a normalised character on its source line, from 0.
    fn column(&self, at: usize) -> usize {
        let line = &self.lines[self.line_at(at)];
        let known = at - at % STRIDE;
        let (byte, column) = match self.bytes[known] as usize {
            byte if byte >= line.byte => (byte, self.columns[known / STRIDE] as usize),
            _ => (line.byte, 0),
        };
        column + self.source[byte..self.bytes[at] as usize].chars().count()
    }

    /// Says where a range of normalised characters stands in the source, and what it is there.
    ///
    /// An empty range gives an empty quote at the beginning of the paragraph.
    pub(super) fn quote(&self, range: Range<usize>) -> Quote {
        let last = range.end.wrapping_sub(1);
        let (Some(&first_byte), Some(&last_byte)) = (self.bytes.get(range.start), self.bytes.get(last)) else {
            return Quote { line: self.line, span: (0, 0), text: String::new() };
        };
        let (first_line, last_line) = (self.line_at(range.start), self.line_at(last));
        let between: usize = self.lines[first_line..last_line].iter().map(|line| line.length).sum();
        let last_byte = last_byte as usize;
        let end_byte = last_byte + self.source[last_byte..].chars().next().map_or(0, char::len_utf8);
        let text = &self.source[first_byte as usize..end_byte];
        Quote {
            line: self.line + first_line,
            span: (self.column(range.start), between + self.column(last) + 1),
            text: if first_line == last_line { text.to_owned() } else { text.replace("\r\n", "").replace('\n', "") },
        }
    }

    /// Says whether a source line, from 1, is part of the paragraph.
    pub(super) fn has_line(&self, line: usize) -> bool {
        (self.line..self.line + self.lines.len()).contains(&line)
    }

    /// Returns the line, from 1, of a normalised character.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.line + self.line_at(at)
    }
}

/// Gives the one form in which rules see a character; `None` for what has no width.
fn normalise(char: char) -> Option<char> {
    if is_chinese(char) {
        return Some(char);
    }
    Some(match char {
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => return None,
        ' ' | '\u{a0}' | '\u{3000}' | '\u{2002}'..='\u{200a}' | '\u{202f}' | '\r' | '\u{b}' | '\u{c}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(char as u32 - 0xfee0).unwrap_or(char),
        '「' | '『' | '〝' | '‟' => '“',
        '」' | '』' | '〞' => '”',
        '‧' | '﹒' | '•' | '・' => '·',
        '—' | '–' | '−' | '‐' | '‑' | '―' | '─' => '-',
        '〜' => '~',
        '≧' => '≥',
        '≦' => '≤',
        '﹪' => '%',
        '∶' => ':',
        '｡' => '。',
        other => super::radicals::plain(other),
    })
}

/// Walks the paragraphs of a document from its first line to its last; empty lines are passed over.
pub(super) struct Paragraphs<'t> {
    source: &'t str,
    byte: usize,
    line: usize,
    /// The width in cells at which a copy broke its lines, where one did.
    pub(super) wrapped_at: Option<usize>,
    is_traditional: bool,
}

impl<'t> Paragraphs<'t> {
    /// Starts at the beginning of a document of less than 4 GB.
    pub(super) fn new(source: &'t str) -> Self {
        let is_traditional = traditional::is_traditional(source);
        Self { source, byte: 0, line: 1, wrapped_at: wrap_width(source), is_traditional }
    }

    /// Returns the bytes of the line that begins at `byte`, without its end, and where the next one begins.
    fn line_at(&self, byte: usize) -> Option<(Range<usize>, usize)> {
        let rest = self.source.as_bytes().get(byte..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        let next = (byte + length + 1).min(self.source.len()).max(byte + length);
        let end = byte + length - usize::from(length > 0 && rest[length - 1] == b'\r');
        Some((byte..end, next))
    }

    /// Says whether the line at `bytes` goes on in the next one.
    fn goes_on(&self, paragraph: &Paragraph, bytes: &Range<usize>, width: usize) -> bool {
        let line = &self.source[bytes.clone()];
        let ended = paragraph.chars.last().is_none_or(|last| matches!(last, '。' | '!' | '?' | ':'));
        let within = |line: &str| cells(line, width + HANGING) <= width + HANGING;
        let full = cells(line, width) + RAGGED >= width && within(line);
        let Some((next, _)) = self.line_at(bytes.end + newline_length(self.source, bytes.end)) else { return false };
        let next = &self.source[next];
        let mut opening = Paragraph::new(next, 0, self.is_traditional);
        opening.add(0..floor_boundary(next, 120));
        // The rows of a table may be equally long, too.
        full && !ended
            && within(next)
            && !is_table_row(line)
            && !is_table_row(next)
            && !opening.chars.is_empty()
            && !next.starts_with(['\u{3000}', '\t', ' '])
            && markers::at_start(&opening.chars).is_none()
    }
}

/// Says whether a line has the cells of a table.
fn is_table_row(line: &str) -> bool {
    line.trim().contains('\t') || line.matches('|').nth(1).is_some()
}

fn newline_length(source: &str, at: usize) -> usize {
    let rest = &source.as_bytes()[at..];
    if rest.starts_with(b"\r\n") { 2 } else { usize::from(!rest.is_empty()) }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

impl<'t> Iterator for Paragraphs<'t> {
    type Item = Paragraph<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        /// More lines than this are never one paragraph.
        const MOST_LINES: usize = 400;
        loop {
            let (mut bytes, mut next) = self.line_at(self.byte)?;
            let mut paragraph = Paragraph::new(self.source, self.line, self.is_traditional);
            paragraph.add(bytes.clone());
            self.line += 1;
            self.byte = next;
            if let Some(width) = self.wrapped_at {
                while paragraph.lines.len() < MOST_LINES && self.goes_on(&paragraph, &bytes, width) {
                    let Some(following) = self.line_at(self.byte) else { break };
                    (bytes, next) = following;
                    paragraph.add(bytes.clone());
                    self.line += 1;
                    self.byte = next;
                }
            }
            if !paragraph.chars.is_empty() {
                return Some(paragraph);
            }
        }
    }
}

/// How far from the full width a broken line may end, in cells: no line begins with a comma, and words stay whole.
const RAGGED: usize = 6;

/// Measures a line up to a limit, a Chinese character as two cells.
fn cells(line: &str, limit: usize) -> usize {
    let mut cells = 0;
    for char in line.trim_end().chars() {
        cells += if char.is_ascii() { 1 } else { 2 };
        if cells > limit {
            break;
        }
    }
    cells
}

/// How far a mark of punctuation may hang over the full width, in cells.
const HANGING: usize = 2;

/// Finds the width in cells at which the lines of a document were broken: many are full, and most of those end in
/// mid-sentence.
///
/// Where a document has paragraphs in one line, too, the width is the one that most lines have, and some of the full lines
/// have to be followed by the end of their sentence.
fn wrap_width(source: &str) -> Option<usize> {
    const NARROWEST: usize = 32;
    const WIDEST: usize = 120;
    const SAMPLE: usize = 2_000;
    const FEWEST: usize = 10;
    const FEWEST_ENDED: usize = 3;
    let is_text = |line: &&str| !line.trim().is_empty() && !is_table_row(line);
    let lines: Vec<(&str, usize)> =
        source.lines().filter(is_text).take(SAMPLE).map(|line| (line, cells(line, WIDEST))).collect();
    let fitting: Vec<(&str, usize)> = lines.iter().filter(|(_, width)| *width <= WIDEST).copied().collect();
    let all_fit = fitting.len() == lines.len();
    let widest = if all_fit { fitting.iter().map(|(_, width)| *width).max() } else { usual_width(&fitting) };
    let widest = widest.filter(|widest| *widest >= NARROWEST)?;
    let is_full = |width: usize| (widest.saturating_sub(RAGGED)..=widest + HANGING).contains(&width);
    let is_ended = |line: &str| line.trim_end().ends_with(['。', '；', ';', '：', ':', '！', '？']);
    let full = fitting.iter().filter(|(_, width)| is_full(*width)).count();
    let open = fitting.iter().filter(|(line, width)| is_full(*width) && !is_ended(line)).count();
    let ends = |pair: &&[(&str, usize)]| {
        let [(line, width), (next, _)] = pair else { return false };
        is_full(*width) && !is_ended(line) && is_ended(next)
    };
    let proved = all_fit || fitting.windows(2).filter(ends).count() >= FEWEST_ENDED;
    (fitting.len() >= FEWEST && full * 5 >= fitting.len() * 2 && open * 3 >= full * 2 && proved).then_some(widest)
}

/// Finds the width that most lines have or fall short of by a few cells.
fn usual_width(lines: &[(&str, usize)]) -> Option<usize> {
    let near = |widest: usize| {
        lines.iter().filter(|(_, width)| (widest.saturating_sub(RAGGED)..=widest).contains(width)).count()
    };
    lines.iter().map(|(_, width)| *width).collect::<BTreeSet<_>>().into_iter().max_by_key(|width| near(*width))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normal(text: &str) -> String {
        Paragraphs::new(text).map(|paragraph| paragraph.chars.into_iter().collect::<String>() + "|").collect()
    }

    #[test]
    fn punctuation_and_spaces_have_one_form() {
        let cases = [
            ("筛查率\u{a0} 91.87 ％ ，", "筛查率91.87%,|"),
            ("　　（一）完善机制：", "(一)完善机制:|"),
            ("1. 2020 年", "1. 2020年|"),
            ("「双随机」\"一公开\"", "“双随机”“一公开”|"),
            ("一\r\n\r\n二\r\n", "一|二|"),
        ];
        for (source, expected) in cases {
            assert_eq!(normal(source), expected, "{source:?}");
        }
    }

    #[test]
    fn broken_lines_are_joined_and_quoted_across_the_break() {
        let source = [
            "一、规范发热门诊设置",
            "各级医疗机构要按照标准设置发热门诊，配备必要的",
            "防护用品和消毒设备，落实首诊负责制，做好患者的",
            "登记报告，二级以上医院发热门诊建成率达到百分之",
            "九十五以上，并做好隔离留观工作，严防交叉感染的",
            "发生。",
            "二、加强医疗废物管理",
            "各级医疗机构要规范医疗废物分类收集，落实专人负",
            "责、登记交接、暂存点消毒等制度，处置率达到百分",
            "之百。",
        ]
        .join("\n");
        let paragraphs: Vec<_> = Paragraphs::new(&source).collect();
        let lines: Vec<_> = paragraphs.iter().map(|paragraph| paragraph.line).collect();
        assert_eq!(lines, [1, 2, 7, 8]);
        let body = &paragraphs[1];
        let start = super::super::lexicon::find(&body.chars, "建成率").expect("it is there");
        let quote = body.quote(start..start + 14);
        assert_eq!(quote.text, "建成率达到百分之九十五以上，");
        assert_eq!((quote.line, quote.span), (4, (15, 29)));
    }

    #[test]
    fn broken_lines_are_known_beside_whole_paragraphs() {
        let broken = "各级医疗机构要按照标准设置发热门诊，配备必要的\n防护用品和消毒设备，落实首诊负责制，做好患者的\n登记报告。\n";
        let whole = "（一）总体要求。坚持预防为主、防治结合的方针，落实属地、部门、单位、个人四方责任，健全联防联控、群防群控机制，提升监测预警和应急处置能力，保障人民群众生命安全和身体健康。\n";
        let lines = |source: &str| Paragraphs::new(source).count();
        assert_eq!(lines(&(broken.repeat(4) + whole)), 5);
        let headed = "（一）规范设置发热门诊和预检分诊场所\n".to_owned() + whole;
        assert_eq!(lines(&headed.repeat(12)), 24);
    }

    proptest! {
        #[test]
        fn a_quote_is_what_stands_at_its_span(source in "[一二。，、（）a1 \u{a0}　\n]{0,200}") {
            let lines: Vec<&str> = source.split('\n').collect();
            for paragraph in Paragraphs::new(&source) {
                let quote = paragraph.quote(0..paragraph.chars.len());
                let joined: String = lines[quote.line - 1..].concat();
                let there: String = joined.chars().skip(quote.span.0).take(quote.span.1 - quote.span.0).collect();
                prop_assert_eq!(there, quote.text);
            }
        }
    }
}
