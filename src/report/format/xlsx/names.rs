//! The names of sheets, and how a link names a place on one.

use std::collections::HashSet;

use crate::report::document::{Document, List};

/// The most characters of a name before it is numbered; Excel takes 31.
const LONGEST: usize = 28;

/// The sheets with the lists of records, in the order of [`List::ALL`].
pub struct Lists([Option<String>; List::ALL.len()]);

impl Lists {
    /// Finds the sheets among the titles that those of a document's tables have.
    pub fn of(document: &Document<'_>, titled: &[String]) -> Self {
        Self(List::ALL.map(|list| {
            let at = document.tables().position(|table| table.list == Some(list));
            at.and_then(|at| titled.get(at)).cloned()
        }))
    }

    /// Returns the name of the sheet with a list, if the workbook has it.
    pub fn sheet(&self, list: List) -> Option<&str> {
        self.0[list as usize].as_deref()
    }
}

/// The names of sheets that are taken.
#[derive(Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// Makes a name that no other sheet has; case makes no difference to Excel.
    pub fn fresh(&mut self, wanted: &str) -> String {
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
    let mut wanted = wanted;
    // What a long title says of itself in brackets at its end is worth less than that it ends.
    if units(wanted) > LONGEST
        && wanted.ends_with(['）', ')'])
        && let Some(at) = wanted.find(['（', '('])
    {
        wanted = &wanted[..at];
    }
    let mut name: String = wanted.chars().filter(|letter| !"[]:*?/\\'".contains(*letter)).take(LONGEST).collect();
    while units(&name) > LONGEST {
        name.pop();
    }
    let trimmed = name.trim();
    if trimmed.is_empty() || trimmed.eq_ignore_ascii_case("history") {
        format!("_{trimmed}")
    } else {
        trimmed.to_owned()
    }
}

/// Names a row of a sheet, counted from 1, as a link has it.
pub fn place(sheet: &str, row: u32) -> String {
    format!("internal:'{sheet}'!A{row}")
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
            ("上期检查记录（2025-01-01 至 2025-12-31）", "上期检查记录"),
            ("要点条款（一）", "要点条款（一）"),
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
