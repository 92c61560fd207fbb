//! oidc-provider: each way to get tokens, and more of them when a tool wants more.

use crate::browser::{Browser, End};
use crate::desk::{Desk, code, names, parameter};
use crate::peer::{Peer, is_asked_for};
use broker::{ClientEntry, LoginOptions};
use model::{Code, GrantKind, LoginMethod, RedirectPreference};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use serde_json::json;

/// The SDK's guard says which scope the tool wants; a login with it asks for what was asked before as well.
/// Rules: S-06, S-07, S-08, S-10, E-02
#[tokio::test]
async fn s10_a_tool_that_wants_more_leads_to_a_login_for_both() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let mut browser = Browser::of("ada");
    let first = desk
        .log_in_with(&id, &mut browser, LoginOptions::default())
        .await
        .expect("logged in");
    assert_eq!(
        names(&first.scopes_requested),
        ["mcp:tools", "offline_access"]
    );
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    let error = desk
        .tool(&id, None, "write")
        .await
        .expect_err("it wants more");
    assert_eq!(
        (error.code(), error.scopes().map(names)),
        (Code::StepUpRequired, Some(vec!["mcp:write".to_owned()]))
    );
    let options = LoginOptions {
        scopes: error.scopes().cloned(),
        ..LoginOptions::default()
    };
    let pending = desk.begin(&id, options).await;
    assert_eq!(
        parameter(pending.url(), "scope").as_deref(),
        Some("mcp:tools mcp:write offline_access")
    );
    let callback = browser.answer(pending.url()).await;
    let second = desk.complete(&callback).await.expect("logged in");
    assert_eq!(second.id, first.id, "the same grant goes on");
    assert_eq!(
        desk.tool(&id, None, "write").await.expect("allowed now"),
        "written"
    );
    desk.broker.refresh(&second.id).await.expect("renewed");
    assert_eq!(
        desk.tool(&id, None, "write")
            .await
            .expect("a renewal keeps them"),
        "written"
    );
}

/// One browser and one redirect, as a person has: the issuer hangs both logins on one grant of its own, and holds the client to
/// the scopes that it was registered with. 1. A second login holds. 2. One that wants more gets there by a new registration.
/// 3. Revoking takes back all that was ever handed out.
/// Rules: S-10, E-02
#[tokio::test]
async fn a_login_again_in_the_same_browser_holds() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let mut browser = Browser::of("ada");
    let loopback = |scopes: Option<Scopes>| LoginOptions {
        redirect: Some(RedirectPreference::Loopback),
        scopes,
        ..LoginOptions::default()
    };
    let first = desk
        .log_in_with(&id, &mut browser, loopback(None))
        .await
        .expect("logged in");
    desk.broker.refresh(&first.id).await.expect("renewed");
    let second = desk
        .log_in_with(&id, &mut browser, loopback(None))
        .await
        .expect("logged in again");
    assert_eq!(
        (&second.id, &second.registration_id),
        (&first.id, &first.registration_id)
    );
    assert_eq!(
        desk.tool(&id, None, "greet")
            .await
            .expect("logged in means logged in"),
        "hello"
    );
    desk.broker
        .refresh(&second.id)
        .await
        .expect("and it renews");

    let more = desk
        .tool(&id, None, "write")
        .await
        .expect_err("it wants more")
        .scopes()
        .cloned();
    let refused = desk
        .log_in_with(&id, &mut browser, loopback(more.clone()))
        .await
        .expect_err("not for this client");
    assert!(
        refused.hint().to_string().contains("registers again"),
        "{refused}: {}",
        refused.hint()
    );
    let third = desk
        .log_in_with(&id, &mut browser, loopback(more))
        .await
        .expect("logged in with more");
    assert_ne!(third.registration_id, second.registration_id);
    assert_eq!(
        desk.tool(&id, None, "write").await.expect("allowed now"),
        "written"
    );
    desk.broker
        .refresh(&third.id)
        .await
        .expect("a refresh token came as well");
    assert!(
        desk.broker
            .revoke(&third.id)
            .await
            .expect("a receipt")
            .ending
            .is_proven()
    );
}

/// RFC 8628: the code is typed at the issuer's own page.
/// Rules: A-09, T-01, R-25
#[tokio::test]
async fn a_device_code_is_confirmed_in_a_browser_elsewhere() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    desk.broker
        .set_login_method(&id, LoginMethod::Device)
        .await
        .expect("chosen");
    let pending = desk.begin(&id, LoginOptions::default()).await;
    let device = pending.device().cloned().expect("a device code");
    let page = device
        .verification_uri_complete
        .as_deref()
        .expect("a page with the code in it");
    assert!(
        page.starts_with(peer.text("/issuers/0")) && page.contains(&device.user_code),
        "{page}"
    );
    let End::Page { status: 200, text } = Browser::of("ada").open(page).await else {
        panic!("the last page")
    };
    assert!(text.contains("Sign-in Success"), "{text}");
    let grant = desk.broker.wait_login(&pending).await.expect("logged in");
    assert_eq!(grant.kind, GrantKind::Device);
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    let grant = desk.broker.refresh(&grant.id).await.expect("renewed");
    assert!(
        desk.broker
            .revoke(&grant.id)
            .await
            .expect("a receipt")
            .ending
            .is_proven()
    );
    assert_eq!(
        code(desk.tool(&id, None, "greet").await),
        Code::LoginRequired
    );
}

/// RFC 9449 with nonces of both servers: the tokens are the key's, and nobody is handed them alone.
/// Rules: U-01, U-03, U-05
#[tokio::test]
async fn u01_tokens_that_are_bound_to_a_key() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc_with(&json!({ "dpop": true })), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let grant = desk.log_in(&id).await;
    assert!(
        grant
            .tokens()
            .is_some_and(|tokens| tokens.dpop_key.is_some())
    );
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    assert_eq!(
        code(desk.tool(&id, None, "write").await),
        Code::StepUpRequired,
        "a DPoP challenge says it as well"
    );
    let renewed = desk
        .broker
        .refresh(&grant.id)
        .await
        .expect("renewed with the same key");
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    assert_eq!(
        code(desk.broker.token_for_person(&id, None, 0).await.map(|_| ())),
        Code::SenderConstrained
    );
    assert!(
        desk.broker
            .revoke(&renewed.id)
            .await
            .expect("a receipt")
            .ending
            .is_proven()
    );
}

/// A device login and a program's own access are bound to a key where the server wants that.
/// Rules: U-01
#[tokio::test]
async fn u01_a_program_of_its_own_right_proves_its_key() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc_with(&json!({ "dpop": true })), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    desk.broker
        .set_client(&id, machine(&peer))
        .await
        .expect("entered");
    desk.broker
        .set_login_method(&id, LoginMethod::ClientCredentials)
        .await
        .expect("chosen");
    desk.broker
        .begin_login(&id, LoginOptions::default())
        .await
        .expect("logged in at once");
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
}

/// SEP-1046: a client id and a secret with every character that Basic has to encode; asked again when it ends.
/// Rules: R-12, T-03, T-05
#[tokio::test]
async fn r12_a_program_of_its_own_right_by_a_secret() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    desk.broker
        .set_client(&id, machine(peer))
        .await
        .expect("entered");
    desk.broker
        .set_login_method(&id, LoginMethod::ClientCredentials)
        .await
        .expect("chosen");
    let started = desk
        .broker
        .begin_login(&id, LoginOptions::default())
        .await
        .expect("logged in at once");
    let broker::LoginStart::Done(grant) = started else {
        panic!("nobody is needed")
    };
    assert_eq!(grant.kind, GrantKind::ClientCredentials);
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    let first = grant.tokens().expect("tokens").access_token.clone();
    let again = desk.broker.refresh(&grant.id).await.expect("asked again");
    assert!(
        again
            .tokens()
            .is_some_and(|tokens| tokens.access_token != first && tokens.refresh_token.is_none())
    );
    assert!(
        desk.broker
            .revoke(&grant.id)
            .await
            .expect("a receipt")
            .ending
            .is_proven()
    );
}

/// SEP-1046, the better way: a JWT that the program's own key has signed (RFC 7523).
/// Rules: T-03
#[tokio::test]
async fn t03_a_program_of_its_own_right_by_a_key() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let entry = ClientEntry {
        client_id: "machine with a key".to_owned(),
        ..keyed(peer)
    };
    desk.broker.set_client(&id, entry).await.expect("entered");
    desk.broker
        .set_login_method(&id, LoginMethod::ClientCredentials)
        .await
        .expect("chosen");
    desk.broker
        .begin_login(&id, LoginOptions::default())
        .await
        .expect("logged in at once");
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
}

fn machine(peer: &Peer) -> ClientEntry {
    ClientEntry {
        client_id: peer.text("/machine/client_id").to_owned(),
        client_secret: Some(Secret::new(peer.text("/machine/client_secret"))),
        ..ClientEntry::default()
    }
}

/// What a person enters who was given a private key.
pub(crate) fn keyed(peer: &Peer) -> ClientEntry {
    ClientEntry {
        client_id: peer.text("/keyed/client_id").to_owned(),
        private_key: Some(Secret::new(peer.text("/keyed/pem"))),
        key_id: Some(peer.text("/keyed/key_id").to_owned()),
        ..ClientEntry::default()
    }
}
