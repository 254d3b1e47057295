//! How far the review of each record is, from everything that was said of it.
//!
//! The result follows from the sets of records and reviews and from no clock: a return that an approval did not know of
//! stands, so that the same files come to the same on every computer, in whatever order they arrived.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, FixedOffset};

use super::{
    family::{Member, superseding},
    record::RecordId,
    review::{Decision, Level, Review, ReviewId},
};
use crate::checklist::Digest;

/// How far the review of a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is being filled in.
    Draft,
    /// Somebody at this level has to look at it.
    Awaiting(Level),
    /// Somebody at this level returned it.
    Returned(Level),
    /// Every level approved it.
    Approved,
    /// A correction took its place.
    Superseded(RecordId),
}

impl Standing {
    /// Returns the key of its name in the language files.
    pub fn name_key(&self) -> &'static str {
        match self {
            Self::Draft => "review-standing.draft",
            Self::Awaiting(Level::Department) => "review-standing.awaiting-department",
            Self::Awaiting(Level::Leadership) => "review-standing.awaiting-leadership",
            Self::Returned(_) => "review-standing.returned",
            Self::Approved => "review-standing.approved",
            Self::Superseded(_) => "review-standing.superseded",
        }
    }

    /// Returns its word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Awaiting(Level::Department) => "awaiting-department",
            Self::Awaiting(Level::Leadership) => "awaiting-leadership",
            Self::Returned(_) => "returned",
            Self::Approved => "approved",
            Self::Superseded(_) => "superseded",
        }
    }
}

/// Why a review is kept and shown, but counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// There is no such record here, or not yet.
    NoRecord,
    /// The record's file does not say what was looked at.
    OtherContent,
    /// It was given by somebody who took part in the inspection.
    OwnRecord,
    /// The same person approved for both levels.
    SamePerson,
    /// A correction had taken the record's place when it was given.
    Outdated(RecordId),
}

impl Objection {
    /// Returns the key of its text in the language files.
    pub fn text_key(&self) -> &'static str {
        match self {
            Self::NoRecord => "review-objection.no-record",
            Self::OtherContent => "review-objection.other-content",
            Self::OwnRecord => "review-objection.own-record",
            Self::SamePerson => "review-objection.same-person",
            Self::Outdated(_) => "review-objection.outdated",
        }
    }

    /// Returns its word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NoRecord => "no-record",
            Self::OtherContent => "other-content",
            Self::OwnRecord => "own-record",
            Self::SamePerson => "same-person",
            Self::Outdated(_) => "outdated",
        }
    }
}

/// What has to be known of a record.
#[derive(Clone, Copy, Debug)]
pub struct Content<'record> {
    /// The record.
    pub id: &'record RecordId,
    /// The record that it corrects.
    pub revises: Option<&'record RecordId>,
    /// When it was finalised.
    pub finalised: Option<DateTime<FixedOffset>>,
    /// The digest of its file once it is finalised.
    pub digest: Option<&'record Digest>,
    /// Those who inspected.
    pub inspectors: &'record [String],
    /// Those who answered its items: whoever filled in half of it is named nowhere else.
    pub answered_by: &'record [String],
    /// Who finalised it.
    pub finalised_by: Option<&'record str>,
}

impl<'record> Content<'record> {
    /// Returns what decides which of the records that correct one another counts.
    pub fn as_member(&self) -> Member<'record> {
        Member { id: &self.id.0, revises: self.revises.map(|id| id.0.as_str()), finalised: self.finalised }
    }

    /// Says whether somebody took part in the inspection.
    pub fn is_of(&self, person: &str) -> bool {
        let is_person = |name: &str| name.trim() == person.trim();
        let named = self.inspectors.iter().chain(self.answered_by).map(String::as_str);
        named.chain(self.finalised_by).any(is_person)
    }
}

/// How far every record is, and which reviews count for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standings {
    /// One for each record, in the order in which they were given.
    pub records: Vec<Standing>,
    /// One for each review, in the order in which they were given.
    pub objections: Vec<Option<Objection>>,
}

impl Standings {
    /// Works out how far every record is, where `levels` levels (1 or 2) have to approve.
    pub fn new(records: &[Content<'_>], reviews: &[Review], levels: u8) -> Self {
        let at: HashMap<&RecordId, usize> = records.iter().enumerate().map(|(at, record)| (record.id, at)).collect();
        let members: Vec<Member<'_>> = records.iter().map(Content::as_member).collect();
        let newer = superseding(&members);
        let mut corrections: HashMap<&RecordId, Vec<usize>> = HashMap::new();
        for (own, revised) in records.iter().enumerate().filter_map(|(own, record)| Some((own, record.revises?))) {
            corrections.entry(revised).or_default().push(own);
        }
        let instead = |at: usize| -> Vec<&Content<'_>> {
            let own = corrections.get(records[at].id).into_iter().flatten();
            own.chain(newer.get(&at)).map(|&other| &records[other]).collect()
        };
        let mut objections: Vec<Option<Objection>> = reviews
            .iter()
            .map(|review| match at.get(&review.record) {
                Some(&record) => objection(review, &records[record], &instead(record)),
                None => Some(Objection::NoRecord),
            })
            .collect();
        let mut of: HashMap<usize, Vec<usize>> = HashMap::new();
        for (position, review) in reviews.iter().enumerate().filter(|(position, _)| objections[*position].is_none()) {
            of.entry(at[&review.record]).or_default().push(position);
        }
        let standing = |at: usize| {
            let counting = of.get(&at).map_or(&[][..], Vec::as_slice);
            let mut said: Vec<&Review> = counting.iter().map(|&position| &reviews[position]).collect();
            if levels > 1 {
                for &position in counting.iter().filter(|&&position| is_alone(&reviews[position], &said)) {
                    objections[position] = Some(Objection::SamePerson);
                }
                said = counting.iter().filter(|at| objections[**at].is_none()).map(|&at| &reviews[at]).collect();
            }
            match (records[at].finalised, newer.get(&at)) {
                (None, _) => Standing::Draft,
                (Some(_), Some(&newer)) => Standing::Superseded(records[newer].id.clone()),
                (Some(_), None) => judge(&said, levels),
            }
        };
        let records = (0..records.len()).map(standing).collect();
        Self { records, objections }
    }
}

/// Says why a review of a record counts for nothing, where `instead` are the records that took or will take its place.
fn objection(review: &Review, record: &Content<'_>, instead: &[&Content<'_>]) -> Option<Objection> {
    if record.digest != Some(&review.digest) {
        return Some(Objection::OtherContent);
    }
    if record.is_of(&review.by) {
        return Some(Objection::OwnRecord);
    }
    let before = instead.iter().filter(|other| other.finalised.is_some_and(|finalised| finalised < review.at));
    before.min_by_key(|other| (other.finalised, other.id)).map(|other| Objection::Outdated(other.id.clone()))
}

/// Says whether an approval of the leadership is by the only person who approved for the department.
fn is_alone(review: &Review, said: &[&Review]) -> bool {
    let approved = |one: &&&Review| one.decision == Decision::Approved && one.level == Level::Department;
    let mut department = said.iter().filter(approved).map(|one| one.by.trim()).peekable();
    let by_leadership = review.decision == Decision::Approved && review.level == Level::Leadership;
    by_leadership && department.peek().is_some() && department.all(|by| by == review.by.trim())
}

fn judge(said: &[&Review], levels: u8) -> Standing {
    let overruled: HashSet<&ReviewId> = said
        .iter()
        .filter(|review| review.decision == Decision::Approved)
        .flat_map(|review| &review.overrules)
        .collect();
    let returns = said.iter().filter(|review| review.decision == Decision::Returned);
    if let Some(level) = returns.filter(|review| !overruled.contains(&review.id)).map(|review| review.level).max() {
        return Standing::Returned(level);
    }
    let approved = |level: Level| -> BTreeSet<&str> {
        let of_level = said.iter().filter(|review| review.decision == Decision::Approved && review.level == level);
        of_level.map(|review| review.by.trim()).collect()
    };
    let (department, leadership) = (approved(Level::Department), approved(Level::Leadership));
    match levels {
        0 | 1 if department.is_empty() && leadership.is_empty() => Standing::Awaiting(Level::Department),
        0 | 1 => Standing::Approved,
        _ if department.is_empty() => Standing::Awaiting(Level::Department),
        _ if leadership.iter().any(|by| department.iter().any(|other| other != by)) => Standing::Approved,
        _ => Standing::Awaiting(Level::Leadership),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::review::tests::review;

    use Decision::{Approved as Yes, Returned as No};
    use Level::{Department as One, Leadership as Two};

    /// Judges record R2, a correction of R1, both by 林明; R3 is a draft.
    fn standings(reviews: &[Review], levels: u8) -> Standings {
        let ids = ["R1", "R2", "R3"].map(|id| RecordId(id.into()));
        let digests = ["R1", "R2", "R3"].map(|id| Digest::of(id.as_bytes()));
        let moment = |hour: u32| format!("2026-11-21T{hour:02}:00:00+08:00").parse().ok();
        let inspectors = ["林明 ".to_owned()];
        let answered_by = ["赵强".to_owned()];
        let record = |at: usize, revises: Option<usize>, finalised| Content {
            id: &ids[at],
            revises: revises.map(|at| &ids[at]),
            finalised,
            digest: Some(&digests[at]),
            inspectors: &inspectors,
            answered_by: &answered_by,
            finalised_by: Some("赵刚"),
        };
        let records = [record(0, None, moment(10)), record(1, Some(0), moment(12)), record(2, Some(1), None)];
        Standings::new(&records, reviews, levels)
    }

    #[test]
    fn approvals_and_returns_lead_to_the_standing() {
        let overruling = |id: &str, level, by: &str, of: &str| Review {
            overrules: vec![ReviewId(of.to_owned())],
            ..review(id, "R2", level, Yes, by)
        };
        let cases: [(Vec<Review>, u8, Standing); 13] = [
            (vec![], 1, Standing::Awaiting(One)),
            (vec![review("A", "R2", One, Yes, "王芳")], 1, Standing::Approved),
            (vec![review("A", "R2", One, Yes, "王芳")], 2, Standing::Awaiting(Two)),
            (vec![review("A", "R2", Two, Yes, "孙主任")], 2, Standing::Awaiting(One)),
            (vec![review("A", "R2", One, Yes, "王芳"), review("B", "R2", Two, Yes, "孙主任")], 2, Standing::Approved),
            (
                vec![review("A", "R2", One, Yes, "王芳"), review("B", "R2", Two, Yes, "王芳")],
                2,
                Standing::Awaiting(Two),
            ),
            (vec![review("A", "R2", One, No, "王芳")], 1, Standing::Returned(One)),
            (
                vec![review("A", "R2", One, No, "王芳"), review("B", "R2", One, Yes, "钱科长")],
                1,
                Standing::Returned(One),
            ),
            (vec![review("A", "R2", One, No, "王芳"), overruling("B", One, "钱科长", "A")], 1, Standing::Approved),
            (
                vec![review("A", "R2", One, Yes, "王芳"), review("B", "R2", Two, No, "孙主任")],
                2,
                Standing::Returned(Two),
            ),
            (
                vec![review("A", "R2", One, Yes, "林明"), review("B", "R2", One, Yes, "赵刚")],
                1,
                Standing::Awaiting(One),
            ),
            // Whoever filled in half of it looks at their own work.
            (vec![review("A", "R2", One, Yes, "赵强")], 1, Standing::Awaiting(One)),
            // What counts for nothing takes nothing back either.
            (
                vec![
                    review("A", "R2", One, Yes, "王芳"),
                    review("B", "R2", Two, No, "孙主任"),
                    overruling("C", Two, "王芳", "B"),
                ],
                2,
                Standing::Returned(Two),
            ),
        ];
        for (mut reviews, levels, expected) in cases {
            assert_eq!(standings(&reviews, levels).records[1], expected, "{reviews:?}");
            reviews.reverse();
            assert_eq!(standings(&reviews, levels).records[1], expected, "in another order: {reviews:?}");
        }
    }

    #[test]
    fn a_correction_takes_the_place_and_a_draft_does_not() {
        let records = standings(&[], 1).records;
        assert_eq!(records[0], Standing::Superseded(RecordId("R2".into())));
        assert_eq!(records[1..], [Standing::Awaiting(One), Standing::Draft]);
    }

    #[test]
    fn what_counts_for_nothing_says_why() {
        let mut other = review("B", "R2", One, Yes, "王芳");
        other.digest = Digest::of(b"changed by hand");
        let mut early = review("D", "R1", One, No, "王芳");
        early.at = "2026-11-21T11:00:00+08:00".parse().expect("a moment");
        let reviews = [
            review("A", "R9", One, Yes, "王芳"),
            other,
            review("C", "R2", One, Yes, "林明"),
            early,
            review("E", "R1", One, Yes, "王芳"),
            review("F", "R2", One, Yes, "王芳"),
            review("G", "R2", Two, Yes, "王芳"),
        ];
        let expected = [
            Some(Objection::NoRecord),
            Some(Objection::OtherContent),
            Some(Objection::OwnRecord),
            None,
            Some(Objection::Outdated(RecordId("R2".into()))),
            None,
            Some(Objection::SamePerson),
        ];
        assert_eq!(standings(&reviews, 2).objections, expected);
    }
}
