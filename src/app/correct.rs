//! Correcting a clause: what is wrong, what is right, and why, one question after the other.

use super::{App, Data, Dialog, Field, Narrowed, Overlay, Screen, key::Key, message::Effect};
use crate::{
    facility::Search,
    i18n::{Lang, Text},
    plan::{
        Author, Clause, ClauseId, ClauseKind, Indicator, PlanId, Scope, TopicId, Values, owners_shown, typed_owners,
    },
    store::is_deadline,
    text,
};

/// What can be chosen for a clause when it is corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorrectChoice {
    /// Where it can be checked.
    Scope(Scope),
    /// Whether it is no demand at all.
    Struck(bool),
    /// When it is due.
    Deadline,
    /// Who answers for it.
    Owners,
    /// The indicator at this place; the place behind the last is a new one.
    Indicator(usize),
    /// What sort of demand it is.
    Kind(ClauseKind),
    /// Everything as it was read.
    Automatic,
    /// Its first topic.
    Topic(TopicId),
}

/// The clause that is being corrected, and how far that has come.
#[derive(Clone, Debug)]
pub struct Correcting {
    /// The plan.
    pub plan: PlanId,
    /// The clause as it is in force.
    pub clause: Box<Clause>,
    /// What is asked now.
    pub step: CorrectStep,
}

/// What is asked while a clause is corrected.
#[derive(Clone, Debug)]
pub enum CorrectStep {
    /// What is wrong.
    Choose {
        /// What can be chosen.
        choices: Vec<CorrectChoice>,
        /// The list of it, narrowed by typing.
        list: Narrowed,
    },
    /// What is right, where it has to be typed.
    Value {
        /// What was chosen.
        choice: CorrectChoice,
        /// What is typed.
        field: Field,
        /// What is wrong with it.
        mistake: Option<Text>,
    },
    /// Why.
    Reason {
        /// What is right.
        values: Box<Values>,
        /// What is typed.
        field: Field,
    },
}

impl Correcting {
    /// Takes a key that moves or types.
    pub(super) fn key(&mut self, key: Key, data: &Data, lang: Lang) {
        let Self { clause, step, .. } = self;
        match step {
            CorrectStep::Choose { choices, list } => {
                list.key(key, |typed| find_choices(data, clause, choices, typed, lang));
            }
            CorrectStep::Value { field, mistake, .. } => {
                if field.key(key) {
                    *mistake = None;
                }
            }
            CorrectStep::Reason { field, .. } => drop(field.key(key)),
        }
    }

    /// Takes pasted text.
    pub(super) fn paste(&mut self, pasted: &str, data: &Data, lang: Lang) {
        let Self { clause, step, .. } = self;
        match step {
            CorrectStep::Choose { choices, list } => {
                list.paste(pasted, |typed| find_choices(data, clause, choices, typed, lang));
            }
            CorrectStep::Value { field, .. } | CorrectStep::Reason { field, .. } => drop(field.paste(pasted)),
        }
    }
}

impl App {
    /// Asks what is wrong with the selected clause.
    pub(super) fn choose_correction(&mut self) {
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return;
        }
        let Screen::Plan(screen) = self.screen() else { return };
        let Some(clause) = screen.selected_clause().cloned() else { return };
        let plan = screen.plan.head.id.clone();
        let choices = choices(&clause, self.data.topics.iter().map(|topic| topic.id.clone()));
        let list = Narrowed::new(choices.len());
        let step = CorrectStep::Choose { choices, list };
        self.ask_correction(Correcting { plan, clause: Box::new(clause), step });
    }

    fn ask_correction(&mut self, correcting: Correcting) {
        self.overlay = Some(Overlay::Dialog(Dialog::Correct(correcting)));
    }

    /// Takes what was answered, and asks what is still to be known.
    pub(super) fn correct(&mut self, correcting: Correcting) -> Vec<Effect> {
        let Correcting { plan, clause, step } = correcting;
        let step = match step {
            CorrectStep::Choose { choices, list } => match list.selected().and_then(|at| choices.into_iter().nth(at)) {
                None => return Vec::new(),
                Some(CorrectChoice::Automatic) => {
                    let author = self.corrector(String::new());
                    return vec![correction(plan, &clause, clause.as_read(), author)];
                }
                Some(choice @ (CorrectChoice::Deadline | CorrectChoice::Owners | CorrectChoice::Indicator(_))) => {
                    let field = Field::line(&known_value(&clause, &choice, self.lang));
                    CorrectStep::Value { choice, field, mistake: None }
                }
                Some(choice) => because(&clause, chosen_values(&clause, choice)),
            },
            CorrectStep::Value { choice, field, .. } => match typed_values(&clause, &choice, &field.text()) {
                Ok(values) => because(&clause, values),
                Err(mistake) => CorrectStep::Value { choice, field, mistake: Some(mistake) },
            },
            CorrectStep::Reason { values, field } => {
                let author = self.corrector(field.text().trim().to_owned());
                return vec![correction(plan, &clause, *values, author)];
            }
        };
        self.ask_correction(Correcting { plan, clause, step });
        Vec::new()
    }

    fn corrector(&self, reason: String) -> Author {
        let by = self.workspace.as_ref().map_or_else(String::new, |info| info.inspector.clone());
        Author { by, at: Some(self.now), reason }
    }
}

fn correction(plan: PlanId, clause: &Clause, values: Values, author: Author) -> Effect {
    let clause: ClauseId = clause.id.clone();
    Effect::CorrectPlan { plan, clause, values: Box::new(values), author }
}

/// Asks why, beginning with what was said before.
fn because(clause: &Clause, values: Values) -> CorrectStep {
    let before = clause.corrected.as_ref().map_or("", |corrected| corrected.reason.as_str());
    CorrectStep::Reason { values: Box::new(values), field: Field::line(before) }
}

/// Lists what can be corrected of a clause.
fn choices(clause: &Clause, topics: impl Iterator<Item = TopicId>) -> Vec<CorrectChoice> {
    const SCOPES: [Scope; 3] = [Scope::OnSite, Scope::Progress, Scope::Neither];
    let mut choices: Vec<_> = SCOPES.map(CorrectChoice::Scope).into_iter().collect();
    choices.push(CorrectChoice::Struck(!clause.struck));
    choices.extend(clause.corrected.as_ref().map(|_| CorrectChoice::Automatic));
    choices.extend([CorrectChoice::Deadline, CorrectChoice::Owners]);
    choices.extend((0..=clause.indicators.len()).map(CorrectChoice::Indicator));
    choices.extend(ClauseKind::ALL.map(CorrectChoice::Kind));
    choices.extend(topics.map(CorrectChoice::Topic));
    choices
}

/// Returns what is typed over when a value is corrected.
fn known_value(clause: &Clause, choice: &CorrectChoice, lang: Lang) -> String {
    match choice {
        CorrectChoice::Deadline => clause.deadline.clone().unwrap_or_default(),
        // Units have Chinese names, and so have their parts in what is typed.
        CorrectChoice::Owners => owners_shown(&clause.owners, Lang::Zh),
        CorrectChoice::Indicator(place) => {
            clause.indicators.get(*place).map_or_else(String::new, |indicator| indicator.show(lang))
        }
        _ => String::new(),
    }
}

/// Returns the values that were chosen without typing.
fn chosen_values(clause: &Clause, choice: CorrectChoice) -> Values {
    match choice {
        // Where something can be checked is said of demands only.
        CorrectChoice::Scope(scope) => {
            Values { scope: Some(scope), struck: clause.struck.then_some(false), ..Values::default() }
        }
        CorrectChoice::Struck(struck) => Values { struck: Some(struck), ..Values::default() },
        CorrectChoice::Kind(kind) => Values { kind: Some(kind), ..Values::default() },
        CorrectChoice::Topic(topic) => {
            // What was read first stays behind the chosen one; choosing it again is the reading itself.
            let read = clause.as_read().topics.unwrap_or_default();
            let topics = if read.first() == Some(&topic) {
                read
            } else {
                let rest: Vec<_> = read.into_iter().filter(|other| *other != topic).collect();
                std::iter::once(topic).chain(rest).collect()
            };
            Values { topics: Some(topics), ..Values::default() }
        }
        CorrectChoice::Deadline | CorrectChoice::Owners | CorrectChoice::Indicator(_) | CorrectChoice::Automatic => {
            Values::default()
        }
    }
}

/// Reads the value that was typed, or says what is wrong with it.
fn typed_values(clause: &Clause, choice: &CorrectChoice, typed: &str) -> Result<Values, Text> {
    let typed = typed.trim();
    if let CorrectChoice::Indicator(place) = choice {
        let mut indicators = clause.indicators.clone();
        if typed.is_empty() {
            if *place < indicators.len() {
                indicators.remove(*place);
            }
        } else {
            let read = Indicator::typed(typed, indicators.get(*place));
            let read = read.ok_or_else(|| text!("plan.correct-indicator.wrong", typed = typed))?;
            match indicators.get_mut(*place) {
                Some(known) => *known = read,
                None => indicators.push(read),
            }
        }
        return Ok(Values { indicators: Some(indicators), ..Values::default() });
    }
    if *choice == CorrectChoice::Owners {
        let owners = typed_owners(typed);
        if owners.is_empty() && !typed.is_empty() {
            return Err(text!("plan.correct-owners.wrong", typed = typed));
        }
        return Ok(Values { owners: Some(owners), ..Values::default() });
    }
    if typed.is_empty() || is_deadline(typed) {
        return Ok(Values { deadline: Some(typed.to_owned()), ..Values::default() });
    }
    Err(text!("plan-correct.deadline", deadline = typed))
}

/// Finds the choices of a correction by their names.
pub(super) fn find_choices(
    data: &Data,
    clause: &Clause,
    choices: &[CorrectChoice],
    typed: &str,
    lang: Lang,
) -> Vec<usize> {
    if typed.is_empty() {
        return (0..choices.len()).collect();
    }
    Search::new(typed).narrow(choices.iter().map(|choice| choice_name(data, clause, choice, lang)))
}

/// Names a choice of a correction.
pub fn choice_name(data: &Data, clause: &Clause, choice: &CorrectChoice, lang: Lang) -> String {
    let said = match choice {
        CorrectChoice::Scope(scope) => text!("plan.choose-scope", scope = lang.t(scope.name_key())),
        CorrectChoice::Struck(true) => text!("plan.choose-struck"),
        CorrectChoice::Struck(false) => text!("plan.choose-not-struck"),
        CorrectChoice::Deadline => {
            text!("plan.choose-deadline", deadline = clause.deadline.clone().unwrap_or_else(|| "-".to_owned()))
        }
        CorrectChoice::Owners => {
            let owners = if clause.owners.is_empty() { "-".to_owned() } else { owners_shown(&clause.owners, lang) };
            text!("plan.choose-owners", owners = owners)
        }
        CorrectChoice::Indicator(place) => match clause.indicators.get(*place) {
            Some(indicator) => text!("plan.choose-indicator", indicator = indicator.show(lang)),
            None => text!("plan.choose-new-indicator"),
        },
        CorrectChoice::Kind(kind) => text!("plan.choose-kind", kind = lang.t(kind.name_key())),
        CorrectChoice::Topic(topic) => text!("plan.choose-topic", topic = data.topic_name(topic, lang)),
        CorrectChoice::Automatic => text!("plan.choose-automatic"),
    };
    said.show(lang)
}
