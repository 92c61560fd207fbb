//! `FastMCP`: its own authorization server, and its proxy in front of another one.

use crate::browser::Browser;
use crate::desk::{Desk, code, names, parameter};
use crate::peer::{Peer, is_asked_for};
use broker::LoginOptions;
use model::{Code, Settings};
use oauth::registration::RegistrationKind;
use oauth::scope::Scopes;
use serde_json::json;

/// A token that lacks one of the two scopes that the server wants: its 403 names both, and the login asks for both.
/// Rules: S-06, S-08, S-10, E-01, E-02
#[tokio::test]
async fn s08_a_403_that_names_all_scopes() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (
        Peer::python(&["fastmcp_server.py", "strict"]),
        Desk::new().await,
    );
    let id = desk.add(peer.resource()).await;
    desk.broker
        .set_scopes(&id, Some(Scopes::parse("mcp:tools")))
        .await
        .expect("chosen");
    desk.log_in(&id).await;
    let error = desk
        .tool(&id, None, "greet")
        .await
        .expect_err("it wants more");
    assert_eq!(error.code(), Code::StepUpRequired);
    assert_eq!(
        error.scopes().map(names),
        Some(vec!["mcp:tools".to_owned(), "mcp:write".to_owned()])
    );
    let options = LoginOptions {
        scopes: error.scopes().cloned(),
        ..LoginOptions::default()
    };
    let pending = desk.begin(&id, options).await;
    assert_eq!(
        parameter(pending.url(), "scope").as_deref(),
        Some("mcp:tools mcp:write")
    );
    let callback = Browser::of("anyone").answer(pending.url()).await;
    desk.complete(&callback).await.expect("logged in");
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
}

/// The MCP server registers us itself, asks the person itself, and sends them on to django-oauth-toolkit: its tokens are
/// its own, and a revocation reaches both.
/// Rules: D-03, M-07, R-13, R-24, C-03, Q12
#[tokio::test]
async fn q12_a_proxy_in_front_of_another_authorization_server() {
    if !is_asked_for() {
        return;
    }
    let desk = Desk::new().await;
    let peer = Peer::django_with(desk.folder.path(), &json!({ "proxy": true }));
    let id = desk.add(peer.resource()).await;
    let grant = desk.log_in(&id).await;
    assert_eq!(
        grant.issuer.as_str(),
        peer.resource().replace("/mcp", "/"),
        "its own issuer, with its slash"
    );
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    for _ in 0..2 {
        desk.broker
            .refresh(&grant.id)
            .await
            .expect("rotated at both");
    }
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    let receipt = desk.broker.revoke(&grant.id).await.expect("a receipt");
    assert!(receipt.ending.is_proven(), "{receipt:?}");
    assert_eq!(
        code(desk.tool(&id, None, "greet").await),
        Code::LoginRequired
    );
    // It takes documents, and would have to fetch ours: nobody hosts it here, and dynamic registration is left.
    let url = "https://gatelodge.invalid/oauth/client.json".to_owned();
    desk.broker
        .save_settings(Settings {
            client_metadata_url: Some(url.clone()),
        })
        .await
        .expect("set");
    let pending = desk.begin(&id, LoginOptions::default()).await;
    assert_eq!(parameter(pending.url(), "client_id"), Some(url));
    let dynamic = LoginOptions {
        registration: Some(RegistrationKind::Dynamic),
        ..LoginOptions::default()
    };
    desk.log_in_with(&id, &mut Browser::of("anyone"), dynamic)
        .await
        .expect("logged in");
}
