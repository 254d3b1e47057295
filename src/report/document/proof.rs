//! The records behind the numbers of a document.

use crate::{i18n::Lang, report::tally::RecordAt};

/// A list of records, to which the numbers of other tables lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Those of the period.
    Records,
    /// Those of the period before.
    Before,
    /// Those of the year before.
    YearBefore,
}

/// The records behind a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof<'t> {
    /// None.
    None,
    /// One.
    One(RecordAt),
    /// Several.
    Many(&'t [RecordAt]),
    /// Several that were put together for the row.
    Together(Vec<RecordAt>),
}

impl List {
    /// Every list, in the order of their positions.
    pub const ALL: [Self; 3] = [Self::Records, Self::Before, Self::YearBefore];

    /// Returns the name of the table that it is.
    pub fn table(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Before => "records-before",
            Self::YearBefore => "records-year-before",
        }
    }
}

impl Proof<'_> {
    /// Returns the records.
    pub fn records(&self) -> &[RecordAt] {
        match self {
            Self::None => &[],
            Self::One(record) => std::slice::from_ref(record),
            Self::Many(records) => records,
            Self::Together(records) => records,
        }
    }

    /// Puts the numbers of the records into words, from 1, runs of them as a range: `1–3、7`.
    pub fn show(&self, lang: Lang) -> String {
        let mut shown: Vec<String> = Vec::new();
        for (first, last) in self.ranges() {
            shown.push(if first == last { first.to_string() } else { format!("{first}–{last}") });
        }
        lang.list(shown)
    }

    /// Returns the runs of records as first and last number, from 1.
    pub fn ranges(&self) -> Vec<(u32, u32)> {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for number in self.records().iter().map(|record| record + 1) {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == number => *last = number,
                Some((_, last)) if *last == number => {}
                _ => ranges.push((number, number)),
            }
        }
        ranges
    }
}

/// A sentence of what was counted and what was not (统计说明).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it says.
    pub text: String,
    /// The name of the table that its numbers are counted from; nothing where it has none.
    pub table: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_records_become_ranges() {
        let cases: [(&[u32], &str); 4] = [(&[], ""), (&[0], "1"), (&[0, 1, 2, 6], "1–3、7"), (&[4, 4, 5], "5–6")];
        for (records, shown) in cases {
            assert_eq!(Proof::Many(records).show(Lang::Zh), shown);
            assert_eq!(Proof::Many(records).show(Lang::En), shown.replace('、', ", "));
        }
    }
}
