//! The MCP server's wire, in both eras.

use serde_json::{Value, json};
use testbed::switches::{Answer, Eras, McpAnswers, StepUp};
use testbed::{Switches, Testbed};

use crate::http::{Reply, get, post_json, send};
use crate::person::{call, logged_in, text};

async fn post(web: &Testbed, token: &str, headers: &[(&str, &str)], body: Value) -> Reply {
    let bearer = format!("Bearer {token}");
    post_json(
        &web.resource(),
        &[&[("authorization", bearer.as_str())], headers].concat(),
        &body,
    )
    .await
}

fn modern(method: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": { "_meta": { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } } })
}

async fn start(switches: Switches) -> (Testbed, String) {
    let web = Testbed::start(switches.approving_as("ada"))
        .await
        .expect("two free ports");
    let (_, tokens) = logged_in(&web, "notes:read notes:write").await;
    let token = text(&tokens, "access_token").to_owned();
    (web, token)
}

#[tokio::test]
async fn the_stateless_wire() {
    let (web, token) = start(Switches::default()).await;
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "server/discover"),
    ];
    let discovered = post(&web, &token, &headers, modern("server/discover"))
        .await
        .json();
    let result = &discovered["result"];
    assert_eq!(
        (&discovered["id"], &result["supportedVersions"][0]),
        (&json!(7), &json!("2026-07-28"))
    );
    assert_eq!(
        (&result["resultType"], &result["cacheScope"]),
        (&json!("complete"), &json!("public"))
    );
    assert_eq!(
        result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"],
        "testbed-notes"
    );

    let mismatch = post(&web, &token, &headers, modern("tools/list")).await;
    assert_eq!(
        (mismatch.status, &mismatch.json()["error"]["code"]),
        (400, &json!(-32020))
    );
    let future = [
        ("mcp-protocol-version", "2099-01-01"),
        ("mcp-method", "tools/list"),
    ];
    let unsupported = post(&web, &token, &future, modern("tools/list")).await;
    assert_eq!(
        (unsupported.status, &unsupported.json()["error"]["code"]),
        (400, &json!(-32022))
    );
    let unknown = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "no/such"),
    ];
    let unknown = post(&web, &token, &unknown, modern("no/such")).await;
    assert_eq!(
        (unknown.status, &unknown.json()["error"]["code"]),
        (404, &json!(-32601))
    );

    let added = call(
        &web,
        &token,
        "add_note",
        json!({ "text": "written by a test" }),
    )
    .await
    .json();
    assert_eq!(added["result"]["isError"], false);
    let listed = call(&web, &token, "list_notes", json!({})).await.json();
    assert!(
        listed["result"]["content"][0]["text"]
            .as_str()
            .is_some_and(|text| text.contains("written by a test"))
    );
    assert_eq!(
        call(&web, &token, "add_note", json!({})).await.json()["result"]["isError"],
        true
    );
}

#[tokio::test]
async fn the_wire_that_begins_with_initialize() {
    let (web, token) = start(Switches::default().with_sessions()).await;
    let initialize = |version: &str| json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": { "protocolVersion": version } });
    for version in ["2025-11-25", "2025-06-18", "2025-03-26"] {
        let reply = post(&web, &token, &[], initialize(version)).await;
        assert_eq!(reply.json()["result"]["protocolVersion"], version);
    }
    let reply = post(&web, &token, &[], initialize("1999-01-01")).await;
    assert_eq!(reply.json()["result"]["protocolVersion"], "2025-11-25");
    let session = reply
        .header("mcp-session-id")
        .expect("a session")
        .to_owned();
    let headers = [
        ("mcp-protocol-version", "2025-11-25"),
        ("mcp-session-id", session.as_str()),
    ];
    let notification = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(post(&web, &token, &headers, notification).await.status, 202);
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    assert_eq!(
        post(&web, &token, &headers, list.clone()).await.json()["result"]["tools"][2]["name"],
        "add_note"
    );
    assert_eq!(post(&web, &token, &[], list.clone()).await.status, 400);

    web.switches()
        .set(|s| s.auto_approve = Some("grace".into()));
    let (_, other) = logged_in(&web, "notes:read").await;
    let stolen = post(&web, text(&other, "access_token"), &headers, list.clone()).await;
    assert_eq!(stolen.status, 404, "a session is its owner's");

    let bearer = format!("Bearer {token}");
    let authorized = ("authorization", bearer.as_str());
    let end = send("DELETE", &web.resource(), &[authorized, headers[1]], "")
        .await
        .expect("an answer");
    assert_eq!(end.status, 200);
    assert_eq!(post(&web, &token, &headers, list).await.status, 404);
    assert_eq!(get(&web.resource(), &[authorized]).await.status, 405);
    web.switches().set(|s| s.sessions = false);
    assert_eq!(
        send("DELETE", &web.resource(), &[authorized], "")
            .await
            .expect("an answer")
            .status,
        405
    );
}

#[tokio::test]
async fn events_eras_and_other_answers() {
    let (web, token) = start(Switches::default().streaming()).await;
    let reply = call(&web, &token, "whoami", json!({})).await;
    assert_eq!(reply.header("content-type"), Some("text/event-stream"));
    assert!(reply.body.contains("data: {"), "{}", reply.body);

    web.switches()
        .replace(Switches::default().eras(Eras::LegacyOnly));
    let refused = call(&web, &token, "whoami", json!({})).await;
    assert_eq!(
        (refused.status, refused.header("content-type")),
        (400, Some("text/plain"))
    );
    web.switches()
        .replace(Switches::default().eras(Eras::ModernOnly));
    let initialize = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": { "protocolVersion": "2025-11-25" } });
    assert_eq!(
        post(&web, &token, &[], initialize.clone()).await.json()["error"]["code"],
        -32022
    );

    web.switches().replace(Switches::default().unprotected());
    assert_eq!(
        post_json(&web.resource(), &[], &initialize).await.status,
        200
    );
    web.switches()
        .replace(Switches::default().answering_mcp(McpAnswers::Lazy));
    assert_eq!(
        post_json(&web.resource(), &[], &initialize).await.status,
        200
    );
    assert_eq!(call(&web, "nothing", "whoami", json!({})).await.status, 401);
    web.switches()
        .replace(Switches::default().answering_mcp(McpAnswers::Instead(Answer::Html)));
    assert!(
        post_json(&web.resource(), &[], &initialize)
            .await
            .body
            .starts_with("<!doctype html>")
    );

    web.switches()
        .replace(Switches::default().rejecting_every_token());
    assert_eq!(call(&web, &token, "whoami", json!({})).await.status, 401);
    web.switches()
        .replace(Switches::default().step_up(StepUp::NeverEnough));
    let refused = call(&web, &token, "whoami", json!({})).await;
    assert!(
        refused.status == 403
            && refused
                .header("www-authenticate")
                .is_some_and(|header| header.contains("notes:read notes:write"))
    );
}
