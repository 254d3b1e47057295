//! The reader on documents of the minimal parts that Word needs.

use std::{fmt::Write as _, path::Path};

use proptest::prelude::*;

use super::{
    super::samples::{archive, document},
    read,
};

fn read_body(body: &str) -> String {
    read(&archive(&[("word/document.xml", &document(body))])).expect("it is a document")
}

/// A paragraph that takes its number from a list.
fn listed(list: u32, level: u32, text: &str) -> String {
    format!(
        r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"#
    )
}

/// A document with a list of the given levels (format and text), and what else stands among its lists.
fn read_listed(levels: &[(&str, &str)], more: &str, body: &str) -> String {
    let mut numbering = String::from(r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0">"#);
    for (at, (format, text)) in levels.iter().enumerate() {
        let _ = write!(
            numbering,
            r#"<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>"#
        );
    }
    let _ = write!(numbering, r#"</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{more}"#);
    numbering.push_str("</w:numbering>");
    let parts = [("word/document.xml", document(body)), ("word/numbering.xml", numbering)];
    read(&archive(&parts.each_ref().map(|(name, part)| (*name, part.as_str())))).expect("it is a document")
}

#[test]
fn text_is_what_a_person_sees() {
    let cases = [
        ("<w:p><w:r><w:t>一</w:t></w:r><w:r><w:t>二 &amp;&#x4E09;</w:t></w:r></w:p><w:p/>", "一二 &三"),
        ("<w:p><w:r><w:t>上</w:t><w:br/><w:t>下</w:t><w:tab/><w:t>右</w:t></w:r></w:p>", "上\n下 右"),
        ("<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr><w:r><w:t>文</w:t></w:r></w:p>", "文"),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:t>显</w:t></w:r></w:p>", "显"),
        ("<w:p><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>显</w:t></w:r></w:p>", "显"),
        ("<w:p><w:del><w:r><w:delText>三</w:delText></w:r></w:del><w:ins><w:r><w:t>五</w:t></w:r></w:ins></w:p>", "五"),
        (
            "<w:p><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>新</w:t></w:r></w:moveTo></w:p>",
            "新",
        ),
        (
            "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前</w:t></w:r></w:p><w:p><w:r><w:t>后</w:t></w:r></w:p>",
            "前后",
        ),
        ("<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>1</w:t></w:r></w:p>", "1"),
        ("<w:p><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>", "链接"),
        ("<w:sdt><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>控件</w:t></w:r></w:p></w:sdtContent></w:sdt>", "控件"),
        (
            "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val=\"Table of Contents\"/></w:docPartObj></w:sdtPr>\
             <w:sdtContent><w:p><w:r><w:t>目录</w:t></w:r></w:p></w:sdtContent></w:sdt><w:p><w:r><w:t>文</w:t></w:r></w:p>",
            "文",
        ),
        ("<w:p><w:r><w:t>疫情</w:t><w:footnoteReference w:id=\"1\"/></w:r></w:p>", "疫情"),
    ];
    for (body, expected) in cases {
        assert_eq!(read_body(body), expected, "{body}");
    }
}

#[test]
fn rows_of_tables_are_lines() {
    let cell = |properties: &str, text: &str| {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
    };
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let cases = [
        (row(&[cell("", "任务"), cell("", "时限")]), "任务\t时限"),
        (row(&[cell("<w:gridSpan w:val=\"2\"/>", "任务"), cell("", "时限")]), "任务\t\t时限"),
        (row(&[cell("", "甲"), cell("<w:vMerge/>", ""), cell("", "乙")]), "甲\t\t乙"),
        (row(&[cell("<w:gridSpan w:val=\"3\"/>", "一、标题")]), "一、标题"),
        (format!("<w:tr><w:trPr><w:del/></w:trPr>{}{}</w:tr>", cell("", "删"), cell("", "去")), ""),
        (
            row(&[cell("", "外"), format!("<w:tc><w:tbl>{}</w:tbl></w:tc>", row(&[cell("", "内"), cell("", "层")]))]),
            "外\t内 层",
        ),
    ];
    for (table, expected) in cases {
        assert_eq!(read_body(&format!("<w:tbl>{table}</w:tbl>")), expected, "{table}");
    }
}

#[test]
fn numbers_are_counted_by_level() {
    let levels =
        [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("bullet", "\u{f06c}")];
    let paragraphs: String =
        [0, 1, 1, 2, 0, 1, 2, 2, 3].map(|level| listed(1, level, "项")).concat() + &listed(0, 0, "无");
    let expected = "一、项\n（一）项\n（二）项\n1. 项\n二、项\n（一）项\n1. 项\n2. 项\n●项\n无";
    assert_eq!(read_listed(&levels, "", &paragraphs), expected);
}

#[test]
fn a_list_begins_anew_once_and_shares_its_count() {
    let levels = [("decimal", "第%1条")];
    let more = r#"<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>"#;
    let paragraphs = [listed(1, 0, "甲"), listed(2, 0, "乙"), listed(2, 0, "丙"), listed(1, 0, "丁")].concat();
    assert_eq!(read_listed(&levels, more, &paragraphs), "第1条甲\n第7条乙\n第8条丙\n第9条丁");
}

#[test]
fn styles_bring_numbers_along_their_chain() {
    let numbering = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="4">
        <w:lvl w:ilvl="0"><w:numFmt w:val="japaneseCounting"/><w:lvlText w:val="%1、"/><w:pStyle w:val="one"/></w:lvl>
        <w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/><w:isLgl/><w:pStyle w:val="two"/></w:lvl>
        </w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="4"/></w:num></w:numbering>"#;
    let styles = r#"<w:styles xmlns:w="w"><w:style w:type="paragraph" w:default="1" w:styleId="normal"/>
        <w:style w:type="paragraph" w:styleId="one"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="two"><w:basedOn w:val="one"/></w:style>
        <w:style w:type="paragraph" w:styleId="mine"><w:basedOn w:val="two"/></w:style>
        <w:style w:type="paragraph" w:styleId="ring"><w:basedOn w:val="ring"/></w:style></w:styles>"#;
    let paragraph =
        |style: &str| format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>项</w:t></w:r></w:p>");
    let body = document(&["one", "two", "mine", "ring", "normal", "one"].map(paragraph).concat());
    let parts = [("word/document.xml", &*body), ("word/styles.xml", styles), ("word/numbering.xml", numbering)];
    assert_eq!(read(&archive(&parts)).expect("it is a document"), "一、项\n1.1 项\n1.2 项\n项\n项\n二、项");
}

#[test]
fn a_real_document_is_read_as_a_person_reads_it() {
    let folder = Path::new("../shared/data/formats");
    let Ok(bytes) = std::fs::read(folder.join("auto.docx")) else {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    };
    let expected = std::fs::read_to_string(folder.join("auto.expected.txt")).expect("it stands beside the document");
    assert_eq!(read(&bytes).expect("it is a document"), expected.trim_end());
}

#[test]
fn what_cannot_be_read_says_why() {
    let bomb = document(&" ".repeat(64 * 1024 * 1024));
    let deep = document(&("<w:tbl>".repeat(50_000) + &"</w:tbl>".repeat(50_000)));
    let whole = archive(&[("word/document.xml", &document("<w:p><w:r><w:t>文</w:t></w:r></w:p>"))]);
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("bomb", archive(&[("word/document.xml", &bomb)]), "formats.large"),
        ("deep", archive(&[("word/document.xml", &deep)]), "formats.deep"),
        ("truncated", whole[..whole.len() / 2].to_vec(), "formats.docx.damaged"),
        ("cut XML", archive(&[("word/document.xml", "<w:document><w:body><w:p>")]), "formats.docx.damaged"),
        ("wrong XML", archive(&[("word/document.xml", "<a></b>")]), "formats.docx.damaged"),
        ("a spreadsheet", archive(&[("xl/workbook.xml", "<a/>")]), "formats.docx.no_document"),
    ];
    for (name, bytes, key) in cases {
        let error = read(bytes).expect_err(name);
        assert_eq!(error.message().key(), *key, "{name}");
        assert!(error.next_step().is_some(), "{name}");
    }
}

#[test]
fn a_huge_attribute_is_no_harm() {
    let many: String = (0..100_000).fold(String::new(), |mut many, at| {
        let _ = write!(many, " a{at}=\"\"");
        many
    });
    let body = format!(
        "<w:p{many}><w:pPr><w:pStyle w:val=\"{}\"/></w:pPr><w:r><w:t>文</w:t></w:r></w:p>",
        "x".repeat(900_000)
    );
    assert_eq!(read_body(&body), "文");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let _ = read(&[b"PK\x03\x04".as_slice(), &bytes].concat());
    }

    #[test]
    fn any_mistake_in_the_parts_is_read_or_refused(at in 0usize..700, put in "[<>/a-z\"=& 0-9]{0,6}") {
        let body = document(&(listed(1, 0, "甲") + "<w:tbl><w:tr><w:tc>" + &listed(1, 8, "乙") + "</w:tc></w:tr></w:tbl>"));
        let at = (0..=at.min(body.len())).rev().find(|at| body.is_char_boundary(*at)).unwrap_or(0);
        let changed = format!("{}{put}{}", &body[..at], &body[at..]);
        let _ = read(&archive(&[("word/document.xml", &changed), ("word/numbering.xml", &changed), ("word/styles.xml", &changed)]));
    }
}
