//! From one state to the next.

use super::{
    App, Overlay,
    command::{Command, Context, command},
    data::Area,
    dialog::Dialog,
    fill::{Fill, Focus, Kept},
    home::Home,
    key::{Code, Key},
    message::{Effect, Msg, Now, OpenedDraft},
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
            Msg::Workspace(info) => {
                if info.read_only.is_some() {
                    self.say(text!("app.read-only"));
                }
                self.lang = info.language;
                self.theme = info.theme.unwrap_or(self.theme);
                self.workspace = Some(*info);
                if matches!(self.screen(), Screen::Setup(_)) {
                    self.screens = vec![Screen::Home(Home::default())];
                    self.say(text!("app.workspace-made"));
                }
                Effect::read_everything()
            }
            loaded @ (Msg::Records(_)
            | Msg::Facilities(_)
            | Msg::SearchPrepared(..)
            | Msg::Checklists(_)
            | Msg::Plans(_)
            | Msg::Topics(_)
            | Msg::Tasks(..)
            | Msg::TaskChanged(_)
            | Msg::UnitChanged(_)
            | Msg::KnownFindings(_)
            | Msg::Findings(_)
            | Msg::Finding(_)
            | Msg::FindingChanged(_)
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
            Msg::Tasks(listing, titles) => {
                self.data.campaigns = titles;
                self.data.tasks = self.data.take(Area::Tasks, listing);
                self.judge_tasks();
                self.refresh_lists();
            }
            Msg::TaskChanged(changed) => return self.task_changed(*changed),
            Msg::UnitChanged(changed) => return self.unit_changed(*changed),
            Msg::KnownFindings(_) | Msg::Findings(_) | Msg::Finding(_) | Msg::FindingChanged(_) => {
                return self.take_findings(msg);
            }
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

    /// Says whether letters are text now, and not names of commands.
    fn is_typing(&self) -> bool {
        match (&self.overlay, self.screen()) {
            (
                Some(
                    Overlay::Palette(_)
                    | Overlay::Dialog(
                        Dialog::Import(..)
                        | Dialog::Papers(..)
                        | Dialog::Passphrase(_)
                        | Dialog::Correct(_)
                        | Dialog::Filter(_)
                        | Dialog::Facets { .. }
                        | Dialog::Limits { .. }
                        | Dialog::Folder(_)
                        | Dialog::Phrases { .. }
                        | Dialog::Step { .. }
                        | Dialog::TaskStep { .. }
                        | Dialog::Reason { .. }
                        | Dialog::Accept { .. }
                        | Dialog::Decide(_),
                    ),
                ),
                _,
            ) => true,
            (Some(Overlay::Dialog(Dialog::Unit(dialog))), _) => dialog.is_typed_into(),
            (Some(_), _) => false,
            (
                None,
                Screen::Setup(_)
                | Screen::Facilities(_)
                | Screen::Tasks(_)
                | Screen::Findings(_)
                | Screen::Reviews(_)
                | Screen::Choosing(_)
                | Screen::Records(_),
            ) => true,
            (None, Screen::Fill(fill)) => !matches!(fill.focus, Focus::Items),
            (None, _) => false,
        }
    }

    /// Takes a key that no command is bound to.
    fn plain_key(&mut self, key: Key) -> Vec<Effect> {
        let Self { overlay, screens, data, lang, .. } = self;
        match overlay {
            Some(Overlay::Help { of, selection }) => {
                selection.key(key, super::command::explained(*of).count());
                return Vec::new();
            }
            Some(Overlay::Palette(palette)) => {
                let entries = &palette.entries;
                palette.list.key(key, |typed| Palette::narrow(entries, typed, *lang));
                return Vec::new();
            }
            Some(Overlay::Dialog(_)) => return self.dialog_key(key),
            None => {}
        }
        match screens.last_mut() {
            Some(Screen::Setup(setup)) => {
                setup.form.key(key);
                if key.code == Code::Enter {
                    let last = setup.form.at + 1 == setup.form.fields.len();
                    if last {
                        return setup.confirm();
                    }
                    setup.form.go(true);
                }
                *lang = setup.language();
            }
            Some(Screen::Home(home)) => {
                let count = Home::rows(data, self.now.date_naive()).len();
                home.selection.key(key, count);
            }
            Some(Screen::Plans(selection)) => drop(selection.key(key, data.plans.len())),
            Some(Screen::Plan(plan)) => super::navigate::plan_key(plan, key),
            Some(Screen::Conflicts(selection)) => drop(selection.key(key, data.dispute_rows())),
            Some(Screen::Dashboard(screen)) => screen.key(key),
            Some(Screen::Behind(screen)) => drop(screen.selection.key(key, screen.rows.len())),
            Some(Screen::Reports(screen)) => screen.key(key),
            Some(Screen::Compare(screen)) => {
                let count = screen.rows().len();
                screen.selection.key(key, count);
            }
            Some(Screen::Checklists(selection)) => drop(selection.key(key, data.checklists.len())),
            Some(Screen::Checklist(checklist, selection)) => drop(selection.key(key, checklist.items.len())),
            Some(Screen::Mistakes(screen)) => drop(screen.selection.key(key, screen.mistakes.len())),
            Some(Screen::Facilities(list)) => drop(list.key(key, |typed| data.find_facilities(typed))),
            Some(Screen::Tasks(list)) => drop(list.key(key, |typed| data.find_tasks(typed))),
            Some(Screen::Findings(screen)) => screen.key(key, data, self.now.date_naive()),
            Some(Screen::Reviews(screen)) => screen.key(key, data),
            Some(Screen::Finding(screen)) => {
                let count = screen.entry.event.len();
                screen.selection.key(key, count);
            }
            Some(Screen::Trace(screen)) => {
                let count = screen.row_count();
                screen.selection.key(key, count);
            }
            Some(Screen::Facility(screen)) => {
                let count = data.findings_of(&screen.facility).len() + data.records_of(&screen.facility).count();
                screen.selection.key(key, count);
            }
            Some(Screen::Choosing(choosing)) => {
                let checklists = &choosing.checklists;
                choosing.list.key(key, |typed| super::navigate::find_checklists(data, checklists, typed));
            }
            Some(Screen::Records(list)) => drop(list.key(key, |typed| data.find_records(typed))),
            Some(Screen::Record(record)) => {
                let count = record.items().len();
                record.selection.key(key, count);
            }
            Some(Screen::Fill(_)) => return self.fill_key(key),
            None => {}
        }
        Vec::new()
    }

    /// Takes pasted text into whatever field has the caret.
    fn paste(&mut self, pasted: &str) -> Vec<Effect> {
        let Self { overlay, screens, data, lang, .. } = self;
        match (overlay, screens.last_mut()) {
            (Some(Overlay::Palette(palette)), _) => {
                let entries = &palette.entries;
                palette.list.paste(pasted, |typed| Palette::narrow(entries, typed, *lang));
            }
            (Some(Overlay::Dialog(Dialog::Limits { limits, list })), _) => {
                list.paste(pasted, |typed| super::counting::find_limits(data, limits, typed, *lang));
            }
            (Some(Overlay::Dialog(Dialog::Correct(correcting))), _) => correcting.paste(pasted, data, *lang),
            (Some(Overlay::Dialog(Dialog::Unit(dialog))), _) => dialog.paste(pasted, data),
            (Some(Overlay::Dialog(Dialog::Facets { facets, list })), _) => {
                list.paste(pasted, |typed| super::plan::find_facets(data, facets, typed, *lang));
            }
            (
                Some(Overlay::Dialog(
                    Dialog::Step { form, .. }
                    | Dialog::TaskStep { form, .. }
                    | Dialog::Decide(form)
                    | Dialog::Papers(_, form),
                )),
                _,
            ) => {
                form.paste(pasted);
            }
            (Some(Overlay::Dialog(Dialog::Phrases { phrases, list })), _) => {
                list.paste(pasted, |typed| super::fill::find_phrases(phrases, typed));
            }
            (Some(Overlay::Dialog(Dialog::Import(_, panel))), _) => {
                panel.field.paste(pasted);
                return vec![panel.typed()];
            }
            (Some(Overlay::Dialog(Dialog::Filter(field))), _) => {
                field.paste(pasted);
                let typed = field.text();
                self.narrow_plan(&typed);
            }
            (Some(Overlay::Dialog(dialog)), _) => {
                if let Some(field) = dialog.answer_field() {
                    field.paste(pasted);
                }
            }
            (Some(_), _) | (None, None) => {}
            (None, Some(Screen::Setup(setup))) => drop(setup.form.paste(pasted)),
            (None, Some(Screen::Facilities(list))) => list.paste(pasted, |typed| data.find_facilities(typed)),
            (None, Some(Screen::Tasks(list))) => list.paste(pasted, |typed| data.find_tasks(typed)),
            (None, Some(Screen::Findings(screen))) => screen.paste(pasted, data, self.now.date_naive()),
            (None, Some(Screen::Reviews(screen))) => screen.paste(pasted, data),
            (None, Some(Screen::Choosing(choosing))) => {
                let checklists = &choosing.checklists;
                choosing.list.paste(pasted, |typed| super::navigate::find_checklists(data, checklists, typed));
            }
            (None, Some(Screen::Records(list))) => {
                list.paste(pasted, |typed| data.find_records(typed));
            }
            (None, Some(Screen::Fill(fill))) => return fill.paste(pasted),
            (None, Some(_)) => {}
        }
        Vec::new()
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
