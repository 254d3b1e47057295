//! What the tests stand on: a clean home, a small workspace, the core with its shell, and a terminal.

#[cfg(feature = "remote")]
pub mod dav;
pub mod environment;
pub mod pty;
pub mod screen;
#[cfg(feature = "remote")]
pub mod servers;
pub mod tester;
