//! Spreadsheets: real numbers and days, a sheet for each table, and from each row a way to the records behind it.

mod cell;
mod cover;
mod names;
mod paper;
mod rows;

use std::{borrow::Cow, collections::BTreeMap};

use rust_xlsxwriter::{
    Chart, ChartType, Color, ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatDataBar,
    DataValidation, Format, FormatAlign, FormatBorder, Url, Workbook, Worksheet, XlsxError,
};

use self::{
    cell::{Look, Value, plain},
    names::{Lists, Names, place},
    rows::{Missing, PutCell},
};
use super::not_written;
use crate::{
    error::Result,
    i18n::{Lang, listed},
    report::{
        document::{Chart as Drawn, Document, Form, List, Medium, Proof, Row, Sort, Table},
        halves,
        tally::{RecordAt, as_number},
    },
    text,
};

/// The most rows of a sheet that the library writes, which keeps them all.
const LONG: usize = 5_000;

/// The most links that Excel knows on a sheet.
const LINKS: usize = 65_530;

/// The size of a chart in the units of the library, of which a row without a height of its own has so many: its width, what
/// stands around the bars, and a bar.
const CHART: (u32, u32, u32) = (900, 120, 22);
const ROW: u32 = 20;

/// The most rows of a table whose chart is printed on the same page; else the end of a page would go through the chart.
const TOGETHER: usize = 12;

/// The most characters of a list of records in a cell; a cell holds 32,767.
const PROOF_CHARS: usize = 8_000;

/// The width of the column that leads to the records behind a row, the least width of the one that lists them, and the longest
/// table whose lists are measured to give them more of it.
const LINK_WIDTH: usize = 8;
const PROOF_WIDTH: usize = 12;
const MEASURED: usize = 200;

/// Among how many of the first columns the name of a row is looked for.
const LATEST_NAME: usize = 5;

/// The row of the headings, and the first row of values.
const HEADINGS: u32 = 1;
const FIRST: u32 = 2;

/// The formats of cells.
struct Looks {
    title: Format,
    heading: Format,
    /// By [`Look`].
    plain: [Format; Look::ALL.len()],
    /// The same of cells that lead somewhere.
    linked: [Format; Look::ALL.len()],
    bad: Format,
    good: Format,
}

impl Looks {
    fn new() -> Self {
        let cell =
            || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_font_size(10);
        let text = || cell().set_text_wrap();
        let linked = |format: Format| {
            format.set_font_color(Color::RGB(0x0005_63C1)).set_underline(rust_xlsxwriter::FormatUnderline::Single)
        };
        let plain = |look| match look {
            Look::Text => text(),
            Look::Guarded => text().set_quote_prefix(),
            Look::Count => cell().set_num_format("0"),
            Look::Number => cell(),
            Look::Tenths => cell().set_num_format("0.0"),
            Look::Percent => cell().set_num_format("0.0%"),
            Look::Date => cell().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Center),
            Look::Link => linked(cell().set_num_format("0")),
        };
        Self {
            title: Format::new().set_bold().set_font_size(14).set_align(FormatAlign::Left),
            heading: cell()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(0x00DD_E7F0)),
            plain: Look::ALL.map(plain),
            linked: Look::ALL.map(|look| linked(plain(look))),
            bad: Format::new().set_font_color(Color::RGB(0x009C_0006)).set_background_color(Color::RGB(0x00FF_C7CE)),
            good: Format::new().set_font_color(Color::RGB(0x0000_6100)).set_background_color(Color::RGB(0x00C6_EFCE)),
        }
    }

    fn of(&self, look: Look) -> &Format {
        &self.plain[look as usize]
    }
}

/// Writes a document's tables, with a first sheet that says what was counted.
pub fn write(document: &Document<'_>) -> Result<Vec<u8>> {
    written(document, LONG).map_err(|error| not_written("xlsx", error))
}

/// Writes a workbook; the rows of sheets with more than `long` rows are written into it once it is done.
fn written(document: &Document<'_>, long: usize) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let looks = Looks::new();
    let mut names = Names::default();
    let sheet = workbook.add_worksheet();
    sheet.set_name(names.fresh(&document.lang.t("report.notes")))?;
    let titled: Vec<String> = document.tables().map(|table| names.fresh(&table.title)).collect();
    cover::put(sheet, document, &titled, &looks)?;
    let lists = Lists::of(document, &titled);
    let mut missing = Vec::new();
    for sheet in sheets(document, &looks, &lists, (titled, &mut names)) {
        let is_long = sheet.count() > long;
        sheet.put(workbook.add_worksheet(), is_long)?;
        if is_long {
            missing.push(sheet.missing(workbook.worksheets().len()));
        }
    }
    let written = workbook.save_to_buffer()?;
    if missing.is_empty() { Ok(written) } else { Ok(rows::fill(&written, &missing)?) }
}

/// Lists the sheets of a document: one for each table, and where a table asks for it one for each word of a column.
fn sheets<'table, 't>(
    document: &'table Document<'t>,
    looks: &'table Looks,
    lists: &'table Lists,
    (titled, names): (Vec<String>, &mut Names),
) -> Vec<Sheet<'table, 't>> {
    let mut sheets = Vec::new();
    for (table, name) in document.tables().zip(titled) {
        let proves = lists.sheet(List::Records).is_some() && table.leads_to_records();
        let sheet = |name, title, only| Sheet { table, name, title, only, looks, lang: document.lang, lists, proves };
        sheets.push(sheet(name, table.title.clone(), None));
        let Some(column) = table.split_by else { continue };
        let mut rows: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, row) in table.rows().enumerate() {
            rows.entry(row.cells[column].show().into_owned()).or_default().push(at);
        }
        for (word, rows) in rows.into_iter().filter(|(word, _)| !word.is_empty()) {
            sheets.push(sheet(names.fresh(&word), format!("{}·{word}", table.title), Some(rows)));
        }
    }
    sheets
}

/// A table on its way to a sheet.
struct Sheet<'table, 't> {
    table: &'table Table<'t>,
    name: String,
    title: String,
    /// The rows that are put on it, where these are not all.
    only: Option<Vec<usize>>,
    looks: &'table Looks,
    lang: Lang,
    /// The sheets with the records to which numbers lead.
    lists: &'table Lists,
    /// Whether rows say from which records they were counted.
    proves: bool,
}

impl<'table, 't: 'table> Sheet<'table, 't> {
    fn count(&self) -> usize {
        self.only.as_ref().map_or(self.table.count, Vec::len)
    }

    /// Makes the row of the table that comes at a place, from 0.
    fn row(&self, at: usize) -> Row<'_> {
        (self.table.row)(self.only.as_ref().map_or(at, |rows| rows[at]))
    }

    /// Puts everything on a sheet, or everything but the rows.
    fn put(&self, sheet: &mut Worksheet, without_rows: bool) -> Result<(), XlsxError> {
        let (table, looks, count) = (self.table, self.looks, self.count());
        sheet.set_name(&self.name)?;
        let widths = self.widths();
        for (at, width) in widths.iter().enumerate() {
            sheet.set_column_width(col(at), as_width(*width))?;
        }
        sheet.write_string_with_format(0, 0, &self.title, &looks.title)?;
        let headings = table.columns.iter().map(|column| Cow::from(&column.title));
        let headings = headings.chain(self.proof_columns().iter().map(|key| self.lang.t(key)));
        let mut lines = 1;
        for (at, (heading, width)) in headings.zip(&widths).enumerate() {
            sheet.write_string_with_format(HEADINGS, col(at), heading.as_ref(), &looks.heading)?;
            lines = lines.max(paper::lines(&heading, *width));
        }
        make_high(sheet, HEADINGS, lines)?;
        let last_column = col(widths.len() - 1);
        let last_row = HEADINGS + row(count);
        if without_rows {
            rows::prepare(sheet, looks, FIRST, (last_row, last_column))?;
        } else {
            (0..count).try_for_each(|at| self.put_row(sheet, at, &widths))?;
        }
        sheet.set_freeze_panes(FIRST, 2)?;
        // Neither a filter nor sorting moves the sum.
        let last_item = last_row - u32::from(self.has_sum());
        sheet.autofilter(HEADINGS, 0, last_item.max(HEADINGS), last_column)?;
        let mut last_printed = last_row.max(HEADINGS);
        if count > 0 {
            self.colour(sheet, last_row)?;
            self.choices(sheet, last_row)?;
            if let Some(chart) = table.chart.filter(|_| self.only.is_none()) {
                last_printed = self.draw(sheet, &chart, last_row)?;
            }
        }
        let printed = self.printed(widths.len());
        sheet.set_print_area(0, 0, last_printed, col(printed - 1))?;
        paper::set_up(sheet, HEADINGS, &widths[..printed], self.naming())?;
        Ok(())
    }

    /// Says whether the last row is the sum of the others.
    fn has_sum(&self) -> bool {
        self.table.has_sum && self.only.is_none()
    }

    /// Counts the columns that are printed: what only says how a sheet goes back to its register is of no use on paper.
    fn printed(&self, columns: usize) -> usize {
        let only_here = self.table.columns.iter().position(|column| column.from == Medium::Spreadsheet);
        only_here.unwrap_or(columns).max(1)
    }

    /// Counts the columns that say which row it is: those up to its name, or where that comes late the first two.
    fn naming(&self) -> usize {
        let name = self.table.columns.iter().position(|column| column.name == "unit");
        name.filter(|at| *at < LATEST_NAME).map_or(2, |at| at + 1)
    }

    /// Returns the keys of the headings of the columns that say from which records a row was counted: the one that leads to
    /// them, and where a row has several the one that lists them.
    ///
    /// A number can lead somewhere in every program; of a long text that does, some show only the beginning.
    fn proof_columns(&self) -> &'static [&'static str] {
        match (self.proves, self.table.of_one_record) {
            (false, _) => &[],
            (true, true) => &["report.column.records"],
            (true, false) => &["report.column.record-count", "report.column.record-numbers"],
        }
    }

    /// Returns the widths of the columns, in characters.
    fn widths(&self) -> Vec<usize> {
        let columns = self.table.columns.iter();
        let mut widths: Vec<usize> =
            columns.map(|column| (usize::from(column.width) * 2 + 2).max(paper::longest_word(&column.title))).collect();
        widths.extend(self.proof_columns().first().map(|_| LINK_WIDTH));
        if self.proof_columns().len() > 1 {
            let free = paper::ACROSS.saturating_sub(widths.iter().sum());
            widths.push(self.proof_width(free.max(PROOF_WIDTH)));
        }
        widths
    }

    /// Returns the width that the lists of records need, as far as there is room for it.
    fn proof_width(&self, free: usize) -> usize {
        if self.count() > MEASURED {
            return PROOF_WIDTH;
        }
        let needed = (0..self.count()).map(|at| halves::of(&self.shown(&self.row(at).proof)) + 2);
        needed.max().unwrap_or_default().clamp(PROOF_WIDTH, free)
    }

    fn put_row(&self, sheet: &mut Worksheet, at: usize, widths: &[usize]) -> Result<(), XlsxError> {
        let to = FIRST + row(at);
        let Row { cells, proof } = self.row(at);
        let mut lines = 1;
        for (column, (described, cell)) in self.table.columns.iter().zip(&cells).enumerate() {
            let (look, value) = plain(cell, described.sort);
            lines = lines.max(value.lines(widths[column]));
            let target = described.leads.and_then(|list| self.lists.sheet(list)).map(|sheet| place(sheet, 1));
            self.put_cell(sheet, (to, col(column)), (look, &value), target)?;
        }
        let first = proof.records().first();
        for (at, (look, value)) in (cells.len()..).zip(self.proof_cells(&proof)) {
            lines = lines.max(value.lines(widths[at]));
            let target = first.filter(|_| matches!(value, Value::Number(_))).and_then(|first| self.place_of(*first));
            self.put_cell(sheet, (to, col(at)), (look, &value), target)?;
        }
        make_high(sheet, to, lines)
    }

    /// Puts a cell on a sheet, which may lead to a place in the workbook.
    fn put_cell(
        &self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        (look, value): (Look, &Value<'_>),
        target: Option<String>,
    ) -> Result<(), XlsxError> {
        // A cell with nothing in it has nothing that leads anywhere, and programs that read it take the place for its value.
        let target = target.filter(|_| *value != Value::Blank);
        let looks = if target.is_some() { &self.looks.linked } else { &self.looks.plain };
        let look = &looks[look as usize];
        if let Some(target) = target {
            // The text of a link is what is put over it now, which may be a number.
            sheet.write_url_with_format(row, column, Url::new(target).set_text(" "), look)?;
        }
        match value {
            Value::Blank => sheet.write_blank(row, column, look)?,
            Value::Text(text) => sheet.write_string_with_format(row, column, text.as_ref(), look)?,
            Value::Number(number) => sheet.write_number_with_format(row, column, *number, look)?,
        };
        Ok(())
    }

    /// Returns the cells that say from which records a row was counted: the number of the one, or how many they are and
    /// their numbers.
    fn proof_cells(&self, proof: &Proof<'_>) -> Vec<(Look, Value<'static>)> {
        let look = if self.leads() { Look::Link } else { Look::Count };
        let count = |count: usize| (look, Value::Number(as_number(count as u64)));
        let blank = || (Look::Text, Value::Blank);
        match (self.proof_columns().len(), proof.records()) {
            (0, _) => Vec::new(),
            (columns, []) => (0..columns).map(|_| blank()).collect(),
            (1, [first, ..]) => vec![count(*first as usize + 1)],
            (_, records) => vec![count(records.len()), (Look::Text, Value::Text(Cow::Owned(self.shown(proof))))],
        }
    }

    /// Says whether rows lead to their records: a sheet has only so many links, and beyond that the number of a record is what
    /// is left to find it by.
    fn leads(&self) -> bool {
        self.proves && self.count() <= LINKS
    }

    /// Returns the place of a record in the workbook.
    fn place_of(&self, record: RecordAt) -> Option<String> {
        self.lists.sheet(List::Records).map(|sheet| place(sheet, record + 1 + FIRST))
    }

    /// Shows the numbers of the records behind a row.
    fn shown(&self, proof: &Proof<'_>) -> String {
        let mut shown = proof.show(self.lang);
        if let Some((end, _)) = shown.char_indices().nth(PROOF_CHARS) {
            shown.truncate(end);
            shown.push_str(&self.lang.t("report.and-more"));
        }
        shown
    }

    /// Describes the rows that are still missing on a sheet.
    fn missing(self, sheet: usize) -> Missing<'table> {
        let (count, widths, leads, linked) = (self.count(), self.widths(), self.leads(), self.table.columns.len());
        let row = move |at: usize, put: &mut PutCell<'_>| {
            let Row { cells, proof } = self.row(at);
            for (described, cell) in self.table.columns.iter().zip(&cells) {
                let (look, value) = plain(cell, described.sort);
                put(look, &value);
            }
            for (look, value) in self.proof_cells(&proof) {
                put(look, &value);
            }
            proof.records().first().filter(|_| leads).and_then(|first| self.place_of(*first))
        };
        Missing { sheet, first: FIRST, count, widths, linked, row: Box::new(row) }
    }

    /// Colours what needs attention: bars for rates, red for failures and for what is overdue.
    fn colour(&self, sheet: &mut Worksheet, last: u32) -> Result<(), XlsxError> {
        for (at, column) in self.table.columns.iter().enumerate() {
            let at = col(at);
            match (column.sort, column.name) {
                (Sort::Percent, name) if name.ends_with("rate") => {
                    let bar = ConditionalFormatDataBar::new()
                        .set_fill_color(Color::RGB(0x009B_C2E6))
                        .set_solid_fill(true)
                        .set_minimum(rust_xlsxwriter::ConditionalFormatType::Number, 0)
                        .set_maximum(rust_xlsxwriter::ConditionalFormatType::Number, 1);
                    sheet.add_conditional_format(FIRST, at, last, at, &bar)?;
                }
                (Sort::Count, "critical-failed" | "overdue" | "late") => {
                    let above = ConditionalFormatCell::new()
                        .set_rule(ConditionalFormatCellRule::GreaterThan(0))
                        .set_format(&self.looks.bad);
                    sheet.add_conditional_format(FIRST, at, last, at, &above)?;
                }
                (Sort::Text, "state" | "target-state" | "coverage-state") => {
                    let words = [
                        ("report.target.behind", &self.looks.bad),
                        ("report.target.suspect", &self.looks.bad),
                        ("report.coverage.never", &self.looks.bad),
                        ("finding-state.closed", &self.looks.good),
                        ("report.target.done", &self.looks.good),
                    ];
                    for (key, look) in words {
                        let word = self.lang.t(key).into_owned();
                        let is = ConditionalFormatCell::new()
                            .set_rule(ConditionalFormatCellRule::EqualTo(word))
                            .set_format(look);
                        sheet.add_conditional_format(FIRST, at, last, at, &is)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Lets a person choose only words that the column may have.
    fn choices(&self, sheet: &mut Worksheet, last: u32) -> Result<(), XlsxError> {
        let Some((column, words)) = &self.table.choices else { return Ok(()) };
        let said = text!("report.choose", known = listed(words)).show(self.lang);
        let validation = DataValidation::new()
            .allow_list_strings(words)?
            .set_error_title(self.table.columns[*column].title.as_str())?
            .set_error_message(said)?;
        sheet.add_data_validation(FIRST, col(*column), last, col(*column), &validation)?;
        Ok(())
    }

    /// Draws the charts below the table, where they are printed with it; returns a row below the last one.
    fn draw(&self, sheet: &mut Worksheet, drawn: &Drawn, last_row: u32) -> Result<u32, XlsxError> {
        let name = self.name.as_str();
        let (width, around, bar) = CHART;
        let mut next = last_row + 2;
        let mut breaks = Vec::new();
        for run in drawn.runs(self.table.items()) {
            let (first, last) = (FIRST + row(run.start), HEADINGS + row(run.end));
            let is_line = drawn.form == Form::Line;
            let mut chart = Chart::new(if is_line { ChartType::Line } else { ChartType::Bar });
            chart
                .add_series()
                .set_name((name, HEADINGS, col(drawn.values)))
                .set_categories((name, first, col(drawn.labels), last, col(drawn.labels)))
                .set_values((name, first, col(drawn.values), last, col(drawn.values)));
            chart.title().set_name(&drawn.title(self.table, &run, self.lang));
            chart.legend().set_hidden();
            // A rate is read against the whole.
            let values = if is_line { chart.y_axis() } else { chart.x_axis() };
            if self.table.columns[drawn.values].sort == Sort::Percent {
                values.set_num_format("0%").set_max(1);
            }
            let height = if is_line { width / 3 } else { around + bar * as_width(run.len()) };
            chart.set_width(width).set_height(height);
            if is_line {
                chart.y_axis().set_min(0);
            } else {
                // The first row of the table is the uppermost bar; one that is twice as long means twice as much.
                chart.y_axis().set_reverse();
                chart.x_axis().set_min(0);
            }
            if self.count() > TOGETHER {
                breaks.push(next);
            }
            sheet.insert_chart(next, 0, &chart)?;
            next += height.div_ceil(ROW) + 1;
        }
        sheet.set_page_breaks(&breaks)?;
        Ok(next)
    }
}

/// Makes a row as high as so many lines need.
fn make_high(sheet: &mut Worksheet, row: u32, lines: usize) -> Result<(), XlsxError> {
    if let Some(height) = paper::height(lines) {
        sheet.set_row_height(row, u32::try_from(height).unwrap_or(u32::MAX))?;
    }
    Ok(())
}

/// Turns a width into the form that the library takes.
fn as_width(characters: usize) -> u32 {
    u32::try_from(characters).unwrap_or(u32::MAX)
}

/// Turns a position into a row; Excel refuses those beyond its last.
fn row(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX / 2)
}

/// Turns a position into a column.
fn col(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
