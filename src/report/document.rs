//! A document before it has a format: paragraphs, headings, tables of typed cells. Every format lays out this.
//!
//! Rows are made when they are asked for, so that a ledger of 300,000 rows is never in memory as a whole.

mod proof;

use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use chrono::NaiveDate;

pub use self::proof::{List, Note, Proof};
use super::{clean::clean, tally::RecordAt};
use crate::{i18n::Lang, percent, text};

/// A document.
pub struct Document<'t> {
    /// What stands above and below the paper itself.
    pub frame: Frame,
    /// The title.
    pub title: String,
    /// 主送机关, or empty.
    pub addressee: String,
    /// What stands on it, in order.
    pub blocks: Vec<Block<'t>>,
    /// The records behind the numbers of paragraphs, by the position of the block, for the formats that lead to them.
    pub counted: BTreeMap<usize, Proof<'t>>,
    /// 署名, or empty.
    pub signature: String,
    /// 成文日期; empty where a person has to write it.
    pub date: String,
    /// Whether it is only a draft, and says so on every page.
    pub draft: bool,
    /// The tables that prove the numbers, for the formats that lead to them.
    pub proof: Vec<Table<'t>>,
    /// What was counted and what was not, in sentences: part of every format.
    pub notes: Vec<Note>,
    /// The language of headings that a format adds.
    pub lang: Lang,
}

/// What stands above a paper (版头) and at its end (版记); what is empty does not stand on it (GB/T 9704-2012, 7.2 and 7.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// 发文字号.
    pub number: String,
    /// 签发人, on papers to a superior.
    pub signer: String,
    /// 抄送机关.
    pub copies: String,
    /// 印发机关.
    pub printer: String,
    /// 印发日期.
    pub printed: String,
}

/// A part of a document.
pub enum Block<'t> {
    /// A heading, 1 to 4 (一、 （一） 1. （1）).
    Heading(u8, String),
    /// A paragraph; `[]` in it is a blank that a person has to fill in.
    Paragraph(String),
    /// A table.
    Table(Table<'t>),
    /// 附件说明: the names of the annexes.
    Annexes(Vec<String>),
    /// The place of the addressee.
    Addressee,
    /// The place of signature and date; what stands behind it begins on a new page.
    Signature,
}

/// A table.
pub struct Table<'t> {
    /// A short ASCII name, for files and sheets that need one.
    pub name: &'static str,
    /// The title.
    pub title: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// How many rows there are.
    pub count: usize,
    /// Makes a row; long tables are laid out on several processors.
    pub row: Box<dyn Fn(usize) -> Row<'t> + Sync + 't>,
    /// What to draw of it.
    pub chart: Option<Chart>,
    /// The words that a column may have, for spreadsheets that are filled in: column and words.
    pub choices: Option<(usize, Vec<String>)>,
    /// A column by whose words a spreadsheet gives each its own sheet.
    pub split_by: Option<usize>,
    /// Which list of records this is, where others refer to it.
    pub list: Option<List>,
    /// Whether every row is about one record.
    pub of_one_record: bool,
    /// Whether it is a form, whose columns stand on paper even where nothing is in them: they are filled in by hand.
    pub is_form: bool,
    /// Whether the last row is the sum of those before it (合计), which is not sorted, filtered or drawn with them.
    pub has_sum: bool,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading.
    pub title: String,
    /// A short ASCII name, for data.
    pub name: &'static str,
    /// The width in characters of Chinese.
    pub width: u16,
    /// What sort of values it has.
    pub sort: Sort,
    /// The narrowest medium that shows it; wider ones show it too.
    pub from: Medium,
    /// The list of which every record is behind each number of the column; nothing where those of its row are.
    pub leads: Option<List>,
}

/// On what a table is shown, from the narrowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Medium {
    /// A sheet of paper, where every column costs room.
    Paper,
    /// A screen or a file that is read there.
    Screen,
    /// A spreadsheet that people fill in and send back.
    Spreadsheet,
}

/// What sort of values a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Words.
    Text,
    /// Whole numbers from 0.
    Count,
    /// Numbers with decimals.
    Number,
    /// Percentages, 95 for 95%.
    Percent,
    /// Days.
    Date,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'t> {
    /// The cells, one a column.
    pub cells: Vec<Cell<'t>>,
    /// The records behind it.
    pub proof: Proof<'t>,
}

/// A cell; one without a value stands for what is not known.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'t> {
    /// Nothing.
    None,
    /// Words.
    Text(Cow<'t, str>),
    /// A whole number.
    Count(u64),
    /// A number.
    Number(f64),
    /// A number with one decimal.
    Tenths(f64),
    /// A percentage, 95 for 95%.
    Percent(f64),
    /// A day.
    Date(NaiveDate),
    /// Some of the records behind the row, listed as a language does.
    Records(&'t [RecordAt], Lang),
}

/// What to draw of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The column with the names.
    pub labels: usize,
    /// The column with the values.
    pub values: usize,
    /// How.
    pub form: Form,
}

/// The form of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A line over time.
    Line,
    /// Bars in the order of the table, whose first rows matter most.
    Bars,
    /// Bars of what is ranked: its first and its last rows matter.
    Ranking,
}

/// The most rows that a chart shows; more could not be told apart on a page.
const DRAWN: usize = 40;

impl Chart {
    /// Says which of so many rows are drawn: all, or where these are too many one or two runs of them.
    pub fn runs(self, count: usize) -> impl Iterator<Item = Range<usize>> {
        let half = DRAWN / 2;
        let (first, last) = match self.form {
            _ if count <= DRAWN => (0..count, None),
            Form::Line => (count - DRAWN..count, None),
            Form::Bars => (0..DRAWN, None),
            Form::Ranking => (0..half, Some(count - half..count)),
        };
        std::iter::once(first).chain(last)
    }

    /// Names a run of the rows of a table: what is drawn, and which rows where these are not all.
    pub fn title(self, table: &Table<'_>, run: &Range<usize>, lang: Lang) -> String {
        let title = &table.columns[self.values].title;
        let count = table.items();
        if run.len() == count {
            return title.clone();
        }
        text!("report.drawn", title = title, first = run.start + 1, last = run.end, count = count).show(lang)
    }
}

impl Column {
    /// Makes a column whose heading stands in the language files under `report.column.NAME`.
    pub fn new(lang: Lang, name: &'static str, width: u16, sort: Sort) -> Self {
        Self {
            title: lang.t(&format!("report.column.{name}")).into_owned(),
            name,
            width,
            sort,
            from: Medium::Paper,
            leads: None,
        }
    }

    /// Lets every number of the column lead to a list of records.
    #[must_use]
    pub fn leading_to(self, list: List) -> Self {
        Self { leads: Some(list), ..self }
    }
}

impl<'t> Cell<'t> {
    /// Makes a cell of a text from outside.
    pub fn text(text: &'t str) -> Self {
        if text.is_empty() { Self::None } else { Self::Text(clean(text)) }
    }

    /// Makes a cell of a text that was put together.
    pub fn owned(text: String) -> Self {
        if text.is_empty() {
            return Self::None;
        }
        let cleaned = match clean(&text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(cleaned) => Some(cleaned),
        };
        Self::Text(Cow::Owned(cleaned.unwrap_or(text)))
    }

    /// Makes a cell of a percentage that may be none.
    pub fn percent(percent: Option<f64>) -> Self {
        percent.map_or(Self::None, Self::Percent)
    }

    /// Makes a cell of a day that may be none.
    pub fn date(date: Option<NaiveDate>) -> Self {
        date.map_or(Self::None, Self::Date)
    }

    /// Puts the cell into words; every format that shows words shows these.
    pub fn show(&self) -> Cow<'_, str> {
        match self {
            Self::None => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Count(count) => Cow::Owned(count.to_string()),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Tenths(number) => Cow::Owned(format!("{number:.1}")),
            Self::Percent(percent) => Cow::Owned(percent::show(*percent)),
            Self::Date(date) => Cow::Owned(date.to_string()),
            Self::Records(records, lang) => Cow::Owned(Proof::Many(records).show(*lang)),
        }
    }
}

impl Frame {
    /// Returns the lines above the title in words.
    pub fn head(&self, lang: Lang) -> Vec<String> {
        let signer = (!self.signer.is_empty()).then(|| format!("{}{}", lang.t("report.signer"), self.signer));
        (!self.number.is_empty()).then(|| self.number.clone()).into_iter().chain(signer).collect()
    }

    /// Says whether a paper has 版记.
    pub fn has_foot(&self) -> bool {
        !self.copies.is_empty() || !self.printer.is_empty() || !self.printed.is_empty()
    }

    /// Returns 抄送 in words, and 印发机关 with 印发日期, where a paper has them.
    pub fn foot(&self, lang: Lang) -> (Option<String>, Option<(String, String)>) {
        let copies = (!self.copies.is_empty()).then(|| text!("report.copies", to = self.copies).show(lang));
        let is_printed = !self.printer.is_empty() || !self.printed.is_empty();
        let printed = is_printed.then(|| (self.printer.clone(), text!("report.printed", on = self.printed).show(lang)));
        (copies, printed)
    }
}

impl<'t> Document<'t> {
    /// Makes a document with nothing on it.
    pub fn empty(lang: Lang) -> Self {
        Self {
            frame: Frame::default(),
            title: String::new(),
            addressee: String::new(),
            blocks: Vec::new(),
            counted: BTreeMap::new(),
            signature: String::new(),
            date: String::new(),
            draft: false,
            proof: Vec::new(),
            notes: Vec::new(),
            lang,
        }
    }

    /// Returns the tables in the order in which they stand, those that prove last.
    pub fn tables(&self) -> impl Iterator<Item = &Table<'t>> {
        let placed = self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        });
        placed.chain(&self.proof)
    }
}

impl<'t> Table<'t> {
    /// Makes a table with a title of the language files (`report.table.NAME`) and nothing special about it.
    pub fn new(
        lang: Lang,
        name: &'static str,
        columns: Vec<Column>,
        count: usize,
        row: impl Fn(usize) -> Row<'t> + Sync + 't,
    ) -> Self {
        Self {
            name,
            title: lang.t(&format!("report.table.{name}")).into_owned(),
            columns,
            count,
            row: Box::new(row),
            chart: None,
            choices: None,
            split_by: None,
            list: None,
            of_one_record: false,
            is_form: false,
            has_sum: false,
        }
    }

    /// Counts the rows without the sum.
    pub fn items(&self) -> usize {
        self.count - usize::from(self.has_sum)
    }

    /// Returns the rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'t>> + '_ {
        (0..self.count).map(|at| (self.row)(at))
    }

    /// Says whether some row has records behind it that it should lead to.
    pub fn leads_to_records(&self) -> bool {
        self.list.is_none() && self.rows().any(|row| row.proof != Proof::None)
    }

    /// Returns the table with the columns that a medium shows.
    pub fn fitting(&self, medium: Medium) -> Table<'_> {
        let kept: Vec<bool> = self.columns.iter().map(|column| column.from <= medium).collect();
        let place = |at: usize| kept[at].then(|| kept[..at].iter().filter(|kept| **kept).count());
        let chart = self
            .chart
            .and_then(|chart| Some(Chart { labels: place(chart.labels)?, values: place(chart.values)?, ..chart }));
        let columns = self.columns.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(column, _)| column.clone());
        Table {
            name: self.name,
            title: self.title.clone(),
            columns: columns.collect(),
            count: self.count,
            chart,
            choices: None,
            split_by: None,
            list: self.list,
            of_one_record: self.of_one_record,
            is_form: self.is_form,
            has_sum: self.has_sum,
            row: Box::new(move |at| {
                let Row { cells, proof } = (self.row)(at);
                let cells = cells.into_iter().zip(&kept).filter(|(_, kept)| **kept).map(|(cell, _)| cell);
                Row { cells: cells.collect(), proof }
            }),
        }
    }

    /// Leaves the columns that are empty in every row to wider media than paper, where they would only take room.
    pub fn keep_empty_columns_off_paper(&mut self) {
        if self.is_form || self.count == 0 {
            return;
        }
        let mut empty = vec![true; self.columns.len()];
        for row in self.rows() {
            empty.iter_mut().zip(&row.cells).for_each(|(empty, cell)| *empty &= *cell == Cell::None);
            if !empty.contains(&true) {
                return;
            }
        }
        for (column, _) in self.columns.iter_mut().zip(empty).filter(|(_, empty)| *empty) {
            column.from = column.from.max(Medium::Screen);
        }
    }

    /// Adds a chart.
    #[must_use]
    pub fn drawn(mut self, labels: usize, values: usize, form: Form) -> Self {
        self.chart = Some(Chart { labels, values, form });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_medium_shows_the_columns_that_are_for_it() {
        let column = |name, from| Column { from, ..Column::new(Lang::En, name, 3, Sort::Count) };
        let columns =
            vec![column("late", Medium::Spreadsheet), column("visits", Medium::Paper), column("units", Medium::Screen)];
        let cells = || [0, 1, 2].map(Cell::Count).to_vec();
        let table = Table::new(Lang::En, "units", columns, 1, move |_| Row { cells: cells(), proof: Proof::None });
        let table = table.drawn(1, 2, Form::Bars);
        for (medium, shown, chart) in
            [(Medium::Paper, "1", None), (Medium::Screen, "1 2", Some(1)), (Medium::Spreadsheet, "0 1 2", Some(2))]
        {
            let fitting = table.fitting(medium);
            let row = fitting.rows().next().expect("a row");
            let cells: Vec<_> = row.cells.iter().map(|cell| cell.show().into_owned()).collect();
            assert_eq!((cells.join(" ").as_str(), fitting.columns.len()), (shown, cells.len()));
            assert_eq!(fitting.chart.map(|chart| chart.values), chart);
        }
    }

    #[test]
    fn a_column_without_anything_is_on_paper_only_in_a_form() {
        let columns = || ["unit", "grade", "visits"].map(|name| Column::new(Lang::En, name, 3, Sort::Text)).to_vec();
        let row = |at| Row {
            cells: vec![Cell::text("a"), Cell::None, if at == 2 { Cell::Count(1) } else { Cell::None }],
            proof: Proof::None,
        };
        for (count, is_form, shown) in [
            (3, false, "unit visits"),
            (2, false, "unit"),
            (3, true, "unit grade visits"),
            (0, false, "unit grade visits"),
        ] {
            let mut table = Table { is_form, ..Table::new(Lang::En, "units", columns(), count, row) };
            table.keep_empty_columns_off_paper();
            let names =
                |medium| table.fitting(medium).columns.iter().map(|column| column.name).collect::<Vec<_>>().join(" ");
            assert_eq!((names(Medium::Paper).as_str(), names(Medium::Screen).as_str()), (shown, "unit grade visits"));
        }
    }

    #[test]
    fn a_chart_shows_all_or_says_which() {
        let columns =
            vec![Column::new(Lang::En, "unit", 3, Sort::Text), Column::new(Lang::En, "visits", 3, Sort::Count)];
        let row = |_| Row { cells: Vec::new(), proof: Proof::None };
        let cases = [
            (22, Form::Ranking, "0..22"),
            (DRAWN, Form::Line, "0..40"),
            (100, Form::Line, "60..100"),
            (100, Form::Bars, "0..40"),
            (100, Form::Ranking, "0..20 80..100"),
        ];
        for (count, form, expected) in cases {
            let sum = Table::new(Lang::En, "units", columns.clone(), count + 1, row);
            let table = Table { has_sum: true, ..sum }.drawn(0, 1, form);
            let chart = table.chart.expect("a chart");
            let runs: Vec<_> = chart.runs(table.items()).collect();
            let shown: Vec<_> = runs.iter().map(|run| format!("{run:?}")).collect();
            assert_eq!(shown.join(" "), expected, "{count} {form:?}");
            for run in &runs {
                let title = chart.title(&table, run, Lang::En);
                let is_part = title.contains(&run.end.to_string()) && title.contains(&count.to_string());
                assert_eq!(is_part, run.len() < count, "{title}");
            }
        }
    }
}
