//! The kinds of reports, and how each is put together from the tally.

use std::collections::HashMap;

use super::{
    behind,
    document::{Block, Document, Form, List, Note, Table},
    filter::Period,
    format::{Format, Output},
    scope::narrowed_but,
    tables,
    tally::{Reason, Tally},
    words::{self, Template, chinese_date, chinese_until},
};
use crate::{
    error::Result,
    i18n::{Lang, Text, listed},
    text,
};

/// The most rows of a table that stand in a paper; the whole table is in the spreadsheet.
const PAPER_ROWS: usize = 200;

/// A kind of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 督查通报.
    Circular,
    /// 完成情况报告.
    Completion,
    /// 问题台账.
    Ledger,
    /// 检查情况汇总表.
    Summary,
    /// 要点条款检查情况: each clause, checked where or never.
    Coverage,
    /// 整改情况.
    Rectification,
    /// 检查人员工作量.
    Workload,
    /// 趋势: months, the period before, the year before.
    Trend,
    /// 检查表 of one record.
    Checklist,
    /// 现场笔录 of one record.
    SiteRecord,
    /// 整改通知书 of one record.
    Notice,
    /// 卫生监督意见书 of one record.
    Opinion,
}

impl Kind {
    /// Every kind, in the order in which they are explained.
    pub const ALL: [Self; 12] = [
        Self::Circular,
        Self::Completion,
        Self::Ledger,
        Self::Summary,
        Self::Coverage,
        Self::Rectification,
        Self::Workload,
        Self::Trend,
        Self::Checklist,
        Self::SiteRecord,
        Self::Notice,
        Self::Opinion,
    ];

    /// Returns the word by which the command line and file names know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Circular => "circular",
            Self::Completion => "completion",
            Self::Ledger => "ledger",
            Self::Summary => "summary",
            Self::Coverage => "coverage",
            Self::Rectification => "rectification",
            Self::Workload => "workload",
            Self::Trend => "trend",
            Self::Checklist => "checklist",
            Self::SiteRecord => "site-record",
            Self::Notice => "notice",
            Self::Opinion => "opinion",
        }
    }

    /// The kinds that are about a period, in the order in which they are offered.
    pub const OF_PERIOD: [Self; 8] = [
        Self::Circular,
        Self::Completion,
        Self::Ledger,
        Self::Summary,
        Self::Coverage,
        Self::Rectification,
        Self::Workload,
        Self::Trend,
    ];

    /// Reads the word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Says whether it is about one record.
    pub fn is_of_record(self) -> bool {
        matches!(self, Self::Checklist | Self::SiteRecord | Self::Notice | Self::Opinion)
    }

    /// As what the papers of a record can be written that are words only: there is nothing in them to reckon with.
    pub const OF_WORDS: [Output; 4] =
        [Output::Laid(Format::Docx), Output::Pdf, Output::Laid(Format::Html), Output::Laid(Format::Markdown)];

    /// As what 检查表 can be written, which has a table. The record itself is the data of which a report is the JSON.
    pub const OF_SHEET: [Output; 7] = [
        Output::Laid(Format::Docx),
        Output::Pdf,
        Output::Laid(Format::Html),
        Output::Laid(Format::Markdown),
        Output::Laid(Format::Xlsx),
        Output::Laid(Format::Csv),
        Output::Laid(Format::Parquet),
    ];

    /// Returns as what it can be written, in the order in which that is offered.
    pub fn outputs(self) -> &'static [Output] {
        match self {
            Self::SiteRecord | Self::Notice | Self::Opinion => &Self::OF_WORDS,
            Self::Checklist => &Self::OF_SHEET,
            _ => &Output::ALL,
        }
    }

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> String {
        format!("report.kind.{}", self.name())
    }

    /// Returns the language it is written in: papers are Chinese whatever the screen speaks, tables follow the reader.
    pub fn language(self, reader: Lang) -> Lang {
        if Template::built_in(self).is_some() { Lang::Zh } else { reader }
    }
}

/// Puts a report about a period together.
///
/// `template` is used by the kinds that have words. Errors are those of a template.
pub fn document<'t>(kind: Kind, tally: &'t Tally, template: Option<&Template>, lang: Lang) -> Result<Document<'t>> {
    let mut document = match template {
        Some(template) => template.document(&words::circular(tally), paper_tables(tally), behind::groups(tally))?,
        None => plain(kind, tally, lang),
    };
    for block in &mut document.blocks {
        if let Block::Table(table) = block {
            table.keep_empty_columns_off_paper();
        }
    }
    document.lang = lang;
    document.draft = template.is_some();
    document.notes = notes(tally, lang);
    document.proof = proof(tally, lang);
    if document.tables().any(|table| table.name == tables::COMPARED) {
        let earlier: Vec<_> = tables::earlier_records(tally, lang).collect();
        document.notes.extend(earlier.iter().map(|list| earlier_note(list, lang)));
        // Behind the records of the period itself.
        document.proof.splice(1..1, earlier);
    }
    Ok(document)
}

/// The tables that a paper may ask for.
fn paper_tables(tally: &Tally) -> HashMap<&'static str, Table<'_>> {
    let lang = Lang::Zh;
    let all = Some(tally);
    let made = [
        tables::groups_in_brief(lang, "districts", "district", &tally.districts, all),
        tables::groups_in_brief(lang, "topics", "topic", &tally.topics, all),
        tables::groups_in_brief(lang, "months", "month", &tally.months, None),
        tables::workload(tally, lang),
        tables::units(tally, lang, PAPER_ROWS),
        tables::grades(tally, lang),
        tables::items(tally, lang, PAPER_ROWS),
        tables::problems(tally, lang, PAPER_ROWS),
        tables::targets(tally, lang),
        tables::compared(tally, lang),
    ];
    made.into_iter().map(|table| (table.name, table)).collect()
}

/// Puts together a report that is tables with a heading.
fn plain(kind: Kind, tally: &Tally, lang: Lang) -> Document<'_> {
    let mut document = Document::empty(lang);
    document.title = lang.t(&kind.name_key()).into_owned();
    let totals = &tally.totals;
    let (from, to) = (tally.filter.period.from, tally.last_day());
    let mut sum = text!(
        "report.sum",
        from = if lang == Lang::Zh { chinese_date(from) } else { from.to_string() },
        to = if lang == Lang::Zh { chinese_until(from, to) } else { to.to_string() },
        units = totals.units,
        visits = totals.visits,
        answered = totals.answered,
        failed = totals.failed,
        findings = totals.findings,
        closed = totals.closed,
        overdue = totals.overdue
    )
    .show(lang);
    if totals.progress_checks > 0 {
        sum.push_str(&text!("report.sum-progress", count = totals.progress_checks).show(lang));
    }
    document.blocks.push(Block::Paragraph(sum));
    if !tally.records.is_empty() {
        document.counted.insert(0, tables::every_record(tally));
    }
    let all = Some(tally);
    let districts = || tables::groups(lang, "districts", "district", &tally.districts, all);
    let topics = || tables::groups(lang, "topics", "topic", &tally.topics, all);
    let types = || tables::groups(lang, "types", "type", &tally.facility_types, all);
    let made = match kind {
        Kind::Ledger => vec![tables::ledger(tally, lang)],
        Kind::Coverage => tally.plans.iter().map(|plan| tables::coverage(plan, lang)).collect(),
        Kind::Completion => vec![tables::targets(tally, lang)],
        Kind::Rectification => {
            vec![districts().drawn(1, tables::GROUP_CORRECTION_RATE, Form::Bars), topics(), tables::states(tally, lang)]
        }
        Kind::Workload => vec![tables::workload(tally, lang).drawn(1, 3, Form::Bars)],
        Kind::Trend => vec![tables::compared(tally, lang), tables::months(tally, lang)],
        _ => [tables::units(tally, lang, usize::MAX)]
            .into_iter()
            .chain((!tally.grades.is_empty()).then(|| tables::grades(tally, lang)))
            .chain([
                districts().drawn(1, tables::GROUP_PASS_RATE, Form::Bars),
                topics().drawn(1, tables::GROUP_PASS_RATE, Form::Bars),
                types(),
                tables::checklists(tally, lang),
                // A sheet for each topic.
                Table { split_by: Some(tables::ITEM_TOPIC), ..tables::items(tally, lang, usize::MAX) },
            ])
            .collect(),
    };
    document.blocks.extend(made.into_iter().map(Block::Table));
    document
}

/// The tables behind the numbers.
fn proof(tally: &Tally, lang: Lang) -> Vec<Table<'_>> {
    vec![
        tables::records(tally, lang),
        tables::left_out(tally, lang),
        tables::definitions(tally, lang),
        tables::sources(tally, lang),
    ]
}

/// Says what was counted, what was not and why, from what and when, and where that is listed.
fn notes(tally: &Tally, lang: Lang) -> Vec<Note> {
    let narrowed = narrowed_but(tally, &[], lang);
    let narrowed = if narrowed.is_empty() { lang.t("report.filter.none").into_owned() } else { narrowed };
    let mut reasons: Vec<_> = tally.left_out.iter().map(|one| one.reason).collect();
    let records = reasons.iter().filter(|reason| reason.is_of_record()).count();
    let ledgers = reasons.iter().filter(|reason| reason.is_of_ledger()).count();
    reasons.dedup();
    let Period { from, to } = tally.filter.period;
    let digest = tally.sources.records_digest.get(..23).unwrap_or_default();
    let made = tally.made.format("%Y-%m-%d %H:%M:%S %:z");
    let period = text!("report.note.period", from = from, to = to, filter = narrowed);
    let counted = text!("report.note.counted", records = tally.records.len(), left_out = records);
    let without_ledger = (ledgers > 0).then(|| text!("report.note.ledgers", count = ledgers));
    let left_out = without_ledger.into_iter().chain(reasons.into_iter().map(|reason| left_out(tally, reason, lang)));
    let sources = text!("report.note.sources", digest = digest, as_of = tally.as_of, made = made);
    let said = [(period, None), (counted, Some(List::Records.table()))]
        .into_iter()
        .chain(left_out.map(|said| (said, Some(tables::LEFT_OUT))))
        .chain([(sources, Some(tables::SOURCES))]);
    said.map(|(said, table)| Note { text: said.show(lang), table }).collect()
}

/// Says from how many records an earlier period was counted, and where they are listed.
fn earlier_note(list: &Table<'_>, lang: Lang) -> Note {
    let said = text!("report.note.earlier", records = list.count, list = list.title);
    Note { text: said.show(lang), table: Some(list.name) }
}

/// The most files that a note names.
const NAMED: usize = 20;

/// Says how much was left out for a reason; files that somebody has to look at are named.
fn left_out(tally: &Tally, reason: Reason, lang: Lang) -> Text {
    let of_reason = || tally.left_out.iter().filter(|one| one.reason == reason);
    let (shown, count) = (lang.t(reason.text_key()), of_reason().count());
    if !reason.is_named() {
        return text!("report.left-out-count", reason = shown, count = count);
    }
    let mut files: Vec<_> = of_reason().take(NAMED).map(|one| super::clean::clean(&one.path).into_owned()).collect();
    if count > NAMED {
        files.push(lang.t("report.and-more").into_owned());
    }
    text!("report.left-out-files", reason = shown, count = count, files = listed(files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
            assert!(Lang::ALL.iter().all(|lang| lang.has(&kind.name_key())), "{}", kind.name());
        }
        assert_eq!(Kind::named("Circular"), None);
        let of_period: Vec<_> = Kind::ALL.into_iter().filter(|kind| !kind.is_of_record()).collect();
        assert_eq!(of_period, Kind::OF_PERIOD);
    }
}
