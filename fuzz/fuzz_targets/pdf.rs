//! A PDF file.

#![no_main]

use ducha::plan::{self, ReadOptions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = if bytes.starts_with(b"%PDF-") { bytes.to_vec() } else { [b"%PDF-1.7\n".as_slice(), bytes].concat() };
    let _ = plan::source_lines(&file, &ReadOptions::default());
});
