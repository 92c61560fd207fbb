//! A provider made with Authlib: OpenID Connect as it was before MCP, which a person may still want to log in at.

use crate::browser::Browser;
use crate::desk::{Desk, code};
use crate::peer::{Peer, is_asked_for};
use broker::LoginOptions;
use model::{Code, PartyAnswer};
use oauth::concession::{Concession, Concessions};

/// Refused, with the one concession that it needs named; with it, a login by what it has: loopback redirects, an id token,
/// no revocation, and clients with a secret alone, though it registers others. The second login knows that.
/// Rules: A-05, M-02, M-05, C-06, R-16, Q14, Q23
#[tokio::test]
async fn a05_q14_no_word_of_pkce() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::authlib(), Desk::new().await);
    let refused = desk
        .broker
        .add(
            peer.resource(),
            Some("peer"),
            Concessions::default(),
            &|_| {},
        )
        .await
        .expect_err("no PKCE");
    assert_eq!(
        (refused.code(), refused.concession()),
        (Code::PkceUnadvertised, Some(Concession::PkceUnadvertised)),
        "{refused}"
    );
    let conceded = Concessions([Concession::PkceUnadvertised].into());
    let view = desk
        .broker
        .add(peer.resource(), Some("peer"), conceded, &|_| {})
        .await
        .expect("added");
    let id = view.record.id;
    let first = desk
        .log_in_with(&id, &mut Browser::of("ada"), LoginOptions::default())
        .await;
    assert_eq!(
        code(first),
        Code::ClientForgotten,
        "it registers public clients and serves none"
    );
    let ada = desk
        .log_in_with(&id, &mut Browser::of("ada"), LoginOptions::default())
        .await
        .expect("logged in");
    assert_eq!(ada.account.subject.as_deref(), Some("ada"));
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    let renewed = desk.broker.refresh(&ada.id).await.expect("renewed");
    assert!(renewed.tokens().is_some());
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    let receipt = desk.broker.revoke(&ada.id).await.expect("a receipt");
    assert!(
        !receipt.ending.is_proven() && receipt.by_hand().is_some(),
        "nothing takes a token back here: {receipt:?}"
    );
    assert!(
        receipt
            .steps
            .iter()
            .any(|step| step.answer == PartyAnswer::NotOffered),
        "{receipt:?}"
    );
    assert_eq!(
        code(desk.tool(&id, None, "greet").await),
        Code::LoginRequired,
        "erased here all the same"
    );
}
