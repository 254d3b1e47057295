//! The file of a ledger: TOML, read quickly where it is spelt the way the program spells it.

use super::entry::Ledger;
use crate::{
    error::{Error, Result, in_toml},
    inspection::written,
    text,
};

/// The version of the file format that this program writes, and the newest it reads.
const FORMAT: u32 = 1;

/// Reads a ledger file.
pub fn read_ledger(text: &str) -> Result<Ledger> {
    let ledger: Ledger = match written::read(text) {
        Some(ledger) => ledger,
        None => toml::from_str(text).map_err(|error| in_toml(text, &error))?,
    };
    if ledger.format > FORMAT {
        return Err(
            Error::input(text!("ledger.newer-format", format = ledger.format)).hint(text!("record.newer-format.hint"))
        );
    }
    Ok(ledger)
}

/// Writes a ledger file.
pub fn write_ledger(ledger: &Ledger) -> Result<String> {
    toml::to_string(ledger).map_err(|error| Error::input(text!("record.not-written")).because(error))
}
