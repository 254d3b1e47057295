//! The reader of PDF files.

use std::path::Path;

use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions};
use proptest::prelude::*;

use super::{
    super::samples::{self, PdfFont},
    read,
};

const TEXT: &str = "一、规范发热门诊管理\n各级医疗机构要按照标准设置发热门诊，配备必要的防护用品和消毒设备，落实首诊负责制，做好患者的登记报告，\
    二级以上医院发热门诊建成率达到95%以上。";

#[test]
fn lines_are_joined_and_page_numbers_dropped() {
    let text = [TEXT; 12].join("\n");
    for font in [PdfFont::Gbk, PdfFont::Ucs2, PdfFont::Glyphs { table: true }] {
        assert_eq!(read(&samples::pdf(&text, font)).expect("it has text"), text, "{font:?}");
    }
}

fn locked(bytes: &[u8], password: &str) -> Vec<u8> {
    let mut document = Document::load_mem(bytes).expect("it is a document");
    let id = Object::string_literal("an id of some bytes");
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: password,
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).expect("it can be locked");
    document.encrypt(&state).expect("it is not locked yet");
    let mut written = Vec::new();
    document.save_to(&mut written).expect("memory takes a document");
    written
}

#[test]
fn a_document_that_only_forbids_printing_is_read() {
    assert_eq!(read(&locked(&samples::pdf(TEXT, PdfFont::Gbk), "")).expect("it has text"), TEXT);
}

#[test]
fn what_cannot_be_read_says_why() {
    let whole = samples::pdf(TEXT, PdfFont::Gbk);
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("a scan", samples::pdf("", PdfFont::Gbk), "formats.pdf.scan"),
        ("glyphs only", samples::pdf(TEXT, PdfFont::Glyphs { table: false }), "formats.pdf.unknown_font"),
        ("nothing behind the mark", b"%PDF-1.7\n".to_vec(), "formats.pdf.damaged"),
        ("truncated", whole[..300].to_vec(), "formats.pdf.damaged"),
        ("locked", locked(&whole, "secret"), "formats.encrypted"),
    ];
    for (name, bytes, key) in cases {
        let error = read(bytes).expect_err(name);
        assert_eq!(error.message().key(), *key, "{name}");
        assert!(error.next_step().is_some(), "{name}");
    }
}

#[test]
fn real_documents_are_read() {
    let folder = Path::new("../shared/data/formats");
    let Ok(truth) = std::fs::read_to_string(folder.join("cid_truth.txt")) else {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    };
    let plain = |text: &str| text.chars().filter(|char| !char.is_whitespace()).collect::<String>();
    for name in ["cid_gbk.pdf", "cid_ucs2.pdf"] {
        let bytes = std::fs::read(folder.join(name)).expect("it stands beside the text");
        let text = read(&bytes).expect("it has text");
        assert_eq!(plain(&text), plain(&truth), "{name}");
        assert!(text.contains("\n一、坚定不移巩固新冠肺炎疫情防控成果\n1.毫不放松"), "{text}");
    }
    let scan = std::fs::read(folder.join("scan.pdf")).expect("it stands beside the text");
    assert_eq!(read(&scan).expect_err("it has no text").message().key(), "formats.pdf.scan");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes);
        let _ = read(&[b"%PDF-1.4\n".as_slice(), &bytes].concat());
    }

    #[test]
    fn any_mistake_in_a_file_is_read_or_refused(at in 0usize..6_000, cut in 0usize..9, put in "[0-9<>\\[\\]/a-zA-Z ()-]{0,9}") {
        let mut bytes = samples::pdf(TEXT, PdfFont::Glyphs { table: true });
        let at = at.min(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, put.bytes());
        let _ = read(&bytes);
    }
}
