//! Open tasks that carry out a clause which is no longer what it was when they were made, and who looked at them.
//!
//! A campaign is looked at as a whole: its tasks were made from one wording, and what is said of it holds for all of them.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{CampaignId, Task, TaskId, model::CarriedClause};
use crate::{
    moments,
    plan::{Clause, ClauseId, CorrectedDemand, Plan, PlanId},
};

/// Open tasks of a campaign that carry out a clause which changed or is gone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SuspectTasks {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its open tasks that were made from the clause as it was, by number.
    pub tasks: Vec<TaskId>,
    /// The plan.
    pub plan: PlanId,
    /// The clause.
    pub clause: ClauseId,
    /// What the clause says now; nothing where it is gone.
    pub now: Option<String>,
    /// What of it was corrected by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<CorrectedDemand>,
    /// The digest of what it demands now; empty where it is gone.
    pub fingerprint: String,
}

/// That somebody looked at the suspect tasks of a campaign and let them stand, for one wording of the clause with one
/// correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskAcceptance {
    /// The campaign.
    pub campaign: CampaignId,
    /// The plan.
    pub plan: PlanId,
    /// The clause.
    pub clause: ClauseId,
    /// The digest of what the clause demanded as it was looked at; empty where it is gone.
    #[serde(default)]
    pub fingerprint: String,
    /// Why they may stand.
    pub reason: String,
    /// Who says so.
    pub by: String,
    /// When.
    #[serde(deserialize_with = "moments::spelt")]
    pub at: DateTime<FixedOffset>,
}

impl TaskAcceptance {
    fn is_of(&self, suspect: &SuspectTasks) -> bool {
        (&self.campaign, &self.plan, &self.clause, &self.fingerprint)
            == (&suspect.campaign, &suspect.plan, &suspect.clause, &suspect.fingerprint)
    }
}

/// Lists the suspect tasks among some open ones that nobody has accepted, by campaign and clause, in the order of the tasks.
///
/// A clause of a plan that is not here, or that a task names without a fingerprint, cannot be judged.
pub fn suspect_tasks<'task>(
    open: impl IntoIterator<Item = &'task Task>,
    plans: &[Plan],
    accepted: &[TaskAcceptance],
) -> Vec<SuspectTasks> {
    let mut found: Vec<SuspectTasks> = Vec::new();
    for task in open {
        for own in task.clauses.iter().filter(|own| !own.fingerprint.is_empty()) {
            let Some(suspect) = suspect(task, own, plans) else { continue };
            let same = |known: &&mut SuspectTasks| {
                (&known.campaign, &known.plan, &known.clause) == (&suspect.campaign, &suspect.plan, &suspect.clause)
            };
            match found.iter_mut().find(same) {
                Some(known) => known.tasks.extend(suspect.tasks),
                None => found.push(suspect),
            }
        }
    }
    found.retain(|suspect| !accepted.iter().any(|acceptance| acceptance.is_of(suspect)));
    found
}

/// Judges a clause that a task carries out; nothing where it is what it was.
fn suspect(task: &Task, own: &CarriedClause, plans: &[Plan]) -> Option<SuspectTasks> {
    let plan = plans.iter().find(|plan| plan.head.id == own.plan)?;
    let clause = plan.clauses.iter().find(|clause| clause.id == own.clause);
    let fingerprint = clause.map_or_else(String::new, Clause::demand);
    (fingerprint != own.fingerprint).then(|| SuspectTasks {
        campaign: task.campaign.clone(),
        tasks: vec![task.id.clone()],
        plan: own.plan.clone(),
        clause: own.clause.clone(),
        now: clause.map(|clause| clause.text.clone()),
        corrected: clause.and_then(Clause::corrected_demand),
        fingerprint,
    })
}
