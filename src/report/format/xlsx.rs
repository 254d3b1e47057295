//! Spreadsheets: real numbers and days, a sheet for each table, and from each row a way to the records behind it.

use std::collections::{BTreeMap, HashSet};

use chrono::Datelike;
use rust_xlsxwriter::{
    Chart, ChartType, Color, ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatDataBar,
    DataValidation, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::not_written;
use crate::{
    error::Result,
    i18n::Lang,
    report::{
        clean::is_formula,
        document::{Cell, Chart as Drawn, Document, Proof, Row, Sort, Table},
    },
};

/// From how many rows on a sheet is written row by row and not kept in memory.
const LONG: usize = 5_000;

/// The most links that a sheet can have (Excel's limit).
const LINKS: usize = 65_530;

/// The most rows that a chart shows.
const CHART_ROWS: usize = 30;

/// The most characters of a list of records in a cell; a cell holds 32,767.
const PROOF_CHARS: usize = 8_000;

/// The row of the headings, and the first row of values.
const HEADINGS: u32 = 1;
const FIRST: u32 = 2;

/// The ways in which cells look.
struct Looks {
    title: Format,
    heading: Format,
    text: Format,
    /// A text that looks like a formula stays a text even after somebody edits it.
    guarded: Format,
    count: Format,
    number: Format,
    percent: Format,
    date: Format,
    link: Format,
    bad: Format,
    good: Format,
}

impl Looks {
    fn new() -> Self {
        let cell =
            || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_font_size(10);
        let text = || cell().set_text_wrap();
        Self {
            title: Format::new().set_bold().set_font_size(14).set_align(FormatAlign::Left),
            heading: cell()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(0x00DD_E7F0)),
            text: text(),
            guarded: text().set_quote_prefix(),
            count: cell().set_num_format("0"),
            number: cell(),
            percent: cell().set_num_format("0.0%"),
            date: cell().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Center),
            link: cell()
                .set_font_color(Color::RGB(0x0005_63C1))
                .set_text_wrap()
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            bad: Format::new().set_font_color(Color::RGB(0x009C_0006)).set_background_color(Color::RGB(0x00FF_C7CE)),
            good: Format::new().set_font_color(Color::RGB(0x0000_6100)).set_background_color(Color::RGB(0x00C6_EFCE)),
        }
    }
}

/// Writes a document's tables, with a first sheet that says what was counted.
pub fn write(document: &Document<'_>) -> Result<Vec<u8>> {
    written(document).map_err(|error| not_written("xlsx", error))
}

fn written(document: &Document<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let looks = Looks::new();
    let mut names = Names::default();
    let records = document.tables().find(|table| table.is_records).map(|table| sheet_name(&table.title));
    cover(&mut workbook, document, &looks, &mut names)?;
    for table in document.tables() {
        let sheet = Sheet { table, looks: &looks, lang: document.lang, records: records.as_deref() };
        let long = table.count > LONG;
        let worksheet = if long { workbook.add_worksheet_with_constant_memory()? } else { workbook.add_worksheet() };
        sheet.put(worksheet, &names.fresh(&table.title), &table.title, None)?;
        let Some(column) = table.split_by else { continue };
        let mut rows: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, row) in table.rows().enumerate() {
            rows.entry(row.cells[column].show().into_owned()).or_default().push(at);
        }
        for (word, rows) in rows.into_iter().filter(|(word, _)| !word.is_empty()) {
            let title = format!("{}·{word}", table.title);
            sheet.put(workbook.add_worksheet(), &names.fresh(&word), &title, Some(&rows))?;
        }
    }
    workbook.save_to_buffer()
}

/// Puts the first sheet: title, and what was counted and what was not.
fn cover(workbook: &mut Workbook, document: &Document<'_>, looks: &Looks, names: &mut Names) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(names.fresh(&document.lang.t("report.notes")))?;
    sheet.set_column_width(0, 100)?;
    sheet.write_string_with_format(0, 0, &document.title, &looks.title)?;
    for (at, note) in document.notes.iter().enumerate() {
        sheet.write_string_with_format(row(at) + 1, 0, note, &looks.text)?;
    }
    Ok(())
}

/// The names of sheets that are taken.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    /// Makes a name that no other sheet has; case makes no difference to Excel.
    fn fresh(&mut self, wanted: &str) -> String {
        let base = sheet_name(wanted);
        let mut name = base.clone();
        let mut number = 2;
        while !self.0.insert(name.to_lowercase()) {
            let end = format!("_{number}");
            name = base.chars().take(31 - end.len()).collect::<String>() + &end;
            number += 1;
        }
        name
    }
}

/// Makes a text a name of a sheet: at most 31 characters, none of `[]:*?/\`, no quote at either end.
fn sheet_name(wanted: &str) -> String {
    let units = |name: &str| name.encode_utf16().count();
    let mut name: String = wanted.chars().filter(|letter| !"[]:*?/\\'".contains(*letter)).take(28).collect();
    while units(&name) > 28 {
        name.pop();
    }
    let trimmed = name.trim();
    if trimmed.is_empty() || trimmed.eq_ignore_ascii_case("history") {
        format!("_{trimmed}")
    } else {
        trimmed.to_owned()
    }
}

/// A table on its way to a sheet.
struct Sheet<'table, 't> {
    table: &'table Table<'t>,
    looks: &'table Looks,
    lang: Lang,
    records: Option<&'table str>,
}

impl Sheet<'_, '_> {
    fn put(&self, sheet: &mut Worksheet, name: &str, title: &str, only: Option<&[usize]>) -> Result<(), XlsxError> {
        let (table, looks) = (self.table, self.looks);
        sheet.set_name(name)?;
        let proves = self.records.is_some() && table.leads_to_records();
        let count = only.map_or(table.count, <[usize]>::len);
        for (at, column) in table.columns.iter().enumerate() {
            sheet.set_column_width(col(at), f64::from(column.width) * 2.0 + 2.0)?;
        }
        sheet.write_string_with_format(0, 0, title, &looks.title)?;
        for (at, column) in table.columns.iter().enumerate() {
            sheet.write_string_with_format(HEADINGS, col(at), &column.title, &looks.heading)?;
        }
        let last_column = col(table.columns.len() - usize::from(!proves));
        if proves {
            sheet.set_column_width(last_column, 16)?;
            sheet.write_string_with_format(
                HEADINGS,
                last_column,
                self.lang.t("report.column.records").as_ref(),
                &looks.heading,
            )?;
        }
        let links = count <= LINKS.min(LONG);
        for at in 0..count {
            let values = (table.row)(only.map_or(at, |rows| rows[at]));
            self.put_row(sheet, row(at) + FIRST, &values)?;
            if proves {
                self.put_proof(sheet, row(at) + FIRST, last_column, &values.proof, links)?;
            }
        }
        let last_row = HEADINGS + row(count);
        sheet.set_freeze_panes(FIRST, 2)?;
        sheet.autofilter(HEADINGS, 0, last_row.max(HEADINGS), last_column)?;
        // The chart beside the table is for the screen.
        sheet.set_print_area(0, 0, last_row.max(HEADINGS), last_column)?;
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(HEADINGS, HEADINGS)?;
        sheet.set_footer("&C&P / &N");
        if count > 0 {
            self.colour(sheet, last_row)?;
            self.choices(sheet, last_row)?;
            if let Some(chart) = table.chart.filter(|_| only.is_none()) {
                self.draw(sheet, name, &chart, count)?;
            }
        }
        Ok(())
    }

    fn put_row(&self, sheet: &mut Worksheet, at: u32, values: &Row<'_>) -> Result<(), XlsxError> {
        let looks = self.looks;
        for (column, cell) in values.cells.iter().enumerate() {
            let column_number = col(column);
            match cell {
                Cell::None => match self.table.columns[column].sort {
                    // What a person fills in later is a day too.
                    Sort::Date => sheet.write_blank(at, column_number, &looks.date)?,
                    _ => sheet.write_blank(at, column_number, &looks.text)?,
                },
                Cell::Text(text) if is_formula(text) => {
                    sheet.write_string_with_format(at, column_number, cut(text), &looks.guarded)?
                }
                Cell::Text(text) => sheet.write_string_with_format(at, column_number, cut(text), &looks.text)?,
                Cell::Count(count) => sheet.write_number_with_format(
                    at,
                    column_number,
                    crate::report::tally::as_number(*count),
                    &looks.count,
                )?,
                Cell::Number(number) => sheet.write_number_with_format(at, column_number, *number, &looks.number)?,
                Cell::Percent(percent) => {
                    sheet.write_number_with_format(at, column_number, percent / 100.0, &looks.percent)?
                }
                Cell::Date(day) => {
                    // Excel knows the days from 1900 to 9999; any other stays a text.
                    let (year, month, of_month) = (u16::try_from(day.year()), day.month(), day.day());
                    let known = year.ok().and_then(|year| {
                        ExcelDateTime::from_ymd(year, u8::try_from(month).ok()?, u8::try_from(of_month).ok()?).ok()
                    });
                    match known {
                        Some(known) => sheet.write_datetime_with_format(at, column_number, &known, &looks.date)?,
                        None => sheet.write_string_with_format(at, column_number, day.to_string(), &looks.text)?,
                    }
                }
            };
        }
        Ok(())
    }

    /// Writes which records a row was counted from, as their numbers in the sheet of records.
    fn put_proof(
        &self,
        sheet: &mut Worksheet,
        at: u32,
        column: u16,
        proof: &Proof<'_>,
        links: bool,
    ) -> Result<(), XlsxError> {
        let looks = self.looks;
        let Some(first) = proof.records().first() else {
            sheet.write_blank(at, column, &looks.text)?;
            return Ok(());
        };
        if let (Proof::One(record), false) = (proof, links) {
            sheet.write_number_with_format(at, column, f64::from(record + 1), &looks.count)?;
            return Ok(());
        }
        let mut shown = proof.show();
        if shown.chars().count() > PROOF_CHARS {
            shown = shown.chars().take(PROOF_CHARS).collect();
            shown.push_str(&self.lang.t("report.and-more"));
        }
        match self.records.filter(|_| links) {
            Some(records) => {
                let target = format!("internal:'{records}'!A{}", first + 1 + FIRST);
                let link = rust_xlsxwriter::Url::new(target).set_text(shown);
                sheet.write_url_with_format(at, column, link, &looks.link)?
            }
            None => sheet.write_string_with_format(at, column, shown, &looks.text)?,
        };
        Ok(())
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
                        ("report.coverage.never", &self.looks.bad),
                        ("finding-state.closed", &self.looks.good),
                        ("finding-state.awaiting", &self.looks.good),
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
        let validation = DataValidation::new().allow_list_strings(words)?;
        sheet.add_data_validation(FIRST, col(*column), last, col(*column), &validation)?;
        Ok(())
    }

    /// Draws a chart of the first rows beside the table.
    fn draw(&self, sheet: &mut Worksheet, name: &str, drawn: &Drawn, count: usize) -> Result<(), XlsxError> {
        let last = HEADINGS + row(count.min(CHART_ROWS));
        let mut chart = Chart::new(if drawn.line { ChartType::Line } else { ChartType::Bar });
        chart
            .add_series()
            .set_name((name, HEADINGS, col(drawn.values)))
            .set_categories((name, FIRST, col(drawn.labels), last, col(drawn.labels)))
            .set_values((name, FIRST, col(drawn.values), last, col(drawn.values)));
        chart.title().set_name(&self.table.columns[drawn.values].title);
        chart.legend().set_hidden();
        chart.set_width(640).set_height(360);
        if !drawn.line {
            // The first row of the table is the uppermost bar.
            chart.y_axis().set_reverse();
        }
        sheet.insert_chart(FIRST, col(self.table.columns.len() + 2), &chart)?;
        Ok(())
    }
}

/// Cuts a text to what a cell holds.
fn cut(text: &str) -> &str {
    const LARGEST: usize = 32_000;
    text.char_indices().nth(LARGEST).map_or(text, |(at, _)| &text[..at])
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
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_what_excel_takes_and_differ() {
        let mut names = Names::default();
        let long = "很".repeat(40);
        let cases = [
            ("医疗[废物]", "医疗废物"),
            ("医疗废物", "医疗废物_2"),
            ("a/b:c", "abc"),
            ("ABC", "ABC_2"),
            ("", "_"),
            ("History", "_History"),
        ];
        for (wanted, name) in cases {
            assert_eq!(names.fresh(wanted), name);
        }
        for _ in 0..12 {
            let name = names.fresh(&long);
            assert!(name.encode_utf16().count() <= 31, "{name}");
        }
    }
}
