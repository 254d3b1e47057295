//! `ducha schema`: prints the JSON Schema of a sort of file, for editors.

use std::process::ExitCode;

use super::{Session, arguments::Schema};
use crate::error::Result;

pub fn run(session: &Session, arguments: &Schema) -> Result<ExitCode> {
    session.output.raw(&arguments.file.schema(session.lang))?;
    Ok(ExitCode::SUCCESS)
}
