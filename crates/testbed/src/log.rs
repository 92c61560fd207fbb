//! The request log: everything that reached either server, unredacted, because tests search it for what must not be there.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use url::form_urlencoded;

/// Which server a request reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The authorization server; its issuer alone, where the endpoints have a host of their own.
    AuthorizationServer,
    /// The host of the authorization server's pages and endpoints, where it is another than the issuer's.
    LoginHost,
    /// The host of the registration endpoint, where it is another than the issuer's.
    Gateway,
    /// The MCP server, that is the protected resource.
    McpServer,
}

/// One request as it came, and the status it got.
#[derive(Debug, Clone, Serialize)]
pub struct LoggedRequest {
    /// The server that it reached.
    pub role: Role,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as it came, without the question mark.
    pub query: String,
    /// Header names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
    /// Nothing while the request hangs, and nothing if the connection was cut.
    pub status: Option<u16>,
}

impl LoggedRequest {
    /// The first header of that name (give it in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A parameter of the query, or else of the form body.
    pub fn param(&self, name: &str) -> Option<String> {
        let find = |encoded: &str| {
            form_urlencoded::parse(encoded.as_bytes())
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        find(&self.query).or_else(|| find(&self.body))
    }

    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// The log of one testbed. Grows for as long as the testbed runs, up to a cap.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    requests: Vec<LoggedRequest>,
    dropped: usize,
}

/// A ticket to note the status of a request later.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry(usize);

/// The demo may run for days: keep the newest requests only.
const CAP: usize = 20_000;

impl Log {
    pub(crate) fn push(&self, request: LoggedRequest) -> Entry {
        let mut entries = self.lock();
        if entries.requests.len() == CAP {
            entries.requests.drain(..CAP / 2);
            entries.dropped += CAP / 2;
        }
        entries.requests.push(request);
        Entry(entries.dropped + entries.requests.len() - 1)
    }

    pub(crate) fn answered(&self, Entry(number): Entry, status: u16) {
        let mut entries = self.lock();
        if let Some(index) = number.checked_sub(entries.dropped)
            && let Some(request) = entries.requests.get_mut(index)
        {
            request.status = Some(status);
        }
    }

    pub(crate) fn all(&self) -> Vec<LoggedRequest> {
        self.lock().requests.clone()
    }

    pub(crate) fn clear(&self) {
        let mut entries = self.lock();
        entries.dropped += entries.requests.len();
        entries.requests.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
