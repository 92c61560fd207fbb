//! The one HTTP client (invariant 2): time limits, a cap on what is read, an address guard, no redirects.

mod body;
mod here;
mod resolver;
mod stream;

use bytes::Bytes;
use messages::text;
use model::Code;
use oauth::address_guard::Reach;
use oauth::http::{Body, Cause, Http, HttpError, MAX_BODY, Request, Response, reach_of};
use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::Duration;

use crate::Error;
use crate::error::words::http::NoClient;
use body::{Bounded, Limits, explain};
use resolver::{Guard, Names, SystemNames, barred};
use stream::EventsRead;

/// One `reqwest` client for each reach, since a kept connection must not serve a request that may not go there. Each is made
/// for its first request: it reads all certificates of the system, and most commands ask nobody.
pub(crate) struct Client<N = SystemNames> {
    public: OnceLock<reqwest::Client>,
    loopback: OnceLock<reqwest::Client>,
    private: OnceLock<reqwest::Client>,
    both: OnceLock<reqwest::Client>,
    names: N,
    limit: Duration,
}

/// The whole request, from the name's resolution to the last byte (docs/protocol.md#limits).
const LIMIT_SECONDS: u64 = 10;
const LIMIT_VARIABLE: &str = "GATELODGE_TIMEOUT_SECONDS";
const MOST_LIMIT_SECONDS: u64 = 120;
/// A discovery is many requests, and each may come late; what nobody who waits for it would sit out is given up.
const LOOK_LIMIT: Duration = Duration::from_mins(1);
/// A tool takes its time, and its answer is the caller's, not ours: both limits are wider for a call.
const CALL_LIMIT: Duration = Duration::from_mins(2);
const MOST_CALL_BODY: usize = 8 * 1024 * 1024;

impl Client {
    pub(crate) fn new() -> Result<Self, Error> {
        let limit = limit_seconds(std::env::var_os(LIMIT_VARIABLE).as_deref())?;
        Ok(Self::knowing(SystemNames, Duration::from_secs(limit)))
    }
}

impl<N: Names> Client<N> {
    fn knowing(names: N, limit: Duration) -> Self {
        Self {
            public: OnceLock::new(),
            loopback: OnceLock::new(),
            private: OnceLock::new(),
            both: OnceLock::new(),
            names,
            limit,
        }
    }

    /// Whether a browser may be opened there for a server of this reach. It looks the name up by itself later, so that
    /// this keeps out whoever simply names an address in here, and not one who changes the answer in between.
    pub(crate) async fn may_be_opened(&self, url: &str, reach: Reach) -> Result<(), Error> {
        let url = reach.checked(url)?;
        let host = oauth::uri::host_and_port(&url);
        let found = match url.host() {
            Some(url::Host::Domain(name)) => {
                tokio::time::timeout(self.limit, self.names.addresses(name)).await
            }
            Some(url::Host::Ipv4(address)) => Ok(Ok(vec![(address, 0).into()])),
            Some(url::Host::Ipv6(address)) => Ok(Ok(vec![(address, 0).into()])),
            None => Ok(Ok(Vec::new())),
        };
        // A name service that does not answer us may answer the browser. No platform tells that apart from "no such name".
        let found = found
            .ok()
            .and_then(Result::ok)
            .filter(|found| !found.is_empty())
            .ok_or_else(|| not_found(&host))?;
        match found
            .iter()
            .find_map(|address| barred(&self.names, reach, &host, address.ip()))
        {
            Some(refused) => Err(refused.told(&host).into()),
            None => Ok(()),
        }
    }

    /// How long a whole discovery may take. A person who gives one request more gives it to the whole, too.
    pub(crate) fn look_limit(&self) -> Duration {
        self.limit.max(LOOK_LIMIT)
    }

    fn for_reach(&self, reach: Reach, host: &str) -> Result<&reqwest::Client, HttpError> {
        let client = match (reach.loopback, reach.private) {
            (true, true) => &self.both,
            (false, true) => &self.private,
            (true, false) => &self.loopback,
            (false, false) => &self.public,
        };
        if let Some(known) = client.get() {
            return Ok(known);
        }
        let made = build(reach, self.limit, self.names.clone());
        let made = made.map_err(|error| HttpError::Unreachable {
            host: host.to_owned(),
            reason: error.to_string(),
            cause: Some(Cause::new(NoClient(error))),
        })?;
        Ok(client.get_or_init(|| made))
    }
}

/// As the person set it. What cannot be meant is told, and not replaced.
fn limit_seconds(set: Option<&std::ffi::OsStr>) -> Result<u64, Error> {
    let Some(value) = set.filter(|value| !value.is_empty()) else {
        return Ok(LIMIT_SECONDS);
    };
    let seconds = value
        .to_str()
        .and_then(|text| text.parse().ok())
        .filter(|seconds| (1..=MOST_LIMIT_SECONDS).contains(seconds));
    seconds.ok_or_else(|| {
        let message = text::UpstreamLimit {
            variable: LIMIT_VARIABLE,
            value: oauth::uri::excerpt(&value.to_string_lossy()),
            most: MOST_LIMIT_SECONDS,
        };
        Error::new(Code::InvalidArgument, message).with_hint(text::HintUpstreamLimit {
            command: format!("unset {LIMIT_VARIABLE}"),
        })
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that builds a client"
)]
fn build(reach: Reach, limit: Duration, names: impl Names) -> reqwest::Result<reqwest::Client> {
    // Another part of the process may have installed it already; either is ours.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(limit)
        .connect_timeout(limit / 2)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // A proxy would resolve names out of reach of the guard below.
        .no_proxy()
        .pool_idle_timeout(Duration::from_secs(20))
        .user_agent(concat!("Gatelodge/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(Guard { reach, names })
        .build()
}

fn not_found(host: &str) -> Error {
    Error::new(Code::Unreachable, text::UpstreamNotOpened { host })
        .with_hint(text::HintUpstreamNotOpened)
}

impl<N: Names> Http for Client<N> {
    async fn send(&self, request: Request<Body>) -> Result<http::Response<Body>, HttpError> {
        let limits = Limits {
            time: self.limit,
            body: MAX_BODY,
        };
        self.exchange(request, limits).await
    }
}

impl<N: Names> Client<N> {
    /// A request whose answer is for whoever asked, and may come as an event stream: read to its end, or to ours. An MCP server
    /// answers a request in it (Streamable HTTP), and may leave it open behind the answer.
    pub(crate) async fn call(&self, request: Request<Body>) -> Result<Response, HttpError> {
        let limits = Limits {
            time: CALL_LIMIT,
            body: MOST_CALL_BODY,
        };
        let (parts, mut body) = self.exchange(request, limits).await?.into_parts();
        let mut answer = Response {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: Bytes::new(),
        };
        if !answer.is_event_stream() {
            answer.body = body.collect().await?;
            return Ok(answer);
        }
        let (mut events, mut stream) = (EventsRead::default(), Vec::new());
        while !events.brought_an_answer(&stream) {
            match body.chunk().await {
                Ok(Some(chunk)) => stream.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(HttpError::Timeout { .. }) if !stream.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        answer.body = stream.into();
        Ok(answer)
    }

    async fn exchange(
        &self,
        request: Request<Body>,
        limits: Limits,
    ) -> Result<http::Response<Body>, HttpError> {
        let (reach, target) = (reach_of(&request), request.uri().to_string());
        let url = oauth::uri::secure_url(&target).map_err(|error| HttpError::Unreachable {
            host: oauth::uri::excerpt(&target),
            reason: error.to_string(),
            cause: Some(Cause::new(error)),
        })?;
        let host = oauth::uri::host_and_port(&url);
        // Literal addresses are not resolved, so the guard would not see them.
        let literal = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(url::Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if let Some(refused) =
            literal.and_then(|address| barred(&self.names, reach, &host, address))
        {
            return Err(refused.told(&host));
        }
        let (parts, body) = request.into_parts();
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.timeout_mut() = Some(limits.time);
        *request.body_mut() = Some(match body.whole() {
            Some(bytes) => bytes.clone().into(),
            None => reqwest::Body::wrap(body),
        });
        let response = self
            .for_reach(reach, &host)?
            .execute(request)
            .await
            .map_err(|error| explain(&host, limits, error))?;
        let (mut parts, body) = http::Response::<reqwest::Body>::from(response).into_parts();
        for value in parts.headers.values_mut() {
            // It may be a credential, and is not printed.
            value.set_sensitive(true);
        }
        let body = Body::stream(Bounded::new(body, host, limits));
        Ok(http::Response::from_parts(parts, body))
    }
}

#[cfg(test)]
mod tests {
    use super::{Client, Code, Names, limit_seconds};
    use oauth::address_guard::Reach;
    use oauth::http::{Http, HttpError};
    use std::io::{ErrorKind, Read, Write};
    use std::net::{IpAddr, SocketAddr, TcpListener};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    /// A name that says another address each time it is asked for.
    #[derive(Clone)]
    struct Turncoat {
        answers: Arc<[&'static str]>,
        asked: Arc<AtomicUsize>,
    }

    impl Turncoat {
        fn saying(answers: &[&'static str]) -> Self {
            Self {
                answers: answers.into(),
                asked: Arc::default(),
            }
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }
    }

    impl Names for Turncoat {
        async fn addresses(&self, _: &str) -> std::io::Result<Vec<SocketAddr>> {
            let answer = self.answers[self
                .asked
                .fetch_add(1, Ordering::SeqCst)
                .min(self.answers.len() - 1)];
            if answer == "nothing" {
                return Err(std::io::Error::other("the name service did not answer"));
            }
            Ok(answer
                .split_whitespace()
                .map(|address| SocketAddr::new(address.parse().expect("an address"), 0))
                .collect())
        }

        fn is_here(&self, address: IpAddr) -> bool {
            OWN.iter().any(|own| own.parse() == Ok(address))
        }
    }

    /// What this machine has on its interfaces.
    const OWN: [&str; 3] = ["93.184.216.99", "2a01:4f8:1:2::5", "192.168.50.2"];

    fn client(names: Turncoat) -> Client<Turncoat> {
        Client::knowing(names, Duration::from_secs(10))
    }

    async fn get(client: &Client<Turncoat>, url: &str, reach: Reach) -> Result<u16, HttpError> {
        Ok(client.fetch(oauth::http::get(url, reach)?).await?.status)
    }

    /// Attack D03. 1. The name says an address that is allowed, and from then on one that is not. 2. The request goes to the first: it was
    ///    asked for once. 3. The next request asks anew, and is refused.
    #[tokio::test]
    async fn b05_the_address_that_was_checked_is_the_one_that_is_connected_to() {
        let server = TcpListener::bind(("127.0.0.2", 0)).expect("an address of our own");
        let port = server.local_addr().expect("bound").port();
        std::thread::spawn(move || {
            let (mut caller, _) = server.accept().expect("a caller");
            let mut request = [0; 1024];
            let _ = caller.read(&mut request);
            caller
                .write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
                .expect("answered");
        });
        let name = Turncoat::saying(&["127.0.0.2", "169.254.169.254"]);
        let (client, reach) = (
            client(name.clone()),
            Reach {
                loopback: true,
                private: false,
            },
        );
        let url = format!("http://localhost:{port}/");
        assert_eq!(
            get(&client, &url, reach).await.expect("the first address"),
            204
        );
        assert_eq!(name.asked(), 1, "checked and connected to by one answer");
        let error = get(&client, &url, reach)
            .await
            .expect_err("the second address");
        assert!(
            matches!(&error, HttpError::Blocked { address, .. } if address == "169.254.169.254"),
            "{error:?}"
        );
    }

    /// Attack D04.
    #[tokio::test]
    async fn b05_b01_one_forbidden_address_refuses_the_name() {
        let trap = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        trap.set_nonblocking(true).expect("it does not wait");
        let url = format!(
            "https://mixed.example:{}/",
            trap.local_addr().expect("bound").port()
        );
        for answer in [
            "93.184.215.14 127.0.0.1",
            "127.0.0.1",
            "::1",
            "::ffff:127.0.0.1",
            "10.0.0.5",
        ] {
            let error = get(&client(Turncoat::saying(&[answer])), &url, Reach::default())
                .await
                .expect_err(answer);
            assert!(
                matches!(error, HttpError::Blocked { .. }),
                "{answer}: {error:?}"
            );
        }
        assert!(
            matches!(trap.accept(), Err(error) if error.kind() == ErrorKind::WouldBlock),
            "nobody came"
        );
    }

    /// A page may be opened where a request could be sent: the name of a public server leads into nobody's network.
    #[tokio::test]
    async fn attack_d21_no_browser_is_opened_where_a_name_leads_inside() {
        let office = Reach {
            loopback: false,
            private: true,
        };
        for (answer, public, private) in [
            ("93.184.215.14", true, true),
            ("192.168.1.1", false, true),
            ("93.184.215.14 10.0.0.5", false, true),
            ("127.0.0.1", false, false),
            ("::ffff:127.0.0.1", false, false),
            ("64:ff9b::a9fe:a9fe", false, false),
            ("93.184.216.99", false, false),
            ("192.168.50.2", false, false),
            // It may answer the browser, with whatever it likes.
            ("nothing", false, false),
            ("", false, false),
        ] {
            for (reach, expected) in [(Reach::default(), public), (office, private)] {
                let opened = client(Turncoat::saying(&[answer]))
                    .may_be_opened("https://evil.example/x", reach)
                    .await;
                assert_eq!(opened.is_ok(), expected, "{answer} {reach:?}: {opened:?}");
            }
        }
        let literal = client(Turncoat::saying(&["93.184.215.14"]))
            .may_be_opened("http://127.0.0.1:631/", office)
            .await;
        assert_eq!(
            literal.expect_err("not this machine").concession(),
            None,
            "nobody can allow it"
        );
    }

    /// What listens on all interfaces of this machine is inside it, by whichever of its addresses.
    #[tokio::test]
    async fn b01_an_address_of_this_machine_is_for_nobody_elsewhere() {
        let (nowhere, office) = (
            Reach::default(),
            Reach {
                loopback: false,
                private: true,
            },
        );
        for own in OWN {
            let literal = if own.contains(':') {
                format!("https://[{own}]:9/")
            } else {
                format!("https://{own}:9/")
            };
            for (url, answer) in [
                (literal.as_str(), "93.184.215.14"),
                ("https://evil.example/", own),
            ] {
                for reach in [nowhere, office] {
                    let client = client(Turncoat::saying(&[answer]));
                    let error = get(&client, url, reach).await.expect_err(own);
                    assert!(
                        matches!(&error, HttpError::OwnAddress { address, .. } if address == own),
                        "{url} {reach:?}: {error:?}"
                    );
                    assert_eq!(error.concession(), None, "nothing opens it");
                    client.may_be_opened(url, office).await.expect_err(own);
                }
            }
        }
    }

    #[tokio::test]
    async fn a_page_that_could_not_be_looked_at_is_told_as_that() {
        let error = client(Turncoat::saying(&["nothing"]))
            .may_be_opened("https://evil.example/x", Reach::default())
            .await;
        let error = error.expect_err("not seen");
        assert_eq!(error.code(), Code::Unreachable);
        assert!(
            error.text().id() == "upstream-not-opened" && error.has_own_hint(),
            "{error}"
        );
    }

    #[test]
    fn a_limit_that_cannot_be_meant_is_told_and_not_replaced() {
        let limit = |text: &str| limit_seconds(Some(text.as_ref())).map_err(|error| error.code());
        assert_eq!(
            (limit("3"), limit(""), limit_seconds(None)),
            (Ok(3), Ok(10), Ok(10))
        );
        for wrong in ["abc", "0", "-1", "121", "1.5", " 3"] {
            assert_eq!(limit(wrong), Err(Code::InvalidArgument), "{wrong:?}");
        }
    }

    /// Answers the first caller with these bytes, and hangs up.
    fn answering(bytes: &'static [u8]) -> String {
        let server = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = server.local_addr().expect("bound").port();
        std::thread::spawn(move || {
            let (mut caller, _) = server.accept().expect("a caller");
            let mut request = [0; 1024];
            let _ = caller.read(&mut request);
            let _ = caller.write_all(bytes);
        });
        format!("http://127.0.0.1:{port}/")
    }

    const HERE: Reach = Reach {
        loopback: true,
        private: false,
    };

    #[tokio::test]
    async fn a_body_comes_piece_by_piece_and_what_breaks_it_is_kept() {
        let client = client(Turncoat::saying(&["127.0.0.1"]));
        let url =
            answering(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\nset-cookie: CANARY\r\n\r\nhalf");
        let request = oauth::http::get(&url, HERE).expect("a request");
        let response = client.send(request).await.expect("the head has come");
        assert!(
            !format!("{response:?}").contains("CANARY"),
            "no header is printed"
        );
        let mut body = response.into_body();
        assert_eq!(body.chunk().await, Ok(Some("half".into())));
        let error = body.chunk().await.expect_err("it was cut");
        assert!(matches!(error, HttpError::Cut { .. }), "{error:?}");
        assert!(std::error::Error::source(&error).is_some(), "{error:?}");
    }

    #[tokio::test]
    async fn who_speaks_no_tls_is_told_as_that() {
        let client = client(Turncoat::saying(&["127.0.0.1"]));
        let url = answering(b"HTTP/1.1 204 No Content\r\n\r\n").replace("http:", "https:");
        let request = oauth::http::get(&url, HERE).expect("a request");
        let error = client.fetch(request).await.expect_err("no TLS");
        assert!(matches!(error, HttpError::Tls { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn what_cannot_be_reached_keeps_its_reason_without_the_address() {
        let client = client(Turncoat::saying(&["127.0.0.1"]));
        let free = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let url = format!("http://{}/CANARY", free.local_addr().expect("bound"));
        drop(free);
        let request = oauth::http::get(&url, HERE).expect("a request");
        let error = client.fetch(request).await.expect_err("nobody is there");
        assert!(matches!(error, HttpError::Unreachable { .. }), "{error:?}");
        assert_eq!(
            crate::Error::from(error.clone()).text().id(),
            "http-refused"
        );
        let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(&error);
        assert!(cause.is_some());
        while let Some(error) = cause {
            assert!(!error.to_string().contains("CANARY"), "{error}");
            cause = error.source();
        }
    }
}
