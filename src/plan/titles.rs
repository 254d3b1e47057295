//! The text behind the mark of a heading: how much of it is title, and whether it is a demand itself.

use std::ops::Range;

use super::{indicators, markers::Style, sentences::Enclosed};

/// A heading longer than this is text, and is cut for the outline.
const LONGEST_TITLE: usize = 40;

/// Says whether the first sentence behind a mark is a demand itself and not only a title.
pub(super) fn demands(text: &[char], title: &Range<usize>, style: Style, ended: bool, has_body: bool) -> bool {
    const LONG: usize = 16;
    let words = &text[title.clone()];
    let is_item = style > Style::Number;
    let is_measured = || !indicators::find_all(words, &Enclosed::of(words).named, false).is_empty();
    words.len() > LONGEST_TITLE
        || (ended && !has_body)
        || (is_item && words.len() >= LONG && words.contains(&','))
        || is_measured()
}

/// Cuts a title that is a whole sentence at its first comma or colon.
pub(super) fn shortened(text: &[char], title: Range<usize>) -> usize {
    if title.len() <= LONGEST_TITLE {
        return title.end;
    }
    let comma = (title.start + 1..title.end).find(|&at| matches!(text[at], ',' | ':'));
    comma.unwrap_or(title.end).min(title.start + LONGEST_TITLE)
}
