//! A record of an inspection.

#![no_main]

use ducha::inspection;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = inspection::read_header(text);
    let _ = inspection::read(text);
});
