//! Moments and days as files spell them.
//!
//! For `#[serde(deserialize_with = "…")]` where there are hundreds of thousands: the one spelling in which this program writes
//! them is read many times faster than every other, which is left to the general reader. Both come to the same (a test).

use std::{fmt, marker::PhantomData, str::FromStr};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Unexpected, Visitor, value::MapAccessDeserializer},
};

/// Reads what a text in a file says.
pub fn spelt<'de, T: Spelt, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Read::deserialize(deserializer).map(|Read(read)| read)
}

/// Reads what a text in a file says that may be missing.
pub fn spelt_or_none<'de, T: Spelt, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::<Read<T>>::deserialize(deserializer).map(|read| read.map(|Read(read)| read))
}

/// What has a spelling of its own in files.
pub trait Spelt: FromStr<Err: fmt::Display> {
    /// What is expected where something else stands.
    const EXPECTED: &str;

    /// Reads the one spelling; nothing for every other.
    fn quickly(text: &str) -> Option<Self>;
}

impl Spelt for DateTime<FixedOffset> {
    const EXPECTED: &str = "an RFC 3339 formatted date and time string";

    /// Reads `2026-03-10T09:00:00+08:00`.
    fn quickly(text: &str) -> Option<Self> {
        let (day, rest) = text.as_bytes().split_at_checked(10)?;
        let &[b'T', h0, h1, b':', m0, m1, b':', s0, s1, sign @ (b'+' | b'-'), z0, z1, b':', z2, z3] = rest else {
            return None;
        };
        let [hour, minute, second] = [number(&[h0, h1])?, number(&[m0, m1])?, number(&[s0, s1])?];
        let [hours, minutes] = [[z0, z1], [z2, z3]].map(|digits| number(&digits));
        let east = i32::try_from(hours? * 3600 + minutes.filter(|minutes| *minutes < 60)? * 60).ok()?;
        let zone = FixedOffset::east_opt(if sign == b'+' { east } else { -east })?;
        day_of(day)?.and_hms_opt(hour, minute, second)?.and_local_timezone(zone).single()
    }
}

impl Spelt for NaiveDate {
    const EXPECTED: &str = "a formatted date string";

    /// Reads `2026-03-10`.
    fn quickly(text: &str) -> Option<Self> {
        day_of(text.as_bytes())
    }
}

fn day_of(text: &[u8]) -> Option<NaiveDate> {
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text else { return None };
    NaiveDate::from_ymd_opt(i32::try_from(number(&[y0, y1, y2, y3])?).ok()?, number(&[m0, m1])?, number(&[d0, d1])?)
}

/// Reads digits; nothing where something else stands among them.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit < 10).then_some(number * 10 + u32::from(digit))
    })
}

/// What was read.
struct Read<T>(T);

impl<'de, T: Spelt> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(PhantomData)).map(Self)
    }
}

/// Takes a text.
struct Text<T>(PhantomData<T>);

impl<'de, T: Spelt> Visitor<'de> for Text<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::quickly(text).map_or_else(|| text.parse().map_err(E::custom), Ok)
    }

    /// Takes what TOML has for days and moments itself, without quotes.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let written = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map));
        let written = written.map_err(|_| A::Error::invalid_type(Unexpected::Map, &self))?;
        self.visit_str(&written.to_string())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_spelling_of_files_is_read_quickly() {
        for text in ["2026-03-10T09:00:00+08:00", "1969-12-31T23:59:59-03:30", "0000-02-29T00:00:00+00:00"] {
            assert_eq!(DateTime::quickly(text), DateTime::parse_from_rfc3339(text).ok(), "{text}");
            assert!(DateTime::<FixedOffset>::quickly(text).is_some(), "{text}");
        }
        assert_eq!(NaiveDate::quickly("2024-02-29"), NaiveDate::from_ymd_opt(2024, 2, 29));
        assert!(NaiveDate::quickly("2024-02-29").is_some());
    }

    #[test]
    fn days_and_moments_of_toml_itself_are_read_too() {
        #[derive(Deserialize)]
        struct Both {
            #[serde(deserialize_with = "spelt")]
            at: DateTime<FixedOffset>,
            #[serde(default, deserialize_with = "spelt_or_none")]
            due: Option<NaiveDate>,
        }
        let quoted: Both = toml::from_str("at = \"2026-03-10T09:00:00+08:00\"\ndue = \"2026-03-20\"").expect("read");
        for plain in
            ["at = 2026-03-10T09:00:00+08:00\ndue = 2026-03-20", "at = 2026-03-10 09:00:00+08:00\ndue = 2026-03-20"]
        {
            let read: Both = toml::from_str(plain).expect(plain);
            assert_eq!((read.at, read.due), (quoted.at, quoted.due), "{plain}");
        }
        for wrong in ["at = 2026-03-10", "at = {}", "at = 3", "at = 2026-03-10T09:00:00+08:00\ndue = 09:30:00"] {
            assert!(toml::from_str::<Both>(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn what_is_read_quickly_is_what_everybody_reads(
            text in "[0-9]{3}[0-9.]-[01][0-9]-[0-3][0-9]([T t][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.5)?([+-][0-2][0-9]:[0-6][0-9]|Z))?",
        ) {
            if let Some(read) = DateTime::quickly(&text) {
                prop_assert_eq!(Some(read), text.parse::<DateTime<FixedOffset>>().ok());
            }
            if let Some(read) = NaiveDate::quickly(&text) {
                prop_assert_eq!(Some(read), text.parse::<NaiveDate>().ok());
            }
        }
    }
}
