//! The log file of a workspace; nothing is ever logged to the terminal.

use std::{
    fs::{self, OpenOptions},
    path::Path,
    sync::Mutex,
};

use tracing_subscriber::fmt;

/// The size from which the log is put aside as `ducha.log.old`, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Begins to log into `.ducha/ducha.log` of a workspace.
///
/// A log that cannot be written is no reason not to work: it is left out.
pub fn start_log(root: &Path) {
    let path = root.join(".ducha").join("ducha.log");
    if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > LARGEST) {
        // Where renaming fails the log only grows a little longer.
        let _ = fs::rename(&path, path.with_extension("log.old"));
    }
    let Ok(file) = OpenOptions::new().append(true).create(true).open(&path) else { return };
    // A full disk would otherwise be reported to the terminal, in the middle of the screen.
    let subscriber = fmt().with_ansi(false).log_internal_errors(false).with_writer(Mutex::new(file)).finish();
    // A second call in the same process keeps the first log.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
