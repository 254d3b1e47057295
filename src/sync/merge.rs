//! What a document comes to when several people worked on it.
//!
//! The result is a function of the *set* of revisions and of nothing else: not of the order in which they came, not of a
//! clock, not of the device. So merging is commutative, associative and idempotent, and every device that has the same
//! revisions has the same document. Nothing is ever taken out of the set: a value that another one replaced, one that
//! nobody has decided on and one whose author has no say are all still there.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, FixedOffset};
use toml::Value;

use super::{
    fields::{Fields, expression, flatten},
    kind::{Content, Kind, Rule},
    revision::{Revision, RevisionId},
};

/// A revision with what is known of where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The revision.
    pub revision: Arc<Revision>,
    /// The person whose device signed it.
    pub person: String,
    /// Whether that person's role has a say in this kind of document, and the device was a member then.
    pub counts: bool,
}

/// Everything that is known of one document.
pub type History = BTreeMap<RevisionId, Known>;

impl Known {
    /// Joins what is known of one revision from two devices that said the same, in the same moment, on top of the same.
    ///
    /// It counts if it does for either of them, and is that one's; else it is the one's whose name comes first, so that
    /// nothing depends on whom it came from earlier.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let is_first = (other.counts, &self.person) <= (self.counts, &other.person);
        if is_first { self } else { other }
    }
}

/// Adds what is known of a revision to a history.
pub fn learn(history: &mut History, id: RevisionId, known: Known) {
    let joined = match history.remove(&id) {
        Some(before) => before.or(known),
        None => known,
    };
    history.insert(id, joined);
}

/// A value with who gave it, and when by their clock.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The value as a TOML expression; nothing where the field was taken out.
    pub value: Option<String>,
    /// Who.
    pub person: String,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// A field on which people disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The field.
    pub field: String,
    /// The values, in an order that is the same everywhere.
    pub candidates: Vec<Candidate>,
    /// Whether the record was finalised without knowing of the other value: then only the finalised value can be kept.
    pub late: bool,
}

/// A conflict that somebody has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// The field.
    pub field: String,
    /// What was there to choose from.
    pub candidates: Vec<Candidate>,
    /// What was chosen, by whom and when.
    pub chosen: Candidate,
    /// What the field says by now, where somebody has changed it since.
    pub later: Option<Candidate>,
}

/// What a document comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// Its fields.
    pub fields: Fields,
    /// The exact bytes, where one author wrote all of it or a record is finalised.
    pub text: Option<String>,
    /// What nobody has decided yet.
    pub conflicts: Vec<Conflict>,
    /// The revisions that no other one is on top of.
    pub heads: Vec<RevisionId>,
}

/// A value of one field that no later one replaced.
#[derive(Clone, Copy)]
struct Write<'history> {
    value: Option<&'history str>,
    at: usize,
}

/// The revisions of a document in an order in which parents come first, and what each is on top of.
struct Graph<'history> {
    ids: Vec<RevisionId>,
    known: Vec<&'history Known>,
    before: Vec<Vec<u64>>,
}

impl<'history> Graph<'history> {
    fn new(history: &'history History) -> Self {
        let order = parents_first(history);
        let position: BTreeMap<RevisionId, usize> = order.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let words = order.len().div_ceil(64);
        let mut before: Vec<Vec<u64>> = Vec::with_capacity(order.len());
        for id in &order {
            let mut seen = vec![0_u64; words];
            for parent in history[id].revision.parents.iter().filter_map(|parent| position.get(parent).copied()) {
                seen.iter_mut().zip(&before[parent]).for_each(|(own, theirs)| *own |= theirs);
                seen[parent / 64] |= 1 << (parent % 64);
            }
            before.push(seen);
        }
        let known = order.iter().map(|id| &history[id]).collect();
        Self { ids: order, known, before }
    }

    fn is_before(&self, one: usize, other: usize) -> bool {
        self.before[other][one / 64] >> (one % 64) & 1 == 1
    }

    fn counting(&self) -> impl Iterator<Item = usize> {
        (0..self.ids.len()).filter(|&at| self.known[at].counts)
    }

    /// Lists every write of every field by revisions that count.
    fn writes(&self) -> BTreeMap<&'history str, Vec<Write<'history>>> {
        let mut writes: BTreeMap<&str, Vec<Write>> = BTreeMap::new();
        for at in self.counting() {
            for (path, value) in self.known[at].revision.writes() {
                writes.entry(path).or_default().push(Write { value, at });
            }
        }
        writes
    }

    /// Keeps the writes that none of the others is on top of.
    fn live<'w>(&self, writes: &[Write<'w>]) -> Vec<Write<'w>> {
        let replaced = |write: &&Write| writes.iter().any(|other| self.is_before(write.at, other.at));
        writes.iter().filter(|write| !replaced(write)).copied().collect()
    }

    fn heads(&self) -> Vec<RevisionId> {
        let mut covered = vec![0_u64; self.ids.len().div_ceil(64)];
        for at in self.counting() {
            covered.iter_mut().zip(&self.before[at]).for_each(|(all, one)| *all |= one);
        }
        let mut heads: Vec<_> =
            self.counting().filter(|at| covered[at / 64] >> (at % 64) & 1 == 0).map(|at| self.ids[at]).collect();
        heads.sort_unstable();
        heads
    }

    fn candidates(&self, live: &[Write]) -> Vec<Candidate> {
        let mut candidates: Vec<_> = live
            .iter()
            .map(|write| {
                let known = self.known[write.at];
                Candidate { value: write.value.map(str::to_owned), person: known.person.clone(), at: known.revision.at }
            })
            .collect();
        candidates.sort_unstable();
        // Several people who say the same are one side, named after the first.
        candidates.dedup_by(|later, first| later.value == first.value);
        candidates
    }
}

/// Orders revisions so that each comes behind its parents; parents that are not known hold nothing up.
fn parents_first(history: &History) -> Vec<RevisionId> {
    let mut waiting: BTreeMap<RevisionId, usize> = BTreeMap::new();
    let mut children: BTreeMap<RevisionId, Vec<RevisionId>> = BTreeMap::new();
    for (id, known) in history {
        let parents: BTreeSet<_> =
            known.revision.parents.iter().filter(|parent| history.contains_key(parent)).collect();
        waiting.insert(*id, parents.len());
        for parent in parents {
            children.entry(*parent).or_default().push(*id);
        }
    }
    let mut ready: BTreeSet<RevisionId> =
        waiting.iter().filter(|(_, parents)| **parents == 0).map(|(id, _)| *id).collect();
    let mut order = Vec::with_capacity(history.len());
    while let Some(next) = ready.pop_first() {
        order.push(next);
        for child in children.remove(&next).unwrap_or_default() {
            if let Some(parents) = waiting.get_mut(&child) {
                *parents -= 1;
                if *parents == 0 {
                    ready.insert(child);
                }
            }
        }
    }
    order
}

/// Computes what a document comes to.
pub fn view(kind: &Kind, history: &History) -> View {
    let graph = Graph::new(history);
    let mut view = View { heads: graph.heads(), ..View::default() };
    let mut joined_files = Vec::new();
    for (path, writes) in graph.writes() {
        let live = graph.live(&writes);
        let values: BTreeSet<Option<&str>> = live.iter().map(|write| write.value).collect();
        let value = if values.len() == 1 {
            values.first().copied().flatten().map(str::to_owned)
        } else {
            let rule = kind.rule(path);
            if rule == Rule::Files {
                joined_files.push(path);
            }
            settle(rule, &values, || together(&graph, &writes, &live, rule)).unwrap_or_else(|shown| {
                let candidates = graph.candidates(&live);
                view.conflicts.push(Conflict { field: path.to_owned(), candidates, late: false });
                shown
            })
        };
        if let Some(value) = value {
            view.fields.insert(path.to_owned(), value);
        }
    }
    for path in joined_files {
        // Whoever took the answer out did not know of the photograph that somebody added to it.
        if let (Some((answer, _)), true) = (path.rsplit_once('/'), view.fields.get(path).is_some_and(|all| all != "[]"))
        {
            view.fields.entry(format!("{answer}/~")).or_insert_with(|| "true".to_owned());
        }
    }
    if kind.content == Content::Fields {
        freeze(kind, &graph, &mut view);
    } else {
        // Everybody began with the same built-in file, say: what all heads agree on to the byte needs no writing anew.
        let mut texts = view.heads.iter().map(|id| history[id].revision.text.as_ref());
        let first = texts.next().flatten();
        view.text = first.filter(|first| texts.all(|text| text == Some(*first))).cloned();
    }
    view
}

/// Applies a rule to several values; an error is what to show until a person has decided.
fn settle(
    rule: Rule,
    values: &BTreeSet<Option<&str>>,
    together: impl FnOnce() -> String,
) -> Result<Option<String>, Option<String>> {
    let some = || values.iter().flatten().copied();
    match rule {
        Rule::Ask => Err(some().next().map(str::to_owned)),
        Rule::AskAndLeaveOut => Err(None),
        Rule::AskAndLeaveEmpty => Err(Some("\"\"".to_owned())),
        Rule::Greatest => Ok(some().max_by(|one, other| compare(one, other)).map(str::to_owned)),
        Rule::Least => Ok(some().min_by(|one, other| compare(one, other)).map(str::to_owned)),
        Rule::Together | Rule::InTime | Rule::Files => Ok(Some(together())),
    }
}

/// Joins lists: what stands in one of them and was not taken out of another, in an order that all keep to.
///
/// What stands in different lists is ordered by its moments where the rule says so; else what one side put together stays
/// together.
fn together(graph: &Graph, writes: &[Write], live: &[Write], rule: Rule) -> String {
    let list = |write: &Write| -> Vec<Value> {
        match write.value.and_then(expression) {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        }
    };
    let mut lists: BTreeMap<usize, Vec<Value>> = writes.iter().map(|write| (write.at, list(write))).collect();
    if rule == Rule::Files {
        name_alike(&mut lists, live);
    }
    let lists = lists;
    let took_out = |write: &Write, element: &Value| {
        !lists[&write.at].contains(element)
            && lists.iter().any(|(earlier, list)| graph.is_before(*earlier, write.at) && list.contains(element))
    };
    let mut live: Vec<&Write> = live.iter().collect();
    live.sort_unstable_by_key(|write| write.value);
    let mut joined: Vec<Value> = Vec::new();
    for write in &live {
        let mut place = 0;
        for element in &lists[&write.at] {
            if let Some(at) = joined.iter().position(|known| known == element) {
                place = at + 1;
            } else if !live.iter().any(|other| took_out(other, element)) {
                joined.insert(place, element.clone());
                place += 1;
            }
        }
    }
    joined.retain(|element| !live.iter().any(|other| took_out(other, element)));
    if rule == Rule::InTime {
        let lists: Vec<&[Value]> = live.iter().map(|write| lists[&write.at].as_slice()).collect();
        joined = ordered_in_time(joined, &lists);
    }
    Value::Array(joined).to_string()
}

/// Gives files with the same digest the same name and signs in all lists: one of those that they have now.
fn name_alike(lists: &mut BTreeMap<usize, Vec<Value>>, live: &[Write]) {
    let digest = |file: &Value| file.get("digest").and_then(Value::as_str).map(str::to_owned);
    let now = live.iter().flat_map(|write| &lists[&write.at]);
    let named: BTreeMap<String, Value> = now.filter_map(|file| Some((digest(file)?, file.clone()))).collect();
    for file in lists.values_mut().flatten() {
        if let Some(known) = digest(file).and_then(|digest| named.get(&digest)) {
            file.clone_from(known);
        }
    }
}

/// Orders elements as each list has them; of what no list orders, the earlier comes first, and then by what it says.
fn ordered_in_time(mut waiting: Vec<Value>, lists: &[&[Value]]) -> Vec<Value> {
    waiting.sort_by_cached_key(|element| (moment(element), element.to_string()));
    let mut placed = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_next = |element: &Value| {
            lists.iter().all(|list| {
                let mut before = list.iter().take_while(|other| *other != element);
                !list.contains(element) || before.all(|earlier| !waiting.contains(earlier))
            })
        };
        // Lists that contradict each other leave no next one; then it goes by time alone.
        let next = waiting.iter().position(is_next).unwrap_or(0);
        placed.push(waiting.remove(next));
    }
    placed
}

/// Returns the moment that a value is, or that a table has.
fn moment(value: &Value) -> Option<DateTime<FixedOffset>> {
    match value.as_table().and_then(|table| table.get("at")).unwrap_or(value) {
        Value::String(text) => DateTime::parse_from_rfc3339(text).ok(),
        Value::Datetime(moment) => DateTime::parse_from_rfc3339(&moment.to_string()).ok(),
        _ => None,
    }
}

/// Compares two TOML expressions by number, moment or text; a table by its moment first.
fn compare(one: &str, other: &str) -> Ordering {
    let by_meaning = match (expression(one), expression(other)) {
        (Some(Value::Integer(one)), Some(Value::Integer(other))) => one.cmp(&other),
        (Some(one), Some(other)) => moment(&one).cmp(&moment(&other)),
        (one, other) => one.is_some().cmp(&other.is_some()),
    };
    by_meaning.then_with(|| one.cmp(other))
}

/// Gives a finalised record the exact bytes that were finalised, and lists what came too late for them.
fn freeze(kind: &Kind, graph: &Graph, view: &mut View) {
    let Some(locked) = view.fields.get("final") else { return };
    let mut fitting: Vec<_> = graph
        .counting()
        .filter_map(|at| {
            let text = graph.known[at].revision.text.as_deref()?;
            let fields = flatten(&toml::from_str(text).ok()?, kind.shape)?;
            (fields.get("final") == Some(locked)).then_some((graph.ids[at], at, text, fields))
        })
        .collect();
    // Whoever finalised it wrote these bytes; what says the same later, or says it for somebody else, was altered since.
    let by = expression(locked).and_then(|locked| Some(locked.get("finalised_by")?.as_str()?.to_owned()));
    let ats: Vec<usize> = fitting.iter().map(|(_, at, ..)| *at).collect();
    fitting.sort_unstable_by_key(|(id, at, ..)| {
        let is_later = ats.iter().any(|earlier| graph.is_before(*earlier, *at));
        (is_later, Some(&graph.known[*at].person) != by.as_ref(), *id)
    });
    let Some((_, frozen_at, text, frozen)) = fitting.into_iter().next() else { return };
    let known = graph.known[frozen_at];
    let candidate =
        |value: Option<&String>, person: &str, at| Candidate { value: value.cloned(), person: person.to_owned(), at };
    let writes = graph.writes();
    let paths: BTreeSet<&String> = frozen.keys().chain(view.fields.keys()).collect();
    let mut late = Vec::new();
    for path in paths {
        let is_open = view.conflicts.iter().any(|conflict| conflict.field == *path);
        let asks = !matches!(kind.rule(path), Rule::Greatest | Rule::Least);
        if frozen.get(path) == view.fields.get(path) || is_open || !asks || path.ends_with("/~") {
            continue;
        }
        let after = writes.get(path.as_str()).and_then(|writes| {
            graph.live(writes).into_iter().find(|write| write.value == view.fields.get(path).map(String::as_str))
        });
        let Some(after) = after else { continue };
        let theirs = graph.known[after.at];
        let candidates = vec![
            candidate(frozen.get(path), &known.person, known.revision.at),
            candidate(view.fields.get(path), &theirs.person, theirs.revision.at),
        ];
        late.push(Conflict { field: path.clone(), candidates, late: true });
    }
    for conflict in view.conflicts.iter_mut().filter(|conflict| conflict.field != "final") {
        conflict.late = true;
        // What was finalised comes first, because it is what can be kept.
        let value = frozen.get(&conflict.field);
        conflict.candidates.retain(|candidate| candidate.value.as_ref() != value);
        conflict.candidates.insert(0, candidate(value, &known.person, known.revision.at));
    }
    view.conflicts.extend(late);
    view.conflicts.sort_by(|one, other| one.field.cmp(&other.field));
    view.text = Some(text.to_owned());
}

/// Lists the conflicts that somebody has decided, with who did, and what became of it.
///
/// Where a field is in dispute again, nothing of it is decided: its decisions are among what there is to choose from.
pub fn resolutions(kind: &Kind, history: &History) -> Vec<Resolution> {
    let graph = Graph::new(history);
    let open: BTreeSet<String> = view(kind, history).conflicts.into_iter().map(|conflict| conflict.field).collect();
    let mut found = Vec::new();
    for (path, writes) in graph.writes() {
        let asks = matches!(kind.rule(path), Rule::Ask | Rule::AskAndLeaveOut | Rule::AskAndLeaveEmpty);
        if !asks || open.contains(path) {
            continue;
        }
        let now = graph.candidates(&graph.live(&writes)).pop();
        for decided in &writes {
            let seen: Vec<_> = writes.iter().filter(|write| graph.is_before(write.at, decided.at)).copied().collect();
            let candidates = graph.candidates(&graph.live(&seen));
            if let (true, Some(chosen)) = (candidates.len() > 1, graph.candidates(&[*decided]).pop()) {
                let later = now.clone().filter(|now| now.value != chosen.value);
                found.push(Resolution { field: path.to_owned(), candidates, chosen, later });
            }
        }
    }
    found
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
