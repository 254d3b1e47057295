//! What travels: one row for each kind of document, with how it is merged and whose word counts.
//!
//! Whatever a document gains travels without a change here, because fields are taken from the file as it stands. This
//! table only says where documents lie, by which key the elements of an array are told apart, which keys are one answer,
//! and what to show where two people disagree.

use super::{fields::expression, revision::Revision, roster::Role};

/// How a document is taken apart into fields.
#[derive(Debug)]
pub struct Shape {
    /// The arrays of tables whose elements are told apart by a key.
    pub keyed: &'static [Keyed],
    /// The keys that are one value: whoever changes one of them has decided on all.
    pub groups: &'static [Group],
    /// Keys at the top that follow from the others and are not sent.
    pub ignored: &'static [&'static str],
}

/// An array of tables whose elements are told apart by a key.
#[derive(Debug)]
pub struct Keyed {
    /// The path of the array.
    pub path: &'static str,
    /// The key, whose value is a text.
    pub key: &'static str,
    /// Whether the order of the elements is a person's.
    pub ordered: bool,
}

/// Keys that are one value.
#[derive(Debug)]
pub struct Group {
    /// The pattern of the table in which they stand.
    pub within: &'static str,
    /// The name of the field that they become.
    pub name: &'static str,
    /// The keys.
    pub keys: &'static [&'static str],
}

/// What comes of several values of one field that nobody has decided between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A person is asked; until then the file has no value.
    AskAndLeaveOut,
    /// A person is asked; until then the file has an empty text.
    AskAndLeaveEmpty,
    /// A person is asked; until then the file has the first value in the order of their texts.
    Ask,
    /// Nobody is asked: the greatest number or the latest moment.
    Greatest,
    /// Nobody is asked: the least number or the earliest moment.
    Least,
    /// Nobody is asked: everything that one side added and no side took out, in an order that all keep to.
    Together,
    /// Nobody is asked: the same, and of what nobody has ordered the earlier comes first.
    InTime,
    /// Nobody is asked: the same of files, which are told apart by their digests; one that was added keeps its answer.
    Files,
}

/// What the file of a document holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// TOML that is merged field by field and written anew.
    Fields,
    /// TOML that is merged field by field; where nothing had to be merged, the exact bytes of its author.
    FieldsAndBytes,
    /// Bytes that are taken as a whole.
    Whole,
}

/// A kind of document.
#[derive(Debug)]
pub struct Kind {
    /// Its name, with which the identities of its documents begin.
    pub name: &'static str,
    /// Where its documents lie within the workspace; `*` stands for one name each.
    pub place: &'static str,
    /// What its files hold.
    pub content: Content,
    /// How they are taken apart.
    pub shape: &'static Shape,
    /// What comes of several values, by the pattern of the field; the first that fits, else a person is asked.
    pub rules: &'static [(&'static str, Rule)],
    /// The roles whose word counts; those of any other are kept and shown, and not applied.
    pub roles: &'static [Role],
    /// The field that names the person whose document it is, where nobody else may write it, and nobody twice.
    pub author: Option<&'static str>,
}

/// A document without fields of its own.
const WHOLE: Shape = Shape { keyed: &[], groups: &[], ignored: &[] };

const RECORD: Shape = Shape {
    keyed: &[Keyed { path: "answer", key: "item", ordered: false }],
    groups: &[
        Group { within: "answer/*", name: "response", keys: &["verdict", "value"] },
        Group { within: "answer/*", name: "stamp", keys: &["at", "by"] },
        Group { within: "", name: "final", keys: &["finalised", "finalised_by"] },
        Group { within: "void", name: "said", keys: &["at", "by", "reason"] },
    ],
    ignored: &["summary"],
};

const CHECKLIST: Shape = Shape {
    keyed: &[Keyed { path: "section", key: "id", ordered: true }, Keyed { path: "item", key: "id", ordered: true }],
    groups: &[],
    ignored: &[],
};

const TOPICS: Shape =
    Shape { keyed: &[Keyed { path: "topic", key: "slug", ordered: true }], groups: &[], ignored: &[] };

const FACILITIES: Shape =
    Shape { keyed: &[Keyed { path: "facility", key: "id", ordered: true }], groups: &[], ignored: &[] };

const CORRECTIONS: Shape =
    Shape { keyed: &[Keyed { path: "correction", key: "clause", ordered: true }], groups: &[], ignored: &[] };

const LEDGER: Shape =
    Shape { keyed: &[Keyed { path: "finding", key: "id", ordered: true }], groups: &[], ignored: &[] };

const ORDERS: &[(&str, Rule)] = &[("*/~order", Rule::Together)];

/// What was merged into a unit by one person was merged, whatever another one merged into it.
const UNITS: &[(&str, Rule)] = &[
    ("*/~order", Rule::Together),
    ("facility/*/former", Rule::Together),
    ("facility/*/former_codes", Rule::Together),
    ("facility/*/former_names", Rule::Together),
];

/// Every kind of document that travels.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "record",
        place: "records/*/*/*.toml",
        content: Content::Fields,
        shape: &RECORD,
        rules: &[
            ("answer/*/response", Rule::AskAndLeaveOut),
            ("answer/*/note", Rule::AskAndLeaveEmpty),
            ("answer/*/evidence", Rule::Files),
            ("answer/*/stamp", Rule::Greatest),
            ("answer/*/finding/description", Rule::AskAndLeaveEmpty),
            ("journal", Rule::Greatest),
            ("format", Rule::Greatest),
            ("revision", Rule::Greatest),
            ("inspection/started", Rule::Least),
            ("inspection/finished", Rule::Greatest),
            ("inspection/inspectors", Rule::Together),
            ("joined", Rule::Together),
        ],
        roles: &[Role::Inspector],
        author: None,
    },
    Kind {
        name: "checklist",
        place: "checklists/*.toml",
        content: Content::FieldsAndBytes,
        shape: &CHECKLIST,
        rules: ORDERS,
        roles: &[Role::Editor],
        author: None,
    },
    Kind {
        name: "bank",
        place: "checklists/banks/*.toml",
        content: Content::FieldsAndBytes,
        shape: &CHECKLIST,
        rules: ORDERS,
        roles: &[Role::Editor],
        author: None,
    },
    Kind {
        name: "version",
        place: "checklists/.versions/*.toml",
        content: Content::Whole,
        shape: &WHOLE,
        rules: &[],
        roles: &[Role::Inspector, Role::Supervisor, Role::Editor],
        author: None,
    },
    Kind {
        name: "topics",
        place: "checklists/topics.toml",
        content: Content::FieldsAndBytes,
        shape: &TOPICS,
        rules: ORDERS,
        roles: &[Role::Editor],
        author: None,
    },
    Kind {
        name: "facilities",
        place: "facilities.toml",
        content: Content::Fields,
        shape: &FACILITIES,
        rules: UNITS,
        roles: &[Role::Inspector, Role::Editor],
        author: None,
    },
    Kind {
        name: "register",
        place: "facilities/*.toml",
        content: Content::Fields,
        shape: &FACILITIES,
        rules: UNITS,
        roles: &[Role::Inspector, Role::Editor],
        author: None,
    },
    Kind {
        name: "corrections",
        place: "plans/*/corrections.toml",
        content: Content::FieldsAndBytes,
        shape: &CORRECTIONS,
        rules: ORDERS,
        roles: &[Role::Editor],
        author: None,
    },
    // What was read of a plan follows from its document, so two readings at the same time are nothing to ask about.
    Kind {
        name: "plan",
        place: "plans/*/*",
        content: Content::Whole,
        shape: &WHOLE,
        rules: &[("content", Rule::Least)],
        roles: &[Role::Editor],
        author: None,
    },
    Kind {
        name: "task",
        place: "tasks/*/*.toml",
        content: Content::FieldsAndBytes,
        shape: &WHOLE,
        rules: &[("event", Rule::InTime)],
        roles: &[Role::Supervisor],
        author: None,
    },
    Kind {
        name: "campaign",
        place: "campaigns/*.toml",
        content: Content::FieldsAndBytes,
        shape: &WHOLE,
        rules: &[],
        roles: &[Role::Supervisor],
        author: None,
    },
    Kind {
        name: "draw",
        place: "draws/*.toml",
        content: Content::FieldsAndBytes,
        shape: &WHOLE,
        rules: &[],
        roles: &[Role::Supervisor],
        author: None,
    },
    // Events are only added; whether two of them contradict each other is said by the ledger, which keeps both.
    Kind {
        name: "finding",
        place: "findings/*/*/*.toml",
        content: Content::FieldsAndBytes,
        shape: &LEDGER,
        rules: &[
            ("finding/*/event", Rule::InTime),
            ("*/~order", Rule::Together),
            ("format", Rule::Greatest),
            ("texts", Rule::Together),
            // What is found follows from the text of the record that counts, of which the ledger is made anew.
            ("finding/*/item", Rule::Least),
            ("finding/*/question", Rule::Least),
            ("finding/*/description", Rule::Least),
            ("finding/*/severity", Rule::Least),
            ("finding/*/critical", Rule::Least),
            ("finding/*/measure", Rule::Least),
            ("finding/*/basis", Rule::Least),
            ("finding/*/clauses", Rule::Least),
        ],
        roles: &[Role::Inspector, Role::Supervisor],
        author: None,
    },
    Kind {
        name: "trace",
        place: "trace.toml",
        content: Content::FieldsAndBytes,
        shape: &WHOLE,
        rules: &[("accepted", Rule::Together), ("accepted-tasks", Rule::Together)],
        roles: &[Role::Editor, Role::Supervisor],
        author: None,
    },
    Kind {
        name: "calendar",
        place: "calendar.toml",
        content: Content::FieldsAndBytes,
        shape: &WHOLE,
        rules: &[],
        roles: &[Role::Editor],
        author: None,
    },
    Kind {
        name: "review-rules",
        place: "review.toml",
        content: Content::FieldsAndBytes,
        shape: &WHOLE,
        rules: &[("leaders", Rule::Together)],
        roles: &[Role::Supervisor],
        author: None,
    },
    Kind {
        name: "review",
        place: "reviews/*/*/*.toml",
        content: Content::FieldsAndBytes,
        shape: &WHOLE,
        rules: &[],
        roles: &[Role::Supervisor],
        author: Some("by"),
    },
    // Photographs belong to answers, and to what a supervisor says of a finding.
    Kind {
        name: "evidence",
        place: "evidence/*/*",
        content: Content::Whole,
        shape: &WHOLE,
        rules: &[],
        roles: &[Role::Inspector, Role::Supervisor],
        author: None,
    },
];

impl Kind {
    /// Returns what comes of several values of a field.
    pub fn rule(&self, field: &str) -> Rule {
        let fitting = self.rules.iter().find(|(pattern, _)| super::fields::matches(pattern, field));
        fitting.map_or(Rule::Ask, |(_, rule)| *rule)
    }

    /// Says whether a step may be a person's, as far as documents of this kind say whose they are.
    ///
    /// A review, say, is written once, by the person whom it names: nobody speaks for another one, and nobody rewrites it.
    pub fn may_say(&self, revision: &Revision, person: &str) -> bool {
        let names = |field: &str| {
            let value = revision.set.get(field).and_then(|value| expression(value));
            value.as_ref().and_then(toml::Value::as_str).map(str::trim) == Some(person.trim())
        };
        self.author.is_none_or(|field| revision.parents.is_empty() && names(field))
    }

    /// Says whether a document may be a file with this digest: what is kept under its digest never becomes another file.
    pub fn may_be(&self, document: &str, digest: &str) -> bool {
        let own = match self.name {
            "version" => document.strip_prefix("version/"),
            "evidence" => {
                document.split_once('/').and_then(|(_, place)| place.split_once('/')).and_then(|(folder, name)| {
                    digest.strip_prefix(folder).filter(|_| folder.len() == 2)?;
                    name.split('.').next()
                })
            }
            _ => return true,
        };
        own == Some(digest)
    }

    /// Returns the identity of the document in a file; nothing where files of this kind lie elsewhere.
    ///
    /// `path` is within the workspace, with `/`. A record keeps its identity wherever it lies.
    pub fn document(&self, path: &str) -> Option<String> {
        let pattern: Vec<_> = self.place.split('/').collect();
        let names: Vec<_> = path.split('/').collect();
        if pattern.len() != names.len() {
            return None;
        }
        let fits = pattern.iter().zip(&names).all(|(wanted, name)| match wanted.strip_prefix('*') {
            Some(ending) => name.strip_suffix(ending).is_some_and(|stem| !stem.is_empty()),
            None => wanted == name,
        });
        let hidden = self.name != "plan" && names.last().is_some_and(|name| name.starts_with('.'));
        let taken = self.name == "checklist" && path == "checklists/topics.toml";
        if !fits || hidden || taken || names.iter().any(|name| !is_safe(name)) {
            return None;
        }
        let stars =
            pattern.iter().zip(&names).filter_map(|(wanted, name)| name.strip_suffix(wanted.strip_prefix('*')?));
        let mut own: Vec<_> = stars.collect();
        if self.name == "record" {
            own.drain(..own.len().saturating_sub(1));
        }
        Some([self.name].into_iter().chain(own).collect::<Vec<_>>().join("/"))
    }

    /// Returns where a document is put that this workspace does not have yet.
    ///
    /// `month` is `YYYY/MM`, for records. Names that would lead out of the folder give nothing.
    pub fn path(&self, document: &str, month: &str) -> Option<String> {
        let path = self.written_at(document, month)?;
        // Two documents in one file would take turns in it.
        at(&path).is_some_and(|(_, back)| back == document).then_some(path)
    }

    /// Returns where a document lies, as [`Kind::path`] does, without asking whether that is a good place for it.
    pub(super) fn written_at(&self, document: &str, month: &str) -> Option<String> {
        let mut names = document.split('/');
        if names.next() != Some(self.name) {
            return None;
        }
        let months = if self.name == "record" { month } else { "" };
        let mut names = months.split('/').filter(|name| !name.is_empty()).chain(names);
        let mut path = String::with_capacity(self.place.len() + document.len() + month.len());
        for part in self.place.split('/') {
            if !path.is_empty() {
                path.push('/');
            }
            match part.strip_prefix('*') {
                Some(ending) => path.extend([names.next()?, ending]),
                None => path.push_str(part),
            }
        }
        names.next().is_none().then_some(path)
    }
}

/// Finds a kind by its name.
pub fn named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Finds the kind of a document by its identity.
pub fn of(document: &str) -> Option<&'static Kind> {
    named(document.split('/').next().unwrap_or_default())
}

/// Finds the document that a file of the workspace holds; most files are not one that travels.
pub fn at(path: &str) -> Option<(&'static Kind, String)> {
    KINDS.iter().find_map(|kind| Some((kind, kind.document(path)?)))
}

/// The names that Windows keeps for devices, whatever ending they have.
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Says whether a name from elsewhere can be a file in its folder on every system, and nothing else.
fn is_safe(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    !name.is_empty()
        && name.len() <= 200
        && !name.chars().any(|letter| letter.is_control() || "/\\:*?\"<>|".contains(letter))
        && !name.ends_with(['.', ' '])
        && !name.starts_with("..")
        && !DEVICES.contains(&stem.as_str())
}

#[cfg(test)]
#[path = "kind_tests.rs"]
mod tests;
