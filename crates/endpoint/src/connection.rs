//! Connections: who may have one, how long a header may take; and each ends when the endpoint does. [`crate::slots`] is how
//! many there are at once.
//!
//! RFC 9112 parsing is hyper's, HTTP/1.1 only, with caps (attacks L16, L17). A panic behind it is a 500 for that caller (attack L23).

use crate::peer::{self, Peer, Transport};
use crate::refusal::Refusal;
use crate::reply::sealed;
use crate::routes::Routes;
use crate::slots::{RequestBody, Room, Seat, Slot, Slots};
use crate::socket::Socket;
use axum::body::Body;
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

const MOST_HEADER_BYTES: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
/// After an accept that failed, for want of files say.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a stop waits for answers under way, once no issuer is waited for any more.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

pub(crate) enum Listener {
    Tcp(TcpListener),
    Unix(Socket),
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

    fn room(&self, slots: &Slots) -> Room {
        match self {
            Self::Tcp(_) => slots.loopback.clone(),
            Self::Unix(_) => slots.socket.clone(),
        }
    }
}

impl Stream {
    /// None: whoever it is gets no answer, and takes nobody's place.
    fn peer(&self) -> Option<Peer> {
        match self {
            Self::Tcp(stream) => peer::of_loopback(stream),
            Self::Unix(stream) => peer::of_socket(stream),
        }
    }
}

/// Accepts until the endpoint stops.
pub(crate) async fn accept(
    listener: Listener,
    routes: Routes,
    slots: Slots,
    mut stopped: watch::Receiver<()>,
    exchanges: broker::Exchanges,
) {
    let room = listener.room(&slots);
    let mut ending = pin!(room.end_slow_headers(slots.header_deadline));
    loop {
        let next = async {
            let (stream, peer) = next(&listener).await;
            (stream, peer, room.take().await)
        };
        let (stream, peer, slot) = tokio::select! {
            _ = stopped.changed() => return,
            () = ending.as_mut() => return,
            next = next => next,
        };
        let (routes, stopped, exchanges) = (routes.clone(), stopped.clone(), exchanges.clone());
        match stream {
            Stream::Tcp(stream) => {
                // Small answers should not wait for more to come.
                let _ = stream.set_nodelay(true);
                tokio::spawn(serve(stream, peer, routes, (stopped, exchanges), slot));
            }
            Stream::Unix(stream) => {
                tokio::spawn(serve(stream, peer, routes, (stopped, exchanges), slot));
            }
        }
    }
}

/// The next connection of someone who may have one.
async fn next(listener: &Listener) -> (Stream, Peer) {
    loop {
        match listener.accept().await {
            Ok(stream) => {
                if let Some(peer) = stream.peer() {
                    return (stream, peer);
                }
                tracing::warn!(
                    socket = matches!(listener, Listener::Unix(_)),
                    "a connection of another user was refused"
                );
            }
            Err(error) => {
                tracing::warn!(%error, "no connection could be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn serve<S>(
    stream: S,
    peer: Peer,
    routes: Routes,
    (mut stopped, exchanges): (watch::Receiver<()>, broker::Exchanges),
    slot: Slot,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let seat = Arc::clone(&slot.seat);
    let answer = service_fn(move |request| {
        let (routes, seat) = (routes.clone(), Arc::clone(&seat));
        async move { Ok::<_, Infallible>(answer(routes, request, peer, seat).await) }
    });
    let mut builder = http1::Builder::new();
    builder
        .max_buf_size(MOST_HEADER_BYTES)
        .max_headers(MOST_HEADERS);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), answer));
    let ended = tokio::select! {
        // In this order: a request that has come is read before its connection gives way.
        biased;
        ended = connection.as_mut() => ended,
        () = slot.seat.gives_way() => Ok(()),
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let limit = async {
                exchanges.ended().await;
                tokio::time::sleep(GRACE).await;
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

async fn answer(
    routes: Routes,
    request: Request<Incoming>,
    peer: Peer,
    seat: Arc<Seat>,
) -> Response {
    let request = request.map(|body| Body::new(RequestBody::when_read(body, Arc::clone(&seat))));
    // What a panic leaves half done is this request alone: everything kept is in the vault's transactions.
    let answered = AssertUnwindSafe(routes.answer(peer, request))
        .catch_unwind()
        .await;
    seat.waits();
    sealed(answered.unwrap_or_else(|_| {
        tracing::error!(
            socket = peer.via == Transport::Socket,
            "answering a request failed with a panic"
        );
        Refusal::fault().into_response()
    }))
}

#[cfg(test)]
mod tests {
    use super::{Listener, Room, Routes, Slots, accept};
    use axum::Router;
    use axum::body::Bytes;
    use axum::routing::{get, post};
    use std::net::SocketAddr;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::{Notify, watch};

    /// Far longer than anything takes: what it ends is a hang.
    const LIMIT: Duration = Duration::from_mins(1);

    struct Started {
        address: SocketAddr,
        slots: Slots,
        stop: watch::Sender<()>,
        /// `/slow` has been asked.
        asked: Arc<Notify>,
        /// `/slow` may answer.
        goes_on: Arc<Notify>,
    }

    async fn start(most: usize) -> Started {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (asked, goes_on) = (Arc::<Notify>::default(), Arc::<Notify>::default());
        let (told, waited) = (asked.clone(), goes_on.clone());
        let slow = move |_: Bytes| async move {
            told.notify_one();
            waited.notified().await;
            "slowly"
        };
        let routes = Router::new()
            .route(
                "/panic",
                get(move || async move { assert_eq!(address.port(), 0, "injected") }),
            )
            .route("/", get(|| async { "well" }))
            .route("/slow", post(slow));
        let (stop, stopped) = watch::channel(());
        // Nothing in these tests ends by itself.
        let slots = Slots {
            header_deadline: LIMIT * 10,
            loopback: Room::of(most, Duration::from_millis(1)),
            ..Slots::default()
        };
        tokio::spawn(accept(
            Listener::Tcp(listener),
            Routes::unguarded(routes),
            slots.clone(),
            stopped,
            broker::Exchanges::default(),
        ));
        Started {
            address,
            slots,
            stop,
            asked,
            goes_on,
        }
    }

    async fn sent(address: SocketAddr, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        stream.write_all(text.as_bytes()).await.expect("sent");
        stream
    }

    async fn rest(mut stream: TcpStream) -> String {
        let mut bytes = Vec::new();
        // What was sent to a connection that is closed resets it.
        let _ = tokio::time::timeout(LIMIT, stream.read_to_end(&mut bytes))
            .await
            .expect("it ends");
        String::from_utf8(bytes).expect("text")
    }

    /// `/slow` has been asked.
    async fn is_asked(asked: &Notify) {
        tokio::time::timeout(LIMIT, asked.notified())
            .await
            .expect("its request is whole");
    }

    async fn ask(address: SocketAddr, path: &str) -> String {
        rest(
            sent(
                address,
                &format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"),
            )
            .await,
        )
        .await
    }

    #[tokio::test]
    async fn attack_l23_a_panic_is_an_answer_and_the_next_request_is_answered_too() {
        let Started {
            address,
            stop: _stop,
            ..
        } = start(3).await;
        let failed = ask(address, "/panic").await;
        assert!(
            failed.starts_with("HTTP/1.1 500") && failed.contains("\"error\":\"server_error\""),
            "{failed}"
        );
        assert!(
            failed.contains("cache-control: no-store") && !failed.contains("injected"),
            "{failed}"
        );
        assert!(ask(address, "/").await.ends_with("well"));
    }

    #[tokio::test]
    async fn attack_l17_each_connection_holds_a_slot_and_gives_it_back() {
        let Started {
            address,
            slots,
            stop,
            ..
        } = start(4).await;
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut stream = sent(
                address,
                &format!("GET / HTTP/1.1\r\nhost: {address}\r\n\r\n"),
            )
            .await;
            let mut answer = [0; 15];
            stream.read_exact(&mut answer).await.expect("answered");
            open.push(stream);
        }
        assert_eq!(slots.loopback.free(), 1, "three are open");
        drop((open, stop));
        slots.all_free(LIMIT).await;
        assert_eq!(slots.loopback.free(), 4);
    }

    /// 1. One is being answered; the other places are held by those who have said nothing, half a header, or half a request.
    /// 2. Agents come, and are answered. 3. Who waited longest has gone for it, and whoever was being answered is.
    #[tokio::test]
    async fn attack_l17_whoever_says_nothing_keeps_nobody_out() {
        let Started {
            address,
            stop: _stop,
            asked,
            goes_on,
            ..
        } = start(4).await;
        let head = format!(
            "POST /slow HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: 4\r\n\r\n"
        );
        let answered = sent(address, &format!("{head}body")).await;
        is_asked(&asked).await;
        let silent = [
            sent(address, "").await,
            sent(address, "GET / HT").await,
            sent(address, &format!("{head}bo")).await,
        ];
        for _ in 0..2 {
            assert!(ask(address, "/").await.ends_with("well"));
        }
        let [oldest, _, mut youngest] = silent;
        assert_eq!(rest(oldest).await, "", "it gave its place");
        youngest.write_all(b"dy").await.expect("it is still there");
        is_asked(&asked).await;
        goes_on.notify_one();
        assert!(rest(answered).await.ends_with("slowly"));
        goes_on.notify_one();
        assert!(rest(youngest).await.ends_with("slowly"));
    }

    /// A connection that was answered, and is kept, gives way as well; and where all are being answered, the next one waits.
    #[tokio::test]
    async fn attack_l17_where_all_are_being_answered_the_next_one_waits() {
        let Started {
            address,
            slots,
            stop: _stop,
            asked,
            goes_on,
        } = start(1).await;
        let mut kept = sent(
            address,
            &format!("GET / HTTP/1.1\r\nhost: {address}\r\n\r\n"),
        )
        .await;
        kept.read_exact(&mut [0; 15]).await.expect("answered");
        let body =
            format!("POST /slow HTTP/1.1\r\nhost: {address}\r\ncontent-length: 4\r\n\r\nbody");
        let mut slow = sent(address, &body).await;
        is_asked(&asked).await;
        let holders = slots.loopback.holders();
        let get = format!("GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        let next = sent(address, &get).await;
        let waits = async {
            while slots.loopback.holders() == holders {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LIMIT, waits)
            .await
            .expect("it is accepted, and waits for a place");
        goes_on.notify_one();
        slow.read_exact(&mut [0; 15]).await.expect("answered");
        assert!(
            rest(next).await.ends_with("well"),
            "though that one is kept"
        );
    }
}
