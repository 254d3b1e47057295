//! Writes one text in several formats, as their programs would, for tests.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use encoding_rs::GB18030;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Packs parts into a zip archive.
pub(super) fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        writer.start_file(*name, options).expect("memory takes files");
        writer.write_all(content.as_bytes()).expect("memory takes bytes");
    }
    writer.finish().expect("memory takes an archive").into_inner()
}

/// Writes a Word document in which every number was typed.
pub(super) fn docx_typed(text: &str) -> Vec<u8> {
    let paragraphs: String = text.lines().map(|line| paragraph("", line)).collect();
    archive(&[("word/document.xml", &document(&paragraphs))])
}

/// Writes a Word document in which Word counts 一、, （一） and 1.; （一） runs on through the chapters.
pub(super) fn docx_automatic(text: &str) -> Vec<u8> {
    let mut paragraphs = String::new();
    for line in text.lines() {
        let marks = ["、", "）", "."];
        let number = |mark: &str| {
            line.split_once(mark).filter(|(number, _)| number.trim_start_matches('（').chars().count() <= 3)
        };
        let is_digits = |number: &str| number.chars().all(|char| char.is_ascii_digit());
        let found = marks.iter().enumerate().find_map(|(level, mark)| {
            let (number, rest) = number(mark)?;
            let typed = match level {
                0 => number.chars().all(|char| "一二三四五六七八九十".contains(char)),
                1 => {
                    number.starts_with('（') && number.chars().skip(1).all(|char| "一二三四五六七八九十".contains(char))
                }
                _ => is_digits(number),
            };
            typed.then_some((level, rest))
        });
        paragraphs += &match found {
            Some((level, rest)) => {
                let list = format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>"#);
                paragraph(&list, rest)
            }
            None => paragraph("", line),
        };
    }
    let numbering = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0">
        <w:lvl w:ilvl="0"><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>
        <w:lvl w:ilvl="1"><w:numFmt w:val="chineseCounting"/><w:lvlRestart w:val="0"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl>
        <w:lvl w:ilvl="2"><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
        </w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
    archive(&[("word/document.xml", &document(&paragraphs)), ("word/numbering.xml", numbering)])
}

/// Wraps the body of a Word document.
pub(super) fn document(body: &str) -> String {
    format!(r#"<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#)
}

fn paragraph(properties: &str, text: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{}</w:t></w:r></w:p>", escaped(text))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Writes a page of a government site, in GBK, with menus above and below the document.
pub(super) fn html(text: &str) -> Vec<u8> {
    let mut body = String::new();
    for line in text.lines() {
        let _ = writeln!(body, "<p style=\"text-indent: 2em\"><span>{}</span></p>", escaped(line));
    }
    let links = |count: usize| {
        (0..count).fold(String::new(), |mut links, at| {
            let _ = write!(links, "<li><a href=\"/col{at}/\">机构职能{at}</a></li>");
            links
        })
    };
    let page = format!(
        "<!DOCTYPE html>\n<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">\
         <title>工作要点</title><style>p {{ margin: 0 }}</style></head><body><script>if (a<b) document.write('<p>广告</p>');</script>\
         <div class=\"top\"><ul>{}</ul></div><div class=\"main\"><div class=\"path\">当前位置：<a href=\"/\">首页</a> &gt; <a href=\"/g/\">政务公开</a></div>\
         <div class=\"article\"><div id=\"zoom\">{body}</div><div class=\"share\"><a href=\"javascript:print()\">打印</a></div></div>\
         <div class=\"side\"><ul>{}</ul></div></div><div class=\"foot\">主办单位：云澜市卫生健康委员会 备案号0000</div></body></html>",
        links(12),
        links(30)
    );
    GB18030.encode(&page).0.into_owned()
}

/// How the codes of a PDF's font stand for characters.
#[derive(Clone, Copy, Debug)]
pub(super) enum PdfFont {
    Gbk,
    Ucs2,
    /// Glyphs with a table of their characters, or without.
    Glyphs {
        table: bool,
    },
}

/// Writes a PDF of lines of 28 characters on pages of 22 lines, paragraphs moved in, with page numbers.
pub(super) fn pdf(text: &str, font: PdfFont) -> Vec<u8> {
    let mut glyphs: Vec<char> = text.chars().filter(|char| !char.is_control()).chain("— 0123456789".chars()).collect();
    glyphs.sort_unstable();
    glyphs.dedup();
    let code = |char: char| match font {
        PdfFont::Gbk => GB18030.encode(char.encode_utf8(&mut [0; 4])).0.into_owned(),
        PdfFont::Ucs2 => char.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()).collect(),
        PdfFont::Glyphs { .. } => {
            let at = glyphs.binary_search(&char).expect("every character is in the font");
            u16::try_from(at + 1).expect("there are few").to_be_bytes().to_vec()
        }
    };
    let hex = |text: &str| {
        text.chars().flat_map(code).fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    };
    let lines = wrapped(text);
    let contents: Vec<String> = lines
        .chunks(22)
        .enumerate()
        .map(|(page, lines)| {
            let mut content = String::from("BT /F1 16 Tf 28 TL 1 0 0 1 72 780 Tm\n");
            for (indent, line) in lines {
                let _ = writeln!(content, "{indent} 0 Td <{}> Tj -{indent} 0 Td T*", hex(line));
            }
            let _ = write!(content, "ET BT /F1 14 Tf 1 0 0 1 280 60 Tm <{}> Tj ET", hex(&format!("— {} —", page + 1)));
            content
        })
        .collect();
    let (encoding, to_unicode) = match font {
        PdfFont::Gbk => ("GBK-EUC-H", ""),
        PdfFont::Ucs2 => ("UniGB-UCS2-H", ""),
        PdfFont::Glyphs { table } => ("Identity-H", if table { "/ToUnicode 5 0 R" } else { "" }),
    };
    let table = glyphs.iter().enumerate().fold(String::from("1 beginbfchar\n"), |mut table, (at, char)| {
        let _ = writeln!(table, "<{:04x}> <{:04x}>", at + 1, *char as u32);
        table
    });
    let narrow = glyphs.iter().enumerate().filter(|(_, char)| char.is_ascii());
    let widths: String =
        narrow.map(|(at, _)| [(at + 1).to_string(), "[500]".to_owned()].concat()).collect::<Vec<_>>().join(" ");
    let kids: String = (0..contents.len()).map(|page| (6 + 2 * page).to_string() + " 0 R ").collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[{kids}]/Count {}/Resources<</Font<</F1 3 0 R>>>>>>", contents.len()),
        format!(
            "<</Type/Font/Subtype/Type0/BaseFont/FangSong/Encoding/{encoding}/DescendantFonts[4 0 R]{to_unicode}>>"
        ),
        format!("<</Type/Font/Subtype/CIDFontType2/BaseFont/FangSong/DW 1000/W[{widths}]>>"),
        stream(&format!("1 begincodespacerange <0000> <ffff> endcodespacerange {table}endbfchar")),
    ];
    for (page, content) in contents.iter().enumerate() {
        objects.push(format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R>>", 7 + 2 * page));
        objects.push(stream(content));
    }
    file(&objects)
}

fn stream(content: &str) -> String {
    format!("<</Length {}>>stream\n{content}\nendstream", content.len())
}

fn file(objects: &[String]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.5\n");
    let mut places = String::from("0000000000 65535 f \n");
    for (at, object) in objects.iter().enumerate() {
        let _ = writeln!(places, "{:010} 00000 n ", file.len());
        let _ = write!(file, "{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let start = file.len();
    let size = objects.len() + 1;
    let _ = write!(file, "xref\n0 {size}\n{places}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF");
    file.into_bytes()
}

/// Breaks lines after 28 Chinese characters; gives how far each is moved in.
fn wrapped(text: &str) -> Vec<(u32, String)> {
    let mut lines = Vec::new();
    for paragraph in text.lines().filter(|line| !line.is_empty()) {
        let mut line = (32, String::new());
        let mut cells = 4;
        for char in paragraph.chars() {
            cells += if char.is_ascii() { 1 } else { 2 };
            if cells > 56 {
                lines.push(std::mem::take(&mut line));
                cells = 2;
            }
            line.1.push(char);
        }
        lines.push(line);
    }
    lines
}
