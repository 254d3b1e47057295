//! Every subcommand of the real program, in a clean home directory.

mod checklists;
mod draws;
mod facilities;
mod fill;
mod init;
mod plans;
mod records;
mod reviews;
mod tasks;
mod trace;
mod usage;
