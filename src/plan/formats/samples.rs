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

/// A piece of a text: a line, or the rows of a table, whose cells stand between tabs.
pub(super) enum Block<'t> {
    Line(&'t str),
    Table(Vec<Vec<&'t str>>),
}

/// Takes a text apart into lines and tables.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        match (cells.len(), blocks.last_mut()) {
            (1, _) => blocks.push(Block::Line(line)),
            (_, Some(Block::Table(rows))) => rows.push(cells),
            _ => blocks.push(Block::Table(vec![cells])),
        }
    }
    blocks
}

/// Writes a Word document in which every number was typed.
pub(super) fn docx_typed(text: &str) -> Vec<u8> {
    let paragraphs: String = blocks(text).iter().map(|block| word_block(block, |line| paragraph("", line))).collect();
    archive(&[("word/document.xml", &document(&paragraphs))])
}

/// Writes a line or a table as Word does.
fn word_block(block: &Block, line: impl Fn(&str) -> String) -> String {
    let Block::Table(rows) = block else {
        let Block::Line(text) = block else { return String::new() };
        return line(text);
    };
    let cell = |text: &&str| format!("<w:tc>{}</w:tc>", paragraph("", text));
    let row = |cells: &Vec<&str>| format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>());
    format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>())
}

/// Writes a Word document in which Word counts 一、, （一） and 1.; （一） runs on through the chapters.
pub(super) fn docx_automatic(text: &str) -> Vec<u8> {
    let paragraphs: String = blocks(text).iter().map(|block| word_block(block, counted)).collect();
    let numbering = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0">
        <w:lvl w:ilvl="0"><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>
        <w:lvl w:ilvl="1"><w:numFmt w:val="chineseCounting"/><w:lvlRestart w:val="0"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl>
        <w:lvl w:ilvl="2"><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
        </w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
    archive(&[("word/document.xml", &document(&paragraphs)), ("word/numbering.xml", numbering)])
}

/// Writes a line whose number Word counts, where it has one.
fn counted(line: &str) -> String {
    const CHINESE: &str = "一二三四五六七八九十";
    let number =
        |mark: &str| line.split_once(mark).filter(|(number, _)| number.trim_start_matches('（').chars().count() <= 3);
    let found = ["、", "）", "."].iter().enumerate().find_map(|(level, mark)| {
        let (number, rest) = number(mark)?;
        let typed = match level {
            0 => number.chars().all(|char| CHINESE.contains(char)),
            1 => number.starts_with('（') && number.chars().skip(1).all(|char| CHINESE.contains(char)),
            _ => number.chars().all(|char| char.is_ascii_digit()),
        };
        typed.then_some((level, rest))
    });
    match found {
        Some((level, rest)) => {
            let list = format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>"#);
            paragraph(&list, rest)
        }
        None => paragraph("", line),
    }
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

/// How a page of a government site is built around its document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Site {
    /// Paragraphs in an element of their own, menus above, beside and below; declared as gb2312.
    Paragraphs,
    /// Lines that are broken within one paragraph and moved in by spaces, below a table of what the document is.
    Breaks,
    /// An element in an element for every line, in the middle of links to share and to print.
    Nested,
    /// All of the page in tables, as sites were built once.
    Tables,
    /// What Word writes as a web page: conditions, elements of its own, spaces where lists count.
    Word,
    /// What an editor on a site makes of it: headings, sections, a list of attachments, a page of other news below.
    Editor,
}

impl Site {
    pub(super) const ALL: [Self; 6] =
        [Self::Paragraphs, Self::Breaks, Self::Nested, Self::Tables, Self::Word, Self::Editor];
}

/// Writes a page of a government site, in GBK.
pub(super) fn html(text: &str) -> Vec<u8> {
    site(text, Site::Paragraphs)
}

/// Writes a page of a government site of one shape.
pub(super) fn site(text: &str, shape: Site) -> Vec<u8> {
    let line = |line: &str| -> String {
        let line = escaped(line);
        match shape {
            Site::Paragraphs => format!("<p style=\"text-indent: 2em\"><span>{line}</span></p>\n"),
            Site::Breaks => format!("&nbsp;&nbsp;&nbsp;&nbsp;{line}<br/>\r\n<br/>"),
            Site::Nested => {
                format!("<div><div style='line-height:2'><font size=4><span>{line}</span></font></div></div>\n")
            }
            Site::Tables => format!("<P align=left><FONT face=仿宋_GB2312>　　{line}</FONT></P>"),
            Site::Word => format!(
                "<p class=MsoNormal style='text-indent:32.0pt'><span style='mso-spacerun:yes'>{line}<o:p></o:p></span></p>\n\n"
            ),
            Site::Editor => format!(
                "<section data-role=\"paragraph\"><p><strong></strong><span style=\"font-size: 16px\">{line}</span></p></section>"
            ),
        }
    };
    let cell = |text: &&str| format!("<td width=90><p>{}</p></td>", escaped(text));
    let row = |cells: &Vec<&str>| format!("<tr>{}</tr>", cells.iter().map(cell).collect::<String>());
    let table = |rows: &Vec<Vec<&str>>| format!("<table border=1>{}</table>", rows.iter().map(row).collect::<String>());
    let body = blocks(text).iter().fold(String::new(), |mut body, block| {
        body += &match block {
            Block::Line(text) => line(text),
            Block::Table(rows) => table(rows),
        };
        body
    });
    let links = |count: usize| {
        (0..count).fold(String::new(), |mut links, at| {
            let _ = write!(links, "<li><a href=\"/col{at}/\">机构职能{at}</a></li>");
            links
        })
    };
    let (many, more) = (links(12), links(30));
    let page = match shape {
        Site::Paragraphs => format!(
            "<!DOCTYPE html>\n<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">\
             <title>工作要点</title><style>p {{ margin: 0 }}</style></head><body>\
             <script>if (a<b) document.write('<p>广告</p>');</script>\
             <div class=\"top\"><ul>{many}</ul></div><div class=\"main\"><div class=\"path\">当前位置：<a href=\"/\">首页</a> &gt; \
             <a href=\"/g/\">政务公开</a></div><div class=\"article\"><div id=\"zoom\">{body}</div><div class=\"share\">\
             <a href=\"javascript:print()\">打印</a></div></div><div class=\"side\"><ul>{more}</ul></div></div>\
             <div class=\"foot\">主办单位：云澜市卫生健康委员会 备案号0000</div></body></html>"
        ),
        Site::Breaks => format!(
            "<!-- saved from url=(0030)http://wjw.yunlan.example/a/ -->\n<html><head><meta charset=\"gbk\"></head><body>\
             <div id=head><ul>{many}</ul></div><div class=zwxl><table class=xxgk><tbody><tr><td>索 引 号：</td><td>000-2026-01</td>\
             <td>发布机构：</td><td>市卫健委</td></tr><tr><td>生成日期：</td><td>2026-01-20</td><td>公开方式：</td><td>主动公开</td></tr>\
             </tbody></table></div><div class=xl><p>{body}</p></div><div>扫一扫在手机打开当前页</div>\
             <div id=foot><a href=/about>关于我们</a> | <a href=/map>网站地图</a> 版权所有：云澜市卫生健康委员会</div></body></html>"
        ),
        Site::Nested => format!(
            "<!doctype html><html><head><meta charset=gb18030></head><body><header><nav><ul>{many}</ul></nav></header><main>\
             <div class=crumbs>您现在的位置： <a href=/>首页</a> &gt;&gt; <a href=/x/>信息公开</a></div><div class=box><div class=info>\
             <span>发布时间：2026-01-20 09:00</span> <span>浏览次数：<b id=hits></b></span> <span>字体：[<a href='javascript:'>大</a> \
             <a href='javascript:'>中</a> <a href='javascript:'>小</a>]</span></div><div class=text><div>{body}</div></div>\
             <div class=bdsharebuttonbox>分享到：<a href=#>微信</a><a href=#>微博</a></div><div class=ctrl><a href='javascript:print()'>【打印本页】</a>\
             <a href='javascript:close()'>【关闭窗口】</a></div></div></main><footer>备案号：0000 技术支持：某公司</footer></body></html>"
        ),
        Site::Tables => format!(
            "<HTML><HEAD><META content=\"text/html; charset=gb2312\" http-equiv=Content-Type></HEAD><BODY>\
             <TABLE width=980><TR><TD><A href=/>首页</A> <A href=/1>新闻</A> <A href=/2>公告</A></TD></TR></TABLE>\
             <TABLE width=980><TBODY><TR><TD width=200><TABLE>{}</TABLE></TD><TD><TABLE><TR><TD id=ContentText>{body}</TD></TR></TABLE></TD>\
             </TR></TBODY></TABLE><TABLE><TR><TD align=center>版权所有：云澜市卫生健康委员会</TD></TR></TABLE></BODY></HTML>",
            many.replace("<li>", "<TR><TD>").replace("</li>", "</TD></TR>")
        ),
        Site::Word => format!(
            "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:w=\"urn:schemas-microsoft-com:office:word\">\n<head>\n\
             <meta http-equiv=Content-Type content=\"text/html; charset=gb2312\">\n<!--[if gte mso 9]><xml><o:DocumentProperties>\
             <o:Author>某人</o:Author></o:DocumentProperties></xml><![endif]-->\n<style><!-- p.MsoNormal {{margin:0cm}} --></style>\n</head>\n\
             <body lang=ZH-CN style='tab-interval:21.0pt'>\n<div class=WordSection1 style='layout-grid:15.6pt'>\n{body}</div>\n</body>\n</html>"
        ),
        Site::Editor => format!(
            "<!DOCTYPE html><html><head><meta name=\"ContentSource\" content=\"办公室\"><meta charset=\"gb2312\"></head><body><div id=\"app\">\
             <div class=\"nav\"><ul>{many}</ul></div><article><div class=\"TRS_Editor\"><style>.TRS_Editor p{{}}</style>{body}</div>\
             <div class=\"fj\"><h4>附件下载</h4><ul><li><a href=\"./P02026.docx\">全文.docx</a></li></ul></div></article>\
             <div class=\"xg\"><h3>相关阅读</h3><ul>{more}</ul></div><form><input type=text><select><option>友情链接</select></form></div></body></html>"
        ),
    };
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
    let contents: Vec<String> = pages(text)
        .iter()
        .enumerate()
        .map(|(page, drawn)| {
            let mut content = String::new();
            for (x, y, text) in &drawn.texts {
                let _ = writeln!(content, "BT /F1 16 Tf 1 0 0 1 {x} {y} Tm <{}> Tj ET", hex(text));
            }
            for (x, y, wide, high) in &drawn.rules {
                let _ = writeln!(content, "{x} {y} {wide} {high} re f");
            }
            let _ = write!(content, "BT /F1 14 Tf 1 0 0 1 280 60 Tm <{}> Tj ET", hex(&format!("— {} —", page + 1)));
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

/// What is drawn on a page: texts with where they begin, and thin boxes.
#[derive(Default)]
struct Drawn {
    texts: Vec<(u32, u32, String)>,
    rules: Vec<(u32, u32, u32, u32)>,
}

const LEFT: u32 = 72;
const TOP: u32 = 780;
const BOTTOM: u32 = 160;
const LINE: u32 = 28;
const CHARACTER: u32 = 16;

/// Sets a text on pages of 22 lines of 28 characters; tables are ruled, short cells in the middle of their row.
fn pages(text: &str) -> Vec<Drawn> {
    let mut pages = vec![Drawn::default()];
    let mut y = TOP;
    for block in blocks(text) {
        match block {
            Block::Line("") => {}
            Block::Line(line) => {
                for (place, line) in wrapped(line, 56, 4).into_iter().enumerate() {
                    room(&mut pages, &mut y, LINE);
                    let indent = if place == 0 { 2 * CHARACTER } else { 0 };
                    pages.last_mut().expect("there is a page").texts.push((LEFT + indent, y, line));
                    y -= LINE;
                }
            }
            Block::Table(rows) => table(&mut pages, &mut y, &rows),
        }
    }
    pages
}

/// Begins a new page where what comes next is higher than what is left.
fn room(pages: &mut Vec<Drawn>, y: &mut u32, high: u32) {
    if *y < BOTTOM + high {
        pages.push(Drawn::default());
        *y = TOP;
    }
}

/// Draws a table whose widest column is the one with the longest text.
fn table(pages: &mut Vec<Drawn>, y: &mut u32, rows: &[Vec<&str>]) {
    const NARROW: u32 = 5;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let longest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widest = (0..columns).max_by_key(|&column| longest(column)).unwrap_or(0);
    let others = u32::try_from(columns).expect("there are few") - 1;
    let wide = |column: usize| if column == widest { 28 - NARROW * others } else { NARROW };
    for row in rows {
        let cells: Vec<Vec<String>> = (0..columns)
            .map(|column| wrapped(row.get(column).unwrap_or(&""), 2 * wide(column) as usize - 1, 0))
            .collect();
        let count = u32::try_from(cells.iter().map(Vec::len).max().unwrap_or(1)).expect("there are few");
        room(pages, y, count * LINE);
        let page = pages.last_mut().expect("there is a page");
        let (top, bottom) = (*y + LINE - 8, *y + LINE - 8 - count * LINE);
        let mut x = LEFT;
        for (column, lines) in cells.iter().enumerate() {
            let above = (count - u32::try_from(lines.len()).expect("there are few")) * LINE / 2;
            for (place, line) in (0..).zip(lines) {
                page.texts.push((x + 4, *y - above - place * LINE, line.clone()));
            }
            let right = x + wide(column) * CHARACTER;
            page.rules.extend([(x, top, right - x, 1), (x, bottom, right - x, 1), (x, bottom, 1, top - bottom)]);
            page.rules.push((right, bottom, 1, top - bottom));
            x = right;
        }
        *y -= count * LINE;
    }
}

/// Breaks a text into lines of so many cells, the first moved in by some.
fn wrapped(text: &str, most: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut cells = indent;
    for char in text.chars() {
        cells += if char.is_ascii() { 1 } else { 2 };
        if cells > most {
            lines.push(std::mem::take(&mut line));
            cells = 2;
        }
        line.push(char);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
