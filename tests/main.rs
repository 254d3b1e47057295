//! The integration tests, in one binary.

mod support {
    pub mod pty;
}
mod terminal;
