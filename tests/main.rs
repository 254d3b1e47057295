//! The integration tests, in one binary.

mod architecture;
mod commands;
mod editing;
mod filling;
mod navigation;
mod screens;
mod support;
mod terminal;
