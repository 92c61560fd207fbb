//! The one HTTP client (invariant 2): time limits, a cap on what is read, an address guard, no redirects.

mod here;
mod stream;

use oauth::concession::Reach;
use oauth::http::{Http, HttpError, MAX_BODY, Method, Request, Response};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::error::{Code, Error};
use stream::EventsRead;

/// One `reqwest` client for each reach, since a kept connection must not serve a request that may not go there.
pub(crate) struct Client<N = SystemNames> {
    public: reqwest::Client,
    loopback: reqwest::Client,
    private: reqwest::Client,
    both: reqwest::Client,
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
        Self::knowing(
            SystemNames,
            Duration::from_secs(limit_seconds(std::env::var_os(LIMIT_VARIABLE).as_deref())?),
        )
    }
}

impl<N: Names> Client<N> {
    fn knowing(names: N, limit: Duration) -> Result<Self, Error> {
        let reaching = |loopback, private| build(Reach { loopback, private }, limit, names.clone());
        Ok(Self {
            public: reaching(false, false)?,
            loopback: reaching(true, false)?,
            private: reaching(false, true)?,
            both: reaching(true, true)?,
            names,
            limit,
        })
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

    fn for_reach(&self, reach: Reach) -> &reqwest::Client {
        match (reach.loopback, reach.private) {
            (true, true) => &self.both,
            (false, true) => &self.private,
            (true, false) => &self.loopback,
            (false, false) => &self.public,
        }
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
        let shown = oauth::uri::excerpt(&value.to_string_lossy());
        Error::new(
            Code::InvalidArgument,
            format!(
                "{LIMIT_VARIABLE} is {shown:?}, and takes a number from 1 to {MOST_LIMIT_SECONDS}"
            ),
        )
        .with_hint(format!(
            "Set it anew, or take it away with `unset {LIMIT_VARIABLE}`."
        ))
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that builds a client"
)]
fn build(reach: Reach, limit: Duration, names: impl Names) -> Result<reqwest::Client, Error> {
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
        .map_err(|error| {
            Error::new(
                Code::Internal,
                format!("the HTTP client could not be made: {error}"),
            )
            .with_source(error)
        })
}

/// Resolves a name and lets only allowed addresses through; the connection goes to those and no others, so
/// a name that changes its mind between check and connect gains nothing (B-05, attack D03).
struct Guard<N> {
    reach: Reach,
    names: N,
}

/// Who knows the addresses of a name.
pub(crate) trait Names: Clone + Send + Sync + 'static {
    fn addresses(
        &self,
        host: &str,
    ) -> impl Future<Output = std::io::Result<Vec<SocketAddr>>> + Send;

    /// Whether something sent there would end at this machine, whatever the registries say of the address.
    fn is_here(&self, address: IpAddr) -> bool {
        here::is_here(address)
    }
}

/// What the system says.
#[derive(Clone, Copy)]
pub(crate) struct SystemNames;

impl Names for SystemNames {
    async fn addresses(&self, host: &str) -> std::io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.collect())
    }
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("{1}")]
    Blocked(String, IpAddr),
    #[error("{1}")]
    Own(String, IpAddr),
    #[error("not known")]
    Unknown,
}

impl Refused {
    /// For the name that was refused; what was asked for where it is not known.
    fn told(&self, asked: &str) -> HttpError {
        match self {
            Self::Blocked(host, address) => HttpError::Blocked {
                host: host.clone(),
                address: address.to_string(),
            },
            Self::Own(host, address) => HttpError::OwnAddress {
                host: host.clone(),
                address: address.to_string(),
            },
            Self::Unknown => HttpError::UnknownHost {
                host: asked.to_owned(),
            },
        }
    }
}

/// Why this address must not be connected to. That an address is our own is told where it counts: no concession helps then.
fn barred(names: &impl Names, reach: Reach, host: &str, address: IpAddr) -> Option<Refused> {
    if !reach.loopback && reach.could_allow(address) && names.is_here(address) {
        return Some(Refused::Own(host.to_owned(), address));
    }
    (!reach.allows(address)).then(|| Refused::Blocked(host.to_owned(), address))
}

fn not_found(host: &str) -> Error {
    let message = format!("{host} was not opened: the name service did not say where it is");
    Error::new(Code::Unreachable, message)
        .with_hint("A page is opened only where its address can be looked at before. Check your connection, then try again.")
}

impl<N: Names> Resolve for Guard<N> {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, names) = (self.reach, self.names.clone());
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = names.addresses(&host).await.map_err(|_| Refused::Unknown)?;
            // One forbidden address refuses the name whole (attack D04).
            match found
                .iter()
                .find_map(|address| barred(&names, reach, &host, address.ip()))
            {
                Some(refused) => Err(refused.into()),
                None if found.is_empty() => Err(Refused::Unknown.into()),
                None => Ok(Box::new(found.into_iter()) as Addrs),
            }
        })
    }
}

impl<N: Names> Http for Client<N> {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        self.exchange(request, Events::Unread).await
    }
}

/// What to read of an event stream. Any other answer is read whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Events {
    /// That it began is all there is to know: some have no end.
    Unread,
    /// To its end, or to ours: an MCP server answers a request in it (Streamable HTTP), and may leave it open behind
    /// the answer.
    Read,
}

impl<N: Names> Client<N> {
    /// A request whose answer is for whoever asked, and may come as an event stream.
    pub(crate) async fn call(&self, request: Request) -> Result<Response, HttpError> {
        self.exchange(request, Events::Read).await
    }

    async fn exchange(&self, request: Request, events: Events) -> Result<Response, HttpError> {
        let unreachable = |reason: &str| HttpError::Unreachable {
            host: oauth::uri::excerpt(&request.url),
            reason: reason.to_owned(),
        };
        let url = oauth::uri::secure_url(&request.url)
            .map_err(|error| unreachable(&error.to_string()))?;
        let host = oauth::uri::host_and_port(&url);
        // Literal addresses are not resolved, so the guard would not see them.
        let literal = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(url::Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if let Some(refused) =
            literal.and_then(|address| barred(&self.names, request.reach, &host, address))
        {
            return Err(refused.told(&host));
        }
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self
            .for_reach(request.reach)
            .request(method, url)
            .body(request.body);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if events == Events::Read {
            builder = builder.timeout(CALL_LIMIT);
        }
        let response = builder
            .send()
            .await
            .map_err(|error| self.explain(&host, &error))?;
        self.read(&host, response, events).await
    }

    async fn read(
        &self,
        host: &str,
        mut response: reqwest::Response,
        events: Events,
    ) -> Result<Response, HttpError> {
        let status = response.status().as_u16();
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .filter_map(|(name, value)| {
                Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
            })
            .collect();
        let mut answer = Response {
            status,
            headers,
            body: Vec::new(),
        };
        let is_stream = answer.media_type() == "text/event-stream";
        if is_stream && events == Events::Unread {
            return Ok(answer);
        }
        let mut events_read = EventsRead::default();
        let most = if events == Events::Read {
            MOST_CALL_BODY
        } else {
            MAX_BODY
        };
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(answer),
                Err(error) if is_stream && error.is_timeout() && !answer.body.is_empty() => {
                    return Ok(answer);
                }
                Err(error) => return Err(self.explain(host, &error)),
            };
            if answer.body.len() + chunk.len() > most {
                return Err(HttpError::TooLarge {
                    host: host.to_owned(),
                });
            }
            answer.body.extend_from_slice(&chunk);
            if is_stream && events_read.brought_an_answer(&answer.body) {
                return Ok(answer);
            }
        }
    }

    fn explain(&self, host: &str, error: &reqwest::Error) -> HttpError {
        let host = host.to_owned();
        let mut innermost: &dyn std::error::Error = error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        if let Some(refused) = innermost.downcast_ref::<Refused>() {
            return refused.told(&host);
        }
        let reason = oauth::uri::excerpt(&innermost.to_string());
        if error.is_timeout() {
            HttpError::Timeout {
                host,
                seconds: self.limit.as_secs(),
            }
        } else if innermost.downcast_ref::<rustls::Error>().is_some() {
            HttpError::Tls { host, reason }
        } else if error.is_connect() {
            HttpError::Unreachable { host, reason }
        } else {
            HttpError::Cut { host }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Client, Code, Names, limit_seconds};
    use oauth::concession::Reach;
    use oauth::http::{Http, HttpError, Request};
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
        Client::knowing(names, Duration::from_secs(10)).expect("a client")
    }

    async fn get(client: &Client<Turncoat>, url: &str, reach: Reach) -> Result<u16, HttpError> {
        Ok(client
            .send(Request {
                reach,
                ..Request::get(url, reach)
            })
            .await?
            .status)
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
            error.to_string().contains("evil.example was not opened") && error.has_own_hint(),
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
}
