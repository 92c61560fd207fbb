//! Transcripts: which requests are made, in which order, and what follows, over a canned web.

mod challenges;
mod discovery;
mod grant_types;
mod hidden;
mod hosts;
mod logins;
mod places;
mod quirks;
mod refresh;
mod registration;
mod revocation;
mod scopes;
mod tokens;
mod web;
