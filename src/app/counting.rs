//! Counting for the screens that show numbers: under which filter, when it has to be done again, what can be narrowed to.
//!
//! The numbers themselves are [`crate::report`]'s; nothing is counted here.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{Datelike, Months, NaiveDate};

use super::{
    App, Overlay,
    command::{Command, Context},
    data::Data,
    dialog::Dialog,
    list::Narrowed,
    message::{Effect, Msg, Now},
    screens::Screen,
};
use crate::{
    checklist::ChecklistId,
    error::Error,
    facility::Search,
    i18n::Lang,
    plan::{PlanId, TopicId},
    report::{Filter, Period, Tally, tally::type_name},
    store::title_shown,
    task::CampaignId,
    text,
};

/// What came of counting; several screens may wait for it.
pub type Counted = Result<Arc<Tally>, Arc<Error>>;

/// What was counted for a screen, and whether it is still what the workspace says.
#[derive(Debug)]
pub struct Count {
    /// What it is narrowed to.
    pub filter: Filter,
    /// What came out the last time.
    pub tally: Option<Arc<Tally>>,
    /// Why the last count came to nothing.
    pub trouble: Option<Arc<Error>>,
    /// Whether it is being counted.
    pub running: bool,
    /// Whether something has changed since.
    stale: bool,
}

impl Count {
    /// Begins with a filter; nothing is counted yet.
    pub fn new(filter: Filter) -> Self {
        Self { filter, tally: None, trouble: None, running: false, stale: true }
    }

    /// Notes that something has changed.
    pub(super) fn outdate(&mut self) {
        self.stale = true;
    }

    /// Asks for a count as of now in a language, where one is due and none is under way.
    pub(super) fn ask(&mut self, lang: Lang, now: Now) -> Option<Effect> {
        let foreign = self.tally.as_ref().is_some_and(|tally| tally.language != lang);
        if self.running || !(self.stale || foreign) {
            return None;
        }
        (self.running, self.stale) = (true, false);
        Some(Effect::Count(Box::new(self.filter.clone()), lang, now))
    }

    /// Takes what was counted under a filter; returns whether it was waited for.
    pub(super) fn take(&mut self, filter: &Filter, counted: &Counted) -> bool {
        if !self.running {
            return false;
        }
        self.running = false;
        // The filter may have been changed meanwhile; then another count is due already.
        if *filter != self.filter {
            return false;
        }
        match counted {
            Ok(tally) => (self.tally, self.trouble) = (Some(Arc::clone(tally)), None),
            Err(error) => self.trouble = Some(Arc::clone(error)),
        }
        true
    }
}

/// Something that a count can be narrowed to; of each sort one holds at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The inspections of some days, which may have a name.
    Period(Option<&'static str>, Period),
    /// What comes from a plan.
    Plan(PlanId),
    /// The tasks of a campaign.
    Campaign(CampaignId),
    /// Checklists of a topic.
    Topic(TopicId),
    /// Units of a district.
    District(String),
    /// A checklist.
    Checklist(ChecklistId),
    /// Units of a type.
    FacilityType(String),
    /// Inspections in which somebody took part.
    Inspector(String),
}

impl Limit {
    /// Lists what a count can be narrowed to, as far as it occurs in the workspace.
    fn all(data: &Data, today: NaiveDate) -> Vec<Self> {
        let mut limits: Vec<Self> =
            periods(today).into_iter().map(|(name, period)| Self::Period(Some(name), period)).collect();
        limits.extend(data.plans.iter().map(|plan| Self::Plan(plan.id.clone())));
        let campaigns: BTreeSet<_> = data.tasks.iter().map(|task| task.campaign.0.as_str()).collect();
        limits.extend(campaigns.into_iter().map(|id| Self::Campaign(CampaignId(id.to_owned()))));
        let topics: BTreeSet<_> = data.checklists.iter().filter_map(|file| file.checklist.topic.clone()).collect();
        limits.extend(topics.into_iter().map(Self::Topic));
        let of_records = data.records.iter().map(|row| row.facility.district.as_str());
        let districts: BTreeSet<_> =
            data.facilities.iter().map(|unit| unit.district.as_str()).chain(of_records).collect();
        limits
            .extend(districts.into_iter().filter(|name| !name.is_empty()).map(|name| Self::District(name.to_owned())));
        let checklists: BTreeSet<_> = data
            .checklists
            .iter()
            .map(|file| &file.checklist.id)
            .chain(data.records.iter().map(|row| &row.checklist.id))
            .collect();
        limits.extend(checklists.into_iter().cloned().map(Self::Checklist));
        let types: BTreeSet<_> = data.facilities.iter().map(|unit| unit.facility_type.as_str()).collect();
        limits
            .extend(types.into_iter().filter(|name| !name.is_empty()).map(|name| Self::FacilityType(name.to_owned())));
        let inspectors: BTreeSet<_> = data.records.iter().flat_map(|row| row.inspectors.iter()).collect();
        limits.extend(inspectors.into_iter().cloned().map(Self::Inspector));
        limits
    }

    /// Says whether a filter has it.
    pub fn holds(&self, filter: &Filter) -> bool {
        let is = |held: &Option<String>, value: &str| held.as_deref() == Some(value);
        match self {
            Self::Period(_, period) => filter.period == *period,
            Self::Plan(id) => is(&filter.plan, &id.0),
            Self::Campaign(id) => is(&filter.campaign, &id.0),
            Self::Topic(id) => is(&filter.topic, &id.0),
            Self::District(name) => is(&filter.district, name),
            Self::Checklist(id) => is(&filter.checklist, &id.0),
            Self::FacilityType(name) => is(&filter.facility_type, name),
            Self::Inspector(name) => is(&filter.inspector, name),
        }
    }

    /// Puts it into a filter, or takes it out where it is there; a period gives way to the year up to today.
    fn turn(&self, filter: &mut Filter, today: NaiveDate) {
        let held = self.holds(filter);
        let put = |value: &str| (!held).then(|| value.to_owned());
        match self {
            Self::Period(_, period) => filter.period = if held { Period::year_to(today) } else { *period },
            Self::Plan(id) => filter.plan = put(&id.0),
            Self::Campaign(id) => filter.campaign = put(&id.0),
            Self::Topic(id) => filter.topic = put(&id.0),
            Self::District(name) => filter.district = put(name),
            Self::Checklist(id) => filter.checklist = put(&id.0),
            Self::FacilityType(name) => filter.facility_type = put(name),
            Self::Inspector(name) => filter.inspector = put(name),
        }
    }

    /// Names it, with what sort of thing it is.
    pub fn name(&self, data: &Data, lang: Lang) -> String {
        let said = match self {
            Self::Period(Some(key), period) => {
                text!("narrow.period-named", name = lang.t(key), from = period.from, to = period.to)
            }
            Self::Period(None, period) => text!("narrow.period", from = period.from, to = period.to),
            Self::Plan(id) => text!("narrow.plan", name = plan_title(data, &id.0)),
            Self::Campaign(id) => text!("narrow.campaign", name = campaign_title(data, &id.0)),
            Self::Topic(id) => text!("narrow.topic", name = data.topic_name(id, lang)),
            Self::District(name) => text!("narrow.district", name = name),
            Self::Checklist(id) => text!("narrow.checklist", name = checklist_title(data, &id.0, lang)),
            Self::FacilityType(name) => text!("narrow.type", name = type_name(name, lang)),
            Self::Inspector(name) => text!("narrow.inspector", name = name),
        };
        said.show(lang)
    }
}

/// Says in words what a filter narrows to, the days first.
pub fn filter_words(filter: &Filter, data: &Data, lang: Lang) -> Vec<String> {
    let (from, to) = (filter.period.from, filter.period.to);
    let mut words = vec![text!("narrow.days", from = from, to = to).show(lang)];
    words.extend(filter.plan.as_deref().map(|id| plan_title(data, id)));
    words.extend(filter.campaign.as_deref().map(|id| campaign_title(data, id)));
    words.extend(filter.topic.as_ref().map(|id| data.topic_name(&TopicId(id.clone()), lang)));
    words.extend(filter.district.clone());
    words.extend(filter.checklist.as_deref().map(|id| checklist_title(data, id, lang)));
    words.extend(filter.facility_type.as_deref().map(|name| type_name(name, lang)));
    words.extend(filter.inspector.clone());
    words
}

fn campaign_title(data: &Data, id: &str) -> String {
    data.campaigns.get(id).map_or(id, String::as_str).to_owned()
}

fn plan_title(data: &Data, id: &str) -> String {
    data.plans.iter().find(|plan| plan.id.0 == id).map_or_else(|| id.to_owned(), |plan| plan.title.clone())
}

fn checklist_title(data: &Data, id: &str, lang: Lang) -> String {
    let in_use = data.checklists.iter().find(|file| file.checklist.id.0 == id);
    let in_use = in_use.map(|file| file.checklist.title.show(lang).to_owned());
    let pinned = || data.records.iter().map(|row| &row.checklist).find(|pinned| pinned.id.0 == id);
    let of_record = || pinned().map(|pinned| title_shown(&data.checklists, pinned, lang));
    in_use.or_else(of_record).unwrap_or_else(|| id.to_owned())
}

/// Lists the periods that are asked for most, as of a day.
fn periods(today: NaiveDate) -> Vec<(&'static str, Period)> {
    let month = |day: NaiveDate| day.with_day(1).unwrap_or(day);
    let quarter = |day: NaiveDate| month(day).with_month(day.month0() / 3 * 3 + 1).unwrap_or(day);
    let months = |day: NaiveDate, count: u32| day.checked_sub_months(Months::new(count)).unwrap_or(day);
    let until = |from: NaiveDate| Period { from, to: from.pred_opt().unwrap_or(from) };
    let this_year = Period::year_to(today);
    let before = |period: Period, from: NaiveDate| Period { from, to: until(period.from).to };
    let this_month = Period { from: month(today), to: today };
    let this_quarter = Period { from: quarter(today), to: today };
    vec![
        ("narrow.this-year", this_year),
        ("narrow.this-quarter", this_quarter),
        ("narrow.this-month", this_month),
        ("narrow.last-month", before(this_month, months(this_month.from, 1))),
        ("narrow.last-quarter", before(this_quarter, months(this_quarter.from, 3))),
        ("narrow.last-year", before(this_year, months(this_year.from, 12))),
    ]
}

/// Finds limits by what is typed; a period that is written out comes first, as one more behind them all.
pub(super) fn find_limits(data: &Data, limits: &[Limit], typed: &str, lang: Lang) -> Vec<usize> {
    if typed.is_empty() {
        return (0..limits.len()).collect();
    }
    let written = Period::read(typed).is_ok().then_some(limits.len());
    let named = Search::new(typed).narrow(limits.iter().map(|limit| limit.name(data, lang)));
    written.into_iter().chain(named).collect()
}

impl App {
    /// Returns what is counted for the screen in front.
    fn count_mut(&mut self) -> Option<&mut Count> {
        match self.screens.last_mut() {
            Some(Screen::Dashboard(screen)) => Some(&mut screen.count),
            Some(Screen::Reports(screen)) => Some(&mut screen.count),
            _ => None,
        }
    }

    /// Runs a command of the screens that show numbers; nothing where it is none of theirs.
    pub(super) fn run_counted(&mut self, command: Command) -> Option<Vec<Effect>> {
        match (self.context(), command) {
            (_, Command::Dashboard) => Some(self.run_dashboard(command)),
            (_, Command::Reports) => Some(self.run_reports(command)),
            (Context::Dashboard | Context::Reports, Command::NarrowCount) => {
                self.ask_for_limit();
                Some(Vec::new())
            }
            (Context::Dashboard | Context::Behind | Context::Reports, Command::Recount) => {
                self.outdate_counts();
                Some(Vec::new())
            }
            (Context::Behind, Command::Origin) => Some(self.go_to_counted_clause()),
            (Context::Dashboard, Command::NextField | Command::PreviousField) => Some(self.run_dashboard(command)),
            (
                Context::Reports,
                Command::NextField | Command::PreviousField | Command::Folder | Command::WriteReport,
            ) => Some(self.run_reports(command)),
            _ => None,
        }
    }

    /// Takes what was counted, and how far a report is.
    pub(super) fn counted(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::WorkspaceChanged => {
                self.reading.outdated = true;
                self.outdate_counts();
            }
            Msg::Counted(filter, counted) => self.take_count(&filter, &counted),
            Msg::ReportPreviewed(kind, tally, preview) => self.take_preview(kind, &tally, *preview),
            Msg::Writing(writing) => self.take_writing(writing),
            Msg::Written(written) => self.take_written(*written),
            _ => {}
        }
        Vec::new()
    }

    /// Asks what to narrow to.
    fn ask_for_limit(&mut self) {
        let limits = Limit::all(&self.data, self.now.date_naive());
        if self.count_mut().is_some() {
            let list = Narrowed::new(limits.len());
            self.overlay = Some(Overlay::Dialog(Dialog::Limits { limits, list }));
        }
    }

    /// Narrows to what was chosen, or takes it back.
    pub(super) fn turn_limit(&mut self, mut limits: Vec<Limit>, list: &Narrowed) {
        let Some(at) = list.selected() else { return };
        let limit = if at < limits.len() {
            limits.swap_remove(at)
        } else {
            let Ok(period) = Period::read(&list.query.text()) else { return };
            Limit::Period(None, period)
        };
        let today = self.now.date_naive();
        if let Some(count) = self.count_mut() {
            limit.turn(&mut count.filter, today);
            count.outdate();
        }
    }

    /// Notes that what was counted may have changed.
    pub(super) fn outdate_counts(&mut self) {
        for screen in &mut self.screens {
            match screen {
                Screen::Dashboard(screen) => screen.count.outdate(),
                Screen::Reports(screen) => screen.count.outdate(),
                _ => {}
            }
        }
    }

    /// Counts again for the screen in front where that is due.
    pub(super) fn keep_counted(&mut self) -> Vec<Effect> {
        let (lang, now) = (self.lang, self.now);
        let mut effects = Vec::new();
        match self.screens.last_mut() {
            Some(Screen::Dashboard(screen)) => effects.extend(screen.count.ask(lang, now)),
            Some(Screen::Behind(_)) => {
                effects.extend(self.screens.iter_mut().find_map(|screen| match screen {
                    Screen::Dashboard(screen) => screen.count.ask(lang, now),
                    _ => None,
                }));
            }
            Some(Screen::Reports(screen)) => effects.extend(screen.ask(lang, now)),
            _ => {}
        }
        effects
    }

    /// Takes what was counted to whoever waits for it.
    pub(super) fn take_count(&mut self, filter: &Filter, counted: &Counted) {
        for screen in &mut self.screens {
            match screen {
                Screen::Dashboard(screen) => screen.take(filter, counted),
                Screen::Reports(screen) => drop(screen.count.take(filter, counted)),
                _ => {}
            }
        }
        if let Ok(tally) = counted {
            self.renew_behind(filter, tally);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn periods_end_where_the_next_begins() {
        let cases = [
            ("2026-11-21", "2026-10-01..2026-11-21", "2026-10-01..2026-10-31", "2026-07-01..2026-09-30"),
            ("2026-01-31", "2026-01-01..2026-01-31", "2025-12-01..2025-12-31", "2025-10-01..2025-12-31"),
            ("2028-03-31", "2028-01-01..2028-03-31", "2028-02-01..2028-02-29", "2027-10-01..2027-12-31"),
        ];
        for (today, quarter, last_month, last_quarter) in cases {
            let found = periods(day(today));
            let shown = |name: &str| {
                let period = found.iter().find(|(known, _)| *known == name).expect(name).1;
                format!("{}..{}", period.from, period.to)
            };
            assert_eq!(shown("narrow.this-quarter"), quarter, "{today}");
            assert_eq!(shown("narrow.last-month"), last_month, "{today}");
            assert_eq!(shown("narrow.last-quarter"), last_quarter, "{today}");
        }
    }

    #[test]
    fn a_limit_goes_in_and_out() {
        let today = day("2026-11-21");
        let march = Period::read("2026-03").expect("a month");
        let limits = [
            Limit::Period(None, march),
            Limit::Plan(PlanId("p".to_owned())),
            Limit::Campaign(CampaignId("c".to_owned())),
            Limit::Topic(TopicId("t".to_owned())),
            Limit::District("澜城区".to_owned()),
            Limit::Checklist(ChecklistId("c".to_owned())),
            Limit::FacilityType("hospital".to_owned()),
            Limit::Inspector("林明".to_owned()),
        ];
        let begin = Filter::of(Period::year_to(today));
        for limit in limits {
            let mut filter = begin.clone();
            limit.turn(&mut filter, today);
            assert!(limit.holds(&filter) && filter != begin, "{limit:?}");
            limit.turn(&mut filter, today);
            assert_eq!(filter, begin, "{limit:?}");
        }
    }

    #[test]
    fn a_change_while_it_is_counted_is_counted_again() {
        let filter = Filter::of(Period::year_to(day("2026-11-21")));
        let mut count = Count::new(filter.clone());
        let now: Now = "2026-11-21T10:00:00+08:00".parse().expect("a moment");
        assert!(count.ask(Lang::Zh, now).is_some() && count.ask(Lang::Zh, now).is_none(), "one at a time");
        count.outdate();
        assert!(count.ask(Lang::Zh, now).is_none(), "not before the first has come back");
        let trouble = || Err(Arc::new(Error::input(text!("storage.not-utf8"))));
        assert!(count.take(&filter, &trouble()) && count.trouble.is_some());
        assert!(count.ask(Lang::Zh, now).is_some());
        assert!(!count.take(&Filter { district: Some("x".to_owned()), ..filter }, &trouble()), "another filter");
    }
}
