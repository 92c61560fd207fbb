//! Servers that nobody here wrote: the journey by the real program, and each way to log in by the broker that all
//! our programs have. `cargo xtask peers` installs them and sets `GATELODGE_PEERS`; without it there is nothing to
//! run against.

mod authlib;
mod better_auth;
mod browser;
mod desk;
mod django;
mod fastmcp;
mod journeys;
mod mcp;
mod oidc_accounts;
mod oidc_clients;
mod oidc_grants;
mod oidc_refusals;
mod peer;
mod program;
mod sdk_example;
#[path = "../it/setup.rs"]
#[expect(
    dead_code,
    reason = "the journey against our own testbed needs more of it"
)]
mod setup;
mod workers;
