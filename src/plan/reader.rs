//! Walks a document from its first paragraph to its last and puts together what the rules find.

mod headings;
mod rows;

use std::ops::Range;

use super::{
    Clause, ClauseId, Plan, PlanHead, Problem, ReadOptions, Warning,
    clauses::{self, Draft, Setting},
    explain::{Looked, Step, Taken, Trace},
    head::{self, Head},
    identity, indicators, kinds,
    lexicon::is_chinese,
    lines::{Paragraph, Paragraphs},
    markers::{self, Marker},
    outline::{Entry, Outline, Unmarked},
    owners,
    scope::{self, Facts, Issuer},
    sentences::{self, Enclosed},
    tables::{self, Label, Table},
    titles,
    topics::{Topics, Weights},
};

/// Reads the text of a document.
pub(super) fn read(text: &str, problems: Vec<Problem>, topics: &Topics, options: &ReadOptions) -> Plan {
    read_traced(text, problems, topics, options, Trace::default()).0
}

/// Reads the text of a document, noting what the rules decide on the line that the trace wants.
pub(super) fn read_traced(
    text: &str,
    problems: Vec<Problem>,
    topics: &Topics,
    options: &ReadOptions,
    trace: Trace,
) -> (Plan, Vec<Step>) {
    const OPENING: usize = 60;
    let opening: Vec<Paragraph> = Paragraphs::new(text).take(OPENING).collect();
    let head = head::read(&opening);
    drop(opening);
    let mut reader = Reader::new(topics, &head, trace);
    for problem in problems {
        reader.warn(1, problem);
    }
    let mut paragraphs = Paragraphs::new(text).peekable();
    while let Some(paragraph) = paragraphs.next() {
        reader.trace.begin(|line| paragraph.has_line(line));
        if paragraph.line >= head.body_line {
            reader.paragraph(&paragraph, paragraphs.peek());
        } else {
            reader.trace.note(|| Step::Paragraph { taken: Taken::Head });
        }
    }
    let steps = std::mem::take(&mut reader.trace).steps();
    (reader.finish(head, options), steps)
}

struct Reader<'t> {
    topics: &'t Topics,
    outline: Outline,
    clauses: Vec<Clause>,
    warnings: Vec<Warning>,
    /// How many more there were than are kept.
    more_warnings: usize,
    year: Option<i32>,
    looks_back: bool,
    issuer: Issuer,
    /// What the title says of the topic, for what says nothing itself.
    title_weights: Weights,
    /// What the open headings say of the topic.
    heading_weights: Weights,
    /// What the clause before in the same paragraph says of it.
    previous: Option<Weights>,
    /// The first clause that has no owner yet and may get one.
    unowned: usize,
    /// The clauses that were given owners last.
    owned: Range<usize>,
    /// The first clause that has no date of those that are said for several.
    undated: usize,
    table: Option<Table>,
    /// What a label that stood alone in its line says of the next one.
    label: Option<Label>,
    has_chinese: bool,
    after_heading: bool,
    trace: Trace,
}

impl<'t> Reader<'t> {
    fn new(topics: &'t Topics, head: &Head, trace: Trace) -> Self {
        let title: Vec<char> = head.title.chars().collect();
        Self {
            topics,
            outline: Outline::default(),
            clauses: Vec::new(),
            warnings: Vec::new(),
            more_warnings: 0,
            year: head.year,
            looks_back: kinds::document_looks_back(&title),
            issuer: if head::is_of_unit(head) { Issuer::Unit } else { Issuer::Authority },
            title_weights: topics.weigh(&title),
            heading_weights: Weights::default(),
            previous: None,
            unowned: 0,
            owned: 0..0,
            undated: 0,
            table: None,
            label: None,
            has_chinese: false,
            after_heading: false,
            trace,
        }
    }

    /// Keeps a warning, or counts it where there are so many that damage is all over.
    fn warn(&mut self, line: usize, problem: Problem) {
        const MOST: usize = 100;
        if self.warnings.len() < MOST {
            self.warnings.push(Warning { line, problem });
        } else {
            self.more_warnings += 1;
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph, next: Option<&Paragraph>) {
        let text = &paragraph.chars;
        if !text.iter().any(|char| is_chinese(*char)) {
            self.taken(Taken::NoText);
            return;
        }
        self.has_chinese = true;
        self.previous = None;
        if tables::is_of_contents(text) || head::closes(text, next.map(|next| next.chars.as_slice())) {
            self.taken(Taken::NoText);
            return;
        }
        self.outline.close_inline();
        if let Some(label) = self.label.take() {
            self.labelled(paragraph, label, 0..text.len());
            return;
        }
        if let Some(label) = tables::bare_label(text) {
            self.label = Some(label);
            self.taken(Taken::NoText);
            return;
        }
        let owners = owners::line(text);
        if !owners.is_empty() {
            self.taken(Taken::Owners);
            let deadline = tables::deadline_within(text, self.year);
            self.add_owners_of_chapter(&owners, deadline.as_deref(), next);
            return;
        }
        if tables::is_row(text) {
            self.taken(Taken::TableRow);
            self.table_row(paragraph);
            return;
        }
        self.table = None;
        if let Some(task) = tables::labelled_task(text) {
            self.taken(Taken::Task);
            self.prose(paragraph, task..text.len());
        } else if let Some(deadline) = tables::labelled_deadline(text, self.year) {
            self.taken(Taken::Deadline);
            self.give_deadline(&deadline);
        } else if let Some(marker) = self.marker(text) {
            self.taken(Taken::Heading);
            self.heading(paragraph, marker, next);
        } else if self.is_unmarked_heading(text, next) {
            self.taken(Taken::HeadingWithoutNumber);
            let printed = paragraph.quote(0..text.len()).text;
            self.warn(paragraph.line, Problem::NumberLost { heading: printed.clone() });
            self.outline.push_unmarked(Unmarked {
                title: text,
                printed_title: printed,
                line: paragraph.line,
                weights: self.topics.weigh(text),
                clauses: self.clauses.len(),
            });
            self.note_heading();
            self.weigh_headings();
            self.after_heading = true;
        } else if head::is_title(text) && text.len() > 8 && head::year_of(text).is_some() && !self.clauses.is_empty() {
            self.taken(Taken::OtherTitle);
            self.begin_part(paragraph);
        } else {
            self.taken(Taken::Prose);
            self.outline.close_list();
            self.prose(paragraph, 0..text.len());
            self.after_heading = false;
        }
    }

    fn taken(&self, taken: Taken) {
        self.trace.note(|| Step::Paragraph { taken });
    }

    /// Notes the heading that was opened last.
    fn note_heading(&self) {
        if let Some(heading) = self.outline.headings.last() {
            self.trace.note(|| Step::Heading {
                marker: heading.marker.clone(),
                level: heading.level,
                section: heading.id.clone(),
                title: heading.title.clone(),
            });
        }
    }

    /// Begins the second of two documents in one file, such as a summary with the plan of the next year.
    fn begin_part(&mut self, paragraph: &Paragraph) {
        let text = &paragraph.chars;
        self.looks_back = kinds::document_looks_back(text);
        self.year = head::year_of(text).or(self.year);
        self.outline.begin_part(paragraph.quote(0..text.len()).text, paragraph.line);
        self.weigh_headings();
    }

    /// Reads running text, with the lists that stand inside it.
    fn prose(&mut self, paragraph: &Paragraph, range: Range<usize>) {
        let text = &paragraph.chars;
        let Some(named) = owners::trailing(&text[range.clone()]) else {
            self.unowned_prose(paragraph, range);
            return;
        };
        let behind = range.start + named;
        self.unowned_prose(paragraph, range.start..behind);
        let said = &text[behind..range.end];
        if let Some(deadline) = tables::deadline_within(said, self.year) {
            self.give_deadline(&deadline);
        }
        self.give_owners(&owners::line(said));
    }

    fn unowned_prose(&mut self, paragraph: &Paragraph, range: Range<usize>) {
        let text = &paragraph.chars;
        let enclosed = Enclosed::of(text);
        let before = self.outline.innermost();
        let items: Vec<(usize, Marker)> = markers::inline(&text[range.clone()], before);
        let Some(&(first, _)) = items.first() else {
            self.sentences(paragraph, &enclosed, range);
            return;
        };
        self.sentences(paragraph, &enclosed, range.start..range.start + first);
        for (place, (at, marker)) in items.iter().enumerate() {
            let end = items.get(place + 1).map_or(range.end, |(next, _)| range.start + next);
            self.inline_item(paragraph, &enclosed, *marker, range.start + at..end);
        }
    }

    fn inline_item(&mut self, paragraph: &Paragraph, enclosed: &Enclosed, marker: Marker, range: Range<usize>) {
        let text = &paragraph.chars;
        let from = range.start + marker.length;
        let title_end = (from..range.end).find(|&at| matches!(text[at], '。' | ';' | ',')).unwrap_or(range.end);
        let title = &text[from..title_end];
        let entry = Entry {
            marker,
            printed: paragraph.quote(range.start..from).text,
            title,
            printed_title: paragraph.quote(from..titles::shortened(text, from..title_end)).text,
            line: paragraph.line_of(range.start),
            starts_line: false,
            weights: self.topics.weigh(title),
            clauses: self.clauses.len(),
        };
        // A list inside a paragraph has been checked for its numbers already.
        let _ = self.outline.push(entry);
        self.note_heading();
        self.weigh_headings();
        self.sentences(paragraph, enclosed, from..range.end);
    }

    fn sentences(&mut self, paragraph: &Paragraph, enclosed: &Enclosed, range: Range<usize>) {
        let text = &paragraph.chars;
        if range.is_empty() {
            return;
        }
        for sentence in sentences::sentences(text, range, enclosed) {
            let (sentence, owners) = owners::taken_off(text, sentence);
            let is_demand = text[sentence.clone()].iter().any(|char| is_chinese(*char));
            let said = &text[sentence.clone()];
            if is_demand && !sentences::is_remark(said) && !head::is_contact(said) {
                self.sentence(paragraph, enclosed, sentence);
            }
            if let Some((owners, said)) = owners {
                if let Some(deadline) = tables::deadline_beside_owners(&said, self.year) {
                    self.give_deadline(&deadline);
                }
                self.give_owners(&owners);
            }
        }
    }

    fn sentence(&mut self, paragraph: &Paragraph, enclosed: &Enclosed, sentence: Range<usize>) {
        let text = &paragraph.chars;
        let looks_back = self.outline.looks_back().unwrap_or(self.looks_back);
        let result = kinds::reports(&text[sentence.clone()], looks_back, self.year);
        let year = self.outline.year().or(self.year);
        let setting = Setting { text, enclosed, topics: self.topics, year, result };
        let drafts = clauses::of_sentence(&setting, sentence.clone());
        let count = drafts.len();
        self.trace.note_sentence(&text[sentence.clone()], || paragraph.quote(sentence.clone()).text, count);
        self.trace.note_traps(&text[sentence.clone()], &enclosed.named[sentence], result);
        let mut around = Weights::default();
        for draft in &drafts {
            around.add(&draft.weights, 1.0);
        }
        for draft in drafts {
            self.clause(paragraph, draft, &around, result);
        }
    }

    fn clause(&mut self, paragraph: &Paragraph, mut draft: Draft, around: &Weights, result: bool) {
        const SHORTEST: usize = 4;
        let text = &paragraph.chars[draft.range.clone()];
        if (text.len() < SHORTEST && draft.indicators.is_empty()) || !text.iter().any(|char| is_chinese(*char)) {
            return;
        }
        let quote = paragraph.quote(draft.range.clone());
        let weights = self.all_weights(&draft.weights, around);
        let topics = self.topics.rank(&weights);
        self.previous = Some(draft.weights);
        let (kind, why) = kinds::kind_and_why(text, &draft.indicators, draft.deadline.is_some(), result);
        let topic = topics.first().and_then(|id| self.topics.get(id));
        let facts = Facts {
            text,
            kind,
            indicators: &draft.indicators,
            has_deadline: draft.deadline.is_some(),
            topic_scope: topic.and_then(|topic| topic.scope),
            topic_has_units: topic.is_some_and(|topic| !topic.facility_types.is_empty()),
            issuer: self.issuer,
        };
        let (scope, reason) = scope::decide(&facts);
        if draft.indicators.iter().any(indicators::has_lost_unit) {
            self.warn(quote.line, Problem::UnitLost { text: quote.text.clone() });
        }
        self.trace.note(|| Step::Clause {
            index: self.clauses.len(),
            kind: why,
            weights: self.topics.weighed(&weights),
            indicators: draft.indicators.clone(),
            words: self.trace.words(&Looked {
                text,
                headings: self.outline.path().iter().map(|open| open.title.as_slice()).collect(),
                topics: self.topics,
                kind: why,
                scope: reason,
                deadline: draft.deadline.as_deref(),
                indicators: &draft.indicators,
                year: self.outline.year().or(self.year),
            }),
        });
        // There are many clauses with one indicator each, for which a list would keep room for four.
        draft.indicators.shrink_to_fit();
        let clause = Clause {
            id: ClauseId(String::new()),
            fingerprint: identity::fingerprint(text),
            line: quote.line,
            span: quote.span,
            section: self.outline.section(),
            text: quote.text,
            kind,
            topics,
            indicators: draft.indicators,
            deadline: draft.deadline,
            owners: self.outline.owners().to_vec(),
            scope,
            scope_reason: reason.into(),
            struck: false,
            corrected: None,
        };
        super::add(&mut self.clauses, clause);
    }

    /// Weighs the clause's own words, those around it, and those of the headings above.
    fn all_weights(&self, own: &Weights, around: &Weights) -> Weights {
        const OWN: f32 = 3.0;
        const AROUND: f32 = 0.3;
        const PREVIOUS: f32 = 0.5;
        let mut weights = self.heading_weights.clone();
        weights.add(own, OWN);
        weights.add(around, AROUND);
        if let Some(previous) = &self.previous {
            weights.add(previous, PREVIOUS);
        }
        if weights.best().is_none() {
            weights.add(&self.title_weights, 1.0);
        }
        weights
    }

    fn weigh_headings(&mut self) {
        const OUTER: f32 = 0.4;
        let mut weights = Weights::default();
        let mut factor = 1.0;
        for open in self.outline.path().iter().rev() {
            weights.add(&open.weights, factor);
            factor *= OUTER;
        }
        self.heading_weights = weights;
    }

    fn finish(mut self, head: Head, options: &ReadOptions) -> Plan {
        if self.outline.headings.is_empty() {
            self.warn(1, Problem::NoHeadings);
        }
        if !self.has_chinese {
            self.warn(1, Problem::NotChinese);
        } else if self.clauses.is_empty() {
            self.warn(1, Problem::NoClauses);
        }
        if head.year.is_none() {
            self.warn(1, Problem::NoYear);
        }
        if head.title.is_empty() {
            self.warn(1, Problem::NoTitle);
        }
        if self.more_warnings > 0 {
            let line = self.warnings.last().map_or(1, |warning| warning.line);
            self.warnings.push(Warning { line, problem: Problem::More { count: self.more_warnings } });
        }
        let previous = options.previous.map_or(&[][..], |plan| &plan.clauses);
        identity::assign(&mut self.clauses, previous);
        let title = if head.title.is_empty() { options.title_from_name() } else { head.title };
        let id = options.id.cloned().unwrap_or_else(|| identity::plan_id(head.year, head.issuer.as_deref(), &title));
        Plan {
            head: PlanHead { id, title, year: head.year, issuer: head.issuer, number: head.number, date: head.date },
            outline: self.outline.headings,
            clauses: self.clauses,
            warnings: self.warnings,
        }
    }
}
