//! A web page.

#![no_main]

use ducha::plan::{self, ReadOptions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let page = [b"<!DOCTYPE html>".as_slice(), bytes].concat();
    let _ = plan::source_lines(&page, &ReadOptions::default());
});
