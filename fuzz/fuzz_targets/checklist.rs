//! A checklist; what is read without a mistake is written and read again as the same.

#![no_main]

use ducha::checklist;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Some(read) = checklist::read(text).checklist else { return };
    let again = checklist::read(&checklist::write(&read)).checklist;
    assert_eq!(again.as_ref(), Some(&read));
});
