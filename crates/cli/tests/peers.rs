//! The journey against servers that nobody here wrote, by the real program. `cargo xtask peers` installs them
//! and sets `GATELODGE_PEERS`; without it there is nothing to run against.

#[path = "it/setup.rs"]
#[expect(dead_code, reason = "the journey against our own testbed needs more of it")]
mod setup;

use serde_json::{Value, json};
use setup::{Person, Reply, Running, fetch, http};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use testbed::switches::Switches;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

/// How long a server may take to say something at all.
const PATIENCE: Duration = Duration::from_mins(1);

fn is_asked_for() -> bool {
    let asked = std::env::var_os("GATELODGE_PEERS").is_some();
    if !asked {
        println!("left out: run `cargo xtask peers`");
    }
    asked
}

/// Where `cargo xtask peers` puts the Python servers.
const PYTHON: &str = ".venv/bin/python";

/// The URL of the MCP server, from the line that a peer of ours prints when it is ready.
fn resource_in(line: &str) -> String {
    let ready: Value = serde_json::from_str(line).expect("JSON");
    ready["resource"].as_str().expect("a URL").to_owned()
}

/// What most of them let us be answered by.
const DEEP_LINK: &str = "app.gatelodge.desktop:/oauth/callback?";

/// What the person presses on the last page.
#[derive(Clone, Copy, PartialEq)]
enum Consent {
    Given,
    Refused,
}

/// Two ports that were free a moment ago; these servers take none by themselves.
fn free_ports() -> (u16, u16) {
    let listeners = [0, 1].map(|_| std::net::TcpListener::bind("127.0.0.1:0").expect("a free port"));
    let [one, two] = listeners.map(|listener| listener.local_addr().expect("its address").port());
    (one, two)
}

/// Starts a server in `peers/`, reads its output until a line has `ready` in it, and returns that line.
fn start(program: &str, args: &[&str], variables: &[(&str, String)], ready: &str) -> (Running, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../peers");
    // A name alone is looked up in PATH; one with a slash is where `cargo xtask peers` put it.
    let program = if program.contains('/') { folder.join(program) } else { program.into() };
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let output = BufReader::new(child.stdout.take().expect("stdout"));
    let running = Running(child);
    let (line, lines) = std::sync::mpsc::channel();
    // It may go on talking; somebody has to listen, or it would stop at a full pipe.
    std::thread::spawn(move || output.lines().map_while(Result::ok).for_each(|text| drop(line.send(text))));
    loop {
        let line = lines.recv_timeout(PATIENCE).expect("it is ready, and has not ended");
        if line.contains(ready) {
            return (running, line);
        }
    }
}

/// One request to an MCP server, and its answer as far as the server's own end of it: a server that streams
/// keeps the connection open long after that.
async fn ask(resource: &str, token: &str, session: Option<&str>, body: &Value) -> (u16, String) {
    let url = Url::parse(resource).expect("a URL");
    let host = format!("{}:{}", url.host_str().expect("a host"), url.port().expect("a port"));
    let body = body.to_string();
    let session = session.map(|id| format!("mcp-session-id: {id}\r\n")).unwrap_or_default();
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
    let text = tokio::time::timeout(PATIENCE, answer).await.expect("it answers in time");
    (text.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status"), text)
}

/// Whether this is all of an answer: as many bytes as its head says, or the last chunk.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    length.map_or_else(|| body == "0\r\n\r\n" || body.ends_with("\r\n0\r\n\r\n"), |length| body.len() >= length)
}

/// `initialize`, and then `tools/list` in the session that the server opened, if it did: the tools' names, or
/// the status that the server answered instead.
async fn tools(resource: &str, token: &str) -> Result<Vec<String>, u16> {
    let client = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } });
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client });
    let (status, text) = ask(resource, token, None, &hello).await;
    if status != 200 {
        return Err(status);
    }
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let mut headers = text.split("\r\n\r\n").next().expect("a head").lines().filter_map(header);
    let session = headers.find(|(name, _)| name == "mcp-session-id").map(|(_, id)| id);
    let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let (status, text) = ask(resource, token, session.as_deref(), &ready).await;
    assert_eq!(status, 202, "{text}");
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    let (status, text) = ask(resource, token, session.as_deref(), &list).await;
    assert_eq!(status, 200, "{text}");
    let start = text.find("{\"").expect("a JSON object");
    let answer = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>().next();
    let answer = answer.expect("an answer").unwrap_or_else(|error| panic!("{error}: {text}"));
    let named = answer["result"]["tools"].as_array().unwrap_or_else(|| panic!("tools, not {answer}"));
    Ok(named.iter().filter_map(|tool| tool["name"].as_str().map(str::to_owned)).collect())
}

/// A person's browser: follows redirects, keeps cookies, logs in as anyone and consents, or does not.
async fn browse(url: &str, consent: Consent) -> String {
    let mut at = Url::parse(url).expect("a URL");
    let (mut method, mut body) = ("GET", String::new());
    let mut cookies: Vec<String> = Vec::new();
    for _ in 0..12 {
        let cookie = cookies.join("; ");
        let headers = [("cookie", cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        let page = tokio::time::timeout(PATIENCE, http(at.as_str(), method, &headers, &body)).await;
        let Reply { status, location, head, text, .. } = page.expect("the page comes in time");
        let set = |line: &str| {
            line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")).map(|(_, value)| value.to_owned())
        };
        for one in head.lines().filter_map(set).filter_map(|value| value.split(';').next().map(str::to_owned)) {
            let name = one.split('=').next().map(str::to_owned);
            cookies.retain(|known| known.split('=').next().map(str::to_owned) != name);
            cookies.push(one);
        }
        if let Some(location) = location {
            match at.join(&location) {
                Ok(next) if next.scheme() == "http" && !next.path().starts_with("/callback") => {
                    (at, method, body) = (next, "GET", String::new());
                }
                _ => return location,
            }
            continue;
        }
        let form = text.split_once("<form").unwrap_or_else(|| panic!("a form, not {status}: {text}")).1;
        // Without an action, a form goes to the page that it is on.
        let action = attribute(form, "action").unwrap_or_default();
        let mut filled = url::form_urlencoded::Serializer::new(String::new());
        for input in form.split("<input").skip(1) {
            // django-oauth-toolkit's button; its other one has no name.
            let pressed = |name: &String| name != "allow" || consent == Consent::Given;
            if let Some(name) = attribute(input, "name").filter(pressed) {
                let value = match name.as_str() {
                    "login" | "password" => "anyone".to_owned(),
                    _ => attribute(input, "value").unwrap_or_default(),
                };
                filled.append_pair(&name, &value);
            }
        }
        body = filled.finish();
        at = at.join(&action).expect("a URL");
        method = "POST";
    }
    panic!("no answer after twelve pages");
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    Some(tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?.replace("&amp;", "&"))
}

/// Add, log in, look, permit, fetch, use: what every peer has to bear.
async fn journey(person: &Person, resource: &str, redirect: &str) -> String {
    person.good(&["add", resource, "--name", "peer"]);
    let checked = |callback: String| {
        assert!(callback.starts_with(redirect), "{callback}");
        callback
    };
    let login = person.log_in_with("peer", async |link: &str| browse(link, Consent::Given).await, checked).await;
    assert!(login.status.success(), "{}", String::from_utf8_lossy(&login.stderr));
    let shown = person.json(&["show", "peer"]);
    assert!(
        shown["grants"][0]["scopes_granted"].as_array().is_some_and(|scopes| scopes.iter().any(|scope| scope == "mcp:tools")),
        "{shown}"
    );
    let agent = person.json(&["agent", "add", "claude"]);
    person.good(&["agent", "permit", "claude", "peer"]);
    let (_serving, address) = person.serve();
    let (id, key) = (agent["id"].as_str().expect("an id"), agent["key"].as_str().expect("a key"));
    let reply = fetch(&address, id, key, resource).await;
    reply.json["access_token"].as_str().unwrap_or_else(|| panic!("a token, not {}", reply.json)).to_owned()
}

/// oidc-provider 9 with an MCP server that asks it about each token: strict, rotating, revocable, RFC 7592.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn oidc_provider() {
    if !is_asked_for() {
        return;
    }
    let (issuer, port) = free_ports();
    let _peer = start("node", &["oidc.mjs", &issuer.to_string(), &port.to_string()], &[], "\"resource\"");
    let resource = format!("http://127.0.0.1:{port}/mcp");
    let person = Person::with(Switches::default()).await;
    let token = journey(&person, &resource, DEEP_LINK).await;
    assert_eq!(tools(&resource, &token).await, Ok(vec!["greet".to_owned()]));
    for _ in 0..3 {
        person.good(&["refresh", "peer"]);
    }
    let token = person.good(&["token", "peer"]);
    assert!(tools(&resource, token.trim()).await.is_ok(), "rotated three times");
    let receipt = person.json(&["revoke", "peer", "--yes"]);
    assert_eq!(receipt["proven"], true, "{receipt}");
    assert!(receipt["steps"].as_array().is_some_and(|steps| steps.iter().all(|step| step["outcome"] == "done")), "{receipt}");
    assert_eq!(tools(&resource, token.trim()).await, Err(401));
    assert_eq!(person.run(&["token", "peer"]).status.code(), Some(20));
    person.good(&["remove", "peer", "--yes"]);
}

/// The official TypeScript SDK's own example of a protected server: exact redirects, an issuer with a slash,
/// no refresh tokens, no revocation. The receipt says what that means.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mcp_sdk_example() {
    if !is_asked_for() {
        return;
    }
    let (issuer, port) = free_ports();
    let program = "node_modules/@modelcontextprotocol/sdk/dist/esm/examples/server/simpleStreamableHttp.js";
    let ports = [("MCP_PORT", port.to_string()), ("MCP_AUTH_PORT", issuer.to_string())];
    let _peer = start("node", &[program, "--oauth", "--oauth-strict"], &ports, "listening on port");
    let resource = format!("http://localhost:{port}/mcp");
    let person = Person::with(Switches::default()).await;
    let token = journey(&person, &resource, DEEP_LINK).await;
    assert!(tools(&resource, &token).await.is_ok_and(|names| names.iter().any(|name| name == "greet")));
    assert_eq!(person.run(&["refresh", "peer"]).status.code(), Some(20), "it gives nothing to renew with");
    let receipt = person.json(&["revoke", "peer", "--yes"]);
    assert_eq!(receipt["proven"], false, "it has no revocation, and the receipt does not pretend");
    assert!(receipt["by_hand"].as_str().is_some_and(|text| !text.is_empty()), "{receipt}");
    assert!(tools(&resource, &token).await.is_ok(), "it goes on taking the token, as the receipt says");
    person.good(&["remove", "peer", "--yes"]);
}

/// `FastMCP`'s in-memory provider: one origin for both, issuer with a slash, rotation that ends the access token too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fastmcp() {
    if !is_asked_for() {
        return;
    }
    let (_peer, line) = start(PYTHON, &["fastmcp_server.py"], &[], "\"resource\"");
    let resource = resource_in(&line);
    let person = Person::with(Switches::default()).await;
    let first = journey(&person, &resource, DEEP_LINK).await;
    assert_eq!(tools(&resource, &first).await, Ok(vec!["greet".to_owned()]));
    person.good(&["refresh", "peer"]);
    assert_eq!(tools(&resource, &first).await, Err(401), "a renewal ends the token before it");
    let token = person.good(&["token", "peer"]);
    assert_eq!(tools(&resource, token.trim()).await, Ok(vec!["greet".to_owned()]));
    let receipt = person.json(&["revoke", "peer", "--yes"]);
    assert_eq!(receipt["proven"], true, "{receipt}");
    assert_eq!(tools(&resource, token.trim()).await, Err(401));
    person.good(&["remove", "peer", "--yes"]);
}

/// django-oauth-toolkit: refuses private-use redirects, opaque tokens, a consent form, reuse protection, RFC 7592.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn django_oauth_toolkit() {
    if !is_asked_for() {
        return;
    }
    let person = Person::with(Switches::default()).await;
    let folder = person.folder.path().to_str().expect("UTF-8");
    let (_peer, line) = start(PYTHON, &["django_server.py", folder], &[], "\"resource\"");
    let resource = resource_in(&line);
    let token = journey(&person, &resource, "http://127.0.0.1:").await;
    assert_eq!(tools(&resource, &token).await, Ok(vec!["greet".to_owned()]));
    for _ in 0..3 {
        person.good(&["refresh", "peer"]);
    }
    let token = person.good(&["token", "peer"]);
    assert_eq!(tools(&resource, token.trim()).await, Ok(vec!["greet".to_owned()]), "rotated three times");
    let receipt = person.json(&["revoke", "peer", "--yes"]);
    assert_eq!(receipt["proven"], true, "{receipt}");
    assert_eq!(tools(&resource, token.trim()).await, Err(401));
    let refused = person.log_in_with("peer", async |link: &str| browse(link, Consent::Refused).await, |callback| callback).await;
    let said = String::from_utf8_lossy(&refused.stderr);
    // It promises `iss` and leaves it out of refusals: whose refusal it is nobody can tell (RFC 9207 §2.4).
    assert_eq!(refused.status.code(), Some(14), "{said}");
    assert!(!said.contains("access_denied"), "nothing of an unproven answer is shown: {said}");
    assert_eq!(person.run(&["token", "peer"]).status.code(), Some(20));
    person.good(&["remove", "peer", "--yes"]);
}
