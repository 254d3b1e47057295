//! `ducha draw`: 双随机 from a published seed, verifying a result, and the public list.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::json;

use super::{
    Session,
    arguments::{Draw, ListArgument},
    now,
};
use crate::{
    error::{Error, Kind, Result},
    i18n::Text,
    store::{self, Workspace},
    task::{
        ListForm,
        draw::{Drawn, Verified, verify},
        public_list,
    },
    text,
    view::text::pad,
};

pub fn run(session: &Session, wanted: &Draw) -> Result<ExitCode> {
    if let Some(path) = &wanted.verify {
        return check(session, path, &wanted.register);
    }
    if let Some(path) = &wanted.list {
        return list(session, path, wanted);
    }
    let Some(scheme) = &wanted.scheme else {
        return Err(Error::new(Kind::Usage, text!("draw.no-scheme")).hint(text!("draw.no-scheme.hint")));
    };
    let workspace = session.workspace()?;
    let by = workspace.settings().inspector.clone();
    let drawn = workspace.draw(scheme, wanted.seed.as_deref(), (&by, now()))?;
    let kept = if wanted.dry_run {
        None
    } else {
        let stem = scheme.file_stem().unwrap_or_default().to_string_lossy();
        Some(workspace.keep_drawn(&stem, &drawn)?)
    };
    if session.is_json() {
        session.output.json(&drawn)?;
        return Ok(ExitCode::SUCCESS);
    }
    for stratum in &drawn.stratum {
        session.output.say(&text!(
            "draw.stratum",
            stratum = stratum.name,
            drawn = stratum.drawn,
            units = stratum.units
        ))?;
    }
    print(session, &drawn)?;
    match kept {
        Some(path) => session.output.say(&text!("draw.kept", path = path.display())),
        None => session.output.say(&text!("facility-cli.dry-run")),
    }?;
    Ok(ExitCode::SUCCESS)
}

fn print(session: &Session, drawn: &Drawn) -> Result<()> {
    for (at, unit) in drawn.unit.iter().enumerate() {
        let line = [
            format!("{:>5}", at + 1),
            pad(&unit.facility.0, 8),
            pad(&unit.name, 40),
            pad(&unit.district, 12),
            session.lang.list(&unit.inspectors),
        ];
        session.output.line(line.join("  ").trim_end())?;
    }
    Ok(())
}

/// Draws again, from the register of the workspace or from the files of another one, and says whether it comes to the same.
fn check(session: &Session, path: &Path, files: &[PathBuf]) -> Result<ExitCode> {
    // Whoever was sent the result and the register needs no workspace.
    let workspace = match session.located() {
        None if !files.is_empty() => None,
        _ => Some(session.workspace()?),
    };
    let result = Workspace::read_drawn(path)?;
    let register = match &workspace {
        Some(workspace) if files.is_empty() => workspace.facilities(),
        _ => store::register_in(files),
    };
    if let Some(damaged) = register.damaged.into_iter().next() {
        // A unit that cannot be read would make it another register.
        return Err(damaged);
    }
    let Verified { other_register, mut differing } =
        verify(&result, &register.found).map_err(|error| error.in_file(path))?;
    // What was published before the draw is what counts, not the copy of it in the result.
    let mut notes = Vec::new();
    if let Some((scheme, digest)) = Workspace::scheme_beside(path)? {
        if scheme != result.scheme {
            differing.insert(0, text!("draw-differs.scheme"));
        } else if digest != result.scheme_digest {
            notes.push(text!("draw.scheme-bytes"));
        }
    }
    if let Some(name) = &result.scheme.previous
        && let Some(workspace) = &workspace
        && workspace.has_drawn(name)
        && workspace.drawn(name)?.pairings() != result.previous
    {
        differing.push(text!("draw-differs.previous", name = name));
    }
    let is_identical = other_register.is_none() && differing.is_empty();
    if session.is_json() {
        let shown = |said: &[Text]| said.iter().map(|text| text.show(session.lang)).collect::<Vec<_>>();
        session.output.json(&json!({
            "identical": is_identical,
            "other_register": other_register.map(|said| said.show(session.lang)),
            "differences": shown(&differing),
            "notes": shown(&notes),
        }))?;
        return Ok(if is_identical { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    match other_register {
        Some(said) => {
            let read = files.first().cloned().or(workspace.map(|workspace| workspace.root().join("facilities.toml")));
            let error = Error::input(said).hint(text!("draw-differs.register.hint"));
            session.output.error(&error.at(read.unwrap_or_default()));
            if !differing.is_empty() {
                session.output.say(&text!("draw.differs-elsewhere"))?;
            }
        }
        None => session.output.say(&if is_identical {
            text!("draw.identical", units = result.unit.len(), algorithm = result.algorithm)
        } else {
            text!("draw.differs", count = differing.len())
        })?,
    }
    differing.iter().chain(&notes).try_for_each(|text| session.output.say(text))?;
    Ok(if is_identical { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints or writes the public list of a result.
fn list(session: &Session, path: &Path, wanted: &Draw) -> Result<ExitCode> {
    let drawn = Workspace::read_drawn(path)?;
    let form = match wanted.form {
        ListArgument::Csv => ListForm::Csv,
        ListArgument::Md => ListForm::Markdown,
        ListArgument::Html => ListForm::Html,
    };
    let list = public_list(&drawn, form, session.lang);
    match &wanted.out {
        Some(out) => {
            Workspace::write_list(out, &list)?;
            session.output.say(&text!("draw.listed", path = out.display(), units = drawn.unit.len()))?;
        }
        None => session.output.raw(&list)?,
    }
    Ok(ExitCode::SUCCESS)
}
