//! The finding of a failing item, and when, where and by whom the inspection takes place.

use chrono::{NaiveDate, NaiveDateTime, TimeZone};

use super::{Fill, Focus};
use crate::{
    app::{
        field::Field,
        form::{Form, FormField, Input},
        message::{Effect, Now},
    },
    calendar::{Calendar, Counted, Due},
    checklist::{AnswerType, Item, Row, Severity, Value},
    i18n::{Lang, Text},
    inspection::{Details, Finding, Response},
    store::ResumeText,
    text,
};

/// The severities by the keys of their names, gravest last, in the order of [`Severity::ALL`].
const SEVERITY_NAMES: &[&str] = &["severity.minor", "severity.major", "severity.critical"];
const NO_YES: &[&str] = &["word.no", "word.yes"];

impl Fill {
    /// Opens the finding of the item in hand, prefilled where there is none yet, and with a text that was being typed.
    pub fn open_finding(&mut self, typing: Option<(&str, &str)>) {
        let known = self.sheet().answer(self.at).and_then(|answer| answer.finding.clone());
        let finding = known.unwrap_or_else(|| self.suggested_finding());
        let due = finding.due.map_or_else(String::new, |due| due.to_string());
        let severity = Severity::ALL.iter().position(|severity| *severity == finding.severity).unwrap_or(0);
        let mut form = Form::new(vec![
            FormField::text("finding.description", Field::lines(&finding.description)),
            FormField::choice("finding.severity", SEVERITY_NAMES, severity),
            FormField::text("finding.measure", Field::lines(&finding.measure)),
            FormField::text("finding.responsible", Field::line(&finding.responsible)),
            FormField::text("finding.due", Field::line(&due)),
            FormField::choice("finding.corrected", NO_YES, usize::from(finding.corrected_on_site)),
        ]);
        if let Some((name, text)) = typing {
            form.restore(name, text);
        }
        self.focus = Focus::Finding(form);
    }

    /// What a new finding begins with: the measured value, the item's severity and its term.
    fn suggested_finding(&self) -> Finding {
        let item = self.sheet().item(self.at);
        let measured = match self.sheet().answer(self.at).and_then(|answer| answer.response.as_ref()) {
            Some(Response::Value(value @ (Value::Number(_) | Value::Date(_) | Value::Time(_)))) => {
                // A record is written in Chinese, whatever the language of the screen.
                let wanted = item.pass.as_ref().map_or_else(String::new, |rule| rule.show(item.unit_shown(), Lang::Zh));
                text!("finding.measured", value = value.show(item.unit_shown(), Lang::Zh), wanted = wanted)
                    .show(Lang::Zh)
            }
            Some(Response::Value(Value::Table(rows))) => failing_cells(item, rows, self.sheet().day()),
            _ => String::new(),
        };
        let term = item.rectified_by(self.sheet().day(), self.calendar.as_ref()).map(|counted| counted.day);
        Finding { description: measured, severity: item.severity, due: term, ..Finding::default() }
    }

    /// Opens when, where and by whom, with a text that was being typed.
    pub fn open_details(&mut self, typing: Option<(&str, &str)>) {
        let details = self.editing.details();
        let moment = |at: &Now| at.format("%Y-%m-%d %H:%M").to_string();
        let mut form = Form::new(vec![
            FormField::text("details.inspectors", Field::line(&details.inspectors.join("、"))),
            FormField::text("details.accompanied", Field::line(&details.accompanied_by)),
            FormField::text("details.place", Field::line(&details.place)),
            FormField::text("details.started", Field::line(&moment(&details.started))),
            FormField::text(
                "details.finished",
                Field::line(&details.finished.as_ref().map_or_else(String::new, moment)),
            ),
            FormField::text("details.remark", Field::lines(&details.remark)),
        ]);
        if let Some((name, text)) = typing {
            form.restore(name, text);
        }
        self.focus = Focus::Details(form);
    }

    /// Opens when, where and by whom, with the caret in a field.
    pub(super) fn open_details_at(&mut self, name: &str) {
        self.open_details(None);
        if let Focus::Details(form) = &mut self.focus {
            form.at = form.fields.iter().position(|field| field.name == name).unwrap_or(0);
        }
    }

    /// Makes what the open form says part of the draft; a mistake is marked at its field and that field left out.
    pub fn take_form(&mut self, now: Now) -> Vec<Effect> {
        let day = self.sheet().day();
        match &mut self.focus {
            Focus::Finding(form) => {
                let (finding, counted) = read_finding(form, day, self.calendar.as_ref());
                let blank = finding == Finding { severity: finding.severity, due: finding.due, ..Finding::default() };
                if blank && !self.sheet().is_finding_by_itself(self.at) {
                    return self.change(now, |answer| answer.finding = None);
                }
                let suggested = self.sheet().item(self.at).rectified_by(day, self.calendar.as_ref());
                let counted = counted.into_iter().chain(suggested).find(|counted| finding.due == Some(counted.day));
                self.notice = counted.and_then(|counted| counted.by_weekends());
                self.change(now, |answer| answer.finding = Some(finding))
            }
            Focus::Details(form) => {
                let after = read_details(form, self.editing.details());
                let Some(entry) = self.editing.set_details(after, now) else { return vec![self.keep_place()] };
                self.recount();
                vec![Effect::Keep(entry), self.keep_place(), Effect::SaveSoon]
            }
            Focus::Row(_) => self.take_row(now),
            _ => Vec::new(),
        }
    }

    /// Says, while it is being typed, what is wrong with a day or a time of the open form.
    pub(super) fn check_form(&mut self) {
        let day = self.sheet().day();
        match &mut self.focus {
            Focus::Finding(form) => drop(read_finding(form, day, self.calendar.as_ref())),
            Focus::Details(form) => drop(read_details(form, self.editing.details())),
            _ => {}
        }
    }

    /// Returns the text that is being typed and has not become part of the draft yet.
    pub(super) fn typing(&self) -> Option<ResumeText> {
        let typing = |field: &str, text: String| Some(ResumeText { field: field.to_owned(), text });
        match &self.focus {
            Focus::Items | Focus::Filter(_) | Focus::Table(_) => None,
            Focus::Evidence(panel) => typing("evidence", panel.field.text()),
            Focus::Value(field, _) => typing("value", field.text()),
            Focus::Note(field) => typing("note", field.text()),
            Focus::Finding(form) | Focus::Details(form) => match &form.current().input {
                Input::Text(field) => typing(&form.current().name, field.text()),
                Input::Choice { .. } | Input::Pick(_) => typing(&form.current().name, String::new()),
            },
            Focus::Row(row) => {
                let current = row.form.current();
                let text = match &current.input {
                    Input::Text(field) => field.text(),
                    Input::Choice { .. } | Input::Pick(_) => String::new(),
                };
                typing(&format!("row.{}.{}", row.at, current.name), text)
            }
        }
    }
}

/// Says which cells of a table do not conform, in Chinese as records are.
fn failing_cells(item: &Item, rows: &[Row], day: NaiveDate) -> String {
    let mut said = Vec::new();
    for (number, row) in (1..).zip(rows) {
        for column in &item.columns {
            let (Some(rule), Some(cell)) = (&column.pass, row.get(&column.id)) else { continue };
            if !rule.accepts(cell, day) {
                let like = column.as_item();
                let (value, wanted) = (cell.show(like.unit_shown(), Lang::Zh), rule.show(like.unit_shown(), Lang::Zh));
                said.push(
                    text!("finding.cell", row = number, column = column.title.zh, value = value, wanted = wanted)
                        .show(Lang::Zh),
                );
            }
        }
    }
    // A record is written in Chinese, whatever the language of the screen.
    said.join(&Lang::Zh.t("finding.joiner"))
}

/// Reads a finding, and how its term was counted out where working days were typed.
fn read_finding(form: &mut Form, day: NaiveDate, calendar: Option<&Calendar>) -> (Finding, Option<Counted>) {
    let typed = form.text_of("finding.due");
    let counted = match (Due::typed(&typed), calendar) {
        (Some(Due::Workdays(count)), Some(calendar)) => Some(calendar.after(day, count)),
        _ => None,
    };
    let due = counted.as_ref().map_or_else(|| read_date(&typed, day), |counted| Ok(Some(counted.day)));
    form.mark("finding.due", due.as_ref().err().cloned());
    let finding = Finding {
        description: form.text_of("finding.description"),
        severity: Severity::ALL[form.choice_of("finding.severity").min(2)],
        measure: form.text_of("finding.measure"),
        responsible: form.text_of("finding.responsible"),
        due: due.ok().flatten(),
        corrected_on_site: form.choice_of("finding.corrected") == 1,
    };
    (finding, counted)
}

fn read_date(typed: &str, day: NaiveDate) -> Result<Option<NaiveDate>, Text> {
    if typed.is_empty() {
        return Ok(None);
    }
    match Value::parse(AnswerType::Date, typed, day)? {
        Value::Date(date) => Ok(Some(date)),
        _ => Ok(None),
    }
}

/// Reads the details; a time that cannot be understood is marked, and stays as it was in the draft.
fn read_details(form: &mut Form, before: &Details) -> Details {
    let zone = *before.started.offset();
    let mut moment = |name: &str, before: Option<Now>| {
        let typed = form.text_of(name);
        let parsed = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(&typed, format).ok())
            .and_then(|local| zone.from_local_datetime(&local).single());
        form.mark(name, (parsed.is_none() && !typed.is_empty()).then(|| text!("details.not-a-time")));
        // The form shows minutes; a time that was not touched keeps its seconds.
        let untouched = before.filter(|before| before.format("%Y-%m-%d %H:%M").to_string() == typed);
        if typed.is_empty() { None } else { untouched.or(parsed).or(before) }
    };
    let started = moment("details.started", Some(before.started)).unwrap_or(before.started);
    let finished = moment("details.finished", before.finished);
    Details {
        started,
        finished,
        place: form.text_of("details.place"),
        inspectors: names_in(&form.text_of("details.inspectors")),
        accompanied_by: form.text_of("details.accompanied"),
        remark: form.text_of("details.remark"),
        clock_set: before.clock_set.clone(),
    }
}

/// Takes several names apart that were typed into one field.
pub(in crate::app) fn names_in(typed: &str) -> Vec<String> {
    let names = typed.split(['、', ',', '，', ';', '；']).map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
