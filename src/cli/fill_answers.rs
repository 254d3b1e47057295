//! The file of answers that `ducha fill --answers` takes: the record's own words, values as people type them.

use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;

use super::fill::Filling;
use crate::{
    checklist::{AnswerType, FileRef, Item, ItemId, PassRule, Severity, Value},
    error::{Error, Result, in_toml},
    i18n::{Lang, Text},
    inspection::{Answer, Details, Finding, Response, Sheet, Verdict},
    moments,
    store::{Workspace, open_attachable, path_of, read_text},
    text,
};

/// What the file says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswersFile {
    record: Option<String>,
    facility: Option<String>,
    checklist: Option<String>,
    inspection: Option<GivenDetails>,
    #[serde(default)]
    answer: Vec<GivenAnswer>,
}

/// When, where and by whom; what is not given stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenDetails {
    #[serde(default, deserialize_with = "moments::spelt_or_none")]
    started: Option<DateTime<FixedOffset>>,
    #[serde(default, deserialize_with = "moments::spelt_or_none")]
    finished: Option<DateTime<FixedOffset>>,
    place: Option<String>,
    inspectors: Option<Vec<String>>,
    accompanied_by: Option<String>,
    remark: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenAnswer {
    item: ItemId,
    verdict: Option<Verdict>,
    value: Option<Value>,
    note: Option<String>,
    finding: Option<GivenFinding>,
    /// Paths of files, relative to the file of answers.
    #[serde(default)]
    evidence: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenFinding {
    description: String,
    severity: Option<Severity>,
    #[serde(default)]
    measure: String,
    #[serde(default)]
    responsible: String,
    #[serde(default, deserialize_with = "moments::spelt_or_none")]
    due: Option<NaiveDate>,
    #[serde(default)]
    corrected_on_site: bool,
}

/// A file of answers that was read.
pub struct Given {
    path: PathBuf,
    file: AnswersFile,
}

/// Which record a file of answers is for.
#[derive(Default)]
pub struct Names {
    pub record: Option<String>,
    pub facility: Option<String>,
    pub checklist: Option<String>,
}

impl Given {
    /// Returns which record it is for.
    pub fn names(&self) -> Names {
        let AnswersFile { record, facility, checklist, .. } = &self.file;
        Names { record: record.clone(), facility: facility.clone(), checklist: checklist.clone() }
    }
}

/// Reads a file of answers.
pub fn read(path: &Path) -> Result<Given> {
    let text = read_text(path)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let file = toml::from_str(text).map_err(|error| in_toml(text, &error).in_file(path))?;
    Ok(Given { path: path.to_owned(), file })
}

/// An answer that was checked.
struct CheckedAnswer {
    given: GivenAnswer,
    response: Option<Response>,
}

/// A file of answers with which nothing is wrong.
pub struct Checked {
    details: Option<Details>,
    /// Each with its files, and whether these are the answer itself.
    answers: Vec<(CheckedAnswer, (bool, Vec<FileRef>))>,
}

impl Given {
    /// Checks everything against the record that it is for, or returns all mistakes.
    pub fn check(
        self,
        workspace: &Workspace,
        sheet: &Sheet,
        before: &Details,
        lang: Lang,
    ) -> Result<Checked, Vec<Error>> {
        let Self { path, file } = self;
        let (mut checked, mut mistakes) = (Vec::new(), Vec::new());
        let details = file.inspection.map(|given| given.over(before.clone()));
        // What is read depends on the day that the file itself may set.
        let day = details.as_ref().map_or(sheet.day(), |details| details.started.date_naive());
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        for answer in file.answer {
            let files = answer.evidence.iter().map(|path| open_attachable(&folder.join(path_of(path))));
            mistakes.extend(files.filter_map(Result::err));
            match check(sheet, &answer, day, lang) {
                Ok(response) => checked.push(CheckedAnswer { given: answer, response }),
                Err(mistake) => {
                    let message = text!("fill-command.answer", item = answer.item);
                    let mistake = Error::input(message).reason(mistake).at(&path);
                    mistakes.push(mistake.hint(text!("fill-command.answer.hint")));
                }
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        // Files are copied before anything is changed, and none of them while anything is wrong.
        let mut answers = Vec::new();
        for one in checked {
            match attach(workspace, sheet, &folder, &one.given) {
                Ok(attached) => answers.push((one, attached)),
                Err(error) => mistakes.push(error),
            }
        }
        if mistakes.is_empty() { Ok(Checked { details, answers }) } else { Err(mistakes) }
    }
}

impl Checked {
    /// Makes the answers part of the record.
    pub fn put_into(self, filling: &mut Filling) -> Result<()> {
        if let Some(details) = self.details {
            filling.set_details(details)?;
        }
        for (one, files) in self.answers {
            let finding = one.given.finding.map(|finding| finding.of(filling, &one.given.item));
            let known = filling.sheet().answer_to(&one.given.item).cloned();
            filling.change(&one.given.item, |answer| {
                put_files(answer, files, one.response);
                if let Some(note) = one.given.note {
                    answer.note = note;
                }
                answer.finding = finding.or(answer.finding.take());
            })?;
            let now = filling.sheet().answer_to(&one.given.item);
            if known.is_some_and(|known| now.is_none_or(|now| is_replaced(&known, now))) {
                filling.replaced.push(one.given.item);
            }
        }
        Ok(())
    }
}

/// Says whether something that an answer said before is no longer there; what was only added took nothing away.
fn is_replaced(known: &Answer, now: &Answer) -> bool {
    known.response.is_some() && known.response != now.response
        || !known.note.is_empty() && known.note != now.note
        || known.finding.is_some() && known.finding != now.finding
}

/// Puts the response and the files into an answer; of an item that asks for files they are the response.
fn put_files(answer: &mut Answer, files: (bool, Vec<FileRef>), response: Option<Response>) {
    let (is_answer, files) = files;
    if is_answer && !files.is_empty() {
        answer.response = Some(Response::Value(Value::Files(files)));
        return;
    }
    answer.response = response.or(answer.response.take());
    for file in files {
        if !answer.evidence.iter().any(|known| known.digest == file.digest) {
            answer.evidence.push(file);
        }
    }
}

/// Copies the files of an answer into the workspace; says whether they are the answer itself.
fn attach(workspace: &Workspace, sheet: &Sheet, folder: &Path, given: &GivenAnswer) -> Result<(bool, Vec<FileRef>)> {
    let of_answer = sheet.position(&given.item).is_some_and(|at| sheet.item(at).answer == AnswerType::File);
    let files = given.evidence.iter().map(|path| workspace.attach(&folder.join(path_of(path))));
    Ok((of_answer, files.collect::<Result<_>>()?))
}

/// Checks an answer against its item, as of the day of the inspection.
fn check(sheet: &Sheet, answer: &GivenAnswer, day: NaiveDate, lang: Lang) -> Result<Option<Response>, Text> {
    let at = sheet.position(&answer.item).ok_or_else(|| text!("fill-command.no-item", item = answer.item))?;
    let item = sheet.item(at);
    match (&answer.verdict, &answer.value) {
        (Some(_), Some(_)) => Err(text!("record.two-answers", item = answer.item)),
        (Some(verdict), None) if item.answer == AnswerType::Verdict || verdict.is_exempt() => {
            Ok(Some(Response::Verdict(*verdict)))
        }
        (Some(_), None) => Err(text!("fill-command.wants-value", answer = item.answer.name())),
        (None, Some(_)) if item.is_calculated() => Err(text!("fill-command.calculated")),
        (None, Some(value)) => read_value(item, value.clone(), day, lang).map(|value| Some(Response::Value(value))),
        (None, None) => Ok(None),
    }
}

/// Takes a value of the file for what the item makes of it; a text is read as if a person had typed it.
pub fn read_value(item: &Item, value: Value, day: NaiveDate, lang: Lang) -> Result<Value, Text> {
    let typed = match (value, item.answer) {
        (Value::Text(typed), answer) if answer != AnswerType::Text => item.read_answer(&typed, day)?,
        (value, answer) => item.typed(value).map_err(|_| text!("fill-command.wants-value", answer = answer.name()))?,
    };
    match &item.constraint {
        Some(constraint)
            if !matches!(constraint.rule, PassRule::Expression(_)) && !constraint.rule.accepts(&typed, day) =>
        {
            Err(text!("fill.constraint", rule = constraint.rule.show(item.unit_shown(), lang)))
        }
        _ => Ok(typed),
    }
}

impl GivenDetails {
    /// Puts what is given over what there is.
    fn over(self, before: Details) -> Details {
        Details {
            started: self.started.unwrap_or(before.started),
            finished: self.finished.or(before.finished),
            place: self.place.unwrap_or(before.place),
            inspectors: self.inspectors.unwrap_or(before.inspectors),
            accompanied_by: self.accompanied_by.unwrap_or(before.accompanied_by),
            remark: self.remark.unwrap_or(before.remark),
            clock_set: before.clock_set,
        }
    }
}

impl GivenFinding {
    /// Fills in what the item says where the file does not.
    fn of(self, filling: &Filling, item: &ItemId) -> Finding {
        let suggested = suggested(filling, item);
        Finding {
            description: self.description,
            severity: self.severity.unwrap_or(suggested.severity),
            measure: self.measure,
            responsible: self.responsible,
            due: self.due.or(suggested.due),
            corrected_on_site: self.corrected_on_site,
        }
    }
}

/// What a finding begins with: the severity of the item and its term from the day of the inspection.
pub fn suggested(filling: &Filling, item: &ItemId) -> Finding {
    let sheet = filling.sheet();
    let severity = sheet.position(item).map(|at| sheet.item(at).severity);
    Finding {
        severity: severity.unwrap_or_default(),
        due: filling.term_of(item).map(|counted| counted.day),
        ..Finding::default()
    }
}
