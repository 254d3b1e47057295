//! From one state to the next.

use super::{
    App, Overlay,
    command::{Command, Context, command},
    data::Area,
    fill::{Fill, Kept},
    home::Home,
    key::Key,
    message::{Effect, Msg, Now, OpenedDraft, WorkspaceInfo},
    palette::Palette,
    screens::{RecordScreen, Screen},
};
use crate::text;

impl App {
    /// Takes what happened at a time, and says what to do about it.
    pub fn update(&mut self, msg: Msg, now: Now) -> Vec<Effect> {
        self.now = now;
        // What is read of the conflicts comes last when everything is read.
        if matches!(msg, Msg::Conflicts(_)) {
            self.reading.under_way = false;
        }
        let mut effects = self.take(msg);
        self.read_again(&mut effects);
        effects.extend(self.keep_counted());
        effects.extend(self.wanted_picture());
        let opens =
            |effect: &Effect| matches!(effect, Effect::OpenDraft(_) | Effect::Begin { .. } | Effect::Reinspect(..));
        if effects.iter().any(opens) {
            // The draft that is open gives way, and is written before.
            effects.splice(0..0, self.fill().map(Fill::save));
        }
        effects
    }

    fn take(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Key(key) => self.key(key),
            Msg::Paste(text) => self.paste(&text),
            Msg::Click(at) => self.click_item(at),
            Msg::Resize(columns, rows) => {
                self.size = (columns, rows);
                Vec::new()
            }
            Msg::Idle => self.fill().map(Fill::save).into_iter().collect(),
            Msg::Closed => self.end(),
            Msg::Workspace(info) => self.take_workspace(*info),
            Msg::WorkspaceFree if self.is_read_only() => vec![Effect::OpenAgain],
            Msg::WorkspaceFree => Vec::new(),
            loaded @ (Msg::Records(_)
            | Msg::Facilities(_)
            | Msg::SearchPrepared(..)
            | Msg::Checklists(_)
            | Msg::Plans(_)
            | Msg::Topics(_)
            | Msg::Calendar(_)
            | Msg::Tasks(..)
            | Msg::TaskChanged(_)
            | Msg::UnitChanged(_)
            | Msg::KnownFindings(_)
            | Msg::Findings(_)
            | Msg::Finding(_)
            | Msg::FindingRead(_)
            | Msg::FindingChanged(..)
            | Msg::Import(_)
            | Msg::Reviews(_)
            | Msg::ReviewGiven(..)
            | Msg::CorrectionBegun(..)
            | Msg::Traced(_)
            | Msg::TracedWholly(_)
            | Msg::Conflicts(_)
            | Msg::Contradictions(_)
            | Msg::Sync(_)
            | Msg::Plan(..)
            | Msg::Source(..)
            | Msg::Corrected(_)
            | Msg::Compared(_)
            | Msg::Imported(_)
            | Msg::Edited(_)
            | Msg::ChecklistsChanged
            | Msg::Previewed { .. }
            | Msg::Generated(_)) => self.loaded(loaded),
            draft @ (Msg::Draft(_)
            | Msg::Record(_)
            | Msg::Kept
            | Msg::NotKept(_)
            | Msg::Saved
            | Msg::NotSaved(_)
            | Msg::Joined(_)
            | Msg::DraftsJoined(_)
            | Msg::GivenUp(..)
            | Msg::TakenUp(_)
            | Msg::MovePreviewed(_)
            | Msg::Moved(_)
            | Msg::Finalised(_)) => self.draft(draft),
            Msg::PaperWritten(written) => {
                self.take_paper(written);
                Vec::new()
            }
            counted @ (Msg::WorkspaceChanged
            | Msg::Counted(..)
            | Msg::ReportPreviewed(..)
            | Msg::Writing(_)
            | Msg::Written(_)) => self.counted(counted),
            outside @ (Msg::Past(..)
            | Msg::Inbox(_)
            | Msg::Paths(..)
            | Msg::Attached(..)
            | Msg::Picture(..)
            | Msg::ClockSet(_)) => self.outside(outside),
            Msg::Failed(error) => {
                self.complain(error);
                Vec::new()
            }
        }
    }

    /// Takes a workspace that was opened: the first time, or again because it may be written to now.
    fn take_workspace(&mut self, info: WorkspaceInfo) -> Vec<Effect> {
        if self.is_read_only() && info.read_only.is_none() {
            self.say(text!("app.writable"));
        } else {
            if info.read_only.is_some() {
                self.say(text!("app.read-only"));
            }
            self.lang = info.language;
            self.theme = info.theme.unwrap_or(self.theme);
        }
        self.workspace = Some(info);
        if matches!(self.screen(), Screen::Setup(_)) {
            self.screens = vec![Screen::Home(Home::default())];
            self.say(text!("app.workspace-made"));
        }
        Effect::read_everything()
    }

    /// Takes what was read from the workspace.
    fn loaded(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            // What was known already is read again more often than not; nothing then has to be found again.
            Msg::Records(listing) if self.data.has(Area::Records) && listing.found == self.data.records => {
                self.data.note(Area::Records, listing.damaged);
            }
            Msg::Records(listing) => {
                self.data.records = self.data.take(Area::Records, listing);
                self.data.forget_reviewed();
                self.judge_tasks();
                self.data.judge_next_dates();
                self.data.judge_terms();
                self.refresh_lists();
            }
            Msg::Facilities(listing) => {
                self.data.facilities = self.data.take(Area::Facilities, listing);
                self.data.count_recurrences();
                self.judge_tasks();
                self.data.judge_next_dates();
                self.refresh_lists();
                return self.data.prepare_search();
            }
            Msg::SearchPrepared(reading, searched) => self.data.take_search(reading, *searched),
            Msg::Checklists(listing) => {
                self.data.checklists = self.data.take(Area::Checklists, listing);
                self.data.judge_next_dates();
                self.refresh_lists();
            }
            Msg::Calendar(read) => {
                let (calendar, damaged) =
                    read.map_or_else(|error| (None, vec![error]), |read| (Some(read), Vec::new()));
                self.data.note(Area::Calendar, damaged);
                self.data.calendar = calendar;
                self.data.judge_next_dates();
                self.refresh_lists();
            }
            Msg::Tasks(listing, titles) => {
                self.data.campaigns = titles;
                self.data.tasks = self.data.take(Area::Tasks, listing);
                self.judge_tasks();
                self.refresh_lists();
            }
            Msg::TaskChanged(changed) => return self.task_changed(*changed),
            Msg::UnitChanged(changed) => return self.unit_changed(*changed),
            Msg::KnownFindings(_)
            | Msg::Findings(_)
            | Msg::Finding(_)
            | Msg::FindingRead(_)
            | Msg::FindingChanged(..) => return self.take_findings(msg),
            Msg::Reviews(_) | Msg::ReviewGiven(..) | Msg::CorrectionBegun(..) => return self.take_reviews(msg),
            Msg::Import(msg) => return self.take_imported(msg),
            Msg::Traced(traced) => return self.take_trace(*traced),
            Msg::TracedWholly(traced) => self.take_whole_trace(*traced),
            Msg::Plans(listing) => self.data.plans = self.data.take(Area::Plans, listing),
            Msg::Topics(Ok(topics)) => {
                self.data.topics = topics;
                self.data.note(Area::Topics, Vec::new());
            }
            Msg::Topics(Err(error)) => self.data.note(Area::Topics, vec![error]),
            Msg::Plan(opened, clause) => self.plan_opened(*opened, clause),
            Msg::Source(id, read) => match read {
                Ok(lines) => self.take_source(&id, lines),
                Err(error) => self.complain(error),
            },
            Msg::Corrected(corrected) => return self.corrected(*corrected),
            Msg::Compared(compared) => match *compared {
                Ok(comparison) => self.show_comparison(comparison),
                Err(error) => self.complain(error),
            },
            Msg::Imported(imported) => return self.imported(*imported),
            Msg::Previewed { plan, request, made } => self.previewed(plan, request, made),
            Msg::Edited(edited) => return self.edited(*edited),
            Msg::ChecklistsChanged => return vec![Effect::LoadChecklists],
            Msg::Generated(generated) => return self.generated(generated),
            Msg::Conflicts(read) => return self.take_conflicts(read),
            Msg::Contradictions(found) => self.take_contradictions(found),
            Msg::Sync(msg) => return self.take_sync(msg),
            _ => {}
        }
        Vec::new()
    }

    /// Takes what came of opening, keeping and finalising records.
    fn draft(&mut self, msg: Msg) -> Vec<Effect> {
        let now = self.now;
        match msg {
            Msg::Draft(opened) => match *opened {
                Ok(opened) => return self.open_fill(opened),
                Err(error) => self.complain(error),
            },
            Msg::Record(opened) => match *opened {
                Ok(opened) => self.screens.push(Screen::Record(Box::new(RecordScreen::new(opened)))),
                Err(error) => self.complain(error),
            },
            Msg::Kept => self.set_kept(Kept::Yes(now)),
            Msg::NotKept(error) => {
                self.set_kept(Kept::No);
                self.complain(error);
            }
            Msg::Saved => {
                self.set_kept(Kept::Yes(now));
                return vec![Effect::LoadRecords];
            }
            Msg::NotSaved(error) => self.complain(error),
            Msg::MovePreviewed(previewed) => self.show_move(*previewed),
            Msg::Moved(moved) => return self.take_moved(*moved),
            Msg::Joined(changed) => return self.take_changed(*changed),
            Msg::DraftsJoined(joined) => return self.take_joined(*joined),
            Msg::TakenUp(opened) => return self.take_taken_up(*opened),
            Msg::GivenUp(id, given_up) => return self.take_given_up(&id, given_up),
            Msg::Finalised(finalised) => {
                self.screens.retain(|screen| !matches!(screen, Screen::Fill(_)));
                self.say(text!("fill.finalised"));
                let id = finalised.record().header.id.clone();
                return vec![Effect::OpenRecord(id), Effect::LoadRecords, Effect::LoadFindings];
            }
            _ => {}
        }
        Vec::new()
    }

    /// Goes on with a draft; whatever was filled in before gives way.
    pub(super) fn open_fill(&mut self, mut opened: OpenedDraft) -> Vec<Effect> {
        let now = self.now;
        let damaged = opened.damaged.pop();
        let by = self.inspector();
        // One draft is open at a time: the keys of another one's screen would go into this one's file.
        let stays = |screen: &Screen| !matches!(screen, Screen::Facilities(_) | Screen::Choosing(_) | Screen::Fill(_));
        self.screens.retain(stays);
        self.screens.push(Screen::Fill(Box::new(Fill::new(opened, &by, now))));
        self.mention_newer_version();
        self.mention_other_drafts();
        self.mention_void();
        self.mark_disputed();
        if let Some(error) = damaged {
            self.complain(error);
        }
        let id = self.fill().map(|fill| fill.record_id().clone());
        id.map(Effect::LookBack).into_iter().chain([Effect::LoadRecords]).collect()
    }

    fn set_kept(&mut self, kept: Kept) {
        if let Some(fill) = self.fill_mut() {
            fill.kept = kept;
        }
    }

    /// Takes a key: to a command of the key map, else to whatever is in front.
    fn key(&mut self, key: Key) -> Vec<Effect> {
        let context = self.context();
        let key = if self.is_typing() { key } else { key.folded() };
        if !matches!(self.overlay, Some(Overlay::Help { .. })) {
            self.notice = None;
        }
        match command(context, key) {
            Some(command) => self.run(command),
            None => self.plain_key(key),
        }
    }

    /// Runs what a key or the palette asks for.
    pub(super) fn run(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Help => {
                let of = match self.overlay.take() {
                    Some(Overlay::Help { .. }) => return Vec::new(),
                    _ => self.screen().context(),
                };
                self.overlay = Some(Overlay::Help { of, selection: super::list::Selection::default() });
                Vec::new()
            }
            Command::Palette => {
                self.overlay = Some(Overlay::Palette(Palette::new(self.screen().context())));
                Vec::new()
            }
            Command::Theme => self.next_theme(),
            Command::Language => self.switch_language(),
            Command::Back => self.back(),
            Command::Quit => self.ask_to_end(),
            Command::Open => self.open(),
            _ if self.context() == Context::Setup => self.run_setup(command),
            _ if matches!(self.context(), Context::Fill | Context::Typing) => {
                self.run_fill(command).unwrap_or_else(|| self.go(command))
            }
            _ => self.go(command),
        }
    }

    fn run_setup(&mut self, command: Command) -> Vec<Effect> {
        if let Screen::Setup(setup) = self.screen_mut() {
            match command {
                Command::NextField => setup.form.go(true),
                Command::PreviousField => setup.form.go(false),
                _ => {}
            }
        }
        Vec::new()
    }
}
