//! One text in every format is one plan.

use encoding_rs::GB18030;

use super::samples::{self, PdfFont, Site};
use crate::plan::{Plan, ReadOptions, SAMPLE, Topics, read};

/// What a plan says, but for where in the file it stands and how it is spaced.
fn essence(plan: &Plan) -> Vec<String> {
    let close = |text: &str| text.chars().filter(|char| !char.is_whitespace()).collect::<String>();
    let head = &plan.head;
    let mut said = vec![format!("{} {:?} {:?} {:?} {:?}", head.title, head.year, head.issuer, head.number, head.date)];
    let headings = plan.outline.iter();
    said.extend(
        headings.map(|heading| format!("{} {} {}", heading.level, close(&heading.marker), close(&heading.title))),
    );
    said.extend(plan.clauses.iter().map(|clause| {
        format!(
            "{} {} {} {:?} {:?} {:?} {:?} {:?}",
            clause.section,
            close(&clause.text),
            clause.fingerprint,
            clause.kind,
            clause.topics,
            clause.indicators,
            clause.deadline,
            clause.owners
        )
    }));
    said
}

fn read_bytes(name: &str, bytes: &[u8]) -> Plan {
    read(bytes, &Topics::built_in(), &ReadOptions::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A plan that ends with a table of tasks.
fn with_table() -> String {
    let rows = [
        "序号\t具体任务\t责任单位\t完成时限",
        "1\t规范发热门诊设置，二级以上医院发热门诊建成率达到95%以上，落实首诊负责制，做好患者登记报告\t医政科\t6月底前",
        "2\t全市新增托位1400个\t家庭科、妇幼科\t12月底前",
        "3\t医疗废物暂存时间不得超过2天\t监督所\t年底前",
    ];
    format!("{}\n{}\n", SAMPLE.trim_end(), rows.join("\n"))
}

#[test]
fn one_text_is_one_plan_in_every_format() {
    let text = with_table();
    let plan = read_bytes("utf-8", text.as_bytes());
    assert!(plan.outline.len() > 20 && plan.clauses.len() > 50, "the sample is a whole plan");
    let of_table: Vec<_> = plan.clauses.iter().rev().take(3).map(|clause| clause.deadline.as_deref()).collect();
    assert_eq!(of_table, [Some("2026-12"), Some("2026-12"), Some("2026-06")], "the table is read");
    let utf_16 = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut cases: Vec<(String, Vec<u8>)> = vec![
        ("gb18030".to_owned(), GB18030.encode(&text).0.into_owned()),
        ("utf-16".to_owned(), utf_16),
        ("docx with typed numbers".to_owned(), samples::docx_typed(&text)),
        ("docx with automatic numbers".to_owned(), samples::docx_automatic(&text)),
    ];
    cases.extend(Site::ALL.map(|shape| (format!("html as {shape:?}"), samples::site(&text, shape))));
    let fonts = [PdfFont::Gbk, PdfFont::Ucs2, PdfFont::Glyphs { table: true }];
    cases.extend(fonts.map(|font| (format!("pdf in {font:?}"), samples::pdf(&text, font))));
    let expected = essence(&plan);
    for (name, bytes) in cases {
        let found = essence(&read_bytes(&name, &bytes));
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{name}");
        }
        assert_eq!(found.len(), expected.len(), "{name}");
    }
}
