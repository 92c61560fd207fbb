//! Each command by its name, and each with nonsense.

use crate::setup::{Desk, text};
use api::Host;
use serde_json::{Value, json};

#[tokio::test]
async fn from_a_pasted_address_to_a_receipt() {
    let desk = Desk::new().await;
    let (id, grant_id) = desk.log_in().await;

    let listed = desk.call("resources_list", json!({})).await["servers"].clone();
    assert_eq!(
        (&listed[0]["state"], &listed[0]["id"]),
        (&json!("active"), &json!(id))
    );
    let shown = desk.call("resource_show", json!({ "id": id })).await;
    assert_eq!(shown["grants"][0]["state"], "active");
    assert_eq!(shown["authorization_server"]["registration"], "dynamic");
    assert!(
        shown["authorization_server"]["authorization_host"]
            .as_str()
            .is_some_and(|host| host.starts_with("127.0.0.1:"))
    );
    assert!(
        shown["trace"]
            .as_array()
            .is_some_and(|steps| steps.len() > 3),
        "{shown}"
    );
    desk.call("resource_check", json!({ "id": id, "trace_id": "t" }))
        .await;
    let renamed = desk
        .call("resource_rename", json!({ "id": id, "name": "notes" }))
        .await;
    assert_eq!(renamed["resource"]["name"], "notes");

    let keyed = desk.call("agent_add", json!({ "name": "claude" })).await;
    let agent_id = text(&keyed["agent"]["id"]);
    assert!(text(&keyed["example"]).contains(&text(&keyed["key"])));
    let args = json!({ "agent_id": agent_id, "grant_id": grant_id, "scopes": null, "until": null });
    let permitted = desk.call("permit_give", args).await;
    assert_eq!(permitted["permits"][0]["resource_name"], "notes");
    assert_eq!(permitted["permits"][0]["agent_name"], "claude");
    let agents = desk.call("agents_list", json!({})).await["agents"].clone();
    assert_eq!(agents[0], permitted);
    let shown = desk.call("resource_show", json!({ "id": id })).await;
    assert_eq!(shown["permits"], permitted["permits"]);
    let alone = desk
        .call(
            "permit_remove",
            json!({ "agent_id": agent_id, "grant_id": grant_id }),
        )
        .await;
    assert_eq!(alone["permits"], json!([]));
    desk.call("agent_remove", json!({ "id": agent_id })).await;

    let renewed = desk.call("grant_refresh", json!({ "id": grant_id })).await;
    assert!(renewed["refreshed_at"].is_i64(), "{renewed}");
    let receipt = desk.call("grant_revoke", json!({ "id": grant_id })).await;
    assert_eq!(
        (&receipt["proven"], &receipt["resource_name"]),
        (&json!(true), &json!("notes"))
    );
    assert_eq!(
        desk.call("resources_list", json!({})).await["servers"][0]["state"],
        "revoked"
    );
    let events = desk
        .call(
            "events_list",
            json!({ "limit": 100, "before": null, "resource_id": id, "agent_id": null }),
        )
        .await;
    let kinds: Vec<_> = events
        .as_array()
        .expect("a list")
        .iter()
        .map(|event| text(&event["kind"]))
        .collect();
    for kind in [
        "resource_added",
        "login_started",
        "logged_in",
        "permit_given",
        "permit_removed",
        "refreshed",
        "revoked",
    ] {
        assert!(
            kinds.iter().any(|known| known == kind),
            "no {kind} in {kinds:?}"
        );
    }
    desk.call("resource_remove", json!({ "id": id })).await;
    assert_eq!(
        desk.call("resources_list", json!({})).await["servers"].clone(),
        json!([])
    );
}

#[tokio::test]
async fn a_login_can_be_opened_again_and_given_up() {
    let desk = Desk::new().await;
    let id = desk.add().await;
    let args = json!({ "resource_id": id, "redirect": "loopback", "select_account": true });
    let begun = desk.call("login_begin", args).await["pending"].clone();
    assert_eq!(begun["redirect"], "loopback");
    assert!(
        text(&begun["message"]).contains("Copy the link"),
        "no browser is opened here"
    );
    assert!(text(&begun["authorization_url"]).contains("prompt=select_account"));
    let again = desk
        .call("login_reopen", json!({ "id": begun["id"] }))
        .await["pending"]
        .clone();
    assert_eq!(
        (&again["authorization_url"], &again["resource_id"]),
        (&begun["authorization_url"], &json!(id))
    );
    assert_eq!(
        desk.call("resources_list", json!({})).await["servers"][0]["state"],
        "logging_in"
    );
    desk.call("login_cancel", json!({ "id": begun["id"] }))
        .await;
    assert_eq!(
        desk.call("resources_list", json!({})).await["servers"][0]["state"],
        "login_needed"
    );
    assert_eq!(
        desk.refusal("login_reopen", json!({ "id": begun["id"] }))
            .await,
        "login_expired"
    );
}

#[tokio::test]
async fn what_is_refused_says_why_and_what_to_do() {
    let desk = Desk::new().await;
    let add = |url: &str| json!({ "url": url, "name": null, "trace_id": "t" });
    let paste = |url: &str| json!({ "callback_url": url });
    for (name, args, code) in [
        ("no_such_command", Value::Null, "invalid_argument"),
        ("resource_add", add("hello"), "not_a_url"),
        ("resource_add", add("http://example.com/mcp"), "not_https"),
        ("resource_show", json!({ "id": "nobody" }), "not_found"),
        (
            "resource_rename",
            json!({ "id": "nobody", "name": "x" }),
            "not_found",
        ),
        (
            "login_begin",
            json!({ "resource_id": "nobody", "redirect": null, "select_account": false }),
            "not_found",
        ),
        (
            "login_paste",
            paste("https://evil.example/?code=x&state=y"),
            "login_unknown",
        ),
        (
            "login_paste",
            paste("app.gatelodge.desktop:/oauth/callback?code=x&state=y"),
            "login_unknown",
        ),
        ("agent_add", json!({ "name": "" }), "invalid_argument"),
        ("agent_remove", json!({ "id": "nobody" }), "agent_unknown"),
        (
            "permit_remove",
            json!({ "agent_id": "nobody", "grant_id": "nothing" }),
            "agent_unknown",
        ),
        ("events_list", json!({ "limit": -1 }), "invalid_argument"),
        (
            "login_begin",
            json!({ "resource_id": "x", "redirect": "carrier_pigeon", "select_account": false }),
            "invalid_argument",
        ),
    ] {
        assert_eq!(desk.refusal(name, args).await, code, "{name}");
    }
}

#[tokio::test]
async fn a_login_that_moves_to_the_other_redirect_stays_what_it_was() {
    let desk = Desk::new().await;
    let (id, _) = desk.log_in().await;
    let wish = json!({ "resource_id": id, "redirect": "deep_link", "select_account": true, "another_account": true,
        "scopes": ["notes:write"] });
    let begun = desk.call("login_begin", wish).await["pending"].clone();
    let moved = desk
        .call(
            "login_switch",
            json!({ "id": begun["id"], "redirect": "loopback" }),
        )
        .await["pending"]
        .clone();
    assert_eq!(
        (&begun["redirect"], &moved["redirect"]),
        (&json!("deep_link"), &json!("loopback"))
    );
    for part in ["notes%3Awrite", "prompt=select_account"] {
        for login in [&begun, &moved] {
            assert!(
                text(&login["authorization_url"]).contains(part),
                "{part}: {login}"
            );
        }
    }
}

/// Attack U06: whatever a page sends, it gets an answer or a failure, and never the whole of what it sent.
#[tokio::test]
async fn attack_u06_nonsense_is_a_typed_failure() {
    let desk = Desk::new().await;
    let long = "\u{202e}x".repeat(50_000);
    let nonsense = [
        Value::Null,
        json!([]),
        json!({}),
        json!(-1),
        json!(1e300),
        json!(long),
        json!({ "id": null }),
        json!({ "id": long, "name": long, "url": long, "trace_id": long, "passphrase": "", "callback_url": long }),
        json!({ "id": { "id": [] }, "limit": u64::MAX, "agent_id": 1, "grant_id": 1, "resource_id": {}, "protection": "none" }),
        json!({ "limit": 4_294_967_295_u32, "before": i64::MIN, "resource_id": "'; DROP TABLE events; --", "agent_id": null }),
    ];
    // The demo is a process of its own and has its own test; a locked vault would refuse all that follows.
    let names = Host::COMMANDS
        .iter()
        .filter(|name| !matches!(**name, "vault_lock" | "demo_start"));
    for name in names.chain(&["", "status ", "__proto__", long.as_str()]) {
        for args in &nonsense {
            if let Err(failure) = desk.try_call(name, args.clone()).await {
                assert!(
                    failure.message.len() < 2_000,
                    "{name}: {} bytes",
                    failure.message.len()
                );
                assert_ne!(failure.code.as_str(), "internal", "{name}: {failure:?}");
            }
        }
    }
    assert_eq!(
        desk.call("status", Value::Null).await["vault"]["state"],
        "open"
    );
}

#[tokio::test]
async fn a_list_is_shown_by_page_and_searched() {
    let desk = Desk::new().await;
    let id = desk.add().await;
    let first = desk.call("resource_show", json!({ "id": id })).await;
    let list = async |search: Value, limit: Value| {
        let args = json!({ "search": search, "limit": limit });
        desk.call("resources_list", args).await
    };
    for name in ["Zebra", "apple", "Äpfel"] {
        let url = format!("{}?{name}", desk.web.resource());
        let args = json!({ "url": url, "name": name, "trace_id": "t", "concessions": ["resource-mismatch"] });
        desk.call("resource_add", args).await;
    }
    let names = |page: &Value| -> Vec<String> {
        let servers = page["servers"].as_array().expect("a list");
        servers.iter().map(|server| text(&server["name"])).collect()
    };
    let all = list(Value::Null, Value::Null).await;
    let own = text(&first["resource"]["name"]);
    assert_eq!(names(&all), ["apple", own.as_str(), "Zebra", "Äpfel"]);
    assert_eq!(all["total"], 4);
    assert_eq!(all["servers"][1], first["resource"], "as on its page");
    let page = list(Value::Null, json!(2)).await;
    assert_eq!(
        (names(&page), &page["total"]),
        (names(&all)[..2].to_vec(), &json!(4))
    );
    let found = list(json!(" ZEB "), json!(2)).await;
    assert_eq!(
        (names(&found), &found["total"]),
        (vec!["Zebra".to_owned()], &json!(1))
    );
    let by_address = list(json!("?apple"), Value::Null).await;
    assert_eq!(names(&by_address), ["apple"]);
    assert_eq!(
        list(json!("z_b%"), Value::Null).await["total"],
        0,
        "no pattern"
    );
    assert_eq!(desk.call("status", Value::Null).await["servers"], 4);
    // A list has no steps, and whoever finds a server by it still has them.
    let shown = desk.call("resource_show", json!({ "id": own })).await;
    assert_eq!(shown["trace"], first["trace"]);
    assert_ne!(shown["trace"], json!([]));
}
