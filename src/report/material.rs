//! What a tally is counted from: facts, checklists, plans, register, gathered from the workspace once.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;

use super::tally::{LeftOut, Reason, Source};
use crate::{
    checklist::{Checklist, ChecklistId, Digest},
    error::{Error, Result},
    facility::{Facility, FacilityId},
    i18n::Lang,
    inspection::RecordId,
    plan::{Plan, Topic},
    store::{Acceptances, Facts, RecordFact, Unread, Workspace, read_digest},
    task::{Task, Visit, Visits},
};

/// Everything a tally is counted from.
#[derive(Debug)]
pub struct Material {
    /// The name of the bureau.
    pub bureau: String,
    /// The facts of all records.
    pub facts: Arc<Facts>,
    /// The exact checklists of the records, by digest.
    pub pinned: HashMap<String, Arc<Checklist>>,
    /// The checklists in use.
    pub in_use: Vec<Arc<Checklist>>,
    /// The plans.
    pub plans: Vec<Plan>,
    /// The register of units.
    pub register: Vec<Facility>,
    /// The tasks.
    pub tasks: Vec<Task>,
    /// Which items and tasks may stand although their clause changed.
    pub acceptances: Acceptances,
    /// The topics.
    pub topics: Vec<Topic>,
    /// The titles of the campaigns that tasks belong to.
    pub campaigns: HashMap<String, String>,
    /// The register and the plans, with their digests.
    pub files: Vec<Source>,
    /// The numbers of the records that a review returned.
    pub returned: HashSet<RecordId>,
    /// The records and the ledger files that could not be read, or that nothing stands behind.
    pub damaged: Vec<LeftOut>,
    /// Why those could not be read.
    pub unread: Vec<Error>,
    /// What else could not be read.
    pub troubles: Vec<Error>,
}

impl Material {
    /// Gathers what the workspace has.
    pub fn gather(workspace: &Workspace) -> Result<Self> {
        let (facts, unread) = workspace.facts();
        let mut material = Self::of(workspace, facts, unread)?;
        material.returned = workspace.returned();
        Ok(material)
    }

    /// Gathers what the workspace has besides the facts of certain records.
    pub fn beside(workspace: &Workspace, facts: Facts) -> Result<Self> {
        Self::of(workspace, facts, Unread::default())
    }

    fn of(workspace: &Workspace, facts: Facts, unread: Unread) -> Result<Self> {
        let pinned = pinned(workspace, &facts);
        let mut troubles = Vec::new();
        let mut files = Vec::new();
        let root = workspace.root();
        let mut source = |sort: &str, id: &str, title: &str, path: &std::path::Path| {
            if let Some(digest) = read_digest(path) {
                let [sort, id, title] = [sort, id, title].map(str::to_owned);
                files.push(Source { sort, id, title, digest: digest.0.to_string() });
            }
        };
        source("register", "facilities.toml", "", &root.join("facilities.toml"));
        let rows = workspace.plans();
        troubles.extend(rows.damaged);
        let mut plans = Vec::new();
        for row in rows.found {
            match workspace.plan(&row.id) {
                Ok(plan) => {
                    source("plan", &row.id.0, &row.title, &root.join("plans").join(&row.id.0).join("plan.toml"));
                    plans.push(plan);
                }
                Err(error) => troubles.push(error),
            }
        }
        let register = workspace.facilities();
        troubles.extend(register.damaged);
        let tasks = workspace.tasks();
        troubles.extend(tasks.damaged);
        let in_use = workspace.checklists();
        troubles.extend(in_use.damaged);
        let acceptances = workspace.acceptances().unwrap_or_else(|error| {
            troubles.push(error);
            Acceptances::default()
        });
        let campaigns = workspace.campaign_titles(&tasks.found);
        let inside = |error: &Error| {
            error.path().map_or_else(String::new, |path| {
                let inside = path.strip_prefix(root).unwrap_or(path);
                inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
            })
        };
        let left_out = |reason: Reason, path: String| LeftOut { reason, path, about: String::new() };
        let records = unread.records.iter().map(|error| left_out(Reason::Damaged, inside(error)));
        let ledgers = unread.ledgers.iter().map(|error| left_out(Reason::DamagedLedger, inside(error)));
        let strays = unread.strays.into_iter().map(|path| left_out(Reason::NoRecord, path));
        let damaged = records.chain(ledgers).chain(strays).collect();
        let unread = unread.records.into_iter().chain(unread.ledgers).collect();
        Ok(Self {
            bureau: workspace.settings().bureau.clone(),
            returned: HashSet::new(),
            damaged,
            facts: Arc::new(facts),
            pinned,
            in_use: in_use.found.into_iter().map(|file| file.checklist).collect(),
            plans,
            register: register.found,
            tasks: tasks.found,
            acceptances,
            topics: workspace.topics()?.all().to_vec(),
            campaigns,
            files,
            unread,
            troubles,
        })
    }
}

impl Material {
    /// Brings the records together with the register, for the states that tasks had at the end of a day, as
    /// [`visits`](crate::store::visits) does.
    pub fn visits_on(&self, day: NaiveDate) -> Visits {
        let facts = &self.facts;
        let superseded = facts.superseded_on(day);
        let drafts = facts.records.iter().filter(|record| !record.is_finalised());
        let corrected: HashSet<&str> = drafts.filter_map(|record| Some(facts.word(record.revises()?))).collect();
        let stands = |record: &RecordFact| {
            let id = facts.word(record.id);
            !corrected.contains(id) && !self.returned.contains(id)
        };
        let visit = |record: &RecordFact| Visit {
            facility: FacilityId(facts.word(record.facility).to_owned()),
            checklist: ChecklistId(facts.word(record.checklist).to_owned()),
            started: record.day(),
            finalised: record.finalised_on().filter(|finalised| *finalised <= day && stands(record)),
        };
        let counts = |record: &&RecordFact| record.day() <= day && !superseded.contains(facts.word(record.id));
        Visits::new(facts.records.iter().filter(counts).map(visit), &self.register)
    }

    /// Takes back what was said of findings after a day, what became of tasks, and what reviews said of records.
    pub fn on(mut self, workspace: &Workspace, day: NaiveDate) -> Result<Self> {
        self.facts = workspace.facts_on(&self.facts, day)?;
        self.returned = workspace.returned_on(day);
        self.tasks.retain_mut(|task| {
            let had_events = !task.event.is_empty();
            task.event.retain(|event| event.at.date_naive() <= day);
            // A task whose first entry is later had not been given yet.
            !(had_events && task.event.is_empty())
        });
        Ok(self)
    }

    /// Returns the name of a topic; nothing where the workspace does not know it.
    pub fn topic_name(&self, id: &str, lang: Lang) -> Option<String> {
        let topic = self.topics.iter().find(|topic| topic.id.0 == id)?;
        Some(if lang == Lang::Zh { topic.zh.clone() } else { topic.en.clone() })
    }

    /// Says whether the ledger file of a record cannot be read.
    pub fn has_damaged_ledger(&self, record: &str) -> bool {
        let ending = format!("/{record}.toml");
        self.damaged.iter().any(|one| one.reason == Reason::DamagedLedger && one.path.ends_with(&ending))
    }
}

/// Reads the exact checklists of the records that were judged.
///
/// One that has gone since leaves its records out, as one that was never there does.
fn pinned(workspace: &Workspace, facts: &Facts) -> HashMap<String, Arc<Checklist>> {
    let mut seen = HashSet::new();
    let judged = facts.records.iter().filter(|record| record.judged && seen.insert(record.checklist_digest));
    judged
        .filter_map(|record| {
            let digest = facts.word(record.checklist_digest).to_owned();
            let checklist = workspace.checklist_version(&Digest(digest.as_str().into())).ok()?;
            Some((digest, checklist))
        })
        .collect()
}
