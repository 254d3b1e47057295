//! The numbers at the foot of the pages (GB/T 9704-2012, 7.5).

use super::{
    NAMESPACES, PROLOGUE,
    page::{DRAWING_NAMESPACES, NUMBER_FONT, NUMBER_SIZE, beside_the_page},
};

/// Writes the foot of odd or even pages.
pub fn upright(side: &str) -> String {
    part("", &paragraph(side, &number()))
}

/// Writes the foot of odd or even pages that are turned: the number stays where it is on every other page.
pub fn turned(side: &str) -> String {
    part(&format!(" {DRAWING_NAMESPACES}"), &beside_the_page(&paragraph(side, &number())))
}

/// Writes the foot of the page that has nothing but 版记 on it: without a number, as behind a blank page.
///
/// Whether the page before it is blank only shows once the text is set, and a field that finds out is not worked out by every
/// program.
pub fn of_imprint() -> String {
    part("", "<w:p/>")
}

fn part(namespaces: &str, content: &str) -> String {
    format!("{PROLOGUE}<w:ftr {NAMESPACES}{namespaces}>{content}</w:ftr>")
}

/// Writes the paragraph of a number, a character from the outer edge.
fn paragraph(side: &str, content: &str) -> String {
    let indent =
        if side == "right" { "w:rightChars=\"100\" w:right=\"280\"" } else { "w:leftChars=\"100\" w:left=\"280\"" };
    format!(
        "<w:p><w:pPr><w:spacing w:line=\"280\" w:lineRule=\"exact\"/><w:ind {indent}/><w:jc w:val=\"{side}\"/></w:pPr>\
         {content}</w:p>"
    )
}

/// Writes the number between dashes.
fn number() -> String {
    let character = |sort: &str| run(&format!("<w:fldChar w:fldCharType=\"{sort}\"/>"));
    let page = run("<w:instrText xml:space=\"preserve\"> PAGE </w:instrText>");
    let (begin, separate, end) = (character("begin"), character("separate"), character("end"));
    format!("{}{begin}{page}{separate}{}{end}{}", text("— "), text("1"), text(" —"))
}

fn text(text: &str) -> String {
    run(&format!("<w:t xml:space=\"preserve\">{text}</w:t>"))
}

fn run(content: &str) -> String {
    format!(
        "<w:r><w:rPr><w:rFonts w:ascii=\"{NUMBER_FONT}\" w:hAnsi=\"{NUMBER_FONT}\" w:eastAsia=\"{NUMBER_FONT}\"/>\
         <w:sz w:val=\"{NUMBER_SIZE}\"/><w:szCs w:val=\"{NUMBER_SIZE}\"/></w:rPr>{content}</w:r>"
    )
}
