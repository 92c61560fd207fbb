//! An HTTP client small enough to see through: one connection a request, no redirects, no cookies of its own.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Reply {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub fn location(&self) -> &str {
        self.header("location")
            .unwrap_or_else(|| panic!("no redirect but {}: {}", self.status, self.body))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }
}

/// Sends one request; nothing if the server closed the connection without an answer.
pub async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Option<Reply> {
    let rest = url.strip_prefix("http://").expect("plain http");
    let (host, path) = rest
        .find('/')
        .map_or((rest, "/"), |slash| rest.split_at(slash));
    let length = body.len();
    let mut request =
        format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {length}\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        request.extend(["host: ", host, "\r\n"]);
    }
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    let mut stream = TcpStream::connect(host).await.expect("the testbed listens");
    stream
        .write_all(format!("{request}\r\n{body}").as_bytes())
        .await
        .expect("the request goes out");
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Some(Reply {
        status,
        headers,
        body: body.to_owned(),
    })
}

pub async fn get(url: &str, headers: &[(&str, &str)]) -> Reply {
    send("GET", url, headers, "").await.expect("an answer")
}

pub async fn post_form(url: &str, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Reply {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let headers = [
        headers,
        &[("content-type", "application/x-www-form-urlencoded")],
    ]
    .concat();
    send("POST", url, &headers, &body).await.expect("an answer")
}

pub async fn post_json(url: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
    let headers = [
        headers,
        &[
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
        ],
    ]
    .concat();
    send("POST", url, &headers, &body.to_string())
        .await
        .expect("an answer")
}
