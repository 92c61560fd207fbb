//! oidc-provider: who somebody is, and several of them at one server.

use crate::browser::Browser;
use crate::desk::{Desk, code, parameter};
use crate::peer::{Peer, is_asked_for};
use broker::LoginOptions;
use model::{AccountWish, Code};
use oauth::authorization::OpenIdParameters;
use oauth::scope::Scopes;

/// The server asks for `mcp:tools` alone; the person for an id token as well.
async fn added_with_names(desk: &Desk, peer: &Peer) -> String {
    let id = desk.add(peer.resource()).await;
    desk.broker
        .set_scopes(&id, Some(Scopes::parse("openid mcp:tools")))
        .await
        .expect("chosen");
    id
}

fn another() -> LoginOptions {
    let wishes = OpenIdParameters {
        select_account: true,
        ..OpenIdParameters::default()
    };
    LoginOptions {
        wishes,
        account: AccountWish::Another,
        ..LoginOptions::default()
    }
}

/// The browser is logged in there as ada. Without a wish nobody is asked; `prompt=select_account` brings the page on
/// which grace is chosen.
/// Rules: Q41
#[tokio::test]
async fn q41_another_account_is_chosen_at_the_issuer() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc(), Desk::new().await);
    let id = added_with_names(&desk, peer).await;
    let mut browser = Browser::of("ada");
    let ada = desk
        .log_in_with(&id, &mut browser, LoginOptions::default())
        .await
        .expect("logged in");
    assert_eq!(
        ada.account.subject.as_deref(),
        Some("ada"),
        "the id token names her"
    );
    browser.name = "grace".to_owned();
    let again = desk
        .log_in_with(&id, &mut browser, LoginOptions::default())
        .await
        .expect("logged in");
    assert_eq!(
        (again.id.clone(), again.account.subject.as_deref()),
        (ada.id.clone(), Some("ada")),
        "nobody was asked"
    );
    let grace = desk
        .log_in_with(&id, &mut browser, another())
        .await
        .expect("logged in");
    assert_eq!(grace.account.subject.as_deref(), Some("grace"));
    assert_ne!(grace.id, ada.id);
    assert_eq!(
        code(desk.tool(&id, None, "greet").await),
        Code::AccountRequired,
        "which of the two?"
    );
    for account in ["ada", "grace"] {
        assert_eq!(
            desk.tool(&id, Some(account), "greet")
                .await
                .expect("allowed"),
            "hello"
        );
    }
    assert!(
        desk.broker
            .revoke(&grace.id)
            .await
            .expect("a receipt")
            .ending
            .is_proven()
    );
    assert_eq!(
        desk.tool(&id, None, "greet")
            .await
            .expect("ada alone, still logged in"),
        "hello"
    );
}

/// The server is locked to ada: grace's tokens are given back at once, and ada's go on.
#[tokio::test]
async fn a_server_that_is_locked_to_one_account_takes_no_other() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc(), Desk::new().await);
    let id = added_with_names(&desk, peer).await;
    let ada = desk
        .log_in_with(&id, &mut Browser::of("ada"), LoginOptions::default())
        .await
        .expect("logged in");
    desk.broker
        .lock_account(&id, Some(&ada.id))
        .await
        .expect("locked");
    let refused = desk
        .log_in_with(&id, &mut Browser::of("grace"), LoginOptions::default())
        .await
        .expect_err("locked");
    assert_eq!(refused.code(), Code::AccountLocked);
    assert!(
        refused.to_string().contains("ada") && refused.to_string().contains("grace"),
        "{refused}"
    );
    assert_eq!(
        desk.tool(&id, None, "greet")
            .await
            .expect("ada's login stands"),
        "hello"
    );
    desk.broker.lock_account(&id, None).await.expect("unlocked");
    desk.log_in_with(&id, &mut Browser::of("grace"), LoginOptions::default())
        .await
        .expect("logged in");
}

/// The account's name as a hint; nothing of it unless asked for.
#[tokio::test]
async fn the_name_of_the_account_is_a_hint_on_the_issuers_page() {
    if !is_asked_for() {
        return;
    }
    let (peer, desk) = (Peer::oidc(), Desk::new().await);
    let id = desk.add(peer.resource()).await;
    let plain = desk.begin(&id, LoginOptions::default()).await;
    assert_eq!(parameter(plain.url(), "login_hint"), None);
    assert_eq!(parameter(plain.url(), "prompt"), None);
    let wishes = OpenIdParameters {
        login_hint: Some("grace hopper".to_owned()),
        ..OpenIdParameters::default()
    };
    let hinted = desk
        .begin(
            &id,
            LoginOptions {
                wishes,
                ..LoginOptions::default()
            },
        )
        .await;
    assert_eq!(
        parameter(hinted.url(), "login_hint").as_deref(),
        Some("grace hopper")
    );
    let callback = Browser::of("grace hopper").answer(hinted.url()).await;
    desk.complete(&callback).await.expect("logged in");
}
