//! Deep links: what belongs to a login ends it, whichever host began it; everything else changes nothing (attack F13).

use crate::setup::{Desk, host_on, text, until};
use api::dto::Notice;
use broker::{KeySource, VaultState};
use serde_json::{Value, json};

#[tokio::test]
async fn an_answer_ends_the_login_and_the_window_hears_of_it() {
    let desk = Desk::new().await;
    let id = desk.add().await;
    let callback = desk.browse(&id).await;
    assert!(
        callback.starts_with("app.gatelodge.desktop:/oauth/callback?"),
        "the deep link comes first"
    );
    let mut notices = desk.host.notices();
    desk.host.deep_link(&callback).await;
    let notice = until(&mut notices, |notice| {
        matches!(notice, Notice::LoggedIn { .. })
    })
    .await;
    assert_eq!(notice, Notice::LoggedIn { resource_id: id });
    let tidings = desk
        .host
        .tray_summary()
        .await
        .notification(&notice)
        .expect("worth telling");
    assert!(tidings.title.starts_with("Signed in to "), "{tidings:?}");
}

#[tokio::test]
async fn f13_what_nobody_asked_for_is_ignored_and_none_of_it_is_shown() {
    let desk = Desk::new().await;
    let id = desk.add().await;
    let callback = desk.browse(&id).await;
    let mut notices = desk.host.notices();
    let long = format!(
        "app.gatelodge.desktop:/oauth/callback?code=CANARY&state={}",
        "CANARY".repeat(200_000)
    );
    for url in [
        "app.gatelodge.desktop:/oauth/callback?code=CANARY&state=CANARY",
        "app.gatelodge.desktop://add?url=https://CANARY.example/mcp",
        "app.gatelodge.desktop:/oauth/callback\0?code=CANARY",
        long.as_str(),
        "--CANARY",
        "",
    ] {
        desk.host.deep_link(url).await;
    }
    for nth in 0..10_000 {
        desk.host
            .deep_link(&format!(
                "app.gatelodge.desktop:/oauth/callback?code=CANARY&state={nth}"
            ))
            .await;
    }
    while let Ok(notice) = notices.try_recv() {
        assert_eq!(notice, Notice::Changed);
    }
    let all = json!({ "limit": 500, "before": null, "resource_id": null, "agent_id": null });
    let events = desk.call("events_list", all).await;
    let refused = events
        .as_array()
        .expect("a list")
        .iter()
        .filter(|event| event["code"] == "login_unknown")
        .count();
    assert_eq!(refused, 1, "told of once: {events}");
    assert!(!events.to_string().contains("CANARY"));
    // The real login still stands, and its answer is taken.
    assert_eq!(
        desk.call("resources_list", json!({})).await["servers"][0]["state"],
        "logging_in"
    );
    desk.call("login_paste", json!({ "callback_url": callback }))
        .await;
}

#[tokio::test]
async fn how_a_login_failed_is_told_until_the_next_one_begins_even_to_a_window_that_was_closed() {
    let desk = Desk::new().await;
    let id = desk.add().await;
    let begin = json!({ "resource_id": id, "redirect": "deep_link", "select_account": false });
    let failure =
        async || desk.call("resource_show", json!({ "id": id })).await["login_failure"].clone();
    let pending = desk.call("login_begin", begin.clone()).await["pending"].clone();
    assert_eq!(failure().await, Value::Null);
    let mut notices = desk.host.notices();
    desk.host
        .deep_link(&format!(
            "{}&error=access_denied&iss={}",
            answer_to(&pending),
            desk.web.issuer()
        ))
        .await;
    let notice = until(&mut notices, |notice| {
        matches!(notice, Notice::LoginFailed { .. })
    })
    .await;
    let Notice::LoginFailed { failure: told, .. } = notice else {
        unreachable!("it was looked for")
    };
    assert_eq!(told.code.as_str(), "login_refused");
    assert_eq!(
        failure().await,
        serde_json::to_value(&told).expect("JSON"),
        "whole, with its hint"
    );
    desk.call("login_begin", begin).await;
    assert_eq!(failure().await, Value::Null);

    // One that could not even begin is told in the same way.
    desk.web
        .switches()
        .set(|switches| switches.registration = false);
    let unregistered =
        json!({ "resource_id": id, "redirect": "loopback", "select_account": false });
    let code = desk.refusal("login_begin", unregistered).await;
    assert_eq!(failure().await["code"], json!(code));
}

/// Where the answer to this login arrives, with all that belongs into it but the outcome.
fn answer_to(begun: &Value) -> String {
    let sent = text(&begun["authorization_url"]);
    let state = sent
        .split(['?', '&'])
        .find_map(|pair| pair.strip_prefix("state="))
        .expect("a state");
    format!("{}?state={state}", text(&begun["redirect_uri"]))
}

#[tokio::test]
async fn a_login_that_one_process_began_ends_in_another() {
    let desk = Desk::new().await;
    let id = desk.add().await;
    let callback = desk.browse(&id).await;
    let later = host_on(
        desk.folder.path(),
        KeySource::KeyFile(desk.folder.path().join("key")),
    )
    .await;
    let mut notices = later.notices();
    later.deep_link(&callback).await;
    until(&mut notices, |notice| {
        *notice
            == Notice::LoggedIn {
                resource_id: id.clone(),
            }
    })
    .await;
}

#[tokio::test]
async fn an_answer_to_a_locked_vault_waits_until_it_is_open() {
    let desk = Desk::new().await;
    let id = desk.add().await;
    let callback = desk.browse(&id).await;
    desk.call("vault_lock", Value::Null).await;
    let mut notices = desk.host.notices();
    desk.host.deep_link(&callback).await;
    desk.host
        .deep_link("app.gatelodge.desktop:/oauth/callback?code=CANARY&state=CANARY")
        .await;
    let told = until(&mut notices, |notice| {
        matches!(notice, Notice::LoginFailed { .. })
    })
    .await;
    assert!(
        matches!(&told, Notice::LoginFailed { resource_id: None, failure } if failure.code.as_str() == "vault_locked"),
        "{told:?}"
    );
    desk.call("vault_unlock", json!({ "passphrase": "" })).await;
    assert!(matches!(
        desk.host.broker().vault_state(),
        VaultState::Open { .. }
    ));
    let next = until(&mut notices, |notice| *notice != Notice::Changed).await;
    assert_eq!(
        next,
        Notice::LoggedIn { resource_id: id },
        "and nothing of the one that nobody asked for"
    );
    assert_eq!(
        text(&desk.call("resources_list", json!({})).await["servers"][0]["state"]),
        "active"
    );
}

/// The person may open it at a terminal: `gatelodge vault unlock` asks the broker of the host that serves, and not the host.
#[tokio::test]
async fn an_answer_that_waits_goes_on_whoever_opens_the_vault() {
    let desk = Desk::new().await;
    let id = desk.add().await;
    let callback = desk.browse(&id).await;
    desk.call("vault_lock", Value::Null).await;
    desk.host.deep_link(&callback).await;
    let mut notices = desk.host.notices();
    let key = KeySource::KeyFile(desk.folder.path().join("key"));
    let state = desk.host.broker().open_vault(key).await.expect("looked at");
    assert!(matches!(state, VaultState::Open { .. }), "{state:?}");
    until(&mut notices, |notice| {
        *notice
            == Notice::LoggedIn {
                resource_id: id.clone(),
            }
    })
    .await;
}
