//! `ducha fmt`: lays out checklist files, or says which ones are not laid out.

use std::process::ExitCode;

use serde_json::json;

use super::{Session, arguments::Fmt, check};
use crate::{
    checklist, editor,
    error::{Error, Result},
    store, text,
};

pub fn run(session: &Session, arguments: &Fmt) -> Result<ExitCode> {
    let files = check::files(session, &arguments.paths)?;
    let (mut changed, mut failed) = (Vec::new(), 0);
    for path in &files {
        let laid_out = store::read_text(path).and_then(|text| match editor::format(&text) {
            Some(laid_out) => Ok(Some((text, laid_out)).filter(|(text, laid_out)| laid_out != text)),
            // The mistakes of TOML are among those of the checklist.
            None => Err(checklist::read(&text)
                .errors(path, &text)
                .into_iter()
                .next()
                .unwrap_or_else(|| Error::input(text!("checklist.check.unusable")).at(path))),
        });
        let written = laid_out.and_then(|laid_out| {
            if let (Some((before, laid_out)), false) = (&laid_out, arguments.check) {
                store::lay_out(path, before, laid_out)?;
            }
            Ok(laid_out.is_some())
        });
        match written {
            Ok(false) => {}
            Ok(true) => {
                changed.push(path);
                if !session.is_json() {
                    let path = path.display();
                    session.output.say(&if arguments.check {
                        text!("editor.fmt-would", path = path)
                    } else {
                        text!("editor.fmt-done", path = path)
                    })?;
                }
            }
            Err(error) => {
                failed += 1;
                session.output.error(&error);
            }
        }
    }
    if session.is_json() {
        session.output.json(&json!({ "files": files.len(), "changed": changed, "failed": failed }))?;
    } else {
        session.output.say(&text!(
            "editor.fmt-count",
            files = files.len(),
            changed = changed.len(),
            failed = failed
        ))?;
    }
    let good = failed == 0 && (changed.is_empty() || !arguments.check);
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
