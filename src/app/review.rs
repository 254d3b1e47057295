//! Reviews: the records that wait for one, what is noted at their items, giving a review, and beginning a correction.

use std::collections::HashSet;

use super::{
    App, Overlay,
    command::Command,
    data::{Area, Data},
    dialog::Dialog,
    field::Field,
    form::{Form, FormField},
    key::{Code, Key},
    list::{Narrowed, Selection},
    message::{Effect, Msg},
    screens::{RecordScreen, Screen},
};
use crate::{
    checklist::ItemId,
    i18n::Text,
    inspection::{Decision, ItemReview, Level, RecordId, Standing},
    store::{Marks, Opinion, RecordRow, Reviewed},
    text,
};

/// The parts of the records that can be shown, in the order in which they follow one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReviewFilter {
    /// What somebody has to look at.
    #[default]
    Waiting,
    /// What was returned and is not corrected yet.
    Returned,
    /// What is approved.
    Approved,
    /// Everything that is finalised.
    All,
}

impl ReviewFilter {
    const ALL: [Self; 4] = [Self::Waiting, Self::Returned, Self::Approved, Self::All];

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Waiting => "review-filter.waiting",
            Self::Returned => "review-filter.returned",
            Self::Approved => "review-filter.approved",
            Self::All => "review-filter.all",
        }
    }

    fn next(self) -> Self {
        let at = Self::ALL.iter().position(|known| *known == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    fn fits(self, standing: &Standing) -> bool {
        match self {
            Self::Waiting => matches!(standing, Standing::Awaiting(_)),
            Self::Returned => matches!(standing, Standing::Returned(_)),
            Self::Approved => *standing == Standing::Approved,
            Self::All => *standing != Standing::Draft,
        }
    }
}

/// The records by how far their review is.
#[derive(Debug)]
pub struct ReviewsScreen {
    /// Which part is shown.
    pub filter: ReviewFilter,
    /// The list of it, narrowed by typing.
    pub list: Narrowed,
}

impl ReviewsScreen {
    fn find(filter: ReviewFilter, data: &Data, typed: &str) -> Vec<usize> {
        let mut found = data.find_records(typed);
        found.retain(|&at| data.standing_of(&data.records[at].id).is_some_and(|standing| filter.fits(standing)));
        if filter == ReviewFilter::Waiting && typed.is_empty() {
            // What waits for somebody else comes behind what is one's own to review.
            let own: HashSet<usize> = data.to_review.iter().copied().collect();
            found.sort_by_key(|at| !own.contains(at));
        }
        found
    }

    /// Takes a key that moves or types.
    pub(super) fn key(&mut self, key: Key, data: &Data) {
        let filter = self.filter;
        self.list.key(key, |typed| Self::find(filter, data, typed));
    }

    /// Takes pasted text.
    pub(super) fn paste(&mut self, pasted: &str, data: &Data) {
        let filter = self.filter;
        self.list.paste(pasted, |typed| Self::find(filter, data, typed));
    }

    /// Finds the rows again and stays where the selection was, as far as there still is a row.
    pub(super) fn refresh(&mut self, data: &Data) {
        let (filter, selection) = (self.filter, self.list.selection);
        self.list.refresh(|typed| Self::find(filter, data, typed));
        self.list.selection.0 = selection.0.min(self.list.rows.len().saturating_sub(1));
    }
}

/// What a review can come to, by the keys of the names.
const DECISIONS: &[&str] = &["review-decision.approved", "review-decision.returned"];

impl Data {
    /// Returns how far the review of a record is, as far as that is known.
    pub fn standing_of(&self, id: &RecordId) -> Option<&Standing> {
        self.standings.get(id)
    }

    /// Returns the reviews of a record, the oldest first.
    pub fn opinions_of(&self, id: &RecordId) -> &[Opinion] {
        self.opinions.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns the correction that is being made of a record.
    pub fn correction_of(&self, id: &RecordId) -> Option<&RecordRow> {
        self.drafts().find(|row| row.revises.as_ref() == Some(id))
    }

    /// Takes how far the reviews are, and works out what an inspector has to do about it.
    fn take_reviewed(&mut self, reviewed: Reviewed, inspector: &str) {
        self.note(Area::Reviews, reviewed.damaged);
        self.objections = reviewed.opinions.iter().filter(|opinion| opinion.objection.is_some()).count();
        self.returned_count =
            reviewed.standings.iter().filter(|standing| matches!(standing, Standing::Returned(_))).count();
        self.standings = self.records.iter().map(|row| row.id.clone()).zip(reviewed.standings).collect();
        let rules = reviewed.rules;
        self.has_two_levels = rules.levels > 1;
        self.opinions.clear();
        for opinion in reviewed.opinions {
            self.opinions.entry(opinion.review.record.clone()).or_default().push(opinion);
        }
        let (mut to_review, mut returned) = (Vec::new(), Vec::new());
        for (at, row) in self.records.iter().enumerate() {
            let own = row.as_content().is_of(inspector);
            match self.standings.get(&row.id) {
                Some(Standing::Awaiting(level))
                    if !own && rules.asks(inspector, *level) && !self.has_approved_already(&row.id, inspector) =>
                {
                    to_review.push(at);
                }
                Some(Standing::Returned(_)) if own && self.correction_of(&row.id).is_none() => returned.push(at),
                _ => {}
            }
        }
        (self.to_review, self.returned) = (to_review, returned);
    }

    /// Says whether only somebody else can approve a record, because nobody but this person approved it for the department.
    fn has_approved_already(&self, id: &RecordId, by: &str) -> bool {
        let approves = |opinion: &&Opinion| {
            let review = &opinion.review;
            opinion.objection.is_none() && review.level == Level::Department && review.decision == Decision::Approved
        };
        let mut department = self.opinions_of(id).iter().filter(approves).map(|opinion| opinion.review.by.trim());
        matches!(self.standing_of(id), Some(Standing::Awaiting(Level::Leadership)))
            && department.clone().next().is_some()
            && department.all(|one| one == by.trim())
    }

    /// Forgets which records have to be reviewed or corrected until that is worked out for the records of now.
    pub(super) fn forget_reviewed(&mut self) {
        // Where no record came or went the places are the same until the new ones are there.
        if self.standings.len() != self.records.len() {
            self.to_review.clear();
            self.returned.clear();
        }
    }
}

impl App {
    /// Takes what was read of the reviews.
    pub(super) fn take_reviews(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Reviews(reviewed) => {
                let inspector = self.inspector();
                self.data.take_reviewed(reviewed, &inspector);
                if !self.data.tasks.is_empty() {
                    // What was returned is not done.
                    self.judge_tasks();
                    self.refresh_lists();
                }
                // They come with the records, for which everything else was found again.
                let Self { screens, data, .. } = self;
                for screen in screens {
                    if let Screen::Reviews(screen) = screen {
                        screen.refresh(data);
                    }
                }
            }
            Msg::ReviewGiven(record, given) => match *given {
                Ok(review) => {
                    if let Some(open) = self.set_waits(&record, false) {
                        open.marks = Marks::default();
                    }
                    self.say(match review.decision {
                        Decision::Approved => text!("review-screen.approved"),
                        Decision::Returned => text!("review-screen.returned"),
                    });
                    return vec![Effect::LoadRecords];
                }
                Err(error) => {
                    self.set_waits(&record, false);
                    self.complain(error);
                }
            },
            Msg::CorrectionBegun(record, begun) => {
                self.set_waits(&record, false);
                let in_front = |screen: &Screen| matches!(screen, Screen::Record(open) if open.id() == &record);
                match begun {
                    Ok(draft) if self.overlay.is_none() && in_front(self.screen()) => {
                        return vec![Effect::OpenDraft(draft)];
                    }
                    // Whoever went on to something else is left alone; the draft is among the others.
                    Ok(_) => return vec![Effect::LoadRecords],
                    Err(error) => self.complain(error),
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Notes whether something about a record is being written; returns its screen where that is open.
    fn set_waits(&mut self, record: &RecordId, waits: bool) -> Option<&mut RecordScreen> {
        let open = self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Record(open) if open.id() == record => Some(open),
            _ => None,
        })?;
        open.waits = waits;
        Some(open)
    }

    /// Runs a command about reviews and corrections.
    pub(super) fn run_review(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Reviews => {
                let mut screen = ReviewsScreen { filter: ReviewFilter::Waiting, list: Narrowed::new(0) };
                screen.refresh(&self.data);
                return self.push(Screen::Reviews(Box::new(screen)));
            }
            Command::NextFilter => {
                let Self { screens, data, .. } = self;
                if let Some(Screen::Reviews(screen)) = screens.last_mut() {
                    screen.filter = screen.filter.next();
                    screen.list.selection = Selection::default();
                    screen.refresh(data);
                }
            }
            Command::Revise => return self.revise(),
            Command::ApproveItem | Command::ReturnItem | Command::UnmarkItem | Command::Decide => {
                if let Some(why) = self.why_no_review() {
                    self.say(why);
                    return Vec::new();
                }
                return self.note_review(command);
            }
            _ => {}
        }
        Vec::new()
    }

    /// Says why the record in front cannot be reviewed, or nothing where it can.
    fn why_no_review(&self) -> Option<Text> {
        if self.is_read_only() {
            return Some(text!("app.read-only"));
        }
        let Screen::Record(screen) = self.screen() else { return None };
        if screen.waits {
            return Some(text!("review-screen.being-written"));
        }
        let id = screen.id();
        let by = self.inspector();
        let row = self.data.record(id)?;
        match self.data.standing_of(id) {
            Some(Standing::Draft) | None => Some(text!("review.draft", record = id)),
            Some(Standing::Superseded(newer)) => Some(text!("review.superseded", record = id, newer = newer)),
            Some(_) if row.as_content().is_of(&by) => Some(text!("review.own", by = by)),
            Some(_) if self.data.has_approved_already(id, &by) => Some(text!("review.same-person")),
            Some(_) => {
                self.data.correction_of(id).map(|draft| text!("review.correcting", record = id, draft = draft.id))
            }
        }
    }

    /// Notes something at the item in hand, or asks what the review comes to.
    fn note_review(&mut self, command: Command) -> Vec<Effect> {
        let Screen::Record(screen) = self.screen_mut() else { return Vec::new() };
        let items = screen.items();
        let item = items.get(screen.selection.0).and_then(|&at| screen.item_id(at));
        match (command, item) {
            (Command::ApproveItem, Some(item)) => {
                let effect = screen.mark(item, Some((Decision::Approved, String::new())));
                screen.selection.key(Key::plain(Code::Down), items.len());
                vec![effect]
            }
            (Command::UnmarkItem, Some(item)) => vec![screen.mark(item, None)],
            (Command::ReturnItem, Some(item)) => {
                let noted = screen.marks.item.iter().find(|one| one.item == item);
                let field = Field::line(noted.map_or("", |one| &one.reason));
                self.overlay = Some(Overlay::Dialog(Dialog::Reason { item, field }));
                Vec::new()
            }
            (Command::Decide, _) => {
                let returned = screen.marks.item.iter().any(|one| one.decision == Decision::Returned);
                let form = Form::new(vec![
                    FormField::choice("review-screen.decision", DECISIONS, usize::from(returned)),
                    FormField::text("review-screen.remark", Field::line(&screen.marks.remark)),
                ]);
                self.overlay = Some(Overlay::Dialog(Dialog::Decide(form)));
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the item for the reason that was typed; without one nothing is returned.
    pub(super) fn confirm_reason(&mut self, item: ItemId, field: &Field) -> Vec<Effect> {
        let reason = field.text().trim().to_owned();
        if reason.is_empty() {
            self.say(text!("review.no-item-reason", item = item));
            self.overlay = Some(Overlay::Dialog(Dialog::Reason { item, field: field.clone() }));
            return Vec::new();
        }
        let Screen::Record(screen) = self.screen_mut() else { return Vec::new() };
        let effect = screen.mark(item, Some((Decision::Returned, reason)));
        let rows = screen.items().len();
        screen.selection.key(Key::plain(Code::Down), rows);
        vec![effect]
    }

    /// Gives the review, or goes on asking where it contradicts itself.
    pub(super) fn confirm_decision(&mut self, mut form: Form) -> Vec<Effect> {
        let now = self.now;
        let decision =
            if form.choice_of("review-screen.decision") == 0 { Decision::Approved } else { Decision::Returned };
        let remark = form.text_of("review-screen.remark");
        let Screen::Record(screen) = self.screen_mut() else { return Vec::new() };
        let returned = screen.marks.item.iter().find(|one| one.decision == Decision::Returned).map(|one| &one.item);
        let contradicts = returned.filter(|_| decision == Decision::Approved);
        let groundless = decision == Decision::Returned && returned.is_none() && remark.is_empty();
        form.mark("review-screen.decision", contradicts.map(|item| text!("review.approves-returned", item = item)));
        form.mark("review-screen.remark", groundless.then(|| text!("review.no-reason")));
        if contradicts.is_some() || groundless {
            self.overlay = Some(Overlay::Dialog(Dialog::Decide(form)));
            return Vec::new();
        }
        screen.marks.remark = remark;
        screen.waits = true;
        let record = screen.id().clone();
        vec![Effect::GiveReview(record, decision, Box::new(screen.marks.clone()), now)]
    }

    /// Begins the correction of the record in front, or goes on with the one that there is.
    fn revise(&mut self) -> Vec<Effect> {
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return Vec::new();
        }
        let Screen::Record(screen) = self.screen() else { return Vec::new() };
        let (id, waits) = (screen.id().clone(), screen.waits);
        if waits {
            self.say(text!("review-screen.being-written"));
            return Vec::new();
        }
        if let Some(draft) = self.data.correction_of(&id) {
            return vec![Effect::OpenDraft(draft.id.clone())];
        }
        if let Some(Standing::Superseded(newer)) = self.data.standing_of(&id) {
            let said = text!("revision.corrected", record = id, newer = newer);
            let newer = newer.clone();
            self.say(said);
            return vec![Effect::OpenRecord(newer)];
        }
        self.set_waits(&id, true);
        vec![Effect::Revise(id)]
    }
}

impl RecordScreen {
    /// Returns the number of the record.
    fn id(&self) -> &RecordId {
        &self.record.record().header.id
    }

    /// Returns the id of the item at a position in the checklist.
    fn item_id(&self, at: usize) -> Option<ItemId> {
        self.sheet.as_ref().ok().map(|sheet| sheet.item(at).id.clone())
    }

    /// Notes what is said of an item, or takes it back; returns the effect that keeps it.
    fn mark(&mut self, item: ItemId, said: Option<(Decision, String)>) -> Effect {
        self.marks.item.retain(|one| one.item != item);
        self.marks.item.extend(said.map(|(decision, reason)| ItemReview { item, decision, reason }));
        Effect::KeepMarks(self.id().clone(), Box::new(self.marks.clone()))
    }
}
