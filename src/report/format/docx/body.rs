//! The text of a paper: paragraphs, headings, tables.

use quick_xml::escape::escape;

use super::{
    page::{
        BODY_FONT, BODY_SIZE, CHARACTER, CLOSER, FIRST_FONT, LINE, NUMBER_FONT, SECOND_FONT, TITLE_FONT, TITLE_LINE,
        TITLE_SIZE,
    },
    widths::{Columns, lay},
};
use crate::report::{
    document::{Cell, Medium, Sort, Table},
    format::{blanks, put},
    title::lines,
};

/// No room before and after a paragraph, whatever the styles of a bureau's form say.
pub const CLOSE: &str = "w:before=\"0\" w:beforeAutospacing=\"0\" w:after=\"0\" w:afterAutospacing=\"0\"";

/// How a run of text looks.
#[derive(Clone, Copy)]
pub struct Look {
    font: &'static str,
    /// Half points.
    size: u32,
    bold: bool,
}

impl Look {
    /// Makes the look of plain text in a font of a size in half points.
    pub const fn new(font: &'static str, size: u32) -> Self {
        Self { font, size, bold: false }
    }
}

pub const BODY: Look = Look { font: BODY_FONT, size: BODY_SIZE, bold: false };
const TITLE: Look = Look { font: TITLE_FONT, size: TITLE_SIZE, bold: false };
/// The room on either side of what stands in a cell, in twips.
pub const CELL_MARGIN: u32 = 40;
/// 五号: tables and notes.
const SMALL: Look = Look { font: NUMBER_FONT, size: 21, bold: false };
/// The height of a line of notes in twips; it stands closer than the lines of the page.
const SMALL_LINE: u32 = 320;
/// 小五: tables on a turned page.
const SMALLEST: Look = Look { font: NUMBER_FONT, size: 18, bold: false };

/// How a paragraph stands.
#[derive(Clone, Copy, Default)]
pub struct Stand {
    /// `both`, `center`, `right` or `left`.
    pub align: &'static str,
    /// The first line's indent in characters.
    pub first: u32,
    /// The indent of every line on the left in characters.
    pub left: u32,
    /// The indent on the right in half characters.
    pub right_halves: u32,
    /// Whether it stays on the page of what follows.
    pub keep: bool,
    /// Whether it begins a page.
    pub new_page: bool,
}

/// What a heading is.
#[derive(Clone, Copy)]
pub struct Heading {
    /// 1 to 4.
    pub level: u8,
    /// Whether it numbers an annex, which stands at the margin (7.3.7).
    pub is_annex: bool,
    /// Whether it begins a page.
    pub new_page: bool,
    /// Whether it takes its style: those of a bureau's form look as the bureau has them, or are not there.
    pub is_styled: bool,
}

/// Writes the title, centred, in lines that are broken by meaning (7.3.1).
pub fn title(written: &mut String, text: &str, room: u32) {
    written.push_str("<w:p><w:pPr><w:pStyle w:val=\"Title\"/></w:pPr>");
    title_lines(written, text, room);
    written.push_str("</w:p>");
}

/// Breaks a title of a size in half points into lines that fit into so many twips: a character is as wide as it is high, ten
/// twips a half point.
pub fn broken_title(text: &str, size: u32, room: u32) -> Vec<String> {
    lines(text, usize::try_from(room / (size.max(1) * 10) * 2).unwrap_or(usize::MAX))
}

/// Writes the lines of a title into its paragraph.
fn title_lines(written: &mut String, text: &str, room: u32) {
    for (at, line) in broken_title(text, TITLE_SIZE, room).iter().enumerate() {
        if at > 0 {
            written.push_str("<w:r><w:br/></w:r>");
        }
        run(written, line, TITLE);
    }
}

/// Writes a heading: 一、 in 黑体, （一） in 楷体, deeper ones in 仿宋 (7.3.3).
pub fn heading(written: &mut String, text: &str, heading: Heading) {
    let Heading { level, is_annex, new_page, is_styled } = heading;
    let font = match level {
        1 => FIRST_FONT,
        2 => SECOND_FONT,
        _ => BODY_FONT,
    };
    let stand = Stand { align: "both", first: if is_annex { 0 } else { 2 }, keep: true, new_page, ..Stand::default() };
    let level = level.min(4);
    written.push_str("<w:p><w:pPr>");
    if is_styled {
        put(written, format_args!("<w:pStyle w:val=\"Heading{level}\"/>"));
    }
    properties(written, stand, LINE);
    if !is_styled {
        put(written, format_args!("<w:outlineLvl w:val=\"{}\"/>", level - 1));
    }
    written.push_str("</w:pPr>");
    run(written, text, Look { font, ..BODY });
    written.push_str("</w:p>");
}

/// Writes the mark of a draft in a line of its own, for a form, whose headers are the bureau's.
pub fn draft(written: &mut String, mark: &str) {
    written.push_str("<w:p><w:pPr>");
    properties(written, Stand { align: "right", ..Stand::default() }, LINE);
    written.push_str("</w:pPr>");
    run(written, mark, Look { font: FIRST_FONT, ..BODY });
    written.push_str("</w:p>");
}

/// Writes a paragraph of body text.
pub fn paragraph(written: &mut String, text: &str, stand: Stand) {
    written.push_str("<w:p><w:pPr>");
    properties(written, stand, LINE);
    written.push_str("</w:pPr>");
    run(written, text, BODY);
    written.push_str("</w:p>");
}

/// Writes a paragraph in small type.
pub fn small(written: &mut String, text: &str, stand: Stand) {
    written.push_str("<w:p><w:pPr>");
    properties(written, stand, SMALL_LINE);
    written.push_str("</w:pPr>");
    run(written, text, SMALL);
    written.push_str("</w:p>");
}

/// Writes the properties of a paragraph in the order of the schema.
fn properties(written: &mut String, stand: Stand, line: u32) {
    if stand.keep {
        written.push_str("<w:keepNext/>");
    }
    if stand.new_page {
        written.push_str("<w:pageBreakBefore/>");
    }
    if line < LINE {
        written.push_str("<w:snapToGrid w:val=\"0\"/>");
    }
    put(written, format_args!("<w:spacing {CLOSE} w:line=\"{line}\" w:lineRule=\"exact\"/><w:ind"));
    if stand.left > 0 {
        put(written, format_args!(" w:leftChars=\"{}\" w:left=\"{}\"", stand.left * 100, stand.left * CHARACTER));
    }
    if stand.right_halves > 0 {
        let halves = stand.right_halves;
        put(written, format_args!(" w:rightChars=\"{}\" w:right=\"{}\"", halves * 50, halves * CHARACTER / 2));
    }
    put(
        written,
        format_args!(" w:firstLineChars=\"{}\" w:firstLine=\"{}\"/>", stand.first * 100, stand.first * CHARACTER),
    );
    put(written, format_args!("<w:jc w:val=\"{}\"/>", if stand.align.is_empty() { "both" } else { stand.align }));
}

/// Writes a text; its blanks are marked.
pub fn run(written: &mut String, text: &str, look: Look) {
    for (is_blank, part) in blanks(text) {
        if part.is_empty() {
            continue;
        }
        let (font, size) = (look.font, look.size);
        put(
            written,
            format_args!(
                "<w:r><w:rPr><w:rFonts w:ascii=\"{font}\" w:hAnsi=\"{font}\" w:eastAsia=\"{font}\" w:cs=\"{font}\"/>"
            ),
        );
        if look.bold {
            written.push_str("<w:b/>");
        }
        if look.size == BODY_SIZE {
            put(written, format_args!("<w:spacing w:val=\"-{CLOSER}\"/>"));
        }
        put(written, format_args!("<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>"));
        if is_blank {
            written.push_str("<w:highlight w:val=\"yellow\"/>");
        }
        put(written, format_args!("</w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(part)));
    }
}

/// Says whether a table needs a turned page.
pub fn is_wide(table: &Table<'_>) -> bool {
    let shown = table.columns.iter().filter(|column| column.from == Medium::Paper);
    shown.map(|column| u32::from(column.width)).sum::<u32>() > 56
}

/// Writes a table: the heading row comes again on every page, no row is torn apart.
///
/// The title of one that is an annex is one of a paper, and stands in the third line of the page (7.3.7).
pub fn table(written: &mut String, table: &Table<'_>, room: u32, is_annex: bool) {
    let table = &table.fitting(Medium::Paper);
    let look = if is_wide(table) { SMALLEST } else { SMALL };
    let caption = Stand { align: "center", keep: true, ..Stand::default() };
    if is_annex {
        paragraph(written, "", Stand { keep: true, ..Stand::default() });
    }
    written.push_str("<w:p><w:pPr>");
    properties(written, caption, if is_annex { TITLE_LINE } else { LINE });
    written.push_str("</w:pPr>");
    if is_annex {
        title_lines(written, &table.title, room);
    } else {
        run(written, &table.title, Look { font: FIRST_FONT, size: 28, bold: false });
    }
    written.push_str("</w:p>");
    let Columns { widths, turned, height } = lay(table, room, look.size);
    let sum: u32 = widths.iter().sum();
    put(
        written,
        format_args!("<w:tbl><w:tblPr><w:tblW w:w=\"{sum}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>"),
    );
    // The lines stand in the table itself, because a bureau's form may not know our styles.
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        put(written, format_args!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>"));
    }
    written.push_str("</w:tblBorders>");
    put(
        written,
        format_args!(
            "<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"{CELL_MARGIN}\" w:type=\"dxa\"/>\
         <w:right w:w=\"{CELL_MARGIN}\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>"
        ),
    );
    for width in &widths {
        put(written, format_args!("<w:gridCol w:w=\"{width}\"/>"));
    }
    written.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/>");
    if let Some(height) = height {
        put(written, format_args!("<w:trHeight w:val=\"{height}\" w:hRule=\"atLeast\"/>"));
    }
    written.push_str("<w:tblHeader/></w:trPr>");
    for ((column, width), turned) in table.columns.iter().zip(&widths).zip(turned) {
        let direction = if turned { "<w:textDirection w:val=\"btLr\"/>" } else { "" };
        cell(written, &column.title, (*width, direction), "center", Look { bold: true, ..look });
    }
    written.push_str("</w:tr>");
    for row in table.rows() {
        written.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for ((value, column), width) in row.cells.iter().zip(&table.columns).zip(&widths) {
            let align = if column.sort == Sort::Text && *value != Cell::None { "left" } else { "center" };
            cell(written, &value.show(), (*width, ""), align, look);
        }
        written.push_str("</w:tr>");
    }
    written.push_str("</w:tbl>");
    // A table must be followed by a paragraph.
    written.push_str(
        "<w:p><w:pPr><w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"240\" w:lineRule=\"exact\"/></w:pPr></w:p>",
    );
}

/// Writes a cell of a width, with the direction of its text where that is not from left to right.
fn cell(written: &mut String, text: &str, (width, direction): (u32, &str), align: &str, look: Look) {
    put(
        written,
        format_args!(
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{direction}<w:vAlign w:val=\"center\"/></w:tcPr><w:p><w:pPr>\
             <w:snapToGrid w:val=\"0\"/><w:spacing {CLOSE} w:line=\"240\" w:lineRule=\"auto\"/><w:ind w:left=\"0\" w:right=\"0\" \
             w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"{align}\"/>"
        ),
    );
    if text.is_empty() {
        // A paragraph without text is as high as its mark, which otherwise has the size of the page's text.
        let size = look.size;
        put(written, format_args!("<w:rPr><w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr>"));
    }
    written.push_str("</w:pPr>");
    run(written, text, look);
    written.push_str("</w:p></w:tc>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        i18n::Lang,
        report::document::{Column, Proof, Row},
    };

    #[test]
    fn a_row_is_no_higher_for_a_cell_with_nothing_in_it() {
        let columns = vec![Column::new(Lang::Zh, "unit", 12, Sort::Text), Column::new(Lang::Zh, "due", 5, Sort::Date)];
        let row = |_| Row { cells: vec![Cell::text("市医院"), Cell::None], proof: Proof::None };
        let mut written = String::new();
        table(&mut written, &Table { is_form: true, ..Table::new(Lang::Zh, "units", columns, 1, row) }, 8_844, false);
        let empty = written.rsplit("<w:tc>").next().expect("the last cell");
        assert!(empty.contains("<w:rPr><w:sz w:val=\"21\"/><w:szCs w:val=\"21\"/></w:rPr></w:pPr></w:p>"), "{empty}");
    }
}
