//! What the window may call: the command list, the data that crosses, and the notices that come back.
//!
//! A command is one line of [`commands`]; its body turns domain values into [`dto`]s, which hold no server's
//! token (invariant 3). [`Host`] is one running Gatelodge: broker, endpoint and demo provider.

pub mod bindings;
mod choices;
mod commands;
pub mod convert;
mod demo;
pub mod dto;
mod glance;
mod host;
mod key_source;
mod link;
mod looks;
mod news;
mod opening;
mod signals;
mod watch;

pub use glance::{Glance, Line, Mood, Tidings};
pub use host::{Host, HostOptions};
pub use key_source::key_source;
pub use news::{Item, News};
pub use signals::{Signals, outlive_a_file_limit};
