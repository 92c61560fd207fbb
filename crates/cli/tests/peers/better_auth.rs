//! Better Auth: an issuer with a path, whose metadata is at the inserted place alone; JWT access tokens; a consent
//! page of the host's own; refresh tokens for `offline_access` alone.

use crate::browser::Browser;
use crate::desk::{Desk, code};
use crate::peer::{Peer, is_asked_for};
use broker::LoginOptions;
use model::{Code, LastToken, PartyAnswer, ReceiptStepKind, RevocationState};
use oauth::redirect::Redirect;
use oauth::scope::Scopes;

/// Rules: M-04, M-07, S-03, S-14, C-03, T-01, Q25, Q29
#[tokio::test]
async fn m04_s14_the_metadata_is_found_and_offline_access_asked_for() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::better_auth(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let pending = desk.begin(&id, LoginOptions::default()).await;
    assert_eq!(
        pending.redirect(),
        Some(Redirect::DEEP_LINK),
        "the scheme is registered"
    );
    let callback = Browser::of("anyone").answer(pending.url()).await;
    let grant = desk.complete(&callback).await.expect("logged in");
    assert_eq!(grant.issuer.as_str(), peer.text("/issuer"));
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
    let answer = |kind: ReceiptStepKind| {
        receipt
            .steps
            .iter()
            .find(|step| step.kind == kind)
            .map(|step| &step.answer)
    };
    assert_eq!(
        answer(ReceiptStepKind::RefreshToken),
        Some(&PartyAnswer::Confirmed),
        "{receipt:?}"
    );
    assert_eq!(
        answer(ReceiptStepKind::AccessToken),
        Some(&PartyAnswer::KindNotSupported),
        "a JWT: {receipt:?}"
    );
    assert_eq!(
        receipt.ending,
        RevocationState::RunsOut,
        "it is good until it runs out, and the receipt says so: {receipt:?}"
    );
    assert!(
        matches!(receipt.last_token, LastToken::Until { .. }) && receipt.by_hand().is_none(),
        "{receipt:?}"
    );
    assert_eq!(
        code(desk.tool(&id, None, "greet").await),
        Code::LoginRequired
    );
}

/// The id token has a name and an address.
/// Rules: Q41
#[tokio::test]
async fn two_accounts_by_their_id_tokens() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::better_auth(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let scopes = Scopes::parse("openid email offline_access mcp:tools");
    desk.broker
        .set_scopes(&id, Some(scopes))
        .await
        .expect("chosen");
    for name in ["ada", "grace"] {
        let grant = desk
            .log_in_with(&id, &mut Browser::of(name), LoginOptions::default())
            .await
            .expect("logged in");
        assert_eq!(grant.account.name, format!("{name}@people.example"));
    }
    assert_eq!(
        code(desk.tool(&id, None, "greet").await),
        Code::AccountRequired
    );
    assert_eq!(
        desk.tool(&id, Some("ada@people.example"), "greet")
            .await
            .expect("allowed"),
        "hello"
    );
}
