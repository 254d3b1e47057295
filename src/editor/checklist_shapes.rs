//! The fields of a checklist.

use super::shape::{Field, Known, Shape, Table, Words, field, needed};
use crate::facility::FACILITY_TYPES;

/// The file as a whole.
pub static CHECKLIST: Table = Table {
    name: "checklist",
    fields: &[
        needed("id", Shape::Identity),
        needed("title", Shape::Line),
        field("title_en", Shape::Line),
        needed("version", Shape::Whole(1, 1_000_000)),
        field("sort", Shape::Word(&SORTS)),
        field("topic", Shape::Known(Known::Topic)),
        field("plan", Shape::Known(Known::Plan)),
        FACILITY_TYPE_LIST,
        field("emergency", Shape::Flag),
        field("inspectors", Shape::Whole(1, 20)),
        field("scoring", Shape::Word(&SCORINGS)),
        field("critical_gate", Shape::Flag),
        field("grades", Shape::List(&Shape::Table(&GRADE))),
        field("next_passed", Shape::Line),
        field("next_failed", Shape::Line),
        needed("section", Shape::List(&Shape::Table(&SECTION))),
        field("item", Shape::List(&Shape::Table(&ITEM))),
    ],
};

/// A section.
pub static SECTION: Table = Table {
    name: "section",
    fields: &[
        needed("id", Shape::Identity),
        needed("title", Shape::Line),
        field("title_en", Shape::Line),
        field("parent", Shape::Known(Known::Section)),
        field("when", Shape::Either(&CONDITIONS)),
        FACILITY_TYPE_LIST,
        field("levels", Shape::List(&Shape::Line)),
        field("weight", Shape::Number(0.0, 1_000.0)),
        field("phrases", Shape::List(&Shape::Line)),
    ],
};

/// An item.
pub static ITEM: Table = Table {
    name: "item",
    fields: &[
        needed("id", Shape::Identity),
        field("was", Shape::List(&Shape::Line)),
        needed("section", Shape::Known(Known::Section)),
        needed("text", Shape::Lines),
        field("text_en", Shape::Lines),
        field("when", Shape::Either(&CONDITIONS)),
        field("answer", Shape::Word(&ANSWERS)),
        field("choices", Shape::List(&Shape::Line)),
        field("choices_en", Shape::List(&Shape::Line)),
        field("columns", Shape::List(&Shape::Table(&COLUMN))),
        field("unit", Shape::Line),
        field("default", Shape::Any),
        field("calculate", Shape::Expression),
        field("constraint", Shape::Rule),
        field("constraint_message", Shape::Line),
        field("constraint_message_en", Shape::Line),
        field("pass", Shape::Rule),
        field("required", Shape::Flag),
        field("critical", Shape::Flag),
        field("points", Shape::Number(0.0, 1_000.0)),
        field("severity", Shape::Word(&SEVERITIES)),
        field("how", Shape::Lines),
        field("how_en", Shape::Lines),
        field("evidence", Shape::Word(&EVIDENCE)),
        field("rectify_days", Shape::Whole(0, 3_650)),
        field("rectify_workdays", Shape::Whole(1, 3_650)),
        field("phrases", Shape::List(&Shape::Line)),
        field("basis", Shape::List(&Shape::Table(&BASIS))),
        FACILITY_TYPE_LIST,
        field("levels", Shape::List(&Shape::Line)),
        field("deadline", Shape::Deadline),
        field("owners", Shape::List(&Shape::Line)),
        field("bank", Shape::Known(Known::BankItem)),
        field("clauses", Shape::List(&Shape::Table(&CLAUSE))),
    ],
};

/// A column of a table.
pub static COLUMN: Table = Table {
    name: "column",
    fields: &[
        needed("id", Shape::Identity),
        needed("title", Shape::Line),
        field("title_en", Shape::Line),
        field("answer", Shape::Word(&CELLS)),
        field("choices", Shape::List(&Shape::Line)),
        field("unit", Shape::Line),
        field("pass", Shape::Rule),
        field("required", Shape::Flag),
    ],
};

/// A legal or policy basis.
pub static BASIS: Table = Table {
    name: "basis",
    fields: &[
        needed("document", Shape::Line),
        field("article", Shape::Line),
        field("version", Shape::Line),
        field("verify", Shape::Flag),
    ],
};

/// The clause of a plan that an item comes from.
pub static CLAUSE: Table = Table {
    name: "clause",
    fields: &[
        needed("plan", Shape::Known(Known::Plan)),
        needed("id", Shape::Known(Known::Clause)),
        field("section", Shape::Line),
        field("fingerprint", Shape::Line),
        field("text", Shape::Lines),
    ],
};

/// A condition.
pub static CONDITION: Table = Table {
    name: "condition",
    fields: &[
        field("item", Shape::Known(Known::Item)),
        field("is", OPERAND),
        field("is_not", OPERAND),
        field("includes", Shape::Either(&[Shape::Line, Shape::List(&Shape::Line)])),
        field("value", Shape::Line),
        field("answered", Shape::Flag),
        field("all", Shape::List(&CONDITION_SHAPE)),
        field("any", Shape::List(&CONDITION_SHAPE)),
        field("not", Shape::Either(&CONDITIONS)),
    ],
};

/// A grade.
pub static GRADE: Table = Table {
    name: "grade",
    fields: &[
        needed("id", Shape::Line),
        needed("title", Shape::Line),
        field("title_en", Shape::Line),
        field("rate", Shape::Line),
        field("critical_rate", Shape::Line),
        field("other_rate", Shape::Line),
    ],
};

/// What a condition is compared with: a flag, a number, a word, or several of them.
const OPERAND: Shape =
    Shape::Either(&[Shape::Usual(&OPERANDS), Shape::Flag, Shape::Number(f64::MIN, f64::MAX), Shape::List(&Shape::Any)]);
/// One condition, an expression, or several that all have to hold.
static CONDITIONS: [Shape; 3] = [Shape::Table(&CONDITION), Shape::Expression, Shape::List(&CONDITION_SHAPE)];
static CONDITION_SHAPE: Shape = Shape::Either(&CONDITIONS);
static FACILITY_TYPE: Shape = Shape::Usual(&FACILITIES);

const FACILITY_TYPE_LIST: Field = field("facility_types", Shape::List(&FACILITY_TYPE));

static SORTS: Words = Words { name: "schema.words.sort.", words: &["on-site", "progress"] };
static SCORINGS: Words = Words { name: "schema.words.scoring.", words: &["points", "items", "sections"] };
static ANSWERS: Words = Words {
    name: "schema.words.answer.",
    words: &[
        "verdict", "yes-no", "number", "percent", "count", "choice", "choices", "date", "time", "text", "table", "file",
    ],
};
static CELLS: Words = Words {
    name: "schema.words.answer.",
    words: &["text", "yes-no", "number", "percent", "count", "choice", "choices", "date", "time"],
};
pub(super) static SEVERITIES: Words = Words { name: "schema.words.severity.", words: &["minor", "major", "critical"] };
static EVIDENCE: Words = Words { name: "schema.words.evidence.", words: &["never", "on-failure", "always"] };
static OPERANDS: Words = Words {
    name: "schema.words.operand.",
    words: &["yes", "no", "conforms", "fails", "not-applicable", "reasonable-omission"],
};
pub(super) static FACILITIES: Words = Words { name: "facility.type.", words: FACILITY_TYPES };
