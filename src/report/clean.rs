//! Texts from outside on their way into a document: nothing in them can steer a program or hide.

use std::{borrow::Cow, fmt::Write as _};

/// Shows control characters, and those that reorder or hide text, as marks.
///
/// A line break or tab becomes a space; other controls become their picture (`␛`), what XML cannot hold and what changes
/// direction or has no width becomes `<U+202E>`. The joiners of emoji stay: without them one picture becomes several.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => shown.push(' '),
            '\u{0}'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + u32::from(character))),
            '\u{7f}' => shown.push('\u{2421}'),
            hidden if is_hidden(hidden) => {
                // Writing into a string cannot fail.
                let _ = write!(shown, "<U+{:04X}>", u32::from(hidden));
            }
            plain => shown.push(plain),
        }
    }
    Cow::Owned(shown)
}

/// Says whether a character steers, reorders or hides.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// Says whether a spreadsheet would take a text for a formula when it is typed or read from a file; a negative figure, such
/// as -1.5%, stays one.
pub fn is_formula(text: &str) -> bool {
    let figure = text.strip_prefix('-').map(|figure| figure.strip_suffix('%').unwrap_or(figure));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if figure.is_some_and(|figure| figure.splitn(2, '.').all(is_digits)) {
        return false;
    }
    // Spreadsheets skip blanks in front, and know the full-width forms of the signs.
    text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_steers_or_hides_becomes_a_mark() {
        let cases = [
            ("某某医院", "某某医院"),
            ("一\n二\t三", "一 二 三"),
            ("\u{1b}[31m红", "␛[31m红"),
            ("医\u{202e}院", "医<U+202E>院"),
            ("a\u{0}b\u{7f}c\u{85}", "a␀b␡c<U+0085>"),
            ("\u{feff}\u{ffff}", "<U+FEFF><U+FFFF>"),
            ("👩\u{200d}⚕", "👩\u{200d}⚕"),
        ];
        for (text, shown) in cases {
            assert_eq!(clean(text), shown);
        }
    }

    #[test]
    fn formulas_are_recognised() {
        let cases = [
            ("=1+1", true),
            ("@SUM(A1)", true),
            (" +cmd", true),
            ("-1", false),
            ("-1.5%", false),
            ("-1-2", true),
            ("-1.", true),
            ("-%", true),
            ("-", true),
            ("+8613800000000", true),
            ("＝1", true),
            ("医院-东区", false),
            ("", false),
        ];
        for (text, formula) in cases {
            assert_eq!(is_formula(text), formula, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>()) {
            let shown = clean(&text).into_owned();
            prop_assert!(!shown.chars().any(is_hidden), "{shown:?}");
            prop_assert_eq!(clean(&shown), shown.as_str(), "cleaning twice changes nothing");
        }
    }
}
