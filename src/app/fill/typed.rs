//! What is known of a value while it is being typed: whether it can be read, whether it can be, and what it would come to.

use chrono::NaiveDate;

use super::{Fill, Focus, RowForm};
use crate::{
    checklist::{Column, PassRule, Row, Value},
    i18n::Text,
    inspection::{Response, Verdict},
};

/// What is known of a value that is being typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Typed {
    /// Nothing yet.
    #[default]
    Nothing,
    /// It cannot be understood.
    Mistake(Text),
    /// It is understood, and cannot be: the item's constraint says so.
    Impossible(Value),
    /// What it would come to; nothing where no rule judges it, or the rule waits for other answers.
    Value(Value, Option<Verdict>),
}

impl Fill {
    /// Checks what is being typed into the field in hand.
    pub(super) fn check_value(&mut self) {
        let Focus::Value(field, _) = &self.focus else { return };
        let typed = field.text();
        let known = if typed.trim().is_empty() { Typed::Nothing } else { self.known_of(&typed) };
        if let Focus::Value(_, before) = &mut self.focus {
            *before = known;
        }
    }

    /// Finds out what is known of a typed value, with every expression that it decides.
    fn known_of(&mut self, typed: &str) -> Typed {
        let value = match self.read_typed(typed) {
            Ok(value) => value,
            Err(refused) => return refused,
        };
        let outlook = self.editing.outlook(self.at, Response::Value(value.clone()));
        match outlook.possible {
            Some(false) => Typed::Impossible(value),
            _ => Typed::Value(value, outlook.verdict),
        }
    }

    /// Reads a typed value; one that can never be is refused.
    ///
    /// What an expression does not allow is taken all the same, and stands in the way of finalising: which of the answers it
    /// speaks of is wrong, only a person can say.
    pub(super) fn read_typed(&self, typed: &str) -> Result<Value, Typed> {
        let (item, day) = (self.sheet().item(self.at), self.sheet().day());
        let value = item.read_answer(typed, day).map_err(Typed::Mistake)?;
        match &item.constraint {
            Some(constraint) if !allows(&constraint.rule, &value, day) => Err(Typed::Impossible(value)),
            _ => Ok(value),
        }
    }

    /// Checks the cell that is being typed, and the table with its row as it is so far.
    pub(super) fn check_row(&mut self) {
        let day = self.sheet().day();
        let columns = &self.editing.sheet().item(self.at).columns;
        let Focus::Row(RowForm { at, form, known, .. }) = &mut self.focus else { return };
        let (at, current) = (*at, form.at);
        let read: Vec<_> = columns
            .iter()
            .zip(&form.fields)
            .map(|(column, field)| super::table::read_cell(column, &field.input, day))
            .collect();
        let row: Row = (columns.iter().zip(&read))
            .filter_map(|(column, cell)| Some((column.id.clone(), cell.clone().ok()??)))
            .collect();
        // What is wrong with a cell that was left stays said there; the one in hand is followed key by key.
        *known = match read.into_iter().nth(current) {
            Some(Ok(Some(cell))) => of_cell(&columns[current], cell, day),
            Some(Err(mistake)) => Typed::Mistake(mistake),
            _ => Typed::Nothing,
        };
        form.fields[current].mistake = match known {
            Typed::Mistake(mistake) => Some(mistake.clone()),
            _ => None,
        };
        let mut rows = self.rows().to_vec();
        match rows.get_mut(at) {
            Some(known) => *known = row,
            None => rows.push(row),
        }
        let outlook = self.editing.outlook(self.at, Response::Value(Value::Table(rows)));
        if let Focus::Row(form) = &mut self.focus {
            form.impossible = outlook.possible == Some(false);
        }
    }
}

/// Says whether a rule that looks at this value alone allows it; an expression is asked elsewhere.
fn allows(rule: &PassRule, value: &Value, day: NaiveDate) -> bool {
    matches!(rule, PassRule::Expression(_)) || rule.accepts(value, day)
}

/// Says what a cell comes to by the rule of its column.
fn of_cell(column: &Column, cell: Value, day: NaiveDate) -> Typed {
    let conforms = column.pass.as_ref().map(|rule| rule.accepts(&cell, day));
    let verdict = conforms.map(|conforms| if conforms { Verdict::Conforms } else { Verdict::Fails });
    Typed::Value(cell, verdict)
}
