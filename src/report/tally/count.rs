//! Counting: one walk over the records that the filter leaves.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

use super::{
    Compared, Earlier, FORMAT, FindingLine, Group, ItemCount, LeftOut, Reason, RecordAt, RecordLine, Source, Sources,
    Tally, Totals, Unit,
    clauses::{Clauses, Links},
    definitions::definitions,
    line::{Register, line_of, type_name},
    totals::Rate,
};
use crate::{
    checklist::Checklist,
    i18n::Lang,
    inspection::Verdict,
    report::{filter::Filter, findings::findings_of, material::Material},
    store::{Facts, RecordFact, Word},
};

/// How many characters of a record's number the number of a finding begins with.
const NUMBER_CHARS: usize = 8;

/// A version of a checklist, as counting needs it.
struct Version<'material> {
    checklist: &'material Checklist,
    /// Whether the filter leaves records of it.
    wanted: bool,
    /// Its items among all items.
    items: Vec<u32>,
    /// The clauses that each item comes from.
    links: Links,
}

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
    items: Vec<ItemCount>,
    clauses: Clauses<'material>,
    all: Sum,
    districts: HashMap<Word, Sum>,
    topics: BTreeMap<String, Sum>,
    checklists: HashMap<Word, (Sum, Option<Word>)>,
    facility_types: HashMap<Word, Sum>,
    months: BTreeMap<(i32, u32), Sum>,
    inspectors: HashMap<Word, Sum>,
    units: HashMap<Word, (Sum, RecordAt)>,
    findings: Vec<FindingLine>,
    records: Vec<RecordLine>,
    /// The versions of checklists that counted records have.
    used: HashSet<Word>,
}

/// Counts what a report says of the records that the filter leaves.
///
/// `as_of` is the day against which terms are judged, `made` is written down only; `lang` is that of names and meanings.
pub fn count(material: &Material, filter: &Filter, as_of: NaiveDate, made: DateTime<FixedOffset>, lang: Lang) -> Tally {
    let facts = &material.facts;
    let mut items = Vec::new();
    let clauses = Clauses::new(material, filter.plan.as_deref());
    let versions = versions(material, filter, &clauses, &mut items);
    let mut counting = Counting {
        facts,
        lang,
        items,
        clauses,
        all: Sum::default(),
        districts: HashMap::new(),
        topics: BTreeMap::new(),
        checklists: HashMap::new(),
        facility_types: HashMap::new(),
        months: BTreeMap::new(),
        inspectors: HashMap::new(),
        units: HashMap::new(),
        findings: Vec::new(),
        records: Vec::new(),
        used: HashSet::new(),
    };
    let mut earlier = Compared {
        before: filter.period.before().map(|period| Earlier { period, totals: Totals::default() }),
        year_before: filter.period.year_before().map(|period| Earlier { period, totals: Totals::default() }),
    };
    let mut earlier_units = [HashSet::new(), HashSet::new()];
    let mut left_out = material.damaged.clone();
    for record in facts.records.iter().filter(|record| fits(facts, filter, record)) {
        let day = record.day();
        let superseded = material.superseded.contains(facts.word(record.id));
        let Some(version) = versions.get(&record.checklist_digest) else {
            if filter.period.contains(day) && fits_without_checklist(filter) {
                left_out.push(omitted(facts, record, superseded));
            }
            continue;
        };
        if !version.wanted {
            continue;
        }
        if !record.finalised || !record.judged || superseded {
            if filter.period.contains(day) {
                left_out.push(omitted(facts, record, superseded));
            }
            continue;
        }
        if filter.period.contains(day) {
            counting.add(record, version, as_of);
        }
        for (earlier, units) in [&mut earlier.before, &mut earlier.year_before].into_iter().zip(&mut earlier_units) {
            if let Some(earlier) = earlier.as_mut().filter(|earlier| earlier.period.contains(day)) {
                add_to(&mut earlier.totals, facts, record, as_of);
                units.insert(record.facility);
            }
        }
    }
    for (earlier, units) in [&mut earlier.before, &mut earlier.year_before].into_iter().zip(earlier_units) {
        if let Some(earlier) = earlier {
            earlier.totals.units = units.len() as u64;
            earlier.totals.finish();
        }
    }
    left_out.sort_by(|one, other| (one.reason, &one.path).cmp(&(other.reason, &other.path)));
    let head = Head { filter, as_of, made, earlier, left_out };
    counting.finish(material, head, &versions)
}

/// What stands in front of the counts.
struct Head<'filter> {
    filter: &'filter Filter,
    as_of: NaiveDate,
    made: DateTime<FixedOffset>,
    earlier: Compared,
    left_out: Vec<LeftOut>,
}

/// Prepares every version of a checklist that a record has, oldest first, so that the newest words stay.
fn versions<'material>(
    material: &'material Material,
    filter: &Filter,
    clauses: &Clauses<'_>,
    items: &mut Vec<ItemCount>,
) -> HashMap<Word, Version<'material>> {
    let facts = &material.facts;
    let mut seen = HashSet::new();
    let mut found: Vec<_> = facts
        .records
        .iter()
        .filter(|record| seen.insert(record.checklist_digest))
        .filter_map(|record| {
            let checklist = material.pinned.get(facts.word(record.checklist_digest))?;
            Some((checklist.as_ref(), record.checklist_digest))
        })
        .collect();
    found.sort_by(|(one, first), (other, second)| {
        let key = |checklist: &Checklist, digest: &Word| (checklist.version, facts.word(*digest).to_owned());
        key(one, first).cmp(&key(other, second))
    });
    let mut known: HashMap<(String, String), u32> = HashMap::new();
    let mut versions = HashMap::new();
    for (checklist, digest) in found {
        let at = checklist.items.iter().map(|item| {
            let key = (checklist.id.0.clone(), item.id.0.clone());
            let at = *known.entry(key).or_insert_with(|| {
                items.push(ItemCount::default());
                u32::try_from(items.len() - 1).unwrap_or(u32::MAX)
            });
            let line = &mut items[at as usize];
            line.checklist.clone_from(&checklist.id.0);
            line.id.clone_from(&item.id.0);
            line.text.clone_from(&item.text.zh);
            topic_of(checklist).clone_into(&mut line.topic);
            line.critical = item.critical;
            line.basis = item.basis.iter().map(|basis| format!("《{}》{}", basis.document, basis.article)).collect();
            at
        });
        let from_plan = |plan: &String| {
            checklist.plan.as_ref().is_some_and(|known| known.0 == *plan)
                || checklist.items.iter().flat_map(|item| &item.clauses).any(|origin| origin.plan.0 == *plan)
        };
        let wanted = filter.topic.as_ref().is_none_or(|topic| topic_of(checklist) == topic)
            && filter.plan.as_ref().is_none_or(from_plan);
        let items = at.collect();
        versions.insert(digest, Version { checklist, wanted, items, links: clauses.links(checklist) });
    }
    versions
}

fn topic_of(checklist: &Checklist) -> &str {
    checklist.topic.as_ref().map_or("", |topic| topic.0.as_str())
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
    let reason = match (record.finalised, superseded) {
        (false, _) => Reason::Draft,
        (true, true) => Reason::Superseded,
        (true, false) => Reason::NoChecklist,
    };
    let [path, about] = [record.path, record.facility_name].map(|word| facts.word(word).to_owned());
    LeftOut { reason, path, about }
}

/// Adds a record with its findings to totals.
fn add_to(totals: &mut Totals, facts: &Facts, record: &RecordFact, as_of: NaiveDate) {
    totals.add(&record.counts, facts.inspectors_of(record).len());
    for found in findings_of(facts, record, as_of) {
        totals.add_finding(found.state);
    }
}

impl Sum {
    fn add(&mut self, record: &RecordFact, at: RecordAt, one: &Totals) {
        self.totals.join(one);
        self.records.push(at);
        self.units.push(record.facility);
    }

    fn finish(mut self, key: &str, name: &str) -> Group {
        self.units.sort_unstable();
        self.units.dedup();
        self.totals.units = self.units.len() as u64;
        self.totals.finish();
        Group { key: key.to_owned(), name: name.to_owned(), totals: self.totals, records: self.records }
    }
}

impl Counting<'_> {
    fn add(&mut self, record: &RecordFact, version: &Version<'_>, as_of: NaiveDate) {
        let facts = self.facts;
        let at = RecordAt::try_from(self.records.len()).unwrap_or(RecordAt::MAX);
        let mut one = Totals::default();
        add_to(&mut one, facts, record, as_of);
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
            sum.add(record, at, &one);
        }
        let (sum, title) = self.checklists.entry(record.checklist).or_default();
        sum.add(record, at, &one);
        *title = Some(record.title);
        let (sum, last) = self.units.entry(record.facility).or_default();
        sum.add(record, at, &one);
        *last = at;
        let mut named: Vec<Word> = facts.inspectors_of(record).to_vec();
        named.sort_unstable();
        named.dedup();
        for inspector in named {
            self.inspectors.entry(inspector).or_default().add(record, at, &one);
        }
        for answer in facts.answers_of(record) {
            let Some(item) = version.items.get(answer.item as usize) else { continue };
            let line = &mut self.items[*item as usize];
            match answer.verdict {
                Some(Verdict::Conforms) => line.conforming += 1,
                Some(Verdict::Fails) => {
                    line.failed += 1;
                    line.failing.push(at);
                }
                Some(Verdict::NotApplicable | Verdict::ReasonableOmission) => line.exempt += 1,
                None => {}
            }
        }
        self.clauses.add(facts, record, at, version.checklist, &version.links);
        self.add_findings(record, at, version, as_of);
        self.records.push(line_of(facts, record, &one));
        self.used.insert(record.checklist_digest);
    }

    fn add_findings(&mut self, record: &RecordFact, at: RecordAt, version: &Version<'_>, as_of: NaiveDate) {
        let facts = self.facts;
        let id = facts.word(record.id);
        let tail = id.char_indices().rev().nth(NUMBER_CHARS - 1).map_or(id, |(at, _)| &id[at..]);
        for found in findings_of(facts, record, as_of) {
            let fact = found.fact;
            let position = fact.item as usize;
            let item_id = version.checklist.items.get(position).map_or("", |item| item.id.0.as_str());
            self.findings.push(FindingLine {
                number: format!("{tail}-{item_id}").into(),
                record: at,
                item: version.items.get(position).copied().unwrap_or_default(),
                description: facts.word(fact.description).into(),
                severity: fact.severity,
                measure: facts.word(fact.measure).into(),
                responsible: facts.word(fact.responsible).into(),
                due: fact.due(),
                state: found.state,
            });
        }
    }

    fn finish(mut self, material: &Material, head: Head<'_>, versions: &HashMap<Word, Version<'_>>) -> Tally {
        let (facts, lang) = (self.facts, self.lang);
        self.sort_items();
        let named = |word: Word| facts.word(word).to_owned();
        let mut checklists: Vec<_> = std::mem::take(&mut self.checklists)
            .into_iter()
            .map(|(key, (sum, title))| sum.finish(&named(key), &named(title.unwrap_or(key))))
            .collect();
        checklists.sort_by(|one, other| one.key.cmp(&other.key));
        let topics = std::mem::take(&mut self.topics).into_iter().map(|(key, sum)| {
            let other = || if key.is_empty() { lang.t("report.no-topic").into_owned() } else { key.clone() };
            let name = material.topics.get(&key).cloned().unwrap_or_else(other);
            sum.finish(&key, &name)
        });
        let topics = topics.collect();
        let months = std::mem::take(&mut self.months)
            .into_iter()
            .map(|((year, month), sum)| sum.finish(&format!("{year:04}-{month:02}"), &format!("{year:04}-{month:02}")))
            .collect();
        let mut districts = groups(facts, std::mem::take(&mut self.districts), str::to_owned);
        let mut facility_types = groups(facts, std::mem::take(&mut self.facility_types), |slug| type_name(slug, lang));
        let inspectors = groups(facts, std::mem::take(&mut self.inspectors), str::to_owned);
        let units = self.finish_units();
        let mut totals = std::mem::take(&mut self.all).finish("", "").totals;
        let visited: HashSet<&str> = units.iter().map(|unit| unit.id.as_str()).collect();
        let register = Register { units: &material.register, filter: head.filter, visited };
        totals.coverage = register.coverage(|_| true);
        for group in &mut districts {
            group.totals.coverage = register.coverage(|unit| unit.district == group.key);
        }
        for group in &mut facility_types {
            group.totals.coverage = register.coverage(|unit| unit.facility_type == group.key);
        }
        Tally {
            format: FORMAT,
            bureau: material.bureau.clone(),
            made: head.made,
            language: lang,
            as_of: head.as_of,
            filter: head.filter.clone(),
            sources: sources(material, &self.records, versions, &self.used),
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
            items: self.items,
            findings: self.findings,
            plans: self.clauses.finish(material, facts, head.as_of),
            records: self.records,
        }
    }

    /// Leaves out the items that nobody answered, puts those with most failures first, and leads the findings after them.
    fn sort_items(&mut self) {
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        let asked = |line: &ItemCount| line.conforming + line.failed + line.exempt > 0;
        order.retain(|&at| asked(&self.items[at]));
        order.sort_by(|&one, &other| {
            let (one, other) = (&self.items[one], &self.items[other]);
            other.failed.cmp(&one.failed).then_with(|| (&one.checklist, &one.id).cmp(&(&other.checklist, &other.id)))
        });
        let mut places = vec![0; self.items.len()];
        for (place, &at) in order.iter().enumerate() {
            places[at] = u32::try_from(place).unwrap_or(u32::MAX);
        }
        for finding in &mut self.findings {
            finding.item = places[finding.item as usize];
        }
        let mut items: Vec<Option<ItemCount>> = std::mem::take(&mut self.items).into_iter().map(Some).collect();
        self.items = order.into_iter().filter_map(|at| items[at].take()).collect();
        for line in &mut self.items {
            line.pass_rate = Rate::of(line.conforming, line.conforming + line.failed);
        }
    }

    fn finish_units(&mut self) -> Vec<Unit> {
        let facts = self.facts;
        let mut units: Vec<_> = std::mem::take(&mut self.units)
            .into_iter()
            .map(|(id, (sum, last))| {
                let group = sum.finish(facts.word(id), "");
                let record = &self.records[last as usize];
                Unit {
                    id: group.key,
                    name: record.facility_name.clone(),
                    district: record.district.clone(),
                    facility_type: record.facility_type.clone(),
                    rank: None,
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

/// Finishes groups and sorts them by their key.
fn groups(facts: &Facts, sums: HashMap<Word, Sum>, name: impl Fn(&str) -> String) -> Vec<Group> {
    let finish = |(key, sum): (Word, Sum)| sum.finish(facts.word(key), &name(facts.word(key)));
    let mut groups: Vec<_> = sums.into_iter().map(finish).collect();
    groups.sort_by(|one, other| one.key.cmp(&other.key));
    groups
}

/// Names the files that were counted.
fn sources(
    material: &Material,
    records: &[RecordLine],
    versions: &HashMap<Word, Version<'_>>,
    used: &HashSet<Word>,
) -> Sources {
    let mut hasher = blake3::Hasher::new();
    for record in records {
        hasher.update(record.id.as_bytes());
        hasher.update(record.digest.as_bytes());
    }
    let mut files = material.files.clone();
    files.extend(versions.iter().filter(|(digest, _)| used.contains(digest)).map(|(digest, version)| Source {
        sort: "checklist".to_owned(),
        id: version.checklist.id.0.clone(),
        title: version.checklist.title.zh.clone(),
        digest: material.facts.word(*digest).to_owned(),
    }));
    files.sort();
    Sources { records: records.len() as u64, records_digest: format!("blake3:{}", hasher.finalize().to_hex()), files }
}
