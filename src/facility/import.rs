//! From the rows of a table to units: which column is what, and what is wrong in which cell.
//!
//! Nothing is guessed silently: the mapping says what each heading was taken for, and every cell that was doubtful has its
//! complaint with row and column.

use std::collections::HashMap;

use super::{
    Facility,
    code::{suggest_code, tidy_code},
    headings::{Fill, Mapped, find_headings},
    words::{Column, heading, type_of},
};
use crate::{
    error::{Error, Result},
    i18n::Text,
    table::{Cell, Row, Table, Written, bare_number},
    text,
};

/// The largest number that a spreadsheet keeps exactly.
const EXACT: f64 = 999_999_999_999_999.0;

/// What stands in the column of the code where a unit has none.
const NO_CODE: &[&str] = &["/", "\\", "无", "暂无", "没有", "N/A"];

/// Something doubtful or wrong in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Complaint {
    /// The row, from 1 as in the file.
    pub row: usize,
    /// The column from 1, where it is about a cell.
    pub column: Option<usize>,
    /// What it is.
    pub text: Text,
    /// What to do.
    pub hint: Option<Text>,
    /// Whether the row was left out because of it.
    pub left_out: bool,
}

impl Complaint {
    /// Makes an error of it that names the file with row and column.
    pub fn in_file(self, path: &std::path::Path) -> Error {
        let error = Error::input(self.text).at_row(path, self.row, self.column);
        match self.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// What was read of a table: the units, without numbers of their own where the file has none.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What each column was taken for, from the left.
    pub mapping: Vec<Mapped>,
    /// The units with their rows; the type is empty where the file has none.
    pub units: Vec<(usize, Facility)>,
    /// What was doubtful or wrong, in the order of the rows.
    pub complaints: Vec<Complaint>,
}

/// What a total below a table is called, and what may stand behind that beside a number.
const TOTALS: &[&str] = &["合计", "总计", "小计", "共计", "总数", "total"];
const COUNTED: &str = "()、家户个所条人单位";

/// What stands in front of a colon where a note or a signature begins below a table.
const FOOTERS: &[&str] = &[
    "填表人",
    "填报人",
    "制表人",
    "经办人",
    "审核人",
    "负责人",
    "单位负责人",
    "填表单位",
    "填报单位",
    "填表日期",
    "填报日期",
    "制表日期",
    "填表时间",
    "填报时间",
    "备注",
    "注",
    "说明",
];

/// Reads the units of a table; `given` names columns by hand, each with a heading.
pub fn read_units(table: &Table, given: &[(Column, String)]) -> Result<Reading> {
    let fill = fill_of(table);
    let (below, mapping) = find_headings(table, &fill, given)?;
    let columns: HashMap<Column, usize> =
        mapping.iter().enumerate().filter_map(|(at, mapped)| Some((mapped.column?, at))).collect();
    let mut reader = RowReader {
        columns,
        width: mapping.len(),
        fill,
        reading: Reading { mapping, ..Reading::default() },
        codes: HashMap::new(),
        ids: HashMap::new(),
    };
    for row in &table.rows[below..] {
        let cut = table.cut.as_ref().filter(|cut| cut.row == row.number);
        if let Some(cut) = cut {
            reader.complain(row.number, None, cut.why.clone(), Some(cut.hint.clone()), cut.is_certain);
        }
        // The last row of a file that ends in the middle is not what it was.
        if !cut.is_some_and(|cut| cut.is_certain) {
            reader.take(row);
        }
    }
    Ok(reader.reading)
}

/// The cells of merged ranges beside their first one: what stands in the first is meant for all of them.
fn fill_of(table: &Table) -> Fill {
    let mut fill = Fill::new();
    for merged in &table.merged {
        let first = table.rows.iter().find(|row| row.number == merged.rows.0);
        let Some(cell) = first.and_then(|row| row.cells.get(merged.columns.0)) else { continue };
        for row in merged.rows.0..=merged.rows.1 {
            for column in merged.columns.0..=merged.columns.1 {
                if (row, column) != (merged.rows.0, merged.columns.0) {
                    fill.insert((row, column), cell.clone());
                }
            }
        }
    }
    fill
}

/// Reads one row after the other, with what was seen before.
struct RowReader {
    columns: HashMap<Column, usize>,
    width: usize,
    fill: Fill,
    reading: Reading,
    codes: HashMap<String, usize>,
    ids: HashMap<String, usize>,
}

impl RowReader {
    fn complain(&mut self, row: usize, column: Option<Column>, text: Text, hint: Option<Text>, left_out: bool) {
        let column = column.and_then(|column| self.columns.get(&column)).map(|at| at + 1);
        self.reading.complaints.push(Complaint { row, column, text, hint, left_out });
    }

    fn take(&mut self, row: &Row) {
        let number = row.number;
        let extra = row.cells.iter().skip(self.width).any(|cell| *cell != Cell::Empty);
        if extra {
            let said = text!("facility-import.wide", found = row.cells.len(), expected = self.width);
            self.complain(number, None, said, Some(text!("facility-import.wide.hint")), true);
            return;
        }
        if self.is_total(row) || self.is_footer(row) {
            return;
        }
        let name = self.field(row, Column::Name);
        if name.is_empty() && self.filled(row, Column::Name).is_some() {
            // That it stands in a merged cell was said, and is the reason.
            return;
        }
        if name.is_empty() {
            // A total or a note below the table says nothing in any other column that is known either.
            let says_more = [Column::Code, Column::Address, Column::Id].iter().any(|column| self.says(row, *column));
            if says_more {
                let hint = Some(text!("facility-import.nameless.hint"));
                self.complain(number, Some(Column::Name), text!("facility-import.nameless"), hint, true);
            }
            return;
        }
        let mut unit = Facility { name, ..Facility::default() };
        unit.id.0 = self.field(row, Column::Id);
        unit.level = self.field(row, Column::Level);
        unit.district = self.field(row, Column::District);
        unit.address = self.field(row, Column::Address);
        unit.contact = self.field(row, Column::Contact);
        unit.phone = self.field(row, Column::Phone);
        unit.risk = self.field(row, Column::Risk);
        unit.facility_type = match self.field(row, Column::Type).as_str() {
            "" => String::new(),
            written => type_of(written),
        };
        unit.code = self.code(row);
        if self.is_new(number, &unit) {
            self.reading.units.push((number, unit));
        }
    }

    /// Says whether a row is a total below the table: it says so, and nothing that only a unit has.
    fn is_total(&self, row: &Row) -> bool {
        let is_word = |cell: &Cell| {
            let said = heading(&cell.shown());
            let is_count = |rest: &str| rest.chars().all(|letter| letter.is_numeric() || COUNTED.contains(letter));
            TOTALS.iter().any(|word| said.strip_prefix(word).is_some_and(is_count))
        };
        let up_to_name = self.columns.get(&Column::Name).map_or(0, |at| at + 1);
        let of_a_unit = [Column::Code, Column::Address, Column::Contact];
        row.cells.iter().take(up_to_name).any(is_word) && !of_a_unit.iter().any(|column| self.says(row, *column))
    }

    /// Says whether a row is a note or a signature below the table: it begins as one, or is nothing but one text over the
    /// columns up to the name.
    fn is_footer(&self, row: &Row) -> bool {
        let mut filled = row.cells.iter().filter(|cell| **cell != Cell::Empty);
        let Some(first) = filled.next().filter(|_| !self.says(row, Column::Code)) else { return false };
        let shown = first.shown();
        let begins = shown.split_once(['：', ':']).is_some_and(|(word, _)| FOOTERS.contains(&heading(word).as_str()));
        begins || filled.next().is_none() && self.filled(row, Column::Name).as_ref() == Some(first)
    }

    /// Says whether neither the number nor the code of a unit stands in a row above, and complains where one does.
    fn is_new(&mut self, row: usize, unit: &Facility) -> bool {
        if !unit.id.0.is_empty() {
            if let Some(first) = self.ids.get(&unit.id.0).copied() {
                let said = text!("facility-import.id-twice", id = unit.id, row = first);
                self.complain(row, Some(Column::Id), said, Some(text!("facility-import.twice.hint")), true);
                return false;
            }
            self.ids.insert(unit.id.0.clone(), row);
        }
        if !unit.code.is_empty() {
            if let Some(first) = self.codes.get(&unit.code).copied() {
                let said = text!("facility-import.code-twice", code = unit.code, row = first);
                self.complain(row, Some(Column::Code), said, Some(text!("facility-import.twice.hint")), true);
                return false;
            }
            self.codes.insert(unit.code.clone(), row);
        }
        true
    }

    fn says(&self, row: &Row, column: Column) -> bool {
        self.columns.get(&column).and_then(|&at| row.cells.get(at)).is_some_and(|cell| *cell != Cell::Empty)
    }

    /// Returns what an empty cell says as a part of a merged range; none where it is no such cell.
    fn filled(&self, row: &Row, column: Column) -> Option<Cell> {
        let at = *self.columns.get(&column)?;
        self.fill.get(&(row.number, at)).filter(|_| *row.cell(at) == Cell::Empty).cloned()
    }

    /// Reads the text of a cell; what a spreadsheet made of it is complained about.
    fn field(&mut self, row: &Row, column: Column) -> String {
        let Some(&at) = self.columns.get(&column) else { return String::new() };
        let mut cell = row.cells.get(at).cloned().unwrap_or(Cell::Empty);
        if let Some(first) = self.filled(row, column) {
            if matches!(column, Column::Name | Column::Code | Column::Id) {
                let said = text!("facility-import.merged", content = first.shown());
                self.complain(
                    row.number,
                    Some(column),
                    said,
                    Some(text!("facility-import.merged.hint")),
                    column == Column::Name,
                );
                return String::new();
            }
            cell = first;
        }
        if let Cell::Failure(failure) = &cell {
            let said = text!("facility-import.failure", failure = failure);
            self.complain(row.number, Some(column), said, Some(text!("facility-import.failure.hint")), false);
            return String::new();
        }
        if let Some(said) = made_of(&cell, column) {
            self.complain(row.number, Some(column), said, Some(text!("facility-import.date.hint")), false);
        }
        on_one_line(&cell.shown(), column)
    }

    /// Reads and checks the credit code of a row; a wrong one is kept as it stands, with its complaint.
    fn code(&mut self, row: &Row) -> String {
        let is_rounded = self.columns.get(&Column::Code).is_some_and(|&at| match row.cell(at) {
            Cell::Number(number) => *number > EXACT,
            // A CSV file that a spreadsheet saved has the number as the screen showed it.
            Cell::Text(text) => {
                text.to_uppercase().contains("E+") && text.trim().parse().is_ok_and(|it: f64| it > EXACT)
            }
            _ => false,
        });
        if is_rounded {
            let hint = Some(text!("facility-import.rounded.hint"));
            self.complain(row.number, Some(Column::Code), text!("facility-import.rounded"), hint, false);
            return String::new();
        }
        let code = tidy_code(&self.field(row, Column::Code));
        if NO_CODE.contains(&code.as_str()) {
            return String::new();
        }
        let mistake = Facility { code: code.clone(), ..Facility::default() }.code_mistake();
        if let Some(mistake) = mistake {
            let hint = match suggest_code(&code) {
                Some(suggested) => text!("facility-code.suggestion", code = suggested),
                None => text!("facility-code.hint"),
            };
            self.complain(row.number, Some(Column::Code), mistake.text(), Some(hint), false);
        }
        code
    }
}

/// Puts the lines of a cell behind one another: people break a line where a column is narrow. Nothing comes between them where
/// Chinese does not have a blank, and a comma between several people.
fn on_one_line(text: &str, column: Column) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match (joined.chars().next_back(), line.chars().next()) {
            (Some(_), _) if column == Column::Contact => joined.push('、'),
            (Some(last), Some(first)) if last.is_ascii() && first.is_ascii() => joined.push(' '),
            _ => {}
        }
        joined.push_str(line);
    }
    joined
}

/// Says what a spreadsheet seems to have made of what was typed: a day, or a number for a name.
///
/// Numbers, codes and telephone numbers may look like a day that was typed; where a cell is to be in words it is none.
fn made_of(cell: &Cell, column: Column) -> Option<Text> {
    let is_words = !matches!(column, Column::Id | Column::Code | Column::Phone);
    let is_number = match cell {
        Cell::Number(_) => true,
        Cell::Text(text) => bare_number(text).is_some(),
        _ => false,
    };
    match cell.day() {
        Some((day, Written::Date)) => Some(text!("facility-import.date", date = day)),
        Some((day, _)) if is_words && is_number => {
            Some(text!("facility-import.day-number", number = cell.shown(), date = day))
        }
        Some((day, _)) if is_words => Some(text!("facility-import.date", date = day)),
        _ if is_number && column == Column::Name => Some(text!("facility-import.number", number = cell.shown())),
        _ => None,
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
