//! Questions and lists in front of a screen.

use super::{
    correct::Correcting,
    counting::Limit,
    field::Field,
    form::Form,
    incoming::HeldRegister,
    list::{Narrowed, Selection},
    message::Against,
    path::PathPanel,
    plan::Way,
    plan_screen::Facet,
    returned::{HeldLedger, Importing},
    units::UnitDialog,
};
use crate::{
    checklist::{ItemId, Request},
    i18n::Text,
    inspection::{RecordId, Tally},
    ledger::{Action, Contradiction, FindingId},
    plan::{Plan, PlanId, Scope, Topic, TopicId},
    store::{GeneratedFile, MovedDraft, Phrase},
    task::{Action as TaskAction, Task},
    trace::Subject,
};

/// A question or a list in front of a screen.
#[derive(Debug)]
pub enum Dialog {
    /// What stands in the way of finalising; the selected one is jumped to.
    Blockers(Selection),
    /// Whether to finalise, with what came out.
    Finalise(Tally),
    /// Which file to import.
    Import(Importing, PathPanel),
    /// What a ledger that came back comes to; the selected row is shown in full.
    Returned(Box<HeldLedger>, Selection),
    /// What a register from elsewhere comes to; the selected row is shown in full.
    Register(Box<HeldRegister>, Selection),
    /// Which paper of a record is to be written, as what and where.
    Papers(RecordId, Form),
    /// The passphrase with which the keys of this computer are sealed.
    Passphrase(Field),
    /// What to generate.
    Generate {
        /// The plan.
        plan: PlanId,
        /// What can be chosen.
        choices: Vec<GenerateChoice>,
        /// The selected one.
        selection: Selection,
    },
    /// What is to be said of a clause against what was read.
    Correct(Correcting),
    /// What a plan is to be compared with.
    Compare {
        /// The plan.
        plan: PlanId,
        /// What can be chosen.
        choices: Vec<Against>,
        /// The selected one.
        selection: Selection,
    },
    /// What would be generated.
    Preview {
        /// The plan.
        plan: PlanId,
        /// What is asked for.
        request: Request,
        /// The files that would be made or changed.
        files: Vec<GeneratedFile>,
        /// What is to be said about it.
        notes: Vec<Text>,
        /// The selected file.
        selection: Selection,
    },
    /// What the clauses of the plan are narrowed by.
    Filter(Field),
    /// What a count is narrowed to.
    Limits {
        /// What can be chosen.
        limits: Vec<Limit>,
        /// The list of it; behind its end stands a period that was typed.
        list: Narrowed,
    },
    /// Into which folder reports go.
    Folder(Field),
    /// What moving the open draft to a newer version would come to.
    Move(Box<MovedDraft>, Selection),
    /// Whether these drafts of one inspection are to become one, the one that goes on first.
    Join(Vec<RecordId>),
    /// Why the open draft is given up.
    GiveUp(Field),
    /// Whether to decide what is in dispute about a finding by what was said at this place.
    Settle(Box<Contradiction>, usize),
    /// Phrases for the field of a finding.
    Phrases {
        /// The phrases.
        phrases: Vec<Phrase>,
        /// The list of them, narrowed by typing.
        list: Narrowed,
    },
    /// What the clauses of the plan are narrowed to.
    Facets {
        /// What can be chosen, with how many clauses it holds for.
        facets: Vec<(Facet, usize)>,
        /// The list of it.
        list: Narrowed,
    },
    /// Where a clause or an item leads, where there are several places.
    Ways {
        /// The places.
        ways: Vec<Way>,
        /// The selected one.
        selection: Selection,
    },
    /// What became of a finding.
    Step {
        /// The finding.
        finding: FindingId,
        /// What can have become of it.
        actions: Vec<Action>,
        /// The chosen one.
        chosen: usize,
        /// Why, who, and by when.
        form: Form,
    },
    /// What is done with a task.
    TaskStep {
        /// The task.
        task: Box<Task>,
        /// What can be done with it.
        actions: Vec<TaskAction>,
        /// The chosen one.
        chosen: usize,
        /// Who inspects, and why.
        form: Form,
    },
    /// Whether to begin the inspection of a task that others have.
    OthersTask(Box<Task>),
    /// What is to become of a unit of the register.
    Unit(UnitDialog),
    /// Why an item of a record is returned.
    Reason {
        /// The item.
        item: ItemId,
        /// What is typed.
        field: Field,
    },
    /// Why an item or tasks whose clause changed may stand.
    Accept {
        /// The item, or one of the tasks.
        subject: Subject,
        /// What is typed.
        field: Field,
    },
    /// What a review comes to.
    Decide(Form),
    /// Everything about the item in hand; the line that is looked at.
    Item(Selection),
    /// What could not be read.
    Damaged(Selection),
    /// Whether to end although something is not on disk.
    EndUnsaved,
}

impl Dialog {
    /// Returns the field of a question that is answered in one line.
    pub(super) fn answer_field(&mut self) -> Option<&mut Field> {
        match self {
            Self::Folder(field)
            | Self::Passphrase(field)
            | Self::GiveUp(field)
            | Self::Reason { field, .. }
            | Self::Accept { field, .. } => Some(field),
            _ => None,
        }
    }
}

/// Something that can be generated.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerateChoice {
    /// What is asked for.
    pub request: Request,
    /// A section's path and title, or a topic's name; empty for everything.
    pub name: String,
    /// How many clauses there are for it.
    pub clauses: usize,
}

impl GenerateChoice {
    /// Lists what can be generated from a plan: everything, the section in hand, and each topic that has clauses.
    pub fn all(plan: &Plan, section: Option<(&str, &str)>, topics: &[Topic], chinese: bool) -> Vec<Self> {
        let usable = |clause: &&crate::plan::Clause| clause.scope != Scope::Neither;
        let mut choices = vec![Self {
            request: Request::Everything,
            name: String::new(),
            clauses: plan.clauses.iter().filter(usable).count(),
        }];
        if let Some((id, title)) = section {
            let below = format!("{id}/");
            let inside = |clause: &&crate::plan::Clause| clause.section == id || clause.section.starts_with(&below);
            choices.push(Self {
                request: Request::Section(id.to_owned()),
                name: format!("{id} {title}"),
                clauses: plan.clauses.iter().filter(usable).filter(inside).count(),
            });
        }
        let mut of_topics = Vec::new();
        for topic in topics {
            let about = |clause: &&crate::plan::Clause| clause.topics.first() == Some(&topic.id);
            let clauses = plan.clauses.iter().filter(usable).filter(about).count();
            if clauses > 0 || topic.bank.is_some() {
                let name = if chinese { topic.zh.clone() } else { topic.en.clone() };
                of_topics.push(Self { request: Request::Topic(TopicId(topic.id.0.clone())), name, clauses });
            }
        }
        // Topics that the plan says nothing about come last; there is only their bank.
        of_topics.sort_by_key(|choice| choice.clauses == 0);
        choices.extend(of_topics);
        choices
    }
}
