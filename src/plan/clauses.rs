//! Sentences → clauses: which parts of a sentence make one demand.
//!
//! A part with a figure, a date or a ban is a clause of its own, together with what leads to it. Parts without any that
//! speak of one topic are one clause.

use std::{borrow::Cow, ops::Range};

use super::{
    Indicator,
    deadlines::{self, Date},
    head, indicators, kinds,
    lexicon::{starts_with, text_of},
    names,
    sentences::{self, Enclosed},
    topics::{Topics, Weights},
};

/// A clause before it has its place in the document.
pub(super) struct Draft {
    pub(super) range: Range<usize>,
    pub(super) indicators: Vec<Indicator>,
    pub(super) deadline: Option<String>,
    /// What its own words say of its topic.
    pub(super) weights: Weights,
}

/// What a sentence is read with.
pub(super) struct Setting<'s> {
    pub(super) text: &'s [char],
    pub(super) enclosed: &'s Enclosed,
    pub(super) topics: &'s Topics,
    pub(super) year: Option<i32>,
    /// Whether the sentence reports something done.
    pub(super) result: bool,
}

struct Part {
    range: Range<usize>,
    indicators: Vec<Indicator>,
    dates: Vec<Date>,
    only_date: bool,
    forbids: bool,
    weights: Weights,
}

impl Part {
    fn read(setting: &Setting, range: Range<usize>) -> Self {
        let text = &setting.text[range.clone()];
        let named = &without_past(text, &setting.enclosed.named[range.clone()], setting);
        let mut dates = deadlines::find(text, named, setting.year);
        let only_date = deadlines::is_only_date(text, &dates);
        // 到2022年和2030年 keeps both: there is a value for each.
        let past = |date: &Date| is_past(&date.value, setting.year);
        let names_a_later_year = only_date && !dates.iter().all(past);
        // 到2025年基本建成体系 says by when, whether a value follows or not.
        let due = |date: &Date| text[0] == '到' && (date.start == 1 || names_a_later_year);
        for date in dates.iter_mut().filter(|date| due(date)) {
            date.only_year &= past(date);
        }
        if !(setting.result || names_a_later_year) {
            dates.retain(|date| !past(date));
        }
        Self {
            indicators: indicators::find_all(text, named, setting.result),
            only_date,
            forbids: kinds::forbids(text),
            weights: setting.topics.weigh(text),
            dates,
            range,
        }
    }

    fn is_plain(&self) -> bool {
        self.indicators.is_empty() && !self.forbids && self.dates.iter().all(|date| date.only_year)
    }
}

/// Hides what brackets say of an earlier year: 达到33%(2022年为30%).
fn without_past<'n>(text: &[char], named: &'n [bool], setting: &Setting) -> Cow<'n, [bool]> {
    let mut hidden = Cow::Borrowed(named);
    if setting.result {
        return hidden;
    }
    for (open, _) in text.iter().enumerate().filter(|(_, char)| **char == '(') {
        let Some(close) = text[open..].iter().position(|char| *char == ')').map(|length| open + length) else { break };
        let said = head::year_of(&text[open..close]);
        if said.zip(setting.year).is_some_and(|(said, year)| said < year) {
            hidden.to_mut()[open..close].fill(true);
        }
    }
    hidden
}

fn is_past(date: &str, year: Option<i32>) -> bool {
    let dated: Option<i32> = date.get(..4).and_then(|year| year.parse().ok());
    dated.zip(year).is_some_and(|(dated, year)| dated < year)
}

/// Finds the clauses of one sentence.
pub(super) fn of_sentence(setting: &Setting, sentence: Range<usize>) -> Vec<Draft> {
    let ranges = sentences::parts(setting.text, sentence.clone(), setting.enclosed);
    let last = ranges.len().saturating_sub(1);
    let mut grouping = Grouping { setting, drafts: Vec::new(), run: None, leading: None, carried: Vec::new() };
    for (place, range) in ranges.into_iter().enumerate() {
        grouping.take(Part::read(setting, range), place == last);
    }
    let mut drafts = grouping.finish();
    label(setting.text, &sentence, &mut drafts);
    drafts
}

/// Gives the rates of a sentence the label that stands before all of them.
fn label(text: &[char], sentence: &Range<usize>, drafts: &mut [Draft]) {
    let said = &text[sentence.clone()];
    let Some(colon) = said.iter().position(|char| matches!(char, ':' | ',')).filter(|&at| said[at] == ':') else {
        return;
    };
    for indicator in drafts.iter_mut().flat_map(|draft| &mut draft.indicators) {
        let is_share = indicator.unit.as_deref() == Some("%");
        if let Some(name) = names::labelled(&said[..colon], &indicator.name).filter(|_| is_share) {
            indicator.name = name;
        }
    }
}

/// Collects parts into clauses, from left to right.
struct Grouping<'s> {
    setting: &'s Setting<'s>,
    drafts: Vec<Draft>,
    /// A run of plain parts of one topic.
    run: Option<Draft>,
    /// Where parts began that only lead to the next one.
    leading: Option<usize>,
    /// A date that stands before several demands and holds for all of them, or dates of which each has its own value.
    carried: Vec<Date>,
}

impl Grouping<'_> {
    fn take(&mut self, part: Part, is_last: bool) {
        let text = &self.setting.text[part.range.clone()];
        if part.only_date {
            self.carried.clone_from(&part.dates);
        }
        if !is_last && (part.only_date || (part.is_plain() && sentences::leads_on(text))) {
            self.close_run();
            self.leading.get_or_insert(part.range.start);
            return;
        }
        if !is_last
            && sentences::leads_on(text)
            && !starts_with(text, "其中")
            && self.leading.is_none()
            && part.dates.is_empty()
        {
            // A figure in what leads on, as in 按照不少于20间/万人的标准, belongs to the demand that follows.
            self.close_run();
            self.run = Some(self.draft(part));
            return;
        }
        if part.is_plain() { self.take_plain(part) } else { self.take_figure(part) }
    }

    fn take_plain(&mut self, part: Part) {
        const LONGEST: usize = 80;
        let topic = part.weights.best();
        let text = &self.setting.text[part.range.clone()];
        let goes_on = sentences::goes_on(text);
        let alone = self.leading.is_none() && self.run.is_none();
        if let Some(before) = self.drafts.last_mut().filter(|_| goes_on && alone) {
            before.range.end = part.range.end;
            return;
        }
        let joins = self.leading.is_none()
            && self.run.as_ref().is_some_and(|run| {
                let same_topic = match (run.weights.best(), topic) {
                    (Some(run_topic), Some(topic)) => run_topic == topic || run.weights.has(topic),
                    _ => true,
                };
                (same_topic || goes_on || !run.indicators.is_empty()) && part.range.end - run.range.start <= LONGEST
            });
        let draft = self.draft(part);
        if let Some(run) = self.run.as_mut().filter(|_| joins) {
            run.range.end = draft.range.end;
            run.weights.add(&draft.weights, 1.0);
            if run.deadline.is_none() {
                run.deadline = draft.deadline;
            }
        } else {
            self.close_run();
            self.run = Some(draft);
        }
        // What led on with a figure has met its demand.
        if self.run.as_ref().is_some_and(|run| !run.indicators.is_empty()) {
            self.close_run();
        }
    }

    fn take_figure(&mut self, part: Part) {
        if self.is_next_value(&part) {
            self.add_next_value(part);
            return;
        }
        let text = &self.setting.text[part.range.clone()];
        let has_number = part.indicators.iter().any(|indicator| indicator.value.is_some());
        let depends = !part.forbids && !part.indicators.is_empty() && sentences::depends_on_previous(text, has_number);
        let mut draft = self.draft(part);
        for indicator in draft.indicators.iter_mut().filter(|indicator| names::is_lacking(&indicator.name)) {
            indicator.name = names::inherited(&self.subject(), &indicator.name);
        }
        match self.run.take() {
            Some(mut run) if depends => {
                run.range.end = draft.range.end;
                run.weights.add(&draft.weights, 1.0);
                run.indicators.extend(draft.indicators);
                run.deadline = draft.deadline.or(run.deadline);
                self.drafts.push(run);
            }
            run => {
                self.drafts.extend(run);
                self.drafts.push(draft);
            }
        }
    }

    /// Names what the part before is about: what it measures, else all it says.
    fn subject(&self) -> String {
        let of_text = |draft: &Draft| text_of(&self.setting.text[draft.range.clone()]);
        let measured = |draft: &Draft| draft.indicators.last().map(|indicator| indicator.name.clone());
        let before = self.run.as_ref().or(self.drafts.last());
        before.map(|draft| measured(draft).unwrap_or_else(|| of_text(draft))).unwrap_or_default()
    }

    fn draft(&mut self, part: Part) -> Draft {
        let start = self.leading.take().unwrap_or(part.range.start);
        let mut indicators = part.indicators;
        // A year alone dates a figure; before anything else it only says which year is spoken of.
        let counts = |date: &&Date| !date.only_year || (!indicators.is_empty() && !self.setting.result);
        let dated = part.dates.last().filter(counts).or(self.carried.last().filter(counts));
        let deadline = dated.map(|date| date.value.clone());
        if part.dates.is_empty() {
            self.distribute_dates(&mut indicators);
        }
        self.pair_dates(&part.range, &part.dates, &mut indicators);
        let mut weights = part.weights;
        if start < part.range.start {
            weights.add(&self.setting.topics.weigh(&self.setting.text[start..part.range.start]), 0.5);
        }
        Draft { range: start..part.range.end, indicators, deadline, weights }
    }

    /// Gives values in turn to the dates that stand before them: 到2022年和2030年,…分别不低于22%和30%.
    fn distribute_dates(&self, indicators: &mut [Indicator]) {
        let count = self.carried.len();
        if count < 2 || !indicators.len().is_multiple_of(count) {
            return;
        }
        for values in
            indicators.chunks_exact_mut(count).filter(|values| values.iter().all(|it| it.name == values[0].name))
        {
            for (value, date) in values.iter_mut().zip(&self.carried) {
                value.deadline = Some(date.value.clone());
            }
        }
    }

    /// Says whether a part is one more value of what the clause before measures: …2025年达到20%,2030年达到30%.
    fn is_next_value(&self, part: &Part) -> bool {
        let text = &self.setting.text[part.range.clone()];
        let [date] = part.dates.as_slice() else { return false };
        let opens = text[..date.start].iter().all(|char| *char == '到');
        let measured = self.drafts.last().is_some_and(|before| !before.indicators.is_empty());
        let alone = self.run.is_none() && self.leading.is_none() && part.indicators.len() == 1;
        opens && measured && alone && sentences::depends_on_previous(&text[date.end..], true)
    }

    fn add_next_value(&mut self, part: Part) {
        let date = part.dates.last().map(|date| date.value.clone());
        let Some(before) = self.drafts.last_mut() else { return };
        before.range.end = part.range.end;
        let Some(measured) = before.indicators.last_mut() else { return };
        let name = measured.name.clone();
        measured.deadline = measured.deadline.take().or_else(|| before.deadline.take());
        before.deadline.clone_from(&date);
        let next =
            part.indicators.into_iter().map(|next| Indicator { name: name.clone(), deadline: date.clone(), ..next });
        before.indicators.extend(next);
    }

    /// Gives each of two joined dates its own row: 8月、9月分别验收.
    fn pair_dates(&self, range: &Range<usize>, dates: &[Date], indicators: &mut Vec<Indicator>) {
        for pair in dates.windows(2) {
            let between = &self.setting.text[range.start + pair[0].end..range.start + pair[1].start];
            if between.len() == 1 && matches!(between[0], '、' | '和' | '与' | '及') {
                let after = &self.setting.text[range.start + pair[1].end..range.end];
                let name: String = after.iter().take(20).collect();
                let deadline = Some(pair[0].value.clone());
                indicators.push(Indicator { deadline, ..indicators::bare(name, super::Comparator::Eq) });
            }
        }
    }

    fn close_run(&mut self) {
        self.drafts.extend(self.run.take());
    }

    fn finish(mut self) -> Vec<Draft> {
        self.close_run();
        self.drafts
    }
}
