//! The tools for people who edit checklists: language server, schemas, formatting, new files, previews.

mod commands;
mod manual;
mod server;
mod terminal;
mod versions;
