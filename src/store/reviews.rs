//! Reviews on disk: `reviews/YYYY/MM/ID.toml`, each written once, and what somebody has noted for one that is not given yet.

use std::{
    cmp::Ordering,
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Listing, RecordRow, ReviewRules, Workspace, disk, index::Cached};
use crate::{
    error::{Error, Kind, Result},
    i18n::listed,
    inspection::{
        Content, Decision, ItemReview, Level, Objection, RecordId, Review, ReviewId, Standing, Standings, read_review,
        write_review,
    },
    text,
};

/// A review, and why it counts for nothing, if so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// The review.
    pub review: Review,
    /// Why it is kept and shown, but counts for nothing.
    pub objection: Option<Objection>,
}

/// How far the review of every record is.
#[derive(Debug, Default)]
pub struct Reviewed {
    /// One for each record, in the order in which they were given.
    pub standings: Vec<Standing>,
    /// Every review, the oldest first.
    pub opinions: Vec<Opinion>,
    /// Who has to approve.
    pub rules: ReviewRules,
    /// What could not be read.
    pub damaged: Vec<Error>,
}

impl Reviewed {
    /// Lists the reviews of a record, the oldest first.
    pub fn of<'own>(&'own self, record: &'own RecordId) -> impl Iterator<Item = &'own Opinion> {
        self.opinions.iter().filter(move |opinion| opinion.review.record == *record)
    }
}

/// What somebody has noted of a record that is being reviewed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// A remark on the whole, or empty.
    #[serde(default)]
    pub remark: String,
    /// What is said of single items.
    #[serde(default)]
    pub item: Vec<ItemReview>,
}

impl RecordRow {
    /// Returns what the review of the record depends on.
    pub fn as_content(&self) -> Content<'_> {
        Content {
            id: &self.id,
            revises: self.revises.as_ref(),
            finalised: self.finalised,
            digest: self.content.as_ref(),
            inspectors: &self.inspectors,
            answered_by: &self.answered_by,
            finalised_by: self.finalised_by.as_deref(),
        }
    }
}

impl Workspace {
    /// Reads every review and works out how far each record is.
    pub fn reviewed(&self, records: &[RecordRow]) -> Reviewed {
        let reviews = self.reviews();
        self.judged(records, reviews)
    }

    /// Works out how far each record is by certain reviews.
    fn judged(&self, records: &[RecordRow], reviews: Listing<Review>) -> Reviewed {
        let Listing { found: reviews, mut damaged } = reviews;
        let rules = self.review_rules().unwrap_or_else(|error| {
            damaged.push(error);
            // Nothing is called approved that may still wait for the leadership.
            ReviewRules { levels: 2, ..ReviewRules::default() }
        });
        let contents: Vec<Content> = records.iter().map(RecordRow::as_content).collect();
        let judged = Standings::new(&contents, &reviews, rules.levels);
        let opinions = reviews.into_iter().zip(judged.objections);
        let opinions = opinions.map(|(review, objection)| Opinion { review, objection }).collect();
        Reviewed { standings: judged.records, opinions, rules, damaged }
    }

    /// Lists the records that a review returned and whose place no correction took.
    pub fn returned(&self) -> HashSet<RecordId> {
        self.returned_on(NaiveDate::MAX)
    }

    /// Lists the records that a review had returned by the end of a day and whose place no correction had taken by then.
    pub fn returned_on(&self, day: NaiveDate) -> HashSet<RecordId> {
        let mut reviews = self.reviews();
        reviews.found.retain(|review| review.at.date_naive() <= day);
        // Most bureaus return few records; where nothing was reviewed the records need not be looked at.
        if reviews.found.is_empty() {
            return HashSet::new();
        }
        let mut records = self.records().found;
        records.retain(|record| record.finalised.is_none_or(|at| at.date_naive() <= day));
        let standings = self.judged(&records, reviews).standings;
        let returned = records.into_iter().zip(standings).filter(|(_, one)| matches!(one, Standing::Returned(_)));
        returned.map(|(row, _)| row.id).collect()
    }

    /// Gives a review of a record as it is now, or says why that is not possible.
    ///
    /// The level follows from who leads, or else from who approved before. An approval takes back the returns that are known
    /// here.
    pub fn give_review(
        &self,
        id: ReviewId,
        record: &RecordId,
        decision: Decision,
        marks: Marks,
        at: DateTime<FixedOffset>,
    ) -> Result<Review> {
        self.require_writable()?;
        let by = self.signature()?;
        let stored = self.record(record)?;
        let records = self.records().found;
        let reviewed = self.reviewed(&records);
        let own = records.iter().position(|row| row.id == *record);
        let missing = || Error::new(Kind::NotFound, text!("record.missing", id = record));
        let (row, standing) = own.map(|at| (&records[at], &reviewed.standings[at])).ok_or_else(missing)?;
        refuse(row, standing, decision, &by, &records)?;
        if let Ok(checklist) = self.checklist_of(stored.record())
            && let Some(unknown) = marks.item.iter().find(|one| checklist.item(&one.item).is_none())
        {
            return Err(Error::new(Kind::Usage, text!("review.no-item", item = unknown.item))
                .hint(text!("review.no-item.hint", record = record)));
        }
        let counting = reviewed.of(record).filter(|opinion| opinion.objection.is_none());
        let counting: Vec<&Review> = counting.map(|opinion| &opinion.review).collect();
        let level = level_for(&self.review_rules()?, &by, decision, standing, &counting)?;
        let overrules = counting.iter().filter(|review| review.decision == Decision::Returned);
        let overrules: Vec<ReviewId> = overrules.map(|review| review.id.clone()).collect();
        let review = Review {
            format: 1,
            id,
            record: record.clone(),
            // A finalised record has a digest; without one nothing could be reviewed.
            digest: row.content.clone().ok_or_else(missing)?,
            level,
            decision,
            by,
            at,
            remark: marks.remark,
            overrules: if decision == Decision::Approved { overrules } else { Vec::new() },
            item: marks.item,
        };
        review.check()?;
        let path = self.root().join("reviews").join(at.format("%Y/%m").to_string()).join(format!("{}.toml", review.id));
        disk::create(&path, write_review(&review)?.as_bytes())?;
        self.forget_marks(record);
        Ok(review)
    }

    /// Returns what was noted of a record, nothing where that cannot be read.
    pub fn marks(&self, record: &RecordId) -> Marks {
        let read = fs::read_to_string(self.marks_path(record)).ok();
        read.and_then(|text| toml::from_str(&text).ok()).unwrap_or_default()
    }

    /// Keeps what is noted of a record until the review is given.
    pub fn keep_marks(&self, record: &RecordId, marks: &Marks) -> Result<()> {
        self.require_writable()?;
        let written =
            toml::to_string(marks).map_err(|error| Error::input(text!("record.not-written")).because(error))?;
        disk::replace(&self.marks_path(record), written.as_bytes())
    }

    fn forget_marks(&self, record: &RecordId) {
        let path = self.marks_path(record);
        if let Err(error) = fs::remove_file(&path)
            && path.exists()
        {
            tracing::warn!(path = %path.display(), %error, "the notes of a review stay");
        }
    }

    fn marks_path(&self, record: &RecordId) -> PathBuf {
        self.own().join("review-notes").join(format!("{record}.toml"))
    }

    /// Reads every review, the oldest first; only files that changed since the index was written are read.
    fn reviews(&self) -> Listing<Review> {
        let mut damaged = Vec::new();
        let files = self
            .cached_rows(&mut damaged, || |path: &Path| Ok(Kept { path: self.relative(path), review: read(path)? }));
        Listing { found: files.restored().into_iter().map(|file| file.review).collect(), damaged }
    }
}

/// A review with its file, as the index keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    path: String,
    review: Review,
}

impl Cached for Kept {
    const CACHE: &str = "reviews-index";
    const FOLDER: &str = "reviews";
    const FORM: u32 = 5;
    type Kept = Vec<Self>;

    fn path(&self) -> &str {
        &self.path
    }

    /// The oldest first.
    fn order(&self, other: &Self) -> Ordering {
        fn key(file: &Kept) -> (DateTime<FixedOffset>, &ReviewId, &str) {
            (file.review.at, &file.review.id, &file.path)
        }
        key(self).cmp(&key(other))
    }

    fn keep(rows: &[Self]) -> Vec<Self> {
        rows.to_vec()
    }

    fn restore(kept: Vec<Self>) -> Vec<Self> {
        kept
    }
}

/// Returns the level at which somebody gives a review of a record that has these already.
fn level_for(
    rules: &ReviewRules,
    by: &str,
    decision: Decision,
    standing: &Standing,
    counting: &[&Review],
) -> Result<Level> {
    let is_approval = decision == Decision::Approved;
    match (rules.is_leader(by), standing) {
        (Some(true), Standing::Awaiting(Level::Department)) if is_approval => {
            return Err(Error::input(text!("review.department-first")).hint(text!("review.department-first.hint")));
        }
        (Some(false), Standing::Awaiting(Level::Leadership) | Standing::Returned(Level::Leadership)) if is_approval => {
            let leaders = listed(&rules.leaders);
            return Err(
                Error::input(text!("review.leaders-only", leaders = leaders)).hint(text!("review.same-person.hint"))
            );
        }
        (Some(leads), _) => return Ok(if leads { Level::Leadership } else { Level::Department }),
        (None, _) => {}
    }
    let approved = |review: &&&Review| review.decision == Decision::Approved && review.level == Level::Department;
    let mut department = counting.iter().filter(approved).peekable();
    if rules.levels < 2 || department.peek().is_none() {
        return Ok(Level::Department);
    }
    match (department.all(|review| review.by.trim() == by.trim()), decision) {
        (false, _) => Ok(Level::Leadership),
        (true, Decision::Returned) => Ok(Level::Department),
        (true, Decision::Approved) => {
            Err(Error::input(text!("review.same-person")).hint(text!("review.same-person.hint")))
        }
    }
}

/// Refuses a review that would count for nothing, each for its own reason.
fn refuse(row: &RecordRow, standing: &Standing, decision: Decision, by: &str, records: &[RecordRow]) -> Result<()> {
    let id = &row.id;
    let (message, hint) = match standing {
        Standing::Draft => (text!("review.draft", record = id), text!("review.draft.hint")),
        Standing::Superseded(newer) => {
            (text!("review.superseded", record = id, newer = newer), text!("review.superseded.hint", newer = newer))
        }
        Standing::Approved if decision == Decision::Approved => {
            (text!("review.approved-already", record = id), text!("review.approved-already.hint", record = id))
        }
        _ if row.as_content().is_of(by) => (text!("review.own", by = by), text!("review.own.hint")),
        _ => match records.iter().find(|other| other.revises.as_ref() == Some(id)) {
            Some(draft) => (text!("review.correcting", record = id, draft = draft.id), text!("review.correcting.hint")),
            None => return Ok(()),
        },
    };
    Err(Error::input(message).hint(hint))
}

/// Reads a review's file, which has to be named after the review.
fn read(path: &Path) -> Result<Review> {
    let review = read_review(&disk::read_toml_text(path)?).map_err(|error| error.in_file(path))?;
    if path.file_stem().is_some_and(|stem| stem == review.id.0.as_str()) {
        return Ok(review);
    }
    Err(Error::input(text!("record.other-name", id = review.id)).at(path).hint(text!("record.other-name.hint")))
}
