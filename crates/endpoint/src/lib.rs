//! The localhost side: a small OAuth authorization server for this machine's agents, and the loopback redirect.
//!
//! Plain OAuth, no invented protocol (DESIGN.md, "The endpoint"): `POST /token` ([`token`], RFC 6749 §4.4 with RFC 8707's
//! `resource`), RFC 8414 metadata ([`metadata`]), `GET /callback` ([`callback`], RFC 8252 §7.3); on 127.0.0.1, [::1] and a Unix
//! socket. On the socket alone also [`vault`], for the
//! person: lock and unlock. Every request passes [`connection`] (who is there, how much, how long) and [`guard`] (no web page gets in) first.

mod callback;
mod client;
mod connection;
#[cfg(unix)]
mod dial;
mod form;
mod guard;
mod limits;
mod listen;
mod lock;
mod metadata;
mod options;
mod pages;
mod peer;
mod reply;
mod routes;
mod slots;
mod socket;
mod token;
mod vault;

#[cfg(unix)]
pub use dial::dial;
pub use options::Options;

use broker::Broker;
use connection::Listener;
use lock::{Claim, Serving};
use routes::Context;
use slots::Slots;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What runs, or why it does not. Dropping it stops it without waiting.
pub struct Endpoint {
    status: watch::Receiver<Status>,
    /// All tasks end when this is dropped.
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// This process listens on 127.0.0.1.
    pub listening: bool,
    /// `http://127.0.0.1:PORT`, ours or that of the host that serves instead.
    pub address: Option<String>,
    pub socket: Option<PathBuf>,
    /// Another host of this vault serves, and address and socket are its own.
    pub elsewhere: bool,
    /// What could not be done, and what to do about it.
    pub message: Option<String>,
    /// A login's loopback answer on this port reaches this vault: we listen, or another host of it does.
    pub loopback: Option<u16>,
}

/// How often a host that does without looks whether the one that serves has gone, or the program that holds our port.
const TAKE_OVER_EVERY: Duration = Duration::from_secs(2);
/// Open revocations come by other processes, too: they are looked for so often, and no sooner than that.
const RETRY_LOOK: Duration = Duration::from_mins(30);
const RETRY_LEAST: Duration = Duration::from_mins(1);
/// How long a stop waits for answers under way, once no issuer is waited for any more.
const GRACE: Duration = Duration::from_secs(2);

/// Serves `broker` on loopback and the Unix socket, as far as that is possible; never fails, [`Status`] says what is missing.
///
/// One host of a vault serves. The others note it, and one of them takes over when it ends.
pub async fn start(broker: Broker, options: Options) -> Endpoint {
    let (stop, stopped) = watch::channel(());
    let (status, shown) = watch::channel(Status::default());
    let lock_file = broker.home().dir().join("endpoint.lock");
    let socket = options
        .socket
        .clone()
        .unwrap_or_else(|| broker.home().dir().join("run/endpoint.sock"));
    let task = match lock::claim(&lock_file).await {
        Ok(Claim::Ours(claimed)) => {
            tokio::spawn(serve(broker, options.port, &socket, claimed, status, stopped).await)
        }
        Ok(Claim::Theirs(other)) => {
            set(&status, does_without(&other));
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
            let message = format!(
                "The endpoint could not start: {} cannot be locked ({error}).",
                lock_file.display()
            );
            set(
                &status,
                Status {
                    message: Some(message),
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

/// Binds what can be bound. The future that it gives serves until the stop, and holds the lock for as long. A port that is
/// taken is tried again, since logins and agents know no other.
async fn serve(
    broker: Broker,
    port: u16,
    socket: &Path,
    mut claimed: lock::Claimed,
    status: watch::Sender<Status>,
    stopped: watch::Receiver<()>,
) -> impl Future<Output = ()> + Send + 'static {
    let mut listeners = Vec::new();
    let mut bound = None;
    let port_message = match listen::loopback(port).await {
        Ok(tcp) => {
            bound = Some(tcp.port);
            let message = tcp.message.clone();
            listeners.extend(of_loopback(tcp));
            message
        }
        Err(message) => Some(message),
    };
    let (path, socket_message) = match socket::listen(socket).await {
        Ok(listener) => {
            listeners.push(Listener::Unix(listener));
            (Some(socket.to_owned()), None)
        }
        Err(message) => (None, Some(message)),
    };
    let found = move |bound: Option<u16>, port_message: Option<String>| Status {
        listening: bound.is_some(),
        address: bound.map(listen::address),
        socket: path.clone(),
        elsewhere: false,
        message: port_message
            .into_iter()
            .chain(socket_message.clone())
            .reduce(|one, other| format!("{one} {other}")),
        loopback: bound,
    };
    let now = found(bound, port_message);
    claimed.tell(&Serving::here(bound, now.socket.clone()));
    set(&status, now);
    let retrying = retry_revocations(broker.clone(), stopped.clone());
    let context = Arc::new(Context::new(broker.clone(), bound));
    let routes = routes::routes(Arc::clone(&context));
    async move {
        let (slots, air) = (Slots::default(), broker.air());
        let accept = |listener| {
            connection::accept(
                listener,
                routes.clone(),
                slots.clone(),
                stopped.clone(),
                air.clone(),
            )
        };
        let accepting = futures_util::future::join_all(listeners.into_iter().map(accept));
        let later = async {
            let Some(tcp) = when_free(port, bound, stopped.clone()).await else {
                return;
            };
            context.listens_on(tcp.port);
            let now = found(Some(tcp.port), tcp.message.clone());
            claimed.tell(&Serving::here(Some(tcp.port), now.socket.clone()));
            set(&status, now);
            futures_util::future::join_all(of_loopback(tcp).map(accept)).await;
        };
        let serving = futures_util::future::join3(accepting, later, retrying);
        // Whoever serves agents renews for them.
        tokio::select! {
            _ = serving => {}
            () = broker.renew_ahead() => {}
        }
        air.landed().await;
        slots.all_free(GRACE).await;
        drop(claimed);
    }
}

fn of_loopback(tcp: listen::Loopback) -> impl Iterator<Item = Listener> {
    std::iter::once(tcp.v4).chain(tcp.v6).map(Listener::Tcp)
}

/// The port, as soon as the program that holds it has gone. None if it is ours already, or at the stop.
async fn when_free(
    port: u16,
    bound: Option<u16>,
    mut stopped: watch::Receiver<()>,
) -> Option<listen::Loopback> {
    while bound.is_none() {
        tokio::select! {
            _ = stopped.changed() => return None,
            () = tokio::time::sleep(TAKE_OVER_EVERY) => {}
        }
        if let Ok(tcp) = listen::loopback(port).await {
            return Some(tcp);
        }
    }
    None
}

/// What issuers have not taken back is tried again when it is due, by the one host that serves.
async fn retry_revocations(broker: Broker, mut stopped: watch::Receiver<()>) {
    loop {
        // A try that is cut stays open, and is due again.
        let due = tokio::select! {
            _ = stopped.changed() => return,
            due = broker.retry_due_revocations() => due,
        };
        let due = due.unwrap_or_else(|error| {
            tracing::debug!(%error, "open revocations were not looked at");
            None
        });
        let left = due
            .and_then(|at| u64::try_from(at.since(broker.now())).ok())
            .map_or(RETRY_LOOK, Duration::from_secs);
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(left.clamp(RETRY_LEAST, RETRY_LOOK)) => {}
        }
    }
}

/// Waits for the host that serves to end, and serves in its place.
async fn take_over(
    broker: Broker,
    port: u16,
    socket: PathBuf,
    lock_file: PathBuf,
    status: watch::Sender<Status>,
    mut stopped: watch::Receiver<()>,
) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(TAKE_OVER_EVERY) => {}
        }
        match lock::claim(&lock_file).await {
            Ok(Claim::Ours(claimed)) => {
                let serving =
                    Box::pin(serve(broker, port, &socket, claimed, status, stopped)).await;
                return Box::pin(serving).await;
            }
            Ok(Claim::Theirs(other)) => set(&status, does_without(&other)),
            Err(error) => tracing::warn!(%error, "the endpoint's lock cannot be read"),
        }
    }
}

fn does_without(other: &Serving) -> Status {
    Status {
        listening: false,
        address: other.port.map(listen::address),
        socket: other.socket.clone(),
        elsewhere: true,
        message: Some(format!(
            "{other} already serves this vault; this one does without, and takes over when it ends."
        )),
        loopback: other.port,
    }
}

fn set(status: &watch::Sender<Status>, found: Status) {
    status.send_if_modified(|known| {
        let other = *known != found;
        if let Some(message) = found.message.as_ref().filter(|_| other) {
            tracing::info!(%message, "endpoint");
        }
        *known = found;
        other
    });
}
