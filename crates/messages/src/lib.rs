//! Messages as data: what Gatelodge says is an id and its arguments, and becomes a sentence where somebody reads it.
//!
//! The sentences are in `messages/` at the top of the repository, in Project Fluent. build.rs makes a struct of each English
//! one, in [`text`], so a message without one of its arguments does not compile. A [`Renderer`] knows the language and the place.
//! This crate reads no environment and no clock: callers hand it what they know, and [`speak`] sets what a process speaks.

#![deny(missing_docs)]

mod catalogue;
mod formats;
mod index;
mod language;
mod message;
mod place;
mod pseudo;
mod renderer;
pub mod text;
mod typescript;
mod voice;

pub use language::{Language, tags};
pub use message::{Arg, Args, Text};
pub use place::Place;
pub use renderer::{Renderer, Zone};
pub use typescript::typescript;
pub use voice::{change_language, speak, spoken, told};
