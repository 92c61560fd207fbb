//! Raw HTTP, one connection a request. What must hold for every answer of ours is checked on every answer here.

use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

/// Far longer than anything takes: what it ends is a hang.
const LIMIT: Duration = Duration::from_mins(1);
pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self
            .head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }

    pub(crate) fn error(&self) -> String {
        self.json()["error"]
            .as_str()
            .unwrap_or_else(|| panic!("no error: {} {}", self.status, self.body))
            .to_owned()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.lines().next()?.split(' ').nth(1)?.parse().ok()?;
        Some(Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    /// Attacks L03 and L18, for each answer of the whole suite.
    fn checked(self) -> Self {
        let head = self.head.to_ascii_lowercase();
        for never in ["access-control-", "\netag:", "\nserver:", "set-cookie"] {
            assert!(!head.contains(never), "{never} in {head}");
        }
        assert_eq!(self.header("cache-control"), Some("no-store"), "{head}");
        assert_eq!(
            self.header("x-content-type-options"),
            Some("nosniff"),
            "{head}"
        );
        let kind = self
            .header("content-type")
            .unwrap_or_else(|| panic!("no type: {head}"));
        assert!(
            kind == "application/json"
                || (kind == "text/html; charset=utf-8" && head.contains("default-src 'none'")),
            "{head}"
        );
        if kind == "application/json" && !self.body.is_empty() {
            self.json();
        }
        self
    }
}

/// Everything that comes back until the other side closes; empty if it closed without a word.
pub(crate) async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    bytes: &[u8],
) -> Vec<u8> {
    let mut answer = Vec::new();
    let both = async {
        // Whoever is refused early need not be listened to until the end.
        let _ = stream.write_all(bytes).await;
        let mut chunk = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = stream.read(&mut chunk).await {
            answer.extend_from_slice(&chunk[..length]);
        }
    };
    tokio::time::timeout(LIMIT, both)
        .await
        .expect("an answer or an end");
    answer
}

pub(crate) async fn raw(port: u16, bytes: &[u8]) -> Vec<u8> {
    exchange(
        TcpStream::connect(("127.0.0.1", port))
            .await
            .expect("it listens"),
        bytes,
    )
    .await
}

/// One request whose every header is given, `Host` too.
pub(crate) fn request(line: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let length = body.len().to_string();
    let length = [("content-length", length.as_str())];
    let mut text = format!("{line}\r\nconnection: close\r\n");
    for (name, value) in headers
        .iter()
        .chain(length.iter().filter(|_| !body.is_empty()))
    {
        text.extend([name, ": ", value, "\r\n"]);
    }
    format!("{text}\r\n{body}").into_bytes()
}

/// A request to the endpoint, under its right name.
pub(crate) async fn send(
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Reply {
    let host = format!("127.0.0.1:{port}");
    let headers = [&[("host", host.as_str())], headers].concat();
    let bytes = raw(
        port,
        &request(&format!("{method} {path} HTTP/1.1"), &headers, body),
    )
    .await;
    Reply::read(&bytes)
        .unwrap_or_else(|| panic!("no answer: {bytes:?}"))
        .checked()
}

/// The same with headers as they are.
pub(crate) async fn send_bare(
    port: u16,
    line: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Reply {
    let bytes = raw(port, &request(line, headers, body)).await;
    Reply::read(&bytes)
        .unwrap_or_else(|| panic!("no answer: {bytes:?}"))
        .checked()
}

pub(crate) async fn send_unix(
    path: &Path,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Reply {
    let headers = [&[("host", "localhost")], headers].concat();
    let stream = UnixStream::connect(path).await.expect("the socket listens");
    let bytes = exchange(
        stream,
        &request(&format!("{method} {target} HTTP/1.1"), &headers, body),
    )
    .await;
    Reply::read(&bytes)
        .unwrap_or_else(|| panic!("no answer: {bytes:?}"))
        .checked()
}

/// A request to anybody's server, as a browser sends it.
pub(crate) async fn visit(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let rest = url.strip_prefix("http://").expect("plain http");
    let (host, path) = rest
        .find('/')
        .map_or((rest, "/"), |slash| rest.split_at(slash));
    let headers = [&[("host", host)], headers].concat();
    let stream = TcpStream::connect(host).await.expect("it listens");
    let bytes = exchange(
        stream,
        &request(&format!("{method} {path} HTTP/1.1"), &headers, body),
    )
    .await;
    Reply::read(&bytes).unwrap_or_else(|| panic!("no answer from {url}"))
}

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
