//! Going from screen to screen, and what Enter does on each.

use super::{
    App, Overlay,
    command::Command,
    data::Data,
    dialog::{Dialog, GenerateChoice},
    fill::Fill,
    home::{Home, HomeRow},
    key::{Code, Key},
    list::{Narrowed, Selection},
    message::Effect,
    plan_screen::{Pane, PlanScreen},
    returned::Importing,
    screens::{Choosing, Screen},
};
use crate::{
    checklist::Request,
    error::{Error, Place},
    facility::{Facility, Search},
    i18n::Lang,
    inspection::{Blocker, Details},
    store::RecordRow,
    text,
};

impl App {
    /// Goes where a command leads; one that means nothing here does nothing.
    pub(super) fn go(&mut self, command: Command) -> Vec<Effect> {
        if let Some(effects) = self.run_counted(command) {
            return effects;
        }
        match command {
            Command::NewInspection | Command::Page | Command::Tasks | Command::TaskStep
                if self.goes_to_work(command) =>
            {
                return self.run_work(command);
            }
            Command::Reviews
            | Command::Revise
            | Command::ApproveItem
            | Command::ReturnItem
            | Command::UnmarkItem
            | Command::Decide => return self.run_review(command),
            Command::Trace | Command::Accept => return self.run_trace(command),
            Command::NextFilter if matches!(self.screen(), Screen::Reviews(_)) => return self.run_review(command),
            Command::Findings | Command::NextFilter | Command::Step | Command::Reinspect => {
                return self.run_findings(command);
            }
            Command::NewInspection | Command::Facilities => {
                return self.push(Screen::Facilities(Narrowed::new(self.data.facilities.len())));
            }
            Command::Records => return self.push(Screen::Records(Narrowed::new(self.data.records.len()))),
            Command::Checklists => return self.push(Screen::Checklists(Selection::default())),
            Command::Plans => return self.push(Screen::Plans(Selection::default())),
            Command::Conflicts => return self.open_conflicts(Selection::default()),
            Command::Answer(value) => return self.choose_value(value),
            Command::Sync => return self.sync_or_stop(),
            Command::Import => return self.ask_for_file(Importing::Plan),
            Command::ImportLedger => return self.ask_for_file(Importing::Ledger),
            Command::ImportRegister => return self.ask_for_file(Importing::Register),
            Command::Papers => self.ask_for_paper(),
            Command::Generate => return self.choose_what_to_generate(),
            Command::Source
            | Command::Correct
            | Command::Compare
            | Command::Filter
            | Command::Narrow
            | Command::Fold
            | Command::AllRows
            | Command::Origin => return self.run_plan(command),
            Command::EditUnit | Command::MergeUnit => self.ask_about_unit(command),
            Command::MoveDraft => return self.ask_for_move(),
            Command::JoinDrafts => self.ask_to_join(),
            Command::GiveUp => return self.ask_to_give_up(),
            Command::Edit => return self.edit(),
            Command::Damaged => self.overlay = Some(Overlay::Dialog(Dialog::Damaged(Selection::default()))),
            Command::OtherPane => match self.screen_mut() {
                Screen::Plan(plan) => {
                    plan.pane = if plan.pane == Pane::Outline { Pane::Clauses } else { Pane::Outline };
                }
                Screen::Finding(screen) => screen.change_pane(),
                _ => {}
            },
            Command::NextSection | Command::PreviousSection => {
                if let Screen::Checklist(checklist, selection) = self.screen_mut() {
                    let sections = checklist.items.iter().map(|item| item.section.as_str());
                    *selection =
                        section_start(&sections.collect::<Vec<_>>(), *selection, command == Command::NextSection);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Opens a screen; one that is open already comes to the front, and what stood above it stays, a draft above all.
    pub(super) fn push(&mut self, screen: Screen) -> Vec<Effect> {
        let effects = self.put_away();
        let context = screen.context();
        match self.screens.iter().position(|open| open.context() == context) {
            Some(at) => {
                let open = self.screens.remove(at);
                self.screens.push(open);
            }
            None => self.screens.push(screen),
        }
        effects
    }

    /// Opens or confirms what is selected.
    pub(super) fn open(&mut self) -> Vec<Effect> {
        match self.overlay.take() {
            Some(Overlay::Palette(palette)) => {
                let chosen = palette.list.selected().map(|at| palette.entries[at].0);
                return chosen.map(|command| self.run(command)).unwrap_or_default();
            }
            Some(Overlay::Dialog(dialog)) => return self.confirm(dialog),
            other => self.overlay = other,
        }
        match self.screen_mut() {
            Screen::Setup(setup) => setup.confirm(),
            Screen::Home(home) => {
                let at = home.selection.0;
                let row = Home::rows(&self.data, self.now.date_naive()).into_iter().nth(at);
                row.map(|row| self.open_home_row(row)).unwrap_or_default()
            }
            Screen::Plans(selection) => {
                let at = selection.0;
                self.data.plans.get(at).map(|row| Effect::OpenPlan(row.id.clone(), None)).into_iter().collect()
            }
            Screen::Plan(plan) if plan.pane == Pane::Outline => {
                plan.pane = Pane::Clauses;
                Vec::new()
            }
            Screen::Plan(_) => self.go_to_item(),
            Screen::Checklists(selection) => {
                let at = selection.0;
                if let Some(file) = self.data.checklists.get(at) {
                    let screen = Screen::Checklist(std::sync::Arc::clone(&file.checklist), Selection::default());
                    self.screens.push(screen);
                }
                Vec::new()
            }
            Screen::Facilities(list) => {
                let chosen = list.selected();
                if let Some(facility) = chosen.and_then(|at| self.data.facilities.get(at)).cloned() {
                    self.choose_checklist(facility);
                }
                Vec::new()
            }
            Screen::Tasks(list) => {
                let chosen = list.selected();
                chosen.map(|at| self.begin_task(at)).unwrap_or_default()
            }
            Screen::Findings(screen) => {
                let chosen = screen.list.selected();
                chosen.and_then(|at| self.open_finding(at)).into_iter().collect()
            }
            Screen::Finding(screen) => vec![Effect::OpenRecord(screen.source.record.clone())],
            Screen::Trace(_) => self.open_traced(),
            Screen::Reviews(screen) => {
                let chosen = screen.list.selected();
                let row = chosen.and_then(|at| self.data.records.get(at));
                row.map(|row| Effect::OpenRecord(row.id.clone())).into_iter().collect()
            }
            Screen::Dashboard(_) => self.open_panel_row(),
            Screen::Behind(_) => self.open_behind(),
            Screen::Reports(screen) => {
                screen.enter();
                Vec::new()
            }
            Screen::Facility(screen) => {
                let at = screen.selection.0;
                let facility = screen.facility.clone();
                let read_only = self.is_read_only();
                let findings = self.data.findings_of(&facility);
                if let Some(&finding) = findings.get(at) {
                    return self.open_finding(finding).into_iter().collect();
                }
                let chosen = self.data.records_of(&facility).nth(at - findings.len());
                chosen.map(|row| open_record(row, read_only)).into_iter().collect()
            }
            Screen::Choosing(choosing) => {
                let chosen = choosing.list.selected().and_then(|row| choosing.checklists.get(row)).copied();
                let facility = choosing.facility.clone();
                chosen.map(|at| self.begin(facility, at, Vec::new())).unwrap_or_default()
            }
            Screen::Records(list) => {
                let chosen = list.selected();
                let read_only = self.is_read_only();
                chosen
                    .and_then(|at| self.data.records.get(at))
                    .map(|row| open_record(row, read_only))
                    .into_iter()
                    .collect()
            }
            Screen::Fill(fill) => {
                let effects = fill.open_answer();
                if effects.is_empty() {
                    self.overlay = Some(Overlay::Dialog(Dialog::Item(Selection::default())));
                }
                effects
            }
            Screen::Checklist(..)
            | Screen::Mistakes(_)
            | Screen::Record(_)
            | Screen::Compare(_)
            | Screen::Conflicts(_) => Vec::new(),
        }
    }

    fn open_home_row(&mut self, row: HomeRow) -> Vec<Effect> {
        match row {
            HomeRow::Task(at) => self.begin_task(at),
            HomeRow::Rectification(term) => {
                let row = self.data.records.get(term.record);
                row.map(|row| open_record(row, self.is_read_only())).into_iter().collect()
            }
            HomeRow::Draft(id) | HomeRow::Recent(id) => {
                self.data.record(&id).map(|row| open_record(row, self.is_read_only())).into_iter().collect()
            }
            HomeRow::Returned(id) | HomeRow::Review(id) => vec![Effect::OpenRecord(id)],
            HomeRow::Again(at) => {
                let unit = self.data.next_dates.get(at).map(|date| date.after.facility.clone());
                unit.map(|id| self.open_unit(&id)).unwrap_or_default()
            }
            HomeRow::Deadline { plan, clause, .. } => vec![Effect::OpenPlan(plan, Some(clause))],
        }
    }

    pub(super) fn choose_checklist(&mut self, facility: Facility) {
        let checklists = self.data.checklists_for(&facility);
        let list = Narrowed::new(checklists.len());
        self.screens.push(Screen::Choosing(Box::new(Choosing { facility, checklists, list })));
    }

    /// Begins an inspection, or goes on with the draft that there is for the same unit and checklist.
    ///
    /// Without `inspectors` it is the one who works on this computer.
    pub(super) fn begin(&mut self, facility: Facility, checklist: usize, inspectors: Vec<String>) -> Vec<Effect> {
        let Some(file) = self.data.checklists.get(checklist) else { return Vec::new() };
        let id = &file.checklist.id;
        let same = |row: &&RecordRow| row.facility.id == facility.id && row.checklist.id == *id;
        // One's own goes before one that came from somebody else.
        let mut drafts: Vec<&RecordRow> = self.data.drafts().filter(same).collect();
        drafts.sort_by_key(|row| !row.inspectors.contains(&self.inspector()));
        let draft = drafts.first().map(|row| row.id.clone());
        let id = id.clone();
        if let Some(draft) = draft {
            self.say(text!("app.draft-goes-on"));
            return vec![Effect::OpenDraft(draft)];
        }
        let inspectors = if inspectors.is_empty() { vec![self.inspector()] } else { inspectors };
        let details = Details {
            started: self.now,
            finished: None,
            place: facility.address.clone(),
            inspectors,
            accompanied_by: String::new(),
            remark: String::new(),
            clock_set: Vec::new(),
        };
        vec![Effect::Begin { checklist: id, facility: Box::new(facility), details: Box::new(details) }]
    }

    fn choose_what_to_generate(&mut self) -> Vec<Effect> {
        let chinese = self.lang == Lang::Zh;
        let Screen::Plan(screen) = self.screen() else {
            self.say(if self.data.plans.is_empty() { text!("app.no-plan-yet") } else { text!("app.choose-plan") });
            return self.push(Screen::Plans(Selection::default()));
        };
        // Generating from a clause means the section it stands in.
        let clause = screen.selected_clause().filter(|_| screen.pane == Pane::Clauses);
        let of_clause = clause.and_then(|clause| screen.plan.outline.iter().find(|known| known.id == clause.section));
        let section = of_clause.or_else(|| screen.selected_heading());
        let section = section.map(|heading| (heading.id.as_str(), heading.title.as_str()));
        let choices = GenerateChoice::all(&screen.plan, section, &self.data.topics, chinese);
        let plan = screen.plan.head.id.clone();
        let topic = clause.and_then(|clause| clause.topics.first());
        let of_topic = |choice: &GenerateChoice| matches!(&choice.request, Request::Topic(id) if Some(id) == topic);
        let selection = Selection(choices.iter().position(of_topic).unwrap_or(0));
        self.overlay = Some(Overlay::Dialog(Dialog::Generate { plan, choices, selection }));
        Vec::new()
    }

    /// Confirms the dialog that was in front.
    fn confirm(&mut self, dialog: Dialog) -> Vec<Effect> {
        match dialog {
            Dialog::Blockers(selection) => {
                let blocker = self.fill().and_then(|fill| fill.blockers().get(selection.0).copied());
                match blocker {
                    Some(Blocker::Disputed(at, field) | Blocker::Decided(at, field)) => self.go_to_dispute(at, field),
                    Some(blocker) => self.fill_mut().map(|fill| fill.jump_to(blocker)).unwrap_or_default(),
                    None => Vec::new(),
                }
            }
            Dialog::Finalise(_) => self.finalise(),
            Dialog::Import(what, panel) => self.confirm_file(what, panel),
            Dialog::Returned(held, _) => Self::confirm_ledger(*held),
            Dialog::Register(held, selection) => self.confirm_register(held, selection),
            Dialog::Papers(record, form) => self.confirm_paper(record, &form),
            Dialog::Passphrase(field) => Self::sync_with(&field),
            Dialog::Generate { plan, choices, selection } => {
                let chosen = choices.into_iter().nth(selection.0);
                chosen.map(|choice| Effect::PreviewGenerate(plan, choice.request)).into_iter().collect()
            }
            Dialog::Correct(correcting) => self.correct(correcting),
            Dialog::Compare { plan, choices, selection } => {
                let chosen = choices.into_iter().nth(selection.0);
                chosen.map(|against| Effect::ComparePlan(plan, against)).into_iter().collect()
            }
            Dialog::Phrases { phrases, list } => {
                let chosen = list.selected().and_then(|at| phrases.get(at));
                chosen.map(|phrase| self.take_phrase(phrase)).unwrap_or_default()
            }
            Dialog::Preview { plan, request, .. } => vec![Effect::Generate(plan, request)],
            Dialog::Facets { facets, list } => {
                if let Some((facet, _)) = list.selected().and_then(|at| facets.get(at)) {
                    self.toggle_facet(facet);
                }
                Vec::new()
            }
            Dialog::Limits { limits, list } => {
                self.turn_limit(limits, &list);
                Vec::new()
            }
            Dialog::Move(..) => self.move_draft(),
            Dialog::Join(drafts) => self.join_drafts(drafts),
            Dialog::GiveUp(field) => self.give_up(&field),
            Dialog::OthersTask(task) => self.begin_as_asked(&task),
            Dialog::Settle(contradiction, at) => self.settle_finding(*contradiction, at),
            Dialog::Folder(field) => {
                self.take_folder(&field.text());
                Vec::new()
            }
            Dialog::Ways { ways, selection } => {
                ways.into_iter().nth(selection.0).map(|way| self.go_way(way)).unwrap_or_default()
            }
            Dialog::Damaged(selection) => {
                let place = self.data.all_damaged().nth(selection.0).and_then(Error::place);
                let editable =
                    |place: &&Place| place.path.parent().is_some_and(|folder| folder.ends_with("checklists"));
                let place = place.filter(editable);
                place.map(|place| Effect::Edit(place.path.clone(), place.line.unwrap_or(1))).into_iter().collect()
            }
            Dialog::Item(_) | Dialog::Filter(_) => Vec::new(),
            Dialog::Step { finding, actions, chosen, form } => self.confirm_step(finding, actions, chosen, form),
            Dialog::TaskStep { task, actions, chosen, form } => self.confirm_task_step(task, actions, chosen, form),
            Dialog::Unit(dialog) => self.confirm_unit(dialog),
            Dialog::Reason { item, field } => self.confirm_reason(item, &field),
            Dialog::Accept { subject, field } => self.confirm_accept(subject, field),
            Dialog::Decide(form) => self.confirm_decision(form),
            Dialog::EndUnsaved => self.end(),
        }
    }

    /// Takes a key that moves or types in the dialog in front.
    pub(super) fn dialog_key(&mut self, key: Key) -> Vec<Effect> {
        let blockers = self.fill().map_or(0, Fill::blocker_count);
        let damaged = self.data.all_damaged().count();
        match &mut self.overlay {
            Some(Overlay::Dialog(Dialog::Blockers(selection))) => drop(selection.key(key, blockers)),
            // How many lines there are depends on the width, which only the view knows; so there is no way to the end.
            Some(Overlay::Dialog(Dialog::Item(_))) if key.code == Code::End => {}
            Some(Overlay::Dialog(Dialog::Item(selection))) => drop(selection.key(key, usize::MAX)),
            Some(Overlay::Dialog(Dialog::Damaged(selection))) => drop(selection.key(key, damaged)),
            Some(Overlay::Dialog(Dialog::Generate { choices, selection, .. })) => {
                selection.key(key, choices.len());
            }
            Some(Overlay::Dialog(Dialog::Preview { files, selection, .. })) => drop(selection.key(key, files.len())),
            Some(Overlay::Dialog(Dialog::Ways { ways, selection })) => drop(selection.key(key, ways.len())),
            Some(Overlay::Dialog(Dialog::Facets { facets, list })) => {
                let (data, lang) = (&self.data, self.lang);
                list.key(key, |typed| super::plan::find_facets(data, facets, typed, lang));
            }
            Some(Overlay::Dialog(Dialog::Import(_, panel))) => return panel.key(key).into_iter().collect(),
            Some(Overlay::Dialog(Dialog::Returned(held, selection))) => drop(selection.key(key, held.rows().len())),
            Some(Overlay::Dialog(Dialog::Register(held, selection))) => {
                super::incoming::register_key(key, held, selection);
            }
            Some(Overlay::Dialog(Dialog::Papers(_, form))) => super::papers::paper_key(key, form),
            Some(Overlay::Dialog(Dialog::Decide(form))) => match key.code {
                Code::Tab | Code::Up | Code::Down => form.go(!key.shift && key.code != Code::Up),
                _ => drop(form.key(key)),
            },
            Some(Overlay::Dialog(Dialog::Move(draft, selection))) => {
                selection.key(key, draft.moved.steps.len() + draft.moved.new.len());
            }
            Some(Overlay::Dialog(Dialog::Limits { limits, list })) => {
                let (data, lang) = (&self.data, self.lang);
                list.key(key, |typed| super::counting::find_limits(data, limits, typed, lang));
            }
            Some(Overlay::Dialog(Dialog::Step { actions, chosen, form, .. })) => {
                super::findings::step_key(key, actions.len(), chosen, form);
            }
            Some(Overlay::Dialog(Dialog::TaskStep { actions, chosen, form, .. })) => {
                super::findings::step_key(key, actions.len(), chosen, form);
            }
            Some(Overlay::Dialog(Dialog::Unit(dialog))) => dialog.key(key, &self.data),
            Some(Overlay::Dialog(Dialog::Compare { choices, selection, .. })) => {
                selection.key(key, choices.len());
            }
            Some(Overlay::Dialog(Dialog::Correct(correcting))) => correcting.key(key, &self.data, self.lang),
            Some(Overlay::Dialog(Dialog::Phrases { phrases, list })) => {
                list.key(key, |typed| super::fill::find_phrases(phrases, typed));
            }
            Some(Overlay::Dialog(Dialog::Filter(field))) => {
                if field.key(key) {
                    let typed = field.text();
                    self.narrow_plan(&typed);
                } else if let Screen::Plan(plan) = self.screen_mut() {
                    plan_key(plan, key);
                }
            }
            Some(Overlay::Dialog(dialog)) => {
                if let Some(field) = dialog.answer_field() {
                    field.key(key);
                }
            }
            _ => {}
        }
        Vec::new()
    }
}

/// Takes a key on the plan screen into the half that has the keys.
pub(super) fn plan_key(screen: &mut PlanScreen, key: Key) {
    match (screen.pane, key.code) {
        (Pane::Outline, Code::Right) => screen.go_in(),
        (Pane::Outline, Code::Left) => screen.go_out(),
        (Pane::Clauses, Code::Left) => screen.pane = Pane::Outline,
        (Pane::Outline, _) => {
            let count = screen.headings().len() + 1;
            if screen.heading.key(key, count) {
                screen.clause = Selection(0);
            }
        }
        (Pane::Clauses, _) => {
            let count = screen.clauses().len();
            screen.clause.key(key, count);
        }
    }
}

/// Finds checklists among those that may be chosen.
pub(super) fn find_checklists(data: &Data, checklists: &[usize], typed: &str) -> Vec<usize> {
    if typed.is_empty() {
        return (0..checklists.len()).collect();
    }
    let titles =
        checklists.iter().filter_map(|&at| data.checklists.get(at)).map(|file| file.checklist.title.searched());
    Search::new(typed).narrow(titles)
}

/// Opens a draft to go on with it; a finalised record, and everything where nothing may be written, to be read.
fn open_record(row: &RecordRow, read_only: bool) -> Effect {
    let id = row.id.clone();
    if read_only || row.finalised.is_some() { Effect::OpenRecord(id) } else { Effect::OpenDraft(id) }
}

/// Returns the first item of the next section, or of the one before.
fn section_start(sections: &[&str], at: Selection, forward: bool) -> Selection {
    let starts = (0..sections.len()).filter(|&row| row == 0 || sections[row - 1] != sections[row]);
    let found =
        if forward { starts.clone().find(|&row| row > at.0) } else { starts.clone().rev().find(|&row| row < at.0) };
    Selection(found.unwrap_or(at.0))
}
