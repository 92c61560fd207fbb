//! The real program, with a vault of its own, against a real authorization server and MCP server.

mod bad_input;
mod browser;
mod choices;
mod clients;
mod durable;
mod ends;
mod hardening;
mod help;
mod journey;
#[cfg(unix)]
mod keys;
mod kill;
mod named;
mod processes;
mod pseudo;
mod revocation;
#[cfg(unix)]
mod scripts;
mod setup;
mod shapes;
mod tampering;
mod terminal;
mod told;
mod transcript;
#[cfg(unix)]
mod unlocking;
mod ways;
