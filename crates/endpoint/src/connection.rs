//! Connections: who may have one, how many at once, how long a header may take; and each ends when the endpoint does.
//!
//! RFC 9112 parsing is hyper's, HTTP/1.1 only, with caps (L16, L17). A panic behind it is a 500 for that caller (L23).

use crate::peer::{self, Peer, Via};
use crate::reply::Refusal;
use crate::socket::Socket;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

/// The whole header, and also the time until the next request on a kept connection.
const HEADER_DEADLINE: Duration = Duration::from_secs(5);
const MOST_HEADER_BYTES: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
/// 512 in all; a flood of one kind leaves the other free, and both together stay under the usual limit of 1024 files.
const MOST_LOOPBACK: usize = 384;
const MOST_SOCKET: usize = 128;
/// After an accept that failed, for want of files say.
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) enum Listener {
    Tcp(TcpListener),
    Unix(Socket),
}

/// Room for connections. Where there is none, the next one waits in the kernel's queue.
#[derive(Clone)]
pub(crate) struct Slots {
    loopback: Arc<Semaphore>,
    socket: Arc<Semaphore>,
}

impl Default for Slots {
    fn default() -> Self {
        Self { loopback: Arc::new(Semaphore::new(MOST_LOOPBACK)), socket: Arc::new(Semaphore::new(MOST_SOCKET)) }
    }
}

impl Slots {
    fn of(&self, listener: &Listener) -> Arc<Semaphore> {
        Arc::clone(match listener {
            Listener::Tcp(_) => &self.loopback,
            Listener::Unix(_) => &self.socket,
        })
    }

    /// Returns when the last connection has ended, or after `limit`.
    pub(crate) async fn all_free(self, limit: Duration) {
        let all = |slots: Arc<Semaphore>, most: usize| slots.acquire_many_owned(u32::try_from(most).unwrap_or(u32::MAX));
        let both = futures_util::future::join(all(self.loopback, MOST_LOOPBACK), all(self.socket, MOST_SOCKET));
        if tokio::time::timeout(limit, both).await.is_err() {
            tracing::debug!("connections were cut");
        }
    }
}

enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Listener {
    async fn accept(&self) -> io::Result<Stream> {
        Ok(match self {
            Self::Tcp(listener) => Stream::Tcp(listener.accept().await?.0),
            Self::Unix(socket) => Stream::Unix(socket.listener.accept().await?.0),
        })
    }
}

/// Accepts until the endpoint stops.
pub(crate) async fn accept(listener: Listener, routes: Router, slots: Slots, mut stopped: watch::Receiver<()>, air: broker::Air) {
    let slots = slots.of(&listener);
    while let Some((stream, slot)) = next(&listener, &slots, &mut stopped).await {
        let (routes, stopped, air) = (routes.clone(), stopped.clone(), air.clone());
        match stream {
            Stream::Tcp(stream) => {
                if let Some(peer) = peer::of_loopback(&stream) {
                    // Small answers should not wait for more to come.
                    let _ = stream.set_nodelay(true);
                    tokio::spawn(serve(stream, peer, routes, (stopped, air), slot));
                } else {
                    tracing::warn!("a connection of another user was refused");
                }
            }
            Stream::Unix(stream) => {
                if let Some(peer) = peer::of_socket(&stream) {
                    tokio::spawn(serve(stream, peer, routes, (stopped, air), slot));
                } else {
                    tracing::warn!("a connection of another user to the socket was refused");
                }
            }
        }
    }
}

/// None when the endpoint stops.
async fn next(
    listener: &Listener,
    slots: &Arc<Semaphore>,
    stopped: &mut watch::Receiver<()>,
) -> Option<(Stream, OwnedSemaphorePermit)> {
    let accepted = async {
        let slot = Arc::clone(slots).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok(stream) => return Some((stream, slot)),
                Err(error) => {
                    tracing::warn!(%error, "no connection could be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        _ = stopped.changed() => None,
        accepted = accepted => accepted,
    }
}

async fn serve<S>(
    stream: S,
    peer: Peer,
    routes: Router,
    (mut stopped, air): (watch::Receiver<()>, broker::Air),
    _slot: OwnedSemaphorePermit,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let answer = service_fn(move |request| {
        let routes = routes.clone();
        async move { Ok::<_, Infallible>(answer(routes, request, peer).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_DEADLINE);
    builder.max_buf_size(MOST_HEADER_BYTES).max_headers(MOST_HEADERS);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), answer));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let limit = async {
                air.landed().await;
                tokio::time::sleep(crate::GRACE).await;
            };
            tokio::select! {
                ended = connection => ended,
                () = limit => Ok(()),
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, via = ?peer.via, "a connection ended early");
    }
}

async fn answer(routes: Router, request: Request<Incoming>, peer: Peer) -> Response {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(peer);
    // What a panic leaves half done is this request alone: everything kept is in the vault's transactions.
    match AssertUnwindSafe(routes.oneshot(request)).catch_unwind().await {
        Ok(Ok(response)) => response,
        Err(_) => {
            tracing::error!(socket = peer.via == Via::Socket, "answering a request failed with a panic");
            crate::routes::sealed(Refusal::fault().into_response())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Listener, MOST_LOOPBACK, Slots, accept};
    use crate::routes::sealed;
    use axum::Router;
    use axum::middleware::map_response;
    use axum::response::Response;
    use axum::routing::get;
    use std::net::SocketAddr;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::watch;

    async fn start() -> (SocketAddr, Slots, watch::Sender<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let routes = Router::new()
            .route("/panic", get(move || async move { assert_eq!(address.port(), 0, "injected") }))
            .route("/", get(|| async { "well" }))
            .layer(map_response(async |response: Response| sealed(response)));
        let (stop, stopped) = watch::channel(());
        let slots = Slots::default();
        tokio::spawn(accept(Listener::Tcp(listener), routes, slots.clone(), stopped, broker::Air::default()));
        (address, slots, stop)
    }

    async fn ask(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("answered");
        text
    }

    #[tokio::test]
    async fn attack_l23_a_panic_is_an_answer_and_the_next_request_is_answered_too() {
        let (address, _slots, _stop) = start().await;
        let failed = ask(address, "/panic").await;
        assert!(failed.starts_with("HTTP/1.1 500") && failed.contains("\"error\":\"server_error\""), "{failed}");
        assert!(failed.contains("cache-control: no-store") && !failed.contains("injected"), "{failed}");
        assert!(ask(address, "/").await.ends_with("well"));
    }

    #[tokio::test]
    async fn attack_l17_each_connection_holds_a_slot_and_gives_it_back() {
        let (address, slots, stop) = start().await;
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut stream = TcpStream::connect(address).await.expect("it listens");
            stream.write_all(format!("GET / HTTP/1.1\r\nhost: {address}\r\n\r\n").as_bytes()).await.expect("sent");
            let mut answer = [0; 15];
            stream.read_exact(&mut answer).await.expect("answered");
            open.push(stream);
        }
        assert!(MOST_LOOPBACK - slots.loopback.available_permits() >= 3, "three are open");
        drop((open, stop));
        slots.clone().all_free(Duration::from_mins(1)).await;
        assert_eq!(slots.loopback.available_permits(), MOST_LOOPBACK);
    }
}
