//! The journey of a person with the real program: add, log in, look, permit, fetch, renew, revoke, remove.

use crate::browser::Browser;
use crate::mcp::tools;
use crate::peer::{Peer, free_ports, is_asked_for, start};
use crate::setup::{Person, fetch};
use serde_json::Value;
use testbed::switches::Switches;

/// Where a pasted answer comes from; one that does not say who answers has a place of its own behind it (B-14).
const LOOPBACK: &str = "http://127.0.0.1:";

/// Add, log in, look, permit, fetch, use: what every peer has to bear.
async fn journey(person: &Person, resource: &str) -> String {
    person.good(&["add", resource, "--name", "peer"]);
    let checked = |callback: String| {
        assert!(callback.starts_with(LOOPBACK), "{callback}");
        callback
    };
    let login = person
        .log_in_with(
            "peer",
            async |link: &str| Browser::of("anyone").answer(link).await,
            checked,
        )
        .await;
    assert!(
        login.status.success(),
        "{}",
        String::from_utf8_lossy(&login.stderr)
    );
    let shown = person.json(&["show", "peer"]);
    assert!(
        shown["grants"][0]["scopes_granted"]
            .as_array()
            .is_some_and(|scopes| scopes.iter().any(|scope| scope == "mcp:tools")),
        "{shown}"
    );
    let agent = person.json(&["agent", "add", "claude"]);
    person.good(&["agent", "permit", "claude", "peer"]);
    let (_serving, address) = person.serve();
    let (id, key) = (
        agent["id"].as_str().expect("an id"),
        agent["key"].as_str().expect("a key"),
    );
    let reply = fetch(&address, id, key, resource).await;
    reply.json["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("a token, not {}", reply.json))
        .to_owned()
}

/// oidc-provider 9 with an MCP server that asks it about each token: strict, rotating, revocable, RFC 7592.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn oidc_provider() {
    if !is_asked_for() {
        return;
    }
    let peer = Peer::oidc();
    let resource = peer.resource().to_owned();
    let person = Person::with(Switches::default()).await;
    let token = journey(&person, &resource).await;
    assert_eq!(
        tools(&resource, &token).await,
        Ok(vec!["greet".to_owned(), "write".to_owned()])
    );
    for _ in 0..3 {
        person.good(&["refresh", "peer"]);
    }
    let token = person.good(&["token", "peer"]);
    assert!(
        tools(&resource, token.trim()).await.is_ok(),
        "rotated three times"
    );
    let receipt = person.json(&["revoke", "peer", "--yes"]);
    assert_eq!(receipt["proven"], true, "{receipt}");
    assert!(
        receipt["steps"]
            .as_array()
            .is_some_and(|steps| steps.iter().all(|step| step["outcome"] == "done")),
        "{receipt}"
    );
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
    let program =
        "node_modules/@modelcontextprotocol/sdk/dist/esm/examples/server/simpleStreamableHttp.js";
    let ports = [
        ("MCP_PORT", port.to_string()),
        ("MCP_AUTH_PORT", issuer.to_string()),
    ];
    let _peer = start(
        "node",
        &[program, "--oauth", "--oauth-strict"],
        &ports,
        "listening on port",
    );
    let resource = format!("http://localhost:{port}/mcp");
    let person = Person::with(Switches::default()).await;
    let token = journey(&person, &resource).await;
    assert!(
        tools(&resource, &token)
            .await
            .is_ok_and(|names| names.iter().any(|name| name == "greet"))
    );
    assert_eq!(
        person.run(&["refresh", "peer"]).status.code(),
        Some(20),
        "it gives nothing to renew with"
    );
    let revoked = person.run(&["revoke", "peer", "--yes", "--json"]);
    assert_eq!(
        revoked.status.code(),
        Some(25),
        "it has no revocation, and nothing pretends that it has"
    );
    let receipt: Value = serde_json::from_slice(&revoked.stdout).expect("the receipt");
    assert_eq!(receipt["proven"], false, "{receipt}");
    assert!(
        receipt["by_hand"]
            .as_str()
            .is_some_and(|text| !text.is_empty()),
        "{receipt}"
    );
    assert!(
        tools(&resource, &token).await.is_ok(),
        "it goes on taking the token, as the receipt says"
    );
    assert_eq!(
        person.run(&["remove", "peer", "--yes"]).status.code(),
        Some(25),
        "what is open is not forgotten unasked"
    );
    person.good(&["remove", "peer", "--yes", "--let-go"]);
}

/// `FastMCP`'s in-memory provider: one origin for both, issuer with a slash, rotation that ends the access token too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fastmcp() {
    if !is_asked_for() {
        return;
    }
    let peer = Peer::python(&["fastmcp_server.py"]);
    let resource = peer.resource().to_owned();
    let person = Person::with(Switches::default()).await;
    let first = journey(&person, &resource).await;
    assert_eq!(tools(&resource, &first).await, Ok(vec!["greet".to_owned()]));
    person.good(&["refresh", "peer"]);
    assert_eq!(
        tools(&resource, &first).await,
        Err(401),
        "a renewal ends the token before it"
    );
    let token = person.good(&["token", "peer"]);
    assert_eq!(
        tools(&resource, token.trim()).await,
        Ok(vec!["greet".to_owned()])
    );
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
    let resource = Peer::django().resource().to_owned();
    let token = journey(&person, &resource).await;
    assert_eq!(tools(&resource, &token).await, Ok(vec!["greet".to_owned()]));
    for _ in 0..3 {
        person.good(&["refresh", "peer"]);
    }
    let token = person.good(&["token", "peer"]);
    assert_eq!(
        tools(&resource, token.trim()).await,
        Ok(vec!["greet".to_owned()]),
        "rotated three times"
    );
    let receipt = person.json(&["revoke", "peer", "--yes"]);
    assert_eq!(receipt["proven"], true, "{receipt}");
    assert_eq!(tools(&resource, token.trim()).await, Err(401));
    let refused = person
        .log_in_with(
            "peer",
            async |link: &str| Browser::refusing("anyone").answer(link).await,
            |callback| callback,
        )
        .await;
    let said = String::from_utf8_lossy(&refused.stderr);
    // It promises `iss` and leaves it out of refusals: whose refusal it is nobody can tell (RFC 9207 §2.4).
    assert_eq!(refused.status.code(), Some(14), "{said}");
    assert!(
        !said.contains("access_denied"),
        "nothing of an unproven answer is shown: {said}"
    );
    assert_eq!(person.run(&["token", "peer"]).status.code(), Some(20));
    person.good(&["remove", "peer", "--yes"]);
}
