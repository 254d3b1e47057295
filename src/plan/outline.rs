//! Marks → outline: which heading stands under which, and under which one a paragraph stands.
//!
//! A style of numbering that is open already closes what is below it; a new style opens a level. Numbers may run on
//! across chapters. What a document has lost (a number, a whole heading) is said as a problem and never stops the reading.

use std::collections::HashMap;

use super::{
    Heading, Owner, Problem, head, kinds,
    markers::{Marker, Style},
    topics::Weights,
};

/// A heading that is open: its text goes on until a heading of its own or a higher level.
#[derive(Clone, Debug)]
pub(super) struct Open {
    style: Style,
    number: u32,
    starts_line: bool,
    /// Whether the document lost its mark.
    unmarked: bool,
    id: String,
    /// The first words of the heading, for explanations.
    pub(super) title: Vec<char>,
    /// What all its words say of the topic.
    pub(super) weights: Weights,
    /// How many clauses there were when it was opened.
    pub(super) first_clause: usize,
    /// Whether it opens a part that looks back or forward, where it says so.
    looks_back: Option<bool>,
    /// The year it speaks of.
    year: Option<i32>,
    /// Who answers for everything under it.
    owners: Vec<Owner>,
}

/// Builds the outline while a document is walked.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) headings: Vec<Heading>,
    open: Vec<Open>,
    last_numbers: HashMap<Style, u32>,
    /// How often each path was used, so that ids stay unique.
    used: HashMap<String, usize>,
}

/// A heading as it stands in the document.
pub(super) struct Entry<'t> {
    pub(super) marker: Marker,
    /// The mark as printed, without spaces around it.
    pub(super) printed: String,
    pub(super) title: &'t [char],
    /// The title as printed.
    pub(super) printed_title: String,
    pub(super) line: usize,
    /// Whether the mark begins a paragraph.
    pub(super) starts_line: bool,
    /// What its words say of the topic.
    pub(super) weights: Weights,
    /// How many clauses there are so far.
    pub(super) clauses: usize,
}

/// A heading that has lost its mark.
pub(super) struct Unmarked<'t> {
    pub(super) title: &'t [char],
    pub(super) printed_title: String,
    pub(super) line: usize,
    pub(super) weights: Weights,
    pub(super) clauses: usize,
}

impl Outline {
    /// Adds a heading; says what is wrong with its number.
    pub(super) fn push(&mut self, mut entry: Entry) -> Option<Problem> {
        let Marker { style, number, .. } = entry.marker;
        let continued = self.find_open(style, number, entry.starts_line);
        match continued {
            Some(place) => {
                // 二是 inside the paragraph of 一是 goes on the list of paragraphs.
                entry.starts_line |= self.open[place].starts_line;
                self.open.truncate(place);
            }
            None if style != Style::Listing => {
                let deeper = self.open.iter().position(|open| open.style > style).unwrap_or(self.open.len());
                self.open.truncate(deeper);
            }
            None => self.close_finished_list(&entry),
        }
        let problem = self.check_number(style, number, &entry.printed, continued.is_some());
        self.last_numbers.insert(style, number);
        self.add(entry, style, number, false);
        problem
    }

    /// Adds a heading whose mark the document has lost, beside the headings it stands among.
    pub(super) fn push_unmarked(&mut self, heading: Unmarked) {
        let Unmarked { title, printed_title, line, weights, clauses } = heading;
        while self.open.last().is_some_and(|open| open.style == Style::Listing || open.unmarked) {
            self.open.pop();
        }
        let (style, number) = match self.open.last() {
            Some(open) if self.open.len() > 1 => {
                let sibling = (open.style, open.number);
                self.open.pop();
                sibling
            }
            Some(open) => (Style::ChineseBracket.max(open.style), 0),
            None => (Style::Chinese, 0),
        };
        let marker = Marker { style, number, length: 0 };
        let printed = String::new();
        let entry = Entry { marker, printed, title, printed_title, line, starts_line: true, weights, clauses };
        self.add(entry, style, number, true);
    }

    /// Returns the year that the open part speaks of, where a heading says it.
    pub(super) fn year(&self) -> Option<i32> {
        self.open.iter().rev().find_map(|open| open.year)
    }

    /// Closes a list when a paragraph without a mark follows it.
    pub(super) fn close_list(&mut self) {
        while self.open.last().is_some_and(|open| open.style == Style::Listing) {
            self.open.pop();
        }
    }

    /// Closes the items of a list that ran inside a paragraph.
    pub(super) fn close_inline(&mut self) {
        while self.open.last().is_some_and(|open| !open.starts_line) {
            self.open.pop();
        }
    }

    /// Returns the number the next item of the open list has, where a list of paragraphs is open.
    pub(super) fn next_listed(&self) -> Option<u32> {
        let open = self.open.last()?;
        (open.style == Style::Listing && open.starts_line).then_some(open.number + 1)
    }

    /// Says whether a mark is the one that comes next among those of its style, or begins a list of its own.
    pub(super) fn expects(&self, marker: &Marker) -> bool {
        let is_open = self.open.iter().any(|open| open.style == marker.style);
        let runs_on = self.last_numbers.get(&marker.style).is_some_and(|last| last + 1 == marker.number);
        runs_on || (marker.number == 1 && !is_open && self.is_open())
    }

    /// Returns style and number of the innermost item, which a list inside its paragraph may go on.
    pub(super) fn innermost(&self) -> Option<(Style, u32)> {
        self.open.last().map(|open| (open.style, open.number))
    }

    /// Begins another document in the same file: a title of its own after which the numbers start again.
    pub(super) fn begin_part(&mut self, title: String, line: usize) {
        self.open.clear();
        self.last_numbers.clear();
        let uses = self.used.entry("~".to_owned()).or_insert(0);
        *uses += 1;
        super::add(
            &mut self.headings,
            Heading { id: format!("~{uses}"), marker: String::new(), level: 1, title, line },
        );
    }

    /// Returns the owners that the innermost heading with owners names.
    pub(super) fn owners(&self) -> &[Owner] {
        self.open.iter().rev().map(|open| open.owners.as_slice()).find(|owners| !owners.is_empty()).unwrap_or_default()
    }

    /// Gives owners to the innermost heading.
    pub(super) fn set_owners(&mut self, owners: Vec<Owner>) {
        if let Some(open) = self.open.last_mut() {
            open.owners = owners;
        }
    }

    /// Returns how many clauses there were when the innermost heading was opened; the items of a list belong together.
    pub(super) fn first_clause(&self) -> usize {
        let is_heading = |open: &&Open| open.style < Style::NumberBracket;
        self.open.iter().rev().find(is_heading).map_or(0, |open| open.first_clause)
    }

    /// Returns how many clauses there were when the widest heading was opened that one of a style closes, or the end of the
    /// text where there is none.
    pub(super) fn first_clause_closed_by(&self, style: Option<Style>) -> Option<usize> {
        let is_closed = |open: &&Open| style.is_none_or(|style| open.style >= style);
        self.open.iter().find(is_closed).map(|open| open.first_clause)
    }

    /// Says whether a chapter is open.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Returns the path of the section that is open.
    pub(super) fn section(&self) -> String {
        self.open.last().map_or_else(String::new, |open| open.id.clone())
    }

    /// Returns the open headings from the widest to the narrowest.
    pub(super) fn path(&self) -> &[Open] {
        &self.open
    }

    /// Says whether the open part looks back, by its innermost heading that says so.
    pub(super) fn looks_back(&self) -> Option<bool> {
        self.open.iter().rev().find_map(|open| open.looks_back)
    }

    /// Finds the open heading that one of `style` continues.
    ///
    /// A list may stand inside an item of a list: 四是 … 一是 … 二是. Its next number says which one goes on.
    fn find_open(&self, style: Style, number: u32, starts_line: bool) -> Option<usize> {
        let of_style = |open: &Open| open.style == style;
        if style != Style::Listing {
            return self.open.iter().rposition(of_style);
        }
        let next = |open: &Open| of_style(open) && open.number + 1 == number;
        self.open
            .iter()
            .rposition(|open| next(open) && open.starts_line == starts_line)
            .or_else(|| self.open.iter().rposition(next))
            .or_else(|| {
                self.open.iter().rposition(|open| of_style(open) && number > 1 && open.starts_line == starts_line)
            })
    }

    /// Closes a list that is over: 一是 at the beginning of a paragraph starts a new one.
    fn close_finished_list(&mut self, entry: &Entry) {
        let nested =
            !entry.starts_line && self.open.last().is_some_and(|open| open.style == Style::Listing && open.starts_line);
        while !nested && self.open.last().is_some_and(|open| open.style == Style::Listing) {
            self.open.pop();
        }
    }

    fn check_number(&self, style: Style, number: u32, printed: &str, continued: bool) -> Option<Problem> {
        let last = self.last_numbers.get(&style).copied();
        let runs_on = last.is_some_and(|last| number == last + 1);
        if number == 1 || runs_on || (style == Style::Listing && !continued) {
            return None;
        }
        let expected = last.filter(|_| continued).map_or(1, |last| last + 1);
        Some(Problem::NumberSkipped { found: printed.to_owned(), expected })
    }

    fn add(&mut self, entry: Entry, style: Style, number: u32, unmarked: bool) {
        let label = if unmarked { "~".to_owned() } else { label(entry.marker, &entry.printed) };
        let parent = self.section();
        let path = if parent.is_empty() { label } else { format!("{parent}/{label}") };
        let uses = self.used.entry(path.clone()).or_insert(0);
        *uses += 1;
        let id =
            if *uses == 1 && !unmarked { path } else { format!("{path}{}{uses}", if unmarked { "" } else { "~" }) };
        let level = u8::try_from(self.open.len() + 1).unwrap_or(u8::MAX);
        // An item of a list names what is done, not whether the part looks back.
        let is_heading = style < Style::NumberBracket;
        let looks_back = is_heading.then(|| kinds::heading_looks_back(entry.title)).flatten();
        // A heading that is a whole sentence may compare with a year: …达到33%(2022年为30%).
        let named = entry.title.split(|char| matches!(char, ',' | '(')).next().unwrap_or_default();
        let year = is_heading.then(|| head::year_of(named)).flatten();
        let opening = entry.title[..entry.title.len().min(LONGEST_OPENING)].to_vec();
        let Entry { printed: marker, printed_title: title, line, .. } = entry;
        super::add(&mut self.headings, Heading { id: id.clone(), marker, level, title, line });
        self.open.push(Open {
            style,
            number,
            starts_line: entry.starts_line,
            unmarked,
            id,
            title: opening,
            weights: entry.weights,
            first_clause: entry.clauses,
            looks_back,
            year,
            owners: Vec::new(),
        });
    }
}

/// So many characters of a heading are kept.
const LONGEST_OPENING: usize = 200;

/// Gives the part of a section path that a mark makes: `一、` is 一, `(二)` and `一是` stay.
fn label(marker: Marker, printed: &str) -> String {
    let bare: String =
        printed.chars().filter(|char| !matches!(char, '#' | '*' | ' ' | '\u{3000}' | '\u{a0}')).collect();
    match marker.style {
        Style::ChineseBracket | Style::NumberBracket => {
            let inner = bare.trim_matches(|char| matches!(char, '(' | ')' | '（' | '）' | '、' | '.' | '．'));
            format!("({inner})")
        }
        Style::Listing if bare == "是" => format!("第{}是", marker.number),
        _ => bare.trim_end_matches(['、', '.', '．', ',', '，', ')', '）', ':', '：']).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::markers;

    fn outline(lines: &[&str]) -> (Vec<(u8, String)>, usize) {
        let mut outline = Outline::default();
        let mut problems = 0;
        for (line, text) in lines.iter().enumerate() {
            let chars: Vec<char> = text.chars().collect();
            let marker = markers::at_start(&chars).expect("every line has a mark");
            let entry = Entry {
                marker,
                printed: chars[..marker.length].iter().collect(),
                title: &chars[marker.length..],
                printed_title: String::new(),
                line,
                starts_line: true,
                weights: Weights::default(),
                clauses: 0,
            };
            problems += usize::from(outline.push(entry).is_some());
        }
        (outline.headings.into_iter().map(|heading| (heading.level, heading.id)).collect(), problems)
    }

    #[test]
    fn styles_nest_in_the_order_in_which_they_open() {
        type Expected<'e> = &'e [(u8, &'e str)];
        let cases: &[(&[&str], Expected, usize)] = &[
            (
                &["一、甲", "1.乙", "2.丙", "二、丁", "3.戊"],
                &[(1, "一"), (2, "一/1"), (2, "一/2"), (1, "二"), (2, "二/3")],
                0,
            ),
            (
                &["一、甲", "(一)乙", "1.丙", "(1)丁", "①戊", "(二)己"],
                &[
                    (1, "一"),
                    (2, "一/(一)"),
                    (3, "一/(一)/1"),
                    (4, "一/(一)/1/(1)"),
                    (5, "一/(一)/1/(1)/①"),
                    (2, "一/(二)"),
                ],
                0,
            ),
            (
                &["(一)甲", "一是乙", "二是丙", "(二)丁", "一是戊"],
                &[(1, "(一)"), (2, "(一)/一是"), (2, "(一)/二是"), (1, "(二)"), (2, "(二)/一是")],
                0,
            ),
            (
                &["一、甲", "(一)乙", "(二)丙", "(五)丁"],
                &[(1, "一"), (2, "一/(一)"), (2, "一/(二)"), (2, "一/(五)")],
                1,
            ),
            (&["一、甲", "一、乙"], &[(1, "一"), (1, "一~2")], 0),
        ];
        for (lines, expected, problems) in cases {
            let (found, wrong) = outline(lines);
            let found: Vec<(u8, &str)> = found.iter().map(|(level, id)| (*level, id.as_str())).collect();
            assert_eq!(&found, expected, "{lines:?}");
            assert_eq!(wrong, *problems, "{lines:?}");
        }
    }
}
