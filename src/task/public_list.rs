//! 一公开: the list of a draw as it is published, safe in a spreadsheet, in Markdown and on a web page.

use super::draw::{Drawn, UnitDrawn};
use crate::{i18n::Lang, text};

/// In what form a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListForm {
    /// For spreadsheets: UTF-8 with a byte order mark, lines ended as Excel does.
    Csv,
    /// Markdown.
    Markdown,
    /// A web page of one file.
    Html,
}

/// The headings of the list.
const HEADINGS: [&str; 7] = [
    "draw-list.number",
    "draw-list.name",
    "draw-list.code",
    "draw-list.district",
    "draw-list.stratum",
    "draw-list.inspectors",
    "draw-list.id",
];

/// Writes the public list of a draw.
pub fn public_list(drawn: &Drawn, form: ListForm, lang: Lang) -> String {
    let headings = HEADINGS.map(|key| lang.t(key).into_owned());
    let rows = drawn.unit.iter().enumerate().map(|(at, unit)| row(at, unit));
    match form {
        ListForm::Csv => csv(&headings, rows),
        ListForm::Markdown => markdown(drawn, &headings, rows, lang),
        ListForm::Html => html(drawn, &headings, rows, lang),
    }
}

fn row(at: usize, unit: &UnitDrawn) -> [String; 7] {
    [
        (at + 1).to_string(),
        unit.name.clone(),
        unit.code.clone(),
        unit.district.clone(),
        unit.stratum.clone(),
        unit.inspectors.join("、"),
        unit.facility.to_string(),
    ]
}

/// Says how the list came about, so that anybody can draw again.
fn notes(drawn: &Drawn, lang: Lang) -> [String; 3] {
    [
        text!("draw-list.drawn", at = drawn.at.format("%Y-%m-%d %H:%M"), units = drawn.units, drawn = drawn.unit.len()),
        text!("draw-list.seed", seed = drawn.seed, algorithm = drawn.algorithm),
        text!("draw-list.digests", register = drawn.register, scheme = drawn.scheme_digest),
    ]
    .map(|note| note.show(lang))
}

fn csv(headings: &[String; 7], rows: impl Iterator<Item = [String; 7]>) -> String {
    let mut written = String::from('\u{feff}');
    for cells in std::iter::once(headings.clone()).chain(rows) {
        let cells = cells.map(|cell| csv_cell(&cell));
        written.push_str(&cells.join(","));
        written.push_str("\r\n");
    }
    written
}

/// Quotes a cell; one that a spreadsheet would take for a formula is kept from that by an apostrophe in front.
fn csv_cell(content: &str) -> String {
    let is_formula =
        content.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let content = if is_formula { format!("'{content}") } else { content.to_owned() };
    if content.contains(['"', ',', '\n', '\r']) || is_formula {
        format!("\"{}\"", content.replace('"', "\"\""))
    } else {
        content
    }
}

fn markdown(drawn: &Drawn, headings: &[String; 7], rows: impl Iterator<Item = [String; 7]>, lang: Lang) -> String {
    let mut lines = vec![format!("# {}", markdown_cell(&drawn.scheme.title)), String::new()];
    lines.extend(notes(drawn, lang).iter().map(|note| format!("- {}", markdown_cell(note))));
    lines.extend([String::new(), format!("| {} |", headings.join(" | "))]);
    lines.push(format!("|{}", " --- |".repeat(headings.len())));
    lines.extend(rows.map(|cells| format!("| {} |", cells.map(|cell| markdown_cell(&cell)).join(" | "))));
    lines.push(String::new());
    lines.join("\n")
}

/// Takes their meaning from the signs of Markdown and of HTML in a text from outside.
fn markdown_cell(content: &str) -> String {
    let mut cell = String::with_capacity(content.len());
    for character in content.chars() {
        match character {
            '\n' | '\r' | '\t' => cell.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' => cell.extend(['\\', character]),
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            '&' => cell.push_str("&amp;"),
            _ => cell.push(character),
        }
    }
    cell
}

fn html(drawn: &Drawn, headings: &[String; 7], rows: impl Iterator<Item = [String; 7]>, lang: Lang) -> String {
    let title = escaped(&drawn.scheme.title);
    let cells = |tag: &str, cells: &[String; 7]| {
        let cells: Vec<_> = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect();
        cells.concat()
    };
    let notes: Vec<_> = notes(drawn, lang).iter().map(|note| format!("<li>{}</li>\n", escaped(note))).collect();
    let rows: Vec<_> = rows.map(|row| format!("<tr>{}</tr>\n", cells("td", &row))).collect();
    let (notes, rows) = (notes.concat(), rows.concat());
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>\n\
         body {{ font-family: sans-serif; margin: 2em; }}\ntable {{ border-collapse: collapse; }}\n\
         td, th {{ border: 1px solid #999; padding: 0.3em 0.6em; text-align: left; }}\n</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n<ul>\n{notes}</ul>\n<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n\
         </body>\n</html>\n",
        lang.code(),
        cells("th", headings),
    )
}

fn escaped(content: &str) -> String {
    let mut written = String::with_capacity(content.len());
    for character in content.chars() {
        match character {
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '&' => written.push_str("&amp;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&#39;"),
            character if character.is_control() => written.push(' '),
            character => written.push(character),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checklist::Digest,
        facility::FacilityId,
        task::draw::{ALGORITHM, Scheme},
    };

    fn drawn(name: &str) -> Drawn {
        let unit = UnitDrawn {
            facility: FacilityId("F1".to_owned()),
            name: name.to_owned(),
            code: String::new(),
            district: "东区".to_owned(),
            stratum: "全部".to_owned(),
            inspectors: vec!["甲".to_owned(), "乙".to_owned()],
        };
        Drawn {
            algorithm: ALGORITHM.to_owned(),
            at: "2026-03-01T09:00:00+08:00".parse().expect("a moment"),
            by: "某人".to_owned(),
            seed: "种子".to_owned(),
            units: 1,
            register: Digest::of(b""),
            scheme_digest: Digest::of(b""),
            scheme: Scheme { title: "抽查".to_owned(), ..Scheme::default() },
            stratum: Vec::new(),
            previous: Vec::new(),
            unit: vec![unit],
        }
    }

    #[test]
    fn a_name_does_nothing_but_be_shown() {
        let cases = [
            ("=HYPERLINK(\"x\")", ListForm::Csv, "\"'=HYPERLINK(\"\"x\"\")\""),
            ("@SUM(1)", ListForm::Csv, "'@SUM(1)"),
            ("＝1", ListForm::Csv, "'＝1"),
            ("甲,乙", ListForm::Csv, "\"甲,乙\""),
            ("甲|乙", ListForm::Markdown, "甲\\|乙"),
            ("<b>甲", ListForm::Markdown, "&lt;b&gt;甲"),
            ("[甲](http://x)", ListForm::Markdown, "\\[甲\\](http://x)"),
            ("<script>", ListForm::Html, "&lt;script&gt;"),
            ("\"甲'", ListForm::Html, "&quot;甲&#39;"),
        ];
        for (name, form, expected) in cases {
            let written = public_list(&drawn(name), form, Lang::Zh);
            assert!(written.contains(expected), "{name} {form:?}:\n{written}");
        }
        let csv = public_list(&drawn("甲"), ListForm::Csv, Lang::Zh);
        assert!(csv.starts_with('\u{feff}') && csv.ends_with("\r\n"), "{csv:?}");
    }

    #[test]
    fn the_list_says_how_to_draw_again() {
        for form in [ListForm::Markdown, ListForm::Html] {
            let written = public_list(&drawn("甲"), form, Lang::Zh);
            assert!(written.contains("种子") && written.contains("ducha-draw-1"), "{written}");
        }
    }
}
