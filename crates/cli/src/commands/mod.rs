//! One file a command, or a family of them.

pub(crate) mod account;
pub(crate) mod add;
pub(crate) mod agent;
pub(crate) mod call;
pub(crate) mod client;
pub(crate) mod concession;
pub(crate) mod doctor;
pub(crate) mod endpoints;
pub(crate) mod events;
pub(crate) mod findings;
pub(crate) mod login;
pub(crate) mod one_grant;
pub(crate) mod provider;
pub(crate) mod refresh;
pub(crate) mod revoke;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod token;
pub(crate) mod trace;
pub(crate) mod vault;
