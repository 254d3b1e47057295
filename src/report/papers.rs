//! The papers about one record, always as drafts: number, signature and seal stay empty.

use std::collections::HashMap;

use super::{
    behind::Behind,
    document::{Cell, Column, Document, Proof, Row, Sort, Table},
    kind::Kind,
    words::{self, About, Template},
};
use crate::{
    checklist::{self, Basis},
    error::{Error, Result},
    i18n::Lang,
    inspection::Verdict,
    text,
};

/// A paper about one record.
pub struct Paper<'record>(pub About<'record>);

impl<'record> Paper<'record> {
    /// Puts a paper together; errors are those of the template, and that there is nothing to write.
    pub fn document(&self, kind: Kind, template: &Template) -> Result<Document<'record>> {
        let record = &self.0.record.header.id;
        // Nobody was inspected for figures, and nobody is given an opinion on them.
        if matches!(kind, Kind::SiteRecord | Kind::Opinion) && self.0.checklist.sort == checklist::Sort::Progress {
            let said = text!("report.paper-of-figures", record = record);
            return Err(Error::input(said).hint(text!("report.paper-of-figures.hint")));
        }
        if kind == Kind::Notice && !self.has_something_to_rectify() {
            let said = text!("report.nothing-to-rectify", record = record);
            return Err(Error::input(said).hint(text!("report.nothing-to-rectify.hint")));
        }
        let context = words::record(&self.0);
        let tables = if kind == Kind::Checklist { vec![self.items()] } else { Vec::new() };
        let tables: HashMap<_, _> = tables.into_iter().map(|table| (table.name, table)).collect();
        let mut document = template.document(&context, tables, Behind::new())?;
        document.draft = true;
        Ok(document)
    }

    /// Says whether something fails that was not put right on the spot.
    fn has_something_to_rectify(&self) -> bool {
        let About { sheet, checklist, .. } = self.0;
        let mut found = (0..checklist.items.len()).filter_map(|at| sheet.finding(at));
        found.any(|finding| !finding.corrected_on_site)
    }

    /// Makes the body of 检查表: every item that concerns the unit.
    fn items(&self) -> Table<'record> {
        let lang = Lang::Zh;
        let column = |name, width, sort| Column::new(lang, name, width, sort);
        let About { sheet, checklist, .. } = self.0;
        // What is done of figures is worth no points.
        let has_points = checklist.sort == checklist::Sort::OnSite;
        let mut columns = vec![
            column("number", 3, Sort::Count),
            column("item", 22, Sort::Text),
            column("how", 10, Sort::Text),
            column("basis", 12, Sort::Text),
            column("result", 5, Sort::Text),
            column("measured", 6, Sort::Text),
            column("description", 12, Sort::Text),
            column("evidence-files", 6, Sort::Text),
        ];
        if has_points {
            columns.extend([column("points", 4, Sort::Number), column("earned", 4, Sort::Number)]);
        }
        columns.push(column("remark", 8, Sort::Text));
        let rows: Vec<usize> = (0..checklist.items.len()).filter(|&at| sheet.applies(at)).collect();
        Table::new(lang, "items-of-record", columns, rows.len(), move |at| {
            let position = rows[at];
            let item = &checklist.items[position];
            let answer = sheet.answer(position);
            let verdict = sheet.verdict(position);
            let basis: Vec<_> = item.basis.iter().map(Basis::cited).collect();
            let value = answer.and_then(|answer| match &answer.response {
                Some(crate::inspection::Response::Value(value)) => Some(value.show(item.unit_shown(), lang)),
                _ => None,
            });
            let earned = match verdict {
                Some(Verdict::Conforms) => Cell::Number(item.points),
                Some(Verdict::Fails) => Cell::Number(0.0),
                _ => Cell::None,
            };
            let evidence = answer.map_or(&[][..], |answer| answer.evidence.as_slice());
            let evidence: Vec<_> = evidence.iter().map(|file| file.name.as_str()).collect();
            let mark = if item.critical { "*" } else { "" };
            let mut cells = vec![
                Cell::Count(at as u64 + 1),
                Cell::owned(format!("{mark}{}", item.text.zh)),
                Cell::text(&item.how),
                Cell::owned(basis.join("；")),
                verdict.map_or(Cell::None, |verdict| {
                    Cell::owned(lang.t(checklist.sort.verdict_key(verdict)).into_owned())
                }),
                value.map_or(Cell::None, Cell::owned),
                sheet.finding(position).map_or(Cell::None, |finding| Cell::text(&finding.description)),
                Cell::owned(evidence.join("；")),
            ];
            if has_points {
                cells.extend([Cell::Number(item.points), earned]);
            }
            cells.push(answer.map_or(Cell::None, |answer| Cell::text(&answer.note)));
            Row { cells, proof: Proof::None }
        })
    }
}
