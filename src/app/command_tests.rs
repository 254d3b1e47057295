//! What holds for every key.

use std::collections::HashMap;

use super::*;

#[test]
fn no_key_means_two_things_on_one_screen() {
    for &context in EVERYWHERE {
        let mut meanings = HashMap::new();
        for binding in bindings(context) {
            for key in std::iter::once(&binding.key).chain(binding.also) {
                let other = meanings.insert(*key, binding.command);
                assert_eq!(other, None, "{key:?} in {context:?}");
            }
        }
    }
}

#[test]
fn every_first_key_works_with_an_input_method_on() {
    for binding in BINDINGS {
        let letter = matches!(binding.key.code, Code::Char(letter) if letter.is_ascii_alphabetic());
        assert!(!letter || binding.key.ctrl, "{:?} is a bare letter", binding.key);
    }
}

#[test]
fn everywhere_there_is_a_way_back() {
    for &context in EVERYWHERE {
        assert_eq!(command(context, ESC), Some(Command::Back), "{context:?}");
    }
}
