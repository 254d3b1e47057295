//! A piece of a parsed page → lines as a browser shows them.

use ego_tree::iter::Edge;
use scraper::{ElementRef, Node, node::Element};

use super::{
    super::{
        numerals,
        rows::{self, Cell},
    },
    elements::is_block,
};

/// Gives the lines of an element; what `leave_out` names is passed over with all it holds.
pub(super) fn of(element: ElementRef, leave_out: impl Fn(ElementRef) -> bool) -> Vec<String> {
    let mut page = PageLines::default();
    let mut left_out = None;
    for edge in element.traverse() {
        match edge {
            Edge::Open(node) if left_out.is_none() => match node.value() {
                Node::Text(text) => page.say(text),
                Node::Element(value) => {
                    let child = ElementRef::wrap(node).filter(|child| *child != element);
                    if child.is_some_and(&leave_out) {
                        left_out = Some(node.id());
                    } else {
                        page.begin(value);
                    }
                }
                _ => {}
            },
            Edge::Close(node) => match left_out {
                Some(id) if id == node.id() => left_out = None,
                Some(_) => {}
                None => {
                    if let Node::Element(value) = node.value() {
                        page.end(value);
                    }
                }
            },
            Edge::Open(_) => {}
        }
    }
    page.break_line();
    page.done.concat()
}

/// A list that is open.
struct List {
    /// The number of the next item; none for a list without numbers.
    next: Option<i64>,
    step: i64,
    format: &'static str,
}

/// A table that is open.
#[derive(Default)]
struct Table {
    cells: Vec<Cell>,
    /// For each column in how many further rows a cell from above stands.
    spans: Vec<usize>,
}

#[derive(Default)]
struct PageLines {
    /// Finished lines: of the page, and of each open cell.
    done: Vec<Vec<String>>,
    line: String,
    /// White space that stands before the next character if it is in the middle of a line, and whether it breaks a line.
    space: Option<bool>,
    lists: Vec<List>,
    tables: Vec<Table>,
    /// The number of the open list item, until its text comes.
    number: Option<String>,
    preformatted: usize,
}

/// The most columns and rows that a cell may cover.
const WIDEST: usize = 63;

impl PageLines {
    fn say(&mut self, text: &str) {
        for char in text.chars() {
            match char {
                '\n' if self.preformatted > 0 => self.break_line(),
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => self.space = Some(char == '\n' || self.space == Some(true)),
                _ => {
                    self.put_space(char);
                    self.line.push(char);
                }
            }
        }
    }

    /// Puts the space that white space means: none at the beginning, none where a file breaks Chinese text.
    fn put_space(&mut self, next: char) {
        let Some(breaks) = self.space.take() else { return };
        if self.line.chars().last().is_some_and(|last| !breaks || last.is_ascii() || next.is_ascii()) {
            self.line.push(' ');
        }
    }

    fn break_line(&mut self) {
        self.space = None;
        let line = std::mem::take(&mut self.line);
        let line = line.trim_end();
        if line.trim().is_empty() {
            return;
        }
        let number = self.number.take().filter(|_| !is_numbered(line.trim_start())).unwrap_or_default();
        self.put([number + line]);
    }

    fn put(&mut self, lines: impl IntoIterator<Item = String>) {
        if self.done.is_empty() {
            self.done.push(Vec::new());
        }
        if let Some(open) = self.done.last_mut() {
            open.extend(lines);
        }
    }

    fn begin(&mut self, element: &Element) {
        if is_block(element.name()) || element.name() == "br" {
            self.break_line();
        }
        let number = |name: &str| element.attr(name).and_then(|value| value.trim().parse::<i64>().ok());
        match element.name() {
            "pre" => self.preformatted += 1,
            "ul" | "dl" => self.lists.push(List { next: None, step: 1, format: "" }),
            "ol" => {
                let step = if element.attr("reversed").is_some() { -1 } else { 1 };
                let format = match element.attr("type") {
                    Some("a") => "lowerLetter",
                    Some("A") => "upperLetter",
                    Some("i") => "lowerRoman",
                    Some("I") => "upperRoman",
                    _ => "decimal",
                };
                self.lists.push(List { next: Some(number("start").unwrap_or(1)), step, format });
            }
            "li" => {
                self.number = self.lists.last_mut().and_then(|list| {
                    let current = number("value").filter(|_| list.next.is_some()).or(list.next)?;
                    list.next = Some(current.saturating_add(list.step));
                    u32::try_from(current).ok().map(|number| numerals::write(number, list.format) + ". ")
                });
            }
            "table" => self.tables.push(Table::default()),
            // Only a part of a table may be wanted.
            "tr" if self.tables.is_empty() => self.tables.push(Table::default()),
            "td" | "th" => {
                self.put([]);
                self.done.push(Vec::new());
            }
            _ => {}
        }
    }

    fn end(&mut self, element: &Element) {
        if is_block(element.name()) {
            self.break_line();
        }
        match element.name() {
            "pre" => self.preformatted -= 1,
            "ul" | "ol" | "dl" => {
                self.lists.pop();
                self.number = None;
            }
            "li" => self.number = None,
            "td" | "th" => self.end_cell(element),
            "tr" => {
                let cells = self.tables.last_mut().map(Table::end_row).unwrap_or_default();
                self.put(rows::lines(0, cells));
            }
            "table" => {
                self.tables.pop();
            }
            _ => {}
        }
    }

    fn end_cell(&mut self, element: &Element) {
        // The lines of the page itself lie below those of every cell.
        let lines = if self.done.len() > 1 { self.done.pop().unwrap_or_default() } else { Vec::new() };
        let covered = |name: &str| {
            let value = element.attr(name).and_then(|value| value.trim().parse().ok()).unwrap_or(1);
            Ord::clamp(value, 1usize, WIDEST) - 1
        };
        match self.tables.last_mut() {
            Some(table) => table.add(Cell { lines, covers: covered("colspan") }, covered("rowspan")),
            None => self.put(lines),
        }
    }
}

impl Table {
    /// Adds a cell, behind the places that cells from above take.
    fn add(&mut self, cell: Cell, rows: usize) {
        self.fill();
        let column = self.column();
        let end = (column + cell.covers + 1).min(1_000);
        if self.spans.len() < end {
            self.spans.resize(end, 0);
        }
        for span in self.spans.iter_mut().take(end).skip(column) {
            // Counts the row that is open, which its end takes off.
            *span = rows + 1;
        }
        self.cells.push(cell);
    }

    fn column(&self) -> usize {
        self.cells.iter().map(|cell| cell.covers + 1).sum()
    }

    /// Puts empty cells where a cell from above stands.
    fn fill(&mut self) {
        let mut column = self.column();
        while self.spans.get(column).is_some_and(|span| *span > 0) {
            self.cells.push(Cell::default());
            column += 1;
        }
    }

    fn end_row(&mut self) -> Vec<Cell> {
        if !self.cells.is_empty() {
            self.fill();
        }
        for span in &mut self.spans {
            *span = span.saturating_sub(1);
        }
        std::mem::take(&mut self.cells)
    }
}

/// Says whether a line begins with a number that was typed.
fn is_numbered(line: &str) -> bool {
    const DIGITS: &str = "0123456789０１２３４５６７８９一二三四五六七八九十百";
    let inner = line.trim_start_matches(['(', '（', '第']);
    let rest = inner.trim_start_matches(|char| DIGITS.contains(char));
    let marked = rest.starts_with(['、', '.', '．', ')', '）', '是'])
        || (line.starts_with('第') && rest.starts_with(['条', '章']));
    (rest.len() < inner.len() && marked) || line.starts_with(|first: char| ('①'..='⑳').contains(&first))
}
