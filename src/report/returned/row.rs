//! A row of a ledger that came back: what may not have changed, what was filled in, and what that comes to.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate};

use super::{At, Change, FILLED, FOLLOWING, OF_ENTRIES, Returned, begun, check_of, remark, sheet::Sheet};
use crate::{
    error::Result,
    i18n::{Lang, Text, listed},
    inspection::RecordId,
    ledger::{Action, EVIDENCE_SEPARATOR, Entry, FindingId, Standing, State},
    report::{
        document::{Cell, Row},
        tables::{BY_DISTRICTS, CHECK_COLUMN, LEDGER_COLUMNS},
        tally::{FindingLine, RecordLine},
    },
    table::{self, Written},
    text,
};

/// What was filled in.
#[derive(Debug)]
struct Filled {
    progress: String,
    state: State,
    completed: Option<NaiveDate>,
    evidence: Vec<String>,
}

/// Says whether what was filled in is what the register says, the state aside.
fn says(standing: &Standing<'_>, filled: &Filled) -> bool {
    filled.progress == standing.progress.trim()
        && filled.completed == standing.completed
        && same_parts(&filled.evidence, &parts(&standing.evidence_shown()))
}

/// What was filled in cannot be taken; why stands among the remarks.
struct Doubtful;

/// A row beside what the register says of its finding.
pub struct RowReader<'row, 't> {
    pub sheet: &'row Sheet,
    pub row: &'row table::Row,
    /// The row as it would be handed out now.
    pub current: &'row Row<'t>,
    pub finding: &'row FindingLine<'t>,
    pub record: &'row RecordLine<'t>,
    pub now: DateTime<FixedOffset>,
}

impl RowReader<'_, '_> {
    /// Takes the row: adds what it changes, or why it cannot be taken.
    pub fn take(&self, entry: impl Fn(&FindingId, &RecordId) -> Result<Entry>, returned: &mut Returned) -> Result<()> {
        let differing: Vec<(usize, &'static str)> = LEDGER_COLUMNS
            .iter()
            .enumerate()
            .filter(|(at, (name, ..))| !FOLLOWING.contains(name) && !self.is_current(*at, name))
            .map(|(at, (name, ..))| (at, *name))
            .collect();
        self.take_remark(returned);
        if differing.is_empty() && self.is_newest() {
            returned.unchanged += 1;
            return Ok(());
        }
        let finding = FindingId(self.finding.number.into());
        let entry = entry(&finding, &RecordId(self.record.id.into()))?;
        let before = returned.remarks.iter().filter(|remark| remark.doubtful).count();
        let Some(handed_out) = self.handed_out(&entry) else {
            if differing.is_empty() {
                returned.unchanged += 1;
            } else {
                returned.remarks.push(self.doubt(CHECK_COLUMN, text!("returned.no-check")));
            }
            return Ok(());
        };
        for (at, name) in differing.into_iter().filter(|(_, name)| !FILLED.contains(name)) {
            let was = if OF_ENTRIES.contains(&name) { shown_then(&handed_out, name, self.sheet.lang) } else { None };
            let value = self.value(name);
            if was.is_none_or(|was| !is_same(&was, value)) {
                let (was, is) = (self.current.cells[at].show(), value.shown());
                let [was, is] = [&*was, &*is].map(|shown| begun(shown, self.sheet.lang));
                let said = text!("returned.changed", was = was, is = is);
                returned.remarks.push(self.doubt(name, said));
            }
        }
        let filled = self.filled(&handed_out, returned);
        let doubts = returned.remarks.iter().filter(|remark| remark.doubtful).count();
        if let Some(filled) = filled.filter(|_| doubts == before) {
            self.settle(&filled, &handed_out, &entry, returned);
        }
        Ok(())
    }

    /// Says whether nothing was entered since the row was handed out; where something was, the register may say what the row
    /// does because the row was taken over.
    fn is_newest(&self) -> bool {
        check_of(self.sheet, self.row)
            .is_some_and(|(moment, ..)| moment.timestamp() == self.finding.updated.timestamp())
    }

    fn value(&self, column: &str) -> &table::Cell {
        self.sheet.value(self.row, column).unwrap_or(&table::Cell::Empty)
    }

    /// Says whether a cell is what the register would hand out now; a column that is not there says nothing.
    fn is_current(&self, at: usize, column: &str) -> bool {
        self.sheet.value(self.row, column).is_none_or(|value| is_same(&self.current.cells[at], value))
    }

    fn doubt(&self, column: &str, said: Text) -> super::Remark {
        remark(self.sheet, Some(self.row), Some(column), said, true)
    }

    /// Says that a remark of the district is not taken: the register has no place for it.
    fn take_remark(&self, returned: &mut Returned) {
        let at = LEDGER_COLUMNS.iter().position(|(name, ..)| *name == "remark").unwrap_or_default();
        let value = self.value("remark");
        if *value != table::Cell::Empty && !is_same(&self.current.cells[at], value) {
            let said = text!("returned.remark-not-taken");
            returned.remarks.push(remark(self.sheet, Some(self.row), Some("remark"), said, false));
        }
    }

    /// Returns what the register said when the ledger was handed out.
    fn handed_out<'entry>(&self, entry: &'entry Entry) -> Option<Standing<'entry>> {
        let (moment, ..) = check_of(self.sheet, self.row)?;
        // The sheet has whole seconds.
        let standing = entry.standing_at(moment + Duration::milliseconds(999))?;
        (standing.updated.timestamp() == moment.timestamp()).then_some(standing)
    }

    /// Reads what was filled in; nothing where some of it cannot be read, which is said.
    fn filled(&self, handed_out: &Standing<'_>, returned: &mut Returned) -> Option<Filled> {
        for column in FILLED {
            if let table::Cell::Failure(shown) = self.value(column) {
                returned.remarks.push(self.doubt(column, text!("returned.failure", shown = shown)));
            }
        }
        let state = self.value("state");
        let state = match named_state(&state.shown()) {
            _ if *state == table::Cell::Empty => Some(handed_out.state),
            Some(state) => Some(state),
            None => {
                let [known, done] = [&BY_DISTRICTS[..], &[State::Awaiting]]
                    .map(|states| listed(states.iter().map(|state| self.sheet.lang.t(state.name_key()))));
                let said = text!("returned.no-state", typed = state.shown(), known = known, done = done);
                returned.remarks.push(self.doubt("state", said));
                None
            }
        };
        let completed = self.completed(handed_out, returned);
        Some(Filled {
            progress: self.value("progress").shown(),
            state: state?,
            completed: completed.ok()?,
            evidence: parts(&self.value("evidence").shown()),
        })
    }

    /// Reads 完成日期, which may be empty; it is an error, and remarked on, where it cannot be one.
    fn completed(
        &self,
        handed_out: &Standing<'_>,
        returned: &mut Returned,
    ) -> std::result::Result<Option<NaiveDate>, Doubtful> {
        let value = self.value("completed");
        if *value == table::Cell::Empty {
            return Ok(None);
        }
        let said = match value.day() {
            None => text!("returned.no-day", typed = value.shown()),
            Some((day, _)) if handed_out.completed == Some(day) => return Ok(Some(day)),
            Some((day, _)) if day < self.record.started.date_naive() => {
                text!("returned.before-inspection", day = day, inspected = self.record.started.date_naive())
            }
            Some((day, _)) if day > self.now.date_naive() => text!("returned.in-future", day = day),
            Some((day, written)) => {
                if written != Written::Date {
                    let said = text!("returned.not-a-date", typed = value.shown(), day = day);
                    returned.remarks.push(remark(self.sheet, Some(self.row), Some("completed"), said, false));
                }
                return Ok(Some(day));
            }
        };
        returned.remarks.push(self.doubt("completed", said));
        Err(Doubtful)
    }

    /// Says what the filling in comes to.
    fn settle(&self, filled: &Filled, was: &Standing<'_>, entry: &Entry, returned: &mut Returned) {
        let is = entry.standing();
        let untouched = filled.state == was.state;
        if untouched && says(was, filled) {
            returned.unchanged += 1;
            return;
        }
        if says(&is, filled) && (untouched || filled.state == is.state) {
            returned.known += 1;
            return;
        }
        match self.change(filled, was, &is, entry) {
            Ok(change) => returned.changes.push(change),
            Err((column, said)) => returned.remarks.push(self.doubt(column, said)),
        }
    }

    /// Makes the change, or says in which column what stands in its way.
    fn change(
        &self,
        filled: &Filled,
        before: &Standing<'_>,
        now: &Standing<'_>,
        entry: &Entry,
    ) -> Result<Change, (&'static str, Text)> {
        let moved = (before.state, before.progress, before.completed) != (now.state, now.progress, now.completed)
            || before.evidence != now.evidence;
        if moved {
            let last = entry.last();
            let (by, at) = last.map_or_else(Default::default, |event| {
                (event.by.clone(), event.at.format("%Y-%m-%d %H:%M").to_string())
            });
            return Err((CHECK_COLUMN, text!("returned.moved-on", by = by, at = at)));
        }
        let action = self.action(filled, before)?;
        if !entry.allows(action) {
            let state = self.sheet.lang.t(now.state.name_key());
            return Err(("state", text!("returned.cannot-follow", state = state)));
        }
        let had = parts(&before.evidence_shown());
        if had.iter().any(|part| !filled.evidence.contains(part)) {
            return Err(("evidence", text!("returned.taken-out", was = before.evidence_shown())));
        }
        let new: Vec<&str> = filled.evidence.iter().filter(|part| !had.contains(part)).map(String::as_str).collect();
        if filled.progress.is_empty() && (new.is_empty() || !before.progress.is_empty()) {
            return Err(("progress", text!("returned.no-progress")));
        }
        let to = match action {
            Action::Correcting => State::Correcting,
            Action::Submitted => State::Awaiting,
            _ => now.state,
        };
        Ok(Change {
            finding: FindingId(self.finding.number.into()),
            record: RecordId(self.record.id.into()),
            unit: self.record.facility_name.to_owned(),
            at: At {
                column: None,
                heading: None,
                ..remark(self.sheet, Some(self.row), None, text!("returned.added"), false).at
            },
            from: now.state,
            to,
            action,
            progress: filled.progress.clone(),
            completed: filled.completed,
            evidence: new.join(EVIDENCE_SEPARATOR.encode_utf8(&mut [0; 4])),
        })
    }

    /// Says which entry the filling in is, from the state that was chosen or else from what was filled in.
    fn action(&self, filled: &Filled, before: &Standing<'_>) -> Result<Action, (&'static str, Text)> {
        if before.completed.is_some() && filled.completed.is_none() {
            return Err(("completed", text!("returned.taken-out", was = before.completed.unwrap_or_default())));
        }
        let is_done = filled.completed.is_some();
        if filled.state != before.state {
            let named = |state: State| self.sheet.lang.t(state.name_key());
            return match filled.state {
                _ if !before.state.is_open() => {
                    Err(("state", text!("returned.cannot-follow", state = named(before.state))))
                }
                State::Open => Err(("state", text!("returned.not-back", state = named(State::Open)))),
                State::Awaiting if !is_done => Err(("completed", text!("returned.no-completed"))),
                State::Awaiting => Ok(Action::Submitted),
                State::Correcting if is_done => Err(("state", text!("returned.done-and-not"))),
                State::Correcting => Ok(Action::Correcting),
                other => Err(("state", text!("returned.not-by-district", state = named(other)))),
            };
        }
        Ok(match before.state {
            State::Open | State::Correcting if is_done => Action::Submitted,
            State::Open => Action::Correcting,
            _ => Action::Reported,
        })
    }
}

/// Returns what a column that follows from entries said when the ledger was handed out.
fn shown_then(standing: &Standing<'_>, column: &str, lang: Lang) -> Option<Cell<'static>> {
    let recheck = standing.recheck.as_ref();
    Some(match column {
        "responsible" => Cell::owned(standing.responsible.to_owned()),
        "due" => Cell::date(standing.due),
        "rechecked" => Cell::date(recheck.map(|recheck| recheck.on)),
        "rechecked-by" => recheck.map_or(Cell::None, |recheck| Cell::owned(recheck.by.to_owned())),
        "conclusion" => recheck.map_or(Cell::None, |recheck| {
            let key = if recheck.passed { "report.conclusion.passed" } else { "report.conclusion.failed" };
            Cell::owned(lang.t(key).into_owned())
        }),
        "closed" => Cell::date(standing.closed),
        _ => return None,
    })
}

/// Says whether a cell that came back is what was handed out, however the spreadsheet holds it.
fn is_same(handed_out: &Cell<'_>, back: &table::Cell) -> bool {
    match (handed_out, back) {
        (Cell::Date(day), back) => back.day().is_some_and(|(read, _)| read == *day),
        (Cell::None, back) => back.shown().is_empty(),
        (cell, back) => {
            let words = |text: &str| text.split_whitespace().collect::<String>();
            words(&cell.show()) == words(&back.shown())
        }
    }
}

/// Finds the state that a word names in either language, however it is spaced.
fn named_state(word: &str) -> Option<State> {
    let letters = |word: &str| word.split_whitespace().collect::<String>().to_lowercase();
    let word = letters(word);
    State::ALL.into_iter().find(|state| Lang::ALL.iter().any(|lang| letters(&lang.t(state.name_key())) == word))
}

/// Takes a text apart into pieces of evidence.
fn parts(text: &str) -> Vec<String> {
    let split = text.split([EVIDENCE_SEPARATOR, ';', '\n']);
    split.map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn same_parts(one: &[String], other: &[String]) -> bool {
    one.iter().all(|part| other.contains(part)) && other.iter().all(|part| one.contains(part))
}
