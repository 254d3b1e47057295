//! The findings: filters, the page of one with its history, and saying what became of it.

use chrono::NaiveDate;

use super::{
    App, Overlay,
    command::Command,
    data::{Area, Data},
    dialog::Dialog,
    field::Field,
    form::{Form, FormField},
    key::{Code, Key},
    list::{Narrowed, Scroll, Selection},
    message::{Effect, Msg},
    screens::Screen,
};
use crate::{
    calendar::Due,
    facility::{Search, Successors},
    i18n::Lang,
    inspection::RecordId,
    ledger::{Action, Entry, Event, FindingId, Row, Source, State, earlier},
    store::{Listing, Photos},
    text,
};

/// The parts of the findings that can be shown, in the order in which they follow one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FindingFilter {
    /// What is not closed or handed over, or of which two people said different things, so that somebody has to decide.
    #[default]
    Open,
    /// What is open after its term.
    Overdue,
    /// What waits for a re-inspection.
    Awaiting,
    /// What came up again at the same unit.
    Recurring,
    /// What is closed or handed over.
    Closed,
    /// Everything.
    All,
}

impl FindingFilter {
    const ALL: [Self; 6] = [Self::Open, Self::Overdue, Self::Awaiting, Self::Recurring, Self::Closed, Self::All];

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Open => "finding-filter.open",
            Self::Overdue => "finding-filter.overdue",
            Self::Awaiting => "finding-filter.awaiting",
            Self::Recurring => "finding-filter.recurring",
            Self::Closed => "finding-filter.closed",
            Self::All => "finding-filter.all",
        }
    }

    fn next(self) -> Self {
        let at = Self::ALL.iter().position(|known| *known == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    fn fits(self, row: &Row, before: usize, today: NaiveDate) -> bool {
        match self {
            Self::Open => row.state.is_open() || row.conflicts > 0,
            Self::Overdue => row.is_overdue(today),
            Self::Awaiting => row.state == State::Awaiting,
            Self::Recurring => before > 0,
            Self::Closed => !row.state.is_open() && !row.is_gone(),
            Self::All => true,
        }
    }
}

/// The findings, filtered and narrowed.
#[derive(Debug)]
pub struct FindingsScreen {
    /// Which part is shown.
    pub filter: FindingFilter,
    /// The list of it, narrowed by typing.
    pub list: Narrowed,
    /// How many there are of all.
    pub counts: FindingCounts,
}

/// How many findings there are, however they are filtered and narrowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FindingCounts {
    /// All but those that were withdrawn.
    pub all: usize,
    /// What is not closed or handed over.
    pub open: usize,
    /// What is open after its term.
    pub overdue: usize,
    /// Of how many two people said different things.
    pub conflicting: usize,
}

impl FindingCounts {
    fn of(rows: &[Row], today: NaiveDate) -> Self {
        rows.iter().fold(Self::default(), |counts, row| Self {
            all: counts.all + usize::from(!row.is_gone()),
            open: counts.open + usize::from(row.state.is_open()),
            overdue: counts.overdue + usize::from(row.is_overdue(today)),
            conflicting: counts.conflicting + usize::from(row.conflicts > 0),
        })
    }
}

impl FindingsScreen {
    fn find(filter: FindingFilter, data: &Data, today: NaiveDate, typed: &str) -> Vec<usize> {
        let fits = |at: &usize| {
            let before = data.recurrences.get(*at).copied().unwrap_or(0);
            data.findings.get(*at).is_some_and(|row| filter.fits(row, before, today))
        };
        let mut found: Vec<usize> = if typed.is_empty() {
            (0..data.findings.len()).collect()
        } else {
            let searched = |row: &Row| {
                let unit = &row.source.facility;
                let severity = Lang::Zh.t(row.severity.name_key());
                format!("{} {} {} {} {} {severity}", unit.name, row.description, row.responsible, row.id, unit.district)
            };
            Search::new(typed).narrow(data.findings.iter().map(searched))
        };
        found.retain(fits);
        if typed.is_empty() && filter != FindingFilter::All {
            // What somebody has to decide comes first, then what is due first.
            found.sort_by_key(|&at| {
                let row = &data.findings[at];
                (row.conflicts == 0, row.due.unwrap_or(NaiveDate::MAX))
            });
        }
        found
    }

    /// Takes a key that moves or types.
    pub(super) fn key(&mut self, key: Key, data: &Data, today: NaiveDate) {
        let filter = self.filter;
        self.list.key(key, |typed| Self::find(filter, data, today, typed));
    }

    /// Takes pasted text.
    pub(super) fn paste(&mut self, pasted: &str, data: &Data, today: NaiveDate) {
        let filter = self.filter;
        self.list.paste(pasted, |typed| Self::find(filter, data, today, typed));
    }

    /// Finds the rows again and stays where the selection was, as far as there still is a row.
    pub(super) fn refresh(&mut self, data: &Data, today: NaiveDate) {
        let (filter, selection) = (self.filter, self.list.selection);
        self.list.refresh(|typed| Self::find(filter, data, today, typed));
        self.list.selection.0 = selection.0.min(self.list.rows.len().saturating_sub(1));
        self.counts = FindingCounts::of(&data.findings, today);
    }
}

/// A finding as it was read, with what is here of its photographs.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenFinding {
    /// Where it comes from.
    pub source: Source,
    /// The finding.
    pub entry: Entry,
    /// The photographs whose files are here.
    pub photos: Photos,
}

/// A finding with its history.
#[derive(Debug)]
pub struct FindingScreen {
    /// Where it comes from.
    pub source: Source,
    /// The finding.
    pub entry: Entry,
    /// Its photographs whose files are here.
    pub photos: Photos,
    /// The selected event.
    pub selection: Selection,
    /// How far what is known of it is scrolled, while that has the keys and not the history.
    pub head: Option<Scroll>,
    /// The findings of the same item at the same unit before, oldest first.
    pub earlier: Vec<FindingId>,
    /// What was said of it and is not in the ledger yet: it is asked again where it cannot be entered.
    asked: Option<Asked>,
}

/// What was answered to the question what became of a finding.
#[derive(Debug)]
struct Asked {
    actions: Vec<Action>,
    chosen: usize,
    form: Form,
}

/// What a person can say of a finding, in the order in which it usually happens.
const STEPS: [Action; 6] =
    [Action::Assigned, Action::Correcting, Action::Submitted, Action::Accepted, Action::Transferred, Action::Reopened];

impl FindingScreen {
    /// Takes a key that moves.
    pub(super) fn key(&mut self, key: Key) {
        match &mut self.head {
            Some(head) => head.key(key),
            None => drop(self.selection.key(key, self.entry.event.len())),
        }
    }

    /// Gives the keys to what is known of it, or back to the history.
    pub(super) fn change_pane(&mut self) {
        self.head = if self.head.is_some() { None } else { Some(Scroll::default()) };
    }
}

impl App {
    /// Opens the page of the finding at a position.
    pub(super) fn open_finding(&self, at: usize) -> Option<Effect> {
        self.data.findings.get(at).map(|row| Effect::OpenFinding(row.id.clone()))
    }

    /// Runs a command about findings.
    pub(super) fn run_findings(&mut self, command: Command) -> Vec<Effect> {
        let today = self.now.date_naive();
        match command {
            Command::Findings => {
                let mut screen = FindingsScreen {
                    filter: FindingFilter::Open,
                    list: Narrowed::new(0),
                    counts: FindingCounts::default(),
                };
                screen.refresh(&self.data, today);
                return self.push(Screen::Findings(Box::new(screen)));
            }
            Command::NextFilter => {
                let Self { screens, data, .. } = self;
                if let Some(Screen::Findings(screen)) = screens.last_mut() {
                    screen.filter = screen.filter.next();
                    screen.list.selection = Selection::default();
                    screen.refresh(data, today);
                }
            }
            Command::Step => self.ask_for_step(),
            Command::Reinspect => return self.reinspect(),
            _ => {}
        }
        Vec::new()
    }

    fn ask_for_step(&mut self) {
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return;
        }
        let Screen::Finding(screen) = self.screen() else { return };
        let standing = screen.entry.standing();
        let actions: Vec<_> = STEPS.into_iter().filter(|action| screen.entry.allows(*action)).collect();
        let due = standing.due.map_or_else(String::new, |due| due.to_string());
        let form = Form::new(vec![
            FormField::text("finding-step.reason", Field::line("")),
            FormField::text("finding.responsible", Field::line(standing.responsible)),
            FormField::text("finding.due", Field::line(&due)),
            FormField::text("finding-step.before", Field::line("")),
            FormField::text("finding-step.after", Field::line("")),
        ]);
        let finding = screen.entry.id.clone();
        self.overlay = Some(Overlay::Dialog(Dialog::Step { finding, actions, chosen: 0, form }));
    }

    /// Adds what was said, or goes on asking where something is missing or wrong.
    pub(super) fn confirm_step(
        &mut self,
        finding: FindingId,
        actions: Vec<Action>,
        chosen: usize,
        mut form: Form,
    ) -> Vec<Effect> {
        let Some(&action) = actions.get(chosen) else { return Vec::new() };
        let Screen::Finding(screen) = self.screen() else { return Vec::new() };
        let (known_due, known_responsible) = (screen.entry.due(), screen.entry.responsible().to_owned());
        let typed = form.text_of("finding.due");
        let due = Due::typed(&typed);
        let reason = form.text_of("finding-step.reason");
        // What stays as it was is not said again.
        let due = due.filter(|due| *due != Due::Day(known_due.unwrap_or(NaiveDate::MIN)));
        let is_wrong = due.is_none() && !typed.is_empty() && known_due.is_none_or(|known| known.to_string() != typed);
        form.mark("finding.due", is_wrong.then(|| text!("finding-step.due-hint")));
        let why_missing = match action {
            _ if !reason.is_empty() => None,
            action if action.needs_reason() => Some(text!("finding-step.no-reason")),
            action if action.sets_term() && due.is_some() && known_due.is_some() => Some(text!("ledger.no-reason-due")),
            _ => None,
        };
        form.mark("finding-step.reason", why_missing);
        if form.go_to_mistake() {
            self.overlay = Some(Overlay::Dialog(Dialog::Step { finding, actions, chosen, form }));
            return Vec::new();
        }
        let photos = |name: &str| paths_in(&form.text_of(name));
        let event = Event {
            reason,
            responsible: Some(form.text_of("finding.responsible"))
                .filter(|name| *name != known_responsible)
                .unwrap_or_default(),
            before: photos("finding-step.before"),
            after: photos("finding-step.after"),
            ..Event::new(self.now, &self.inspector(), action)
        };
        let (due, workdays) = match due {
            Some(Due::Day(day)) => (Some(day), None),
            Some(Due::Workdays(count)) => (None, Some(count)),
            None => (None, None),
        };
        let event = Event { due, ..event };
        if let Some(Screen::Finding(screen)) = self.screens.last_mut() {
            screen.asked = Some(Asked { actions, chosen, form });
        }
        vec![Effect::AddToFinding(finding, Box::new(event), workdays)]
    }

    /// Asks again with what was answered, where it could not be entered.
    fn ask_again(&mut self) {
        let Some(Screen::Finding(screen)) = self.screens.last_mut() else { return };
        let finding = screen.entry.id.clone();
        if let Some(Asked { actions, chosen, form }) = screen.asked.take() {
            self.overlay = Some(Overlay::Dialog(Dialog::Step { finding, actions, chosen, form }));
        }
    }

    /// Begins the re-inspection of the finding in hand, or of everything that is open of the record in hand.
    fn reinspect(&mut self) -> Vec<Effect> {
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return Vec::new();
        }
        let wanted = |row: &&Row| match self.screen() {
            Screen::Finding(screen) => row.id == screen.entry.id,
            Screen::Record(screen) => row.source.record == screen.record.record().header.id,
            _ => false,
        };
        let is_draft = |record: &RecordId| self.data.record(record).is_some_and(|row| row.finalised.is_none());
        let under_way = |row: &&Row| row.pending.as_ref().is_some_and(is_draft);
        let open = self.data.findings.iter().filter(wanted).filter(|row| row.state.is_open());
        let (begun, free): (Vec<&Row>, Vec<&Row>) = open.partition(under_way);
        let ids: Vec<_> = free.iter().map(|row| row.id.clone()).collect();
        let under_way = begun.first().and_then(|row| row.pending.clone());
        match under_way {
            // The findings know of it from then on.
            _ if !ids.is_empty() => vec![Effect::Reinspect(ids, self.now), Effect::LoadFindings],
            // What was begun is gone on with.
            Some(record) => vec![Effect::OpenDraft(record)],
            None => {
                self.say(text!("ledger.nothing-open"));
                Vec::new()
            }
        }
    }

    /// Shows other findings than before.
    fn show_findings(&mut self, listing: Listing<Row>) -> Vec<Effect> {
        self.data.findings = self.data.take(Area::Findings, listing);
        self.data.count_recurrences();
        self.data.judge_next_dates();
        self.data.judge_terms();
        self.refresh_lists();
        self.look_for_contradictions()
    }

    /// Finds the page of a finding, if it is open.
    fn finding_page(&mut self, id: &FindingId) -> Option<&mut FindingScreen> {
        self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Finding(open) if open.entry.id == *id => Some(&mut **open),
            _ => None,
        })
    }

    /// Reads the finding again whose page is open: the list does not have its history.
    fn read_open_finding(&self) -> Vec<Effect> {
        let open = self.screens.iter().find_map(|screen| match screen {
            Screen::Finding(open) => Some(Effect::ReadFinding(open.entry.id.clone())),
            _ => None,
        });
        open.into_iter().collect()
    }

    /// Shows a finding as it was read last where its page is open, at the newest event where one came in.
    fn put_finding(&mut self, opened: &OpenFinding) {
        let OpenFinding { source, entry, photos } = opened;
        let Some(open) = self.finding_page(&entry.id) else { return };
        if open.entry.event.len() != entry.event.len() {
            open.selection = Selection(entry.event.len().saturating_sub(1));
        }
        open.source.clone_from(source);
        open.entry.clone_from(entry);
        open.photos.clone_from(photos);
    }

    /// Takes what was read of the findings.
    pub(super) fn take_findings(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            // They were read in the meantime.
            Msg::KnownFindings(_) if self.data.has(Area::Findings) => {}
            Msg::KnownFindings(found) => return self.show_findings(Listing { found, damaged: Vec::new() }),
            Msg::Findings(listing) if self.data.has(Area::Findings) && listing.found == self.data.findings => {
                self.data.note(Area::Findings, listing.damaged);
                return self.read_open_finding();
            }
            Msg::Findings(listing) => {
                let mut effects = self.show_findings(listing);
                effects.extend(self.read_open_finding());
                return effects;
            }
            Msg::FindingRead(read) => match *read {
                Ok(opened) => self.put_finding(&opened),
                Err(error) => self.complain(error),
            },
            Msg::Finding(opened) => match *opened {
                Ok(OpenFinding { source, entry, photos }) => {
                    if !entry.standing().conflicts.is_empty() {
                        self.say(text!("contradiction.here"));
                    }
                    let selection = Selection(entry.event.len().saturating_sub(1));
                    let units = Successors::new(&self.data.facilities);
                    let earlier = earlier(&self.data.findings, &units, &source, &entry);
                    let screen = FindingScreen { source, entry, photos, selection, earlier, head: None, asked: None };
                    self.screens.retain(|open| !matches!(open, Screen::Finding(_)));
                    self.screens.push(Screen::Finding(Box::new(screen)));
                }
                Err(error) => self.complain(error),
            },
            Msg::FindingChanged(changed, by_weekends) => match *changed {
                Ok(opened) => {
                    if let Some(open) = self.finding_page(&opened.entry.id) {
                        open.asked = None;
                    }
                    self.put_finding(&opened);
                    let entry = opened.entry;
                    let is_draft = |id: &&RecordId| self.data.record(id).is_some_and(|row| row.finalised.is_none());
                    let draft = entry.pending().filter(is_draft).filter(|_| !entry.state().is_open());
                    let draft = draft.map(|record| text!("ledger.draft-open", id = entry.id, record = record));
                    self.say(draft.or(by_weekends).unwrap_or_else(|| text!("finding-step.kept")));
                    return vec![Effect::LoadFindings];
                }
                Err(error) => {
                    self.complain(error);
                    self.ask_again();
                }
            },
            _ => {}
        }
        Vec::new()
    }
}

/// Splits the paths of photographs that were typed or dropped into one line.
fn paths_in(typed: &str) -> Vec<String> {
    typed.split(['；', ';']).map(str::trim).filter(|path| !path.is_empty()).map(str::to_owned).collect()
}

/// Takes a key in the question what became of a finding or a task: arrows choose, Tab goes through the fields.
pub(super) fn step_key(key: Key, actions: usize, chosen: &mut usize, form: &mut Form) {
    match key.code {
        Code::Tab => form.go(!key.shift),
        Code::Up | Code::Down => {
            let mut selection = Selection(*chosen);
            selection.key(key, actions);
            *chosen = selection.0;
        }
        _ => drop(form.key(key)),
    }
}
