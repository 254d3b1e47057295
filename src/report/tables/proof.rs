//! The tables that prove the numbers: records, what was left out, meanings, sources.

use super::number;
use crate::{
    i18n::Lang,
    report::{
        document::{Cell, Column, List, Proof, Row, Sort, Table},
        filter::Period,
        tally::{RecordAt, Records, Tally, type_name},
    },
    text,
};

/// The names of the tables of what was left out and of the files that were counted.
pub const LEFT_OUT: &str = "left-out";
pub const SOURCES: &str = "sources";

/// Makes the list of records that every proof refers to.
pub fn records(tally: &Tally, lang: Lang) -> Table<'_> {
    let Table { row, columns, count, list, .. } = listed(&tally.records, List::Records, lang);
    // A position among records is a `u32`, as `RecordAt` has it.
    let proof = |at| RecordAt::try_from(at).map_or(Proof::None, Proof::One);
    let name = List::Records.table();
    Table { list, ..Table::new(lang, name, columns, count, move |at| Row { proof: proof(at), ..row(at) }) }
}

/// Makes the lists of the records from which earlier periods were counted.
pub fn earlier_records(tally: &Tally, lang: Lang) -> impl Iterator<Item = Table<'_>> {
    let periods = [(List::Before, &tally.compared.before), (List::YearBefore, &tally.compared.year_before)];
    let counted = periods.into_iter().filter_map(|(list, earlier)| Some((list, earlier.as_ref()?)));
    counted.map(move |(list, earlier)| {
        let table = listed(&earlier.records, list, lang);
        let Period { from, to } = earlier.period;
        let title = text!("report.list-of", title = table.title, from = from, to = to).show(lang);
        Table { title, ..table }
    })
}

/// Lists records, without what leads to them.
fn listed(records: &Records, list: List, lang: Lang) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![
        column("number", 3, Sort::Count),
        column("date", 5, Sort::Date),
        column("unit", 14, Sort::Text),
        column("district", 6, Sort::Text),
        column("type", 6, Sort::Text),
        column("checklist", 12, Sort::Text),
        column("occasion", 5, Sort::Text),
        column("inspectors", 8, Sort::Text),
        column("items", 4, Sort::Count),
        column("answered", 4, Sort::Count),
        column("conforming", 4, Sort::Count),
        column("failed", 4, Sort::Count),
        column("score-rate", 5, Sort::Percent),
        column("grade", 5, Sort::Text),
        column("findings", 4, Sort::Count),
        column("file", 18, Sort::Text),
        column("digest", 10, Sort::Text),
    ];
    let table = Table::new(lang, list.table(), columns, records.len(), move |at| {
        let record = records.at(at);
        let counts = &record.counts;
        let cells = vec![
            number(at),
            Cell::Date(record.started.date_naive()),
            Cell::text(record.facility_name),
            Cell::text(record.district),
            Cell::owned(type_name(record.facility_type, lang)),
            Cell::text(record.checklist),
            Cell::owned(lang.t(record.occasion.name_key()).into_owned()),
            Cell::owned(lang.list(&record.inspectors)),
            Cell::Count(u64::from(counts.items)),
            Cell::Count(u64::from(counts.answered)),
            Cell::Count(u64::from(counts.conforming)),
            Cell::Count(u64::from(counts.failed)),
            Cell::percent(counts.score_rate),
            record.grade.map_or(Cell::None, Cell::text),
            Cell::Count(u64::from(counts.findings)),
            Cell::text(record.path),
            Cell::owned(record.digest.to_hex()[..16].to_owned()),
        ];
        Row { cells, proof: Proof::None }
    });
    Table { list: Some(list), ..table }
}

/// Makes the list of what was left out.
pub fn left_out(tally: &Tally, lang: Lang) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![
        column("number", 3, Sort::Count),
        column("reason", 16, Sort::Text),
        column("unit", 14, Sort::Text),
        column("file", 20, Sort::Text),
    ];
    Table::new(lang, LEFT_OUT, columns, tally.left_out.len(), move |at| {
        let one = &tally.left_out[at];
        let reason = Cell::owned(lang.t(one.reason.text_key()).into_owned());
        Row { cells: vec![number(at), reason, Cell::text(&one.about), Cell::text(&one.path)], proof: Proof::None }
    })
}

/// Makes the list of what the numbers mean.
pub fn definitions(tally: &Tally, lang: Lang) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![column("measure-name", 10, Sort::Text), column("meaning", 40, Sort::Text)];
    Table::new(lang, "definitions", columns, tally.definitions.len(), move |at| {
        let one = &tally.definitions[at];
        Row { cells: vec![Cell::text(&one.name), Cell::text(&one.meaning)], proof: Proof::None }
    })
}

/// Makes the list of files that were counted, with their digests.
pub fn sources(tally: &Tally, lang: Lang) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![
        column("source", 8, Sort::Text),
        column("source-id", 14, Sort::Text),
        column("source-title", 20, Sort::Text),
        column("digest", 34, Sort::Text),
    ];
    let files = &tally.sources.files;
    Table::new(lang, SOURCES, columns, files.len() + 1, move |at| {
        let Some(file) = files.get(at) else {
            let named = Cell::owned(lang.t("report.source.records").into_owned());
            let count = Cell::owned(tally.sources.records.to_string());
            return Row {
                cells: vec![named, Cell::None, count, Cell::text(&tally.sources.records_digest)],
                proof: Proof::None,
            };
        };
        let sort = Cell::owned(lang.t(&format!("report.source.{}", file.sort)).into_owned());
        let cells = vec![sort, Cell::text(&file.id), Cell::text(&file.title), Cell::text(&file.digest)];
        Row { cells, proof: Proof::None }
    })
}
