//! Domain values as the window sees them. Nothing in here reaches for a token.

mod agent;
mod client;
mod concession;
mod doctor;
mod event;
mod grant;
mod problem;
mod receipt;
mod resource;
mod status;
mod trace;

pub use agent::{agent, agents, example, permit_offer};
pub use client::{client, client_options, provider};
pub use concession::{allowed, concessions, named};
pub use doctor::{diagnosis, diagnosis_file};
pub use event::event;
pub use grant::{grant, pending, started};
pub(crate) use problem::unwritable;
pub use problem::{problem, sentence};
pub use receipt::receipt;
pub use resource::{detail, login_method, resource};
pub use status::{endpoint_status, vault_status};
pub use trace::step;
