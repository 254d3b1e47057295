//! How wide a text is on paper, in half characters: an ASCII character is as wide as half a Chinese one, every other one as wide as
//! a whole one. How wide it is in a terminal is another matter, for [`crate::view::text`].

/// Returns the width of a character.
pub fn of_character(character: char) -> usize {
    if character.is_ascii() { 1 } else { 2 }
}

/// Returns the width of a text.
pub fn of(text: &str) -> usize {
    text.chars().map(of_character).sum()
}
