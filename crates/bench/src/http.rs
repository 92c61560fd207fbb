//! As much HTTP/1.1 as a load generator needs (RFC 9112): requests made once as bytes, and the end of an answer.

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What is looked at of an answer's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// 200 where all is well.
    pub status: u16,
    /// Of the whole answer, its head included.
    pub length: usize,
}

/// An agent's request for one server's token.
#[derive(Debug, Clone, Serialize)]
pub struct TokenRequest {
    /// The agent's id and key.
    pub agent: (String, String),
    /// The server's URI.
    pub resource: String,
}

/// Whether the connection is used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// The next request comes over the same one.
    KeepAlive,
    /// This request is its only one.
    Close,
}

impl TokenRequest {
    /// The same bytes for subject and reference, so that both read as much.
    pub fn bytes(&self, host: &str, connection: Connection) -> Vec<u8> {
        let (id, key) = &self.agent;
        let encode =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let basic = STANDARD.encode(format!("{}:{}", encode(id), encode(key)));
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("resource", &self.resource)
            .finish();
        let close = match connection {
            Connection::KeepAlive => "",
            Connection::Close => "connection: close\r\n",
        };
        format!(
            "POST /token HTTP/1.1\r\nhost: {host}\r\nauthorization: Basic {basic}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n{close}\r\n{form}",
            form.len()
        )
        .into_bytes()
    }
}

/// The head of an answer, once it is whole. An answer whose length is not said is none that can be counted.
pub fn head(bytes: &[u8]) -> Result<Option<Head>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&bytes[..end]).context("a head that is no text")?;
    let mut lines = text.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.strip_prefix("HTTP/1.1 "))
        .and_then(|line| line.get(..3))
        .context("no status line")?
        .parse()?;
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        if name.eq_ignore_ascii_case("content-length") {
            let body: usize = value.trim().parse()?;
            return Ok(Some(Head {
                status,
                length: end + 4 + body,
            }));
        }
    }
    bail!("an answer without a length: {text}")
}

/// Reads one whole answer into `buffer`, which is emptied first. Only 200 counts as an answer.
pub async fn read_answer<S: AsyncRead + Unpin>(stream: &mut S, buffer: &mut Vec<u8>) -> Result<()> {
    buffer.clear();
    let mut expected = None;
    loop {
        if stream.read_buf(buffer).await? == 0 {
            bail!("the connection ended after {} bytes", buffer.len());
        }
        if expected.is_none() {
            expected = head(buffer)?;
        }
        if let Some(head) = expected
            && buffer.len() >= head.length
        {
            ensure!(
                head.status == 200,
                "not 200: {}",
                String::from_utf8_lossy(buffer)
            );
            return Ok(());
        }
    }
}

/// One request and its answer.
pub async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    request: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<()> {
    stream.write_all(request).await?;
    read_answer(stream, buffer).await
}

#[cfg(test)]
mod tests {
    use super::{Connection, Head, TokenRequest, head};

    #[test]
    fn the_end_of_an_answer_is_known_from_its_head() {
        assert_eq!(
            head(b"HTTP/1.1 200 OK\r\nContent-Le").expect("not whole yet"),
            None
        );
        let bytes = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(
            head(bytes).expect("whole"),
            Some(Head {
                status: 401,
                length: bytes.len()
            })
        );
        assert!(head(b"HTTP/1.1 200 OK\r\n\r\n").is_err(), "no length");
        assert!(head(b"SSH-2.0\r\n\r\n").is_err(), "no HTTP");
    }

    #[test]
    fn a_request_says_who_asks_and_for_what() {
        let request = TokenRequest {
            agent: ("a".to_owned(), "k".to_owned()),
            resource: "https://h/mcp".to_owned(),
        };
        let text = String::from_utf8(request.bytes("localhost", Connection::Close)).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        assert_eq!(
            body,
            "grant_type=client_credentials&resource=https%3A%2F%2Fh%2Fmcp"
        );
        assert!(head.contains("authorization: Basic YTpr\r\n") && head.contains("close"));
        assert!(head.contains(&format!("content-length: {}", body.len())));
    }
}
