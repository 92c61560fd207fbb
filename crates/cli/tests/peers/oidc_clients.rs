//! oidc-provider: each way to be a client there.

use crate::browser::Browser;
use crate::desk::{Desk, parameter};
use crate::oidc_grants::keyed;
use crate::peer::{Peer, is_asked_for};
use broker::{ClientEntry, LoginOptions};
use model::{RedirectPreference, Settings};
use oauth::registration::{AuthMethod, RegistrationKind};
use serde_json::json;

/// A client that its owner registered by hand, with a key in place of a secret (RFC 7523 §2.2).
/// Rules, T-03, Q50
#[tokio::test]
async fn r12_a_client_registered_by_hand_proves_itself_by_its_key() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let entry = ClientEntry {
        redirects: vec![RedirectPreference::DeepLink],
        ..keyed(peer)
    };
    desk.broker.set_client(&id, entry).await.expect("entered");
    let pending = desk.begin(&id, LoginOptions::default()).await;
    assert_eq!(
        parameter(pending.url(), "client_id").as_deref(),
        Some("keyed client"),
        "no registration of ours"
    );
    let callback = Browser::of("ada").answer(pending.url()).await;
    let grant = desk.complete(&callback).await.expect("logged in");
    desk.broker
        .refresh(&grant.id)
        .await
        .expect("renewed, proven by the key again");
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    assert!(
        desk.broker
            .revoke(&grant.id)
            .await
            .expect("a receipt")
            .ending
            .is_proven(),
        "the revocation is proven by the key too"
    );
}

/// CIMD: the document that we print is the client.
/// Rules
#[tokio::test]
async fn r03_our_document_is_the_client() {
    if !is_asked_for() {
        return;
    }
    let desk = Desk::new().await;
    let url = "https://gatelodge.example/oauth/client.json";
    desk.broker
        .save_settings(Settings {
            client_metadata_url: Some(url.to_owned()),
        })
        .await
        .expect("set");
    let document = desk.broker.client_metadata(url).expect("a document");
    let peer = Peer::oidc_with(&json!({ "document": document }));
    let id = desk.add(peer.resource()).await;
    let pending = desk.begin(&id, LoginOptions::default()).await;
    assert_eq!(parameter(pending.url(), "client_id").as_deref(), Some(url));
    assert_eq!(
        parameter(pending.url(), "redirect_uri").as_deref(),
        Some("http://127.0.0.1:4283/callback")
    );
    let callback = Browser::of("ada").answer(pending.url()).await;
    let grant = desk.complete(&callback).await.expect("logged in");
    desk.broker.refresh(&grant.id).await.expect("renewed");
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
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

/// An issuer that gives only secrets, and lets them run out: the registration is renewed (RFC 7592 §2.2), and the
/// token for that, which it gives anew each time, is the one that deletes the registration in the end.
/// Rules, Q23, Q32, T-03
#[tokio::test]
async fn q32_a_secret_that_runs_out_is_renewed() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (
        Peer::oidc_with(&json!({ "secrets": true })),
        Desk::new().await,
    );
    let id = desk.add(peer.resource()).await;
    let first = desk.log_in(&id).await;
    let before = registration(&desk).await;
    assert_eq!(
        (before.kind, before.auth_method),
        (RegistrationKind::Dynamic, AuthMethod::ClientSecretBasic)
    );
    let same = LoginOptions {
        redirect: Some(RedirectPreference::DeepLink),
        ..LoginOptions::default()
    };
    let second = desk
        .log_in_with(&id, &mut Browser::of("anyone"), same)
        .await
        .expect("logged in");
    let after = registration(&desk).await;
    assert_eq!(
        (&after.id, &after.client_id),
        (&before.id, &before.client_id),
        "the same client"
    );
    assert!(
        after.secret_expires_at > before.secret_expires_at,
        "its secret lasts longer"
    );
    let token = |known: &oauth::registration::Registration| {
        known
            .management
            .as_ref()
            .map(|kept| kept.access_token.clone())
    };
    assert_ne!(
        token(&after),
        token(&before),
        "the token of the registration was given anew"
    );
    assert_eq!(second.id, first.id);
    desk.broker.refresh(&second.id).await.expect("renewed");
    let receipt = desk.broker.revoke(&second.id).await.expect("a receipt");
    assert!(
        receipt.ending.is_proven() && receipt.steps.iter().all(|step| step.answer.is_done()),
        "{receipt:?}"
    );
    assert!(
        desk.broker.clients().await.expect("clients").is_empty(),
        "deleted at the issuer, and here"
    );
}

async fn registration(desk: &Desk) -> model::ClientRecord {
    let mut all = desk.broker.clients().await.expect("clients");
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}
