//! The whole journey in the terminal: add, log in, look, permit, fetch, use, revoke, and see it refused.

use crate::commands::{login, revoke, trace};
use crate::demo::form;
use crate::http::{Reply, Request, over_tcp};
use crate::output::{Output, clean, line, told};
use api::convert;
use api::{DemoProvider, Signals};
use broker::{
    Broker, Clock, Error, Home, KeySource, LoginOptions, LoginStart, NoBrowser, OsKeyring,
    Redirects, SystemBrowser, SystemClock,
};
use messages::{Arg, Text, text};
use model::{Code, Grant, Permit};
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use oauth::secret::Secret;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Each step does what it says, or the journey ends with an error.
pub(crate) async fn walk(
    provider: &DemoProvider,
    with_browser: bool,
    home: Option<&Path>,
    output: Output,
) -> Result<(), Error> {
    let mut interrupt = crate::shutdown::listen();
    let folder = match home {
        Some(home) if home.join("vault.db").exists() => {
            let path = home.display().to_string();
            return Err(
                Error::new(Code::InvalidArgument, text::CliVaultThereAlready { path })
                    .with_hint(text::CliDemoFolderHint),
            );
        }
        Some(home) => home.to_owned(),
        None => temporary_folder()?,
    };
    let outcome = tokio::select! {
        outcome = walk_in(provider, with_browser, &folder, output) => outcome,
        _ = interrupt.heard() => Err(Error::new(Code::LoginCancelled, text::CliDemoInterrupted).with_hint(text::CliDemoInterruptedHint)),
    };
    if home.is_none() {
        // The demo's vault goes with the demo, however that ends.
        std::fs::remove_dir_all(&folder).map_err(|error| {
            let (path, problem) = (folder.display().to_string(), error.to_string());
            Error::new(Code::Internal, text::CliDemoFolderStays { path, problem })
        })?;
    }
    let story = outcome?;
    story.print(&format!("\n{}", told(text::CliDemoEnd)))?;
    story.tell(
        "",
        match home {
            Some(home) => text::CliDemoVaultKept {
                path: home.display().to_string(),
            }
            .into(),
            None => Text::from(text::CliDemoVaultGone),
        },
    )?;
    if output.json {
        output.answer(&json!({ "passed": true, "steps": story.steps }), "")
    } else {
        Ok(())
    }
}

/// A new one, for this user alone.
fn temporary_folder() -> Result<PathBuf, Error> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let folder = std::env::temp_dir().join(format!("gatelodge-demo-{}", std::process::id()));
    let made = builder.create(&folder);
    made.map(|()| folder.clone()).map_err(|error| {
        let (path, problem) = (folder.display().to_string(), error.to_string());
        Error::new(Code::Internal, text::CliDemoFolderUnmade { path, problem })
    })
}

/// What is told on the way: to a person as it happens, to a program at the end.
struct Story {
    output: Output,
    steps: Vec<String>,
}

impl Story {
    fn step(&mut self, text: impl Into<Text>) -> Result<(), Error> {
        let text = told(text);
        self.steps.push(text.clone());
        self.print(&format!("\n{}. {text}", self.steps.len()))
    }

    /// A message, moved to the right by what is before it.
    fn tell(&self, before: &str, text: impl Into<Text>) -> Result<(), Error> {
        self.print(&format!("{before}{}", told(text)))
    }

    fn print(&self, text: &str) -> Result<(), Error> {
        if self.output.json {
            Ok(())
        } else {
            line(&clean(text))
        }
    }
}

async fn walk_in(
    provider: &DemoProvider,
    with_browser: bool,
    folder: &Path,
    output: Output,
) -> Result<Story, Error> {
    let mut story = Story {
        output,
        steps: Vec::new(),
    };
    let resource = &provider.resource;
    let (broker, endpoint) = host(folder, with_browser).await?;
    let address = endpoint
        .status()
        .address
        .ok_or_else(|| wrong(text::CliDemoNoPort))?;

    story.step(text::CliDemoAdd { url: resource })?;
    let told = |step| drop(story.tell("", trace::show(&step)));
    let view = broker
        .add(resource, Some("demo"), Concessions::default(), &told)
        .await?;
    let login = log_in(provider, &broker, &view.record.id, with_browser, &mut story).await?;

    story.step(text::CliDemoLook)?;
    let detail = convert::detail(broker.resource("demo").await?);
    story.print(&crate::commands::show::text(&detail, SystemClock.now().0))?;

    story.step(text::CliDemoPermit)?;
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
    let (name, server) = (&agent.id, "demo");
    story.tell(
        "  ",
        text::CliDemoMayUse {
            agent: name,
            server,
        },
    )?;
    let fetch = async || fetch(&address, &agent.id, &key, resource).await;
    let url = format!("{address}/token");
    story.step(text::CliDemoFetch { url })?;
    let token = use_token(fetch().await?, resource, &mut story).await?;

    take_back(&broker, &login, &mut story).await?;
    let reply = fetch().await?;
    refused_now(&reply, resource, &token, &mut story).await?;
    endpoint.stop().await;
    Ok(story)
}

/// `agent`: what the endpoint says to the agent now.
async fn refused_now(
    agent: &Reply,
    resource: &str,
    token: &Secret,
    story: &mut Story,
) -> Result<(), Error> {
    story.step(text::CliDemoAgain)?;
    let reply = call_tool(resource, token).await?;
    expect(reply.status == 401, text::CliDemoOldTokenTaken)?;
    let status = reply.status.to_string();
    story.tell("  ", text::CliDemoOldToken { status })?;
    let said = |member: &str| agent.json[member].as_str().unwrap_or_default();
    let (error, hint) = (said("error"), said("hint"));
    expect(error == "login_required", text::CliDemoAgentUntold)?;
    story.tell("  ", text::CliDemoAgentTold { error, hint })
}

/// A host of the demo's own, on a new vault.
async fn host(folder: &Path, with_browser: bool) -> Result<(Broker, endpoint::Endpoint), Error> {
    let home = Home::new(folder)?;
    let keyring = Arc::new(OsKeyring::new(&home));
    let browser: Arc<dyn broker::Browser> = if with_browser {
        Arc::new(SystemBrowser)
    } else {
        Arc::new(NoBrowser)
    };
    let broker = Broker::new(home, keyring, Arc::new(SystemClock), browser)?;
    broker
        .open_vault(KeySource::KeyFile(folder.join("key")))
        .await?;
    let options = endpoint::Options {
        port: 0,
        socket: None,
    };
    let endpoint = endpoint::start(broker.clone(), options).await;
    broker.set_redirects(Redirects {
        deep_link: !with_browser,
        loopback: endpoint.status().loopback,
    });
    Ok((broker, endpoint))
}

/// In the person's browser, or by filling in the form.
async fn log_in(
    provider: &DemoProvider,
    broker: &Broker,
    resource_id: &str,
    with_browser: bool,
    story: &mut Story,
) -> Result<Grant, Error> {
    let account = provider.accounts.first();
    let account = account.ok_or_else(|| wrong(text::CliDemoNobody))?;
    let (user, password) = (&account.name, &account.password);
    story.step(text::CliDemoSignIn { user })?;
    let options = LoginOptions {
        open_browser: with_browser,
        ..LoginOptions::default()
    };
    let LoginStart::Waiting {
        pending,
        browser_problem,
    } = broker.begin_login(resource_id, options).await?
    else {
        return Err(wrong(text::CliDemoNoPage));
    };
    let grant = if with_browser {
        story.tell("  ", text::CliDemoPage { user, password })?;
        let browser = browser_problem
            .as_ref()
            .map_or(login::Browser::Asked, login::Browser::Failed);
        let mut signals = Signals::listen();
        login::awaited(broker, &pending, browser, &mut signals, story.output).await?
    } else {
        story.tell("  ", text::CliDemoForm)?;
        let callback = form::approve(pending.url(), user, password).await?;
        broker.complete_login(Callback::parse(&callback)).await?
    };
    let account = &grant.account.name;
    story.tell("  ", text::CliDemoSignedIn { account })?;
    Ok(grant)
}

async fn take_back(broker: &Broker, login: &Grant, story: &mut Story) -> Result<(), Error> {
    story.step(text::CliDemoRevoke)?;
    let receipt = convert::receipt(&broker.revoke(&login.id).await?);
    story.print(&revoke::describe(&receipt, broker.now().0))?;
    expect(receipt.proven, text::CliDemoUnproven)
}

/// The token that the agent was given, and what it is good for.
async fn use_token(reply: Reply, resource: &str, story: &mut Story) -> Result<Secret, Error> {
    let token = reply.json["access_token"]
        .as_str()
        .map(Secret::new)
        .ok_or_else(|| wrong(text::CliDemoNoToken))?;
    let account = reply.json["account"].as_str();
    let account = account.ok_or_else(|| wrong(text::CliDemoNoToken))?;
    let seconds = reply.json["expires_in"].as_i64();
    let span = Arg::span(seconds.ok_or_else(|| wrong(text::CliDemoNoToken))?);
    story.tell("  ", text::CliDemoToken { account, span })?;
    story.step(text::CliDemoCall)?;
    let reply = call_tool(resource, &token).await?;
    expect(reply.status == 200, text::CliDemoNoTool)?;
    let notes = &reply.json["result"]["content"][0]["text"];
    story.print(&format!("  200: {notes}"))?;
    Ok(token)
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
    over_tcp(Request {
        method: "POST",
        url: &format!("{address}/token"),
        headers: &headers,
        body: &form,
    })
    .await
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
    over_tcp(Request {
        method: "POST",
        url: resource,
        headers: &headers,
        body: &body.to_string(),
    })
    .await
}

fn expect(holds: bool, otherwise: impl Into<Text>) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(wrong(otherwise)) }
}

fn wrong(what: impl Into<Text>) -> Error {
    Error::new(Code::Internal, what)
}
