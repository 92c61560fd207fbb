//! A running testbed: two servers on loopback, for as long as this value lives.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clients::Client;
use crate::inspect::{SwitchBoard, Tokens};
use crate::introspect::RESOURCE_SERVER;
use crate::log::{LoggedRequest, Role};
use crate::random::now_seconds;
use crate::server;
use crate::static_client::StaticClient;
use crate::switches::Switches;
use crate::users::USERS;
use crate::world::{Ports, World};

/// An authorization server and an MCP server on loopback. All stop when this is dropped.
pub struct Testbed {
    pub(crate) world: Arc<World>,
    servers: Vec<JoinHandle<()>>,
}

/// How a testbed starts.
#[derive(Debug, Clone, Default)]
pub struct Options {
    as_port: u16,
    mcp_port: u16,
    switches: Switches,
    controls: bool,
    login_host: bool,
    gateway: bool,
    resource_by_name: bool,
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

    /// Pages and endpoints of the authorization server on a host of their own.
    #[must_use]
    pub(crate) fn login_host(mut self) -> Self {
        self.login_host = true;
        self
    }

    /// The registration endpoint on a host of its own.
    #[must_use]
    pub(crate) fn gateway(mut self) -> Self {
        self.gateway = true;
        self
    }

    /// The MCP server calls itself `localhost`.
    #[must_use]
    pub(crate) fn resource_by_name(mut self) -> Self {
        self.resource_by_name = true;
        self
    }

    /// Binds the ports and serves.
    pub async fn start(self) -> io::Result<Testbed> {
        let issuer = listener(self.as_port).await?;
        let mcp_server = listener(self.mcp_port).await?;
        let login_host = if self.login_host {
            Some(listener(0).await?)
        } else {
            None
        };
        let gateway = if self.gateway {
            Some(listener(0).await?)
        } else {
            None
        };
        let ports = Ports {
            authorization_server: issuer.local_addr()?.port(),
            mcp_server: mcp_server.local_addr()?.port(),
            login_host: login_host
                .as_ref()
                .map(TcpListener::local_addr)
                .transpose()?
                .map(|address| address.port()),
            gateway: gateway
                .as_ref()
                .map(TcpListener::local_addr)
                .transpose()?
                .map(|address| address.port()),
        };
        let mcp_host = if self.resource_by_name {
            "localhost"
        } else {
            "127.0.0.1"
        };
        let world = Arc::new(World::new(ports, mcp_host, self.switches, self.controls));

        let mut servers = Vec::new();
        let mut serve = |role, listener, routes: fn(Arc<World>) -> Router| {
            servers.push(tokio::spawn(server::serve(
                role,
                listener,
                routes(Arc::clone(&world)),
                Arc::clone(&world),
            )));
        };
        serve(Role::McpServer, mcp_server, server::mcp_server);
        match login_host {
            None => serve(
                Role::AuthorizationServer,
                issuer,
                server::authorization_server,
            ),
            Some(login_host) => {
                serve(Role::AuthorizationServer, issuer, server::issuer_alone);
                serve(Role::LoginHost, login_host, server::login_host);
            }
        }
        if let Some(gateway) = gateway {
            serve(Role::Gateway, gateway, server::gateway);
        }
        Ok(Testbed { world, servers })
    }
}

async fn listener(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

impl Testbed {
    /// Starts on two free ports.
    pub async fn start(switches: Switches) -> io::Result<Self> {
        Self::options().switches(switches).start().await
    }

    /// Starts on these two ports.
    pub async fn start_on(as_port: u16, mcp_port: u16, switches: Switches) -> io::Result<Self> {
        Self::options()
            .ports(as_port, mcp_port)
            .switches(switches)
            .start()
            .await
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
        self.log()
            .into_iter()
            .filter(|request| request.path == path)
            .collect()
    }

    /// How many requests to this path got this status, on either server.
    pub fn answered(&self, path: &str, status: u16) -> usize {
        self.requests_to(path)
            .iter()
            .filter(|request| request.status == Some(status))
            .count()
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
        (
            RESOURCE_SERVER.to_owned(),
            self.world.introspection_secret.clone(),
        )
    }

    /// A native client that an administrator registered by hand: its client id and, if it is to have one, its secret, to be
    /// shown by Basic or in the body.
    pub fn preregister(
        &self,
        name: &str,
        redirect_uris: &[&str],
        with_secret: bool,
    ) -> (String, Option<String>) {
        let client = Client::by_hand(
            name,
            redirect_uris.iter().map(ToString::to_string).collect(),
            with_secret,
        );
        let made = (client.id.clone(), client.secret.clone());
        self.world
            .memory()
            .clients
            .insert(client.id.clone(), client);
        made
    }

    /// The proxy in front of the authorization server starts anew and has forgotten what it fetched.
    pub fn restart_proxy(&self) {
        let mut memory = self.world.memory();
        memory.proxy_awake = false;
        memory.stand_ins.clear();
    }

    /// A client that an administrator registered by hand.
    pub fn add_client(&self, client: StaticClient) {
        let client = client.into_client();
        self.world
            .memory()
            .clients
            .insert(client.id.clone(), client);
    }

    /// The time by the testbed's own clock, in seconds since 1970: what it compares the times of JWTs with.
    pub fn now() -> u64 {
        now_seconds()
    }

    /// Hands over a client id metadata document, as if it had been fetched from its address.
    pub fn publish_client_document(&self, client_id: &str, document: Value) {
        self.world
            .memory()
            .client_documents
            .insert(client_id.to_owned(), document);
    }

    /// Stops the servers; their ports are free when this returns.
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
