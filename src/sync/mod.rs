//! Sync over any dumb storage: what travels, how it is merged, and how nobody has to be trusted.
//!
//! [`kind`] says what travels, [`merge`] what a document comes to, [`segment`] and [`roster`] how it is signed, sealed and
//! chained, [`carry`] how it gets from one place to another, [`exchange`] one sync from beginning to end, [`dispute`] what people have to decide, [`wording`] how it is called. [`place`] is where a
//! hub is, [`connect`] the way there, [`visit`] one stay. This module writes files through [`crate::store`] only, and knows
//! neither screen nor command line. A hub is never trusted: it can hold things back, and nothing else.

mod apply;
pub mod carry;
pub mod connect;
pub mod credentials;
pub mod dispute;
mod examine;
pub mod exchange;
pub mod fields;
mod folder;
pub mod hub;
pub mod invite;
pub mod joining;
pub mod keys;
pub mod kind;
pub mod members;
pub mod merge;
pub mod mirror;
pub mod outcome;
pub mod place;
pub mod refused;
pub mod relay;
#[cfg(feature = "remote")]
pub mod remote;
pub mod render;
pub mod replica;
pub mod revision;
pub mod roster;
mod rows;
pub mod segment;
mod sent;
pub mod state;
pub mod unheeded;
pub mod verify;
pub mod visit;
mod wholes;
pub mod wording;
pub mod work;

#[cfg(test)]
mod breaking;
#[cfg(test)]
mod simulation_tests;
