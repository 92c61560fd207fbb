//! The endpoint over real sockets: raw HTTP, a real broker on a real vault, a real authorization server and MCP server.

mod by_itself;
mod callback;
mod guards;
mod http;
#[cfg(target_os = "linux")]
mod person;
mod setup;
mod smuggling;
mod socket;
mod token;
mod vault;
