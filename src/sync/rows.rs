//! Small files of the program's own about sync: tables of one sort, one for each thing that is noted.

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    store::Workspace,
    text,
};

/// A file of several tables of one sort.
#[derive(Serialize, Deserialize)]
struct Rows<T> {
    #[serde(default = "Vec::new")]
    row: Vec<T>,
}

pub(super) fn rows<T: for<'de> Deserialize<'de>>(workspace: &Workspace, name: &str) -> Result<Vec<T>> {
    rows_in(workspace, name, workspace.sync_file(name)?)
}

pub(super) fn rows_in<T: for<'de> Deserialize<'de>>(
    workspace: &Workspace,
    name: &str,
    bytes: Option<Vec<u8>>,
) -> Result<Vec<T>> {
    let Some(bytes) = bytes else { return Ok(Vec::new()) };
    rows_of(&String::from_utf8_lossy(&bytes))
        .map_err(|error| error.in_file(workspace.mirror().root().with_file_name(name)))
}

pub(super) fn rows_of<T: for<'de> Deserialize<'de>>(text: &str) -> Result<Vec<T>> {
    toml::from_str(text).map(|rows: Rows<T>| rows.row).map_err(|error| crate::error::in_toml(text, &error))
}

pub(super) fn write_rows<T: Serialize>(workspace: &Workspace, name: &str, row: Vec<T>) -> Result<()> {
    workspace.write_sync_file(name, rows_text(row)?.as_bytes())
}

pub(super) fn rows_text<T: Serialize>(row: Vec<T>) -> Result<String> {
    toml::to_string(&Rows { row }).map_err(|error| Error::input(text!("record.not-written")).because(error))
}
