//! A running testbed: two servers on loopback, for as long as this value lives.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clients::{AuthMethod, Client};
use crate::inspect::{SwitchBoard, Tokens};
use crate::introspect::RESOURCE_SERVER;
use crate::log::{LoggedRequest, Role};
use crate::random::{now_seconds, opaque};
use crate::redirect::ApplicationType;
use crate::server;
use crate::switches::Switches;
use crate::users::USERS;
use crate::world::World;

/// An authorization server and an MCP server on loopback. Both stop when this is dropped.
pub struct Testbed {
    world: Arc<World>,
    servers: [JoinHandle<()>; 2],
}

/// How a testbed starts.
#[derive(Debug, Clone, Default)]
pub struct Options {
    as_port: u16,
    mcp_port: u16,
    switches: Switches,
    controls: bool,
}

impl Options {
    /// Fixed ports; 0 lets the system choose.
    #[must_use]
    pub fn ports(mut self, authorization_server: u16, mcp_server: u16) -> Self {
        (self.as_port, self.mcp_port) = (authorization_server, mcp_server);
        self
    }

    /// The switches at the start.
    #[must_use]
    pub fn switches(mut self, switches: Switches) -> Self {
        self.switches = switches;
        self
    }

    /// Whether `/__testbed/…` is there. Never in the demo: anybody on the machine could turn its switches.
    #[must_use]
    pub fn controls(mut self, controls: bool) -> Self {
        self.controls = controls;
        self
    }

    /// Binds both ports and serves.
    pub async fn start(self) -> io::Result<Testbed> {
        let authorization_server = TcpListener::bind((Ipv4Addr::LOCALHOST, self.as_port)).await?;
        let mcp_server = TcpListener::bind((Ipv4Addr::LOCALHOST, self.mcp_port)).await?;
        let (as_port, mcp_port) = (authorization_server.local_addr()?.port(), mcp_server.local_addr()?.port());
        let world = Arc::new(World::new(as_port, mcp_port, self.switches, self.controls));
        let serve = |role, listener, routes| tokio::spawn(server::serve(role, listener, routes, Arc::clone(&world)));
        let servers = [
            serve(Role::AuthorizationServer, authorization_server, server::authorization_server(Arc::clone(&world))),
            serve(Role::McpServer, mcp_server, server::mcp_server(Arc::clone(&world))),
        ];
        Ok(Testbed { world, servers })
    }
}

impl Testbed {
    /// Starts on two free ports.
    pub async fn start(switches: Switches) -> io::Result<Self> {
        Self::options().switches(switches).start().await
    }

    /// Starts on these two ports.
    pub async fn start_on(as_port: u16, mcp_port: u16, switches: Switches) -> io::Result<Self> {
        Self::options().ports(as_port, mcp_port).switches(switches).start().await
    }

    /// Everything that can be chosen at the start.
    pub fn options() -> Options {
        Options::default()
    }

    /// The authorization server's issuer identifier, as it really is.
    pub fn issuer(&self) -> String {
        self.world.issuer()
    }

    /// The MCP server's URI.
    pub fn resource(&self) -> String {
        self.world.resource()
    }

    /// All requests so far, oldest first.
    pub fn log(&self) -> Vec<LoggedRequest> {
        self.world.log.all()
    }

    /// How many requests there were to this path, on either server.
    pub fn requests(&self, path: &str) -> usize {
        self.requests_to(path).len()
    }

    /// The requests to this path, on either server.
    pub fn requests_to(&self, path: &str) -> Vec<LoggedRequest> {
        self.log().into_iter().filter(|request| request.path == path).collect()
    }

    /// Forgets the requests so far, so that a test can count from here.
    pub fn clear_log(&self) {
        self.world.log.clear();
    }

    /// The switches, to be changed while it runs.
    pub fn switches(&self) -> SwitchBoard {
        SwitchBoard(Arc::clone(&self.world))
    }

    /// The tokens, to be looked at and interfered with.
    pub fn tokens(&self) -> Tokens {
        Tokens(Arc::clone(&self.world))
    }

    /// The people who have an account: user name and password.
    pub fn accounts() -> [(&'static str, &'static str); 2] {
        USERS.map(|user| (user.sub, user.password))
    }

    /// Client id and secret of the resource server, for the introspection endpoint.
    pub fn introspection_client(&self) -> (String, String) {
        (RESOURCE_SERVER.to_owned(), self.world.introspection_secret.clone())
    }

    /// A native client that an administrator registered by hand: its client id and, if it is to have one, its secret, to be
    /// shown by Basic or in the body.
    pub fn preregister(&self, name: &str, redirect_uris: &[&str], with_secret: bool) -> (String, Option<String>) {
        let id = opaque("preregistered_");
        let secret = with_secret.then(|| opaque("secret_"));
        let client = Client {
            id: id.clone(),
            name: name.to_owned(),
            uri: None,
            software_id: None,
            redirect_uris: redirect_uris.iter().map(ToString::to_string).collect(),
            grant_types: vec!["authorization_code".into(), "refresh_token".into()],
            scope: None,
            kind: ApplicationType::Native,
            secret: secret.clone(),
            methods: if with_secret { vec![AuthMethod::Basic, AuthMethod::Post] } else { vec![AuthMethod::None] },
            registration_access_token: None,
            issued_at: now_seconds(),
        };
        self.world.memory().clients.insert(id.clone(), client);
        (id, secret)
    }

    /// Hands over a client id metadata document, as if it had been fetched from its address.
    pub fn publish_client_document(&self, client_id: &str, document: Value) {
        self.world.memory().client_documents.insert(client_id.to_owned(), document);
    }

    /// Stops both servers; their ports are free when this returns.
    pub async fn stop(mut self) {
        for server in &mut self.servers {
            server.abort();
            // Being cancelled is what was asked for.
            let _ = server.await;
        }
    }
}

impl Drop for Testbed {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}
