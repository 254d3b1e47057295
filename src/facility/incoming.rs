//! A register from elsewhere, held against the one that is there. Nothing of it is taken yet.

use std::collections::HashSet;

use super::{
    Column, Complaint, Differing, FACILITY_TYPES, Facility, Mapped,
    import::read_units,
    register::{Change, Outcome, compare_register},
};
use crate::{
    error::Result,
    i18n::{Lang, Text},
    table::Table,
    text,
};

/// What the import of a register comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// The sheet that was read, where the file has several.
    pub sheet: Option<String>,
    /// What each column was taken for, from the left.
    pub mapping: Vec<Mapped>,
    /// Which units are new, known, and different.
    pub outcome: Outcome,
    /// What is doubtful or wrong, in the order of the rows.
    pub complaints: Vec<Complaint>,
}

impl Incoming {
    /// Holds a table against the register; `given` names columns by hand, each with a heading.
    pub fn new(table: &Table, given: &[(Column, String)], register: &[Facility]) -> Result<Self> {
        let reading = read_units(table, given)?;
        let mut outcome = compare_register(register, reading.units);
        let mut complaints = reading.complaints;
        complaints.append(&mut outcome.doubtful);
        complaints.sort_by_key(|complaint| complaint.row);
        Ok(Self { sheet: table.sheet.clone(), mapping: reading.mapping, outcome, complaints })
    }

    /// Returns how many rows are left out.
    pub fn left_out(&self) -> usize {
        let rows = self.complaints.iter().filter(|complaint| complaint.left_out).map(|complaint| complaint.row);
        rows.collect::<HashSet<_>>().len()
    }

    /// Says whether the file has any unit for the register, be it new or known already.
    pub fn has_units(&self) -> bool {
        let Outcome { new, differing, same, merged, .. } = &self.outcome;
        !new.is_empty() || !differing.is_empty() || same + merged > 0
    }

    /// Says how many units are new, and how many the register has as the file has them.
    pub fn counts(&self) -> Vec<Text> {
        let Outcome { new, same, merged, guessed_types, .. } = &self.outcome;
        let mut said = vec![text!("facility-cli.new", count = new.len())];
        said.extend((*guessed_types > 0).then(|| text!("facility-cli.guessed", count = guessed_types)));
        said.extend((*same > 0).then(|| text!("facility-cli.same", count = same)));
        said.extend((*merged > 0).then(|| text!("facility-cli.merged-before", count = merged)));
        said
    }
}

impl Mapped {
    /// Says what the column was taken for; nothing where it has no heading.
    pub fn said(&self, lang: Lang) -> Option<Text> {
        let heading = (!self.heading.is_empty()).then_some(&self.heading)?;
        let field = self.column.map(|column| lang.t(&format!("facility-field.{}", column.field())).into_owned());
        Some(match field {
            Some(field) if self.given => text!("facility-cli.mapped-given", heading = heading, field = field),
            Some(field) => text!("facility-cli.mapped", heading = heading, field = field),
            None => text!("facility-cli.left-out", heading = heading),
        })
    }
}

impl Differing {
    /// Says what the file has that the register has otherwise.
    pub fn said(&self, lang: Lang) -> Text {
        let changes: Vec<_> = self.changes.iter().map(|change| change.said(lang).show(lang)).collect();
        text!(
            "facility-cli.differing",
            row = self.row,
            id = self.known.id,
            name = self.known.name,
            changes = lang.list(changes),
        )
    }
}

impl Change {
    /// Says what the register has in a field, and what the file has.
    fn said(&self, lang: Lang) -> Text {
        let shown = |content: &str| match self.field {
            "type" => type_shown(content, lang),
            _ => content.to_owned(),
        };
        let (field, to) = (lang.t(&format!("facility-field.{}", self.field)), shown(&self.to));
        if self.from.is_empty() {
            text!("facility-cli.change-added", field = field, to = to)
        } else {
            text!("facility-cli.change", field = field, from = shown(&self.from), to = to)
        }
    }
}

/// Names a type; one of the bureau's own stays as it is.
pub fn type_shown(slug: &str, lang: Lang) -> String {
    if FACILITY_TYPES.contains(&slug) { lang.t(&format!("facility.type.{slug}")).into_owned() } else { slug.to_owned() }
}
