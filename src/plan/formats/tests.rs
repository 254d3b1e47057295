//! One text in every format is one plan.

use encoding_rs::GB18030;

use super::samples::{self, PdfFont};
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

#[test]
fn one_text_is_one_plan_in_every_format() {
    let plan = read_bytes("utf-8", SAMPLE.as_bytes());
    assert!(plan.outline.len() > 20 && plan.clauses.len() > 50, "the sample is a whole plan");
    let utf_16 = std::iter::once(0xfeff).chain(SAMPLE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("gb18030", GB18030.encode(SAMPLE).0.into_owned()),
        ("utf-16", utf_16),
        ("docx with typed numbers", samples::docx_typed(SAMPLE)),
        ("docx with automatic numbers", samples::docx_automatic(SAMPLE)),
        ("html", samples::html(SAMPLE)),
        ("pdf in GBK", samples::pdf(SAMPLE, PdfFont::Gbk)),
        ("pdf in UCS-2", samples::pdf(SAMPLE, PdfFont::Ucs2)),
        ("pdf with a table of characters", samples::pdf(SAMPLE, PdfFont::Glyphs { table: true })),
    ];
    let expected = essence(&plan);
    for (name, bytes) in cases {
        let found = essence(&read_bytes(name, &bytes));
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{name}");
        }
        assert_eq!(found.len(), expected.len(), "{name}");
    }
}
