//! Diagnostics for the command line: the line of the file, a caret under the character, and what to do.
//!
//! Whatever is in the file, nothing of it reaches the terminal as a command: control characters are shown as marks, in the
//! quoted line by the renderer itself.

use std::{fmt::Write as _, ops::Range, path::Path};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, normalize_untrusted_str};

use crate::{
    checklist::{Diagnostic, DiagnosticLevel},
    error::line_and_column,
    i18n::Lang,
    text,
};

/// The most diagnostics of one file that are shown in full; the rest are counted.
const SHOWN_MAX: usize = 100;
/// How many characters of a long line are kept behind the caret; the renderer cuts what is before it.
const BEHIND_CHARS: usize = 80;

/// Shows diagnostics of the file at `path`, whose text they were found in, one after the other.
pub fn render(diagnostics: &[Diagnostic], path: &Path, text: &str, lang: Lang, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let path = normalize_untrusted_str(&path.display().to_string());
    let mut shown = String::new();
    for diagnostic in diagnostics.iter().take(SHOWN_MAX) {
        shown.push_str(&one(diagnostic, &path, text, lang, &renderer));
        shown.push_str("\n\n");
    }
    if let Some(rest) = diagnostics.len().checked_sub(SHOWN_MAX).filter(|rest| *rest > 0) {
        // Writing into a string cannot fail.
        let _ = writeln!(shown, "{}", text!("checklist.snippet.more", count = rest).show(lang));
    }
    shown
}

fn one(diagnostic: &Diagnostic, path: &str, text: &str, lang: Lang, renderer: &Renderer) -> String {
    let (line, _) = line_and_column(text, diagnostic.span.start);
    let excerpt = Excerpt::of(text, &diagnostic.span);
    let level_name = match diagnostic.level() {
        DiagnosticLevel::Error => lang.t("checklist.snippet.error"),
        DiagnosticLevel::Warning => lang.t("checklist.snippet.warning"),
    };
    let help_name = lang.t("checklist.snippet.help");
    let message = normalize_untrusted_str(&diagnostic.message.show(lang));
    let hint = diagnostic.hint.as_ref().map(|hint| normalize_untrusted_str(&hint.show(lang)));
    let level = match diagnostic.level() {
        DiagnosticLevel::Error => Level::ERROR,
        DiagnosticLevel::Warning => Level::WARNING,
    };
    let snippet = Snippet::source(excerpt.line)
        .line_start(line)
        .path(path)
        .annotation(AnnotationKind::Primary.span(excerpt.caret.clone()));
    let group = level
        .with_name(level_name.as_ref())
        .primary_title(&message)
        .id(diagnostic.code.name())
        .element(snippet)
        .elements(hint.as_deref().map(|hint| Level::HELP.with_name(help_name.as_ref()).message(hint)));
    renderer.render(&[group])
}

/// The piece of a line around a mistake, and where in it the caret belongs.
struct Excerpt<'t> {
    line: &'t str,
    caret: Range<usize>,
}

impl<'t> Excerpt<'t> {
    /// Cuts the line out; of a mistake over several lines only the first is shown.
    fn of(text: &'t str, span: &Range<usize>) -> Self {
        let start = floor(text, span.start);
        let mut line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        if line_start == 0 && text.starts_with('\u{feff}') {
            line_start = '\u{feff}'.len_utf8();
        }
        let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        let line = text.get(line_start..line_end).unwrap_or_default().trim_end_matches('\r');
        let caret_start = start.saturating_sub(line_start).min(line.len());
        let caret_end = floor(text, span.end).saturating_sub(line_start).clamp(caret_start, line.len());
        let caret_end = caret_end.min(after(line, caret_start, BEHIND_CHARS));
        let to = after(line, caret_end, BEHIND_CHARS);
        Self { line: &line[..to], caret: caret_start..caret_end }
    }
}

/// Returns the place so many characters after a place in a line, or its end.
fn after(line: &str, from: usize, characters: usize) -> usize {
    line[from..].char_indices().nth(characters).map_or(line.len(), |(at, _)| from + at)
}

/// Returns the offset, or the beginning of the character that it is inside of.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::checklist::read;

    const HEAD: &str = "id = \"t\"\ntitle = \"题\"\nversion = 1\n[[section]]\nid = \"s\"\ntitle = \"节\"\n";

    fn rendered(line: &str, lang: Lang) -> String {
        let text = format!("{HEAD}[[item]]\nid = \"A\"\nsection = \"s\"\ntext = \"问\"\n{line}\n");
        render(&read(&text).diagnostics, Path::new("检查表/t.toml"), &text, lang, false)
    }

    /// Returns the text above the carets, found by the cells that both take on a terminal.
    fn above_carets(rendered: &str) -> String {
        let lines: Vec<&str> = rendered.lines().collect();
        let row = lines.iter().position(|line| line.contains('^')).expect("there are carets");
        let carets = lines[row].find('^').expect("there are carets")..=lines[row].rfind('^').expect("there are carets");
        let mut cell = 0;
        let mut found = String::new();
        for character in lines[row - 1].chars() {
            if carets.contains(&cell) {
                found.push(character);
            }
            cell += character.to_string().width();
        }
        found
    }

    #[test]
    fn the_caret_is_under_the_right_characters() {
        let cases = [
            ("choices = [\"感染性\", 3]", "[\"感染性\", 3]"),
            ("answer = \"choice\"\nchoices = [\"感染性\", \"损伤性\", \"感染性\"]", "\"感染性\""),
            ("basis = [{ document = \"某某条例\", 版本 = 1 }]", "版本"),
            ("deadline = \"今年年底\" # 注释", "\"今年年底\""),
        ];
        for (line, under) in cases {
            let shown = rendered(line, Lang::Zh);
            assert_eq!(above_carets(&shown), under, "{shown}");
        }
    }

    #[test]
    fn it_says_file_place_reason_and_next_step() {
        let shown = rendered("points = \"2\"", Lang::Zh);
        for piece in ["错误", "C004", "检查表/t.toml:11:10", "points 应为数字", "帮助", "去掉引号"] {
            assert!(shown.contains(piece), "{piece}: {shown}");
        }
        assert!(rendered("points = \"2\"", Lang::En).contains("take the quotes away"));
    }

    #[test]
    fn control_characters_never_reach_the_terminal() {
        let text = format!("{HEAD}how = \"\u{1b}[31m红\u{202e}\"\n");
        let shown = render(&read(&text).diagnostics, Path::new("\u{1b}[2J.toml"), &text, Lang::Zh, false);
        let unwanted = |character: char| character.is_control() && character != '\n' || character == '\u{202e}';
        assert!(!shown.contains(unwanted), "{shown:?}");
    }

    #[test]
    fn a_long_line_is_cut_around_the_caret() {
        let line = format!("levels = [\"{}\", 3, \"{}\"]", "长".repeat(150), "长".repeat(150));
        let shown = rendered(&line, Lang::Zh);
        assert_eq!(above_carets(&shown), "3");
        assert!(shown.lines().all(|line| line.width() < 260), "{shown}");
    }

    #[test]
    fn a_mistake_in_a_file_without_anything_is_shown() {
        for text in ["", "\u{feff}", "\u{feff}\r\n", "x"] {
            let shown = render(&read(text).diagnostics, Path::new("t.toml"), text, Lang::Zh, true);
            assert!(shown.contains("t.toml:1:"), "{shown}");
        }
    }
}
