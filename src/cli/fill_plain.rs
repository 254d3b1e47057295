//! `ducha fill --plain`: the same questions as prompts, one line each, for a screen reader and for scripts.
//!
//! Nothing is drawn and nothing moves: a question is printed, a line is read. A line that begins with `/` is a command.

use std::io::{self, BufRead};

use super::{
    Session,
    fill::Filling,
    fill_answers::{read_value, suggested},
};
use crate::{
    calendar::Due,
    checklist::{AnswerType, Column, Item, ItemId, Row, Severity, Value},
    error::{Error, Kind, Result},
    i18n::Text,
    inspection::{self, Finding, Response, Verdict},
    store::path_of,
    text,
};

/// What a line asks for instead of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Help,
    Back,
    Skip,
    Undo,
    Clear,
    NotApplicable,
    Omission,
    Note,
    Evidence,
    Quit,
}

/// The commands: what is typed behind the stroke, and what it asks for.
const COMMANDS: &[(&str, Asked)] = &[
    ("?", Asked::Help),
    ("b", Asked::Back),
    ("s", Asked::Skip),
    ("u", Asked::Undo),
    ("0", Asked::Clear),
    ("3", Asked::NotApplicable),
    ("4", Asked::Omission),
    ("n", Asked::Note),
    ("e", Asked::Evidence),
    ("q", Asked::Quit),
];

/// Where the questions go on.
enum Next {
    /// With the same item.
    Same,
    /// With the item behind, or before.
    Step(bool),
    /// With an item.
    To(ItemId),
    /// Nowhere.
    End,
}

/// Asks for every item from the first unanswered one on; says whether the record is to be finalised.
pub fn ask(session: &Session, filling: &mut Filling) -> Result<bool> {
    let mut plain = Plain { session, filling };
    let header = plain.filling.open.editing.pinned();
    let checklist = plain.filling.sheet().checklist();
    let title = format!("{} | {} v{}", header.facility.name, checklist.title.show(session.lang), checklist.version);
    plain.line(&title)?;
    plain.say(&text!("plain.begin"))?;
    let count = plain.filling.sheet().checklist().items.len();
    let open = |sheet: &inspection::Sheet, at: usize| sheet.applies(at) && !sheet.is_answered(at);
    let mut at = (0..count).find(|&at| open(plain.filling.sheet(), at)).unwrap_or(count);
    while at < count {
        at = match plain.item(at)? {
            Next::Same => at,
            Next::Step(true) => plain.concerned().find(|&next| next > at).unwrap_or(count),
            Next::Step(false) => plain.concerned().rfind(|&next| next < at).unwrap_or(at),
            Next::To(item) => plain.filling.sheet().position(&item).unwrap_or(at),
            Next::End => return Ok(false),
        };
    }
    let blockers = inspection::blockers(&plain.filling.open.editing).len();
    if blockers > 0 {
        plain.say(&text!("plain.blocked", count = blockers))?;
        return Ok(false);
    }
    plain.say(&text!("plain.finalise"))?;
    Ok(Plain::read()?
        .is_some_and(|typed| matches!(typed.trim(), "1" | "y" | "yes") || typed.trim() == plain.t("word.yes")))
}

struct Plain<'a> {
    session: &'a Session,
    filling: &'a mut Filling,
}

impl Plain<'_> {
    fn t(&self, key: &str) -> String {
        self.session.lang.t(key).into_owned()
    }

    /// Names a verdict as the checklist does.
    fn verdict(&self, verdict: Verdict) -> String {
        self.t(self.filling.sheet().checklist().sort.verdict_key(verdict))
    }

    fn line(&self, line: &str) -> Result<()> {
        self.session.output.line(line)
    }

    fn say(&self, said: &Text) -> Result<()> {
        self.session.output.say(said)
    }

    /// Reads a line; nothing at the end of input.
    fn read() -> Result<Option<String>> {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        let read = read.map_err(|error| Error::new(Kind::Input, text!("plain.not-read")).because(error))?;
        Ok((read > 0).then(|| line.trim_end_matches(['\n', '\r']).to_owned()))
    }

    /// Asks for one line; nothing where nothing was typed.
    fn prompt(&self, question: &str) -> Result<Option<String>> {
        self.line(question)?;
        Ok(Self::read()?.map(|typed| typed.trim().to_owned()).filter(|typed| !typed.is_empty()))
    }

    fn concerned(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        let sheet = self.filling.sheet();
        (0..sheet.checklist().items.len()).filter(move |&at| sheet.applies(at))
    }

    /// Puts the question of an item and takes what is typed.
    fn item(&mut self, at: usize) -> Result<Next> {
        let item = self.filling.sheet().item(at).clone();
        self.describe(at, &item)?;
        let Some(typed) = Self::read()? else { return Ok(Next::End) };
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(Next::Step(true));
        }
        if let Some(command) = typed.strip_prefix(['/', '、', '／']) {
            return self.command(&item, command);
        }
        match self.answer(&item, typed)? {
            Ok(()) => self.after(at, &item),
            Err(mistake) => {
                self.line(&format!("! {}", mistake.show(self.session.lang)))?;
                Ok(Next::Same)
            }
        }
    }

    /// Prints what is asked and what there is.
    fn describe(&self, at: usize, item: &Item) -> Result<()> {
        let lang = self.session.lang;
        let number = self.concerned().take_while(|&before| before <= at).count();
        let count = self.concerned().count();
        let critical = if item.critical { format!(" * {}", self.t("item.critical")) } else { String::new() };
        self.line("")?;
        self.line(&format!("{number}/{count}{critical} {}", item.text.show(lang)))?;
        if let Some(rule) = &item.pass {
            self.line(&format!("{} {}", self.t("item.rule"), rule.show(item.unit_shown(), lang)))?;
        }
        if !item.how.is_empty() {
            self.line(&format!("{} {}", self.t("item.how"), item.how_shown(lang)))?;
        }
        let words: Vec<String> = match item.answer {
            AnswerType::Verdict => Verdict::ALL.iter().map(|verdict| self.verdict(*verdict)).collect(),
            AnswerType::YesNo => vec![self.t("word.yes"), self.t("word.no")],
            AnswerType::Choice | AnswerType::Choices => {
                item.choices.iter().map(|word| item.choice_shown(word, lang).to_owned()).collect()
            }
            _ => vec![],
        };
        let words: Vec<_> = (1..).zip(words).map(|(digit, word): (usize, String)| format!("{digit} {word}")).collect();
        let asked = if words.is_empty() {
            let unit = item.unit_shown();
            let hint = self.t(&format!("answer-type.{}", item.answer.name()));
            if unit.is_empty() { hint } else { format!("{hint} ({unit})") }
        } else {
            words.join("  ")
        };
        self.line(&asked)?;
        let answer = self.filling.sheet().answer(at);
        match answer.and_then(|answer| answer.response.as_ref()) {
            Some(Response::Verdict(verdict)) => self.say(&text!("plain.now", answer = self.verdict(*verdict))),
            Some(Response::Value(value)) => self.say(&text!("plain.now", answer = value.show(item.unit_shown(), lang))),
            None => Ok(()),
        }
    }

    /// Carries out a command; the words behind it are what it is about.
    fn command(&mut self, item: &Item, typed: &str) -> Result<Next> {
        let (word, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
        let asked = COMMANDS.iter().find(|(known, _)| *known == word).map(|(_, asked)| *asked);
        let Some(asked) = asked else {
            self.say(&text!("plain.unknown", typed = word))?;
            return Ok(Next::Same);
        };
        match asked {
            Asked::Help => self.say(&text!("plain.help"))?,
            Asked::Back => return Ok(Next::Step(false)),
            Asked::Skip => return Ok(Next::Step(true)),
            Asked::Quit => return Ok(Next::End),
            Asked::Undo => match self.filling.undo()? {
                Ok(Some(item)) => return Ok(Next::To(item)),
                Ok(None) => self.say(&text!("fill.undone"))?,
                Err(_) => self.say(&text!("fill.nothing-to-undo"))?,
            },
            Asked::Clear => self.filling.change(&item.id, |answer| answer.response = None)?,
            Asked::NotApplicable | Asked::Omission => {
                let omission = asked == Asked::Omission;
                let verdict = if omission { Verdict::ReasonableOmission } else { Verdict::NotApplicable };
                self.filling.change(&item.id, |answer| answer.response = Some(Response::Verdict(verdict)))?;
                return Ok(Next::Step(true));
            }
            Asked::Note => {
                let note = if rest.is_empty() { self.prompt(&self.t("item.note"))? } else { Some(rest.to_owned()) };
                self.filling.change(&item.id, |answer| answer.note = note.unwrap_or_default())?;
            }
            Asked::Evidence => {
                let path = if rest.is_empty() { self.prompt(&self.t("evidence.path"))? } else { Some(rest.to_owned()) };
                if let Some(path) = path {
                    self.attach(item, &path)?;
                }
            }
        }
        Ok(Next::Same)
    }

    fn attach(&mut self, item: &Item, path: &str) -> Result<()> {
        let file = match self.filling.workspace.attach(&path_of(path)) {
            Ok(file) => file,
            Err(error) => {
                self.session.output.error(&error);
                return Ok(());
            }
        };
        self.say(&text!("fill.attached", name = file.name))?;
        self.filling.change(&item.id, |answer| {
            if answer.files().any(|known| known.digest == file.digest) {
                return;
            }
            match &mut answer.response {
                Some(Response::Value(Value::Files(files))) => files.push(file),
                response if item.answer == AnswerType::File => {
                    *response = Some(Response::Value(Value::Files(vec![file])));
                }
                _ => answer.evidence.push(file),
            }
        })
    }

    /// Takes an answer; the mistake says what to type instead.
    fn answer(&mut self, item: &Item, typed: &str) -> Result<Result<(), Text>> {
        if item.is_calculated() {
            return Ok(Err(text!("fill-command.calculated")));
        }
        let response = match item.answer {
            AnswerType::Verdict => {
                let digit =
                    typed.parse::<usize>().ok().and_then(|digit| Verdict::ALL.get(digit.wrapping_sub(1)).copied());
                let word = || Verdict::ALL.into_iter().find(|verdict| self.verdict(*verdict) == typed);
                match digit.or_else(word) {
                    Some(verdict) => Response::Verdict(verdict),
                    None => return Ok(Err(text!("checklist.entry.verdict"))),
                }
            }
            AnswerType::File => {
                self.attach(item, typed)?;
                return Ok(Ok(()));
            }
            AnswerType::Table => {
                let rows = self.rows(item, typed)?;
                Response::Value(Value::Table(rows))
            }
            _ => match read_value(item, Value::Text(typed.to_owned()), self.filling.sheet().day(), self.session.lang) {
                Ok(value) => Response::Value(value),
                Err(mistake) => return Ok(Err(mistake)),
            },
        };
        self.filling.change(&item.id, |answer| answer.response = Some(response)).map(Ok)
    }

    /// Asks for rows column by column, until the first column of a row stays empty; `first` is the first cell.
    fn rows(&self, item: &Item, first: &str) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        let mut first = Some(first.to_owned());
        loop {
            let mut row = Row::new();
            for (at, column) in item.columns.iter().enumerate() {
                let given = first.take();
                if let Some(cell) = self.cell(column, rows.len() + 1, given)? {
                    row.insert(column.id.clone(), cell);
                } else if at == 0 {
                    return Ok(rows);
                }
            }
            rows.push(row);
        }
    }

    fn cell(&self, column: &Column, number: usize, mut given: Option<String>) -> Result<Option<Value>> {
        let like = column.as_item();
        loop {
            let question = format!("{number}. {} {}", column.title.show(self.session.lang), column.choices.join(" / "));
            let typed = match given.take() {
                Some(given) => Some(given),
                None => self.prompt(&question)?,
            };
            let Some(typed) = typed else { return Ok(None) };
            match like.read_answer(&typed, self.filling.sheet().day()) {
                Ok(value) => return Ok(Some(value)),
                Err(mistake) => self.line(&format!("! {}", mistake.show(self.session.lang)))?,
            }
        }
    }

    /// Says what the answer came to; a failing one asks for its finding, which need not be one where that is open.
    fn after(&mut self, at: usize, item: &Item) -> Result<Next> {
        let sheet = self.filling.sheet();
        if sheet.verdict(at) != Some(Verdict::Fails) {
            return Ok(Next::Step(true));
        }
        let demanded = sheet.is_finding_by_itself(at);
        let known = sheet.finding(at).cloned();
        self.say(&if demanded { text!("fill.finding") } else { text!("plain.problem") })?;
        let before = known.unwrap_or_else(|| suggested(self.filling, &item.id));
        let finding = self.finding(&before, demanded)?;
        self.filling.change(&item.id, |answer| answer.finding = finding)?;
        Ok(Next::Step(true))
    }

    /// Asks for what was found; an empty line leaves what stands there. Nothing where there is no description, unless it is
    /// demanded.
    fn finding(&self, before: &Finding, demanded: bool) -> Result<Option<Finding>> {
        let kept = |question: &str, before: &str| -> Result<String> {
            let shown = if before.is_empty() { self.t(question) } else { format!("{} [{before}]", self.t(question)) };
            Ok(self.prompt(&shown)?.unwrap_or_else(|| before.to_owned()))
        };
        let names = ["severity.minor", "severity.major", "severity.critical"].map(|key| self.t(key));
        let description = kept("finding.description", &before.description)?;
        if description.trim().is_empty() && !demanded {
            return Ok(None);
        }
        let grave = Severity::ALL.iter().position(|severity| *severity == before.severity).unwrap_or(0);
        let words: Vec<_> =
            (1..).zip(&names).map(|(digit, name): (usize, &String)| format!("{digit} {name}")).collect();
        let question = format!("{} {} [{}]", self.t("finding.severity"), words.join(" "), names[grave]);
        let digit = self.prompt(&question)?.and_then(|typed| typed.parse::<usize>().ok());
        let severity =
            digit.and_then(|digit| Severity::ALL.get(digit.wrapping_sub(1)).copied()).unwrap_or(before.severity);
        let measure = kept("finding.measure", &before.measure)?;
        let responsible = kept("finding.responsible", &before.responsible)?;
        let due = self.due(before.due)?;
        let corrected =
            self.prompt(&format!("{} 1 {} 2 {}", self.t("finding.corrected"), self.t("word.yes"), self.t("word.no")))?;
        let corrected_on_site = corrected.is_some_and(|typed| typed == "1" || typed == self.t("word.yes"));
        Ok(Some(Finding { description, severity, measure, responsible, due, corrected_on_site }))
    }

    fn due(&self, before: Option<chrono::NaiveDate>) -> Result<Option<chrono::NaiveDate>> {
        loop {
            let shown = before.map_or_else(String::new, |due| format!(" [{due}]"));
            let Some(typed) = self.prompt(&format!("{}{shown}", self.t("finding.due")))? else { return Ok(before) };
            if let Some(Due::Workdays(count)) = Due::typed(&typed) {
                let counted = self.filling.workspace.calendar()?.after(self.filling.sheet().day(), count);
                self.session.remind_of_years(&self.filling.workspace, &counted.unknown_years);
                return Ok(Some(counted.day));
            }
            match Value::parse(AnswerType::Date, &typed, self.filling.sheet().day()) {
                Ok(Value::Date(due)) => return Ok(Some(due)),
                Ok(_) => return Ok(before),
                Err(mistake) => self.line(&format!("! {}", mistake.show(self.session.lang)))?,
            }
        }
    }
}
