//! Counting: one walk over the records that the filter leaves.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
    thread,
};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

use super::{
    Compared, Earlier, FORMAT, Findings, Group, LeftOut, Reason, RecordAt, Records, Source, Sources, Tally, Totals,
    Unit,
    answers::{Answers, Counted},
    clauses::Clauses,
    coverage::{Register, narrowed_to, topic_coverage},
    definitions::definitions,
    grades::Grades,
    lines::type_name,
    names::Names,
    tasks::{InCampaign, Tasks, Units},
    totals::Occasion,
    versions::{Version, topic_of, versions},
};
use crate::{
    i18n::Lang,
    plan::Plan,
    report::{filter::Filter, material::Material, scope::newest},
    store::{Facts, RecordFact, Word},
    task::Task,
};

/// What is counted for some records.
#[derive(Default)]
struct Sum {
    totals: Totals,
    records: Vec<RecordAt>,
    units: Vec<Word>,
}

/// Everything while it is counted.
struct Counting<'material> {
    facts: &'material Facts,
    lang: Lang,
    merged: &'material Units,
    names: Arc<Names>,
    all: Sum,
    districts: HashMap<Word, Sum>,
    topics: BTreeMap<String, Sum>,
    checklists: HashMap<Word, (Sum, RecordAt)>,
    facility_types: HashMap<Word, Sum>,
    months: BTreeMap<(i32, u32), Sum>,
    inspectors: HashMap<Word, Sum>,
    units: HashMap<Word, (Sum, RecordAt)>,
    grades: Grades<'material>,
    /// The positions of the counted records among the facts.
    records: Vec<(u32, Occasion)>,
    /// Those of them that are no visits.
    progress: HashSet<RecordAt>,
}

/// Counts what a report says of the records that the filter leaves.
///
/// `as_of` is the day against which terms are judged, and by whose end a record has to be finalised; `made` is written down
/// only; `lang` is that of names and meanings.
///
/// Without a plan in the filter it is about those of the years of its period, and about plans without a year.
pub fn count(material: &Material, filter: &Filter, as_of: NaiveDate, made: DateTime<FixedOffset>, lang: Lang) -> Tally {
    let mut tally = count_for_every_plan(material, filter, as_of, made, lang);
    let years = filter.period.from.year()..=filter.period.to.year();
    let is_of_period = |plan: &&Plan| plan.head.year.is_none_or(|year| years.contains(&year));
    let meant: HashSet<&str> = material.plans.iter().filter(is_of_period).map(|plan| plan.head.id.0.as_str()).collect();
    tally.plans.retain(|plan| filter.plan.is_some() || meant.contains(plan.id.as_str()));
    tally
}

/// Counts as [`count`] does, the plans of other years included.
pub fn count_for_every_plan(
    material: &Material,
    filter: &Filter,
    as_of: NaiveDate,
    made: DateTime<FixedOffset>,
    lang: Lang,
) -> Tally {
    let facts = &material.facts;
    let mut items = Vec::new();
    let units = Units::new(material);
    let campaign = InCampaign::new(material, filter, &units);
    let clauses = Clauses::new(material, filter);
    let versions = versions(material, filter, &clauses, &mut items, lang);
    let names = Arc::new(Names::new(&versions, lang));
    let mut counting = Counting {
        facts,
        lang,
        merged: &units,
        names: Arc::clone(&names),
        all: Sum::default(),
        districts: HashMap::new(),
        topics: BTreeMap::new(),
        checklists: HashMap::new(),
        facility_types: HashMap::new(),
        months: BTreeMap::new(),
        inspectors: HashMap::new(),
        units: HashMap::new(),
        grades: Grades::default(),
        records: Vec::new(),
        progress: HashSet::new(),
    };
    // A period that goes on is held against as many days: a whole one would make every number look small.
    let over = filter.period.until(as_of.min(made.date_naive()));
    let mut earlier = Compared {
        before: over.before().map(|period| Earlier::of(period, &material.facts, &names)),
        year_before: over.year_before().map(|period| Earlier::of(period, &material.facts, &names)),
    };
    let mut earlier_units = [HashSet::new(), HashSet::new()];
    let mut left_out = material.damaged.clone();
    let mut counted: Vec<Counted<'_, '_>> = Vec::new();
    let superseded_on = facts.superseded_on(as_of);
    let fitting = |record: &&RecordFact| fits(facts, filter, record) && campaign.has(facts, record, &units);
    for (place, record) in (0..).zip(&facts.records).filter(|(_, record)| fitting(record)) {
        let day = record.day();
        let superseded = superseded_on.contains(facts.word(record.id));
        let Some(version) = versions.get(&record.checklist_digest) else {
            if filter.period.contains(day) && fits_without_checklist(filter) {
                left_out.push(omitted(facts, record, superseded));
            }
            continue;
        };
        if !version.wanted {
            continue;
        }
        let later = record.finalised_on().is_some_and(|finalised| finalised > as_of);
        if !record.is_finalised() || !record.judged || superseded || later {
            if filter.period.contains(day) {
                let omitted = omitted(facts, record, superseded);
                left_out.push(if later { LeftOut { reason: Reason::Later, ..omitted } } else { omitted });
            }
            continue;
        }
        if filter.period.contains(day) {
            if record.ledger_digest().is_none() && !material.has_damaged_ledger(facts.word(record.id)) {
                left_out.push(LeftOut { reason: Reason::NoLedger, ..omitted(facts, record, false) });
            }
            let is_returned = material.returned.contains(facts.word(record.id));
            let minded = [(record.altered, Reason::Altered), (is_returned, Reason::Returned)];
            for (_, reason) in minded.into_iter().filter(|(is_so, _)| *is_so) {
                left_out.push(LeftOut { reason, ..omitted(facts, record, false) });
            }
            counted.push((place, version));
        }
        for (earlier, seen) in [&mut earlier.before, &mut earlier.year_before].into_iter().zip(&mut earlier_units) {
            if let Some(earlier) = earlier.as_mut().filter(|earlier| earlier.period.contains(day)) {
                add_to(&mut earlier.totals, facts, record, version.occasion, as_of);
                earlier.records.add(place, version.occasion);
                if version.occasion != Occasion::Progress {
                    seen.insert(units.counted(record.facility));
                }
            }
        }
    }
    for (earlier, seen) in [&mut earlier.before, &mut earlier.year_before].into_iter().zip(earlier_units) {
        if let Some(earlier) = earlier {
            earlier.totals.units = seen.len() as u64;
            earlier.totals.finish();
        }
    }
    left_out.sort_by(|one, other| (one.reason, &one.path).cmp(&(other.reason, &other.path)));
    let tasks = Tasks::new(material, filter, &units, as_of);
    let head = Head { filter, as_of, made, earlier, left_out, campaign: &campaign, tasks };
    // What is counted of answers and what is counted of whole records have nothing to do with one another.
    let (answers, sources) = thread::scope(|scope| {
        let beside = scope.spawn(|| (Answers::of(facts, &counted, items, clauses), sources(material, &counted, lang)));
        for (place, version) in &counted {
            counting.add(*place, version, as_of);
        }
        beside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    counting.finish(material, head, answers, sources)
}

/// What stands in front of the counts.
struct Head<'head> {
    filter: &'head Filter,
    as_of: NaiveDate,
    made: DateTime<FixedOffset>,
    earlier: Compared,
    left_out: Vec<LeftOut>,
    campaign: &'head InCampaign<'head>,
    tasks: Tasks<'head>,
}

/// Says whether a record is what the filter leaves, its day and what its checklist says aside.
fn fits(facts: &Facts, filter: &Filter, record: &RecordFact) -> bool {
    let is = |wanted: &Option<String>, word: Word| wanted.as_ref().is_none_or(|wanted| facts.word(word) == wanted);
    is(&filter.district, record.district)
        && is(&filter.checklist, record.checklist)
        && is(&filter.facility_type, record.facility_type)
        && filter
            .inspector
            .as_ref()
            .is_none_or(|wanted| facts.inspectors_of(record).iter().any(|name| facts.word(*name) == wanted))
}

/// Says whether the filter asks for nothing that only the checklist could tell.
fn fits_without_checklist(filter: &Filter) -> bool {
    filter.topic.is_none() && filter.plan.is_none()
}

fn omitted(facts: &Facts, record: &RecordFact, superseded: bool) -> LeftOut {
    let reason = match (record.is_finalised(), superseded) {
        (false, _) => Reason::Draft,
        (true, true) => Reason::Superseded,
        (true, false) => Reason::NoChecklist,
    };
    let [path, about] = [record.path, record.facility_name].map(|word| facts.word(word).to_owned());
    LeftOut { reason, path, about }
}

/// Adds a record with its findings to totals.
fn add_to(totals: &mut Totals, facts: &Facts, record: &RecordFact, occasion: Occasion, as_of: NaiveDate) {
    let findings = facts.findings_of(record);
    let leaves = findings.iter().any(|finding| !finding.on_site);
    totals.add(occasion, &record.counts, facts.inspectors_of(record).len(), leaves);
    for finding in findings {
        totals.add_finding(finding, as_of);
    }
}

impl Sum {
    fn add(&mut self, unit: Word, at: RecordAt, one: &Totals) {
        self.totals.join(one);
        self.records.push(at);
        if one.visits > 0 {
            self.units.push(unit);
        }
    }

    fn finish(mut self, key: &str, name: &str) -> Group {
        self.units.sort_unstable();
        self.units.dedup();
        self.totals.units = self.units.len() as u64;
        self.totals.finish();
        Group { key: key.to_owned(), name: name.to_owned(), totals: self.totals, records: self.records }
    }
}

impl<'material> Counting<'material> {
    /// Adds the record at a place among the facts.
    fn add(&mut self, place: u32, version: &Version<'material>, as_of: NaiveDate) {
        let facts = self.facts;
        let record = &facts.records[place as usize];
        let unit = self.merged.counted(record.facility);
        let at = RecordAt::try_from(self.records.len()).unwrap_or(RecordAt::MAX);
        let mut one = Totals::default();
        add_to(&mut one, facts, record, version.occasion, as_of);
        for sum in [
            &mut self.all,
            self.districts.entry(record.district).or_default(),
            self.facility_types.entry(record.facility_type).or_default(),
            self.months.entry((record.day().year(), record.day().month())).or_default(),
            match self.topics.get_mut(topic_of(version.checklist)) {
                Some(sum) => sum,
                None => self.topics.entry(topic_of(version.checklist).to_owned()).or_default(),
            },
        ] {
            sum.add(unit, at, &one);
        }
        let (sum, last) = self.checklists.entry(record.checklist).or_default();
        sum.add(unit, at, &one);
        *last = at;
        let (sum, last) = self.units.entry(unit).or_default();
        sum.add(unit, at, &one);
        *last = at;
        if let Some(grade) = record.grade().filter(|_| version.occasion == Occasion::Inspection) {
            self.grades.add(version.checklist, unit, grade, at);
        }
        let mut named: Vec<Word> = facts.inspectors_of(record).to_vec();
        named.sort_unstable();
        named.dedup();
        // Whoever is counted alone went alone.
        let alone = Totals { person_visits: one.visits, ..one };
        for inspector in named {
            self.inspectors.entry(inspector).or_default().add(unit, at, &alone);
        }
        if version.occasion == Occasion::Progress {
            self.progress.insert(at);
        }
        self.records.push((place, version.occasion));
    }

    fn finish(mut self, material: &Material, head: Head<'_>, answers: Answers<'_>, sources: Sources) -> Tally {
        let (facts, lang) = (self.facts, self.lang);
        let mut checklists: Vec<_> = std::mem::take(&mut self.checklists)
            .into_iter()
            .map(|(key, (sum, last))| sum.finish(facts.word(key), self.names.title(facts, self.fact(last))))
            .collect();
        checklists.sort_by(|one, other| one.key.cmp(&other.key));
        let topic_name = |key: &str| {
            let other = || if key.is_empty() { lang.t("report.no-topic").into_owned() } else { key.to_owned() };
            material.topic_name(key, lang).unwrap_or_else(other)
        };
        let topics = std::mem::take(&mut self.topics).into_iter();
        let mut topics: Vec<Group> = topics.map(|(key, sum)| sum.finish(&key, &topic_name(&key))).collect();
        let months = std::mem::take(&mut self.months)
            .into_iter()
            .map(|((year, month), sum)| sum.finish(&format!("{year:04}-{month:02}"), &format!("{year:04}-{month:02}")))
            .collect();
        let mut districts = groups(facts, std::mem::take(&mut self.districts), str::to_owned);
        let mut facility_types = groups(facts, std::mem::take(&mut self.facility_types), |slug| type_name(slug, lang));
        let inspectors = groups(facts, std::mem::take(&mut self.inspectors), str::to_owned);
        let units = self.finish_units();
        let mut totals = std::mem::take(&mut self.all).finish("", "").totals;
        let inspected = units.iter().filter(|unit| unit.totals.visits > 0);
        let visited: HashSet<&str> = inspected.map(|unit| unit.id.as_str()).collect();
        let register = Register {
            units: &material.register,
            filter: head.filter,
            campaign: head.campaign,
            checklists: narrowed_to(material, head.filter),
            visited,
        };
        let tasks = &head.tasks;
        let complete = |totals: &mut Totals, belongs: &dyn Fn(&Task) -> bool| {
            (totals.task_completion, totals.unit_completion) = tasks.completion(belongs);
        };
        totals.coverage = register.coverage(|_| true);
        complete(&mut totals, &|_| true);
        with_those_of_tasks(&mut districts, tasks.groups(|task| &task.district), str::to_owned);
        with_those_of_tasks(&mut topics, tasks.groups(|task| tasks.topic_of(task)), topic_name);
        let types = tasks.groups(|task| tasks.type_of(task, self.merged));
        with_those_of_tasks(&mut facility_types, types, |slug| type_name(slug, lang));
        let title = |id: &str| newest(material, id).map_or(id, |checklist| checklist.title.show(lang)).to_owned();
        with_those_of_tasks(&mut checklists, tasks.groups(|task| &task.checklist.0), title);
        for group in &mut districts {
            group.totals.coverage = register.coverage(|unit| unit.district == group.key);
            complete(&mut group.totals, &|task| task.district == group.key);
        }
        for group in &mut facility_types {
            group.totals.coverage = register.coverage(|unit| unit.facility_type == group.key);
            complete(&mut group.totals, &|task| tasks.type_of(task, self.merged) == group.key);
        }
        for group in &mut checklists {
            complete(&mut group.totals, &|task| task.checklist.0 == group.key);
        }
        for group in &mut topics {
            group.totals.coverage = topic_coverage(material, &register, (&units, &self.progress), group);
            complete(&mut group.totals, &|task| tasks.topic_of(task) == group.key);
        }
        Tally {
            format: FORMAT,
            bureau: material.bureau.clone(),
            made: head.made,
            language: lang,
            as_of: head.as_of,
            filter: head.filter.clone(),
            scope: head.filter.names(material, lang),
            sources,
            left_out: head.left_out,
            definitions: definitions(lang),
            totals,
            compared: head.earlier,
            districts,
            topics,
            checklists,
            facility_types,
            months,
            inspectors,
            units,
            grades: std::mem::take(&mut self.grades).finish(facts, lang),
            items: answers.items,
            findings: Findings::new(&material.facts, head.as_of, answers.findings),
            plans: answers.clauses.finish(material, facts, head.as_of, lang),
            records: Records::new(&material.facts, &self.names, self.records),
        }
    }

    /// Returns the facts of a counted record.
    fn fact(&self, at: RecordAt) -> &'material RecordFact {
        &self.facts.records[self.records[at as usize].0 as usize]
    }

    fn finish_units(&mut self) -> Vec<Unit> {
        let facts = self.facts;
        let mut units: Vec<_> = std::mem::take(&mut self.units)
            .into_iter()
            .map(|(id, (sum, last))| {
                let group = sum.finish(self.merged.of(facts.word(id)), "");
                let text = |word: Word| facts.word(word).to_owned();
                let record = self.fact(last);
                let is_inspection = |at: &&RecordAt| self.records[**at as usize].1 == Occasion::Inspection;
                let graded = |at: &RecordAt| self.names.grade(facts, self.fact(*at)).map(str::to_owned);
                let grade = group.records.iter().rev().filter(is_inspection).find_map(graded);
                Unit {
                    id: group.key,
                    name: text(record.facility_name),
                    district: text(record.district),
                    facility_type: text(record.facility_type),
                    rank: None,
                    grade,
                    totals: group.totals,
                    records: group.records,
                }
            })
            .collect();
        let rate = |unit: &Unit| unit.totals.score_rate.percent.unwrap_or(-1.0);
        units.sort_by(|one, other| rate(other).total_cmp(&rate(one)).then_with(|| one.id.cmp(&other.id)));
        for at in 0..units.len() {
            let shared = at.checked_sub(1).filter(|&before| rate(&units[before]).total_cmp(&rate(&units[at])).is_eq());
            let place = shared.and_then(|before| units[before].rank).or(u32::try_from(at + 1).ok());
            units[at].rank = place.filter(|_| units[at].totals.score_rate.percent.is_some());
        }
        units
    }
}

/// Adds the groups in which nothing of what was to be done was done: they are not left out for that.
fn with_those_of_tasks(groups: &mut Vec<Group>, keys: BTreeSet<&str>, name: impl Fn(&str) -> String) {
    for key in keys {
        if let Err(at) = groups.binary_search_by(|group| group.key.as_str().cmp(key)) {
            groups.insert(at, Group { key: key.to_owned(), name: name(key), ..Group::default() });
        }
    }
}

/// Finishes groups and sorts them by their key.
fn groups(facts: &Facts, sums: HashMap<Word, Sum>, name: impl Fn(&str) -> String) -> Vec<Group> {
    let finish = |(key, sum): (Word, Sum)| sum.finish(facts.word(key), &name(facts.word(key)));
    let mut groups: Vec<_> = sums.into_iter().map(finish).collect();
    groups.sort_by(|one, other| one.key.cmp(&other.key));
    groups
}

/// Names the files that were counted.
fn sources(material: &Material, counted: &[Counted<'_, '_>], lang: Lang) -> Sources {
    let (mut records, mut ledgers) = (blake3::Hasher::new(), blake3::Hasher::new());
    let facts = &material.facts;
    let mut used = HashMap::new();
    for (place, version) in counted {
        let record = &facts.records[*place as usize];
        records.update(facts.word(record.id).as_bytes());
        records.update(blake3::Hash::from(record.digest).to_hex().as_bytes());
        if let Some(digest) = record.ledger_digest() {
            ledgers.update(digest);
        }
        used.insert(record.checklist_digest, version.checklist);
    }
    let mut files = material.files.clone();
    files.extend(used.into_iter().map(|(digest, checklist)| Source {
        sort: "checklist".to_owned(),
        id: checklist.id.0.clone(),
        title: checklist.title.show(lang).to_owned(),
        digest: facts.word(digest).to_owned(),
    }));
    files.sort();
    Sources {
        records: counted.len() as u64,
        records_digest: shown_digest(&records),
        ledger_digest: shown_digest(&ledgers),
        files,
    }
}

/// Writes a digest with its algorithm.
fn shown_digest(hasher: &blake3::Hasher) -> String {
    format!("blake3:{}", hasher.finalize().to_hex())
}
