//! The journey against servers that nobody here wrote, by the real program. `cargo xtask peers` installs them
//! and sets `GATELODGE_PEERS`; without it there is nothing to run against.

#[path = "it/setup.rs"]
#[expect(dead_code, reason = "the journey against our own testbed needs more of it")]
mod setup;

use setup::{Person, Reply, Running, call_mcp, fetch, http};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use testbed::switches::Switches;
use url::Url;

fn is_asked_for() -> bool {
    let asked = std::env::var_os("GATELODGE_PEERS").is_some();
    if !asked {
        println!("left out: run `cargo xtask peers`");
    }
    asked
}

/// Two ports that were free a moment ago; these servers take none by themselves.
fn free_ports() -> (u16, u16) {
    let listeners = [0, 1].map(|_| std::net::TcpListener::bind("127.0.0.1:0").expect("a free port"));
    let [one, two] = listeners.map(|listener| listener.local_addr().expect("its address").port());
    (one, two)
}

/// Starts a server by Node in `peers/`, and reads its output until a line has `ready` in it.
fn start(args: &[&str], variables: &[(&str, String)], ready: &str) -> Running {
    let mut command = Command::new("node");
    command.args(args).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../peers"));
    command.envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("node starts");
    let mut output = BufReader::new(child.stdout.take().expect("stdout"));
    let running = Running(child);
    let mut line = String::new();
    while !line.contains(ready) {
        line.clear();
        assert_ne!(output.read_line(&mut line).expect("its output"), 0, "it ended before it was ready");
    }
    // It may go on talking; somebody has to listen, or it would stop at a full pipe.
    std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
    running
}

/// A person's browser: follows redirects, keeps cookies, logs in as anyone and consents.
async fn browse(url: &str) -> String {
    let mut at = Url::parse(url).expect("a URL");
    let (mut method, mut body) = ("GET", String::new());
    let mut cookies: Vec<String> = Vec::new();
    for _ in 0..12 {
        let cookie = cookies.join("; ");
        let headers = [("cookie", cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        let Reply { status, location, head, text, .. } = http(at.as_str(), method, &headers, &body).await;
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
        let action = attribute(form, "action").expect("an action");
        let mut filled = url::form_urlencoded::Serializer::new(String::new());
        for input in form.split("<input").skip(1) {
            if let Some(name) = attribute(input, "name") {
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
async fn journey(person: &Person, resource: &str) -> String {
    person.good(&["add", resource, "--name", "peer"]);
    let login = person.log_in_with("peer", async |link: &str| browse(link).await, |callback| callback).await;
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
    let _peer = start(&["oidc.mjs", &issuer.to_string(), &port.to_string()], &[], "\"resource\"");
    let resource = format!("http://127.0.0.1:{port}/mcp");
    let person = Person::with(Switches::default()).await;
    let token = journey(&person, &resource).await;
    assert_eq!(call_mcp(&resource, &token).await, 200);
    for _ in 0..3 {
        person.good(&["refresh", "peer"]);
    }
    let token = person.good(&["token", "peer"]);
    assert_eq!(call_mcp(&resource, token.trim()).await, 200, "rotated three times");
    let receipt = person.json(&["revoke", "peer", "--yes"]);
    assert_eq!(receipt["proven"], true, "{receipt}");
    assert!(receipt["steps"].as_array().is_some_and(|steps| steps.iter().all(|step| step["outcome"] == "done")), "{receipt}");
    assert_eq!(call_mcp(&resource, token.trim()).await, 401);
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
    let _peer = start(&[program, "--oauth", "--oauth-strict"], &ports, "listening on port");
    let resource = format!("http://localhost:{port}/mcp");
    let person = Person::with(Switches::default()).await;
    let token = journey(&person, &resource).await;
    assert_eq!(call_mcp(&resource, &token).await, 200);
    assert_eq!(person.run(&["refresh", "peer"]).status.code(), Some(20), "it gives nothing to renew with");
    let receipt = person.json(&["revoke", "peer", "--yes"]);
    assert_eq!(receipt["proven"], false, "it has no revocation, and the receipt does not pretend");
    assert!(receipt["by_hand"].as_str().is_some_and(|text| !text.is_empty()), "{receipt}");
}
