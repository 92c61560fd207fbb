//! oidc-provider: answers that are not for us, and an issuer that moves.

use crate::browser::Browser;
use crate::desk::{Desk, code, parameter};
use crate::peer::{Peer, is_asked_for};
use crate::setup::http;
use broker::{ClientEntry, LoginOptions};
use model::{Code, RedirectPreference};
use oauth::concession::Concession;
use serde_json::json;

/// It says who answers, in every answer. One that somebody else made ends nothing: the real one still counts.
/// Rules: A-15, C-02, C-03, C-04, C-07, C-08
#[tokio::test]
async fn c03_the_answer_says_whose_it_is() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let pending = desk.begin(&id, LoginOptions::default()).await;
    let answer = Browser::of("ada").answer(pending.url()).await;
    let issuer = parameter(&answer, "iss").expect("iss");
    assert_eq!(issuer, peer.text("/issuers/0"));
    let (before, rest) = answer.split_once("&iss=").expect("iss is one of several");
    let rest = rest
        .split_once('&')
        .map(|(_, rest)| format!("&{rest}"))
        .unwrap_or_default();
    for forged in [
        String::new(),
        format!("&iss={issuer}/"),
        "&iss=https%3A%2F%2Fevil.example".to_owned(),
    ] {
        assert_eq!(
            code(desk.complete(&format!("{before}{forged}{rest}")).await),
            Code::IssMismatch,
            "{forged}"
        );
    }
    desk.complete(&answer).await.expect("the real answer");
    assert_eq!(
        code(desk.complete(&answer).await),
        Code::LoginUnknown,
        "and only once"
    );
}

/// The resource says one name for itself and its authorization server knows another: the sentence has the name.
/// Rules: A-06, Q35
#[tokio::test]
async fn q35_a_resource_that_the_issuer_does_not_know() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (
        Peer::oidc_with(&json!({ "knows": "https://another.example/mcp" })),
        Desk::new().await,
    );
    let id = desk.add(peer.resource()).await;
    let refused = desk
        .log_in_with(&id, &mut Browser::of("ada"), LoginOptions::default())
        .await
        .expect_err("refused");
    assert_eq!(
        (refused.code(), refused.concession()),
        (Code::LoginRefused, Some(Concession::NoResourceParameter)),
        "{refused}"
    );
    assert!(
        refused.hint().to_string().contains(peer.resource()),
        "{}",
        refused.hint().to_string()
    );
}

/// The server moves to another authorization server: nothing of the old one goes to the new one, and a login there
/// registers anew and takes the old tokens back.
/// Rules: D-10, D-11, R-20, R-21, U-04
#[tokio::test]
async fn r20_r21_an_issuer_that_moves() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (
        Peer::oidc_with(&json!({ "moves": true })),
        Desk::new().await,
    );
    let id = desk.add(peer.resource()).await;
    let old = desk.log_in(&id).await;
    assert_eq!(old.issuer.as_str(), peer.text("/issuers/0"));
    http(&peer.resource().replace("/mcp", "/move"), "POST", &[], "").await;
    assert_eq!(
        code(desk.tool(&id, None, "greet").await),
        Code::IssuerChanged
    );
    let new = desk.log_in(&id).await;
    assert_eq!(new.issuer.as_str(), peer.text("/issuers/1"));
    assert_ne!(new.registration_id, old.registration_id);
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    let view = desk.broker.resource(&id).await.expect("the server");
    let before = view.grants.iter().find(|grant| grant.id == old.id);
    assert!(
        before.is_none_or(|grant| grant.tokens().is_none()),
        "the tokens of the old one are gone"
    );
}

/// A client id that was entered for the old issuer is never sent to the new one: the person is told.
/// Rules
#[tokio::test]
async fn r22_a_client_id_of_the_old_issuer_stays_there() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (
        Peer::oidc_with(&json!({ "moves": true })),
        Desk::new().await,
    );
    let id = desk.add(peer.resource()).await;
    let entry = ClientEntry {
        redirects: vec![RedirectPreference::DeepLink],
        ..crate::oidc_grants::keyed(&peer)
    };
    desk.broker.set_client(&id, entry).await.expect("entered");
    desk.log_in(&id).await;
    http(&peer.resource().replace("/mcp", "/move"), "POST", &[], "").await;
    desk.broker.check(&id, &|_| {}).await.expect("checked");
    assert_eq!(
        code(desk.broker.begin_login(&id, LoginOptions::default()).await),
        Code::ClientOfAnotherIssuer
    );
}
