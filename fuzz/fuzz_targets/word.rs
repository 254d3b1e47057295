//! The parts of a Word document, separated by zero bytes and packed here so that the archive does not hide them; or, where
//! the bytes begin as an archive does, the archive itself.

#![no_main]

use std::io::{Cursor, Write};

use ducha::plan::{self, ReadOptions};
use libfuzzer_sys::fuzz_target;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const PARTS: &[&str] = &["word/document.xml", "word/numbering.xml", "word/styles.xml"];

fuzz_target!(|bytes: &[u8]| {
    let archive = if bytes.starts_with(b"PK\x03\x04") { bytes.to_vec() } else { pack(bytes) };
    let _ = plan::source_lines(&archive, &ReadOptions::default());
});

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, part) in PARTS.iter().zip(bytes.split(|byte| *byte == 0)) {
        writer.start_file(*name, options).expect("memory takes files");
        writer.write_all(part).expect("memory takes bytes");
    }
    writer.finish().expect("memory takes an archive").into_inner()
}
