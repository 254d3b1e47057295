//! What keys and commands do while filling in.

use super::{
    Fill, Focus, Kept, RowForm,
    answer::{Answered, refusal},
    evidence::pasted_paths,
};
use crate::{
    app::{
        App, Overlay,
        command::Command,
        dialog::Dialog,
        form::Form,
        key::{Code, Key},
        list::Selection,
        message::{Effect, Now},
        screens::Screen,
    },
    i18n::Text,
    inspection::{Blocker, Verdict, finalise},
    text,
};

impl App {
    /// Runs a command of the fill-in screen; nothing where it is not one.
    pub(in crate::app) fn run_fill(&mut self, command: Command) -> Option<Vec<Effect>> {
        let now = self.now;
        let Screen::Fill(fill) = self.screen_mut() else { return None };
        let effects = match command {
            Command::Answer(digit) => {
                let answered = fill.answer_digit(digit, now);
                self.after(answered)
            }
            Command::NotApplicable | Command::Omission => {
                let verdict =
                    if command == Command::Omission { Verdict::ReasonableOmission } else { Verdict::NotApplicable };
                let answered = fill.exempt(verdict, now);
                self.after(answered)
            }
            Command::Cycle => fill.cycle(now),
            Command::Clear => fill.clear(now),
            Command::Note => {
                fill.open_note();
                vec![fill.keep_place()]
            }
            Command::Finding => {
                fill.open_finding(None);
                vec![fill.keep_place()]
            }
            Command::Evidence => fill.open_evidence(""),
            Command::Phrases => {
                self.offer_phrases();
                Vec::new()
            }
            Command::Details => {
                fill.open_details(None);
                vec![fill.keep_place()]
            }
            Command::NextUnanswered | Command::PreviousUnanswered => {
                let found = fill.go_to_unanswered(command == Command::NextUnanswered);
                self.moved(found, "fill.all-answered")
            }
            Command::NextBlocker | Command::PreviousBlocker => {
                let found = fill.go_to_blocker(command == Command::NextBlocker);
                self.moved(found, "fill.no-blocker")
            }
            Command::NextSection | Command::PreviousSection => {
                fill.go_to_section(command == Command::NextSection);
                vec![fill.keep_place()]
            }
            Command::Filter => {
                fill.open_filter();
                Vec::new()
            }
            Command::Undo | Command::Redo => self.step(command == Command::Undo),
            Command::Finalise => self.ask_to_finalise(),
            Command::Leave => self.leave_field(),
            Command::NextField | Command::PreviousField => self.next_field(command == Command::NextField),
            _ => return None,
        };
        Some(effects)
    }

    /// Takes a key that no command is bound to.
    pub(in crate::app) fn fill_key(&mut self, key: Key) -> Vec<Effect> {
        let Self { screens, inbox, now, .. } = self;
        let Some(Screen::Fill(fill)) = screens.last_mut() else { return Vec::new() };
        let enter = key.code == Code::Enter;
        if fill.calendar_key(key) {
            return vec![fill.keep_place()];
        }
        let changed = match &mut fill.focus {
            Focus::Table(_) | Focus::Evidence(_) if key == Key::ctrl('z') => return self.step(true),
            Focus::Table(_) => {
                let effects = fill.table_key(key, *now).unwrap_or_default();
                return self.mark_writing(effects);
            }
            Focus::Evidence(_) => {
                let effects = fill.evidence_key(key, inbox, *now);
                return self.mark_writing(effects);
            }
            Focus::Row(row) if enter && row.form.at + 1 == row.form.fields.len() => return self.leave_field(),
            Focus::Row(_) if enter => return self.next_field(true),
            Focus::Row(row) => row.form.key(key),
            Focus::Items => return if fill.go_by_key(key) { vec![fill.keep_place()] } else { Vec::new() },
            Focus::Value(field, _) if enter && field.is_one_line() => return self.leave_field(),
            Focus::Filter(_) if enter => return self.leave_field(),
            Focus::Finding(form) | Focus::Details(form) if enter && !form.takes_enter() => {
                return self.next_field(true);
            }
            Focus::Value(field, _) | Focus::Note(field) | Focus::Filter(field) => field.key(key),
            Focus::Finding(form) | Focus::Details(form) => form.key(key),
        };
        if changed { fill.typed() } else { Vec::new() }
    }

    /// Goes to an item that was clicked, keeping what was typed; what cannot be understood keeps its field.
    pub(in crate::app) fn click_item(&mut self, at: usize) -> Vec<Effect> {
        let now = self.now;
        let Screen::Fill(fill) = self.screen_mut() else { return Vec::new() };
        let mut effects = fill.leave(now);
        if matches!(fill.focus, Focus::Items) {
            fill.go_to(at);
            effects.push(fill.keep_place());
        }
        if let Some(notice) = fill.take_notice() {
            self.say(notice);
        }
        self.mark_writing(effects)
    }

    fn after(&mut self, answered: Answered) -> Vec<Effect> {
        match answered {
            Answered::No => {
                self.say(text!("fill.no-such-answer"));
                Vec::new()
            }
            Answered::Stays(effects) => self.mark_writing(effects),
            Answered::Done(mut effects) => {
                let Screen::Fill(fill) = self.screen_mut() else { return effects };
                let went_on = fill.go_on();
                effects.push(fill.keep_place());
                if !went_on {
                    self.say(text!("fill.last-item"));
                }
                self.mark_writing(effects)
            }
        }
    }

    fn mark_writing(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let writes = effects.iter().any(|effect| matches!(effect, Effect::Keep(_)));
        if let Screen::Fill(fill) = self.screen_mut()
            && writes
            && fill.kept != Kept::No
        {
            fill.kept = Kept::Writing;
        }
        effects
    }

    fn moved(&mut self, found: bool, otherwise: &'static str) -> Vec<Effect> {
        if !found {
            self.say(Text::new(otherwise, Vec::new()));
        }
        self.fill().map(Fill::keep_place).into_iter().collect()
    }

    fn step(&mut self, back: bool) -> Vec<Effect> {
        let now = self.now;
        let Screen::Fill(fill) = self.screen_mut() else { return Vec::new() };
        match if back { fill.undo(now) } else { fill.redo(now) } {
            Ok(mut effects) => {
                effects.push(fill.keep_place());
                self.say(if back { text!("fill.undone") } else { text!("fill.redone") });
                effects
            }
            Err(refused) => {
                self.say(refusal(refused, back));
                Vec::new()
            }
        }
    }

    fn next_field(&mut self, forward: bool) -> Vec<Effect> {
        let now = self.now;
        if let Some(Screen::Fill(fill)) = self.screens.last_mut()
            && matches!(fill.focus, Focus::Evidence(_))
        {
            return fill.evidence_key(Key::plain(Code::Tab), &self.inbox, now);
        }
        let Screen::Fill(fill) = self.screen_mut() else { return Vec::new() };
        if !matches!(fill.focus, Focus::Finding(_) | Focus::Details(_) | Focus::Row(_)) {
            return self.leave_field();
        }
        let mut effects = fill.take_form(now);
        if let Some(form) = fill.form_mut() {
            form.go(forward);
        }
        fill.check_row();
        effects.push(fill.keep_place());
        effects
    }

    /// Leaves the field in hand, keeping what was typed; a finished answer goes on to the next item.
    fn leave_field(&mut self) -> Vec<Effect> {
        let now = self.now;
        let Screen::Fill(fill) = self.screen_mut() else { return Vec::new() };
        if matches!(fill.focus, Focus::Value(..)) {
            let answered = fill.take_value(now);
            return self.after(answered);
        }
        let done = matches!(fill.focus, Focus::Finding(_) | Focus::Table(_));
        let mut effects = fill.take_form(now);
        if fill.form_has_mistake() {
            self.say(text!("form.mistake"));
            return self.mark_writing(effects);
        }
        effects.extend(fill.leave(now));
        if done && matches!(fill.focus, Focus::Items) {
            fill.go_on();
            effects.push(fill.keep_place());
        }
        if let Some(notice) = fill.take_notice() {
            self.say(notice);
        }
        self.mark_writing(effects)
    }

    /// Leaves the field in hand with Esc: what was typed is kept, the item in hand stays in hand.
    pub(in crate::app) fn leave_by_escape(&mut self) -> Vec<Effect> {
        let now = self.now;
        let Screen::Fill(fill) = self.screen_mut() else { return Vec::new() };
        let mut effects = fill.take_form(now);
        if fill.form_has_mistake() {
            self.say(text!("form.mistake"));
        } else {
            effects.extend(fill.leave(now));
            if let Some(notice) = fill.take_notice() {
                self.say(notice);
            }
        }
        self.mark_writing(effects)
    }

    fn ask_to_finalise(&mut self) -> Vec<Effect> {
        let Some(fill) = self.fill() else { return Vec::new() };
        let dialog = if fill.blocker_count() == 0 {
            Dialog::Finalise(*fill.tally())
        } else {
            Dialog::Blockers(Selection::default())
        };
        self.overlay = Some(Overlay::Dialog(dialog));
        Vec::new()
    }

    /// Finalises the draft in front, once it has been asked for.
    pub(in crate::app) fn finalise(&mut self) -> Vec<Effect> {
        let now = self.now;
        let Some(fill) = self.fill() else { return Vec::new() };
        match finalise(fill.editing(), &fill.by, now) {
            Ok(finalised) => vec![Effect::Finalise(Box::new(finalised))],
            Err(_) if fill.blocker_count() == 0 => {
                self.say(text!("blocker.ends-before-start"));
                if let Screen::Fill(fill) = self.screen_mut() {
                    fill.open_details_at("details.finished");
                }
                Vec::new()
            }
            Err(_) => self.ask_to_finalise(),
        }
    }
}

impl Fill {
    /// Follows what was typed: checks a value, narrows the items, keeps the text in case of a crash.
    fn typed(&mut self) -> Vec<Effect> {
        match &self.focus {
            Focus::Filter(_) => {
                self.filter_typed();
                return Vec::new();
            }
            Focus::Value(..) => self.check_value(),
            Focus::Row(_) => self.check_row(),
            Focus::Finding(_) | Focus::Details(_) => self.check_form(),
            _ => {}
        }
        vec![self.keep_place()]
    }

    /// Takes pasted text into the field in hand.
    pub(in crate::app) fn paste(&mut self, pasted: &str) -> Vec<Effect> {
        let changed = match &mut self.focus {
            // A photograph that is dropped on the window comes as its path.
            Focus::Items | Focus::Evidence(_) => {
                let paths = pasted_paths(pasted);
                if !paths.is_empty() {
                    return paths.into_iter().map(|path| self.attach_from(path)).collect();
                }
                let Focus::Evidence(panel) = &mut self.focus else { return Vec::new() };
                return if panel.field.paste(pasted) { self.path_typed() } else { Vec::new() };
            }
            Focus::Table(_) => false,
            Focus::Row(row) => row.form.paste(pasted),
            Focus::Value(field, _) | Focus::Note(field) | Focus::Filter(field) => field.paste(pasted),
            Focus::Finding(form) | Focus::Details(form) => form.paste(pasted),
        };
        if changed { self.typed() } else { Vec::new() }
    }

    /// Leaves whatever field is open and keeps what was typed in it.
    ///
    /// A value that cannot be understood goes into the note, so that it is not lost. A value that fails opens its finding.
    pub(in crate::app) fn leave(&mut self, now: Now) -> Vec<Effect> {
        let mut effects = match &self.focus {
            Focus::Items => return Vec::new(),
            Focus::Filter(_) => {
                self.focus = Focus::Items;
                return Vec::new();
            }
            Focus::Table(_) => {
                self.leave_table();
                Vec::new()
            }
            Focus::Evidence(_) => {
                self.focus = Focus::Items;
                Vec::new()
            }
            Focus::Row(_) => {
                let mut effects = self.take_form(now);
                if !self.go_to_mistake() {
                    effects.extend(self.leave_row(now));
                }
                effects
            }
            Focus::Note(_) => self.take_note(now),
            Focus::Finding(_) | Focus::Details(_) => {
                let effects = self.take_form(now);
                // What cannot be understood stays in its field, so that it is kept as it was typed.
                if !self.go_to_mistake() {
                    self.focus = Focus::Items;
                }
                effects
            }
            Focus::Value(field, _) => {
                let typed = field.text().trim().to_owned();
                match self.take_value(now) {
                    Answered::Done(effects) => effects,
                    Answered::Stays(_) if matches!(self.focus, Focus::Value(..)) => self.note_value(&typed, now),
                    Answered::Stays(effects) => effects,
                    Answered::No => Vec::new(),
                }
            }
        };
        effects.push(self.keep_place());
        effects
    }

    fn note_value(&mut self, typed: &str, now: Now) -> Vec<Effect> {
        self.focus = Focus::Items;
        self.notice = Some(text!("fill.value-noted", typed = typed));
        self.change(now, |answer| {
            let gap = if answer.note.is_empty() { "" } else { "\n" };
            answer.note = format!("{}{gap}{typed}", answer.note);
        })
    }

    /// Returns what has to be said about the last field that was left, once.
    pub(in crate::app) fn take_notice(&mut self) -> Option<Text> {
        self.notice.take()
    }

    /// Shows all items again; returns whether they were narrowed.
    pub(in crate::app) fn take_filter_off(&mut self) -> bool {
        let narrowed = !self.filter.is_empty();
        self.filter.clear();
        self.narrow();
        narrowed
    }

    /// Says whether a field of the open form holds something that cannot be understood.
    pub(in crate::app) fn form_has_mistake(&self) -> bool {
        match &self.focus {
            Focus::Finding(form) | Focus::Details(form) | Focus::Row(RowForm { form, .. }) => {
                form.fields.iter().any(|field| field.mistake.is_some())
            }
            _ => false,
        }
    }

    /// Puts the caret into the first field of the open form that cannot be understood; returns whether there is one.
    fn go_to_mistake(&mut self) -> bool {
        let Some(form) = self.form_mut() else { return false };
        let mistake = form.fields.iter().position(|field| field.mistake.is_some());
        form.at = mistake.unwrap_or(form.at);
        mistake.is_some()
    }

    /// Returns the open form.
    pub(super) fn form_mut(&mut self) -> Option<&mut Form> {
        match &mut self.focus {
            Focus::Finding(form) | Focus::Details(form) | Focus::Row(RowForm { form, .. }) => Some(form),
            _ => None,
        }
    }

    /// Leaves the table; where a row makes the item fail its finding is opened.
    fn leave_table(&mut self) {
        self.focus = Focus::Items;
        let found = self.sheet().answer(self.at).is_some_and(|answer| answer.finding.is_some());
        if self.sheet().is_finding(self.at) && !found {
            self.open_finding(None);
        }
    }

    /// Goes to what stands in the way of finalising, and opens what is missing there.
    pub(in crate::app) fn jump_to(&mut self, blocker: Blocker) -> Vec<Effect> {
        match blocker {
            Blocker::NoInspector | Blocker::TooFewInspectors(_) => self.open_details(None),
            Blocker::EndsBeforeStart => self.open_details_at("details.finished"),
            Blocker::NoEvidence(at) => {
                self.go_to(at);
                return self.open_evidence("");
            }
            Blocker::NoDescription(at) => {
                self.go_to(at);
                self.open_finding(None);
            }
            Blocker::Unanswered(at) | Blocker::Impossible(at) | Blocker::Incomplete(at) => self.go_to(at),
            // Between what several people wrote one decides where all of it is shown.
            Blocker::Joined | Blocker::Void => {}
            Blocker::Disputed(at, _) | Blocker::Decided(at, _) => at.into_iter().for_each(|at| self.go_to(at)),
        }
        vec![self.keep_place()]
    }
}
