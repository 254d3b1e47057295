//! `ducha verify [--hub PLACE]`.

use std::process::ExitCode;

use serde_json::json;

use super::{Session, arguments::Verify, connecting::Asker};
use crate::{
    error::Result,
    sync::{
        place::Place,
        verify::{self, Damaged},
    },
    text,
};

pub fn run(session: &Session, command: &Verify) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let examined = match &command.hub {
        Some(place) => verify::hub(&workspace, &*Asker::new(session, &workspace).hub(&Place::parse(place)?)?)?,
        None => verify::workspace(&workspace)?,
    };
    let what = |damaged: &Damaged| match damaged {
        Damaged::File(error) => error.summary(session.lang),
        Damaged::Content(reason) => reason.show(session.lang),
    };
    if session.is_json() {
        let damage = examined.damage.iter().map(|one| {
            json!({ "place": one.place, "what": what(&one.what), "last_by": one.last_by, "good_at": one.good_at })
        });
        let damage: Vec<_> = damage.collect();
        session.output.json(&json!({ "files": examined.files, "objects": examined.objects, "damage": damage }))?;
    } else {
        for one in &examined.damage {
            session.output.say(&text!("verify.damaged", place = one.place, what = what(&one.what)))?;
            if let Some(person) = &one.last_by {
                session.output.say(&text!("verify.last-by", name = person))?;
            }
            if let Some(place) = &one.good_at {
                session.output.say(&text!("verify.good-at", place = place))?;
            }
        }
        let count = examined.damage.len();
        session.output.say(&text!("verify.done", files = examined.files, objects = examined.objects, count = count))?;
    }
    Ok(if examined.damage.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
