//! The core of the terminal program.

pub mod key;
