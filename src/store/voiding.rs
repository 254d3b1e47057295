//! Giving up drafts (作废) that were begun by mistake, and taking that back: their files stay as they are.

use chrono::{DateTime, FixedOffset};

use super::Workspace;
use crate::{
    error::{Error, Kind, Result},
    inspection::{RecordId, Void},
    text,
};

impl Workspace {
    /// Gives up a draft: no list shows it any more, and everything that was filled in stays in its file.
    ///
    /// Where something was filled in a reason has to be given. A draft that is closed already is refused.
    pub fn give_up(&self, id: &RecordId, by: &str, reason: &str, at: DateTime<FixedOffset>) -> Result<()> {
        self.change_void(id, |void, is_blank| {
            if void.is_some() {
                return Err(
                    Error::new(Kind::Usage, text!("void.already", id = id)).hint(text!("void.already.hint", id = id))
                );
            }
            let reason = reason.trim();
            if reason.is_empty() && !is_blank {
                return Err(Error::new(Kind::Usage, text!("void.no-reason")).hint(text!("void.no-reason.hint")));
            }
            Ok(Some(Void { at, by: by.to_owned(), reason: reason.to_owned() }))
        })
    }

    /// Takes back that a draft was given up: it goes on as it was.
    pub fn take_up_again(&self, id: &RecordId) -> Result<()> {
        self.change_void(id, |void, _| match void {
            Some(_) => Ok(None),
            None => Err(Error::new(Kind::Usage, text!("void.not", id = id)).hint(text!("void.not.hint"))),
        })
    }

    /// Changes whether a draft counts as given up; `change` hears whether it does, and whether nothing was filled in.
    fn change_void(
        &self,
        id: &RecordId,
        change: impl FnOnce(Option<&Void>, bool) -> Result<Option<Void>>,
    ) -> Result<()> {
        let mut open = self.open_draft(id)?;
        let mut record = open.editing.record();
        if let Some(into) = &record.header.joined_into {
            let closed = Error::new(Kind::Usage, text!("join.closed", id = id, into = into));
            return Err(closed.hint(text!("join.closed.hint", into = into)));
        }
        let is_blank = record.answers.is_empty() && record.header.inspection.remark.is_empty();
        record.header.void = change(record.header.void.as_ref(), is_blank)?;
        if open.file.save(&record)? {
            return Ok(());
        }
        let changed = Error::input(text!("void.changed-meanwhile")).at(open.file.path());
        Err(changed.hint(text!("void.changed-meanwhile.hint")))
    }
}
