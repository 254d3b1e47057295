//! Changing the register from the page of a unit: its fields, and taking in a unit that is the same one.

use super::{
    App, Overlay,
    command::Command,
    data::Data,
    dialog::Dialog,
    field::Field,
    form::{Form, FormField},
    key::{Code, Key},
    list::Narrowed,
    message::Effect,
    screens::Screen,
};
use crate::{
    error::Error,
    facility::{FIELDS, Facility, changed, content, duplicates, known_type, merged, type_shown},
    i18n::Lang,
    text,
};

/// The keys of the names of [`FIELDS`], in their order.
pub const LABELS: [&str; 9] = [
    "facility-field.name",
    "facility-field.code",
    "facility-field.type",
    "facility-field.level",
    "facility-field.risk",
    "facility-field.district",
    "facility-field.address",
    "facility-field.contact",
    "facility-field.phone",
];

/// A question about a unit of the register.
#[derive(Debug)]
pub enum UnitDialog {
    /// What its fields are to be.
    Edit {
        /// The unit as it is.
        unit: Box<Facility>,
        /// The fields.
        form: Form,
    },
    /// Which unit is the same one.
    Choose {
        /// The unit that stays.
        unit: Box<Facility>,
        /// The units that may be the same one, by their places in the register, the surest first.
        likely: Vec<usize>,
        /// The list of them, or of all that fit what is typed.
        list: Narrowed,
    },
    /// Whether to merge, with what comes of it.
    Merge {
        /// The unit that stays.
        keep: Box<Facility>,
        /// The unit that it takes in.
        other: Box<Facility>,
    },
}

/// What is to be done to a unit of the register.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitChange {
    /// The unit as it was shown.
    pub before: Facility,
    /// What it is to be.
    pub after: Facility,
    /// The unit that it takes in.
    pub taken_in: Option<Facility>,
}

impl UnitChange {
    fn effect(before: Facility, after: Facility, taken_in: Option<Facility>) -> Vec<Effect> {
        vec![Effect::ChangeUnit(Box::new(Self { before, after, taken_in }))]
    }
}

impl UnitDialog {
    /// Says whether keys are typed into it.
    pub(super) fn is_typed_into(&self) -> bool {
        !matches!(self, Self::Merge { .. })
    }

    /// Takes a key.
    pub(super) fn key(&mut self, key: Key, data: &Data) {
        match self {
            Self::Edit { form, .. } => match key.code {
                Code::Tab | Code::Up | Code::Down => form.go(!key.shift && key.code != Code::Up),
                _ => drop(form.key(key)),
            },
            Self::Choose { unit, likely, list } => drop(list.key(key, |typed| fitting(data, unit, likely, typed))),
            Self::Merge { .. } => {}
        }
    }

    /// Takes pasted text.
    pub(super) fn paste(&mut self, pasted: &str, data: &Data) {
        match self {
            Self::Edit { form, .. } => drop(form.paste(pasted)),
            Self::Choose { unit, likely, list } => list.paste(pasted, |typed| fitting(data, unit, likely, typed)),
            Self::Merge { .. } => {}
        }
    }
}

/// Finds the units among which the same one is sought: those that may be it, or all others that fit what is typed.
fn fitting(data: &Data, unit: &Facility, likely: &[usize], typed: &str) -> Vec<usize> {
    if typed.is_empty() && !likely.is_empty() {
        return likely.to_vec();
    }
    data.find_facilities(typed).into_iter().filter(|&at| data.facilities[at].id != unit.id).collect()
}

/// Returns the content of a field as a person reads and types it: a type by its name.
fn shown(unit: &Facility, field: &str, lang: Lang) -> String {
    match content(unit, field) {
        slug if field == "type" => type_shown(slug, lang),
        content => content.to_owned(),
    }
}

impl App {
    /// Asks what is to become of the unit whose page is open.
    pub(super) fn ask_about_unit(&mut self, command: Command) {
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return;
        }
        let Screen::Facility(screen) = self.screen() else { return };
        let unit = Box::new(screen.facility.clone());
        if self.complain_of_gone(&unit) {
            return;
        }
        let dialog = if command == Command::EditUnit {
            let field = |(field, label)| FormField::text(label, Field::line(&shown(&unit, field, self.lang)));
            UnitDialog::Edit { form: Form::new(FIELDS.into_iter().zip(LABELS).map(field).collect()), unit }
        } else {
            let units = &self.data.facilities;
            let other = |pair: crate::facility::Pair| match [pair.first, pair.second].map(|at| units[at].id == unit.id)
            {
                [true, _] => Some(pair.second),
                [_, true] => Some(pair.first),
                _ => None,
            };
            let likely: Vec<usize> = duplicates(units).into_iter().filter_map(other).collect();
            let mut list = Narrowed::new(0);
            list.refresh(|typed| fitting(&self.data, &unit, &likely, typed));
            UnitDialog::Choose { unit, likely, list }
        };
        self.overlay = Some(Overlay::Dialog(Dialog::Unit(dialog)));
    }

    /// Does with a unit what was answered, or goes on asking.
    pub(super) fn confirm_unit(&mut self, dialog: UnitDialog) -> Vec<Effect> {
        let again = |app: &mut Self, dialog| {
            app.overlay = Some(Overlay::Dialog(Dialog::Unit(dialog)));
            Vec::new()
        };
        match dialog {
            UnitDialog::Edit { unit, mut form } => match self.edited_unit(&unit, &form) {
                Ok(edited) if edited == *unit => Vec::new(),
                Ok(edited) => UnitChange::effect(*unit, edited, None),
                Err((wrong, mistake)) => {
                    for (at, (field, label)) in FIELDS.into_iter().zip(LABELS).enumerate() {
                        form.mark(label, (field == wrong).then(|| mistake.message().clone()));
                        form.at = if field == wrong { at } else { form.at };
                    }
                    again(self, UnitDialog::Edit { unit, form })
                }
            },
            UnitDialog::Choose { unit, likely, list } => {
                match list.selected().and_then(|at| self.data.facilities.get(at)).cloned() {
                    Some(other) => again(self, UnitDialog::Merge { keep: unit, other: Box::new(other) }),
                    None => again(self, UnitDialog::Choose { unit, likely, list }),
                }
            }
            UnitDialog::Merge { keep, other } => {
                let (after, _) = merged(&keep, &other);
                UnitChange::effect(*keep, after, Some(*other))
            }
        }
    }

    /// Returns a unit with what was typed into the fields of a form; what nobody touched stays, mistakes and all.
    fn edited_unit(&self, unit: &Facility, form: &Form) -> Result<Facility, (&'static str, Error)> {
        let mut typed = Vec::new();
        for (field, label) in FIELDS.into_iter().zip(LABELS) {
            let now = form.text_of(label);
            if now == shown(unit, field, self.lang).trim() {
                continue;
            }
            let now = match field {
                "type" => known_type(&now, &self.data.facilities)
                    .ok_or_else(|| (field, Error::input(text!("facility-cli.unknown-type", typed = now))))?,
                _ => now,
            };
            typed.push((field, now));
        }
        changed(unit, &typed, &self.data.facilities, self.lang)
    }

    /// Takes what came of changing a unit.
    pub(super) fn unit_changed(&mut self, changed: Result<UnitChange, Error>) -> Vec<Effect> {
        let UnitChange { after: unit, taken_in, .. } = match changed {
            Ok(changed) => changed,
            Err(error) => {
                self.complain(error);
                return vec![Effect::LoadFacilities];
            }
        };
        self.say(match taken_in {
            Some(other) => text!(
                "facility-cli.merged",
                other = other.id,
                other_name = other.name,
                keep = unit.id,
                keep_name = unit.name,
            ),
            None => text!("facility-cli.edited", id = unit.id, name = unit.name),
        });
        for screen in &mut self.screens {
            if let Screen::Facility(screen) = screen
                && screen.facility.id == unit.id
            {
                screen.facility = unit.clone();
            }
        }
        vec![Effect::LoadFacilities]
    }
}
