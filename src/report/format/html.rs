//! A page in one file: it asks for nothing from anywhere, and sorting is all that its script adds.

use std::{num::NonZero, ops::Range, thread};

use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use super::svg;
use crate::{
    i18n::Lang,
    report::document::{Block, Cell, Column, Document, List, Medium, Note, Proof, Sort, Table},
};

/// How it looks, also on paper and in the dark.
const STYLE: &str = include_str!("page.css");

/// Sorting by a click on a heading.
const SCRIPT: &str = include_str!("page.js");

/// What the page may load: nothing but what stands in it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The most columns of a table that is printed on an upright page.
const UPRIGHT: usize = 9;

/// How many rows are worth a thread of their own.
const MANY: usize = 4_096;

/// The most ranges of records that a cell lists.
const RANGES: usize = 40;

/// Says whether a table is printed on a page that lies.
fn is_wide(table: &Table<'_>) -> bool {
    table.columns.iter().filter(|column| column.from <= Medium::Screen).count() > UPRIGHT
}

/// Writes a document.
pub fn write(document: &Document<'_>) -> String {
    let lang = document.lang;
    // A paper is read upright; a report of tables lies as a whole, so that no page ends where another sort begins.
    let lies = !document.draft && document.tables().any(is_wide);
    let page = html! {
        (DOCTYPE)
        html lang=(if lang == Lang::Zh { "zh-CN" } else { "en" }) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (document.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main class=[lies.then_some("wide")] {
                    @if document.draft { p class="draft" { (lang.t("report.draft")) } }
                    @for line in document.frame.head(lang) { p class="number" { (marked(&line)) } }
                    h1 { (document.title) }
                    @for (at, block) in document.blocks.iter().enumerate() {
                        (draw_block(block, &document.blocks[at + 1..], document))
                        @if let Some(proof) = document.counted.get(&at) { (draw_counted(proof, lang)) }
                    }
                    (draw_imprint(document))
                    @for proof in &document.proof { (draw_table(proof, Some(proof.name), lang)) }
                    @if !document.notes.is_empty() {
                        section class="notes" {
                            h2 { (lang.t("report.notes")) }
                            @for note in &document.notes { p { (draw_note(note)) } }
                        }
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn draw_block(block: &Block<'_>, after: &[Block<'_>], document: &Document<'_>) -> Markup {
    // The heading of a table that lies would else stay behind on the page before it.
    let wide = || match after.iter().find(|block| !matches!(block, Block::Heading(..))) {
        Some(Block::Table(table)) if is_wide(table) => Some("wide"),
        _ => None,
    };
    match block {
        Block::Heading(1, text) => html! { h2 class=[wide()] { (marked(text)) } },
        Block::Heading(2, text) => html! { h3 class=[wide()] { (marked(text)) } },
        Block::Heading(3, text) => html! { h4 class=[wide()] { (marked(text)) } },
        Block::Heading(_, text) => html! { h5 class=[wide()] { (marked(text)) } },
        Block::Paragraph(text) => html! { p class="body" { (marked(text)) } },
        Block::Table(table) => draw_table(table, None, document.lang),
        Block::Annexes(names) => html! {
            p { (document.lang.t("report.annexes")) }
            ol { @for name in names { li { (name) } } }
        },
        Block::Addressee => html! { p { (marked(&document.addressee)) (document.lang.t("report.addressee")) } },
        Block::Signature => html! { p class="sign" { (document.signature) br; (document.date) } },
    }
}

/// Draws from which records the numbers of a paragraph were counted; on paper that says nothing.
fn draw_counted(proof: &Proof<'_>, lang: Lang) -> Markup {
    html! { p class="counted" { (lang.t("report.counted")) (draw_proof(proof, lang)) } }
}

/// Draws 版记, where the paper has one.
fn draw_imprint(document: &Document<'_>) -> Markup {
    let (copies, printed) = document.frame.foot(document.lang);
    html! {
        @if document.frame.has_foot() {
            div class="imprint" {
                @if let Some(copies) = copies { p { (marked(&copies)) } }
                @if let Some((printer, on)) = printed { p { span { (marked(&printer)) } span { (marked(&on)) } } }
            }
        }
    }
}

/// Draws a text with its blanks made visible.
fn marked(text: &str) -> Markup {
    html! {
        @for (is_blank, part) in super::blanks(text) {
            @if is_blank { mark { (part) } } @else { (part) }
        }
    }
}

/// Draws a sentence of what was counted; one with numbers leads to the table that they are counted from.
fn draw_note(note: &Note) -> Markup {
    html! {
        @if let Some(table) = note.table { a href=(format!("#{table}")) { (note.text) } } @else { (note.text) }
    }
}

/// Draws a table under the name by which others lead to it, if any do.
fn draw_table(table: &Table<'_>, anchor: Option<&str>, lang: Lang) -> Markup {
    let table = &table.fitting(Medium::Screen);
    let proves = table.leads_to_records();
    let drawn = table.chart.map(|chart| svg::draw(table, &chart, lang)).unwrap_or_default();
    html! {
        // What is drawn of a table is printed on the same sort of page.
        div class=(if is_wide(table) { "scroll wide" } else { "scroll" }) {
            @for figure in &drawn { (figure) }
            table id=[anchor] {
                caption { (table.title) }
                thead {
                    tr {
                        @for column in &table.columns { th scope="col" class=[class(column, false)] { (column.title) } }
                        @if proves { th scope="col" class="words proof" { (lang.t("report.column.records")) } }
                    }
                }
                tbody {
                    (Rows { table, proves, lang })
                }
                @if table.has_sum {
                    tfoot { (draw_row(table.items(), table, proves, lang)) }
                }
            }
        }
    }
}

/// The rows of a table, its sum aside.
struct Rows<'table, 't> {
    table: &'table Table<'t>,
    proves: bool,
    lang: Lang,
}

impl Rows<'_, '_> {
    fn draw(&self, range: Range<usize>) -> String {
        let mut drawn = String::new();
        for at in range {
            drawn.push_str(&draw_row(at, self.table, self.proves, self.lang).into_string());
        }
        drawn
    }
}

impl Render for Rows<'_, '_> {
    fn render_to(&self, page: &mut String) {
        let count = self.table.items();
        let share = count.div_ceil(thread::available_parallelism().map_or(1, NonZero::get)).max(MANY);
        thread::scope(|scope| {
            let rest = (share..count).step_by(share).map(|start| start..count.min(start + share));
            let rest: Vec<_> = rest.map(|range| scope.spawn(move || self.draw(range))).collect();
            page.push_str(&self.draw(0..count.min(share)));
            for part in rest {
                page.push_str(&part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
        });
    }
}

fn draw_row(at: usize, table: &Table<'_>, proves: bool, lang: Lang) -> Markup {
    let row = &(table.row)(at);
    let anchor = match &row.proof {
        Proof::One(record) if table.list == Some(List::Records) => Some(format!("r{}", record + 1)),
        _ if table.chart.is_some() => svg::leads_to(table, at, &row.proof),
        _ => None,
    };
    // In one piece, as a long list has more than a million cells.
    html! {
        tr id=[anchor] {
            @for (cell, column) in row.cells.iter().zip(&table.columns) {
                @match cell {
                    Cell::None => { td class=[class(column, false)] {} }
                    Cell::Text(text) => { td class=[class(column, false)] { (marked(text)) } }
                    Cell::Records(records, _) => {
                        td class=[class(column, false)] { (draw_proof(&Proof::Many(records), lang)) }
                    }
                    Cell::Percent(percent) => {
                        td class=[class(column, true)] data-value=(percent) { (draw_number(cell, column)) }
                    }
                    Cell::Date(_) => {
                        td class=[class(column, true)] data-value=(cell.show().replace('-', "")) { (cell.show()) }
                    }
                    Cell::Count(_) | Cell::Number(_) | Cell::Tenths(_) => {
                        td class=[class(column, true)] { (draw_number(cell, column)) }
                    }
                }
            }
            @if proves { td { (draw_proof(&row.proof, lang)) } }
        }
    }
}

/// Returns the class of what stands in a column: how much room it needs, so that no text stands in single letters, whether it
/// is a value that is held against those above it, and whether it is left out on paper, which has no room for so much.
fn class(column: &Column, is_value: bool) -> Option<&'static str> {
    let room = match column.width {
        _ if is_value => 1,
        _ if column.sort != Sort::Text => 0,
        0..=5 => 0,
        6..=11 => 2,
        _ => 3,
    };
    if column.from == Medium::Paper {
        [None, Some("number"), Some("words"), Some("long")][room]
    } else {
        [Some("aside"), Some("number aside"), Some("words aside"), Some("long aside")][room]
    }
}

/// Draws a number; one that is counted from a whole list leads there.
fn draw_number(cell: &Cell<'_>, column: &Column) -> Markup {
    let Some(list) = column.leads else { return html! { (cell.show()) } };
    html! { a href=(format!("#{}", list.table())) { (cell.show()) } }
}

/// Draws the numbers of the records behind a row, each leading to the record.
fn draw_proof(proof: &Proof<'_>, lang: Lang) -> Markup {
    let ranges = proof.ranges();
    let link = |number: u32| html! { a href=(format!("#r{number}")) { (number) } };
    html! {
        @for (at, (first, last)) in ranges.iter().take(RANGES).enumerate() {
            @if at > 0 { (lang.t("list.separator")) }
            (link(*first))
            @if last > first { "–" (link(*last)) }
        }
        @if ranges.len() > RANGES {
            details {
                summary { (lang.t("report.and-more")) }
                @for (first, last) in &ranges[RANGES..] {
                    (link(*first))
                    @if last > first { "–" (link(*last)) }
                    " "
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::{Column, Form, Row, Sort};

    fn document(text: &str) -> Document<'_> {
        let column = Column { title: text.to_owned(), ..Column::new(Lang::Zh, "unit", 10, Sort::Text) };
        let mut document = Document::empty(Lang::Zh);
        document.title = text.to_owned();
        document.blocks.push(Block::Paragraph(text.to_owned()));
        document.blocks.push(Block::Table(Table::new(Lang::Zh, "units", vec![column], 1, move |_| Row {
            cells: vec![Cell::text(text)],
            proof: Proof::One(0),
        })));
        document
    }

    #[test]
    fn nothing_of_a_text_becomes_a_tag() {
        let page = write(&document("<script>alert(1)</script>\"'&<img src=x onerror=y>"));
        assert!(!page.contains("<script>alert") && !page.contains("<img"), "{page}");
        assert_eq!(page.matches("&lt;script&gt;alert").count(), 5, "title, heading, paragraph, column, cell");
    }

    #[test]
    fn the_page_asks_for_nothing() {
        let page = write(&document("某某"));
        assert!(page.contains("default-src 'none'"));
        for wanted in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!page.contains(wanted), "{wanted}");
        }
    }

    #[test]
    fn a_wide_table_is_printed_lying() {
        for (columns, class) in [(UPRIGHT, "\"scroll\""), (UPRIGHT + 1, "\"scroll wide\"")] {
            let column = Column::new(Lang::Zh, "unit", 10, Sort::Text);
            let mut document = Document::empty(Lang::Zh);
            let row = |_| Row { cells: Vec::new(), proof: Proof::None };
            document.blocks.push(Block::Table(Table::new(Lang::Zh, "units", vec![column; columns], 0, row)));
            assert!(write(&document).contains(class), "{columns} columns");
        }
        assert!(STYLE.contains("@page wide") && STYLE.contains("size: A4"));
    }

    #[test]
    fn what_has_no_room_on_paper_is_not_printed() {
        let row = |_| Row { cells: vec![Cell::text("某院"), Cell::None, Cell::Count(1)], proof: Proof::None };
        let column = |width, sort| Column::new(Lang::Zh, "unit", width, sort);
        let aside = |column| Column { from: Medium::Screen, ..column };
        let columns = vec![column(8, Sort::Text), aside(column(14, Sort::Text)), aside(column(3, Sort::Count))];
        let mut document = Document::empty(Lang::Zh);
        document.blocks.push(Block::Table(Table::new(Lang::Zh, "units", columns, 1, row)));
        let page = write(&document);
        let wanted = "<td class=\"words\">某院</td><td class=\"long aside\"></td><td class=\"number aside\">1</td>";
        assert!(page.contains(wanted), "{page}");
        assert!(STYLE.contains(".aside { display: none; }"));
    }

    #[test]
    fn a_number_in_a_chart_leads_to_the_row_that_lists_its_records() {
        let columns =
            vec![Column::new(Lang::Zh, "unit", 8, Sort::Text), Column::new(Lang::Zh, "visits", 3, Sort::Count)];
        let row = |at| Row {
            cells: vec![Cell::text("某院"), Cell::Count(7)],
            proof: if at == 0 { Proof::Together(vec![0, 2]) } else { Proof::None },
        };
        for (form, place) in [(Form::Bars, "7</text></a>"), (Form::Line, "7</text></a>")] {
            let table = Table::new(Lang::Zh, "units", columns.clone(), 2, row).drawn(0, 1, form);
            let mut document = Document::empty(Lang::Zh);
            document.blocks.push(Block::Table(table));
            let page = write(&document);
            let (linked, plain) = (page.matches(place).count(), page.matches("7</text>").count());
            assert_eq!((linked, plain), (1, 2), "{page}");
            assert!(page.contains("<a href=\"#units-1\">") && page.contains("<tr id=\"units-1\">"), "{page}");
            assert!(!page.contains("units-2"), "nothing is behind the second");
        }
    }

    #[test]
    fn a_blank_is_marked() {
        let page = write(&document("由【待填：联系人】负责"));
        assert!(page.contains("由<mark>【待填：联系人】</mark>负责"), "{page}");
    }
}
