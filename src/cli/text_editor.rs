//! Opening a file in the editor of a person's choice.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    error::{Error, Kind, Result},
    text,
};

/// Editors to look for where none is chosen, in this order.
#[cfg(not(windows))]
const USUAL: &[&str] = &["sensible-editor", "nano", "micro", "vim", "vi", "hx", "emacs"];
#[cfg(windows)]
const USUAL: &[&str] = &["notepad.exe"];

/// How an editor is told the line: before the file as `+12`, behind it as `:12`, or not at all.
const BEFORE: &[&str] =
    &["vi", "vim", "nvim", "nano", "micro", "emacs", "emacsclient", "joe", "mcedit", "sensible-editor"];
const BEHIND: &[&str] = &["hx", "helix", "subl", "zed"];
/// Editors that take the line behind the file, after a word of their own.
const GOTO: &[&str] = &["code", "codium", "code-insiders", "cursor"];

/// Opens a file at a line, from 1, and waits until the editor ends.
///
/// The editor is `$VISUAL`, else `$EDITOR`, both with arguments where they have some, else one of the usual ones.
pub fn open(path: &Path, line: usize) -> Result<()> {
    let (program, arguments) = chosen()?;
    let name = Path::new(&program).file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut command = Command::new(&program);
    command.args(arguments);
    let with_line = || {
        let mut behind = path.as_os_str().to_owned();
        behind.push(format!(":{line}"));
        behind
    };
    match name.as_str() {
        name if BEFORE.contains(&name) => command.arg(format!("+{line}")).arg(path),
        name if BEHIND.contains(&name) => command.arg(with_line()),
        name if GOTO.contains(&name) => command.arg("--wait").arg("--goto").arg(with_line()),
        _ => command.arg(path),
    };
    let failed = |error| {
        let shown = program.to_string_lossy().into_owned();
        Error::new(Kind::NotFound, text!("mistakes.no-start", editor = shown))
            .hint(text!("mistakes.no-editor.hint"))
            .because(error)
    };
    // What the editor thinks of its own ending says nothing about the file.
    command.status().map(drop).map_err(failed)
}

/// Finds the editor and its arguments.
fn chosen() -> Result<(OsString, Vec<String>)> {
    let named = ["VISUAL", "EDITOR"].iter().filter_map(env::var_os).find(|value| !value.is_empty());
    if let Some(named) = named {
        return Ok(taken_apart(named));
    }
    let usual = USUAL.iter().find_map(|name| on_path(name));
    usual
        .map(|path| (path.into_os_string(), Vec::new()))
        .ok_or_else(|| Error::new(Kind::NotFound, text!("mistakes.no-editor")).hint(text!("mistakes.no-editor.hint")))
}

/// Takes a command with arguments apart; the path of a program may have spaces in it.
fn taken_apart(named: OsString) -> (OsString, Vec<String>) {
    match named.to_str() {
        Some(text) if !Path::new(text).is_file() => {
            let mut words = text.split_whitespace().map(str::to_owned);
            let program = words.next().unwrap_or_default();
            (program.into(), words.collect())
        }
        _ => (named, Vec::new()),
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_may_have_arguments_and_a_path_spaces() {
        let taken = |text: &str| taken_apart(text.into());
        assert_eq!(taken("code --wait"), ("code".into(), vec!["--wait".to_owned()]));
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("my editor");
        std::fs::write(&program, "").expect("a file");
        let named = program.clone().into_os_string();
        assert_eq!(taken_apart(named.clone()), (named, Vec::new()));
    }
}
