//! The JSON that programs rely on, member by member. What differs from run to run is named instead.

use crate::setup::Person;
use serde_json::Value;
use testbed::switches::Switches;

/// An answer with the values that this run made up replaced.
fn shape(person: &Person, args: &[&str]) -> String {
    let mut answer = person.json(args);
    redact(&mut answer, person);
    serde_json::to_string_pretty(&answer).expect("JSON")
}

fn redact(value: &mut Value, person: &Person) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, person)),
        Value::Object(members) => {
            for (name, member) in members {
                let made_up = [
                    "id",
                    "key",
                    "access_token",
                    "agent",
                    "client_id",
                    "resource_id",
                    "agent_id",
                    "grant_id",
                    "Authorization",
                    "answer",
                ];
                let is_time =
                    name.ends_with("_at") || ["at", "expires_in", "until"].contains(&name.as_str());
                match member {
                    Value::Number(_) if is_time => *member = "[time]".into(),
                    Value::String(_) | Value::Number(_) if made_up.contains(&name.as_str()) => {
                        *member = format!("[{name}]").into();
                    }
                    _ => redact(member, person),
                }
            }
        }
        Value::String(text) => {
            let home = person.folder.path().display().to_string();
            let resource = person.web.resource();
            *text = text
                .replace(&resource, "[resource]")
                .replace(&person.web.issuer(), "[issuer]")
                .replace(&home, "[home]");
            *text = text.replace(resource.trim_end_matches("/mcp"), "[resource host]");
            *text = text.replace(
                resource
                    .trim_start_matches("http://")
                    .trim_end_matches("/mcp"),
                "[server]",
            );
            // The port of the command that logged in.
            if text.starts_with("http://127.0.0.1:") && text.ends_with("/callback") {
                "[loopback]/callback".clone_into(text);
            }
            if let Some(host) = person.web.issuer().strip_prefix("http://") {
                *text = text.replace(host, "[issuer host]");
            }
        }
        _ => {}
    }
}

/// Compares as text, so that a member that comes, goes or changes its type is seen.
fn assert_shape(found: &str, expected: &str) {
    let expected: Value = serde_json::from_str(expected).expect("JSON");
    assert_eq!(
        found,
        serde_json::to_string_pretty(&expected).expect("JSON")
    );
}

async fn logged_in() -> Person {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    person
}

const SERVER: &str = r#"{
    "id": "[id]", "name": "notes", "uri": "[resource]", "state": "active", "message": null,
    "issuer": "[issuer]", "account": "unnamed account", "expires_at": "[time]", "scopes": ["notes:read", "offline_access"],
    "logged_in": true, "waiting": null, "is_demo": false
}"#;

const GRANT: &str = r#"{
    "id": "[id]", "resource_id": "[resource_id]", "account": "unnamed account", "unnamed": true, "issuer": "[issuer]",
    "state": "active", "message": null, "revocation_open": false, "scopes_requested": ["notes:read", "offline_access"],
    "scopes_granted": ["notes:read", "offline_access"], "scopes_unasked": [], "has_refresh_token": true, "not_renewed": null, "consent_may_help": null,
    "kind": "authorization_code", "sender_constrained": false, "identified": false,
    "granted_at": "[time]", "refreshed_at": null, "expires_at": "[time]"
}"#;

const TRACE: &str = r#"[
    {
        "title": "Probe without a token", "verdict": "ok", "request": "POST [resource]", "status": 401, "answer": "[answer]",
        "detail": "The server wants a token. Its challenge names its metadata and the scopes.", "rule": "MCP authorization, protected resource metadata"
    },
    {
        "title": "Protected resource metadata", "verdict": "ok", "status": 200, "answer": "[answer]", "detail": "The document is here.",
        "request": "GET [resource host]/.well-known/oauth-protected-resource/mcp", "rule": "RFC 9728 §5.1"
    },
    {
        "title": "Authorization server metadata", "verdict": "ok", "status": 200, "answer": "[answer]", "detail": "The document is here.",
        "request": "GET [issuer]/.well-known/oauth-authorization-server", "rule": "RFC 8414 §3.1"
    },
    {
        "title": "Issuer, endpoints and PKCE checked", "verdict": "ok", "request": null, "status": null, "answer": null,
        "detail": "You sign in at [issuer host].", "rule": "RFC 8414 §3.3"
    }
]"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vault_and_a_server() {
    let person = Person::approving(Switches::default()).await;
    let vault = r#"{ "path": "[home]/home/vault.db", "protection": "key_file", "older": false }"#;
    assert_shape(&shape(&person, &["vault", "create"]), vault);
    assert_shape(&shape(&person, &["vault", "status"]), vault);
    let added = r#"{
        "id": "[id]", "name": "notes", "uri": "[resource]", "state": "login_needed", "message": null,
        "issuer": "[issuer]", "account": null, "expires_at": null, "scopes": [],
        "logged_in": false, "waiting": null, "is_demo": false
    }"#;
    assert_shape(
        &shape(&person, &["add", &person.web.resource(), "--name", "notes"]),
        added,
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_and_its_tokens() {
    let person = logged_in().await;
    assert_shape(&shape(&person, &["list"]), &format!("[{SERVER}]"));
    let shown = format!(
        r#"{{
            "resource": {SERVER}, "grants": [{GRANT}], "trace": {TRACE}, "pending": null, "login_failure": null, "permits": [], "permit_offers": [], "revocations_open": [],
            "added_at": "[time]", "checked_at": "[time]",
            "authorization_server": {{
                "issuer": "[issuer]", "authorization_host": "[issuer host]", "token_host": "[issuer host]",
                "registration_host": "[issuer host]", "registration": "dynamic", "client_id": "[client_id]",
                "can_revoke": true, "sends_iss": true,
                "login_goes": "You sign in at [issuer host].", "basis": "published"
            }},
            "scopes_offered": ["notes:read", "notes:write", "offline_access", "profile"],
            "named_by_itself": false, "endpoints_entered": null,
            "scopes_to_request": ["notes:read", "offline_access"], "scopes_chosen": null, "step_up": [],
            "concessions": [], "locked_to": null, "issuer_change": null, "needs_dpop": false,
            "login_method": {{ "kind": "browser" }},
            "login_methods": ["browser", "client_credentials", "enterprise", "workload"],
            "client": {{
                "id": "[id]", "issuer": "[issuer]", "client_id": "[client_id]", "kind": "dynamic", "auth_method": "none",
                "redirect_uris": ["[loopback]/callback"], "secret_expires_at": null, "registered_at": "[time]"
            }}
        }}"#
    );
    assert_shape(&shape(&person, &["show", "notes"]), &shown);
    let token = r#"{
        "access_token": "[access_token]", "token_type": "Bearer", "expires_at": "[time]",
        "scope": "notes:read offline_access", "resource": "[resource]", "account": "unnamed account"
    }"#;
    assert_shape(&shape(&person, &["token", "notes"]), token);
    assert_shape(
        &shape(&person, &["header", "notes"]),
        r#"{ "Authorization": "[Authorization]" }"#,
    );
    let renewed = GRANT.replace(r#""refreshed_at": null"#, r#""refreshed_at": "[time]""#);
    assert_shape(&shape(&person, &["refresh", "notes"]), &renewed);
    assert_shape(
        &shape(&person, &["rename", "notes", "jotter"]),
        &SERVER.replace("notes\"", "jotter\""),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_the_log_and_a_receipt() {
    let person = logged_in().await;
    let added = r#"{ "id": "[id]", "name": "claude", "key": "[key]" }"#;
    assert_shape(&shape(&person, &["agent", "add", "claude"]), added);
    let permitted = r#"{ "agent": "[agent]", "server": "notes", "account": "unnamed account", "until": "[time]" }"#;
    assert_shape(
        &shape(
            &person,
            &["agent", "permit", "claude", "notes", "--until", "1h"],
        ),
        permitted,
    );
    let agents = r#"[{
        "id": "[id]", "name": "claude", "added_at": "[time]", "last_used_at": null,
        "permits": [{
            "agent_id": "[agent_id]", "agent_name": "claude", "grant_id": "[grant_id]", "resource_id": "[resource_id]",
            "resource_name": "notes", "account": "unnamed account", "scopes": null, "until": "[time]", "given_at": "[time]",
            "standing": "active", "standing_message": null, "standing_hint": null
        }]
    }]"#;
    assert_shape(&shape(&person, &["agent", "list"]), agents);
    let last = r#"[{
        "id": "[id]", "at": "[time]", "count": 1, "last_at": "[time]", "kind": "permit_given", "ok": true, "message": "claude may use notes as unnamed account.",
        "code": null, "agent_name": "claude", "resource_id": "[resource_id]", "resource_name": "notes"
    }]"#;
    assert_shape(&shape(&person, &["events", "--limit", "1"]), last);
    assert_shape(
        &shape(&person, &["agent", "unpermit", "claude", "notes"]),
        r#"{ "agent": "[agent]", "server": "notes" }"#,
    );
    let receipt = r#"{
        "id": "[id]", "resource_id": "[resource_id]", "resource_name": "notes", "grant_id": "[grant_id]",
        "account": "unnamed account", "issuer_host": "[issuer host]", "at": "[time]",
        "headline": "The access of unnamed account is revoked. [server] now refuses the old token.",
        "ending": "revoked", "proven": true, "last_token": "gone", "lives_until": null, "by_hand": null,
        "steps": [
            { "deed": "refresh_token", "what": "Refresh token at the sign-in service", "outcome": "done", "detail": "[issuer host] confirmed the revocation." },
            { "deed": "access_token", "what": "Access token at the sign-in service", "outcome": "done", "detail": "[issuer host] confirmed the revocation." },
            { "deed": "registration", "what": "Registration at the sign-in service", "outcome": "done", "detail": "[issuer host] deleted Gatelodge's registration." },
            { "deed": "probe", "what": "Old token at the server", "outcome": "done", "detail": "[server] refused the old token (401)." },
            { "deed": "vault", "what": "In the vault", "outcome": "done", "detail": "Gatelodge overwrote the stored tokens." }
        ]
    }"#;
    assert_shape(&shape(&person, &["revoke", "notes", "--yes"]), receipt);
    assert_shape(
        &shape(&person, &["agent", "remove", "claude"]),
        r#"{ "agent": "[agent]" }"#,
    );
    assert_shape(&shape(&person, &["remove", "notes", "--yes"]), "[]");
}

/// Failures come on stderr, wrong usage too, and stdout stays empty.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure() {
    let person = logged_in().await;
    let failure = |args: &[&str]| {
        let output = person.run(args);
        assert!(output.stdout.is_empty());
        let answer: Value = serde_json::from_slice(&output.stderr).expect("JSON");
        (
            output.status.code(),
            serde_json::to_string_pretty(&answer).expect("JSON"),
        )
    };
    let (status, text) = failure(&["--json", "show", "nobody"]);
    assert_eq!(status, Some(11));
    let expected = r#"{ "error": {
        "code": "not_found", "message": "There's no MCP server “nobody” in Gatelodge.",
        "hint": "See your servers with `gatelodge list`, or add the server with `gatelodge add`.", "concession": null, "concessions": [], "scopes": [], "remedies": [], "said": null, "scopes_instead": null
    }, "accounts": [], "concession": null, "concessions": [] }"#;
    assert_shape(&text, expected);
    let (status, text) = failure(&["--json", "show"]);
    assert_eq!(status, Some(2));
    let expected = r#"{ "error": {
        "code": "invalid_argument", "message": "The command needs `<SERVER>`.",
        "hint": "`gatelodge show --help` shows what you can type.", "concession": null, "concessions": [], "scopes": [], "remedies": [], "said": null, "scopes_instead": null
    }, "accounts": [], "concession": null, "concessions": [] }"#;
    assert_shape(&text, expected);
}
