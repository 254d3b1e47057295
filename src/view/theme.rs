//! Styles by meaning, and the marks and borders that go with them.
