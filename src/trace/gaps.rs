//! Where the links break off: clauses nobody checks, clauses never inspected, items whose clause changed, and the figures.

use serde::Serialize;

use super::{
    known::Known,
    links::{Group, Line, Sort, target_lines},
};
use crate::{
    checklist::Suspect,
    i18n::Text,
    plan::{CorrectedDemand, Scope, Values},
    report::tally::{ClauseCount, PlanCount, Target},
    task::SuspectTasks,
    text,
};

/// A clause at which the links break off.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unchecked {
    /// The plan.
    pub plan: String,
    /// The clause.
    pub clause: String,
    /// Its section.
    pub section: String,
    /// What it says.
    pub text: String,
    /// The items that would check it.
    pub items: Vec<String>,
}

/// Where the links break off, and how far the figures are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Gaps {
    /// Clauses that can be checked and that no item of a checklist in use asks about.
    pub without_item: Vec<Unchecked>,
    /// Clauses with items that were not judged at any unit in the period.
    pub never_inspected: Vec<Unchecked>,
    /// Items that hang on a clause which changed.
    pub suspects: Vec<Suspect>,
    /// Open tasks that carry out a clause which changed.
    pub suspect_tasks: Vec<SuspectTasks>,
    /// The figures: plan, clause, and target against actual value.
    pub targets: Vec<(String, String, Target)>,
}

impl Gaps {
    /// Finds them.
    pub fn of(known: &Known) -> Self {
        let named = |suspect: &Suspect| {
            let item = known.item(&suspect.checklist.0, &suspect.item);
            let text = item.map_or(suspect.text.as_str(), |item| item.text.show(known.lang)).to_owned();
            Suspect { text, ..suspect.clone() }
        };
        let mut gaps = Self {
            suspects: known.suspects.iter().map(named).collect(),
            suspect_tasks: known.suspect_tasks.clone(),
            ..Self::default()
        };
        for plan in &known.tally.plans {
            for clause in plan.clauses.iter().filter(|clause| clause.scope != Scope::Neither) {
                if !known.is_asked_about(clause) {
                    gaps.without_item.push(unchecked(plan, clause));
                } else if clause.is_untouched() {
                    gaps.never_inspected.push(unchecked(plan, clause));
                }
                let targets = clause.targets.iter().cloned();
                gaps.targets.extend(targets.map(|target| (plan.id.clone(), clause.id.clone(), target)));
            }
        }
        gaps
    }
}

impl Gaps {
    /// Puts them into the groups in which they are shown.
    pub fn groups(&self, known: &Known) -> Vec<Group> {
        let clause = |one: &Unchecked| {
            let id = format!("{}/{}", one.plan, one.clause);
            Line::new(1, Sort::Clause, id, format!("{} {}", one.section, one.text))
        };
        let suspect = |one: &Suspect| {
            let line = Line::new(1, Sort::Item, format!("{}/{}", one.checklist, one.item), one.text.clone());
            let line = match &one.now {
                None => line.with(text!("trace.gone", was = one.was)),
                Some(now) if one.reworded => line.with(text!("trace.reworded", was = one.was, now = now)),
                Some(now) if one.corrected.is_none() => line.with(text!("trace.correction-gone", now = now)),
                Some(_) => line,
            };
            one.corrected.iter().fold(line, |line, corrected| line.with(correction(known, corrected)))
        };
        let tasks = |one: &SuspectTasks| {
            let id = one.tasks.first().map_or("", |id| &id.0);
            let clause = format!("{}/{}", one.plan, one.clause);
            let text = text!("trace.tasks", campaign = one.campaign, count = one.tasks.len(), clause = clause);
            let line = Line::new(1, Sort::Task, id, text.show(known.lang));
            let line = match &one.now {
                Some(now) => line.with(text!("trace.now", now = now)),
                None => line.with(text!("trace.suspect-gone")),
            };
            one.corrected.iter().fold(line, |line, corrected| line.with(correction(known, corrected)))
        };
        let suspects = self.suspects.iter().map(suspect).chain(self.suspect_tasks.iter().map(tasks)).collect();
        let mut groups = vec![
            Group { name_key: "trace-group.suspects", lines: suspects },
            Group { name_key: "trace-group.without-item", lines: self.without_item.iter().map(clause).collect() },
        ];
        if known.is_counted {
            let lines = self.never_inspected.iter().map(clause).collect();
            groups.push(Group { name_key: "trace-group.never-inspected", lines });
            let lines = self.targets.iter();
            let lines = lines.flat_map(|(plan, clause, target)| target_lines(known, plan, clause, target, 1)).collect();
            groups.push(Group { name_key: "trace-group.targets", lines });
        }
        groups
    }
}

/// Says what a correction says against what was read.
fn correction(known: &Known, CorrectedDemand { read, now }: &CorrectedDemand) -> Text {
    let shown = |values: &Values| values.show(known.lang, |topic| topic.0.clone());
    text!("trace.corrected", was = shown(read), now = shown(now))
}

fn unchecked(plan: &PlanCount, clause: &ClauseCount) -> Unchecked {
    Unchecked {
        plan: plan.id.clone(),
        clause: clause.id.clone(),
        section: clause.section.clone(),
        text: clause.text.clone(),
        items: clause.items.clone(),
    }
}
