//! A campaign (督查方案): which units are inspected with which checklists, by whom, by when; and the tasks it makes.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    draw::Pairing,
    model::{Action, CarriedClause, Event, Task, TaskId},
};
use crate::{
    calendar::Calendar,
    checklist::ChecklistId,
    error::{Error, Result, in_toml},
    facility::{Facility, FacilityId},
    moments,
    plan::{ClauseId, PlanId},
    text,
};

/// The identity of a campaign: the name of its file without `.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CampaignId(pub String);

impl fmt::Display for CampaignId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A clause of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanClause {
    /// The plan.
    pub plan: PlanId,
    /// The clause.
    pub clause: ClauseId,
}

/// A campaign as its file says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// The title.
    pub title: String,
    /// The first day.
    #[serde(deserialize_with = "moments::spelt")]
    pub from: NaiveDate,
    /// The last day on which a task is due.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "moments::spelt_or_none")]
    pub due: Option<NaiveDate>,
    /// Instead of a day: how many working days after the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_workdays: Option<u32>,
    /// The checklists; every unit gets a task for each.
    pub checklists: Vec<ChecklistId>,
    /// The clauses of plans that it carries out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<PlanClause>,
    /// The units.
    #[serde(default)]
    pub target: Target,
    /// The teams; a unit goes to one that is for its district, else to one for every district, in turn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub team: Vec<Team>,
}

/// Which units a campaign is about: all that fit every list that is not empty, and those that are named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Districts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub districts: Vec<String>,
    /// Levels, by their first characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// Units by their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facilities: Vec<FacilityId>,
    /// The result of a draw in `draws/`, whose units and inspectors are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<String>,
}

/// Inspectors who go together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Who.
    pub inspectors: Vec<String>,
    /// For which districts; empty means every one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub districts: Vec<String>,
}

impl PlanClause {
    /// Says what a task carries out that is made now.
    fn carried(&self, demands: &Demands) -> CarriedClause {
        let fingerprint = demands.get(self).cloned().unwrap_or_default();
        CarriedClause { plan: self.plan.clone(), clause: self.clause.clone(), fingerprint }
    }
}

impl Campaign {
    /// Reads a campaign's file and refuses one that cannot make tasks.
    pub fn read(text: &str) -> Result<Self> {
        let campaign: Self = toml::from_str(text).map_err(|error| in_toml(text, &error))?;
        campaign.check()?;
        Ok(campaign)
    }

    /// Refuses a campaign that cannot make tasks: without checklist or target, or with a term that makes no sense.
    pub fn check(&self) -> Result<()> {
        let target = &self.target;
        let no_target = target.types.is_empty()
            && target.districts.is_empty()
            && target.levels.is_empty()
            && target.facilities.is_empty()
            && target.draw.is_none();
        let mistakes = [
            (self.title.trim().is_empty(), text!("campaign.no-title"), text!("campaign.no-title.hint")),
            (self.checklists.is_empty(), text!("campaign.no-checklist"), text!("campaign.no-checklist.hint")),
            (no_target, text!("campaign.no-target"), text!("campaign.no-target.hint")),
            (self.due.is_some() == self.due_workdays.is_some(), text!("campaign.due"), text!("campaign.due.hint")),
            (self.due_workdays == Some(0), text!("campaign.no-workdays"), text!("campaign.no-workdays.hint")),
            (
                self.due.is_some_and(|due| due < self.from),
                text!("campaign.due-before", from = self.from),
                text!("campaign.due-before.hint"),
            ),
        ];
        match mistakes.into_iter().find(|(wrong, ..)| *wrong) {
            Some((_, message, hint)) => Err(Error::input(message).hint(hint)),
            None => Ok(()),
        }
    }

    /// Returns the last day of its tasks, and the years whose holidays the calendar did not know.
    pub fn last_day(&self, calendar: &Calendar) -> (NaiveDate, Vec<i32>) {
        match (self.due, self.due_workdays) {
            (Some(due), _) => (due, Vec::new()),
            (None, workdays) => {
                let counted = calendar.after(self.from, workdays.unwrap_or(0));
                (counted.day, counted.unknown_years)
            }
        }
    }

    /// Lists the units it is about, in the order of the register; `drawn` are the units of its draw.
    pub fn units<'units>(&self, register: &'units [Facility], drawn: &[FacilityId]) -> Vec<&'units Facility> {
        let target = &self.target;
        let selects = !(target.types.is_empty() && target.districts.is_empty() && target.levels.is_empty());
        let fits = |unit: &Facility| {
            let any = |list: &[String], own: &str| list.is_empty() || list.iter().any(|known| known == own);
            selects
                && any(&target.types, &unit.facility_type)
                && any(&target.districts, &unit.district)
                && (target.levels.is_empty()
                    || target.levels.iter().any(|level| unit.level.starts_with(level.as_str())))
        };
        let named: HashSet<&FacilityId> = target.facilities.iter().chain(drawn).collect();
        let is_named = |unit: &Facility| named.contains(&unit.id) || unit.former.iter().any(|id| named.contains(id));
        register.iter().filter(|unit| is_named(unit) || fits(unit)).collect()
    }
}

/// What making tasks came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// The new tasks.
    pub tasks: Vec<Task>,
    /// How many there were already, which stay as they are.
    pub known: usize,
    /// How many of those are closed.
    pub closed: usize,
}

/// What clauses of plans demand as tasks are made: digests by plan and clause.
pub type Demands = HashMap<PlanClause, String>;

/// Makes the tasks of a campaign that do not exist yet: one for each unit and checklist.
///
/// `pairs` are the inspectors that a draw gave to units; they go before the teams.
pub fn make_tasks(
    id: &CampaignId,
    (campaign, demands): (&Campaign, &Demands),
    units: &[&Facility],
    pairs: &[Pairing],
    due: NaiveDate,
    existing: &[Task],
    by: (&str, DateTime<FixedOffset>),
) -> Made {
    let own = || existing.iter().filter(|task| task.campaign == *id);
    let known: HashMap<_, bool> =
        own().map(|task| ((&task.facility, &task.checklist), task.closing().is_some())).collect();
    let number = |task: &Task| task.id.0.rsplit('-').next().and_then(|number| number.parse::<usize>().ok());
    let mut last = own().filter_map(number).max().unwrap_or(0);
    let pairs: HashMap<&FacilityId, &Vec<String>> =
        pairs.iter().map(|pairing| (&pairing.facility, &pairing.inspectors)).collect();
    let mut turns: HashMap<Vec<usize>, usize> = HashMap::new();
    let mut made = Made::default();
    for unit in units {
        // Whether everything that the unit has of a checklist is closed; nothing where it has none.
        let closed = |checklist: &ChecklistId| {
            let own = std::iter::once(&unit.id).chain(&unit.former).filter_map(|id| known.get(&(id, checklist)));
            own.copied().reduce(|one, other| one && other)
        };
        let (old, new): (Vec<_>, Vec<_>) =
            campaign.checklists.iter().partition(|checklist| closed(checklist).is_some());
        made.known += old.len();
        made.closed += old.iter().filter(|checklist| closed(checklist) == Some(true)).count();
        if new.is_empty() {
            continue;
        }
        let inspectors = match pairs.get(&unit.id) {
            Some(pair) => (*pair).clone(),
            None => team_for(campaign, unit, &mut turns),
        };
        for checklist in new {
            last += 1;
            let created = Event {
                at: by.1,
                by: by.0.to_owned(),
                action: Action::Created,
                inspectors: inspectors.clone(),
                reason: String::new(),
            };
            made.tasks.push(Task {
                format: 1,
                id: TaskId(format!("{id}-{last:04}")),
                campaign: id.clone(),
                checklist: checklist.clone(),
                facility: unit.id.clone(),
                facility_name: unit.name.clone(),
                district: unit.district.clone(),
                from: campaign.from,
                due,
                clauses: campaign.clauses.iter().map(|own| own.carried(demands)).collect(),
                event: vec![created],
            });
        }
    }
    made
}

/// Chooses the team for a unit: those of its district take turns, else those of every district.
fn team_for(campaign: &Campaign, unit: &Facility, turns: &mut HashMap<Vec<usize>, usize>) -> Vec<String> {
    let positions = |fits: &dyn Fn(&Team) -> bool| -> Vec<usize> {
        (0..campaign.team.len()).filter(|&at| fits(&campaign.team[at])).collect()
    };
    let mut teams = positions(&|team| team.districts.contains(&unit.district));
    if teams.is_empty() {
        teams = positions(&|team| team.districts.is_empty());
    }
    if teams.is_empty() {
        return Vec::new();
    }
    let turn = turns.entry(teams.clone()).or_default();
    let team = teams[*turn % teams.len()];
    *turn += 1;
    campaign.team[team].inspectors.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAMPAIGN: &str = r#"
        title = "发热门诊专项督查"
        from = "2026-03-02"
        due_workdays = 10
        checklists = ["fever"]
        [target]
        types = ["hospital"]
        facilities = ["C1"]
        [[team]]
        inspectors = ["甲", "乙"]
        districts = ["东区"]
        [[team]]
        inspectors = ["丙", "丁"]
        [[team]]
        inspectors = ["戊", "己"]
    "#;

    fn register() -> Vec<Facility> {
        let unit = |id: &str, kind: &str, district: &str| Facility {
            id: FacilityId(id.to_owned()),
            name: format!("单位{id}"),
            facility_type: kind.to_owned(),
            district: district.to_owned(),
            ..Facility::default()
        };
        vec![
            unit("H1", "hospital", "东区"),
            unit("H2", "hospital", "西区"),
            unit("C1", "clinic", "西区"),
            unit("C2", "clinic", "东区"),
            unit("H3", "hospital", "西区"),
        ]
    }

    fn make(existing: &[Task]) -> Made {
        let campaign = Campaign::read(CAMPAIGN).expect("a campaign");
        let register = register();
        let units = campaign.units(&register, &[]);
        let at = "2026-03-01T09:00:00+08:00".parse().expect("a moment");
        let due = campaign.last_day(&Calendar::default()).0;
        make_tasks(
            &CampaignId("fever".to_owned()),
            (&campaign, &Demands::new()),
            &units,
            &[],
            due,
            existing,
            ("管理员", at),
        )
    }

    #[test]
    fn every_fitting_unit_gets_a_task_and_a_team() {
        let made = make(&[]);
        let shown: Vec<_> = made
            .tasks
            .iter()
            .map(|task| (task.id.0.as_str(), task.facility.0.as_str(), task.inspectors()[0].as_str()))
            .collect();
        let expected = [
            ("fever-0001", "H1", "甲"),
            ("fever-0002", "H2", "丙"),
            ("fever-0003", "C1", "戊"),
            ("fever-0004", "H3", "丙"),
        ];
        assert_eq!(shown, expected);
        assert_eq!(made.tasks[0].due.to_string(), "2026-03-16");
    }

    #[test]
    fn making_again_adds_only_what_is_missing() {
        let mut first = make(&[]).tasks;
        first.remove(1);
        let again = make(&first);
        assert_eq!((again.known, again.tasks.len()), (3, 1));
        assert_eq!(again.tasks[0].id.0, "fever-0005", "a number is never given twice");
        assert_eq!(again.closed, 0);
        let decided = |action| Event { action, ..first[0].event[0].clone() };
        for (actions, closed) in [
            (vec![Action::Closed], 1),
            (vec![Action::Closed, Action::Reopened], 0),
            (vec![Action::Closed, Action::Reopened, Action::Closed], 1),
        ] {
            let mut tasks = first.clone();
            tasks[0].event.extend(actions.into_iter().map(decided));
            assert_eq!((make(&tasks).known, make(&tasks).closed), (3, closed), "{:?}", tasks[0].event);
        }
    }

    #[test]
    fn a_campaign_that_cannot_make_tasks_is_refused() {
        let cases = [
            ("title = \"发热门诊专项督查\"", "title = \" \"", "campaign.no-title"),
            ("checklists = [\"fever\"]", "checklists = []", "campaign.no-checklist"),
            ("due_workdays = 10", "", "campaign.due"),
            ("due_workdays = 10", "due = \"2026-03-01\"", "campaign.due-before"),
            ("due_workdays = 10", "due_workdays = 0", "campaign.no-workdays"),
            ("types = [\"hospital\"]\n        facilities = [\"C1\"]", "", "campaign.no-target"),
        ];
        for (from, to, key) in cases {
            let error = Campaign::read(&CAMPAIGN.replace(from, to)).expect_err(key);
            assert_eq!(error.message().key(), key);
        }
    }
}
