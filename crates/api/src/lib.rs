//! What the window may call: the command list, the data that crosses, and the notices that come back.
//!
//! A command is one line of [`commands`]; its body turns domain values into [`dto`]s, which hold no server's
//! token (invariant 3). [`Host`] is one running Gatelodge: broker, endpoint and demo provider.

#![deny(missing_docs)]

pub mod bindings;
mod commands;
pub mod convert;
mod deep_link;
mod demo;
pub mod dto;
mod host;
mod key_source;
mod language;
mod last_diagnosis;
mod links;
mod lock;
mod log;
mod notices;
mod signals;
mod start;
mod tray_words;
mod typescript;
mod vault_notices;
mod watch;

pub use demo::{DemoAccount, DemoProvider, demo_program, installed_demo};
pub use host::{Host, HostOptions};
pub use key_source::key_source;
pub use language::{speak_as_chosen, speak_to_person};
pub use log::start_log;
pub use notices::{NoticeItem, NoticeStream};
pub use signals::{Signals, outlive_a_file_limit};
pub use tray_words::{Notification, TrayItem, TrayState, TraySummary, state_words};
