//! Any text: it is read the same way each time, and every clause stands where it says.

#![no_main]

use std::sync::LazyLock;

use ducha::plan::{self, Plan, ReadOptions, Topics};
use libfuzzer_sys::fuzz_target;

static TOPICS: LazyLock<Topics> = LazyLock::new(Topics::built_in);

fuzz_target!(|text: &str| {
    let options = ReadOptions { encoding: Some("utf-8"), ..ReadOptions::default() };
    let Ok(plan) = plan::read(text.as_bytes(), &TOPICS, &options) else { return };
    let again = plan::read(text.as_bytes(), &TOPICS, &options).expect("it was read before");
    assert_eq!(plan, again);
    if let Ok(lines) = plan::source_lines(text.as_bytes(), &options) {
        assert_places(&lines, &plan);
    }
});

/// Asserts that the text of every clause is what stands at its line and span.
fn assert_places(lines: &[String], plan: &Plan) {
    for clause in &plan.clauses {
        let joined = lines[clause.line - 1..].iter().flat_map(|line| line.chars());
        let there: String = joined.skip(clause.span.0).take(clause.span.1 - clause.span.0).collect();
        assert_eq!(there, clause.text);
    }
}
