//! What a report can be narrowed to: what the workspace has, under which names, and how a filter is said in words.
//!
//! People type a name in either language, or the short name of the files; a filter holds the short one only. What the
//! workspace does not have is refused: a report about nothing would read like one about a quiet year.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    clean::clean,
    filter::Filter,
    material::Material,
    tally::{Tally, type_name},
};
use crate::{
    checklist::Checklist,
    error::{Error, Kind, Result},
    i18n::{Lang, Text, listed},
    text,
};

/// The most choices that an error lists.
const LISTED: usize = 15;

/// One thing that a report was narrowed to, by the name that people know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Narrowed {
    /// What it is: `plan`, `campaign`, `topic`, `district`, `checklist`, `type` or `inspector`.
    pub sort: &'static str,
    /// The name.
    pub name: String,
}

/// What there is of a sort: each identity with its names, which may be none.
type Choices = BTreeMap<String, BTreeSet<String>>;

/// The sorts that are resolved against what the workspace has, with what is said where it does not have one.
const RESOLVED: [(&str, &str); 5] = [
    ("topic", "report.scope.no-topic"),
    ("district", "report.scope.no-district"),
    ("checklist", "report.scope.no-checklist"),
    ("type", "report.scope.no-type"),
    ("inspector", "report.scope.no-inspector"),
];

impl Filter {
    /// Returns what the filter holds, with the sort of each, in the order in which they are said.
    fn held(&self) -> [(&'static str, &Option<String>); 7] {
        [
            ("plan", &self.plan),
            ("campaign", &self.campaign),
            ("topic", &self.topic),
            ("district", &self.district),
            ("checklist", &self.checklist),
            ("type", &self.facility_type),
            ("inspector", &self.inspector),
        ]
    }

    /// Names what the filter narrows to, as the workspace names it.
    pub fn names(&self, material: &Material, lang: Lang) -> Vec<Narrowed> {
        let name = |sort: &'static str, id: &str| match sort {
            "plan" => material.plans.iter().find(|plan| plan.head.id.0 == id).map(|plan| plan.head.title.clone()),
            "campaign" => material.campaigns.get(id).cloned(),
            "topic" => material.topic_name(id, lang),
            "checklist" => newest(material, id).map(|checklist| checklist.title.show(lang).to_owned()),
            "type" => Some(type_name(id, lang)),
            _ => None,
        };
        let held = self.held().into_iter().filter_map(|(sort, value)| Some((sort, value.as_ref()?)));
        held.map(|(sort, id)| Narrowed { sort, name: name(sort, id).unwrap_or_else(|| id.clone()) }).collect()
    }

    /// Puts identities in the place of the names that were typed for topic, district, checklist, type and inspector.
    ///
    /// What the workspace does not have is an error that lists what it has.
    pub fn resolved(mut self, material: &Material) -> Result<Self> {
        for (sort, unknown) in RESOLVED {
            let held = match sort {
                "topic" => &mut self.topic,
                "district" => &mut self.district,
                "checklist" => &mut self.checklist,
                "type" => &mut self.facility_type,
                _ => &mut self.inspector,
            };
            if let Some(typed) = held {
                *typed = find(typed, &choices(material, sort), unknown)?;
            }
        }
        Ok(self)
    }
}

/// Says what a report is narrowed to, some sorts aside; empty where it is about everything.
pub fn narrowed_but(tally: &Tally, sorts: &[&str], lang: Lang) -> String {
    let named = tally.scope.iter().filter(|one| !sorts.contains(&one.sort));
    let named = named.map(|one| format!("{}{}", lang.t(&format!("report.filter.{}", one.sort)), clean(&one.name)));
    named.collect::<Vec<_>>().join(&lang.t("list.between"))
}

/// Finds what was typed among the choices, by identity or else by name.
fn find(typed: &str, choices: &Choices, unknown: &'static str) -> Result<String> {
    let typed = typed.trim();
    if choices.contains_key(typed) {
        return Ok(typed.to_owned());
    }
    let meant = |names: &BTreeSet<String>| names.iter().any(|name| name.eq_ignore_ascii_case(typed));
    let fitting: Vec<&String> = choices.iter().filter(|(_, names)| meant(names)).map(|(id, _)| id).collect();
    let key = match fitting.as_slice() {
        [one] => return Ok((*one).clone()),
        [] => unknown,
        _ => "report.scope.several",
    };
    let said = Text::new(key, vec![("typed", typed.to_owned())]);
    let shown: Vec<String> = choices.iter().take(LISTED).map(|(id, names)| shown(id, names)).collect();
    let hint = match choices.len() {
        0 => text!("report.scope.nothing"),
        count if count > LISTED => text!("report.scope.begin", known = listed(shown), count = count),
        _ => text!("report.scope.known", known = listed(shown)),
    };
    Err(Error::new(Kind::Usage, said).hint(hint))
}

/// Shows a choice: its identity, with the names that differ from it.
fn shown(id: &str, names: &BTreeSet<String>) -> String {
    let others: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != id).collect();
    if others.is_empty() { id.to_owned() } else { format!("{id}（{}）", others.join(" / ")) }
}

/// Lists what the workspace has of a sort.
fn choices(material: &Material, sort: &str) -> Choices {
    let facts = &material.facts;
    let mut found = Choices::new();
    let mut add = |id: &str, names: &[&str]| {
        if !id.is_empty() {
            let known = found.entry(id.to_owned()).or_default();
            known.extend(names.iter().filter(|name| !name.is_empty()).map(|name| (*name).to_owned()));
        }
    };
    let mut seen = HashSet::new();
    match sort {
        "topic" => {
            for topic in &material.topics {
                add(&topic.id.0, &[&topic.zh, &topic.en]);
            }
            checklists(material).filter_map(|one| one.topic.as_ref()).for_each(|topic| add(&topic.0, &[]));
        }
        "district" => {
            material.register.iter().for_each(|unit| add(&unit.district, &[]));
            let words = facts.records.iter().map(|record| record.district).filter(|word| seen.insert(*word));
            words.for_each(|word| add(facts.word(word), &[]));
        }
        "checklist" => {
            for one in checklists(material) {
                add(&one.id.0, &[one.title.show(Lang::Zh), one.title.show(Lang::En)]);
            }
            let of_records = facts.records.iter().filter(|record| seen.insert(record.checklist));
            of_records.for_each(|record| add(facts.word(record.checklist), &[facts.word(record.title)]));
        }
        "type" => {
            let mut add = |slug: &str| {
                let names = Lang::ALL.map(|lang| type_name(slug, lang));
                add(slug, &names.each_ref().map(String::as_str));
            };
            material.register.iter().for_each(|unit| add(&unit.facility_type));
            let words = facts.records.iter().map(|record| record.facility_type).filter(|word| seen.insert(*word));
            words.for_each(|word| add(facts.word(word)));
        }
        _ => {
            let named = facts.records.iter().flat_map(|record| facts.inspectors_of(record));
            named.copied().filter(|word| seen.insert(*word)).for_each(|word| add(facts.word(word), &[]));
        }
    }
    found
}

/// Lists the checklists in use and the versions that records are filled in with.
fn checklists(material: &Material) -> impl Iterator<Item = &Checklist> {
    material.in_use.iter().chain(material.pinned.values()).map(AsRef::as_ref)
}

/// Finds a checklist: the one in use, else the newest version that a record is filled in with.
pub(super) fn newest<'m>(material: &'m Material, id: &str) -> Option<&'m Checklist> {
    let in_use = material.in_use.iter().find(|one| one.id.0 == id);
    let pinned = || {
        let versions = material.pinned.iter().filter(|(_, one)| one.id.0 == id);
        versions.max_by_key(|(digest, one)| (one.version, *digest)).map(|(_, one)| one)
    };
    in_use.or_else(pinned).map(AsRef::as_ref)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics() -> Choices {
        let names = |names: [&str; 2]| names.iter().map(|name| (*name).to_owned()).collect();
        Choices::from([
            ("fever-clinic".to_owned(), names(["发热门诊", "Fever clinics"])),
            ("smoking".to_owned(), names(["控烟", "Smoking"])),
            ("tobacco".to_owned(), names(["控烟", "Tobacco"])),
        ])
    }

    #[test]
    fn what_is_typed_is_found_by_either_name_or_refused_with_what_there_is() {
        for (typed, found) in [("fever-clinic", "fever-clinic"), ("发热门诊", "fever-clinic"), (" tobacco ", "tobacco")]
        {
            assert_eq!(find(typed, &topics(), "report.scope.no-topic").expect(typed), found);
        }
        let cases = [
            ("nope", "没有专题“nope”", "fever-clinic（Fever clinics / 发热门诊）"),
            ("控烟", "叫“控烟”的不止一个", "smoking"),
        ];
        for (typed, said, listed) in cases {
            let error = find(typed, &topics(), "report.scope.no-topic").expect_err("refused");
            assert_eq!(error.message().show(Lang::Zh), said);
            let hint = error.next_step().expect("a hint").show(Lang::Zh);
            assert!(hint.contains(listed), "{hint}");
        }
    }
}
