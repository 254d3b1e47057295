//! Characters of ambiguous width, written with others for terminals that draw them two cells wide.

use std::borrow::Cow;

/// What stands for a character; it keeps the meaning also where it is longer.
#[rustfmt::skip]
const SPELLINGS: [(char, &str); 57] = [
    ('…', "."), ('·', "."), ('•', "*"), ('※', "*"), ('‖', "|"), ('′', "'"), ('″', "\""),
    ('“', "\""), ('”', "\""), ('‘', "'"), ('’', "'"), ('–', "-"), ('—', "-"), ('―', "-"),
    ('≥', ">="), ('≤', "<="), ('≧', ">="), ('≦', "<="), ('≠', "!="), ('≈', "~"), ('±', "+/-"), ('×', "x"), ('÷', "/"),
    ('√', "v"), ('°', "度"), ('℃', "摄氏度"), ('‰', "/1000"), ('№', "No."),
    ('→', "->"), ('←', "<-"), ('↑', "^"), ('↓', "v"), ('⇒', "=>"),
    ('★', "*"), ('☆', "*"), ('●', "*"), ('○', "o"), ('◎', "o"), ('◇', "o"), ('◆', "*"), ('■', "#"), ('□', "#"),
    ('▲', "^"), ('△', "^"), ('▼', "v"),
    ('─', "-"), ('│', "|"), ('┌', "+"), ('┐', "+"), ('└', "+"), ('┘', "+"), ('├', "+"), ('┤', "+"),
    ('█', "#"), ('▓', "#"), ('▒', ":"), ('§', "#"),
];

/// Returns an ASCII character that may stand in one cell for a grapheme of ambiguous width.
///
/// `?` where one character would say something else, as `>` for `≥` would.
pub fn stand_in(symbol: &str) -> char {
    let spelling = symbol.chars().next().and_then(spelling).unwrap_or_default();
    let mut meaning = spelling.chars().filter(|character| !matches!(character, '(' | ')'));
    match (meaning.next(), meaning.next()) {
        (Some(only), None) if only.is_ascii() => only,
        _ => '?',
    }
}

fn spelling(character: char) -> Option<Cow<'static, str>> {
    // Circled and parenthesised numbers stand in the same order, twenty of each.
    let number = match character {
        '①'..='⑳' => Some(u32::from(character) - u32::from('①') + 1),
        '⑴'..='⒇' => Some(u32::from(character) - u32::from('⑴') + 1),
        _ => None,
    };
    match number {
        Some(number) => Some(format!("({number})").into()),
        None => SPELLINGS.iter().find(|(known, _)| *known == character).map(|(_, spelling)| (*spelling).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{
        text::{ELLIPSIS, is_ambiguous, width},
        theme::Symbols,
    };

    #[test]
    fn spellings_replace_what_is_ambiguous_with_what_is_not() {
        for (character, spelling) in SPELLINGS {
            assert!(is_ambiguous(&character.to_string()), "{character}");
            assert!(!is_ambiguous(spelling) && width(spelling) > 0, "{spelling}");
        }
    }

    #[test]
    fn one_character_stands_in_where_it_means_the_same() {
        let cases =
            [("≥", '?'), ("①", '1'), ("⑩", '?'), ("⑵", '2'), ("℃", '?'), ("“", '"'), ("×", 'x'), (ELLIPSIS, '.')];
        for (symbol, expected) in cases {
            assert!(is_ambiguous(symbol), "{symbol}");
            assert_eq!(stand_in(symbol), expected, "{symbol}");
        }
    }

    #[test]
    fn borders_have_a_stand_in() {
        let border = Symbols::UNICODE.border;
        for part in [border.top_left, border.top_right, border.bottom_left, border.vertical_left, border.horizontal_top]
        {
            assert_ne!(stand_in(part), '?', "{part}");
        }
    }
}
