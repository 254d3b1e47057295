//! The fields of the other files that people edit or look into: topics, the register of units, records.

use super::{
    checklist_shapes::{FACILITIES, SEVERITIES},
    shape::{Shape, Table, Words, field, needed},
};

/// The vocabulary of topics.
pub static TOPICS: Table = Table { name: "topics", fields: &[field("topic", Shape::List(&Shape::Table(&TOPIC)))] };

static TOPIC: Table = Table {
    name: "topic",
    fields: &[
        needed("slug", Shape::Identity),
        field("zh", Shape::Line),
        field("en", Shape::Line),
        field("words", Shape::List(&Shape::Either(&[Shape::Line, Shape::Table(&WORD)]))),
        field("exclude", Shape::List(&Shape::Line)),
        field("bank", Shape::Line),
        field("facilities", Shape::List(&Shape::Word(&FACILITIES))),
        field("scope", Shape::Word(&SCOPES)),
        field("off", Shape::Flag),
    ],
};

static WORD: Table =
    Table { name: "word", fields: &[needed("word", Shape::Line), field("weight", Shape::Number(0.0, 1_000.0))] };

/// The register of units.
pub static FACILITY_FILE: Table =
    Table { name: "facilities", fields: &[field("facility", Shape::List(&Shape::Table(&FACILITY)))] };

static FACILITY: Table = Table {
    name: "facility",
    fields: &[
        needed("id", Shape::Line),
        needed("name", Shape::Line),
        field("code", Shape::Line),
        needed("type", Shape::Usual(&FACILITIES)),
        field("level", Shape::Line),
        field("district", Shape::Line),
        field("address", Shape::Line),
        field("contact", Shape::Line),
        field("phone", Shape::Line),
        field("risk", Shape::Line),
        field("former", Shape::List(&Shape::Line)),
        field("former_codes", Shape::List(&Shape::Line)),
        field("former_names", Shape::List(&Shape::Line)),
    ],
};

/// A record.
pub static RECORD: Table = Table {
    name: "record",
    fields: &[
        needed("format", Shape::Whole(1, 1_000)),
        needed("id", Shape::Line),
        needed("revision", Shape::Whole(1, 1_000_000)),
        field("finalised", Shape::Line),
        field("finalised_by", Shape::Line),
        field("journal", Shape::Whole(0, u32::MAX)),
        field("joined", Shape::List(&Shape::Line)),
        field("joined_into", Shape::Line),
        field("void", Shape::Table(&VOID)),
        field("revises", Shape::Table(&REVISED)),
        needed("checklist", Shape::Table(&PINNED)),
        needed("facility", Shape::Table(&UNIT)),
        needed("inspection", Shape::Table(&INSPECTION)),
        needed("summary", Shape::Table(&SUMMARY)),
        field("answer", Shape::List(&Shape::Table(&ANSWER))),
    ],
};

static VOID: Table = Table {
    name: "void",
    fields: &[needed("at", Shape::Line), needed("by", Shape::Line), field("reason", Shape::Line)],
};

static REVISED: Table =
    Table { name: "revised", fields: &[needed("record", Shape::Line), needed("digest", Shape::Line)] };

static PINNED: Table = Table {
    name: "pinned",
    fields: &[
        needed("id", Shape::Identity),
        needed("title", Shape::Line),
        needed("version", Shape::Whole(1, 1_000_000)),
        needed("digest", Shape::Line),
    ],
};

static UNIT: Table = Table {
    name: "unit",
    fields: &[
        needed("id", Shape::Line),
        needed("name", Shape::Line),
        field("code", Shape::Line),
        needed("type", Shape::Usual(&FACILITIES)),
        field("level", Shape::Line),
        field("district", Shape::Line),
    ],
};

static INSPECTION: Table = Table {
    name: "inspection",
    fields: &[
        needed("started", Shape::Line),
        field("finished", Shape::Line),
        field("place", Shape::Lines),
        needed("inspectors", Shape::List(&Shape::Line)),
        field("accompanied_by", Shape::Line),
        field("remark", Shape::Lines),
    ],
};

static SUMMARY: Table = Table {
    name: "summary",
    fields: &[
        needed("items", COUNT),
        needed("answered", COUNT),
        needed("conforming", COUNT),
        needed("failed", COUNT),
        needed("critical_failed", COUNT),
        needed("open_findings", COUNT),
        field("next_due", Shape::Deadline),
        field("score_rate", Shape::Number(0.0, 100.0)),
    ],
};

static ANSWER: Table = Table {
    name: "answer",
    fields: &[
        needed("item", Shape::Identity),
        field("verdict", Shape::Word(&VERDICTS)),
        field("value", Shape::Any),
        field("note", Shape::Lines),
        needed("by", Shape::Line),
        needed("at", Shape::Line),
        field("finding", Shape::Table(&FINDING)),
        field("evidence", Shape::List(&Shape::Table(&EVIDENCE))),
    ],
};

static FINDING: Table = Table {
    name: "finding",
    fields: &[
        needed("description", Shape::Lines),
        needed("severity", Shape::Word(&SEVERITIES)),
        field("measure", Shape::Lines),
        field("responsible", Shape::Line),
        field("due", Shape::Deadline),
        field("corrected_on_site", Shape::Flag),
    ],
};

static EVIDENCE: Table =
    Table { name: "evidence", fields: &[needed("name", Shape::Line), needed("digest", Shape::Line)] };

const COUNT: Shape = Shape::Whole(0, u32::MAX);

static SCOPES: Words = Words { name: "plan.scope-name.", words: &["on-site", "progress", "neither"] };
static VERDICTS: Words =
    Words { name: "verdict.", words: &["conforms", "fails", "not-applicable", "reasonable-omission"] };
