//! What the terminal program does with ledgers that came back, and with registers from elsewhere.

use crate::{
    app::{HeldLedger, HeldRegister, ImportMsg, Msg},
    cli::finding_import::{hold, register},
    error::Result,
    report::Material,
    store::{Workspace, path_of},
    table::TableOptions,
};

/// Holds a ledger against the register; nothing is written.
pub fn hold_ledger(workspace: &Workspace, file: String) -> Msg {
    Msg::Import(ImportMsg::LedgerHeld(Box::new(held(workspace, file))))
}

/// Registers what was shown of a ledger; where file or register have changed since, shows it anew instead.
pub fn take_ledger(workspace: &Workspace, shown: HeldLedger) -> Msg {
    let file = path_of(&shown.file);
    match held(workspace, shown.file) {
        Ok(held) if held.returned.changes == shown.returned.changes => {
            let changes = &held.returned.changes;
            Msg::Import(ImportMsg::LedgerTaken(register(workspace, &file, changes).map(|()| changes.len())))
        }
        held => Msg::Import(ImportMsg::LedgerHeld(Box::new(held.map(|held| HeldLedger { is_another: true, ..held })))),
    }
}

fn held(workspace: &Workspace, file: String) -> Result<HeldLedger> {
    let returned = hold(workspace, &Material::gather(workspace)?, &path_of(&file))?;
    Ok(HeldLedger { file, returned, is_another: false })
}

/// Holds a register against the one that is there; nothing is written.
pub fn hold_register(workspace: &Workspace, file: String) -> Msg {
    Msg::Import(ImportMsg::RegisterHeld(Box::new(held_register(workspace, file))))
}

/// Takes what was shown of a register; where file or register have changed since, shows it anew instead.
pub fn take_register(workspace: &Workspace, shown: HeldRegister) -> Msg {
    let (taken, update, without_samples) = (shown.taken(), shown.update, shown.without_samples);
    let held = held_register(workspace, shown.file);
    Msg::Import(match held {
        Ok(held) if held.incoming == shown.incoming && held.samples == shown.samples => {
            let without: &[_] = if without_samples { &held.samples } else { &[] };
            ImportMsg::RegisterTaken(workspace.take_register(&held.incoming, update, without).map(|()| taken))
        }
        held => {
            let anew = held.map(|held| HeldRegister { is_another: true, update, without_samples, ..held });
            ImportMsg::RegisterHeld(Box::new(anew))
        }
    })
}

fn held_register(workspace: &Workspace, file: String) -> Result<HeldRegister> {
    let register = workspace.facilities();
    // A unit that could not be read would be taken for a new one.
    if let Some(error) = register.damaged.into_iter().next() {
        return Err(error);
    }
    let incoming = Workspace::hold_register(&path_of(&file), TableOptions::default(), &[], &register.found)?;
    // Without any unit in the file there is nothing that could take their place.
    let samples = if incoming.has_units() { workspace.unused_samples(&register.found) } else { Vec::new() };
    Ok(HeldRegister { file, incoming, update: false, samples, without_samples: false, is_another: false })
}
