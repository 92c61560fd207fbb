//! A real authorization server and a real MCP server on loopback, for the demo and for tests.
//!
//! Both follow the specifications strictly: they check PKCE, redirects, `resource` and audiences, so that a mistake of ours fails
//! here. On request they misbehave, one [`Switches`] field for each way that was seen in the field.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! let web = testbed::Testbed::start(testbed::Switches::default().approving_as("ada")).await?;
//! println!("{} guards {}", web.issuer(), web.resource());
//! web.switches().set(|s| s.rotating = false);
//! web.tokens().expire_access_tokens();
//! assert_eq!(web.requests("/token"), 0);
//! web.stop().await;
//! # Ok(())
//! # }
//! ```

mod access;
mod assertion;
mod authorization_response;
mod authorize;
mod challenge;
mod client_authentication;
mod client_document;
mod client_metadata;
mod clients;
mod consent;
mod controls;
mod device_authorization;
mod device_page;
mod devices;
mod dpop;
mod grant_type_names;
mod grant_types;
mod grants;
mod inspect;
mod introspect;
mod issue;
mod jwt;
mod log;
mod logins;
mod mcp;
mod metadata;
mod nonces;
mod notes;
mod pages;
mod params;
mod protected_resource;
mod random;
mod redirect;
mod register;
mod reply;
mod resource_parameter;
mod revoke;
mod scheme;
mod scopes;
mod server;
mod static_client;
pub mod switches;
mod testbed;
mod token;
mod tools;
mod topology;
mod used_ids;
mod users;
mod vouching;
mod world;

pub use inspect::{LiveGrant, SwitchBoard, Tokens};
pub use jwt::SigningKey;
pub use log::{LoggedRequest, Role};
pub use static_client::StaticClient;
pub use switches::Switches;
pub use testbed::{Options, Testbed};
pub use topology::Topology;
pub use vouching::platform_jwt;
