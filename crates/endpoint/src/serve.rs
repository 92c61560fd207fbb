//! Serving, by the one host of a vault that holds the lock; and waiting for it, by the others.

use crate::connection::{self, GRACE, Listener};
use crate::context::Context;
use crate::lock::{self, Claim, Holder, LockFile};
use crate::proof::Proof;
use crate::routes::Routes;
use crate::slots::Slots;
use crate::status::{Status, set};
use crate::{loopback, socket};
use broker::Broker;
use messages::{Text, text};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often a host that does without looks whether the one that serves has gone, or the program that holds our port.
const TAKE_OVER_EVERY: Duration = Duration::from_secs(2);
/// Open revocations come by other processes, too: they are looked for so often, and no sooner than that.
const RETRY_LOOK: Duration = Duration::from_mins(30);
const RETRY_LEAST: Duration = Duration::from_mins(1);

/// Binds what can be bound. The future that it gives serves until the stop, and holds the lock for as long. A port that is
/// taken is tried again, since logins and agents know no other.
pub(crate) async fn serve(
    broker: Broker,
    port: u16,
    socket: &Path,
    mut lock: LockFile,
    status: watch::Sender<Status>,
    stopped: watch::Receiver<()>,
) -> impl Future<Output = ()> + Send + 'static {
    let (listeners, mut addresses) = bind(port, socket).await;
    addresses.tell(&mut lock, &status);
    let retrying = retry_revocations(broker.clone(), stopped.clone());
    let proof = addresses.proof.clone();
    let context = Arc::new(Context::new(broker.clone(), addresses.port, proof));
    let routes = Routes::of(&context);
    async move {
        let (slots, exchanges) = (Slots::default(), broker.exchanges());
        let accept = |listener| {
            connection::accept(
                listener,
                routes.clone(),
                slots.clone(),
                stopped.clone(),
                exchanges.clone(),
            )
        };
        let accepting = futures_util::future::join_all(listeners.into_iter().map(accept));
        let later = async {
            let Some(tcp) = when_free(port, addresses.port, stopped.clone()).await else {
                return;
            };
            context.listens_on(tcp.port);
            addresses.port = Some(tcp.port);
            addresses.port_message.clone_from(&tcp.message);
            addresses.tell(&mut lock, &status);
            futures_util::future::join_all(of_loopback(tcp).map(accept)).await;
        };
        let serving = futures_util::future::join3(accepting, later, retrying);
        // Whoever serves agents renews for them.
        tokio::select! {
            _ = serving => {}
            () = broker.renew_ahead() => {}
        }
        exchanges.ended().await;
        slots.all_free(GRACE).await;
        drop(lock);
    }
}

/// Where this host listens, and what keeps it from more.
struct Addresses {
    port: Option<u16>,
    port_message: Option<Text>,
    socket: Option<PathBuf>,
    socket_message: Option<Text>,
    proof: Option<Proof>,
}

impl Addresses {
    /// Tells other hosts by the lock's file, and this one's person by the status.
    fn tell(&self, lock: &mut LockFile, status: &watch::Sender<Status>) {
        lock.tell(&Holder::here(
            self.port,
            self.socket.clone(),
            self.proof.clone(),
        ));
        let messages = self.port_message.iter().chain(&self.socket_message);
        let message = messages
            .cloned()
            .reduce(|first, second| text::EndpointTwoTroubles { first, second }.into());
        set(
            status,
            Status {
                listening: self.port.is_some(),
                address: self.port.map(loopback::address),
                socket: self.socket.clone(),
                elsewhere: false,
                message,
                loopback: self.port,
            },
        );
    }
}

async fn bind(port: u16, socket: &Path) -> (Vec<Listener>, Addresses) {
    let mut listeners = Vec::new();
    let (port, port_message) = match loopback::listen(port) {
        Ok(tcp) => {
            let (port, message) = (tcp.port, tcp.message.clone());
            listeners.extend(of_loopback(tcp));
            (Some(port), message)
        }
        Err(message) => (None, Some(message)),
    };
    let (socket, socket_message) = match socket::listen(socket).await {
        Ok(listener) => {
            listeners.push(Listener::Unix(listener));
            (Some(socket.to_owned()), None)
        }
        Err(message) => (None, Some(message)),
    };
    let addresses = Addresses {
        port,
        port_message,
        socket,
        socket_message,
        proof: Proof::fresh(),
    };
    (listeners, addresses)
}

fn of_loopback(tcp: loopback::Loopback) -> impl Iterator<Item = Listener> {
    std::iter::once(tcp.v4).chain(tcp.v6).map(Listener::Tcp)
}

/// The port, as soon as the program that holds it has gone. None if it is ours already, or at the stop.
async fn when_free(
    port: u16,
    bound: Option<u16>,
    mut stopped: watch::Receiver<()>,
) -> Option<loopback::Loopback> {
    while bound.is_none() {
        tokio::select! {
            _ = stopped.changed() => return None,
            () = tokio::time::sleep(TAKE_OVER_EVERY) => {}
        }
        if let Ok(tcp) = loopback::listen(port) {
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
pub(crate) async fn take_over(
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
            Ok(Claim::Ours(lock)) => {
                let serving = Box::pin(serve(broker, port, &socket, lock, status, stopped)).await;
                return Box::pin(serving).await;
            }
            Ok(Claim::Theirs(holder)) => set(&status, Status::of_other(&holder)),
            Err(error) => tracing::warn!(%error, "the endpoint's lock cannot be read"),
        }
    }
}
