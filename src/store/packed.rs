//! Lists in caches as they lie in memory, which are copied where everything else is taken apart number by number.
//!
//! For `#[serde(with = "packed")]`. What may be missing has a number of its own for that, so that every row is of one size.

use std::cmp::Ordering;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use serde::{Deserializer, Serializer};
use zerocopy::{FromBytes, Immutable, IntoBytes, TryFromBytes};

use super::{
    pieces::{self, PIECE},
    words::Word,
};

/// Writes a list as it lies in memory.
pub fn serialize<T: IntoBytes + Immutable, S: Serializer>(list: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    pieces::write(list.chunks(PIECE / size_of::<T>()).map(IntoBytes::as_bytes), serializer)
}

/// Reads what [`serialize`] wrote.
pub fn deserialize<'de, T: TryFromBytes, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let mut list = Vec::new();
    pieces::read(deserializer, |promised, piece| {
        let rows = piece.chunks_exact(size_of::<T>());
        if !rows.remainder().is_empty() {
            return Err("half a row");
        }
        if list.is_empty() {
            list.reserve(promised * rows.len());
        }
        for row in rows {
            list.push(T::try_read_from_bytes(row).map_err(|_| "no such row")?);
        }
        Ok(())
    })?;
    Ok(list)
}

/// A number of a list, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(transparent)]
pub(super) struct Place(u32);

impl Place {
    const NONE: u32 = u32::MAX;

    pub fn get(self) -> Option<u32> {
        (self.0 != Self::NONE).then_some(self.0)
    }

    pub fn word(self) -> Option<Word> {
        self.get().map(Word)
    }
}

impl From<Option<u32>> for Place {
    fn from(place: Option<u32>) -> Self {
        Self(place.unwrap_or(Self::NONE))
    }
}

impl From<Option<Word>> for Place {
    fn from(word: Option<Word>) -> Self {
        word.map(|word| word.0).into()
    }
}

/// A number that need not be whole, or none.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable)]
#[repr(transparent)]
pub(super) struct Number(f64);

impl Number {
    pub fn get(self) -> Option<f64> {
        (!self.0.is_nan()).then_some(self.0)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl From<Option<f64>> for Number {
    fn from(rate: Option<f64>) -> Self {
        Self(rate.unwrap_or(f64::NAN))
    }
}

/// A day, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(transparent)]
pub(super) struct Day(i32);

impl Day {
    const NONE: i32 = i32::MIN;

    pub fn get(self) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(self.0)
    }
}

impl From<Option<NaiveDate>> for Day {
    fn from(day: Option<NaiveDate>) -> Self {
        Self(day.map_or(Self::NONE, |day| day.num_days_from_ce()))
    }
}

/// A moment in the zone in which it was written down, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Moment {
    seconds: i64,
    nanoseconds: u32,
    offset: i32,
}

impl Moment {
    /// No zone is as far off.
    const NONE: i32 = i32::MIN;

    /// Says which of two comes first, to the second, wherever it was written down.
    pub fn order(&self, other: &Self) -> Ordering {
        self.seconds.cmp(&other.seconds)
    }

    pub fn get(self) -> Option<DateTime<FixedOffset>> {
        let zone = FixedOffset::east_opt(self.offset)?;
        Some(DateTime::from_timestamp(self.seconds, self.nanoseconds)?.with_timezone(&zone))
    }
}

impl From<Option<DateTime<FixedOffset>>> for Moment {
    fn from(moment: Option<DateTime<FixedOffset>>) -> Self {
        moment.map_or(Self { seconds: 0, nanoseconds: 0, offset: Self::NONE }, |moment| Self {
            seconds: moment.timestamp(),
            nanoseconds: moment.timestamp_subsec_nanos(),
            offset: moment.offset().local_minus_utc(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Kept {
        #[serde(with = "super")]
        days: Vec<Day>,
        #[serde(with = "super")]
        marks: Vec<bool>,
    }

    #[test]
    fn days_and_moments_are_read_again() {
        for day in ["2026-02-28", "0001-01-01", "1969-12-31"].map(|day| day.parse::<NaiveDate>().ok()) {
            assert_eq!(Day::from(day).get(), day);
        }
        assert_eq!(Day::from(None).get(), None);
        for moment in ["2026-11-21T10:42:07+08:00", "1969-12-31T23:59:59.123456789-03:30"] {
            let moment = Some(DateTime::parse_from_rfc3339(moment).expect("a moment"));
            assert_eq!(Moment::from(moment).get(), moment);
        }
        assert_eq!(Moment::from(None).get(), None);
        assert_eq!(Number::from(Some(0.0)).get(), Some(0.0));
        assert_eq!(Number::from(None).get(), None);
        assert_eq!([Some(7), None].map(|place: Option<u32>| Place::from(place).get()), [Some(7), None]);
    }

    #[test]
    fn lists_are_read_again_and_nothing_else_is() {
        let many = i32::try_from(PIECE).expect("a small number");
        for kept in [
            Kept { days: Vec::new(), marks: Vec::new() },
            Kept { days: vec![Day(1), Day(-2)], marks: vec![true, false] },
            Kept { days: (0..many).map(Day).collect(), marks: vec![true; PIECE + 1] },
        ] {
            let cached = postcard::to_stdvec(&kept).expect("written");
            assert_eq!(postcard::from_bytes::<Kept>(&cached), Ok(kept));
        }
        // Half a day, a mark that is neither, and a piece that is not there.
        for damaged in [[1, 3, 1, 0, 0, 0].as_slice(), &[0, 1, 1, 2], &[0, 2, 1, 1]] {
            assert!(postcard::from_bytes::<Kept>(damaged).is_err(), "{damaged:?}");
        }
    }
}
