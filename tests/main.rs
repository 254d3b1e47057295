//! The integration tests, in one binary.

mod architecture;
mod commands;
mod editing;
mod filling;
mod navigation;
mod reports;
mod screens;
mod support;
mod sync;
mod terminal;
mod withstand;
