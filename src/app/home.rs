//! The first screen: tasks, what is due, drafts, last records.

use chrono::{Days, NaiveDate};

use super::{data::Data, list::Selection};
use crate::{
    inspection::RecordId,
    plan::{ClauseId, PlanId},
};

/// How many rows each group shows at most.
const TASKS: usize = 8;
const RETURNED: usize = 6;
const REVIEWS: usize = 6;
const DUE: usize = 6;
const DRAFTS: usize = 8;
const RECENT: usize = 10;

/// How long before a deadline of a plan it is shown, in days.
const AHEAD: u64 = 60;
/// How long before the next inspection of a unit it is shown, in days.
const AGAIN: u64 = 14;

/// The first screen.
#[derive(Debug, Default)]
pub struct Home {
    /// The selected row.
    pub selection: Selection,
}

/// A row of the first screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HomeRow {
    /// An open task of the inspector, by its position among all.
    Task(usize),
    /// A record of the inspector that was returned.
    Returned(RecordId),
    /// A record that waits for a review by the one who works on this computer.
    Review(RecordId),
    /// Findings of a record have to be put right by a day.
    Rectification(NaiveDate, RecordId),
    /// A unit is to be inspected again, by the position among the next dates.
    Again(usize),
    /// A clause of a plan is due on a day.
    Deadline {
        /// The last day.
        day: NaiveDate,
        /// The plan.
        plan: PlanId,
        /// The clause.
        clause: ClauseId,
        /// Its section.
        section: String,
        /// What is due.
        text: String,
    },
    /// A draft.
    Draft(RecordId),
    /// A finalised record.
    Recent(RecordId),
}

impl Home {
    /// Lists the rows, group by group.
    pub fn rows(data: &Data, today: NaiveDate) -> Vec<HomeRow> {
        let horizon = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
        let rectifications =
            data.due().into_iter().map(|(day, row)| (day, HomeRow::Rectification(day, row.id.clone())));
        let deadlines = data.plans.iter().flat_map(|plan| {
            plan.deadlines.iter().filter(|deadline| (today..=horizon).contains(&deadline.day)).map(|deadline| {
                let row = HomeRow::Deadline {
                    day: deadline.day,
                    plan: plan.id.clone(),
                    clause: deadline.clause.clone(),
                    section: deadline.section.clone(),
                    text: deadline.text.clone(),
                };
                (deadline.day, row)
            })
        });
        let soon = today.checked_add_days(Days::new(AGAIN)).unwrap_or(today);
        let dates = data.next_dates.iter().enumerate().take_while(|(_, date)| date.day <= soon);
        let again = dates.map(|(at, date)| (date.day, HomeRow::Again(at)));
        let mut due: Vec<_> = rectifications.chain(deadlines).chain(again).collect();
        due.sort_by_key(|(day, _)| *day);
        let tasks = data.own_tasks.iter().take(TASKS).map(|&at| HomeRow::Task(at));
        let record = |at: &usize| data.records[*at].id.clone();
        tasks
            .chain(data.returned.iter().take(RETURNED).map(record).map(HomeRow::Returned))
            .chain(data.to_review.iter().take(REVIEWS).map(record).map(HomeRow::Review))
            .chain(due.into_iter().take(DUE).map(|(_, row)| row))
            .chain(data.drafts().take(DRAFTS).map(|row| HomeRow::Draft(row.id.clone())))
            .chain(data.finalised().take(RECENT).map(|row| HomeRow::Recent(row.id.clone())))
            .collect()
    }
}
