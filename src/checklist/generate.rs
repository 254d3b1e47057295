//! Making checklists from the clauses of a plan and the item banks of its topics.
//!
//! The same plan, vocabulary and banks always give the same checklists with the same identities, so that generating again
//! can be merged. The two sorts are never mixed: what an inspector sees at a unit, and the figures of an area. How a single
//! clause becomes an item is in the siblings `on_site` and `progress`.

use super::{
    Bilingual, Checklist, ChecklistId, ITEMS_MAX, Item, Section, Sort,
    identify::{self, Identities},
    on_site::{self, Joined},
    progress,
    wording::{both, short_text},
};
use crate::{
    error::{Error, Kind, Result},
    i18n::Text,
    plan::{Clause, Plan, PlanId, Scope, Topic, TopicId},
    text,
};

/// What checklists are wanted of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Of one topic: its whole bank, and the clauses of the plan about it.
    Topic(TopicId),
    /// Of one section of the plan and all below it, by its path such as `一/2`.
    Section(String),
    /// Of every topic that the plan has clauses about.
    Everything,
}

/// What has to be known of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicInfo {
    /// The short ASCII name.
    pub id: TopicId,
    /// The name.
    pub name: Bilingual,
    /// The item bank it joins, where there is one.
    pub bank: Option<String>,
    /// The facility types its checklists are for; empty means all.
    pub facility_types: Vec<String>,
}

impl From<&Topic> for TopicInfo {
    fn from(topic: &Topic) -> Self {
        Self {
            id: topic.id.clone(),
            name: Bilingual { zh: topic.zh.clone(), en: Some(topic.en.clone()) },
            bank: topic.bank.clone(),
            facility_types: topic.facility_types.clone(),
        }
    }
}

/// A checklist that was made, and what is to be said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// The checklist.
    pub checklist: Checklist,
    /// What a person should know: no bank, no clause, an emergency bank that was left out.
    pub notes: Vec<Text>,
}

/// Makes the checklists that are wanted of a plan.
///
/// Banks of the emergency set are joined only where their topic is asked for, or with `emergency`. Every item says which
/// bank item and which clauses it comes from. It is an error when the topic or section does not exist, or when there is
/// nothing to make a checklist of.
pub fn generate(
    request: &Request,
    emergency: bool,
    plan: &Plan,
    topics: &[TopicInfo],
    banks: &[Checklist],
) -> Result<Vec<Generated>> {
    let source = Source { plan, topics, banks, emergency };
    let generated = match request {
        Request::Topic(id) => {
            let topic = topics.iter().find(|topic| topic.id == *id).ok_or_else(|| no_topic(id, topics))?;
            source.of_topic(topic, true)
        }
        Request::Section(path) => source.of_section(path)?,
        Request::Everything => {
            source.topics_in_use().iter().flat_map(|topic| source.of_topic(topic, emergency)).collect()
        }
    };
    if generated.is_empty() { Err(source.nothing(request)) } else { Ok(generated) }
}

fn no_topic(id: &TopicId, topics: &[TopicInfo]) -> Error {
    let known = topics.iter().map(|topic| topic.id.0.as_str()).collect::<Vec<_>>().join(", ");
    Error::new(Kind::NotFound, text!("checklist.generate.no-topic", topic = id))
        .hint(text!("checklist.generate.no-topic-hint", topics = known))
}

struct Source<'a> {
    plan: &'a Plan,
    topics: &'a [TopicInfo],
    banks: &'a [Checklist],
    emergency: bool,
}

impl<'a> Source<'a> {
    /// Returns the topics that checkable clauses are about, in the order of the vocabulary, then of the plan.
    ///
    /// A topic that is not in the vocabulary gets a stand-in, so that no clause is lost.
    fn topics_in_use(&self) -> Vec<TopicInfo> {
        let clauses = || self.plan.clauses.iter().filter(|clause| clause.scope != Scope::Neither);
        let mut used: Vec<TopicId> = Vec::new();
        for topic in clauses().map(main_topic) {
            if !used.contains(&topic) {
                used.push(topic);
            }
        }
        let known = self.topics.iter().filter(|topic| clauses().any(|clause| counts_under(clause, topic))).cloned();
        let unknown = used.iter().filter(|id| !self.topics.iter().any(|topic| topic.id == **id)).map(stand_in);
        known.chain(unknown).collect()
    }

    /// Says why there is nothing to make a checklist of, and what would help.
    fn nothing(&self, request: &Request) -> Error {
        let plain = || {
            let error = Error::new(Kind::NotFound, text!("checklist.generate.nothing"));
            error.hint(text!("checklist.generate.nothing-hint"))
        };
        let Request::Topic(id) = request else { return plain() };
        let Some(topic) = self.topics.iter().find(|topic| topic.id == *id) else { return plain() };
        let name = &topic.name.zh;
        let unchecked = self.clauses_about(topic, Scope::Neither).len();
        if unchecked > 0 {
            let message = text!("generate-nothing.unchecked", topic = name, count = unchecked);
            return Error::new(Kind::NotFound, message).hint(text!("generate-nothing.unchecked-hint", id = id));
        }
        let mut others: Vec<String> = Vec::new();
        let aside = self.plan.clauses.iter().filter(|clause| clause.topics.contains(id)).map(main_topic);
        for other in aside.map(|other| other.0) {
            if !others.contains(&other) {
                others.push(other);
            }
        }
        if others.is_empty() {
            let message = text!("generate-nothing.none", topic = name);
            return Error::new(Kind::NotFound, message).hint(text!("generate-nothing.none-hint", id = id));
        }
        let message = text!("generate-nothing.aside", topic = name, others = others.join(", "));
        Error::new(Kind::NotFound, message).hint(text!("generate-nothing.aside-hint"))
    }

    fn clauses_about(&self, topic: &TopicInfo, scope: Scope) -> Vec<&'a Clause> {
        self.plan.clauses.iter().filter(|clause| clause.scope == scope && counts_under(clause, topic)).collect()
    }

    /// Finds the bank of a topic, with a note where there is none or it is left out.
    fn bank(&self, topic: &TopicInfo, emergency: bool, notes: &mut Vec<Text>) -> Option<&'a Checklist> {
        let found = topic.bank.as_ref().and_then(|id| self.banks.iter().find(|bank| bank.id.0 == *id));
        match found {
            None => notes.push(text!("checklist.generate.no-bank", topic = topic.name.zh)),
            Some(bank) if bank.emergency && !emergency => {
                notes.push(text!("checklist.generate.emergency-left-out", topic = topic.name.zh, id = topic.id));
                return None;
            }
            Some(_) => {}
        }
        found
    }

    /// Makes the on-site checklist and the progress checklist of a topic, as far as there is something in them.
    fn of_topic(&self, topic: &TopicInfo, emergency: bool) -> Vec<Generated> {
        let mut notes = Vec::new();
        let bank = self.bank(topic, emergency, &mut notes);
        let [on_site, progress] = [Scope::OnSite, Scope::Progress].map(|scope| self.clauses_about(topic, scope));
        if on_site.is_empty() && progress.is_empty() {
            notes.push(text!("checklist.generate.no-clauses", topic = topic.name.zh));
        }
        let mut generated = Vec::new();
        if bank.is_some() || !on_site.is_empty() {
            generated.push(self.on_site_of_topic(topic, bank, &on_site));
        }
        if !progress.is_empty() {
            let id = format!("{}-{}-progress", identify::ascii(&topic.id.0), self.plan_label());
            let mut made = self.progress(id, &topic.name, &progress);
            made.checklist.topic = Some(topic.id.clone());
            generated.push(made);
        }
        if let Some(first) = generated.first_mut() {
            first.notes.append(&mut notes);
        }
        generated
    }

    fn on_site_of_topic(&self, topic: &TopicInfo, bank: Option<&Checklist>, clauses: &[&Clause]) -> Generated {
        let Joined { mut sections, mut items } = bank.map(on_site::whole_bank).unwrap_or_default();
        let mut identities = Identities::default();
        for item in &items {
            identities.take(&item.id.0);
        }
        let section = Section {
            id: identify::unlike("plan", sections.iter().map(|section| section.id.as_str())),
            title: both(&text!("checklist.generate.plan-section")),
            ..Section::default()
        };
        let left = on_site::attach(&mut items, clauses, &self.plan.head.id);
        let own = on_site::own_items(&left, &self.plan.head.id, &section.id, &mut identities);
        if !own.is_empty() {
            sections.push(section);
            items.extend(own);
        }
        let facility_types = bank.map_or(&topic.facility_types, |bank| &bank.facility_types).clone();
        let id = format!("{}-{}", identify::ascii(&topic.id.0), self.plan_label());
        let title = self.title("checklist.generate.on-site", "checklist.generate.on-site-year", &topic.name);
        let mut generated = self.finish(id, title, Sort::OnSite, sections, items);
        generated.checklist.topic = Some(topic.id.clone());
        generated.checklist.facility_types = facility_types;
        generated.checklist.emergency = bank.is_some_and(|bank| bank.emergency);
        generated.checklist.inspectors = bank.map_or(0, |bank| bank.inspectors);
        generated
    }

    /// Finds the section that is meant: its path as it stands, else the only one with the same figures, so that `一/2` also
    /// means `一/(二)`, whose brackets a shell would want quoted.
    fn section_meant<'path>(&self, typed: &'path str) -> &'path str
    where
        'a: 'path,
    {
        let known = || self.plan.outline.iter().map(|heading| heading.id.as_str());
        if known().any(|id| id == typed) {
            return typed;
        }
        let mut same = known().filter(|id| identify::is_same_section(id, typed));
        match (same.next(), same.next()) {
            (Some(only), None) => only,
            _ => typed,
        }
    }

    fn of_section(&self, typed: &str) -> Result<Vec<Generated>> {
        let path = self.section_meant(typed);

        let below = format!("{path}/");
        let inside = |section: &str| section == path || section.starts_with(&below);
        let heading = self.plan.outline.iter().find(|heading| heading.id == path);
        if heading.is_none() && !self.plan.clauses.iter().any(|clause| inside(&clause.section)) {
            let error = Error::new(Kind::NotFound, text!("checklist.generate.no-section", section = path));
            return Err(error.hint(text!("checklist.generate.no-section-hint")));
        }
        let clauses = |scope| -> Vec<&Clause> {
            self.plan.clauses.iter().filter(|clause| clause.scope == scope && inside(&clause.section)).collect()
        };
        let title = heading.map(|heading| heading.title.trim()).filter(|title| !title.is_empty()).unwrap_or(path);
        let name = Bilingual { zh: short_text(title, 60), en: None };
        let label = format!("{}-section-{}", self.plan_label(), identify::section(path, self.plan));
        let mut generated = Vec::new();
        let [on_site, progress] = [Scope::OnSite, Scope::Progress].map(clauses);
        if !on_site.is_empty() {
            generated.push(self.on_site_of_section(label.clone(), &name, &on_site));
        }
        if !progress.is_empty() {
            generated.push(self.progress(format!("{label}-progress"), &name, &progress));
        }
        Ok(generated)
    }

    /// Makes a section for each topic: the bank items that say the same as a clause, then the other clauses.
    fn on_site_of_section(&self, id: String, name: &Bilingual, clauses: &[&Clause]) -> Generated {
        let (mut sections, mut items, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        let mut facility_types = Some(Vec::new());
        let mut identities = Identities::default();
        for topic in self.topics_in_use() {
            let about: Vec<&Clause> = clauses.iter().copied().filter(|clause| main_topic(clause) == topic.id).collect();
            if about.is_empty() {
                continue;
            }
            let bank = self.bank(&topic, self.emergency, &mut notes);
            let section = Section { id: identify::ascii(&topic.id.0), title: topic.name.clone(), ..Section::default() };
            let mut joined = bank.map(on_site::whole_bank).unwrap_or_default().items;
            let left = on_site::attach(&mut joined, &about, &self.plan.head.id);
            joined.retain(|item| !item.clauses.is_empty());
            for mut item in joined {
                item.id.0 = identities.fresh(&item.id.0);
                item.section.clone_from(&section.id);
                items.push(item);
            }
            items.extend(on_site::own_items(&left, &self.plan.head.id, &section.id, &mut identities));
            sections.push(section);
            let types = bank.map_or(&topic.facility_types, |bank| &bank.facility_types);
            // As soon as one topic is for every type, the whole checklist is.
            facility_types = facility_types.filter(|_| !types.is_empty()).map(|known| union(known, types));
        }
        let title = self.title("checklist.generate.on-site", "checklist.generate.on-site-year", name);
        let mut generated = self.finish(id, title, Sort::OnSite, sections, items);
        generated.checklist.facility_types = facility_types.unwrap_or_default();
        generated.notes.append(&mut notes);
        generated
    }

    fn progress(&self, id: String, name: &Bilingual, clauses: &[&Clause]) -> Generated {
        let Joined { sections, items } = progress::items(clauses, &self.plan.head.id);
        let title = self.title("checklist.generate.progress", "checklist.generate.progress-year", name);
        self.finish(id, title, Sort::Progress, sections, items)
    }

    /// Returns what tells the checklists of this plan from those of every other, in ASCII.
    ///
    /// The year alone would not do: a bureau keeps the plans of its superior, of its own and of its districts for one year.
    fn plan_label(&self) -> String {
        identify::ascii(&self.plan.head.id.0)
    }

    fn title(&self, plain: &'static str, with_year: &'static str, name: &Bilingual) -> Bilingual {
        let title = |name: &str| match self.plan.head.year {
            Some(year) => Text::new(with_year, vec![("name", name.to_owned()), ("year", year.to_string())]),
            None => Text::new(plain, vec![("name", name.to_owned())]),
        };
        let english = name.en.as_deref().unwrap_or(&name.zh);
        Bilingual { zh: both(&title(&name.zh)).zh, en: both(&title(english)).en }
    }

    fn finish(&self, id: String, title: Bilingual, sort: Sort, sections: Vec<Section>, items: Vec<Item>) -> Generated {
        let (mut items, mut notes) = (items, Vec::new());
        if items.len() > ITEMS_MAX {
            notes.push(text!("checklist.generate.too-many", limit = ITEMS_MAX));
            items.truncate(ITEMS_MAX);
        }
        let checklist = Checklist {
            id: ChecklistId(id),
            title,
            version: 1,
            sort,
            plan: Some(PlanId(short_text(&self.plan.head.id.0, 200))),
            sections,
            items,
            ..Checklist::default()
        };
        Generated { checklist, notes }
    }
}

/// Returns the topic that a clause counts under, the same one everywhere.
fn main_topic(clause: &Clause) -> TopicId {
    let named = clause.topics.first().filter(|topic| !topic.0.trim().is_empty());
    named.map_or_else(|| TopicId("other".to_owned()), |topic| TopicId(short_text(&topic.0, 100)))
}

/// Says whether a clause goes into the checklists of a topic: of the one it is mostly about, and of every other it names
/// that has an item bank, so that whoever inspects by the bank sees all that the plan asks for there.
fn counts_under(clause: &Clause, topic: &TopicInfo) -> bool {
    main_topic(clause) == topic.id || (topic.bank.is_some() && clause.topics.contains(&topic.id))
}

fn stand_in(id: &TopicId) -> TopicInfo {
    let name = Bilingual { zh: short_text(&id.0, 60), en: None };
    TopicInfo { id: id.clone(), name, bank: None, facility_types: Vec::new() }
}

fn union(mut known: Vec<String>, more: &[String]) -> Vec<String> {
    for word in more {
        if !known.contains(word) {
            known.push(word.clone());
        }
    }
    known
}
