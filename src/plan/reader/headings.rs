//! Headings and numbered paragraphs: which lines are some, and what stands behind their titles.

use std::ops::Range;

use super::Reader;
use crate::plan::{
    Problem, head,
    lexicon::{Words, is_chinese, starts_with},
    lines::Paragraph,
    markers::{self, Marker, Style},
    outline::Entry,
    owners, sentences, tables, titles,
};

/// Says whether something is said beside remarks in brackets and who answers for it.
fn has_text(text: &[char]) -> bool {
    let rest = sentences::without_remarks(text);
    rest.iter().any(|char| is_chinese(*char)) && owners::line(rest).is_empty()
}

impl Reader<'_> {
    /// Reads the mark at the beginning of a paragraph, also 是 where a list has lost its number.
    pub(super) fn marker(&self, text: &[char]) -> Option<Marker> {
        let next = || markers::before_digit(text).filter(|marker| self.outline.expects(marker));
        markers::at_start(text).or_else(next).or_else(|| {
            let number = self.outline.next_listed().filter(|_| starts_with(text, "是"))?;
            Some(Marker { style: Style::Listing, number, length: 1 })
        })
    }

    /// Says whether a short line without a mark or a final mark is a heading: text of its own has to follow.
    pub(super) fn is_unmarked_heading(&self, text: &[char], next: Option<&Paragraph>) -> bool {
        const SHORT: Range<usize> = 5..32;
        static NO_HEADING: Words = Words::new("分享 来源 编辑 作者 日期 附件 打印 关闭 http 同志们 责任 上一篇 下一篇");
        let unfinished = text.last().is_some_and(|char| is_chinese(*char) || *char == '”');
        let followed = next.is_some_and(|next| {
            next.chars.len() >= 2 * SHORT.start.max(text.len()) && next.chars.contains(&'。')
                || markers::at_start(&next.chars)
                    .is_some_and(|marker| marker.style == Style::Listing && marker.number == 1)
        });
        self.outline.is_open()
            && !self.after_heading
            && SHORT.contains(&text.len())
            && unfinished
            && followed
            && !text.contains(&'。')
            && !NO_HEADING.in_text(text)
    }

    /// Reads a heading or numbered paragraph, and the text behind its title.
    pub(super) fn heading(&mut self, paragraph: &Paragraph, marker: Marker, next: Option<&Paragraph>) {
        let text = &paragraph.chars;
        let range = 0..text.len();
        let from = marker.length;
        let title_end = (from..range.end).find(|&at| matches!(text[at], '。' | '!' | '?' | ';')).unwrap_or(range.end);
        let body = title_end + usize::from(title_end < range.end)..range.end;
        let (title, owners) = owners::taken_off(text, from..title_end);
        let title = sentences::trimmed(text, title);
        let shown = sentences::trimmed(text, title.start..titles::shortened(text, title.clone()));
        let entry = Entry {
            marker,
            printed: paragraph.quote(sentences::trimmed_spaces(text, range.start..from)).text.trim().to_owned(),
            title: &text[shown.clone()],
            printed_title: paragraph.quote(shown.clone()).text,
            line: paragraph.line_of(range.start),
            starts_line: true,
            weights: self.topics.weigh(&text[shown]),
            clauses: self.clauses.len(),
        };
        let lost_number = entry.printed == "是";
        if let Some(problem) = self.outline.push(entry) {
            self.warn(paragraph.line_of(range.start), problem);
        }
        self.note_heading();
        if lost_number {
            let heading = paragraph.quote(title.clone()).text;
            self.warn(paragraph.line, Problem::NumberLost { heading });
        }
        if let Some((owners, _)) = owners {
            self.outline.set_owners(owners);
        }
        self.weigh_headings();
        self.after_heading = body.is_empty();
        // What stands alone under its number, with nothing below it, is a task and not a title.
        let has_more = next.is_some_and(|next| {
            let below = markers::at_start(&next.chars).or_else(|| markers::before_digit(&next.chars));
            !tables::is_label(&next.chars)
                && !head::closes(&next.chars, None)
                && below.is_none_or(|below| below.style > marker.style)
        });
        let ended = title_end < range.end && !has_more;
        // Who answers for a task is no text below its title.
        let (unowned_body, _) = owners::taken_off(text, body.clone());
        let has_body = has_text(&text[unowned_body]);
        let is_listed = text.get(title_end) == Some(&';');
        if is_listed || titles::demands(text, &title, marker.style, ended, has_body) {
            self.prose(paragraph, title.start..range.end);
        } else {
            self.prose(paragraph, body);
        }
    }
}
