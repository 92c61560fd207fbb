//! The localhost side: a small OAuth authorization server for this machine's agents, and the loopback redirect.
//!
//! Plain OAuth, no invented protocol (docs/design.md#the-endpoint): `POST /token` ([`token`], RFC 6749 §4.4 with RFC 8707's
//! `resource`), RFC 8414 metadata ([`metadata`]), `GET /callback` ([`callback`], RFC 8252 §7.3); on 127.0.0.1, `[::1]` and a Unix
//! socket. On the socket alone also, for the person,
//! [`vault`] (lock and unlock) and [`person`] (a token). Every request passes [`connection`] (who is there, how much, how long) and [`guard`] (no web page gets in) first.

mod callback;
mod client_authentication;
mod connection;
mod context;
mod description;
#[cfg(unix)]
mod dial;
mod form;
mod guard;
mod limits;
mod lock;
mod loopback;
mod metadata;
mod options;
mod pages;
mod paths;
mod peer;
mod person;
mod proof;
mod refusal;
mod reply;
mod routes;
mod serve;
mod slots;
mod socket;
mod status;
mod token;
mod vault;

#[cfg(unix)]
pub use dial::dial;
pub use options::Options;
pub use person::{PersonsWay, persons_way};
pub use status::Status;

use broker::Broker;
use lock::Claim;
use messages::text;
use serve::{serve, take_over};
use status::set;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What runs, or why it does not. Dropping it stops it without waiting.
pub struct Endpoint {
    status: watch::Receiver<Status>,
    /// All tasks end when this is dropped.
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

/// Serves `broker` on loopback and the Unix socket, as far as that is possible; never fails, [`Status`] says what is missing.
///
/// One host of a vault serves. The others note it, and one of them takes over when it ends.
pub async fn start(broker: Broker, options: Options) -> Endpoint {
    let (stop, stopped) = watch::channel(());
    let (status, shown) = watch::channel(Status::default());
    let lock_file = lock::path(broker.home());
    let socket = options
        .socket
        .clone()
        .unwrap_or_else(|| broker.home().dir().join("run/endpoint.sock"));
    let task = match lock::claim(&lock_file).await {
        Ok(Claim::Ours(lock)) => {
            tokio::spawn(serve(broker, options.port, &socket, lock, status, stopped).await)
        }
        Ok(Claim::Theirs(holder)) => {
            set(&status, Status::of_other(&holder));
            tokio::spawn(take_over(
                broker,
                options.port,
                socket,
                lock_file,
                status,
                stopped,
            ))
        }
        Err(error) => {
            let message = text::EndpointNotLocked {
                path: lock_file.display().to_string(),
                error: error.to_string(),
            };
            set(
                &status,
                Status {
                    message: Some(message.into()),
                    ..Status::default()
                },
            );
            tokio::spawn(async {})
        }
    };
    Endpoint {
        status: shown,
        stop,
        task,
    }
}

impl Endpoint {
    /// What runs now.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Tells when the status becomes another: this host took over from one that ended.
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Lets answers under way finish, for as long as an issuer is waited for and a moment; then the ports are closed and the
    /// socket is gone.
    pub async fn stop(self) {
        let Self { stop, task, .. } = self;
        drop(stop);
        // It ends by itself, and only a panic of ours could keep it from saying so.
        let _ = task.await;
    }
}
