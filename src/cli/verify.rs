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
    let keys = members::is_encrypted(&workspace).then(|| asker.keys()).transpose()?;
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
    let is_mirror_damaged = command.restore && hub.is_none() && verify::is_mirror_damaged(&examined);
    let mirrored = match is_mirror_damaged.then(|| asker.own_hub()) {
        Some(own) => own.and_then(|own| verify::restore_mirror(&workspace, &*own, &examined)),
        None => Ok(0),
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
        session.output.json(&json!({ "files": examined.files, "objects": examined.objects, "damage": damage,
                "restored": restored + mirrored.as_ref().copied().unwrap_or_default() }))?;
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
            if restored > 0 || !is_mirror_damaged {
                session.output.say(&if hub.is_some() { on_hub } else { text!("verify.restored", count = restored) })?;
            }
            if let (true, Ok(count)) = (is_mirror_damaged, &mirrored) {
                session.output.say(&text!("verify.restored-mirror", count = count))?;
            }
        } else if restorable > 0 {
            session.output.say(&text!("verify.restorable", count = restorable))?;
        }
        let count = examined.damage.len();
        let (files, objects) = (examined.files, examined.objects);
        session.output.say(&match (&hub, count) {
            (Some(_), 0) => text!("verify.good-hub", objects = objects),
            (Some(_), _) => text!("verify.done-hub", objects = objects, count = count),
            (None, 0) => text!("verify.good", files = files, objects = objects),
            (None, _) => text!("verify.done", files = files, objects = objects, count = count),
        })?;
    }
    mirrored?;
    Ok(if examined.damage.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
