//! What the screens of records and traces show: read from the workspace, and followed.

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::now;
use crate::{
    app::{Msg, OpenedRecord, Traced},
    error::{Error, Kind, Result},
    i18n::Lang,
    inspection::RecordId,
    report::Period,
    store::{Workspace, checklist_signs, folder_signs},
    text,
    trace::{Gaps, Known, Subject, Trace},
};

/// What was gathered for the last trace; the next one goes on with it while nothing in the workspace has changed.
#[derive(Default)]
pub struct Followed {
    kept: Option<Kept>,
    answered: Answered,
}

struct Kept {
    signs: Signs,
    known: Known,
}

/// How far the last question was answered at once.
#[derive(Default)]
enum Answered {
    /// Not at all.
    #[default]
    No,
    /// But for the inspections.
    Partly,
    /// Wholly.
    Wholly,
}

/// What tells that something else has to be gathered: the day, the language, and when folders and files were changed.
#[derive(PartialEq, Eq)]
struct Signs {
    today: NaiveDate,
    lang: Lang,
    checklists: Vec<(PathBuf, u64, i64)>,
    others: Vec<(PathBuf, u64, i64)>,
}

impl Signs {
    fn of(workspace: &Workspace, at: DateTime<FixedOffset>, lang: Lang) -> Self {
        let root = workspace.root();
        Self {
            today: at.date_naive(),
            lang,
            checklists: checklist_signs(&root.join("checklists")),
            others: folder_signs(root),
        }
    }
}

impl Followed {
    /// Follows what hangs together with something in the year up to today, or finds where the links break off, from what was
    /// gathered before; where that has to be gathered first, as far as it goes without the inspections.
    pub fn traced_at_once(&mut self, workspace: &Workspace, wanted: Option<&Subject>, lang: Lang) -> Option<Msg> {
        let at = now();
        self.answered = Answered::No;
        if let Some(kept) = self.kept.as_ref().filter(|kept| kept.signs == Signs::of(workspace, at, lang)) {
            self.answered = Answered::Wholly;
            return Some(told(shown(&kept.known, wanted)));
        }
        let known = Known::beside_inspections(workspace, wanted, at, lang).ok()?;
        // What is not there yet may be among the inspections.
        let traced = shown(&known, wanted).ok()?;
        self.answered = Answered::Partly;
        Some(told(Ok(traced)))
    }

    /// Follows the same with the inspections; nothing where it was followed so at once.
    pub fn traced_wholly(&mut self, workspace: &Workspace, wanted: Option<&Subject>, lang: Lang) -> Option<Msg> {
        let traced = |followed: &mut Self| followed.known(workspace, lang).and_then(|known| shown(known, wanted));
        match self.answered {
            Answered::Wholly => None,
            Answered::Partly => Some(Msg::TracedWholly(Box::new(traced(self)))),
            Answered::No => Some(told(traced(self))),
        }
    }

    /// Accepts what is suspect of an item or a campaign, and follows again what is shown.
    pub fn accepted(
        &mut self,
        workspace: &Workspace,
        (subject, reason): (&Subject, &str),
        again: Option<&Subject>,
        lang: Lang,
    ) -> Msg {
        let kept = self.known(workspace, lang).and_then(|known| {
            let (items, tasks) = known.acceptable(subject)?;
            workspace.accept_suspects(&items, &tasks, reason, now())
        });
        match kept {
            Ok(()) => told(self.known(workspace, lang).and_then(|known| shown(known, again))),
            Err(error) => Msg::Failed(error),
        }
    }

    /// Returns what the workspace has, gathered again where it is not the same any more.
    fn known(&mut self, workspace: &Workspace, lang: Lang) -> Result<&Known> {
        let at = now();
        let signs = Signs::of(workspace, at, lang);
        let kept = match self.kept.take() {
            Some(kept) if kept.signs == signs => kept,
            // The old one is let go before, so that there are never two.
            _ => {
                let period = Period::year_to(at.date_naive());
                let known = Known::gather(workspace, period, at, lang)?;
                Kept { signs, known }
            }
        };
        Ok(&self.kept.insert(kept).known)
    }
}

fn told(traced: Result<Traced>) -> Msg {
    Msg::Traced(Box::new(traced))
}

/// Follows what hangs together with something, or finds where the links break off.
fn shown(known: &Known, wanted: Option<&Subject>) -> Result<Traced> {
    let Some(subject) = wanted else {
        let groups = Gaps::of(known).groups(known);
        return Ok(Traced {
            wanted: None,
            subject: None,
            groups,
            is_counted: known.is_counted,
            unread: known.damaged.len(),
        });
    };
    let missing = || {
        Error::new(Kind::NotFound, text!("trace.nothing", wanted = subject.name())).hint(text!("trace.nothing.hint"))
    };
    let trace = Trace::of(known, subject).ok_or_else(missing)?;
    let (line, wanted) = (Some(trace.subject.clone()), Some(subject.clone()));
    Ok(Traced {
        wanted,
        subject: line,
        groups: trace.groups(),
        is_counted: known.is_counted,
        unread: known.damaged.len(),
    })
}

/// Opens a record to be read, with what a correction changed and what was noted of it.
pub fn open_record(workspace: &Workspace, id: &RecordId) -> Result<OpenedRecord> {
    let record = workspace.record(id)?;
    let checklist = workspace.checklist_of(record.record());
    // Without what it corrects nothing can be compared; the record itself is shown all the same.
    let changes = workspace.changes_of(record.record()).unwrap_or_default();
    Ok(OpenedRecord { record, checklist, changes, marks: workspace.marks(id) })
}
