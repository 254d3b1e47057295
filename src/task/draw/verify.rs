//! Verifying the result of a draw: drawing again, and listing whatever the result says otherwise.

use super::{Drawn, StratumDrawn, UnitDrawn, draw, register_digest};
use crate::{
    error::Result,
    facility::Facility,
    i18n::{Text, listed},
    text,
};

/// What drawing again came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verified {
    /// That the register is not the one that was drawn from, so that what differs says nothing about the draw.
    pub other_register: Option<Text>,
    /// Where the result differs; from another register the places of the list are only counted.
    pub differing: Vec<Text>,
}

impl Verified {
    /// Says whether the same came out.
    pub fn is_identical(&self) -> bool {
        self.other_register.is_none() && self.differing.is_empty()
    }
}

/// Draws again with what a result says, and lists where it differs.
///
/// What the list that is published shows of a unit is compared with the register as well: it must not name another one.
pub fn verify(result: &Drawn, register: &[Facility]) -> Result<Verified> {
    let mut sorted: Vec<&Facility> = register.iter().collect();
    sorted.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    let mut differing = Vec::new();
    let published = result.scheme.seed.trim();
    if !published.is_empty() && published != result.seed {
        differing.push(text!("draw-differs.seed", published = published, drawn = result.seed));
    }
    let other_register = match (register_digest(&sorted) == result.register, result.units == register.len()) {
        (true, true) => None,
        (false, true) => Some(text!("draw-differs.register-changed", count = register.len())),
        (_, false) => Some(text!("draw-differs.register", then = result.units, now = register.len())),
    };
    let by = (result.by.as_str(), result.at);
    let again = match draw(&result.scheme, result.scheme_digest.clone(), register, &result.previous, &result.seed, by) {
        Ok(again) => again,
        // The scheme could be drawn then: that it cannot now comes from the register.
        Err(error) if other_register.is_some() => {
            differing.push(error.message().clone());
            return Ok(Verified { other_register, differing });
        }
        Err(error) => return Err(error),
    };
    differing.extend(result.stratum.iter().zip(&again.stratum).flat_map(|(then, now)| stratum(then, now)));
    if result.stratum.len() != again.stratum.len() {
        differing.push(text!("draw-differs.strata", then = result.stratum.len(), now = again.stratum.len()));
    }
    let places = 1..=result.unit.len().max(again.unit.len());
    let places = places.map(|place| (place, unit(place, result.unit.get(place - 1), again.unit.get(place - 1))));
    let places: Vec<_> = places.filter(|(_, said)| !said.is_empty()).collect();
    match places.first() {
        // One unit that came or went moves all that were drawn behind it.
        Some((first, _)) if other_register.is_some() => {
            differing.push(text!("draw-differs.places", count = places.len(), first = first));
        }
        _ => differing.extend(places.into_iter().flat_map(|(_, said)| said)),
    }
    Ok(Verified { other_register, differing })
}

/// Lists where a stratum differs.
fn stratum(then: &StratumDrawn, now: &StratumDrawn) -> Vec<Text> {
    let name = &then.name;
    let mut differing = Vec::new();
    if then.name != now.name {
        differing.push(text!("draw-differs.stratum-name", then = then.name, now = now.name));
    }
    if then.units != now.units {
        differing.push(text!("draw-differs.stratum", stratum = name, then = then.units, now = now.units));
    } else if then.digest != now.digest {
        differing.push(text!("draw-differs.stratum-changed", stratum = name, count = now.units));
    }
    if then.drawn != now.drawn {
        differing.push(text!("draw-differs.quota", stratum = name, then = then.drawn, now = now.drawn));
    }
    differing
}

/// Lists where a drawn unit differs: another one, other inspectors, or something else that the public list says of it.
fn unit(place: usize, then: Option<&UnitDrawn>, now: Option<&UnitDrawn>) -> Vec<Text> {
    if let (Some(then), Some(now)) = (then, now)
        && then.facility == now.facility
        && then.inspectors == now.inspectors
    {
        let fields = [
            ("draw-differs.name", &then.name, &now.name),
            ("draw-differs.code", &then.code, &now.code),
            ("draw-differs.district", &then.district, &now.district),
            ("draw-differs.of-stratum", &then.stratum, &now.stratum),
        ];
        let differing = fields.into_iter().filter(|(_, then, now)| then != now);
        let said = |(key, then, now): (&'static str, &String, &String)| {
            Text::new(key, vec![("place", place.to_string()), ("then", then.clone()), ("now", now.clone())])
        };
        return differing.map(said).collect();
    }
    let shown = |unit: Option<&UnitDrawn>| {
        unit.map_or_else(
            || "-".to_owned(),
            |unit| format!("{} {} {}", unit.facility, unit.name, listed(&unit.inspectors)),
        )
    };
    vec![text!("draw-differs.unit", place = place, then = shown(then), now = shown(now))]
}
