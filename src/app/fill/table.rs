//! A table of repeating rows: choosing a row, and the form in which a row is filled in.

use super::{Fill, Focus, typed::Typed};
use crate::{
    app::{
        field::Field,
        form::{Form, FormField, Input, Pick},
        key::{Code, Key},
        list::Selection,
        message::{Effect, Now},
    },
    checklist::{AnswerType, Bilingual, Column, Item, Row, Value},
    i18n::Lang,
    inspection::Response,
};

/// The form of one row.
#[derive(Debug)]
pub struct RowForm {
    /// The row, from 0; one behind the last is a new one.
    pub at: usize,
    /// A field for each column.
    pub form: Form,
    /// What is known of the cell in hand.
    pub known: Typed,
    /// Whether the table with this row is one that cannot be: the item's constraint says so.
    pub impossible: bool,
}

impl Fill {
    /// Returns the rows of the table in hand.
    pub fn rows(&self) -> &[Row] {
        match self.sheet().answer(self.at).and_then(|answer| answer.response.as_ref()) {
            Some(Response::Value(Value::Table(rows))) => rows,
            _ => &[],
        }
    }

    /// Opens the table in hand, at the row to be added.
    pub(super) fn open_table(&mut self) {
        self.focus = Focus::Table(Selection(self.rows().len()));
    }

    /// Opens a row of the table in hand, with a text that was being typed into one of its columns.
    pub(super) fn open_row(&mut self, at: usize, typing: Option<(&str, &str)>) {
        let at = at.min(self.rows().len());
        let empty = Row::new();
        let row = self.rows().get(at).unwrap_or(&empty);
        let fields = self.sheet().item(self.at).columns.iter().map(|column| field(column, row.get(&column.id)));
        let mut form = Form::new(fields.collect());
        if form.fields.is_empty() {
            return;
        }
        if let Some((column, text)) = typing {
            form.restore(column, text);
        }
        self.focus = Focus::Row(RowForm { at, form, known: Typed::Nothing, impossible: false });
        self.check_row();
    }

    /// Takes a key in the table; nothing where it means nothing there.
    pub(super) fn table_key(&mut self, key: Key, now: Now) -> Option<Vec<Effect>> {
        let Focus::Table(mut selection) = self.focus else { return None };
        let count = self.rows().len();
        match key.code {
            Code::Enter => self.open_row(selection.0, None),
            Code::Delete | Code::Backspace if selection.0 < count => {
                let mut rows = self.rows().to_vec();
                rows.remove(selection.0);
                return Some(self.set_rows(rows, now));
            }
            _ if selection.key(key, count + 1) => self.focus = Focus::Table(selection),
            _ => return None,
        }
        Some(vec![self.keep_place()])
    }

    /// Makes what the row's form says part of the table; what cannot be understood is marked and left out.
    pub(super) fn take_row(&mut self, now: Now) -> Vec<Effect> {
        let day = self.sheet().day();
        let columns = self.sheet().item(self.at).columns.clone();
        let Focus::Row(RowForm { at, form, .. }) = &mut self.focus else { return Vec::new() };
        let at = *at;
        let mut row = Row::new();
        for (column, field) in columns.iter().zip(&mut form.fields) {
            let (cell, mistake) = match read_cell(column, &field.input, day) {
                Ok(cell) => (cell, None),
                Err(mistake) => (None, Some(mistake)),
            };
            field.mistake = mistake;
            row.extend(cell.map(|cell| (column.id.clone(), cell)));
        }
        let mut rows = self.rows().to_vec();
        match rows.get_mut(at) {
            Some(known) => *known = row,
            None if row.is_empty() => return Vec::new(),
            None => rows.push(row),
        }
        self.set_rows(rows, now)
    }

    /// Goes from the row back to the table; a row in which nothing is left goes.
    pub(super) fn leave_row(&mut self, now: Now) -> Vec<Effect> {
        let Focus::Row(RowForm { at, .. }) = &self.focus else { return Vec::new() };
        let next = at + 1;
        let rows: Vec<Row> = self.rows().iter().filter(|row| !row.is_empty()).cloned().collect();
        self.focus = Focus::Table(Selection(next.min(rows.len())));
        if rows.len() == self.rows().len() { Vec::new() } else { self.set_rows(rows, now) }
    }

    fn set_rows(&mut self, rows: Vec<Row>, now: Now) -> Vec<Effect> {
        if let Focus::Table(selection) = &mut self.focus {
            selection.0 = selection.0.min(rows.len());
        }
        let response = (!rows.is_empty()).then_some(Response::Value(Value::Table(rows)));
        self.change(now, |answer| answer.response = response)
    }
}

/// Makes the field of a column, with the cell of a row in it.
fn field(column: &Column, cell: Option<&Value>) -> FormField {
    let mut label = column.title.clone();
    if !column.unit.is_empty() {
        let with_unit = |title: &mut String| *title = format!("{title} ({})", column.unit);
        with_unit(&mut label.zh);
        label.en.iter_mut().for_each(with_unit);
    }
    let several = column.answer == AnswerType::Choices;
    let input = match column.answer {
        AnswerType::YesNo => {
            let word = |key: &str, yes: bool| {
                let both = Bilingual { zh: Lang::Zh.t(key).into_owned(), en: Some(Lang::En.t(key).into_owned()) };
                (both, cell == Some(&Value::YesNo(yes)))
            };
            Input::Pick(Pick { words: vec![word("word.yes", true), word("word.no", false)], several, at: 0 })
        }
        AnswerType::Choice | AnswerType::Choices => {
            let chosen = |word: &String| match cell {
                Some(Value::Choice(one)) => one == word,
                Some(Value::Choices(some)) => some.contains(word),
                _ => false,
            };
            let word = |word: &String| (Bilingual { zh: word.clone(), en: None }, chosen(word));
            Input::Pick(Pick { words: column.choices.iter().map(word).collect(), several, at: 0 })
        }
        _ => Input::Text(Field::line(&cell.map(super::answer::typed_form).unwrap_or_default())),
    };
    FormField::of_checklist(column.id.clone(), label, input)
}

/// Reads what a field says as a cell; nothing where it is empty.
pub(super) fn read_cell(
    column: &Column,
    input: &Input,
    day: chrono::NaiveDate,
) -> Result<Option<Value>, crate::i18n::Text> {
    match input {
        Input::Text(field) if field.text().trim().is_empty() => Ok(None),
        Input::Text(field) => {
            let like: Item = column.as_item();
            like.read_answer(&field.text(), day).map(Some)
        }
        Input::Pick(pick) => {
            let chosen = (0..pick.words.len()).filter(|&at| pick.words[at].1);
            Ok(match column.answer {
                AnswerType::YesNo => chosen.clone().next().map(|at| Value::YesNo(at == 0)),
                AnswerType::Choice => chosen.clone().next().map(|at| Value::Choice(column.choices[at].clone())),
                _ => {
                    let words: Vec<String> = chosen.map(|at| column.choices[at].clone()).collect();
                    (!words.is_empty()).then_some(Value::Choices(words))
                }
            })
        }
        Input::Choice { .. } => Ok(None),
    }
}
