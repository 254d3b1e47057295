//! `ducha facility list`.

use std::process::ExitCode;

use super::{Session, arguments::Facility};
use crate::{error::Result, facility::Search, view::text::pad};

pub fn run(session: &Session, command: &Facility) -> Result<ExitCode> {
    let Facility::List { words } = command;
    let listing = session.workspace()?.facilities();
    for error in &listing.damaged {
        session.output.error(error);
    }
    let typed = words.join(" ");
    let search = Search::new(&typed);
    let fitting: Vec<_> = listing.found.iter().filter(|facility| search.rank(&facility.name).is_some()).collect();
    if session.is_json() {
        session.output.json(&fitting)?;
    } else {
        for facility in fitting {
            let line = [pad(&facility.id.0, 6), pad(&facility.name, 44), facility.district.clone()];
            session.output.line(&line.join("  "))?;
        }
    }
    Ok(if listing.damaged.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
