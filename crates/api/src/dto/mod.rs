//! What crosses the boundary to the window: plain data, no tokens (invariant 3), one file per subject.
//!
//! Times are seconds since 1970 in UTC. Every enum travels as a `snake_case` string.

mod agent;
mod client;
mod concession;
mod doctor;
mod event;
mod grant;
mod language;
mod list;
mod login;
mod notice;
mod problem;
mod receipt;
mod resource;
mod status;
mod trace;

pub use agent::*;
pub use client::*;
pub use concession::*;
pub use doctor::*;
pub use event::*;
pub use grant::*;
pub use language::*;
pub use list::*;
pub use login::*;
pub use notice::*;
pub use problem::*;
pub use receipt::*;
pub use resource::*;
pub use status::*;
pub use trace::*;

pub use model::{
    EventQuery, GrantKind, KeyringAnswer, LoginMethod, LoginMethodKind, PermitStanding, Protection,
    RedirectPreference as Redirect, ResourceState, Settings,
};
pub use oauth::metadata::{Basis as EndpointBasis, EnteredEndpoints as EndpointsEntered};
pub use oauth::registration::{AuthMethod, RegistrationKind};
pub use oauth::trace::Verdict;
