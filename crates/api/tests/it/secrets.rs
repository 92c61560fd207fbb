//! Invariant 3: nothing that crosses to the window holds a server's token, nor anything else that could get one.

use crate::setup::{Desk, text};
use api::Host;
use api::dto::Notice;
use oauth::secret::Secret;
use serde_json::{Value, json};

/// Remembers every answer.
struct Recorder<'a> {
    desk: &'a Desk,
    called: Vec<&'static str>,
    answers: Vec<String>,
}

impl Recorder<'_> {
    async fn call(&mut self, name: &'static str, args: Value) -> Value {
        let outcome = self.desk.try_call(name, args).await;
        self.called.push(name);
        self.answers.push(format!(
            "{name}: {outcome:?} {}",
            serde_json::to_string(&outcome.as_ref().ok()).expect("JSON")
        ));
        outcome.unwrap_or_default()
    }

    fn contain(&self, secret: &Secret) -> Option<&String> {
        assert!(
            secret.expose().len() > 10,
            "a canary that could be found by chance"
        );
        self.answers
            .iter()
            .find(|answer| answer.contains(secret.expose()))
    }
}

/// Every secret that the broker holds for this server now.
async fn canaries(desk: &Desk, id: &str) -> Vec<Secret> {
    let view = desk.host.broker().resource(id).await.expect("the server");
    let tokens = view.grants.iter().filter_map(|grant| grant.tokens());
    let tokens = tokens.flat_map(|tokens| {
        [
            Some(tokens.access_token.clone()),
            tokens.refresh_token.clone(),
        ]
    });
    let verifier = view
        .pending
        .and_then(|pending| pending.request().map(|request| request.verifier.clone()));
    let registration = view.registration.map(|known| {
        [
            known.registration.client_secret,
            known.registration.management.map(|with| with.access_token),
        ]
    });
    tokens
        .chain([verifier])
        .chain(registration.into_iter().flatten())
        .flatten()
        .collect()
}

#[tokio::test]
async fn no_answer_and_no_notice_holds_a_servers_token() {
    let desk = Desk::new().await;
    let mut notices = desk.host.notices();
    let mut window = Recorder {
        desk: &desk,
        called: Vec::new(),
        answers: Vec::new(),
    };
    let mut secrets = Vec::new();

    let added = window
        .call(
            "resource_add",
            json!({ "url": desk.web.resource(), "name": "notes", "trace_id": "t" }),
        )
        .await;
    let id = text(&added["resource"]["id"]);
    let login = json!({ "resource_id": id, "redirect": null, "select_account": false });
    let begun = window.call("login_begin", login).await["pending"].clone();
    secrets.extend(canaries(&desk, &id).await);
    window.call("resource_show", json!({ "id": id })).await;
    window
        .call("login_reopen", json!({ "id": begun["id"] }))
        .await;
    let begun = window
        .call(
            "login_switch",
            json!({ "id": begun["id"], "redirect": "loopback" }),
        )
        .await["pending"]
        .clone();
    assert!(begun.is_object());
    window
        .call("login_cancel", json!({ "id": begun["id"] }))
        .await;
    let callback = desk.browse(&id).await;
    let grant = window
        .call("login_paste", json!({ "callback_url": callback }))
        .await;
    let grant_id = grant["id"].clone();
    secrets.extend(canaries(&desk, &id).await);
    window
        .call("grant_refresh", json!({ "id": grant_id }))
        .await;
    secrets.extend(canaries(&desk, &id).await);

    let agent = window.call("agent_add", json!({ "name": "claude" })).await["agent"]["id"].clone();
    window
        .call(
            "permit_give",
            json!({ "agent_id": agent, "grant_id": grant_id, "scopes": null, "until": null }),
        )
        .await;
    window.call("status", Value::Null).await;
    for name in ["resources_list", "agents_list"] {
        window.call(name, json!({})).await;
    }
    for name in ["resource_show", "resource_check"] {
        window
            .call(name, json!({ "id": id, "trace_id": "t" }))
            .await;
    }
    window
        .call(
            "doctor",
            json!({ "url": desk.web.resource(), "trace_id": "t" }),
        )
        .await;
    window.call("doctor_save", json!({ "trace_id": "t" })).await;
    let secret = "SECRET-of-the-provider-and-the-client";
    secrets.push(Secret::new(secret));
    let entry = json!({ "resource_id": id, "client_id": "given", "client_secret": secret, "private_key": null, "key_id": null,
        "auth_method": null, "redirects": ["loopback"] });
    let client = window.call("client_set", entry).await;
    assert!(client.is_object());
    let clients = window.call("client_list", Value::Null).await;
    window.call("client_options", json!({ "id": id })).await;
    let entered = clients
        .as_array()
        .expect("a list")
        .iter()
        .find(|client| client["client_id"] == "given")
        .expect("it is kept");
    window
        .call("client_forget", json!({ "id": entered["id"] }))
        .await;
    window
        .call(
            "client_document",
            json!({ "url": "https://gatelodge.example/client.json" }),
        )
        .await;
    window
        .call("settings_set", json!({ "client_metadata_url": null }))
        .await;
    window.call("settings_get", Value::Null).await;
    window.call("language_list", Value::Null).await;
    window.call("language_set", json!({ "tag": null })).await;
    window
        .call(
            "resource_add",
            json!({ "url": desk.web.resource(), "name": null, "trace_id": "t", "concessions": ["pkce-unadvertised"] }),
        )
        .await;
    window
        .call(
            "concession_withdraw",
            json!({ "resource_id": id, "name": "pkce-unadvertised" }),
        )
        .await;
    let at = |path: &str| format!("{}{path}", desk.web.issuer());
    let entered = json!({ "url": desk.web.resource(), "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "issuer": null, "revocation_endpoint": at("/revoke"), "trace_id": "t", "concessions": ["pkce-unadvertised"] });
    let detail = window.call("endpoints_enter", entered).await;
    assert_eq!(
        detail["authorization_server"]["basis"], "entered",
        "{detail}"
    );
    window
        .call("endpoints_forget", json!({ "id": id, "trace_id": "t" }))
        .await;
    window
        .call(
            "login_method_set",
            json!({ "resource_id": id, "method": { "kind": "browser" } }),
        )
        .await;
    window
        .call(
            "scopes_choose",
            json!({ "resource_id": id, "scopes": null }),
        )
        .await;
    window
        .call(
            "account_name",
            json!({ "grant_id": grant_id, "name": "work" }),
        )
        .await;
    window
        .call(
            "account_lock",
            json!({ "resource_id": id, "grant_id": null }),
        )
        .await;
    let provider =
        json!({ "issuer": desk.web.issuer(), "client_id": "c", "client_secret": secret });
    window.call("provider_set", provider).await;
    window.call("provider_list", Value::Null).await;
    window
        .call("provider_remove", json!({ "issuer": desk.web.issuer() }))
        .await;
    window
        .call("resource_rename", json!({ "id": id, "name": "renamed" }))
        .await;
    window
        .call(
            "events_list",
            json!({ "limit": 500, "before": null, "resource_id": null, "agent_id": null }),
        )
        .await;
    // An answer that was used before is refused, and the refusal tells nothing of it.
    desk.browse(&id).await;
    window
        .call("login_paste", json!({ "callback_url": callback }))
        .await;
    window
        .call(
            "permit_remove",
            json!({ "agent_id": agent, "grant_id": grant_id }),
        )
        .await;
    window.call("agent_new_key", json!({ "id": agent })).await;
    window
        .call("agent_rename", json!({ "id": agent, "name": "cursor" }))
        .await;
    window
        .call("permit_offers", json!({ "resource_id": id }))
        .await;
    window.call("agent_remove", json!({ "id": agent })).await;
    // The issuer does not confirm: what is kept for another try is shown to nobody either.
    desk.web.switches().set(|switches| {
        switches.revocation_answers = testbed::switches::RevocationAnswers::Status(500);
        switches.client_management = false;
    });
    window.call("grant_revoke", json!({ "id": grant_id })).await;
    window.call("resource_show", json!({ "id": id })).await;
    let receipts = window
        .call("receipts_list", json!({ "resource_id": id }))
        .await;
    assert_eq!(receipts[0]["ending"], "open", "{receipts}");
    window.call("revocation_retry", json!({ "id": id })).await;
    window.call("revocation_let_go", json!({ "id": id })).await;
    window.call("resource_remove", json!({ "id": id })).await;
    window.call("demo_start", Value::Null).await;
    window.call("demo_stop", Value::Null).await;
    window
        .call(
            "vault_create",
            json!({ "protection": "keyring", "passphrase": null, "key_file": null }),
        )
        .await;
    window
        .call("vault_unlock", json!({ "passphrase": "" }))
        .await;
    window.call("vault_confirm", Value::Null).await;
    window.call("vault_lock", Value::Null).await;

    let missed: Vec<_> = Host::COMMANDS
        .iter()
        .filter(|name| !window.called.contains(name))
        .collect();
    assert!(missed.is_empty(), "not called: {missed:?}");
    while let Ok(notice) = notices.try_recv() {
        window
            .answers
            .push(serde_json::to_string::<Notice>(&notice).expect("JSON"));
    }
    assert!(secrets.len() >= 5, "{} secrets", secrets.len());
    for secret in &secrets {
        assert_eq!(
            window.contain(secret),
            None,
            "the secret with the fingerprint {} was shown",
            secret.fingerprint()
        );
    }
}
