//! Every subcommand of the real program, in a clean home directory.

mod checklists;
mod fill;
mod init;
mod plans;
mod records;
mod usage;
