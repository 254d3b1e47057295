//! Days and moments as numbers in caches, where reading them from text would take longer than everything else.
//!
//! For `#[serde(with = "compact")]`: what people or other programs read, such as JSON, still has them as text.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error},
};

/// What can be kept as numbers.
pub trait Compact: Sized + Serialize + DeserializeOwned {
    /// The numbers.
    type Numbers: Serialize + DeserializeOwned;

    /// Returns the numbers.
    fn numbers(&self) -> Self::Numbers;

    /// Goes back from the numbers; nothing where they mean nothing.
    fn from_numbers(numbers: Self::Numbers) -> Option<Self>;
}

impl Compact for NaiveDate {
    type Numbers = i32;

    fn numbers(&self) -> i32 {
        self.num_days_from_ce()
    }

    fn from_numbers(days: i32) -> Option<Self> {
        Self::from_num_days_from_ce_opt(days)
    }
}

impl Compact for DateTime<FixedOffset> {
    type Numbers = (i64, u32, i32);

    fn numbers(&self) -> (i64, u32, i32) {
        (self.timestamp(), self.timestamp_subsec_nanos(), self.offset().local_minus_utc())
    }

    fn from_numbers((seconds, nanoseconds, offset): (i64, u32, i32)) -> Option<Self> {
        Some(DateTime::from_timestamp(seconds, nanoseconds)?.with_timezone(&FixedOffset::east_opt(offset)?))
    }
}

impl<T: Compact> Compact for Option<T> {
    type Numbers = Option<T::Numbers>;

    fn numbers(&self) -> Self::Numbers {
        self.as_ref().map(T::numbers)
    }

    fn from_numbers(numbers: Self::Numbers) -> Option<Self> {
        numbers.map_or(Some(None), |numbers| T::from_numbers(numbers).map(Some))
    }
}

/// Writes numbers to a cache, text to everything else.
pub fn serialize<T: Compact, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() { value.serialize(serializer) } else { value.numbers().serialize(serializer) }
}

/// Reads what [`serialize`] wrote.
pub fn deserialize<'de, T: Compact, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    if deserializer.is_human_readable() {
        return T::deserialize(deserializer);
    }
    T::from_numbers(T::Numbers::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("no such day"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Row {
        #[serde(with = "super")]
        at: DateTime<FixedOffset>,
        #[serde(with = "super")]
        day: NaiveDate,
        #[serde(with = "super")]
        due: Option<NaiveDate>,
    }

    #[test]
    fn what_was_written_is_read_again() {
        for (at, day, due) in [
            ("2026-11-21T10:42:07+08:00", "2026-02-28", Some("2028-02-29")),
            ("1969-12-31T23:59:59.123456789-03:30", "0001-01-01", None),
        ] {
            let day_of = |text: &str| text.parse().expect("a day");
            let row = Row { at: at.parse().expect("a moment"), day: day_of(day), due: due.map(day_of) };
            let cached = postcard::to_stdvec(&row).expect("written");
            assert_eq!(postcard::from_bytes::<Row>(&cached), Ok(row), "{at}");
        }
    }

    #[test]
    fn programs_still_read_text() {
        let text = r#"{"at":"2026-11-21T10:42:07+08:00","day":"2026-02-28","due":null}"#;
        let row: Row = serde_json::from_str(text).expect("read");
        assert_eq!(serde_json::to_string(&row).expect("written"), text);
    }

    #[test]
    fn a_day_that_never_was_is_refused() {
        let damaged = postcard::to_stdvec(&((0_i64, 0_u32, 0_i32), i32::MAX, None::<i32>)).expect("written");
        assert!(postcard::from_bytes::<Row>(&damaged).is_err());
    }
}
