//! PDF from Word by the `LibreOffice` that is installed; ducha itself brings no typesetter.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use super::file_uri;
use crate::{
    error::{Error, Kind, Result},
    store::{read_bytes, replace_file},
    text,
};

/// The names of the program, and where Windows and macOS install it.
const PROGRAMS: [&str; 2] = ["soffice", "libreoffice"];
const INSTALLED: [&str; 3] = [
    "C:\\Program Files\\LibreOffice\\program\\soffice.exe",
    "C:\\Program Files (x86)\\LibreOffice\\program\\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
];

/// Turns a Word file into PDF.
pub fn from_docx(docx: &[u8]) -> Result<Vec<u8>> {
    let program = find().ok_or_else(|| {
        Error::new(Kind::NotFound, text!("report-cli.no-office")).hint(text!("report-cli.no-office.hint"))
    })?;
    let failed = |error: std::io::Error| Error::new(Kind::Storage, text!("report-cli.office-failed")).because(error);
    let folder = tempfile::tempdir().map_err(failed)?;
    let source = folder.path().join("paper.docx");
    replace_file(&source, docx)?;
    // A profile of its own: an office that is open already would take the order and do nothing.
    let profile = format!("-env:UserInstallation={}", file_uri::from_path(&folder.path().join("profile")));
    let done = Command::new(&program)
        .arg(profile)
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .arg(&source)
        .stdin(Stdio::null())
        .output()
        .map_err(failed)?;
    let made = folder.path().join("paper.pdf");
    if !made.is_file() {
        let said = std::io::Error::other(said(&done.stderr));
        return Err(failed(said).at(program).hint(text!("report-cli.no-office.hint")));
    }
    read_bytes(&made)
}

/// Returns the beginning of what the program said, which goes on with addresses that tell nobody anything.
fn said(errors: &[u8]) -> String {
    let text = String::from_utf8_lossy(errors);
    text.lines().map(str::trim).filter(|line| !line.is_empty()).take(2).collect::<Vec<_>>().join(" ")
}

/// Finds the program on the path or where it is installed.
fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path)
        .flat_map(|folder| PROGRAMS.map(|name| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))));
    on_path.chain(INSTALLED.map(PathBuf::from)).find(|program| program.is_file())
}
