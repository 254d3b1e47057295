//! 双随机: units and inspectors drawn from a published seed, so that anybody can draw again and get the same.
//!
//! # The algorithm `ducha-draw-1`
//!
//! 1. **Streams.** For each purpose there is a stream of its own: the key of `ChaCha20` (20 rounds, 64-bit counter from 0,
//!    nonce 0) is the BLAKE3 digest, 32 bytes, of the UTF-8 text `ducha-draw-1`, line feed, the seed without white space
//!    at its ends, line feed, the purpose. The purpose is `units/` and the name of the stratum, or `inspectors`.
//! 2. **Numbers.** A number below *m* is made of 64-bit values, each two successive 32-bit words of the stream, the lower
//!    one first. A value of 2⁶⁴ − (2⁶⁴ mod *m*) or more is thrown away; the first other one is taken modulo *m*. So every
//!    number is exactly as likely as any other.
//! 3. **Strata.** Units stand in the order of the bytes of their numbers. Each belongs to the first stratum whose lists it
//!    fits. Of a stratum of *N* units are drawn: its number, at most *N*; or its share, rounded up to whole units, where
//!    the share is taken in hundredths of a percent.
//! 4. **Units.** For *i* = 0, 1, … the unit at *i* changes places with the one at *i* + (a number below *N* − *i*); the
//!    first ones are the drawn ones, in that order. The strata follow one another.
//! 5. **Inspectors.** They stand in the order of the bytes of their names. For each drawn unit the pairs that may go are
//!    listed, in the order of the first and then the second name: neither has declared a conflict with the unit or is of its
//!    district, it is not the pair that went to this unit in the draw before, and not the pair of the unit drawn just before
//!    this one unless no other may go. Of these only the pairs remain whose members together have the fewest units so far;
//!    one of them is taken by a number below their count.
//!
//! A change to any of this is another algorithm with another name; old results are verified with the one they name.

mod verify;

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use serde::{Deserialize, Serialize};

use super::missing;
use crate::{
    checklist::Digest,
    error::{Error, Result, in_toml},
    facility::{Facility, FacilityId},
    i18n::Text,
    text,
};

pub use verify::{Verified, verify};

/// The name of the algorithm that this program draws by.
pub const ALGORITHM: &str = "ducha-draw-1";

/// How a draw is to be done, as its file says it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// The title.
    pub title: String,
    /// The published seed; may be given when it is drawn instead.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seed: String,
    /// The name of the draw before in `draws/`, whose pairs do not go to the same units again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// The strata; a unit belongs to the first that it fits.
    #[serde(default)]
    pub stratum: Vec<Stratum>,
    /// The inspectors; without any only units are drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inspector: Vec<Inspector>,
}

/// A part of the register from which a share or a number is drawn; a list that is empty takes in everything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stratum {
    /// The name.
    pub name: String,
    /// Types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Districts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub districts: Vec<String>,
    /// Levels, by their first characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// Risks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<String>,
    /// How many percent are drawn, more than 0 and at most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// How many are drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<usize>,
}

/// An inspector and where he or she may not go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspector {
    /// The name.
    pub name: String,
    /// His or her own district, where he or she does not inspect; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub district: String,
    /// Units with which a conflict of interest was declared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<FacilityId>,
}

/// What a draw came to, with everything that is needed to do it again but the register itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// The name of the algorithm.
    pub algorithm: String,
    /// When it was drawn.
    pub at: DateTime<FixedOffset>,
    /// Who drew.
    pub by: String,
    /// The published seed.
    pub seed: String,
    /// The number of units of the register.
    pub units: usize,
    /// The digest of what the draw looks at in the register; see [`register_digest`].
    pub register: Digest,
    /// The digest of the scheme's file.
    pub scheme_digest: Digest,
    /// The scheme.
    pub scheme: Scheme,
    /// The strata.
    #[serde(default)]
    pub stratum: Vec<StratumDrawn>,
    /// The pairs of the draw before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<Pairing>,
    /// The drawn units in their order.
    #[serde(default)]
    pub unit: Vec<UnitDrawn>,
}

/// What was drawn of a stratum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StratumDrawn {
    /// The name.
    pub name: String,
    /// How many units it has.
    pub units: usize,
    /// The digest of what the draw looks at in them.
    pub digest: Digest,
    /// How many were drawn.
    pub drawn: usize,
}

/// Who went to a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pairing {
    /// The unit.
    pub facility: FacilityId,
    /// The inspectors.
    pub inspectors: Vec<String>,
}

/// A drawn unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitDrawn {
    /// The unit.
    pub facility: FacilityId,
    /// Its name.
    pub name: String,
    /// Its credit code, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// Its district, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub district: String,
    /// The stratum.
    pub stratum: String,
    /// Who inspects it; empty where only units were drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inspectors: Vec<String>,
}

impl Scheme {
    /// Reads a scheme's file and refuses one that cannot be drawn.
    pub fn read(text: &str) -> Result<Self> {
        let scheme: Self = toml::from_str(text).map_err(|error| in_toml(text, &error))?;
        scheme.check()?;
        Ok(scheme)
    }

    fn check(&self) -> Result<()> {
        let wrong = |message: Text, hint: Text| Err(Error::input(message).hint(hint));
        if self.stratum.is_empty() {
            return wrong(text!("draw.no-stratum"), text!("draw.no-stratum.hint"));
        }
        for (at, stratum) in self.stratum.iter().enumerate() {
            let share_fits = stratum.share.is_none_or(|share| share > 0.0 && share <= 100.0);
            if stratum.share.is_some() == stratum.number.is_some() || !share_fits {
                return wrong(text!("draw.how-many", stratum = stratum.name), text!("draw.how-many.hint"));
            }
            if stratum.name.is_empty() || self.stratum[..at].iter().any(|other| other.name == stratum.name) {
                return wrong(text!("draw.stratum-name", stratum = stratum.name), text!("draw.stratum-name.hint"));
            }
        }
        if self.inspector.len() == 1 {
            return wrong(text!("draw.one-inspector"), text!("draw.one-inspector.hint"));
        }
        for (at, inspector) in self.inspector.iter().enumerate() {
            if inspector.name.is_empty() || self.inspector[..at].iter().any(|other| other.name == inspector.name) {
                return wrong(text!("draw.inspector-name", name = inspector.name), text!("draw.inspector-name.hint"));
            }
        }
        Ok(())
    }
}

impl Scheme {
    /// Finds the first unit of a declared conflict that a register does not have, with the inspector who declared it.
    pub fn unknown_conflict(&self, register: &[Facility]) -> Option<(&Inspector, &FacilityId)> {
        self.inspector.iter().find_map(|inspector| Some((inspector, *missing(register, &inspector.conflicts).first()?)))
    }
}

impl Stratum {
    fn fits(&self, unit: &Facility) -> bool {
        let any = |list: &[String], own: &str| list.is_empty() || list.iter().any(|known| known == own);
        any(&self.types, &unit.facility_type)
            && any(&self.districts, &unit.district)
            && any(&self.risks, &unit.risk)
            && (self.levels.is_empty() || self.levels.iter().any(|level| unit.level.starts_with(level.as_str())))
    }

    /// Returns how many of a number of units are drawn.
    fn quota(&self, units: usize) -> usize {
        match (self.number, self.share) {
            (Some(number), _) => number.min(units),
            // The share was checked to lie between 0 and 100.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            (None, share) => (units * (share.unwrap_or(0.0) * 100.0).round() as usize).div_ceil(10_000),
        }
    }
}

impl Drawn {
    /// Lists who goes where.
    pub fn pairings(&self) -> Vec<Pairing> {
        let pairing =
            |unit: &UnitDrawn| Pairing { facility: unit.facility.clone(), inspectors: unit.inspectors.clone() };
        self.unit.iter().map(pairing).collect()
    }
}

/// Reads the result of a draw; that of another algorithm is refused.
pub fn read_drawn(text: &str) -> Result<Drawn> {
    let drawn: Drawn = toml::from_str(text).map_err(|error| in_toml(text, &error))?;
    if drawn.algorithm != ALGORITHM {
        return Err(Error::input(text!("draw.algorithm", found = drawn.algorithm, own = ALGORITHM))
            .hint(text!("draw.algorithm.hint")));
    }
    drawn.scheme.check()?;
    Ok(drawn)
}

/// Draws; see the head of this module for how.
///
/// A stratum without units, and a unit to which no pair may go, are errors: whoever publishes the list must decide.
pub fn draw(
    scheme: &Scheme,
    scheme_digest: Digest,
    register: &[Facility],
    previous: &[Pairing],
    seed: &str,
    by: (&str, DateTime<FixedOffset>),
) -> Result<Drawn> {
    let seed = seed.trim();
    if seed.is_empty() {
        return Err(Error::input(text!("draw.no-seed")).hint(text!("draw.no-seed.hint")));
    }
    let mut units: Vec<&Facility> = register.iter().collect();
    units.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    let mut strata: Vec<Vec<&Facility>> = vec![Vec::new(); scheme.stratum.len()];
    for unit in &units {
        if let Some(at) = scheme.stratum.iter().position(|stratum| stratum.fits(unit)) {
            strata[at].push(unit);
        }
    }
    let mut drawn = Vec::new();
    let mut summary = Vec::with_capacity(strata.len());
    for (stratum, mut units) in scheme.stratum.iter().zip(strata) {
        if units.is_empty() {
            return Err(Error::input(text!("draw.empty-stratum", stratum = stratum.name))
                .hint(text!("draw.empty-stratum.hint")));
        }
        let digest = register_digest(&units);
        let quota = stratum.quota(units.len());
        let mut stream = Stream::new(seed, &format!("units/{}", stratum.name));
        for at in 0..quota {
            let other = at + stream.below(units.len() - at);
            units.swap(at, other);
        }
        summary.push(StratumDrawn { name: stratum.name.clone(), units: units.len(), digest, drawn: quota });
        drawn.extend(units[..quota].iter().map(|unit| (stratum.name.as_str(), *unit)));
    }
    let pairs = draw_pairs(scheme, &drawn, previous, seed)?;
    let unit = drawn.into_iter().zip(pairs).map(|((stratum, unit), inspectors)| UnitDrawn {
        facility: unit.id.clone(),
        name: unit.name.clone(),
        code: unit.code.clone(),
        district: unit.district.clone(),
        stratum: stratum.to_owned(),
        inspectors,
    });
    Ok(Drawn {
        algorithm: ALGORITHM.to_owned(),
        at: by.1,
        by: by.0.to_owned(),
        seed: seed.to_owned(),
        units: register.len(),
        register: register_digest(&units),
        scheme_digest,
        scheme: scheme.clone(),
        stratum: summary,
        previous: previous.to_vec(),
        unit: unit.collect(),
    })
}

/// Draws a pair for each unit; nobody for each where there are no inspectors.
fn draw_pairs(
    scheme: &Scheme,
    drawn: &[(&str, &Facility)],
    previous: &[Pairing],
    seed: &str,
) -> Result<Vec<Vec<String>>> {
    let mut inspectors: Vec<&Inspector> = scheme.inspector.iter().collect();
    if inspectors.is_empty() {
        return Ok(vec![Vec::new(); drawn.len()]);
    }
    inspectors.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    let pairs: Vec<(usize, usize)> =
        (0..inspectors.len()).flat_map(|one| (one + 1..inspectors.len()).map(move |other| (one, other))).collect();
    let before: HashMap<&FacilityId, &Pairing> = previous.iter().map(|pairing| (&pairing.facility, pairing)).collect();
    let mut stream = Stream::new(seed, "inspectors");
    let mut load = vec![0_usize; inspectors.len()];
    let mut last = None;
    let mut chosen = Vec::with_capacity(drawn.len());
    for (_, unit) in drawn {
        let may_go: Vec<bool> = inspectors
            .iter()
            .map(|inspector| {
                let is_own = !inspector.district.is_empty() && inspector.district == unit.district;
                !is_own && !inspector.conflicts.iter().any(|id| unit.is(id))
            })
            .collect();
        let went = |pair: (usize, usize)| {
            std::iter::once(&unit.id)
                .chain(&unit.former)
                .filter_map(|id| before.get(id))
                .any(|pairing| [pair.0, pair.1].iter().all(|&at| pairing.inspectors.contains(&inspectors[at].name)))
        };
        let mut allowed: Vec<(usize, usize)> =
            pairs.iter().copied().filter(|&pair| may_go[pair.0] && may_go[pair.1] && !went(pair)).collect();
        if allowed.len() > 1 {
            allowed.retain(|&pair| Some(pair) != last);
        }
        let lightest = allowed.iter().map(|&(one, other)| load[one] + load[other]).min().ok_or_else(|| {
            Error::input(text!("draw.no-pair", id = unit.id, name = unit.name)).hint(text!("draw.no-pair.hint"))
        })?;
        allowed.retain(|&(one, other)| load[one] + load[other] == lightest);
        let pair = allowed[stream.below(allowed.len())];
        load[pair.0] += 1;
        load[pair.1] += 1;
        last = Some(pair);
        chosen.push(vec![inspectors[pair.0].name.clone(), inspectors[pair.1].name.clone()]);
    }
    Ok(chosen)
}

/// Returns the digest of what a draw looks at: number, type, district, level, risk and former numbers of each unit, joined
/// by tabs, a line each, in the order of the bytes of the numbers.
pub fn register_digest(sorted: &[&Facility]) -> Digest {
    let mut text = String::new();
    for unit in sorted {
        let former: Vec<_> = unit.former.iter().map(|id| id.0.as_str()).collect();
        for part in [&unit.id.0, &unit.facility_type, &unit.district, &unit.level, &unit.risk] {
            text.push_str(part);
            text.push('\t');
        }
        text.push_str(&former.join(","));
        text.push('\n');
    }
    Digest::of(text.as_bytes())
}

/// A stream of numbers for one purpose.
struct Stream(ChaCha20Rng);

impl Stream {
    fn new(seed: &str, purpose: &str) -> Self {
        let key = blake3::hash(format!("{ALGORITHM}\n{seed}\n{purpose}").as_bytes());
        Self(ChaCha20Rng::from_seed(*key.as_bytes()))
    }

    /// Returns a number below `bound`, which is more than 0.
    fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        // 2^64 modulo the bound, without leaving 64 bits.
        let beyond = (u64::MAX % bound + 1) % bound;
        loop {
            let value = self.0.next_u64();
            if value <= u64::MAX - beyond {
                // Less than the bound, which came from a `usize`.
                #[allow(clippy::cast_possible_truncation)]
                return (value % bound) as usize;
            }
        }
    }
}

#[cfg(test)]
#[path = "draw_tests.rs"]
mod tests;
