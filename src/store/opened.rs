//! Whether a file is open in an office program, which says so by a file of its own beside it.
//!
//! On Windows the system refuses to replace such a file. Elsewhere nothing does, and whoever has it open would write over
//! what took its place without knowing of it.

use std::path::Path;

use super::disk;
use crate::{
    error::{Error, Kind, Result},
    text,
};

/// The most that is read of such a file; they have less than two hundred bytes.
const LARGEST: u64 = 4096;

/// Where Excel and Word write the name in UTF-16, its length in front.
const NAMES_AT: [usize; 2] = [55, 54];

/// The most characters of a name.
const LONGEST: usize = 52;

/// Refuses to go on where a file is open in an office program; the error says who has it open and what to do.
pub fn refuse_open(path: &Path) -> Result<()> {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { return Ok(()) };
    let Some(beside) = names_beside(&name).map(|name| path.with_file_name(name)).into_iter().find(|it| it.is_file())
    else {
        return Ok(());
    };
    // What is no longer there cannot be written over.
    if !path.exists() {
        return Ok(());
    }
    let said = match disk::read_up_to(&beside, LARGEST).ok().and_then(|bytes| holder(&bytes)) {
        Some(by) => text!("storage.open-by", by = by),
        None => text!("storage.open"),
    };
    let lock = beside.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Err(Error::new(Kind::Storage, said).at(path).hint(text!("storage.open.hint", lock = lock)))
}

/// Returns the names that such a file has: of `LibreOffice`, of Excel and WPS, and of Word, which leaves out up to two
/// characters of the name.
fn names_beside(name: &str) -> [String; 3] {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).encode_utf16().count();
    let left_out = stem.saturating_sub(6).min(2);
    let rest: String = name.chars().skip(left_out).collect();
    [format!(".~lock.{name}#"), format!("~${name}"), format!("~${rest}")]
}

/// Reads who has the file open, as far as that can be read.
fn holder(bytes: &[u8]) -> Option<String> {
    let names = [in_libreoffice(bytes), in_office(bytes)];
    let shown = |name: &String| name.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect::<String>();
    names.iter().flatten().map(shown).map(|name| name.trim().to_owned()).find(|name| !name.is_empty())
}

/// Reads `name,account,computer,time,folder;`, in which a comma of a name has a backslash in front: the name, or the account
/// where none is set, and the computer.
fn in_libreoffice(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (mut fields, mut escaped) = (vec![String::new()], false);
    for letter in text.trim_end().trim_end_matches(';').chars() {
        match letter {
            '\\' if !escaped => escaped = true,
            ',' if !escaped => fields.push(String::new()),
            letter => {
                fields.last_mut()?.push(letter);
                escaped = false;
            }
        }
    }
    let [name, account, computer, _, ..] = fields.as_slice() else { return None };
    let name = if name.is_empty() { account } else { name };
    Some(if computer.is_empty() { name.clone() } else { format!("{name} @ {computer}") })
}

/// Reads the name of Word and Excel: its length in a byte and itself in the letters of the system, and again in UTF-16.
fn in_office(bytes: &[u8]) -> Option<String> {
    let length = usize::from(*bytes.first()?);
    let utf16 = NAMES_AT.iter().find_map(|at| {
        let count = usize::from(u16::from_le_bytes(bytes.get(*at..at + 2)?.try_into().ok()?));
        // In some code pages a letter has two bytes, in UTF-16 most have one unit.
        let units = bytes.get(at + 2..at + 2 + 2 * count).filter(|_| (1..=length).contains(&count))?;
        let units: Vec<u16> = units.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
        String::from_utf16(&units).ok().filter(|name| !name.chars().any(char::is_control))
    });
    utf16.or_else(|| {
        let name = bytes.get(1..=length)?;
        name.is_ascii().then(|| String::from_utf8_lossy(name).into_owned())
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::i18n::Lang;

    /// Makes what Word or Excel writes, as `at` says.
    fn of_office(name: &str, at: usize) -> Vec<u8> {
        let mut bytes = vec![b' '; at + 2 + 2 * LONGEST];
        bytes[0] = u8::try_from(name.len()).expect("a short name");
        bytes[1..=name.len()].copy_from_slice(name.as_bytes());
        let units: Vec<u16> = name.encode_utf16().collect();
        bytes[at..at + 2].copy_from_slice(&u16::try_from(units.len()).expect("a short name").to_le_bytes());
        for (place, unit) in (at + 2..).step_by(2).zip(units) {
            bytes[place..place + 2].copy_from_slice(&unit.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn a_file_that_is_open_is_refused_with_who_has_it_and_what_to_do() {
        let libreoffice = "王芳,wang,OFFICE-1,23.11.2026 09:30,file:///C:/Users/wang;".as_bytes().to_vec();
        let nameless = b",wang,OFFICE-1,23.11.2026 09:30,file:///home/wang;".to_vec();
        let cases: [(&str, &str, Vec<u8>, &str); 7] = [
            ("台账.xlsx", ".~lock.台账.xlsx#", libreoffice, "王芳 @ OFFICE-1"),
            ("台账.xlsx", ".~lock.台账.xlsx#", nameless, "wang @ OFFICE-1"),
            ("台账.xlsx", "~$台账.xlsx", of_office("王芳", 55), "王芳"),
            ("通报_2026-01-01.docx", "~$_2026-01-01.docx", of_office("Wang Fang", 54), "Wang Fang"),
            ("通报.docx", "~$通报.docx", of_office("王芳\u{1b}[2J", 54), "文件正在"),
            ("台账.xlsx", "~$台账.xlsx", Vec::new(), "文件正在"),
            ("台账.xlsx", "~$台账.xlsx", vec![9, b'W'], "文件正在"),
        ];
        for (name, beside, bytes, said) in cases {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let path = folder.path().join(name);
            fs::write(folder.path().join(beside), bytes).expect("written");
            assert!(refuse_open(&path).is_ok(), "what is not there cannot be written over");
            fs::write(&path, "had").expect("written");
            let error = refuse_open(&path).expect_err("refused");
            assert_eq!(error.path(), Some(path.as_path()));
            let shown = error.summary(Lang::Zh);
            assert!(shown.contains(said) && !shown.contains('\u{1b}'), "{beside}: {shown}");
            let hint = error.next_step().expect("a hint").show(Lang::Zh);
            assert!(hint.contains(beside), "{hint}");
            fs::remove_file(folder.path().join(beside)).expect("closed");
            assert!(refuse_open(&path).is_ok(), "{beside}");
        }
    }
}
