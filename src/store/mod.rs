//! The workspace on disk: the only module that writes a user's data.
//!
//! What it promises: a file is replaced whole or not at all; nothing that cannot be read is ever overwritten or deleted; an
//! answer that was appended to the journal survives `kill -9` and a power cut. It knows neither screen nor command line.

mod acceptances;
mod beginning;
mod checklists;
mod contradictions;
mod disk;
mod drafts;
mod draws;
mod editing;
mod evidence;
mod facilities;
mod facts;
mod file_kinds;
mod finding_rows;
mod findings;
mod handed_out;
mod index;
mod journal;
mod known_units;
mod listing;
mod location;
mod log;
mod looking;
mod moving;
mod objects;
mod opened;
mod packed;
mod past;
mod photos;
mod pictures;
mod pieces;
mod plan_files;
mod plans;
mod record_rows;
mod records;
mod review_rules;
mod reviews;
mod revisions;
mod samples;
mod settings;
mod sharing;
mod signs;
mod tasks;
mod titles;
mod travelling;
mod turns;
mod voiding;
mod watching;
mod words;
mod workspace;

pub use acceptances::Acceptances;
pub use beginning::{beginning, is_as_begun};
pub use checklists::{ChecklistFile, ChecklistVersion, GeneratedFile, checklist_files_in, checklist_signs, file_signs};
pub(crate) use disk::at_once;
pub use disk::{Stamp, explained, read as read_bytes, read_digest, read_text, replace as replace_file};
pub use drafts::{DraftFile, OpenDraft, Resume, ResumeText};
pub use editing::{lay_out, replace_text};
pub use evidence::{InboxFile, PathChoice, complete, inbox_files, open_attachable, path_of, size_shown};
pub use facilities::{read_facilities, register_in};
pub use facts::{AnswerFact, Counts, Facts, FindingFact, RecordFact, Unread, ValueFact};
pub use file_kinds::{FileKind, file_kind};
pub use findings::{FoundEntry, Ledgers};
pub use handed_out::HandedOut;
pub use listing::Listing;
pub use location::{Found, Located, locate, remember, suggested_folder};
pub use log::start_log;
pub use moving::MovedDraft;
pub use objects::Objects;
pub use past::{LastTime, Past, Phrase};
pub use photos::Photos;
pub use pictures::{Picture, picture};
pub(crate) use pieces::{Hashed, Pieces};
pub use plan_files::{PlanReading, read_plan_file};
pub use plans::{ImportedPlan, PlanRow, explain_document, is_deadline, last_day, read_document};
pub use record_rows::{RecordRow, open_draft_said};
pub use review_rules::ReviewRules;
pub use reviews::{Marks, Opinion, Reviewed};
pub use settings::{EvidenceSettings, Settings, Theme};
pub use tasks::{next_inspections, visits};
pub use titles::{is_progress, question_shown, result_shown, title_shown, unit_shown};
pub use travelling::{FileContent, FileSigns, TakenOver};
pub use watching::folder_signs;
pub use words::Word;
pub use workspace::{Access, NewWorkspace, Workspace};

#[cfg(test)]
mod draft_tests;
#[cfg(test)]
mod turns_tests;
