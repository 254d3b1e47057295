//! The page of GB/T 9704-2012 in twips (a twentieth of a point): 1 mm is 1440 ÷ 25.4 twips.

use crate::report::format::put;

/// A4.
pub const SHORT_SIDE: u32 = 11_906;
pub const LONG_SIDE: u32 = 16_838;

/// 天头 37 mm (5.2.1).
pub const TOP: u32 = 2_098;
/// 订口 28 mm (5.2.1).
pub const BINDING: u32 = 1_588;
/// What is left of the width beside the binding margin and the type area of 156 mm: 26 mm.
pub const OUTER: u32 = 1_474;
/// What is left of the height below the type area of 225 mm: 35 mm.
pub const BOTTOM: u32 = 1_984;
/// From the edge of the paper to the page number: 7 mm below the type area, less its own height of 14 points (7.5).
pub const FOOTER: u32 = BOTTOM - 397 - NUMBER_LINE;

/// The height of the page number's line in twips.
pub const NUMBER_LINE: u32 = 280;

/// 22 lines on a page (5.2.3): the type area's height divided by 22.
pub const LINE_PITCH: u32 = 579;
/// The height of a line of body text.
pub const LINE: u32 = 560;

/// The height of a line of the title.
pub const TITLE_LINE: u32 = 700;

/// 3号 in half points (5.2.2).
pub const BODY_SIZE: u32 = 32;
/// 2号 in half points: the title (7.3.1).
pub const TITLE_SIZE: u32 = 44;
/// 4号 in half points: the page number (7.5).
pub const NUMBER_SIZE: u32 = 28;

/// The width of one character of 3号 in twips.
pub const CHARACTER: u32 = 320;

/// How many characters stand in a line (5.2.3).
pub const CHARACTERS: u32 = 28;

/// By how many twips characters of 3号 stand closer, rounded up: 28 times 16 points are more than 156 mm.
///
/// The text says so itself rather than the page's grid: `LibreOffice` makes another width of a grid of characters.
pub const CLOSER: u32 = (CHARACTER * CHARACTERS - (SHORT_SIDE - BINDING - OUTER)).div_ceil(CHARACTERS);

// The names are written as code points: they are names of files of fonts and are never translated.

/// `仿宋_GB2312`, 3号: the body.
pub const BODY_FONT: &str = "\u{4eff}\u{5b8b}_GB2312";
/// 方正小标宋简体, 2号: the title.
pub const TITLE_FONT: &str = "\u{65b9}\u{6b63}\u{5c0f}\u{6807}\u{5b8b}\u{7b80}\u{4f53}";
/// 黑体: the first level of headings.
pub const FIRST_FONT: &str = "\u{9ed1}\u{4f53}";
/// `楷体_GB2312`: the second level of headings.
pub const SECOND_FONT: &str = "\u{6977}\u{4f53}_GB2312";
/// 宋体: page numbers and tables.
pub const NUMBER_FONT: &str = "\u{5b8b}\u{4f53}";

/// Each font with the one that stands in for it where it is missing: 仿宋, 宋体, 微软雅黑, 楷体, 新宋体.
pub const FALLBACKS: [(&str, &str); 5] = [
    (BODY_FONT, "\u{4eff}\u{5b8b}"),
    (TITLE_FONT, "\u{5b8b}\u{4f53}"),
    (FIRST_FONT, "\u{5fae}\u{8f6f}\u{96c5}\u{9ed1}"),
    (SECOND_FONT, "\u{6977}\u{4f53}"),
    (NUMBER_FONT, "\u{65b0}\u{5b8b}\u{4f53}"),
];

/// On which page a section begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The next one.
    NextPage,
    /// The next one that is the back of a sheet.
    EvenPage,
}

/// Writes the properties of a section; a table that is too wide stands on a page turned to the binding side (6.2).
pub fn section(landscape: bool, start: Start, odd_even: (&str, &str), header: Option<&str>) -> String {
    let mut written = String::from("<w:sectPr>");
    if let Some(header) = header {
        for sort in ["default", "even"] {
            put(&mut written, format_args!("<w:headerReference w:type=\"{sort}\" r:id=\"{header}\"/>"));
        }
    }
    let (odd, even) = odd_even;
    put(&mut written, format_args!("<w:footerReference w:type=\"default\" r:id=\"{odd}\"/>"));
    put(&mut written, format_args!("<w:footerReference w:type=\"even\" r:id=\"{even}\"/>"));
    let start = if start == Start::EvenPage { "evenPage" } else { "nextPage" };
    put(&mut written, format_args!("<w:type w:val=\"{start}\"/>"));
    if landscape {
        put(&mut written, format_args!("<w:pgSz w:w=\"{LONG_SIDE}\" w:h=\"{SHORT_SIDE}\" w:orient=\"landscape\"/>"));
        put(
            &mut written,
            format_args!(
                "<w:pgMar w:top=\"{BINDING}\" w:right=\"{TOP}\" w:bottom=\"{OUTER}\" w:left=\"{BOTTOM}\" w:header=\"850\" \
                 w:footer=\"600\" w:gutter=\"0\"/>"
            ),
        );
    } else {
        put(&mut written, format_args!("<w:pgSz w:w=\"{SHORT_SIDE}\" w:h=\"{LONG_SIDE}\"/>"));
        put(
            &mut written,
            format_args!(
                "<w:pgMar w:top=\"{TOP}\" w:right=\"{OUTER}\" w:bottom=\"{BOTTOM}\" w:left=\"{BINDING}\" w:header=\"850\" \
                 w:footer=\"{FOOTER}\" w:gutter=\"0\"/>"
            ),
        );
    }
    put(&mut written, format_args!("<w:docGrid w:type=\"lines\" w:linePitch=\"{LINE_PITCH}\"/>"));
    written.push_str("</w:sectPr>");
    written
}

/// The namespaces of what is drawn on a page.
pub const DRAWING_NAMESPACES: &str = "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" \
     xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
     xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
     xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"";

/// How many English metric units, in which drawings are measured, a twip has.
const UNITS: u32 = 635;

/// Puts a paragraph where the foot of an upright page is once the turned page is bound with the others.
///
/// The head of a turned page is what is on the left of an upright one, on odd pages the binding side and on even ones the
/// outer side, so that its left edge is the foot of the paper: the paragraph stands there, turned with the page, along the
/// same 156 mm and 7 mm from the type area.
pub fn beside_the_page(paragraph: &str) -> String {
    let [left, top] = [FOOTER, BINDING].map(|twips| twips * UNITS);
    let place = format!(
        "<wp:positionH relativeFrom=\"page\"><wp:posOffset>{left}</wp:posOffset></wp:positionH>\
         <wp:positionV relativeFrom=\"page\"><wp:posOffset>{top}</wp:posOffset></wp:positionV>"
    );
    text_box(&place, (NUMBER_LINE, text_width(false)), "<wp:wrapNone/>", " vert=\"vert\"", paragraph)
}

/// Puts something at the foot of the type area, as high as it is; text stands above it.
pub fn at_the_foot(height: u32, content: &str) -> String {
    let place = "<wp:positionH relativeFrom=\"margin\"><wp:posOffset>0</wp:posOffset></wp:positionH>\
                 <wp:positionV relativeFrom=\"margin\"><wp:align>bottom</wp:align></wp:positionV>";
    text_box(place, (text_width(false), height), "<wp:wrapTopAndBottom/>", "", content)
}

/// Writes a paragraph with as good as no height, to which a box of text belongs that stands elsewhere on its page.
fn text_box(place: &str, (width, height): (u32, u32), wrap: &str, direction: &str, content: &str) -> String {
    let (width, height) = (width * UNITS, height * UNITS);
    // No two drawings of a document may have the same number, and those of other parts are not known here.
    let [first, second, third, ..] = *blake3::hash(content.as_bytes()).as_bytes();
    let id = u32::from_be_bytes([0, first, second, third]) + 1;
    let fit = if direction.is_empty() { "<a:spAutoFit/>" } else { "" };
    format!(
        "<w:p><w:pPr><w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"20\" w:lineRule=\"exact\"/></w:pPr><w:r><mc:AlternateContent>\
         <mc:Choice Requires=\"wps\">\
         <w:drawing><wp:anchor distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\" simplePos=\"0\" relativeHeight=\"2\" behindDoc=\"0\" \
         locked=\"0\" layoutInCell=\"1\" allowOverlap=\"1\"><wp:simplePos x=\"0\" y=\"0\"/>{place}\
         <wp:extent cx=\"{width}\" cy=\"{height}\"/><wp:effectExtent l=\"0\" t=\"0\" r=\"0\" b=\"0\"/>{wrap}\
         <wp:docPr id=\"{id}\" name=\"box\"/><wp:cNvGraphicFramePr/><a:graphic>\
         <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr txBox=\"1\"/>\
         <wps:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>\
         <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>\
         <wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>\
         <wps:bodyPr{direction} wrap=\"square\" lIns=\"0\" tIns=\"0\" rIns=\"0\" bIns=\"0\" anchor=\"t\">{fit}</wps:bodyPr></wps:wsp></a:graphicData>\
         </a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r></w:p>"
    )
}

/// Returns the width between the margins in twips.
pub fn text_width(landscape: bool) -> u32 {
    if landscape { LONG_SIDE - TOP - BOTTOM } else { SHORT_SIDE - BINDING - OUTER }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millimetres(twips: u32) -> f64 {
        f64::from(twips) * 25.4 / 1440.0
    }

    #[test]
    fn the_page_is_that_of_the_standard() {
        // GB/T 9704-2012, 5.1 and 5.2.1; the margins may differ by 1 mm.
        let cases = [
            ("width of the paper", SHORT_SIDE, 210.0, 0.1),
            ("height of the paper", LONG_SIDE, 297.0, 0.1),
            ("top", TOP, 37.0, 0.1),
            ("binding", BINDING, 28.0, 0.1),
            ("width of the type area", text_width(false), 156.0, 0.1),
            ("height of the type area", LONG_SIDE - TOP - BOTTOM, 225.0, 0.1),
            ("22 lines", LINE_PITCH * 22, 225.0, 0.5),
            ("below the type area", BOTTOM - FOOTER - NUMBER_LINE, 7.0, 0.1),
        ];
        for (what, twips, expected, tolerance) in cases {
            let found = millimetres(twips);
            assert!((found - expected).abs() <= tolerance, "{what}: {found} mm");
        }
        // 28 characters stand in a line, and 29 do not, also where they stand as close as those of a justified line.
        let width = |characters: u32| characters * (CHARACTER - CLOSER);
        assert!(width(28) <= text_width(false) && width(29) > text_width(false) + 28 * 10);
        assert_eq!((BODY_SIZE, TITLE_SIZE, NUMBER_SIZE), (32, 44, 28), "3号, 2号, 4号 in half points");
    }
}
