//! What the screens of records and traces show: read from the workspace, and followed.

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::now;
use crate::{
    app::{Msg, OpenedRecord, Traced},
    checklist::{ChecklistId, ItemId, Suspect},
    error::{Error, Kind, Result},
    inspection::RecordId,
    report::Period,
    store::{Workspace, checklist_signs, folder_signs},
    text,
    trace::{Gaps, Known, Subject, Trace},
};

/// What was gathered for the last trace; the next one goes on with it while nothing in the workspace has changed.
#[derive(Default)]
pub struct Followed(Option<(Signs, Known)>);

/// What tells that something else has to be gathered: the day, and when folders and files were changed.
#[derive(PartialEq, Eq)]
struct Signs {
    today: NaiveDate,
    checklists: Vec<(PathBuf, u64, i64)>,
    others: Vec<(PathBuf, u64, i64)>,
}

impl Signs {
    fn of(workspace: &Workspace, at: DateTime<FixedOffset>) -> Self {
        let root = workspace.root();
        Self {
            today: at.date_naive(),
            checklists: checklist_signs(&root.join("checklists")),
            others: folder_signs(root),
        }
    }
}

impl Followed {
    /// Follows what hangs together with something in the year up to today, or finds where the links break off.
    pub fn traced(&mut self, workspace: &Workspace, wanted: Option<&Subject>) -> Msg {
        let followed = self.known(workspace).and_then(|known| match wanted {
            None => {
                let groups = Gaps::of(known).groups(known);
                Ok(Traced { wanted: None, subject: None, groups, unread: known.damaged.len() })
            }
            Some(subject) => {
                let missing = || {
                    Error::new(Kind::NotFound, text!("trace.nothing", wanted = subject.name()))
                        .hint(text!("trace.nothing.hint"))
                };
                let trace = Trace::of(known, subject).ok_or_else(missing)?;
                let (line, wanted) = (Some(trace.subject.clone()), Some(subject.clone()));
                Ok(Traced { wanted, subject: line, groups: trace.groups(), unread: known.damaged.len() })
            }
        });
        Msg::Traced(Box::new(followed))
    }

    /// Accepts a suspect item, and follows again what is shown.
    pub fn accepted(
        &mut self,
        workspace: &Workspace,
        checklist: &ChecklistId,
        item: &ItemId,
        reason: &str,
        again: Option<&Subject>,
    ) -> Msg {
        let kept = self.known(workspace).and_then(|known| {
            let of_item = |suspect: &&Suspect| suspect.checklist == *checklist && suspect.item == *item;
            let suspects: Vec<Suspect> = known.suspects.iter().filter(of_item).cloned().collect();
            if suspects.is_empty() {
                return Err(Error::input(text!("trace.not-suspect", item = item)).hint(text!("trace.not-suspect.hint")));
            }
            workspace.accept_suspects(&suspects, reason, now())
        });
        match kept {
            Ok(()) => self.traced(workspace, again),
            Err(error) => Msg::Failed(error),
        }
    }

    /// Returns what the workspace has, gathered again where it is not the same any more.
    fn known(&mut self, workspace: &Workspace) -> Result<&Known> {
        let at = now();
        let signs = Signs::of(workspace, at);
        let known = match self.0.take() {
            Some((before, known)) if before == signs => known,
            // The old one is let go before, so that there are never two.
            _ => Known::gather(workspace, Period::year_to(at.date_naive()), at, workspace.settings().language)?,
        };
        Ok(&self.0.insert((signs, known)).1)
    }
}

/// Opens a record to be read, with what a correction changed and what was noted of it.
pub fn open_record(workspace: &Workspace, id: &RecordId) -> Result<OpenedRecord> {
    let record = workspace.record(id)?;
    let checklist = workspace.checklist_of(record.record());
    // Without what it corrects nothing can be compared; the record itself is shown all the same.
    let changes = workspace.changes_of(record.record()).unwrap_or_default();
    Ok(OpenedRecord { record, checklist, changes, marks: workspace.marks(id) })
}
