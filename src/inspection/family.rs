//! Records that correct one another, and which one of them counts.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use chrono::{DateTime, FixedOffset};

/// A record among those that correct one another.
#[derive(Clone, Copy, Debug)]
pub struct Member<'record> {
    /// Its number.
    pub id: &'record str,
    /// The record that it corrects.
    pub revises: Option<&'record str>,
    /// When it was finalised.
    pub finalised: Option<DateTime<FixedOffset>>,
}

/// Finds for each finalised record whose place a correction took the one that counts, both by their positions.
pub fn superseding(records: &[Member<'_>]) -> HashMap<usize, usize> {
    let pairs = |family: Vec<usize>| {
        let newest = family.last().copied();
        family.into_iter().filter_map(move |own| newest.filter(|newest| *newest != own).map(|newest| (own, newest)))
    };
    families(records).into_iter().flat_map(pairs).collect()
}

/// Puts the finalised records together that go back to the same one, by their positions, in the order in which they were
/// finalised, but the one that counts last; records that were never corrected are in none.
///
/// It is the last to be finalised among those that no finalised one corrects that counts, also where two people corrected
/// the same record without knowing of one another. None of this depends on the order in which the records are given.
pub fn families(records: &[Member<'_>]) -> Vec<Vec<usize>> {
    // Few records are corrected; without any nothing has to be looked for.
    if records.iter().all(|record| record.revises.is_none()) {
        return Vec::new();
    }
    let at: HashMap<&str, usize> = records.iter().enumerate().map(|(at, record)| (record.id, at)).collect();
    let before = |own: usize| records[own].revises.and_then(|id| at.get(id).copied());
    let mut by_root: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut corrected = HashSet::new();
    for (own, _) in records.iter().enumerate().filter(|(_, record)| record.finalised.is_some()) {
        by_root.entry(root(own, before)).or_default().push(own);
        corrected.extend(before(own));
    }
    let rank = |own: &usize| (Reverse(corrected.contains(own)), records[*own].finalised, records[*own].id);
    let mut families: Vec<Vec<usize>> = by_root.into_values().filter(|family| family.len() > 1).collect();
    for family in &mut families {
        let newest = family.iter().copied().max_by_key(rank);
        family.sort_by_key(|own| (newest == Some(*own), records[*own].finalised, records[*own].id));
    }
    families
}

/// Follows what a record corrects to the first one; files that correct one another in a circle have their lowest as first.
fn root(own: usize, before: impl Fn(usize) -> Option<usize>) -> usize {
    let mut way = vec![own];
    while let Some(next) = way.last().and_then(|last| before(*last)) {
        if let Some(circle) = way.iter().position(|known| *known == next) {
            return way[circle..].iter().copied().min().unwrap_or(own);
        }
        way.push(next);
    }
    way.last().copied().unwrap_or(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record, what it corrects, and the hour at which it was finalised; a draft never was.
    type Case = (&'static str, &'static str, Option<u32>);

    fn counting(cases: &[Case]) -> Vec<(&'static str, &'static str)> {
        let member = |(id, revises, hour): &Case| Member {
            id,
            revises: Some(*revises).filter(|id| !id.is_empty()),
            finalised: hour.and_then(|hour| format!("2026-11-21T{hour:02}:00:00+08:00").parse().ok()),
        };
        let members: Vec<_> = cases.iter().map(member).collect();
        let mut found: Vec<_> =
            superseding(&members).into_iter().map(|(old, last)| (cases[old].0, cases[last].0)).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn one_record_of_a_family_counts() {
        type Expected = &'static [(&'static str, &'static str)];
        let cases: [(&[Case], Expected); 9] = [
            (&[("R1", "", Some(9)), ("R2", "", Some(10))], &[]),
            (&[("R1", "", Some(9)), ("R2", "R1", None)], &[]),
            (&[("R1", "", Some(9)), ("R2", "R1", Some(10))], &[("R1", "R2")]),
            (&[("R1", "", Some(9)), ("R2", "R1", Some(10)), ("R3", "R2", Some(11))], &[("R1", "R3"), ("R2", "R3")]),
            // Two people corrected the same record.
            (&[("R1", "", Some(9)), ("R2", "R1", Some(12)), ("R3", "R1", Some(11))], &[("R1", "R2"), ("R3", "R2")]),
            // One of the two corrections was corrected again, before or after the other one was finalised.
            (
                &[("R1", "", Some(9)), ("R2", "R1", Some(10)), ("R3", "R1", Some(11)), ("R4", "R2", Some(12))],
                &[("R1", "R4"), ("R2", "R4"), ("R3", "R4")],
            ),
            (
                &[("R1", "", Some(9)), ("R2", "R1", Some(10)), ("R3", "R1", Some(12)), ("R4", "R2", Some(11))],
                &[("R1", "R3"), ("R2", "R3"), ("R4", "R3")],
            ),
            // A clock that was wrong does not bring back what was corrected.
            (&[("R1", "", Some(9)), ("R2", "R1", Some(8))], &[("R1", "R2")]),
            // Files that name one another, and themselves.
            (&[("R1", "R2", Some(9)), ("R2", "R1", Some(10)), ("R3", "R3", Some(11))], &[("R1", "R2")]),
        ];
        for (records, expected) in cases {
            assert_eq!(counting(records), expected, "{records:?}");
            let reversed: Vec<Case> = records.iter().rev().copied().collect();
            assert_eq!(counting(&reversed), expected, "in another order: {records:?}");
        }
    }
}
