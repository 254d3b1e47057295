//! The lines of a tally that need no counting: records and files.

use std::fmt::Write as _;

use super::{RecordCounts, RecordLine, Totals};
use crate::{
    i18n::Lang,
    store::{Facts, RecordFact, Word},
};

/// Returns the name of a type of unit; a word of the bureau's own is its own name.
pub fn type_name(slug: &str, lang: Lang) -> String {
    let key = format!("facility.type.{slug}");
    if lang.has(&key) { lang.t(&key).into_owned() } else { slug.to_owned() }
}

/// Makes the line of a record.
pub fn line_of(facts: &Facts, record: &RecordFact, totals: &Totals) -> RecordLine {
    let word = |word: Word| facts.word(word).to_owned();
    let counts = &record.counts;
    RecordLine {
        id: word(record.id),
        path: word(record.path),
        digest: hex(&record.digest),
        started: record.started(),
        facility: word(record.facility),
        facility_name: word(record.facility_name),
        facility_type: word(record.facility_type),
        district: word(record.district),
        checklist: word(record.title),
        inspectors: facts.inspectors_of(record).iter().map(|name| word(*name)).collect(),
        counts: RecordCounts {
            items: counts.items,
            answered: counts.answered,
            conforming: counts.conforming,
            failed: counts.failed,
            exempt: counts.exempt,
            critical_failed: counts.critical_failed,
            findings: u32::try_from(totals.findings).unwrap_or(u32::MAX),
            score_rate: record.score_rate.map(|rate| (rate * 100.0).round() / 100.0),
        },
        grade: record.grade.map(word),
    }
}

/// Writes bytes in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    let mut written = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a string cannot fail.
        let _ = write!(written, "{byte:02x}");
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_written_in_hexadecimal() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }

    #[test]
    fn a_type_of_the_bureaus_own_is_its_own_name() {
        assert_eq!(type_name("hospital", Lang::En), Lang::En.t("facility.type.hospital"));
        assert_eq!(type_name("冷链企业", Lang::Zh), "冷链企业");
    }
}
