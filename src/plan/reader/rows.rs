//! What stands beside a task and not in it: rows of tables, labels, and the owners and dates they give to the clauses.

use std::ops::Range;

use super::Reader;
use crate::plan::{
    Owner,
    clauses::Draft,
    explain::Taken,
    lines::Paragraph,
    markers, owners,
    sentences::Enclosed,
    tables::{self, Label, Row, Table},
    topics::Weights,
};

impl Reader<'_> {
    /// Reads what stands behind a label in the next line or cell.
    pub(super) fn labelled(&mut self, paragraph: &Paragraph, label: Label, range: Range<usize>) {
        let text = &paragraph.chars;
        match label {
            Label::Task => {
                self.taken(Taken::Task);
                self.unowned = self.clauses.len();
                self.prose(paragraph, range);
            }
            Label::Owner(role) => {
                self.taken(Taken::Owners);
                self.add_owners(&owners::listed(&text[range], role));
            }
            Label::Deadline => {
                self.taken(Taken::Deadline);
                if let Some(deadline) = tables::date_of(&text[range], self.year) {
                    self.give_deadline(&deadline);
                }
            }
        }
    }

    pub(super) fn table_row(&mut self, paragraph: &Paragraph) {
        let text = &paragraph.chars;
        let cells = tables::cells(text);
        if let Some(labelled) = tables::labelled_cells(text, &cells) {
            for (label, cell) in labelled {
                self.labelled(paragraph, label, cell);
            }
            return;
        }
        let header = Table::from_header(text, &cells, self.year);
        if let Some(table) = header.filter(|header| self.table.is_none() || header.is_certain()) {
            self.table = Some(table);
            return;
        }
        let enclosed = Enclosed::of(text);
        let Some(table) = &self.table else {
            for cell in cells {
                self.sentences(paragraph, &enclosed, cell);
            }
            return;
        };
        let row = table.read_row(text, &cells, self.year);
        self.task_row(paragraph, &enclosed, row);
    }

    fn task_row(&mut self, paragraph: &Paragraph, enclosed: &Enclosed, row: Row) {
        let text = &paragraph.chars;
        self.unowned = self.clauses.len();
        let outer = self.heading_weights.clone();
        if let Some(heading) = row.heading {
            self.heading_weights.add(&self.topics.weigh(&text[heading]), 1.0);
        }
        if let Some((range, indicators)) = row.measured {
            let weights = self.topics.weigh(&text[range.clone()]);
            let deadline = indicators.last().and_then(|indicator| indicator.deadline.clone());
            self.clause(paragraph, Draft { range, indicators, deadline, weights }, &Weights::default(), false);
        }
        for task in row.tasks {
            self.sentences(paragraph, enclosed, task);
        }
        self.heading_weights = outer;
        if let Some(deadline) = row.deadline {
            self.give_deadline(&deadline);
        }
        if !row.owners.is_empty() {
            self.give_owners(&row.owners);
        }
    }

    /// Gives owners to the clauses under the open heading, except those that have been given theirs.
    pub(super) fn give_owners(&mut self, owners: &[Owner]) {
        self.give_owners_from(self.unowned.max(self.outline.first_clause()), owners);
    }

    fn give_owners_from(&mut self, first: usize, owners: &[Owner]) {
        for clause in &mut self.clauses[first..] {
            clause.owners = owners.to_vec();
        }
        self.unowned = self.clauses.len();
        self.owned = first..self.unowned;
    }

    /// Gives owners that a line of its own names, with the date beside them: at the end of a chapter in which nobody else is
    /// named, to all of it.
    pub(super) fn add_owners_of_chapter(&mut self, owners: &[Owner], deadline: Option<&str>, next: Option<&Paragraph>) {
        let below = next.map(|next| markers::at_start(&next.chars));
        let closing = match below {
            None => self.outline.first_clause_closed_by(None),
            Some(Some(marker)) => self.outline.first_clause_closed_by(Some(marker.style)),
            Some(None) => None,
        };
        let named = |first: &usize| self.clauses[*first..].iter().all(|clause| clause.owners.is_empty());
        let Some(first) = closing.filter(|first| *first < self.outline.first_clause() && named(first)) else {
            if let Some(deadline) = deadline {
                self.give_deadline(deadline);
            }
            self.add_owners(owners);
            return;
        };
        if let Some(deadline) = deadline {
            self.give_deadline_from(first, deadline);
        }
        self.give_owners_from(first, owners);
    }

    /// Gives more owners to the clauses that were given owners last, or owners to those that have none.
    pub(super) fn add_owners(&mut self, owners: &[Owner]) {
        let other_heading = self.outline.first_clause() > self.owned.start;
        if self.unowned < self.clauses.len() || self.owned.is_empty() || other_heading {
            self.give_owners(owners);
            return;
        }
        let known = &self.clauses[self.owned.start].owners;
        if known.len() + owners.len() > owners::MOST {
            return;
        }
        for clause in &mut self.clauses[self.owned.clone()] {
            clause.owners.extend_from_slice(owners);
        }
    }

    /// Gives a date to the clauses under the open heading that have none and whose owners have not been named yet.
    pub(super) fn give_deadline(&mut self, deadline: &str) {
        // A label of its own may name the owners before the date.
        let unowned = if self.unowned == self.clauses.len() { self.owned.start } else { self.unowned };
        self.give_deadline_from(unowned.max(self.undated).max(self.outline.first_clause()), deadline);
    }

    fn give_deadline_from(&mut self, first: usize, deadline: &str) {
        for clause in &mut self.clauses[first..] {
            clause.deadline.get_or_insert_with(|| deadline.to_owned());
        }
        self.undated = self.clauses.len();
    }
}
