//! A small MCP client with a token in its hand, for what an agent would do with it.

use crate::peer::PATIENCE;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

/// One request to an MCP server, and its answer as far as the server's own end of it: a server that streams
/// keeps the connection open long after that.
async fn ask(resource: &str, token: &str, session: Option<&str>, body: &Value) -> (u16, String) {
    let url = Url::parse(resource).expect("a URL");
    let host = format!(
        "{}:{}",
        url.host_str().expect("a host"),
        url.port().expect("a port")
    );
    let body = body.to_string();
    let session = session
        .map(|id| format!("mcp-session-id: {id}\r\n"))
        .unwrap_or_default();
    let request = format!(
        "POST {} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n{session}mcp-protocol-version: 2025-11-25\r\n\
         content-type: application/json\r\naccept: application/json, text/event-stream\r\n\
         content-length: {}\r\n\r\n{body}",
        url.path(),
        body.len()
    );
    let answer = async {
        let mut stream = TcpStream::connect(&host).await.expect("it listens");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
        while !is_whole(&bytes) {
            match stream.read(&mut part).await.expect("an answer") {
                0 => break,
                read => bytes.extend_from_slice(&part[..read]),
            }
        }
        String::from_utf8(bytes).expect("text")
    };
    let text = tokio::time::timeout(PATIENCE, answer)
        .await
        .expect("it answers in time");
    (
        text.split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status"),
        text,
    )
}

/// Whether this is all of an answer: as many bytes as its head says, or the last chunk.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    length.map_or_else(
        || body == "0\r\n\r\n" || body.ends_with("\r\n0\r\n\r\n"),
        |length| body.len() >= length,
    )
}

/// `initialize`, and then `tools/list` in the session that the server opened, if it did: the tools' names, or
/// the status that the server answered instead.
pub(crate) async fn tools(resource: &str, token: &str) -> Result<Vec<String>, u16> {
    let client = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } });
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client });
    let (status, text) = ask(resource, token, None, &hello).await;
    if status != 200 {
        return Err(status);
    }
    let header = |line: &str| {
        line.split_once(": ")
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
    };
    let mut headers = text
        .split("\r\n\r\n")
        .next()
        .expect("a head")
        .lines()
        .filter_map(header);
    let session = headers
        .find(|(name, _)| name == "mcp-session-id")
        .map(|(_, id)| id);
    let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let (status, text) = ask(resource, token, session.as_deref(), &ready).await;
    assert_eq!(status, 202, "{text}");
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    let (status, text) = ask(resource, token, session.as_deref(), &list).await;
    assert_eq!(status, 200, "{text}");
    let start = text.find("{\"").expect("a JSON object");
    let answer = serde_json::Deserializer::from_str(&text[start..])
        .into_iter::<Value>()
        .next();
    let answer = answer
        .expect("an answer")
        .unwrap_or_else(|error| panic!("{error}: {text}"));
    let named = answer["result"]["tools"]
        .as_array()
        .unwrap_or_else(|| panic!("tools, not {answer}"));
    Ok(named
        .iter()
        .filter_map(|tool| tool["name"].as_str().map(str::to_owned))
        .collect())
}
