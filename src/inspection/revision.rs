//! Corrections of finalised records: a new draft that begins with everything the old one says, and what became different.

use std::collections::BTreeMap;

use super::{
    finalise::Finalised,
    record::{Answer, Finding, Header, Record, RecordId, Response, Revised},
};
use crate::{
    checklist::{Digest, FileRef, ItemId, Sort},
    i18n::Lang,
};

/// How many characters of a digest tell two files apart.
const DIGEST: usize = 8;

/// Makes the correction of a finalised record: a draft under a number of its own, with the same answers.
///
/// `digest` is that of the record's file. Who answered what and when stays, until somebody answers it again.
pub fn revise(finalised: &Finalised, digest: Digest, id: RecordId) -> Record {
    let old = finalised.record();
    let header = Header {
        id,
        revision: old.header.revision + 1,
        finalised: None,
        finalised_by: None,
        journal: 0,
        joined: Vec::new(),
        void: None,
        revises: Some(Revised { record: old.header.id.clone(), digest }),
        ..old.header.clone()
    };
    Record { header, ..old.clone() }
}

/// A part of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The verdict or value.
    Response,
    /// The note.
    Note,
    /// The finding.
    Finding,
    /// The evidence.
    Evidence,
}

impl Part {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Response => "revision-part.response",
            Self::Note => "revision-part.note",
            Self::Finding => "revision-part.finding",
            Self::Evidence => "revision-part.evidence",
        }
    }

    /// Returns its word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Note => "note",
            Self::Finding => "finding",
            Self::Evidence => "evidence",
        }
    }

    fn show(self, answer: &Answer, sort: Sort, unit: &str, lang: Lang) -> String {
        let finding = |finding: &Finding| {
            let due = finding.due.map_or_else(String::new, |due| due.to_string());
            let severity = lang.t(finding.severity.name_key());
            let on_site = if finding.corrected_on_site { lang.t("finding.corrected") } else { "".into() };
            let parts = [&*severity, &finding.description, &finding.measure, &finding.responsible, &due, &*on_site];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        };
        match self {
            Self::Response => match &answer.response {
                Some(Response::Verdict(verdict)) => lang.t(sort.verdict_key(*verdict)).into_owned(),
                Some(Response::Value(value)) => value.show(unit, lang),
                None => String::new(),
            },
            Self::Note => answer.note.clone(),
            Self::Finding => answer.finding.as_ref().map_or_else(String::new, finding),
            Self::Evidence => lang.list(answer.evidence.iter().map(|file| file.name.as_str())),
        }
    }
}

/// Names the evidence of an answer with the beginnings of the digests.
fn digests(answer: &Answer, lang: Lang) -> String {
    let file = |file: &FileRef| format!("{} {}", file.name, file.digest.hex().chars().take(DIGEST).collect::<String>());
    lang.list(answer.evidence.iter().map(file))
}

impl AnswerChange {
    /// Puts what a part was and what it is now into words, of an item of a checklist of this sort; `-` where it says nothing.
    pub fn show(&self, part: Part, sort: Sort, unit: &str, lang: Lang) -> [String; 2] {
        let answers = [&self.before, &self.after];
        let shown = |answer: &Answer| part.show(answer, sort, unit, lang);
        let said = answers.map(|answer| answer.as_ref().map_or_else(String::new, shown));
        let same = part == Part::Evidence && said[0] == said[1];
        // Other bytes under the same names are told apart by their digests.
        let said = if same {
            answers.map(|answer| answer.as_ref().map_or_else(String::new, |answer| digests(answer, lang)))
        } else {
            said
        };
        said.map(|said| if said.is_empty() { "-".to_owned() } else { said })
    }
}

/// An item whose answer became another one.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerChange {
    /// The item.
    pub item: ItemId,
    /// The answer before; nothing where there was none.
    pub before: Option<Answer>,
    /// The answer after; nothing where there is none.
    pub after: Option<Answer>,
    /// What is different.
    pub parts: Vec<Part>,
}

/// Lists the items whose answers differ between two records, by item.
///
/// Who answered and when is no difference: only what was said is compared.
pub fn differences(before: &Record, after: &Record) -> Vec<AnswerChange> {
    let mut items: BTreeMap<&ItemId, (Option<&Answer>, Option<&Answer>)> = BTreeMap::new();
    for (item, answer) in &before.answers {
        items.entry(item).or_default().0 = Some(answer);
    }
    for (item, answer) in &after.answers {
        items.entry(item).or_default().1 = Some(answer);
    }
    let change = |(item, (before, after)): (&ItemId, (Option<&Answer>, Option<&Answer>))| {
        let parts = different(before, after);
        (!parts.is_empty()).then(|| AnswerChange {
            item: item.clone(),
            before: before.cloned(),
            after: after.cloned(),
            parts,
        })
    };
    items.into_iter().filter_map(change).collect()
}

fn different(before: Option<&Answer>, after: Option<&Answer>) -> Vec<Part> {
    let response = |answer: Option<&Answer>| answer.and_then(|answer| answer.response.clone());
    let note = |answer: Option<&Answer>| answer.map_or_else(String::new, |answer| answer.note.clone());
    let finding = |answer: Option<&Answer>| answer.and_then(|answer| answer.finding.clone());
    let evidence = |answer: Option<&Answer>| answer.map_or_else(Vec::new, |answer| answer.evidence.clone());
    let compared = [
        (Part::Response, response(before) != response(after)),
        (Part::Note, note(before) != note(after)),
        (Part::Finding, finding(before) != finding(after)),
        (Part::Evidence, evidence(before) != evidence(after)),
    ];
    compared.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        checklist::Severity,
        inspection::{Verdict, arbitrary},
    };

    fn record(answers: &[(&str, Verdict, &str)]) -> impl Strategy<Value = Record> + use<> {
        let answers: Vec<_> = answers
            .iter()
            .map(|(item, verdict, note)| (ItemId((*item).to_owned()), *verdict, (*note).to_owned()))
            .collect();
        arbitrary::header().prop_map(move |header| {
            let at = header.inspection.started;
            let answer = |(item, verdict, note): &(ItemId, Verdict, String)| {
                let response = Some(Response::Verdict(*verdict));
                (item.clone(), Answer { response, note: note.clone(), ..Answer::blank("林明", at) })
            };
            Record { answers: answers.iter().map(answer).collect(), header, computed: Vec::new() }
        })
    }

    #[test]
    fn what_differs_is_seen_in_what_is_shown() {
        let at = "2026-11-21T09:00:00+08:00".parse().expect("a moment");
        let file = |bytes: &[u8]| FileRef {
            name: "1.jpg".to_owned(),
            digest: Digest::of(bytes),
            size: 1,
            modified: None,
            taken: None,
        };
        let finding = |severity, corrected_on_site| Finding { severity, corrected_on_site, ..Finding::default() };
        let answer = |bytes: &[u8], severity, on_site| Answer {
            evidence: vec![file(bytes)],
            finding: Some(finding(severity, on_site)),
            ..Answer::blank("林明", at)
        };
        let change = AnswerChange {
            item: ItemId("A".to_owned()),
            before: Some(answer(b"1", Severity::Minor, false)),
            after: Some(answer(b"2", Severity::Major, true)),
            parts: vec![Part::Finding, Part::Evidence],
        };
        assert_eq!(change.show(Part::Finding, Sort::OnSite, "", Lang::Zh), ["一般", "较重 立行立改"]);
        let [before, after] = change.show(Part::Evidence, Sort::OnSite, "", Lang::Zh);
        assert!(before.starts_with("1.jpg ") && after.starts_with("1.jpg ") && before != after, "{before} {after}");
    }

    proptest! {
        #[test]
        fn a_correction_says_the_same_and_names_what_it_corrects(old in record(&[("A", Verdict::Fails, "")])) {
            let digest = Digest::of(b"file");
            let new = revise(&Finalised::trusted(old.clone()), digest.clone(), RecordId("R2".into()));
            prop_assert_eq!(differences(&old, &new), []);
            prop_assert_eq!(new.header.revision, old.header.revision + 1);
            prop_assert_eq!(new.header.revises, Some(Revised { record: old.header.id, digest }));
            prop_assert_eq!(new.header.finalised, None);
        }

        #[test]
        fn only_what_was_said_differently_is_listed(
            old in record(&[("A", Verdict::Fails, ""), ("B", Verdict::Conforms, ""), ("C", Verdict::Conforms, "")]),
            new in record(&[("A", Verdict::Conforms, "已核"), ("B", Verdict::Conforms, ""), ("D", Verdict::Fails, "")]),
        ) {
            let listed: Vec<_> = differences(&old, &new)
                .into_iter()
                .map(|change| (change.item.0, change.before.is_some(), change.after.is_some(), change.parts))
                .collect();
            let expected = [
                ("A".to_owned(), true, true, vec![Part::Response, Part::Note]),
                ("C".to_owned(), true, false, vec![Part::Response]),
                ("D".to_owned(), false, true, vec![Part::Response]),
            ];
            prop_assert_eq!(listed, expected);
        }
    }
}
