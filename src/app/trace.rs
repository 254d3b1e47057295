//! Tracing on the screen: what hangs together with what is in hand, and where the links break off.

use super::{
    App, Overlay, command::Command, dialog::Dialog, field::Field, list::Selection, message::Effect, plan::Way,
    plan_screen::Pane, screens::Screen,
};
use crate::{
    error::Error,
    i18n::Text,
    inspection::RecordId,
    ledger::FindingId,
    plan::PlanId,
    text,
    trace::{Group, Line, Sort, Subject},
};

/// What was followed.
#[derive(Debug)]
pub struct Traced {
    /// What was asked for; nothing for where the links break off.
    pub wanted: Option<Subject>,
    /// The subject as it is shown.
    pub subject: Option<Line>,
    /// What hangs together with it.
    pub groups: Vec<Group>,
    /// Whether the inspections are in it; until then it goes as far as it can without them.
    pub is_counted: bool,
    /// How many files could not be read, and are missing from it.
    pub unread: usize,
}

impl Traced {
    /// Says whether it shows that nothing is suspect of what a line is about. Where the links break off, whatever can be
    /// suspect is.
    fn shows_sound(&self, line: &Line) -> bool {
        let is_suspect = line.states.iter().any(|state| state.key().starts_with("trace.suspect"));
        self.wanted.is_some() && self.is_counted && !is_suspect
    }
}

/// The screen of a trace.
#[derive(Debug)]
pub struct TraceScreen {
    /// What was followed.
    pub traced: Traced,
    /// The selected row, headings included.
    pub selection: Selection,
    /// The group of each row, and the line of it; its heading has none.
    rows: Vec<(usize, Option<usize>)>,
}

/// A row of a trace.
#[derive(Clone, Copy, Debug)]
pub enum TraceRow<'screen> {
    /// The heading of a group.
    Heading(&'screen Group),
    /// A line of one.
    Line(&'screen Line),
}

impl TraceScreen {
    /// Shows what was followed with a row selected, or the last one where there are fewer.
    fn new(traced: Traced, selected: usize) -> Self {
        let rows_of = |(at, group): (usize, &Group)| {
            std::iter::once((at, None))
                .chain((0..group.lines.len()).map(move |line| (at, Some(line))))
                .collect::<Vec<_>>()
        };
        let rows: Vec<_> = traced.groups.iter().enumerate().flat_map(rows_of).collect();
        let selection = Selection(selected.min(rows.len().saturating_sub(1)));
        Self { traced, selection, rows }
    }

    /// Selects the line about the same thing again, wherever it has gone.
    fn select(&mut self, line: Option<&Line>) {
        let Some(line) = line else { return };
        let is_same = |row: TraceRow<'_>| matches!(row, TraceRow::Line(one) if (one.sort, &one.id, one.depth) == (line.sort, &line.id, line.depth));
        if let Some(at) = (0..self.row_count()).find(|&at| self.row(at).is_some_and(is_same)) {
            self.selection = Selection(at);
        }
    }

    /// Counts the rows: for each group its heading, then its lines.
    pub fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// Returns a row.
    pub fn row(&self, at: usize) -> Option<TraceRow<'_>> {
        let &(group, line) = self.rows.get(at)?;
        let group = &self.traced.groups[group];
        Some(line.map_or(TraceRow::Heading(group), |line| TraceRow::Line(&group.lines[line])))
    }

    /// Returns the selected line; a heading is none.
    pub fn line(&self) -> Option<&Line> {
        match self.row(self.selection.0)? {
            TraceRow::Line(line) => Some(line),
            TraceRow::Heading(_) => None,
        }
    }
}

impl App {
    /// Runs a command about tracing.
    pub(super) fn run_trace(&mut self, command: Command) -> Vec<Effect> {
        if command == Command::Trace {
            let effects = self.put_away();
            let subject = self.subject_in_hand();
            return effects.into_iter().chain([Effect::Trace(subject, self.lang)]).collect();
        }
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return Vec::new();
        }
        let Screen::Trace(screen) = self.screen() else { return Vec::new() };
        let can_stand = |subject: &Subject| matches!(subject, Subject::Item(..) | Subject::Task(_));
        let of_line = |line| Some((line, Line::as_subject(line).filter(can_stand)?));
        // On anything else what is meant is what the whole screen is about.
        match screen.line().and_then(of_line).or_else(|| screen.traced.subject.as_ref().and_then(of_line)) {
            Some((line, subject)) if screen.traced.shows_sound(line) => {
                self.say(text!("trace.not-suspect", item = subject.name()));
            }
            Some((_, subject)) => {
                self.overlay = Some(Overlay::Dialog(Dialog::Accept { subject, field: Field::line("") }));
            }
            None => self.say(text!("trace.choose-item")),
        }
        Vec::new()
    }

    /// Returns what can be traced of what is in hand on the screen in front.
    fn subject_in_hand(&self) -> Option<Subject> {
        match self.screen() {
            Screen::Plan(screen) if screen.pane == Pane::Clauses => {
                let clause = screen.selected_clause()?;
                Some(Subject::Clause(screen.plan.head.id.clone(), clause.id.clone()))
            }
            Screen::Checklist(checklist, selection) => {
                let item = checklist.items.get(selection.0)?;
                Some(Subject::Item(checklist.id.clone(), item.id.clone()))
            }
            Screen::Facility(screen) => Some(Subject::Facility(screen.facility.id.clone())),
            Screen::Facilities(list) => {
                let unit = self.data.facilities.get(list.selected()?)?;
                Some(Subject::Facility(unit.id.clone()))
            }
            Screen::Tasks(list) => {
                let task = self.data.tasks.get(list.selected()?)?;
                Some(Subject::Task(task.id.clone()))
            }
            Screen::Finding(screen) => Some(Subject::Finding(screen.entry.id.clone())),
            Screen::Findings(screen) => {
                let row = self.data.findings.get(screen.list.selected()?)?;
                Some(Subject::Finding(row.id.clone()))
            }
            Screen::Record(screen) => {
                let &at = screen.items().get(screen.selection.0)?;
                let checklist = &screen.record.record().header.checklist.id;
                Some(Subject::Item(checklist.clone(), screen.sheet.as_ref().ok()?.item(at).id.clone()))
            }
            Screen::Trace(screen) => screen.line().and_then(Line::as_subject),
            _ => None,
        }
    }

    /// Takes what was followed.
    pub(super) fn take_trace(&mut self, traced: Result<Traced, Error>) -> Vec<Effect> {
        match traced {
            Ok(traced) => {
                self.say_unread(&traced);
                let same =
                    |screen: &Screen| matches!(screen, Screen::Trace(open) if open.traced.wanted == traced.wanted);
                let open = self.screens.iter().position(same);
                let selected = match open.map(|at| self.screens.remove(at)) {
                    Some(Screen::Trace(open)) => open.selection.0,
                    _ => 1,
                };
                self.screens.push(Screen::Trace(Box::new(TraceScreen::new(traced, selected))));
            }
            Err(error) => self.complain(error),
        }
        Vec::new()
    }

    fn say_unread(&mut self, traced: &Traced) {
        if traced.unread > 0 {
            self.say(text!("trace.unread", count = traced.unread));
        }
    }

    /// Takes what was followed with the inspections, after what goes without them; a screen that was left stays closed.
    pub(super) fn take_whole_trace(&mut self, traced: Result<Traced, Error>) {
        match traced {
            Ok(traced) => {
                self.say_unread(&traced);
                for screen in &mut self.screens {
                    if let Screen::Trace(open) = screen
                        && open.traced.wanted == traced.wanted
                    {
                        let line = open.line().cloned();
                        **open = TraceScreen::new(traced, open.selection.0);
                        open.select(line.as_ref());
                        return;
                    }
                }
            }
            Err(error) => self.complain(error),
        }
    }

    /// Opens what the selected line is about.
    pub(super) fn open_traced(&mut self) -> Vec<Effect> {
        let Screen::Trace(screen) = self.screen() else { return Vec::new() };
        let Some(line) = screen.line() else { return Vec::new() };
        let (id, sort) = (line.id.clone(), line.sort);
        match (sort, line.as_subject()) {
            (Sort::Plan, _) => vec![Effect::OpenPlan(PlanId(id), None)],
            (Sort::Record, _) => vec![Effect::OpenRecord(RecordId(id.into()))],
            (Sort::Task, _) => self.run_work(Command::Tasks),
            (_, Some(Subject::Clause(plan, clause))) => vec![Effect::OpenPlan(plan, Some(clause))],
            (_, Some(Subject::Item(checklist, item))) => self.go_way(Way::to_item(checklist, item)),
            (_, Some(Subject::Finding(FindingId(id)))) => vec![Effect::OpenFinding(FindingId(id))],
            (_, Some(Subject::Facility(id))) => self.open_unit(&id),
            (_, Some(Subject::Task(_)) | None) => Vec::new(),
        }
    }

    /// Accepts a suspect item or tasks for the reason that was typed, or goes on asking.
    pub(super) fn confirm_accept(&mut self, subject: Subject, field: Field) -> Vec<Effect> {
        let reason = field.text().trim().to_owned();
        if reason.is_empty() {
            self.say(text!("trace.no-reason"));
            self.overlay = Some(Overlay::Dialog(Dialog::Accept { subject, field }));
            return Vec::new();
        }
        let Screen::Trace(screen) = self.screen() else { return Vec::new() };
        let again = screen.traced.wanted.clone();
        vec![Effect::AcceptSuspect { subject, reason, again, lang: self.lang }]
    }

    /// Names what a trace is about, for the top line.
    pub fn traced_name(screen: &TraceScreen) -> Text {
        match &screen.traced.subject {
            Some(line) => text!("trace.about", id = line.id, text = line.text),
            None => text!("trace.gaps"),
        }
    }
}
