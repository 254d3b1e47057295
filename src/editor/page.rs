//! A checklist as a page to print: one HTML file that needs nothing else, laid out for A4.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::preview::{Asked, Part, head, parts};
use crate::{checklist::Checklist, i18n::Lang};

/// How many empty rows a table gets.
const ROWS: usize = 4;

const STYLE: &str = "
@page { size: A4; margin: 20mm 16mm 18mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.6 'Source Han Serif SC', 'Noto Serif CJK SC', SimSun, FangSong, serif; color: #000; margin: 0 auto; max-width: 178mm; }
h1 { font: bold 18pt/1.4 'Source Han Sans SC', 'Noto Sans CJK SC', SimHei, 'Microsoft YaHei', sans-serif; text-align: center; margin: 8mm 0 2mm; }
.head { text-align: center; color: #444; margin: 0 0 5mm; }
.lines p { margin: 0 0 2mm; }
h2 { font: bold 12pt/1.4 'Source Han Sans SC', 'Noto Sans CJK SC', SimHei, 'Microsoft YaHei', sans-serif; margin: 6mm 0 2mm; break-after: avoid; }
.when { color: #444; margin: -1mm 0 2mm; }
ol { list-style: none; margin: 0; padding: 0; border-top: 0.4pt solid #000; }
li { display: grid; grid-template-columns: 9mm 1fr; padding: 2mm 0; border-bottom: 0.4pt solid #999; break-inside: avoid; }
.number { text-align: right; padding-right: 2mm; }
.marks { color: #444; font-size: 9pt; white-space: nowrap; }
.critical { font-weight: bold; }
.answers { margin: 1mm 0; }
.answers span { margin-right: 6mm; white-space: pre-wrap; }
dl { display: grid; grid-template-columns: max-content 1fr; column-gap: 3mm; margin: 0; font-size: 9pt; color: #333; }
dt { white-space: nowrap; }
dd { margin: 0; white-space: pre-line; }
table { border-collapse: collapse; width: 100%; margin: 1mm 0; }
th, td { border: 0.4pt solid #000; height: 7mm; padding: 0 1.5mm; font-weight: normal; text-align: left; }
.signed { margin-top: 14mm; white-space: pre-wrap; }
@media screen { body { padding: 10mm; } }
";

/// Writes a checklist as a page in a language.
pub fn page(checklist: &Checklist, lang: Lang) -> String {
    let title = checklist.title.show(lang);
    let t = |key: &str| lang.t(key);
    let page = html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                p.head { (head(checklist).show(lang)) }
                div.lines {
                    p { (t("editor.preview.unit")) }
                    p { (t("editor.preview.inspectors")) }
                }
                @for part in parts(checklist, lang) { (section(&part, lang)) }
                p.signed { (t("editor.preview.signed")) }
            }
        }
    };
    page.into_string()
}

fn section(part: &Part, lang: Lang) -> Markup {
    html! {
        h2 { (part.title) }
        @if !part.when.is_empty() { p.when { (lang.t("editor.preview.when")) " " (part.when) } }
        ol { @for item in &part.items { (asked(item)) } }
    }
}

fn asked(item: &Asked) -> Markup {
    html! {
        li {
            span.number { (item.number) "." }
            div {
                (item.text) " "
                span.marks { "(" (item.marks.join(" · ")) ")" }
                @if !item.answers.is_empty() {
                    div.answers { @for answer in &item.answers { span { (answer) } } }
                }
                @if !item.columns.is_empty() {
                    table {
                        tr { @for column in &item.columns { th { (column) } } }
                        @for _ in 0..ROWS { tr { @for _ in &item.columns { td {} } } }
                    }
                }
                dl { @for (label, said) in &item.notes { dt { (label) } dd { (said) } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::checklist::{builtin, read};

    fn checklist(more: &str) -> Checklist {
        let text = format!(
            "id = \"t\"\ntitle = \"<b>题</b>\"\nversion = 2\n[[section]]\nid = \"s\"\ntitle = \"节\"\n[[item]]\nid = \"A\"\nsection = \"s\"\ntext = \"甲\"\nanswer = \"yes-no\"\n[[item]]\nid = \"B\"\nsection = \"s\"\ntext = \"乙<script>\"\n{more}\n"
        );
        read(&text).into_result(Path::new("t"), &text).expect("a checklist")
    }

    #[test]
    fn each_way_of_answering_is_drawn() {
        let cases = [
            ("", "□ 符合"),
            ("answer = \"number\"\nunit = \"天\"\npass = \"<= 2\"", "≤ 2天"),
            ("answer = \"choices\"\nchoices = [\"红\", \"绿\"]", "□绿"),
            ("answer = \"table\"\ncolumns = [{ id = \"n\", title = \"名称\" }]", "<th>名称</th>"),
            ("answer = \"date\"", "年 ____ 月"),
            ("when = { item = \"A\", is = \"yes\" }", "第 1 项为“是”"),
            (
                "when = { any = [{ item = \"A\", is = \"no\" }, { not = { item = \"A\", answered = true } }] }",
                "，或并非",
            ),
            ("critical = true\npoints = 5", "一票否决 · 5 分"),
        ];
        for (more, drawn) in cases {
            let page = page(&checklist(more), Lang::Zh);
            assert!(page.contains(drawn), "{more}: {page}");
        }
    }

    #[test]
    fn nothing_of_a_checklist_becomes_part_of_the_page() {
        let page = page(&checklist(""), Lang::En);
        assert!(page.contains("&lt;b&gt;题") && page.contains("乙&lt;script&gt;"));
        assert!(!page.contains("<script") && !page.contains("<b>"));
        assert!(!page.contains("http"), "it needs nothing from elsewhere");
    }

    #[test]
    fn every_item_that_ships_is_on_its_page() {
        for bank in builtin::BANKS {
            let checklist = builtin::read(bank).expect("it is sound");
            let page = page(&checklist, Lang::Zh);
            assert_eq!(page.matches("<li>").count(), checklist.items.len(), "{}", bank.id);
        }
    }
}
