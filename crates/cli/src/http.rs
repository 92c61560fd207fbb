//! As much HTTP/1.1 as an agent in a shell would speak: one request, one answer, over TCP or the Unix socket.

use broker::Error;
use messages::{Arg, text};
use model::Code;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// An answer, as far as it is looked at here.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) cookies: Vec<String>,
    pub(crate) text: String,
    pub(crate) json: Value,
}

/// Nothing that is asked for here is longer.
const MOST: u64 = 1024 * 1024;

/// An answer with a token is not longer, and is read at once.
const USUAL: usize = 4096;

/// One request to this machine.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a str,
}

/// Over TCP, to this machine.
pub(crate) async fn over_tcp(request: Request<'_>) -> Result<Reply, Error> {
    let url = oauth::uri::secure_url(request.url)?;
    let host = oauth::uri::host_and_port(&url);
    let stream = tokio::net::TcpStream::connect(&host)
        .await
        .map_err(|error| failed(&host, &error))?;
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    exchange(stream, &host, &target, &request).await
}

/// A form to the endpoint's socket; an empty one only asks.
#[cfg(unix)]
pub(crate) async fn over_socket(
    socket: &Path,
    path: &str,
    form: &str,
    authorization: Option<&str>,
) -> Result<Reply, Error> {
    let stream = endpoint::dial(socket).await?;
    let (method, headers) = of_form(form, authorization);
    exchange(
        stream,
        "localhost",
        path,
        &Request {
            method,
            url: "",
            headers: &headers,
            body: form,
        },
    )
    .await
}

#[cfg(not(unix))]
pub(crate) async fn over_socket(
    _: &Path,
    path: &str,
    form: &str,
    authorization: Option<&str>,
) -> Result<Reply, Error> {
    let url = format!(
        "http://127.0.0.1:{}{path}",
        endpoint::Options::from_environment()?.port
    );
    let (method, headers) = of_form(form, authorization);
    over_tcp(Request {
        method,
        url: &url,
        headers: &headers,
        body: form,
    })
    .await
}

fn of_form<'a>(
    form: &str,
    authorization: Option<&'a str>,
) -> (&'static str, Vec<(&'static str, &'a str)>) {
    let mut headers: Vec<_> = authorization
        .map(|value| ("authorization", value))
        .into_iter()
        .collect();
    if form.is_empty() {
        return ("GET", headers);
    }
    headers.push(("content-type", "application/x-www-form-urlencoded"));
    ("POST", headers)
}

/// Longer than a person may take to decide at the endpoint; a host that hangs is told of then.
const PATIENCE: Duration = Duration::from_secs(90);

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    host: &str,
    target: &str,
    request: &Request<'_>,
) -> Result<Reply, Error> {
    let silent = |_| {
        let span = Arg::span(PATIENCE.as_secs());
        Error::new(Code::Unreachable, text::CliHostSilent { host, span })
    };
    tokio::time::timeout(PATIENCE, exchange_in_time(stream, host, target, request))
        .await
        .map_err(silent)?
}

async fn exchange_in_time(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    host: &str,
    target: &str,
    request: &Request<'_>,
) -> Result<Reply, Error> {
    let mut head = format!(
        "{} {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n",
        request.method,
        request.body.len()
    );
    for (name, value) in request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.push_str(request.body);
    stream
        .write_all(head.as_bytes())
        .await
        .map_err(|error| failed(host, &error))?;
    let mut bytes = Vec::with_capacity(USUAL);
    (&mut stream)
        .take(MOST)
        .read_to_end(&mut bytes)
        .await
        .map_err(|error| failed(host, &error))?;
    read(&String::from_utf8_lossy(&bytes))
        .ok_or_else(|| Error::new(Code::Unreachable, text::CliHostNoHttp { host }))
}

fn read(text: &str) -> Option<Reply> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, &str)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
        .collect();
    let all = |wanted: &str| {
        headers
            .iter()
            .filter(|(name, _)| name == wanted)
            .map(|(_, value)| (*value).to_owned())
            .collect::<Vec<_>>()
    };
    let chunked = all("transfer-encoding")
        .iter()
        .any(|value| value.eq_ignore_ascii_case("chunked"));
    let text = if chunked {
        joined(body)
    } else {
        body.to_owned()
    };
    Some(Reply {
        status,
        location: all("location").pop(),
        cookies: all("set-cookie")
            .iter()
            .filter_map(|cookie| cookie.split(';').next().map(str::to_owned))
            .collect(),
        json: serde_json::from_str(&text).unwrap_or_default(),
        text,
    })
}

/// RFC 9112 §7.1.
fn joined(mut body: &str) -> String {
    let mut text = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let Some(chunk) = usize::from_str_radix(size.trim(), 16)
            .ok()
            .filter(|size| *size > 0)
            .and_then(|size| rest.get(..size))
        else {
            break;
        };
        text.push_str(chunk);
        body = rest.get(chunk.len() + 2..).unwrap_or_default();
    }
    text
}

fn failed(host: &str, error: &std::io::Error) -> Error {
    let problem = error.to_string();
    Error::new(
        Code::Unreachable,
        text::CliHostUnreachable { host, problem },
    )
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_answer_in_pieces_is_put_together() {
        let reply = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b; Path=/\r\n\r\n2\r\n{\"\r\n5\r\nx\":1}\r\n0\r\n\r\n").expect("an answer");
        assert_eq!(
            (reply.status, &reply.json["x"], reply.cookies),
            (200, &serde_json::json!(1), vec!["a=b".to_owned()])
        );
    }
}
