//! Cloudflare's OAuth provider for Workers, one Worker for both roles: loopback or https redirects alone, revocation at the
//! token endpoint, tokens of its own making, scopes by step-up.

use crate::browser::Browser;
use crate::desk::{Desk, code, names, parameter};
use crate::peer::{Peer, is_asked_for};
use crate::setup::http;
use broker::LoginOptions;
use model::Code;

/// Rules, S-02, C-03, T-01, T-06, Q26, Q48
#[tokio::test]
async fn q26_a_redirect_of_a_scheme_is_refused_and_loopback_taken() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::workers(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let pending = desk.begin(&id, LoginOptions::default()).await;
    assert_eq!(
        parameter(pending.url(), "redirect_uri").as_deref(),
        Some("http://127.0.0.1:4283/callback")
    );
    let callback = Browser::of("ada").answer(pending.url()).await;
    let grant = desk.complete(&callback).await.expect("logged in");
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    for _ in 0..3 {
        desk.broker.refresh(&grant.id).await.expect("rotated");
    }
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    let receipt = desk.broker.revoke(&grant.id).await.expect("a receipt");
    assert!(receipt.ending.is_proven(), "{receipt:?}");
    assert!(
        receipt.steps.iter().all(|step| !step.answer.has_failed()),
        "{receipt:?}"
    );
    assert_eq!(
        code(desk.tool(&id, None, "greet").await),
        Code::LoginRequired
    );
}

/// Its 403 names what it had and what it wants.
/// Rules: S-08, S-10, E-02
#[tokio::test]
async fn s10_a_worker_that_wants_more() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::workers(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let mut browser = Browser::of("ada");
    desk.log_in_with(&id, &mut browser, LoginOptions::default())
        .await
        .expect("logged in");
    let error = desk
        .tool(&id, None, "write")
        .await
        .expect_err("it wants more");
    assert_eq!(error.code(), Code::StepUpRequired);
    assert!(
        error
            .scopes()
            .map(names)
            .is_some_and(|scopes| scopes.iter().any(|scope| scope == "mcp:write")),
        "{error}"
    );
    let options = LoginOptions {
        scopes: error.scopes().cloned(),
        ..LoginOptions::default()
    };
    desk.log_in_with(&id, &mut browser, options)
        .await
        .expect("logged in");
    assert_eq!(
        desk.tool(&id, None, "write").await.expect("allowed now"),
        "written"
    );
}

/// Its owner empties the namespace: the client is gone with everything else. One clean registration and login.
/// Rules: Q28
#[tokio::test]
async fn q28_a_server_that_forgot_its_clients() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::workers_alone(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let grant = desk.log_in(&id).await;
    http(&peer.resource().replace("/mcp", "/forget"), "POST", &[], "").await;
    let ended = desk.broker.refresh(&grant.id).await;
    assert!(ended.map_or_else(
        |error| error.code() == Code::LoginRequired,
        |grant| grant.tokens().is_none()
    ));
    let again = desk.log_in(&id).await;
    assert_ne!(
        again.registration_id, grant.registration_id,
        "registered anew, once"
    );
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
}
