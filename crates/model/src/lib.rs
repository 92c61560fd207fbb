//! The model: what all rooms speak of, each word once, in the shape in which the vault keeps it and the window shows it.
//!
//! A type in here has no behaviour but what follows from its own fields. It reads no clock and does no I/O, as `oauth`.

#![deny(missing_docs)]

mod event;
mod grant;
mod login_attempt;

pub use event::{Event, EventKind, EventQuery, NewEvent};
pub use grant::{
    Account, Grant, GrantId, GrantKind, GrantState, LoginReason, Next, Refusal, Trouble,
};
pub use login_attempt::{
    AccountWish, BrowserLogin, DeviceLogin, LoginAttempt, LoginKind, LoginStatus,
};
