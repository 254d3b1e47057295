//! Any bytes: the format and the encoding are guessed, and the text is read or refused.

#![no_main]

use std::sync::LazyLock;

use ducha::plan::{self, ReadOptions, Topics};
use libfuzzer_sys::fuzz_target;

static TOPICS: LazyLock<Topics> = LazyLock::new(Topics::built_in);

fuzz_target!(|bytes: &[u8]| {
    let _ = plan::read(bytes, &TOPICS, &ReadOptions::default());
});
