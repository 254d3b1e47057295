//! 统一社会信用代码: checking by GB 32100-2015, and what a mistyped one probably should have been.
//!
//! A code has 18 characters: two for the registering body and the kind of unit, six digits of the district, nine of the
//! organisation (GB 11714, itself with a check character), and one that checks the other seventeen modulo 31.

use crate::{i18n::Text, text};

/// The characters of a code in the order of their values (GB 32100-2015, table 1); I, O, S, V and Z are not among them.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// How many characters a code has.
const LENGTH: usize = 18;

/// The beginnings that GB 32100-2015 itself lists: bodies of establishment, of civil affairs, of commerce, and others.
const REGISTERED: &[&[u8; 2]] = &[b"11", b"12", b"13", b"19", b"51", b"52", b"53", b"59", b"91", b"92", b"93", b"Y1"];

/// Where the six digits of the district stand.
const DISTRICT: std::ops::Range<usize> = 2..8;

/// Where the organisation's own code stands, its check character last.
const ORGANISATION: std::ops::Range<usize> = 8..17;

/// The weights of the first eight characters of the organisation's code (GB 11714).
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Characters that are typed or read for one another.
const LOOKALIKES: &[(u8, u8)] = &[
    (b'O', b'0'),
    (b'Q', b'0'),
    (b'D', b'0'),
    (b'I', b'1'),
    (b'L', b'1'),
    (b'Z', b'2'),
    (b'S', b'5'),
    (b'B', b'8'),
    (b'G', b'6'),
    (b'V', b'U'),
    (b'V', b'Y'),
];

/// What is wrong with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeMistake {
    /// It has this many characters instead of 18.
    Length(usize),
    /// The character at this place, from 1, cannot stand in a code.
    Character(usize, char),
    /// The character at this place, from 1, should be a digit of the district.
    District(usize, char),
    /// The last character does not fit the others.
    Check {
        /// What the others ask for.
        expected: char,
        /// What stands there.
        found: char,
    },
}

impl CodeMistake {
    /// Says what is wrong.
    pub fn text(self) -> Text {
        match self {
            Self::Length(found) => text!("facility-code.length", found = found),
            Self::Character(place, found) => text!("facility-code.character", place = place, found = found),
            Self::District(place, found) => text!("facility-code.district", place = place, found = found),
            Self::Check { expected, found } => text!("facility-code.check", expected = expected, found = found),
        }
    }
}

/// Writes a code as the standard does: half-width capitals, without spaces and dashes.
pub fn tidy_code(typed: &str) -> String {
    let half = |character: char| match u32::from(character) {
        wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(character),
        _ => character,
    };
    let kept = typed.chars().map(half).filter(|character| {
        !character.is_whitespace() && !matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{feff}' | '\u{200b}')
    });
    kept.map(|character| character.to_ascii_uppercase()).collect()
}

/// Checks a tidy code; an empty one is for the caller to judge.
pub fn check_code(code: &str) -> Result<(), CodeMistake> {
    let count = code.chars().count();
    if count != LENGTH {
        return Err(CodeMistake::Length(count));
    }
    for (at, character) in code.chars().enumerate() {
        if !character.is_ascii() || value(character as u8).is_none() {
            return Err(CodeMistake::Character(at + 1, character));
        }
        if DISTRICT.contains(&at) && !character.is_ascii_digit() {
            return Err(CodeMistake::District(at + 1, character));
        }
    }
    let bytes = code.as_bytes();
    let expected = check_character(&bytes[..LENGTH - 1]);
    if expected == bytes[LENGTH - 1] {
        return Ok(());
    }
    Err(CodeMistake::Check { expected: char::from(expected), found: char::from(bytes[LENGTH - 1]) })
}

/// Returns the one correction of a mistyped code that would be valid, or nothing where there is none or several.
///
/// Tried are characters taken for one another and neighbours in the wrong order, one at a time, or every letter that
/// cannot stand in a code at once. Where several would be valid, the check character of the organisation (GB 11714) and
/// then the registering body decide.
pub fn suggest_code(code: &str) -> Option<String> {
    let bytes = code.as_bytes();
    if bytes.len() != LENGTH || !code.is_ascii() || check_code(code).is_ok() {
        return None;
    }
    let mut valid: Vec<_> = candidates(bytes).into_iter().filter(|candidate| check_code(candidate).is_ok()).collect();
    valid.sort_unstable();
    valid.dedup();
    for is_likely in [organisation_fits, is_registered] {
        if valid.len() > 1 {
            valid.retain(|candidate| is_likely(candidate.as_bytes()));
        }
    }
    match valid.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

fn candidates(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut push = |changed: Vec<u8>| found.extend(String::from_utf8(changed));
    let possible = |at: usize, byte: u8| value(byte).is_some() && (!DISTRICT.contains(&at) || byte.is_ascii_digit());
    let impossible: Vec<_> = (0..bytes.len()).filter(|&at| !possible(at, bytes[at])).collect();
    for at in 0..bytes.len() {
        for &(one, other) in LOOKALIKES {
            let replaced = match bytes[at] {
                byte if byte == one => other,
                byte if byte == other => one,
                _ => continue,
            };
            let mut changed = bytes.to_vec();
            changed[at] = replaced;
            push(changed);
        }
        if at + 1 < bytes.len() && bytes[at] != bytes[at + 1] {
            let mut changed = bytes.to_vec();
            changed.swap(at, at + 1);
            push(changed);
        }
    }
    if impossible.len() > 1 {
        let mut changed = bytes.to_vec();
        for at in impossible {
            let replaced = LOOKALIKES.iter().find(|(one, other)| *one == changed[at] && possible(at, *other));
            if let Some((_, other)) = replaced {
                changed[at] = *other;
            }
        }
        push(changed);
    }
    found
}

/// Returns the value of a character, from 0 to 30.
fn value(byte: u8) -> Option<u32> {
    ALPHABET.iter().position(|&known| known == byte).and_then(|at| u32::try_from(at).ok())
}

/// Works out the last character: the weights are the powers of 3 modulo 31 (GB 32100-2015).
fn check_character(first: &[u8]) -> u8 {
    let (sum, _) =
        first.iter().fold((0, 1), |(sum, weight), &byte| (sum + value(byte).unwrap_or(0) * weight, weight * 3 % 31));
    ALPHABET[((31 - sum % 31) % 31) as usize]
}

/// Says whether the check character of the organisation's code fits it (GB 11714: modulo 11, X for 10).
fn organisation_fits(bytes: &[u8]) -> bool {
    let organisation = &bytes[ORGANISATION];
    let values = organisation[..8].iter().map(|&byte| char::from(byte).to_digit(36).unwrap_or(0));
    let sum: u32 = values.zip(ORGANISATION_WEIGHTS).map(|(value, weight)| value * weight).sum();
    let expected = match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + u8::try_from(digit).unwrap_or(0),
    };
    organisation[8] == expected
}

/// Says whether the first two characters are of a registering body that the standard lists.
fn is_registered(bytes: &[u8]) -> bool {
    REGISTERED.iter().any(|known| bytes.starts_with(*known))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The example that GB 32100-2015 gives; both its check characters fit.
    const VALID: &str = "91350100M000100Y43";

    fn completed(first: &str) -> String {
        format!("{first}{}", char::from(check_character(first.as_bytes())))
    }

    #[test]
    fn the_example_of_the_standard_is_valid() {
        assert_eq!(check_code(VALID), Ok(()));
        assert!(organisation_fits(VALID.as_bytes()));
    }

    #[test]
    fn each_mistake_has_its_place() {
        let cases = [
            ("91350100M000100Y4", CodeMistake::Length(17)),
            ("91350100M000100Y4O", CodeMistake::Character(18, 'O')),
            ("9135O100M000100Y43", CodeMistake::Character(5, 'O')),
            ("9135A100M000100Y43", CodeMistake::District(5, 'A')),
            ("91350100M000100Y44", CodeMistake::Check { expected: '3', found: '4' }),
            ("９1350100M000100Y43", CodeMistake::Character(1, '９')),
        ];
        for (code, mistake) in cases {
            assert_eq!(check_code(code), Err(mistake), "{code}");
        }
        assert_eq!(tidy_code(" ９１350100-m000100y43 "), VALID);
    }

    #[test]
    fn typing_mistakes_lead_back() {
        let cases = [
            ("9135O1OOM000100Y43", Some(VALID)),
            ("9I350100M000100Y43", Some(VALID)),
            ("91350100M000100Y34", Some(VALID)),
            ("93150100M000100Y43", Some(VALID)),
            ("91350100M000100Y43", None),
            ("91350100M000100Y4", None),
            ("AAAAAAAAAAAAAAAAAA", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(suggest_code(typed).as_deref(), expected, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_character_is_always_noticed(
            first in "[1-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{9}",
            at in 0_usize..18,
            other in "[0-9]",
        ) {
            let code = completed(&first);
            prop_assert_eq!(check_code(&code), Ok(()));
            let mut changed = code.clone().into_bytes();
            changed[at] = other.as_bytes()[0];
            let changed = String::from_utf8(changed).expect("ASCII");
            prop_assert_eq!(check_code(&changed).is_ok(), changed == code);
        }

        #[test]
        fn what_is_suggested_is_valid(typed in "[0-9A-Z]{18}") {
            if let Some(suggested) = suggest_code(&typed) {
                prop_assert_eq!(check_code(&suggested), Ok(()));
            }
        }
    }
}
