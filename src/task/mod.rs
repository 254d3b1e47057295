//! Tasks (检查任务): campaigns that make them, their state, completion rates, and the random draw (双随机).
//!
//! This module does no input or output, knows no clock, and has no chance but the one that a seed gives.

mod affected;
mod campaign;
mod completion;
pub mod draw;
mod due;
mod model;
mod public_list;
mod suspect;
mod target;

pub use affected::affected;
pub use campaign::{Campaign, CampaignId, Demands, Made, PlanClause, Target, Team, make_tasks};
pub use completion::{Completion, TaskState, Visit, Visits};
pub use due::{Inspected, NextDate, next_dates};
pub use model::{Action, CarriedClause, Event, Task, TaskId, read_task, write_task};
pub use public_list::{ListForm, public_list};
pub use suspect::{SuspectTasks, TaskAcceptance, suspect_tasks};
pub use target::missing;

/// The example of a campaign that a new workspace has.
pub const SAMPLE_CAMPAIGN: &str = include_str!("../../checklists/sample/campaign.toml");
/// The example of a scheme for a draw that a new workspace has.
pub const SAMPLE_DRAW: &str = include_str!("../../checklists/sample/draw.toml");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_can_be_used() {
        Campaign::read(SAMPLE_CAMPAIGN).expect("a campaign");
        draw::Scheme::read(SAMPLE_DRAW).expect("a scheme");
    }
}
