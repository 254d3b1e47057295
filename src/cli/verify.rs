//! `ducha verify [--hub PLACE] [--restore]`.

use std::process::ExitCode;

use serde_json::json;

use super::{Session, arguments::Verify, connecting::Asker};
use crate::{
    error::Result,
    sync::{
        members,
        place::Place,
        verify::{self, Damaged, Good},
    },
    text,
};

pub fn run(session: &Session, command: &Verify) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let asker = Asker::new(session, &workspace);
    // Only what is encrypted needs them.
    let keys = members::is_encrypted(&workspace)?.then(|| asker.keys()).transpose()?;
    let hub = command.hub.as_ref().map(|place| asker.hub(&Place::parse(place)?)).transpose()?;
    let examined = match &hub {
        Some(hub) => verify::hub(&workspace, &**hub, keys.as_ref())?,
        None => verify::workspace(&workspace, keys.as_ref())?,
    };
    let restored = match &hub {
        _ if !command.restore => 0,
        Some(hub) => verify::restore_hub(&workspace, &**hub, keys.as_ref(), &examined)?,
        None => verify::restore(&workspace, &examined)?,
    };
    let what = |damaged: &Damaged| match damaged {
        Damaged::File(error) => error.summary(session.lang),
        Damaged::Content(reason) => reason.show(session.lang),
    };
    let good = |good: &Good| match good {
        Good::Hub => session.lang.t("verify.on-hub").into_owned(),
        Good::Place(place) => place.clone(),
    };
    if session.is_json() {
        let damage = examined.damage.iter().map(|one| {
            json!({ "place": one.place, "what": what(&one.what), "last_by": one.last_by, "good_at": one.good_at.as_ref().map(good) })
        });
        let damage: Vec<_> = damage.collect();
        session.output.json(
            &json!({ "files": examined.files, "objects": examined.objects, "damage": damage, "restored": restored }),
        )?;
    } else {
        for one in &examined.damage {
            session.output.say(&text!("verify.damaged", place = one.place, what = what(&one.what)))?;
            if let Some(person) = &one.last_by {
                session.output.say(&text!("verify.last-by", name = person))?;
            }
            if let Some(place) = &one.good_at {
                session.output.say(&text!("verify.good-at", place = good(place)))?;
            }
        }
        let restorable = examined.damage.iter().filter(|one| one.is_restorable()).count();
        if command.restore {
            let on_hub = text!("verify.restored-hub", count = restored);
            session.output.say(&if hub.is_some() { on_hub } else { text!("verify.restored", count = restored) })?;
        } else if restorable > 0 {
            session.output.say(&text!("verify.restorable", count = restorable))?;
        }
        let count = examined.damage.len();
        session.output.say(&text!("verify.done", files = examined.files, objects = examined.objects, count = count))?;
    }
    Ok(if examined.damage.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
