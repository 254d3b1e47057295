//! What keys and commands do while filling in.

use super::{
    Fill, Focus, Kept,
    answer::{Answered, refusal},
};
use crate::{
    app::{
        App, Overlay,
        command::Command,
        dialog::Dialog,
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
        let Screen::Fill(fill) = self.screen_mut() else { return Vec::new() };
        let enter = key.code == Code::Enter;
        let changed = match &mut fill.focus {
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
        let Screen::Fill(fill) = self.screen_mut() else { return Vec::new() };
        if !matches!(fill.focus, Focus::Finding(_) | Focus::Details(_)) {
            return self.leave_field();
        }
        let mut effects = fill.take_form(now);
        if let Focus::Finding(form) | Focus::Details(form) = &mut fill.focus {
            form.go(forward);
        }
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
        let was_finding = matches!(fill.focus, Focus::Finding(_));
        let mut effects = fill.take_form(now);
        if fill.form_has_mistake() {
            self.say(text!("form.mistake"));
            return self.mark_writing(effects);
        }
        effects.extend(fill.leave(now));
        if was_finding {
            fill.go_on();
            effects.push(fill.keep_place());
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
        let dialog = if fill.blockers().is_empty() {
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
            Err(_) => self.ask_to_finalise(),
        }
    }
}

impl Fill {
    /// Follows what was typed: checks a value, narrows the items, keeps the text in case of a crash.
    fn typed(&mut self) -> Vec<Effect> {
        match self.focus {
            Focus::Filter(_) => {
                self.filter_typed();
                return Vec::new();
            }
            Focus::Value(..) => self.check_value(),
            _ => {}
        }
        vec![self.keep_place()]
    }

    /// Takes pasted text into the field in hand.
    pub(in crate::app) fn paste(&mut self, pasted: &str) -> Vec<Effect> {
        let changed = match &mut self.focus {
            Focus::Items => false,
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
            Focus::Finding(form) | Focus::Details(form) => form.fields.iter().any(|field| field.mistake.is_some()),
            _ => false,
        }
    }

    /// Puts the caret into the first field of the open form that cannot be understood; returns whether there is one.
    fn go_to_mistake(&mut self) -> bool {
        let (Focus::Finding(form) | Focus::Details(form)) = &mut self.focus else { return false };
        let mistake = form.fields.iter().position(|field| field.mistake.is_some());
        form.at = mistake.unwrap_or(form.at);
        mistake.is_some()
    }

    /// Goes to what stands in the way of finalising, and opens what is missing there.
    pub(in crate::app) fn jump_to_blocker(&mut self, row: usize) {
        match self.blockers.get(row).copied() {
            Some(Blocker::NoInspector) => self.open_details(None),
            Some(Blocker::NoDescription(at)) => {
                self.go_to(at);
                self.open_finding(None);
            }
            Some(Blocker::Unanswered(at) | Blocker::Impossible(at) | Blocker::Incomplete(at)) => self.go_to(at),
            None => {}
        }
    }
}
