//! The model: what all rooms speak of, each word once, in the shape in which the vault keeps it and the window shows it.
//!
//! A type in here has no behaviour but what follows from its own fields. It reads no clock and does no I/O, as `oauth`.

#![deny(missing_docs)]

mod agent;
mod client;
mod closed_vault;
mod code;
mod concession;
mod diagnosis;
mod event;
mod grant;
mod login_attempt;
mod login_hosts;
mod login_method;
mod permit;
mod protection;
mod provider;
mod quoting;
mod receipt;
mod redirect;
mod remedy;
mod resource;
mod settings;

pub use agent::Agent;
pub use client::ClientRecord;
pub use closed_vault::ClosedVault;
pub use code::Code;
pub use concession::{ConcessionText, known_pattern};
pub use diagnosis::{Diagnosis, DiagnosisResult, Diagram, DiagramMessage, Finding, FindingKind};
pub use event::{Event, EventKind, EventQuery, NewEvent};
pub use grant::{
    Account, Grant, GrantId, GrantKind, GrantState, LoginReason, NamedBy, Next, Refusal, Trouble,
};
pub use login_attempt::{
    AccountWish, BrowserLogin, DeviceLogin, LoginAttempt, LoginKind, LoginStatus,
};
pub use login_hosts::{login_hosts, where_a_login_goes};
pub use login_method::{LoginMethod, LoginMethodKind};
pub use permit::{Permit, PermitOffer, PermitStanding, Standing, StandingPermit};
pub use protection::{KeyringAnswer, Protection};
pub use provider::IdentityProvider;
pub use quoting::quoting;
pub use receipt::{
    LastToken, PartyAnswer, Receipt, ReceiptOutcome, ReceiptStep, ReceiptStepKind, RevocationState,
};
pub use redirect::RedirectPreference;
pub use remedy::Remedy;
pub use resource::{ResourceProtection, ResourceRecord, ResourceState};
pub use settings::Settings;
