//! A table from outside: the bytes of a CSV file; or, behind `<`, the parts of a workbook, separated by zero bytes and packed
//! here so that the archive does not hide them.

#![no_main]

use std::{
    io::{Cursor, Write},
    path::Path,
};

use ducha::table::{TableOptions, read_sheets, read_table};
use libfuzzer_sys::fuzz_target;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const PARTS: &[&str] = &["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"];

/// What a workbook with one sheet holds besides; nothing in it comes from the bytes.
const FRAME: &[(&str, &str)] = &[
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];

fuzz_target!(|bytes: &[u8]| {
    let Some(parts) = bytes.strip_prefix(b"<") else {
        let _ = read_table(bytes, Path::new("units.csv"), TableOptions::default());
        return;
    };
    let book = pack(parts);
    let _ = read_table(&book, Path::new("units.xlsx"), TableOptions::default());
    for sheet in read_sheets(&book).unwrap_or_default() {
        for cell in sheet.rows.iter().flat_map(|row| &row.cells) {
            let _ = (cell.day(), cell.shown());
        }
    }
});

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let frame = FRAME.iter().map(|(name, part)| (*name, part.as_bytes()));
    for (name, part) in frame.chain(PARTS.iter().copied().zip(bytes.split(|byte| *byte == 0))) {
        writer.start_file(name, options).expect("memory takes files");
        writer.write_all(part).expect("memory takes bytes");
    }
    writer.finish().expect("memory takes an archive").into_inner()
}
