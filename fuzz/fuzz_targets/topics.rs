//! A vocabulary, and a text sorted by it.

#![no_main]

use std::path::Path;

use ducha::plan::{self, ReadOptions, Topics};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(topics) = Topics::read(text, Path::new("topics.toml")) {
        let _ = plan::read(text.as_bytes(), &topics, &ReadOptions::default());
    }
});
