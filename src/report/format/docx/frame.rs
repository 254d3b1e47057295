//! What frames a paper: 发文字号 and 签发人 above its title, 版记 at the foot of its last page (GB/T 9704-2012, 7.2 and 7.4).
//!
//! 发文机关标志 and the red rule are the office's, which prints them.

use super::{
    body::{BODY, CLOSE, Look, Stand, paragraph, run},
    page::{BODY_FONT, BODY_SIZE, CHARACTER, LINE, NUMBER_SIZE, SECOND_FONT, at_the_foot, text_width},
};
use crate::{
    i18n::Lang,
    report::{document::Frame, format::put},
};

/// 4号 仿宋: 版记 (7.4).
const IMPRINT: Look = Look::new(BODY_FONT, NUMBER_SIZE);

/// The name of who signs is in 楷体 (7.2.6).
const SIGNER: Look = Look::new(SECOND_FONT, BODY_SIZE);

/// The width of a character of 4号 in twips.
const IMPRINT_CHARACTER: u32 = NUMBER_SIZE * 10;

/// Rules of 0.35 mm and 0.25 mm in eighths of a point (7.4.1).
const OUTER_RULE: u32 = 8;
const INNER_RULE: u32 = 6;

/// The room of the rules and of the paragraph behind the table, in twips.
const RULES: u32 = 60;

/// Writes what stands above the title, and the two blank lines that part it from the title (7.3.1).
///
/// 发文字号 stands in the middle; on a paper that is signed, a character from the left, and 签发人 as far from the right (7.2.5).
pub fn head(written: &mut String, frame: &Frame, lang: Lang) {
    if frame.number.is_empty() && frame.signer.is_empty() {
        return;
    }
    if frame.signer.is_empty() {
        paragraph(written, &frame.number, Stand { align: "center", ..Stand::default() });
    } else {
        let right = text_width(false) - CHARACTER;
        put(
            written,
            format_args!(
                "<w:p><w:pPr><w:tabs><w:tab w:val=\"right\" w:pos=\"{right}\"/></w:tabs><w:ind w:left=\"{CHARACTER}\" \
                 w:firstLine=\"0\"/></w:pPr>"
            ),
        );
        run(written, &frame.number, BODY);
        written.push_str("<w:r><w:tab/></w:r>");
        run(written, &lang.t("report.signer"), BODY);
        run(written, &frame.signer, SIGNER);
        written.push_str("</w:p>");
    }
    for _ in 0..2 {
        paragraph(written, "", Stand::default());
    }
}

/// Writes 版记: it ends on the last line of the page, whatever stands above it (7.4).
pub fn imprint(written: &mut String, frame: &Frame, lang: Lang) {
    let (copies, printed) = frame.foot(lang);
    if !frame.has_foot() {
        return;
    }
    let width = text_width(false);
    let mut table = format!("<w:tbl><w:tblPr><w:tblW w:w=\"{width}\" w:type=\"dxa\"/><w:tblBorders>");
    for (side, size) in [("top", OUTER_RULE), ("bottom", OUTER_RULE), ("insideH", INNER_RULE)] {
        put(&mut table, format_args!("<w:{side} w:val=\"single\" w:sz=\"{size}\" w:space=\"0\" w:color=\"auto\"/>"));
    }
    put(
        &mut table,
        format_args!(
            "</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/>\
             <w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w=\"{width}\"/></w:tblGrid>"
        ),
    );
    let mut rows = 0;
    if let Some(copies) = copies {
        // Lines go on below the first name (7.4.2).
        let lead = 3 * IMPRINT_CHARACTER;
        let left = IMPRINT_CHARACTER + lead;
        let indent = format!("<w:ind w:left=\"{left}\" w:right=\"{IMPRINT_CHARACTER}\" w:hanging=\"{lead}\"/>");
        row(&mut table, "", &indent, [copies.as_str(), ""]);
        rows += 1;
    }
    if let Some((printer, printed)) = printed {
        let right = width - IMPRINT_CHARACTER;
        let tab = format!("<w:tabs><w:tab w:val=\"right\" w:pos=\"{right}\"/></w:tabs>");
        let indent = format!("<w:ind w:left=\"{IMPRINT_CHARACTER}\" w:firstLine=\"0\"/>");
        row(&mut table, &tab, &indent, [&printer, &printed]);
        rows += 1;
    }
    // A table must be followed by a paragraph, also in a box.
    table.push_str(
        "</w:tbl><w:p><w:pPr><w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"20\" w:lineRule=\"exact\"/></w:pPr></w:p>",
    );
    written.push_str(&at_the_foot(rows * LINE + RULES, &table));
}

/// Writes a row of 版记: a text at the left, and one at the right where there is one.
fn row(written: &mut String, tabs: &str, indent: &str, [left, right]: [&str; 2]) {
    let width = text_width(false);
    put(
        written,
        format_args!(
            "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr><w:p>\
             <w:pPr>{tabs}<w:snapToGrid w:val=\"0\"/><w:spacing {CLOSE} w:line=\"{LINE}\" w:lineRule=\"exact\"/>{indent}</w:pPr>"
        ),
    );
    run(written, left, IMPRINT);
    if !right.is_empty() {
        written.push_str("<w:r><w:tab/></w:r>");
        run(written, right, IMPRINT);
    }
    written.push_str("</w:p></w:tc></w:tr>");
}
