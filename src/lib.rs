//! ducha 督查 turns a health commission's yearly plan into inspections, and inspections into reports.
//!
//! This page is the map. Dependencies point one way only, from the top of this list to the bottom:
//!
//! | module | owns | must not |
//! |---|---|---|
//! | [`cli`] | one file per subcommand, and the loop that joins [`app`], [`view`] and [`term`] | hold rules of the domain |
//! | [`term`] | terminal input and output, raw mode, restoring the screen on every way out | know what is on the screen |
//! | [`view`] | drawing: theme, measuring and wrapping of text, one file per screen | change state, touch disk or terminal |
//! | [`app`] | state, messages, `update(&mut App, Msg) -> Vec<Effect>`, the key map | touch disk, clock or terminal |
//! | [`trace`] | following clauses to items, tasks, records, findings and back | write files, count anew |
//! | [`report`] | tallies of a period, and one file for each way to lay them out | write files, count in a format |
//! | [`sync`] | hubs, members, segments, merging what several people did | write files, know the screen or the command line |
//! | [`store`] | the workspace on disk; the only module that writes a user's data | know the screen or the command line |
//! | [`editor`] | what text editors need: schemas, completion, hints, formatting, new files, the printable page | do input or output |
//! | [`ledger`] | findings after the inspection: numbers, states, re-inspection, closing | do input or output |
//! | [`inspection`] | records, answers, scoring, findings, life cycle | do input or output |
//! | [`task`] | campaigns, tasks, completion, the random draw | do input or output |
//! | [`checklist`] | the template language: model, reading, checking, generating, merging | do input or output |
//! | [`plan`] | documents → outline → clauses → indicators | do input or output |
//! | [`facility`] | inspected units, how they are found, how a register is taken over | do input or output |
//! | [`calendar`] | working days | do input or output |
//! | `moments` | days and moments as files spell them | do input or output |
//! | [`percent`] | rates as people read them | do input or output |
//! | [`table`] | the rows of CSV files and spreadsheets | do input or output, know what the cells mean |
//! | [`error`], [`i18n`] | what goes wrong and the language files | depend on any other module |
//!
//! `tests/architecture` holds these arrows in place.

#![forbid(unsafe_code)]
#![deny(missing_docs, clippy::all)]
#![warn(clippy::pedantic)]
// Names such as `plan::PlanHead` read well at their use.
#![allow(clippy::module_name_repetitions)]
// Every fallible function returns the one `Error`, whose kinds are documented there.
#![allow(clippy::missing_errors_doc)]
#![allow(clippy::must_use_candidate)]
// Messages, changes and the parts of a form exist a few at a time; boxing them would only cost clarity.
#![allow(clippy::large_enum_variant)]
// A table of cases reads better than one that is folded where two cases come to the same.
#![allow(clippy::match_same_arms)]

pub mod app;
pub mod calendar;
pub mod checklist;
pub mod cli;
pub mod editor;
pub mod error;
pub mod facility;
pub mod i18n;
pub mod inspection;
pub mod ledger;
mod moments;
pub mod percent;
pub mod plan;
pub mod report;
pub mod store;
pub mod sync;
pub mod table;
pub mod task;
pub mod term;
pub mod trace;
pub mod view;

rust_i18n::i18n!("src/i18n", fallback = "en");
