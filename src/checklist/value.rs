//! The value of an answer: what it is, how it is stored and how it is shown.
//!
//! In a file a value is plain: `true`, `3`, `0.5`, `"感染性"`, `["甲", "乙"]`, `"2026-11-21"`, `"09:30"`. A string alone does
//! not say whether it is a word, a date or a time; the item does, through [`Value::typed_as`]. How a person types a value
//! is the business of the sibling module `entry`.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Error as _, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
    ser,
};

use super::{AnswerType, Digest, Item};
use crate::i18n::Lang;

/// The largest whole number up to which every whole number has a value of its own (2⁵³).
pub(super) const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// The value of an answer; a verdict is not one, it stands beside it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Yes or no.
    YesNo(bool),
    /// A finite number: a number, a percentage (95 for 95%) or a count.
    Number(f64),
    /// One word of several.
    Choice(String),
    /// Some words of several.
    Choices(Vec<String>),
    /// A calendar date.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// Free text.
    Text(String),
    /// The rows of a table.
    Table(Vec<Row>),
    /// Files, such as photographs.
    Files(Vec<FileRef>),
}

/// A row of a table: the cells that are filled in, by the identity of their column.
pub type Row = BTreeMap<String, Value>;

/// A file that belongs to an answer; its bytes are kept under its digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileRef {
    /// The name it came with.
    pub name: String,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Its size in bytes; 0 where nobody wrote it down.
    #[serde(default)]
    pub size: u64,
    /// When it was last changed before it was taken in, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<DateTime<FixedOffset>>,
    /// When the photograph was taken, by the clock of the camera, where that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<NaiveDateTime>,
}

impl Value {
    /// Takes a value that was read from a file for what the item's answer type makes of it.
    ///
    /// A string becomes a word, a date or a time. A value that does not fit the type comes back unchanged as the error.
    pub fn typed_as(self, answer: AnswerType) -> Result<Self, Self> {
        use AnswerType as A;
        match (answer, self) {
            (A::Choice, Self::Text(word)) => Ok(Self::Choice(word)),
            (A::Text, Self::Choice(text)) => Ok(Self::Text(text)),
            (A::Date, Self::Text(text)) => date_of_file(&text).map(Self::Date).ok_or(Self::Text(text)),
            (A::Time, Self::Text(text)) => time_of_file(&text).map(Self::Time).ok_or(Self::Text(text)),
            // An empty list does not say what is not in it.
            (A::Table, Self::Choices(none)) if none.is_empty() => Ok(Self::Table(Vec::new())),
            (A::File, Self::Choices(none)) if none.is_empty() => Ok(Self::Files(Vec::new())),
            (A::File, Self::Table(rows)) => match rows.iter().map(file_of_row).collect() {
                Some(files) => Ok(Self::Files(files)),
                None => Err(Self::Table(rows)),
            },
            (_, value) if value.fits(answer) => Ok(value),
            (_, value) => Err(value),
        }
    }

    /// Says whether the value is of the sort that an answer type takes.
    pub fn fits(&self, answer: AnswerType) -> bool {
        use AnswerType as A;
        match self {
            Self::YesNo(_) => answer == A::YesNo,
            Self::Number(number) => match answer {
                A::Number | A::Percent => number.is_finite(),
                A::Count => *number >= 0.0 && *number <= LARGEST_EXACT && number.fract() == 0.0,
                _ => false,
            },
            Self::Choice(_) => answer == A::Choice,
            Self::Choices(_) => answer == A::Choices,
            Self::Date(_) => answer == A::Date,
            Self::Time(_) => answer == A::Time,
            Self::Text(_) => answer == A::Text,
            Self::Table(_) => answer == A::Table,
            Self::Files(_) => answer == A::File,
        }
    }

    /// Puts the value into words, a number with its unit.
    pub fn show(&self, unit: &str, lang: Lang) -> String {
        match self {
            Self::YesNo(true) => lang.t("checklist.value.yes").into_owned(),
            Self::YesNo(false) => lang.t("checklist.value.no").into_owned(),
            Self::Number(number) => with_unit(&number.to_string(), unit),
            Self::Choices(words) => words.join(&lang.t("checklist.value.separator")),
            Self::Choice(text) | Self::Text(text) => text.clone(),
            Self::Date(date) => date.to_string(),
            Self::Time(time) => time_for_file(*time),
            Self::Table(rows) => {
                let cells = |row: &Row| {
                    row.values()
                        .map(|cell| cell.show("", lang))
                        .collect::<Vec<_>>()
                        .join(&lang.t("checklist.value.cell"))
                };
                rows.iter().map(cells).collect::<Vec<_>>().join(&lang.t("checklist.value.row"))
            }
            Self::Files(files) => {
                let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
                names.join(&lang.t("checklist.value.separator"))
            }
        }
    }
}

impl Item {
    /// Takes a value that was read from a file for what this item makes of it, the cells of a table included.
    ///
    /// A value that does not fit comes back unchanged as the error; a cell that does not fit its column is left as it is.
    pub fn typed(&self, value: Value) -> Result<Value, Value> {
        Ok(match value.typed_as(self.answer)? {
            Value::Table(rows) => Value::Table(rows.into_iter().map(|row| self.typed_row(row)).collect()),
            plain => plain,
        })
    }

    fn typed_row(&self, row: Row) -> Row {
        let typed = |(id, cell): (String, Value)| {
            let column = self.columns.iter().find(|column| column.id == id);
            let cell = match column {
                Some(column) => cell.typed_as(column.answer).unwrap_or_else(|as_it_was| as_it_was),
                None => cell,
            };
            (id, cell)
        };
        row.into_iter().map(typed).collect()
    }
}

/// Takes a row of a record for what is known of a file, which is how it is written.
fn file_of_row(row: &Row) -> Option<FileRef> {
    let text = |name: &str| match row.get(name) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let size = match row.get("size") {
        // Sizes are whole and far below 2⁵³, so nothing is cut off.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some(Value::Number(size)) if (0.0..=LARGEST_EXACT).contains(size) => *size as u64,
        _ => 0,
    };
    let known = ["name", "digest", "size", "modified", "taken"];
    row.keys().all(|name| known.contains(&name.as_str())).then_some(())?;
    Some(FileRef {
        name: text("name")?.to_owned(),
        digest: Digest(text("digest")?.into()),
        size,
        modified: text("modified").and_then(|text| text.parse().ok()),
        taken: text("taken").and_then(|text| text.parse().ok()),
    })
}

/// Puts a unit behind a number: `95%`, `3天`, `0.5 mg/L`.
pub(super) fn with_unit(number: &str, unit: &str) -> String {
    let close = unit.chars().next().is_none_or(|first| !first.is_ascii_alphanumeric() && first != 'μ' && first != 'µ');
    if close { format!("{number}{unit}") } else { format!("{number} {unit}") }
}

pub(super) fn date_of_file(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

fn time_of_file(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S%.f")).ok()
}

/// Writes a time with no more than it has: seconds appear only where there are some.
fn time_for_file(time: NaiveTime) -> String {
    if time.second() == 0 && time.nanosecond() == 0 { time.format("%H:%M").to_string() } else { time.to_string() }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::YesNo(yes) => serializer.serialize_bool(*yes),
            Self::Number(number) => serialize_number(*number, serializer),
            Self::Choice(text) | Self::Text(text) => serializer.serialize_str(text),
            Self::Choices(words) => words.serialize(serializer),
            Self::Date(date) => serializer.collect_str(date),
            Self::Time(time) => serializer.serialize_str(&time_for_file(*time)),
            Self::Table(rows) => rows.serialize(serializer),
            Self::Files(files) => files.serialize(serializer),
        }
    }
}

/// Writes a whole number without `.0`, because that is how people write it.
fn serialize_number<S: Serializer>(number: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if !number.is_finite() {
        return Err(ser::Error::custom("a number that is not finite"));
    }
    if number.fract() == 0.0 && number.abs() <= LARGEST_EXACT {
        // The range was just checked, so nothing is cut off.
        #[allow(clippy::cast_possible_truncation)]
        return serializer.serialize_i64(number as i64);
    }
    serializer.serialize_f64(number)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("true, false, a number, a text, or an array of texts or of tables")
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Value, E> {
        Ok(Value::YesNo(yes))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        // A number beyond 2⁵³ was never typed; the nearest that can be kept is near enough.
        #[allow(clippy::cast_precision_loss)]
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        #[allow(clippy::cast_precision_loss)]
        Ok(Value::Number(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        if number.is_finite() {
            Ok(Value::Number(number))
        } else {
            Err(E::invalid_value(de::Unexpected::Float(number), &self))
        }
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    /// Takes what TOML has for days and times itself, without quotes.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        let written = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map));
        let written = written.map_err(|_| A::Error::invalid_type(de::Unexpected::Map, &self))?;
        Ok(Value::Text(written.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Value, A::Error> {
        let (mut words, mut rows) = (Vec::new(), Vec::new());
        while let Some(element) = array.next_element()? {
            match element {
                Element::Word(word) => words.push(word),
                Element::Row(row) => rows.push(row),
            }
        }
        match (words.is_empty(), rows.is_empty()) {
            (false, false) => Err(de::Error::custom("an array of both texts and tables")),
            (true, false) => Ok(Value::Table(rows)),
            _ => Ok(Value::Choices(words)),
        }
    }
}

/// What an array in a file is made of.
enum Element {
    Word(String),
    Row(Row),
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementVisitor)
    }
}

struct ElementVisitor;

impl<'de> Visitor<'de> for ElementVisitor {
    type Value = Element;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text or a table")
    }

    fn visit_str<E>(self, word: &str) -> Result<Element, E> {
        Ok(Element::Word(word.to_owned()))
    }

    fn visit_string<E>(self, word: String) -> Result<Element, E> {
        Ok(Element::Word(word))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Element, A::Error> {
        let mut row = Row::new();
        while let Some((column, cell)) = map.next_entry()? {
            row.insert(column, cell);
        }
        Ok(Element::Row(row))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Answer {
        value: Value,
    }

    fn check(value: &Value, answer: AnswerType, written: &str) {
        let text = toml::to_string(&Answer { value: value.clone() }).expect("a value can be written");
        assert_eq!(text.trim_end(), format!("value = {written}"));
        let read: Answer = toml::from_str(&text).expect("what was written can be read");
        assert_eq!(read.value.typed_as(answer).as_ref(), Ok(value));
    }

    #[test]
    fn a_value_is_flat_and_readable_in_a_file() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a date");
        let time = |hour, minute, second| NaiveTime::from_hms_opt(hour, minute, second).expect("a time");
        check(&Value::YesNo(true), AnswerType::YesNo, "true");
        check(&Value::Number(3.0), AnswerType::Number, "3");
        check(&Value::Number(-0.5), AnswerType::Number, "-0.5");
        check(&Value::Number(95.5), AnswerType::Percent, "95.5");
        check(&Value::Number(12.0), AnswerType::Count, "12");
        check(&Value::Choice("感染性".into()), AnswerType::Choice, "\"感染性\"");
        check(&Value::Choices(vec!["甲".into(), "乙".into()]), AnswerType::Choices, "[\"甲\", \"乙\"]");
        check(&Value::Choices(vec![]), AnswerType::Choices, "[]");
        check(&Value::Date(day), AnswerType::Date, "\"2026-11-21\"");
        check(&Value::Time(time(9, 30, 0)), AnswerType::Time, "\"09:30\"");
        check(&Value::Time(time(9, 30, 5)), AnswerType::Time, "\"09:30:05\"");
        check(&Value::Text("2026-11-21".into()), AnswerType::Text, "\"2026-11-21\"");
        check(&Value::Table(vec![]), AnswerType::Table, "[]");
    }

    #[test]
    fn what_does_not_fit_the_type_comes_back_unchanged() {
        let cases = [
            (Value::Text("明天".into()), AnswerType::Date),
            (Value::Text("25:00".into()), AnswerType::Time),
            (Value::Number(1.5), AnswerType::Count),
            (Value::Number(-1.0), AnswerType::Count),
            (Value::YesNo(true), AnswerType::Verdict),
            (Value::YesNo(true), AnswerType::Text),
        ];
        for (value, answer) in cases {
            assert_eq!(value.clone().typed_as(answer), Err(value.clone()), "{value:?} as {answer:?}");
        }
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused_both_ways() {
        assert!(toml::to_string(&Answer { value: Value::Number(f64::NAN) }).is_err());
        assert!(toml::from_str::<Answer>("value = inf").is_err());
    }

    #[test]
    fn values_are_shown_in_both_languages() {
        let cases = [
            (Value::YesNo(false), "", "否", "no"),
            (Value::Number(95.0), "%", "95%", "95%"),
            (Value::Number(3.0), "天", "3天", "3天"),
            (Value::Number(0.5), "mg/L", "0.5 mg/L", "0.5 mg/L"),
            (Value::Choices(vec!["甲".into(), "乙".into()]), "", "甲、乙", "甲, 乙"),
        ];
        for (value, unit, zh, en) in cases {
            assert_eq!(value.show(unit, Lang::Zh), zh);
            assert_eq!(value.show(unit, Lang::En), en);
        }
    }

    proptest! {
        #[test]
        fn any_text_and_number_come_back(text in any::<String>(), number in proptest::num::f64::NORMAL) {
            for (value, answer) in [
                (Value::Text(text.clone()), AnswerType::Text),
                (Value::Choices(vec![text.clone(), text]), AnswerType::Choices),
                (Value::Number(number), AnswerType::Number),
            ] {
                let written = toml::to_string(&Answer { value: value.clone() }).expect("a value can be written");
                let read: Answer = toml::from_str(&written).expect("what was written can be read");
                prop_assert_eq!(read.value.typed_as(answer), Ok(value));
            }
        }
    }
}
