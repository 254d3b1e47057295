//! What the tests stand on: a clean home, a small workspace, the core with its shell, and a terminal.

pub mod environment;
pub mod pty;
pub mod screen;
pub mod tester;
