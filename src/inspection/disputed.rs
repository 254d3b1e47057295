//! What several people filled in differently in one record: until a person has decided, the draft holds neither value, so
//! finalising it would lock a record in which what both wrote is missing.

use super::{edit::Editing, record::Answer};
use crate::checklist::ItemId;

/// A field of a record that people fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordField {
    /// The verdict or value of an item.
    Response,
    /// The note of an item.
    Note,
    /// 问题描述.
    Description,
    /// 问题等级.
    Severity,
    /// 整改措施.
    Measure,
    /// 责任人.
    Responsible,
    /// 整改期限.
    Due,
    /// 立行立改.
    CorrectedOnSite,
    /// The evidence of an item.
    Evidence,
    /// 检查地点.
    Place,
    /// 陪同人员.
    AccompaniedBy,
    /// The remark on the whole inspection.
    Remark,
    /// The draft of the same inspection that this one was joined into.
    JoinedInto,
    /// Who gave it up, when and why.
    Void,
    /// Who finalised it, and when.
    Final,
    /// Whether there is an answer at all.
    Whole,
    /// Anything else that the file says.
    Other,
}

/// The fields by the paths that they have in the file: within an answer, or within the record.
const PATHS: &[(&str, RecordField)] = &[
    ("response", RecordField::Response),
    ("note", RecordField::Note),
    ("finding/description", RecordField::Description),
    ("finding/severity", RecordField::Severity),
    ("finding/measure", RecordField::Measure),
    ("finding/responsible", RecordField::Responsible),
    ("finding/due", RecordField::Due),
    ("finding/corrected_on_site", RecordField::CorrectedOnSite),
    ("evidence", RecordField::Evidence),
    ("inspection/place", RecordField::Place),
    ("inspection/accompanied_by", RecordField::AccompaniedBy),
    ("inspection/remark", RecordField::Remark),
    ("joined_into", RecordField::JoinedInto),
    ("void/said", RecordField::Void),
    ("final", RecordField::Final),
    ("~", RecordField::Whole),
];

impl RecordField {
    /// Finds a field by its path.
    pub fn at(path: &str) -> Self {
        PATHS.iter().find(|(known, _)| *known == path).map_or(Self::Other, |(_, field)| *field)
    }

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Response => "revision-part.response",
            Self::Note => "revision-part.note",
            Self::Description => "finding.description",
            Self::Severity => "finding.severity",
            Self::Measure => "finding.measure",
            Self::Responsible => "finding.responsible",
            Self::Due => "finding.due",
            Self::CorrectedOnSite => "finding.corrected",
            Self::Evidence => "revision-part.evidence",
            Self::Place => "details.place",
            Self::AccompaniedBy => "details.accompanied",
            Self::Remark => "details.remark",
            Self::JoinedInto => "record-field.joined-into",
            Self::Void => "record-field.void",
            Self::Final => "record-field.final",
            Self::Whole => "record-field.whole",
            Self::Other => "record-field.other",
        }
    }
}

/// A field of a draft that several people filled in differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disputed {
    /// The item; nothing where it is about the whole inspection.
    pub item: Option<ItemId>,
    /// The field.
    pub field: RecordField,
    /// Whether it was decided here: the value comes into the draft with the next sync.
    pub decided: bool,
}

impl Disputed {
    /// Says whether nobody has filled it in anew since: what a person writes over both values is a decision as well.
    pub(super) fn is_open(&self, editing: &Editing) -> bool {
        let answer = self.item.as_ref().and_then(|item| editing.sheet().answer_to(item));
        let finding = answer.and_then(|answer| answer.finding.as_ref());
        match self.field {
            RecordField::Response => answer.is_none_or(|answer: &Answer| answer.response.is_none()),
            RecordField::Note => answer.is_none_or(|answer| answer.note.is_empty()),
            RecordField::Description => finding.is_none_or(|finding| finding.description.is_empty()),
            // Of the others the draft shows one of the values meanwhile, so that nothing tells whether it is meant.
            _ => true,
        }
    }
}
