//! What the terminal program does with ledgers that came back.

use crate::{
    app::{HeldLedger, Msg},
    cli::finding_import::{hold, register},
    error::Result,
    report::Material,
    store::{Workspace, path_of},
};

/// Holds a ledger against the register; nothing is written.
pub fn hold_ledger(workspace: &Workspace, file: String) -> Msg {
    Msg::LedgerHeld(Box::new(held(workspace, file)))
}

/// Registers what was shown of a ledger; where file or register have changed since, shows it anew instead.
pub fn take_ledger(workspace: &Workspace, shown: HeldLedger) -> Msg {
    let file = path_of(&shown.file);
    match held(workspace, shown.file) {
        Ok(held) if held.returned.changes == shown.returned.changes => {
            let changes = &held.returned.changes;
            Msg::LedgerTaken(register(workspace, &file, changes).map(|()| changes.len()))
        }
        held => Msg::LedgerHeld(Box::new(held.map(|held| HeldLedger { is_another: true, ..held }))),
    }
}

fn held(workspace: &Workspace, file: String) -> Result<HeldLedger> {
    let returned = hold(workspace, &Material::gather(workspace)?, &path_of(&file))?;
    Ok(HeldLedger { file, returned, is_another: false })
}
