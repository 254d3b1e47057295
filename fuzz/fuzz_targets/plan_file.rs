//! A plan and its corrections as they are kept, separated by a zero byte.

#![no_main]

use ducha::plan::{Corrections, Plan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (plan, corrections) = text.split_once('\0').unwrap_or((text, ""));
    let Ok(mut plan) = toml::from_str::<Plan>(plan) else { return };
    let _ = plan.to_json(ducha::i18n::Lang::Zh);
    if let Ok(corrections) = toml::from_str::<Corrections>(corrections) {
        corrections.apply(&mut plan);
        let written = toml::to_string(&plan).expect("a plan is data");
        assert!(toml::from_str::<Plan>(&written).is_ok());
    }
});
