//! Importing files: asking for the path, and what a ledger that came back comes to before any of it is registered.

use super::{
    App, Overlay,
    command::Command,
    dialog::Dialog,
    incoming::{HeldRegister, Taken},
    list::Selection,
    message::Effect,
    path::{Entered, PathPanel},
};
use crate::{
    error::Error,
    report::returned::{Change, Remark, Returned},
    text,
};

/// What is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Importing {
    /// The document of a plan.
    Plan,
    /// A ledger that districts filled in.
    Ledger,
    /// A register of units.
    Register,
}

/// What came of holding a file against what is there, or of taking it.
#[derive(Debug)]
pub enum ImportMsg {
    /// A ledger was held against the register of findings.
    LedgerHeld(Box<Result<HeldLedger, Error>>),
    /// So many changes of a ledger were registered.
    LedgerTaken(Result<usize, Error>),
    /// A register of units was held against the one that is there.
    RegisterHeld(Box<Result<HeldRegister, Error>>),
    /// So many new units were taken, and so many known ones changed.
    RegisterTaken(Result<Taken, Error>),
}

impl Importing {
    /// Returns the command that asks for it.
    pub fn command(self) -> Command {
        match self {
            Self::Plan => Command::Import,
            Self::Ledger => Command::ImportLedger,
            Self::Register => Command::ImportRegister,
        }
    }
}

/// A ledger that came back, held against the register. Nothing of it is registered yet.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldLedger {
    /// The file, as it was typed.
    pub file: String,
    /// What came back.
    pub returned: Returned,
    /// Whether file or register changed after this was shown before, so that nothing was registered.
    pub is_another: bool,
}

/// A row of the preview.
#[derive(Clone, Copy, Debug)]
pub enum LedgerRow<'held> {
    /// What is doubtful or should be known.
    Remark(&'held Remark),
    /// What would be registered.
    Change(&'held Change),
}

impl HeldLedger {
    /// Lists the rows of the preview: what is doubtful first, because it will not be registered.
    pub fn rows(&self) -> Vec<LedgerRow<'_>> {
        let remarks = |doubtful| self.returned.remarks.iter().filter(move |remark| remark.doubtful == doubtful);
        let changes = self.returned.changes.iter().map(LedgerRow::Change);
        remarks(true).map(LedgerRow::Remark).chain(changes).chain(remarks(false).map(LedgerRow::Remark)).collect()
    }
}

impl App {
    /// Asks for the path of what is to be imported.
    pub(super) fn ask_for_file(&mut self, what: Importing) -> Vec<Effect> {
        if what != Importing::Plan && self.is_read_only() {
            self.say(text!("app.read-only"));
        } else {
            self.overlay = Some(Overlay::Dialog(Dialog::Import(what, PathPanel::new(""))));
        }
        Vec::new()
    }

    /// Imports the file that is typed or chosen, or goes on asking where that is a folder.
    pub(super) fn confirm_file(&mut self, what: Importing, mut panel: PathPanel) -> Vec<Effect> {
        match (panel.enter(), what) {
            (None, _) => Vec::new(),
            (Some(Entered::Folder(listing)), _) => {
                self.overlay = Some(Overlay::Dialog(Dialog::Import(what, panel)));
                vec![listing]
            }
            (Some(Entered::File(typed)), Importing::Plan) => vec![Effect::ImportPlan(typed)],
            (Some(Entered::File(typed)), Importing::Ledger) => {
                self.say(text!("returned-screen.reading"));
                vec![Effect::HoldLedger(typed)]
            }
            (Some(Entered::File(typed)), Importing::Register) => {
                self.say(text!("register-screen.reading"));
                vec![Effect::HoldRegister(typed)]
            }
        }
    }

    /// Registers what the preview shows, as far as there is something.
    pub(super) fn confirm_ledger(held: HeldLedger) -> Vec<Effect> {
        if held.returned.changes.is_empty() { Vec::new() } else { vec![Effect::TakeLedger(Box::new(held))] }
    }

    /// Shows what a file comes to, or says what was taken of it.
    pub(super) fn take_imported(&mut self, msg: ImportMsg) -> Vec<Effect> {
        self.notice = None;
        match msg {
            ImportMsg::LedgerHeld(held) => match *held {
                Ok(held) => {
                    if held.is_another {
                        self.say(text!("returned-screen.another"));
                    }
                    self.overlay = Some(Overlay::Dialog(Dialog::Returned(Box::new(held), Selection::default())));
                }
                Err(error) => self.complain(error),
            },
            ImportMsg::LedgerTaken(Ok(count)) => {
                self.say(text!("returned-cli.applied", count = count));
                return vec![Effect::LoadFindings];
            }
            ImportMsg::RegisterHeld(held) => match *held {
                Ok(held) => {
                    if held.is_another {
                        self.say(text!("register-screen.another"));
                    }
                    self.overlay = Some(Overlay::Dialog(Dialog::Register(Box::new(held), Selection::default())));
                }
                Err(error) => self.complain(error),
            },
            ImportMsg::RegisterTaken(Ok(Taken { new, changed, removed })) => {
                self.say(match removed {
                    0 => text!("register-screen.taken", new = new, changed = changed),
                    _ => text!("register-screen.taken-without", new = new, changed = changed, removed = removed),
                });
                return vec![Effect::LoadFacilities];
            }
            ImportMsg::LedgerTaken(Err(error)) | ImportMsg::RegisterTaken(Err(error)) => self.complain(error),
        }
        Vec::new()
    }
}
