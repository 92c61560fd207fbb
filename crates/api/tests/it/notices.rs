//! What a host tells without being asked.

use crate::setup::{Desk, host_on, text, until};
use api::dto::Notice;
use api::{TrayItem, TrayState};
use broker::{Call, KeySource, TokenRequest};
use model::Code;
use oauth::http::{Method, header_map};
use serde_json::json;
use std::time::Duration;
use testbed::Testbed;
use testbed::switches::Switches;

#[tokio::test]
async fn each_step_of_a_discovery_is_shown_while_it_happens() {
    let desk = Desk::new().await;
    let mut notices = desk.host.notices();
    let added = desk
        .call(
            "resource_add",
            json!({ "url": desk.web.resource(), "name": null, "trace_id": "mine" }),
        )
        .await;
    let mut titles = Vec::new();
    while let Ok(notice) = notices.try_recv() {
        if let Notice::Trace { trace_id, step } = notice {
            assert_eq!(trace_id, "mine");
            titles.push(step.title);
        }
    }
    let kept: Vec<_> = added["trace"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| step["title"].clone())
        .collect();
    assert_eq!(json!(titles), json!(kept));
}

#[tokio::test]
async fn what_another_process_changes_is_noticed() {
    let desk = Desk::new().await;
    let other = host_on(
        desk.folder.path(),
        KeySource::KeyFile(desk.folder.path().join("key")),
    )
    .await;
    let mut notices = desk.host.notices();
    // Both have looked at the vault once by then.
    desk.call("agent_add", json!({ "name": "one" })).await;
    until(&mut notices, |notice| *notice == Notice::Changed).await;
    other
        .dispatch("agent_add", json!({ "name": "two" }))
        .await
        .expect("added");
    until(&mut notices, |notice| *notice == Notice::Changed).await;
    assert_eq!(
        desk.call("agents_list", json!({})).await["agents"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

/// 1. An agent asks: lines of the log, and nothing else. 2. It asks while another process takes its right away: that is a
/// change, however many lines there are.
#[tokio::test]
async fn a_line_of_the_log_is_told_as_that_and_hides_no_change() {
    let desk = Desk::new().await;
    let (_, grant) = desk.log_in().await;
    let added = desk.call("agent_add", json!({ "name": "claude" })).await;
    let agent = text(&added["agent"]["id"]);
    let permit = json!({ "agent_id": agent, "grant_id": grant, "scopes": null, "until": null });
    desk.call("permit_give", permit).await;
    let other = host_on(
        desk.folder.path(),
        KeySource::KeyFile(desk.folder.path().join("key")),
    )
    .await;
    let known = desk.host.broker().agent(&agent).await.expect("the agent");
    let request = || TokenRequest {
        resource: desk.web.resource(),
        ..TokenRequest::default()
    };
    let ask = || desk.host.broker().issue(&known, request());
    let mut notices = desk.host.notices();
    // Until the changes of before are told of.
    let told = async {
        loop {
            ask().await.expect("a token");
            let either = |notice: &Notice| matches!(notice, Notice::Changed | Notice::Logged);
            if until(&mut notices, either).await == Notice::Logged {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), told)
        .await
        .expect("a line is no change");
    let taken = json!({ "agent_id": agent, "grant_id": grant });
    other
        .dispatch("permit_remove", taken)
        .await
        .expect("taken away");
    ask().await.expect_err("taken away");
    until(&mut notices, |notice| *notice == Notice::Changed).await;
}

#[tokio::test]
async fn the_tray_sees_a_login_end() {
    let desk = Desk::new().await;
    let id = desk.add().await;
    let fresh = desk.host.tray_summary().await;
    assert_eq!((fresh.state, &fresh.lock), (TrayState::Open, &None));
    assert!(
        fresh.servers[0].text.ends_with(" — sign-in needed"),
        "{fresh:?}"
    );
    let callback = desk.browse(&id).await;
    let grant = desk
        .call("login_paste", json!({ "callback_url": callback }))
        .await;
    let logged_in = desk.host.tray_summary().await;
    assert!(
        logged_in.servers[0].text.ends_with(" — connected"),
        "{logged_in:?}"
    );
    assert_eq!(logged_in.since(&fresh), []);

    desk.web.tokens().revoke_everything();
    let rejected = desk
        .call("grant_refresh", json!({ "id": grant["id"] }))
        .await;
    assert_eq!(rejected["state"], "login_needed");
    let ended = desk.host.tray_summary().await;
    assert_eq!(ended.state, TrayState::Attention);
    let tidings = ended.since(&logged_in);
    assert!(
        tidings.len() == 1
            && tidings[0].title.ends_with(" needs you to sign in again")
            && tidings[0].body.ends_with(['.', '"']),
        "{tidings:?}"
    );
    assert_eq!(ended.since(&ended), [], "told of once");
    assert_eq!(
        ended.since(&api::TraySummary::default()),
        [],
        "not when the app starts"
    );
}

#[tokio::test]
async fn in_a_tray_what_needs_the_person_comes_first_and_leads_to_its_page() {
    let desk = Desk::new().await;
    let (id, _) = desk.log_in().await;
    desk.call("resource_rename", json!({ "id": id, "name": "zebra" }))
        .await;
    let other = Testbed::start(Switches::default())
        .await
        .expect("a free port");
    desk.call(
        "resource_add",
        json!({ "url": other.resource(), "name": "aardvark", "trace_id": "t" }),
    )
    .await;
    let order = async || {
        desk.host
            .tray_summary()
            .await
            .servers
            .into_iter()
            .map(|line| line.text)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        order().await,
        ["aardvark — sign-in needed", "zebra — connected"]
    );
    // An operation lacks a scope: the login lives, and an agent waits for the person.
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_note","arguments":{"text":"x"}}}"#;
    let headers = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    let call = Call {
        method: Method::POST,
        headers: header_map(&headers),
        body: body.as_bytes().to_vec(),
    };
    let refused = desk
        .host
        .broker()
        .call(&id, None, &call)
        .await
        .expect_err("notes:write is missing");
    assert_eq!(refused.code(), Code::StepUpRequired);
    let glance = desk.host.tray_summary().await;
    assert_eq!(glance.state, TrayState::Attention);
    let first = TrayItem {
        resource_id: Some(id),
        text: "zebra — more permissions needed".to_owned(),
    };
    assert_eq!(glance.servers.first(), Some(&first));
}

#[tokio::test]
async fn a_tray_is_told_only_what_it_needs() {
    let desk = Desk::new().await;
    let id = desk.add().await;
    let callback = desk.browse(&id).await;
    let (first, mut news) = desk.host.notice_stream().await;
    assert!(
        first.servers[0]
            .text
            .ends_with(" — waiting for the browser"),
        "{first:?}"
    );
    desk.host.deep_link(&callback).await;
    let login = loop {
        let item = news.next().await.expect("the host lives");
        if item.to_front {
            break item;
        }
        assert_eq!(
            (item.notice, item.notifications),
            (Notice::Changed, Vec::new())
        );
    };
    assert_eq!(
        login.notice,
        Notice::LoggedIn {
            resource_id: id.clone()
        }
    );
    assert!(
        login.notifications[0].title.starts_with("Signed in to "),
        "{login:?}"
    );
    assert!(
        desk.host.tray_summary().await.servers[0]
            .text
            .ends_with(" — connected")
    );
    desk.call("resource_check", json!({ "id": id, "trace_id": "t" }))
        .await;
    let rest = async {
        loop {
            let item = news.next().await.expect("the host lives");
            assert_eq!(
                (item.tray, item.notifications, item.to_front),
                (None, Vec::new(), false)
            );
            if item.notice == Notice::Changed {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), rest)
        .await
        .expect("a change");
}

#[tokio::test]
async fn everything_ends_with_the_last_clone() {
    let desk = Desk::new().await;
    let mut notices = desk.host.notices();
    drop(desk.host);
    let end = async { while notices.recv().await.is_ok() {} };
    tokio::time::timeout(std::time::Duration::from_mins(1), end)
        .await
        .expect("nothing holds on to the host");
}
