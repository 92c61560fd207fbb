//! The whole journey in the terminal: add, log in, look, permit, fetch, use, revoke, and see it refused.

use crate::commands::{grant, login, trace};
use crate::demo::form;
use crate::demo::http::{Ask, Reply, over_tcp};
use crate::output::{Output, line};
use api::convert;
use broker::{
    Broker, Clock, Code, Error, Home, KeySource, LoginOptions, NoBrowser, OsKeyring, Permit, Redirects, SystemBrowser,
    SystemClock,
};
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use oauth::secret::Secret;
use serde_json::{Value, json};
use std::sync::Arc;
use testbed::Testbed;

/// Each step does what it says, or the journey ends with an error.
pub(crate) async fn walk(web: &Testbed, with_browser: bool, output: Output) -> Result<(), Error> {
    let folder = std::env::temp_dir().join(format!("gatelodge-demo-{}", std::process::id()));
    let outcome = walk_in(web, with_browser, &folder, output).await;
    // The demo's vault goes with the demo.
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

async fn walk_in(web: &Testbed, with_browser: bool, folder: &std::path::Path, output: Output) -> Result<(), Error> {
    let (user, password) = Testbed::accounts()[0];
    let home = Home::new(folder)?;
    let keyring = Arc::new(OsKeyring::new(&home));
    let browser: Arc<dyn broker::Browser> = if with_browser { Arc::new(SystemBrowser) } else { Arc::new(NoBrowser) };
    let broker = Broker::new(home, keyring, Arc::new(SystemClock), browser)?;
    broker.open_vault(KeySource::KeyFile(folder.join("key"))).await?;
    let endpoint = endpoint::start(broker.clone(), endpoint::Options { port: 0, socket: None }).await;
    let address = endpoint.status().address.ok_or_else(|| wrong("the endpoint has no port"))?;
    broker.set_redirects(Redirects { deep_link: !with_browser, loopback: endpoint.status().loopback });

    headline("1", &format!("Add the MCP server {}", web.resource()));
    let view = broker.add(&web.resource(), Some("demo"), Concessions::default(), &move |step| line(&trace::show(&step))).await?;

    headline("2", &format!("Log in as {user}, once"));
    let started =
        broker.begin_login(&view.record.id, LoginOptions { open_browser: with_browser, ..LoginOptions::default() }).await?;
    let login = if with_browser {
        line(&format!("  Your browser shows the login page; the demo's user is {user} with the password {password}."));
        login::awaited(&broker, &started, output).await?
    } else {
        line("  There is no browser here, so the form is filled in for you.");
        let callback = form::approve(&started.pending.authorization_url, user, password).await?;
        broker.complete_login(Callback::parse(&callback)).await?
    };
    line(&format!("  logged in as {}", login.account.name));

    headline("3", "See what was granted");
    let detail = convert::detail(broker.resource("demo").await?, &broker.agents().await?);
    line(&crate::commands::show::text(&detail, SystemClock.now().0));

    headline("4", "Add an agent, and permit it");
    let (agent, key) = broker.add_agent("demo-agent").await?;
    broker
        .permit(Permit {
            agent_id: agent.id.clone(),
            grant_id: login.id.clone(),
            scopes: None,
            until: None,
            given_at: broker.now(),
        })
        .await?;
    line(&format!("  {} may use demo", agent.id));

    headline("5", &format!("The agent fetches a token at {address}/token"));
    let reply = fetch(&address, &agent.id, &key, &web.resource()).await?;
    let token = reply.json["access_token"].as_str().map(Secret::new).ok_or_else(|| wrong("the endpoint gave no token"))?;
    line(&format!("  200, a token for {} that ends in {} s", reply.json["account"], reply.json["expires_in"]));

    headline("6", "and calls a tool of the MCP server with it");
    let reply = call_tool(&web.resource(), &token).await?;
    expect(reply.status == 200, "the tool did not answer")?;
    line(&format!("  200, {}", reply.json["result"]["content"][0]["text"]));

    headline("7", "Revoke");
    let receipt = convert::receipt(broker.revoke(&login.id).await?);
    line(&grant::describe(&receipt));
    expect(receipt.proven, "the server still takes the old token")?;

    headline("8", "The same token again, and the agent again");
    let reply = call_tool(&web.resource(), &token).await?;
    expect(reply.status == 401, "the old token was not refused")?;
    line("  MCP server: 401");
    let reply = fetch(&address, &agent.id, &key, &web.resource()).await?;
    expect(reply.json["error"] == "login_required", "the agent was not told that a login is needed")?;
    line(&format!("  endpoint:   {}, {}", reply.json["error"], reply.json["hint"]));
    endpoint.stop().await;
    line("\nThat is all there is to it. Nothing of it is left on this machine.");
    Ok(())
}

async fn fetch(address: &str, id: &str, key: &Secret, resource: &str) -> Result<Reply, Error> {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", key.expose()),
            ("resource", resource),
        ])
        .finish();
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    over_tcp(Ask { method: "POST", url: &format!("{address}/token"), headers: &headers, body: &form }).await
}

/// `tools/call` of MCP 2026-07-28: no session, everything in one request.
async fn call_tool(resource: &str, token: &Secret) -> Result<Reply, Error> {
    let meta: Value = json!({
        "io.modelcontextprotocol/protocolVersion": oauth::PROTOCOL_VERSION,
        "io.modelcontextprotocol/clientInfo": { "name": "demo-agent", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "list_notes", "arguments": {}, "_meta": meta } });
    let bearer = format!("Bearer {}", token.expose());
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", oauth::PROTOCOL_VERSION),
        ("mcp-method", "tools/call"),
        ("mcp-name", "list_notes"),
    ];
    over_tcp(Ask { method: "POST", url: resource, headers: &headers, body: &body.to_string() }).await
}

fn headline(number: &str, text: &str) {
    line(&format!("\n{number}. {text}"));
}

fn expect(holds: bool, otherwise: &str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(wrong(otherwise)) }
}

fn wrong(what: &str) -> Error {
    Error::new(Code::Internal, format!("the demo went wrong: {what}"))
}
