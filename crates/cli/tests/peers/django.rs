//! django-oauth-toolkit: clients by hand, device codes, each kind of rotation, and what it leaves out.

use crate::browser::{Browser, End};
use crate::desk::{Desk, code, parameter};
use crate::peer::{Peer, is_asked_for};
use crate::setup::http;
use broker::{ClientEntry, LoginOptions};
use model::{Code, GrantKind, LoginMethod, RedirectPreference, Settings};
use oauth::registration::{AuthMethod, RegistrationKind};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use serde_json::json;

/// A client id and a secret from the owner, by each of the two ways to prove it; the redirect is the one registered.
/// Rules, T-03, Q50
#[tokio::test]
async fn r12_t03_a_client_registered_by_hand_by_either_proof() {
    if !is_asked_for() {
        return;
    }
    let desk = Desk::new().await;
    let peer = Peer::django();
    let id = desk.add(peer.resource()).await;
    for auth_method in [
        None,
        Some(AuthMethod::ClientSecretBasic),
        Some(AuthMethod::ClientSecretPost),
    ] {
        let entry = ClientEntry {
            auth_method,
            redirects: vec![RedirectPreference::Loopback],
            ..by_hand(peer)
        };
        desk.broker.set_client(&id, entry).await.expect("entered");
        let grant = desk.log_in(&id).await;
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
                .is_proven(),
            "{auth_method:?}"
        );
    }
}

/// It registers one kind of login for one client, and its metadata has no place for device codes until its owner
/// adds that.
/// Rules, Q27
#[tokio::test]
async fn r18_a_device_code_of_a_client_that_may_have_one_grant() {
    if !is_asked_for() {
        return;
    }
    let desk = Desk::new().await;
    let peer = Peer::django_with(desk.folder.path(), &json!({ "device": true }));
    let id = desk.add(peer.resource()).await;
    desk.broker
        .set_login_method(&id, LoginMethod::Device)
        .await
        .expect("chosen");
    let pending = desk.begin(&id, LoginOptions::default()).await;
    let page = pending.url().to_owned();
    let End::Page { status: 200, text } = Browser::of("ada").open(&page).await else {
        panic!("the last page")
    };
    assert!(text.contains("Authorized"), "{text}");
    let grant = desk.broker.wait_login(&pending).await.expect("logged in");
    assert_eq!(grant.kind, GrantKind::Device);
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
    let refused = desk.begin(&id, LoginOptions::default()).await;
    Browser::refusing("ada").open(refused.url()).await;
    assert_eq!(
        code(desk.broker.wait_login(&refused).await),
        Code::LoginRefused
    );
}

/// As it comes: no word of where device codes are given.
#[tokio::test]
async fn a_device_login_that_the_metadata_does_not_offer() {
    if !is_asked_for() {
        return;
    }
    let desk = Desk::new().await;
    let peer = Peer::django();
    let id = desk.add(peer.resource()).await;
    desk.broker
        .set_login_method(&id, LoginMethod::Device)
        .await
        .expect("chosen");
    let refused = desk
        .broker
        .begin_login(&id, LoginOptions::default())
        .await
        .expect_err("not offered");
    assert_eq!(refused.code(), Code::MethodNotOffered);
    assert!(
        refused.to_string().contains(peer.text("/issuer")),
        "{refused}"
    );
}

/// It takes documents, and public clients without a word of that: only who chooses the document is sent there with it.
/// Rules, Q30
#[tokio::test]
async fn r03_q30_our_document_is_the_client_where_the_person_says_so() {
    if !is_asked_for() {
        return;
    }
    let desk = Desk::new().await;
    let url = "https://gatelodge.example/oauth/client.json";
    let document = desk.broker.client_metadata(url).expect("a document");
    let peer = Peer::django_with(desk.folder.path(), &json!({ "document": document }));
    let id = desk.add(peer.resource()).await;
    desk.broker
        .save_settings(Settings {
            client_metadata_url: Some(url.to_owned()),
        })
        .await
        .expect("set");
    let by_itself = desk.begin(&id, LoginOptions::default()).await;
    assert_ne!(
        parameter(by_itself.url(), "client_id").as_deref(),
        Some(url),
        "it lists no public clients"
    );
    let options = LoginOptions {
        registration: Some(RegistrationKind::MetadataDocument),
        ..LoginOptions::default()
    };
    let chosen = desk.begin(&id, options).await;
    assert_eq!(parameter(chosen.url(), "client_id").as_deref(), Some(url));
    let answer = Browser::of("ada").answer(chosen.url()).await;
    let grant = desk.complete(&answer).await.expect("logged in");
    desk.broker.refresh(&grant.id).await.expect("renewed");
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
}

/// A copy of the vault from before a renewal, as after a crash between the answer and the disk. Reuse ends the whole
/// login: each of the two says so, and one clean login mends it.
/// Rules: T-06, Q48, Q49
#[tokio::test]
async fn t06_q48_a_rotated_token_that_comes_again_ends_the_login() {
    if !is_asked_for() {
        return;
    }
    let desk = Desk::new().await;
    let id = desk.add(Peer::django().resource()).await;
    let grant = desk.log_in(&id).await;
    let older = desk.copy().await;
    desk.broker.refresh(&grant.id).await.expect("renewed");
    for (desk, why) in [(&older, "it is spent"), (&desk, "the family ends with it")] {
        let ended = desk.broker.refresh(&grant.id).await.expect("told");
        assert!(ended.tokens().is_none(), "{why}");
        assert_eq!(
            code(desk.tool(&id, None, "greet").await),
            Code::LoginRequired,
            "{why}"
        );
    }
    desk.log_in(&id).await;
    assert_eq!(
        desk.tool(&id, None, "greet").await.expect("allowed"),
        "hello"
    );
}

/// The same at a server with a grace period: it gives the same new token again.
/// Rules: T-06, Q48
#[tokio::test]
async fn t06_a_rotated_token_within_the_grace_period() {
    if !is_asked_for() {
        return;
    }
    let desk = Desk::new().await;
    let settings = json!({ "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 120, "REFRESH_TOKEN_REUSE_PROTECTION": false });
    let peer = Peer::django_with(desk.folder.path(), &settings);
    let id = desk.add(peer.resource()).await;
    let grant = desk.log_in(&id).await;
    let older = desk.copy().await;
    desk.broker.refresh(&grant.id).await.expect("renewed");
    older
        .broker
        .refresh(&grant.id)
        .await
        .expect("the grace period");
    for desk in [&desk, &older] {
        assert_eq!(
            desk.tool(&id, None, "greet").await.expect("allowed"),
            "hello"
        );
    }
}

/// Somebody revokes the access token at the issuer; here that ends the refresh token as well. One attempt, then a login.
/// Rules: E-01, Q52
#[tokio::test]
async fn e01_an_access_token_that_somebody_else_revoked() {
    if !is_asked_for() {
        return;
    }
    let desk = Desk::new().await;
    let peer = Peer::django();
    let id = desk.add(peer.resource()).await;
    desk.broker
        .set_client(
            &id,
            ClientEntry {
                redirects: vec![RedirectPreference::Loopback],
                ..by_hand(peer)
            },
        )
        .await
        .expect("entered");
    let grant = desk.log_in(&id).await;
    let token = grant
        .tokens()
        .expect("tokens")
        .access_token
        .expose()
        .to_owned();
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("token", token.as_str()),
            ("client_id", peer.text("/client/client_id")),
        ])
        .extend_pairs([("client_secret", peer.text("/client/client_secret"))])
        .finish();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let revoked = http(
        &format!("{}/revoke_token/", peer.text("/issuer")),
        "POST",
        &form,
        &body,
    )
    .await;
    assert_eq!(revoked.status, 200, "{}", revoked.text);
    assert_eq!(
        code(desk.tool(&id, None, "greet").await),
        Code::LoginRequired
    );
    assert_eq!(
        code(desk.tool(&id, None, "greet").await),
        Code::LoginRequired,
        "and nothing is sent any more"
    );
}

/// It promises `iss` and leaves it out of a refusal: the refusal counts for nothing, none of its words are shown, and
/// the login waits on for an answer that says whose it is.
/// Rules: C-04, C-09, Q19
#[tokio::test]
async fn c09_q19_a_refusal_that_does_not_say_whose_it_is() {
    if !is_asked_for() {
        return;
    }
    let desk = Desk::new().await;
    let peer = Peer::django();
    let id = desk.add(peer.resource()).await;
    let pending = desk.begin(&id, LoginOptions::default()).await;
    let answer = Browser::refusing("ada").answer(pending.url()).await;
    assert!(
        answer.contains("error=access_denied") && !answer.contains("iss="),
        "{answer}"
    );
    let error = desk.complete(&answer).await.expect_err("nobody's");
    assert_eq!(error.code(), Code::IssMismatch);
    assert!(
        error.text().id() == "callback-unsigned" && !error.to_string().contains("access_denied"),
        "{error}"
    );
    let answer = Browser::of("ada").answer(pending.url()).await;
    desk.complete(&answer)
        .await
        .expect("the same login, consented to after all");
}

/// OpenID Connect on: the id token has a number for a name, which tells two people apart and locks one in.
#[tokio::test]
async fn two_accounts_by_their_id_tokens_and_a_lock() {
    if !is_asked_for() {
        return;
    }
    let desk = Desk::new().await;
    let peer = Peer::django();
    let id = desk.add(peer.resource()).await;
    desk.broker
        .set_client(
            &id,
            ClientEntry {
                redirects: vec![RedirectPreference::Loopback],
                ..by_hand(peer)
            },
        )
        .await
        .expect("entered");
    desk.broker
        .set_scopes(&id, Some(Scopes::parse("openid mcp:tools")))
        .await
        .expect("chosen");
    let ada = desk
        .log_in_with(&id, &mut Browser::of("ada"), LoginOptions::default())
        .await
        .expect("logged in");
    let grace = desk
        .log_in_with(&id, &mut Browser::of("grace"), LoginOptions::default())
        .await
        .expect("logged in");
    assert!(
        ada.account.subject.is_some()
            && ada.account.subject != grace.account.subject
            && ada.id != grace.id
    );
    desk.broker
        .name_account(&ada.id, "Ada")
        .await
        .expect("named");
    desk.broker
        .lock_account(&id, Some(&ada.id))
        .await
        .expect("locked");
    assert_eq!(
        desk.tool(&id, Some("Ada"), "greet").await.expect("allowed"),
        "hello"
    );
    let refused = desk
        .log_in_with(&id, &mut Browser::of("grace"), LoginOptions::default())
        .await;
    assert_eq!(code(refused), Code::AccountLocked);
    desk.log_in_with(&id, &mut Browser::of("ada"), LoginOptions::default())
        .await
        .expect("ada may");
}

/// Each writes to the server's one database: they wait for each other there, and none is turned away.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_people_at_once_who_log_in_and_renew() {
    if !is_asked_for() {
        return;
    }
    let mut people = tokio::task::JoinSet::new();
    for _ in 0..10 {
        people.spawn(async {
            let desk = Desk::new().await;
            let id = desk.add(Peer::django().resource()).await;
            let grant = desk.log_in(&id).await;
            for _ in 0..2 {
                let renewed = desk.broker.refresh(&grant.id).await.expect("answered");
                assert!(renewed.tokens().is_some(), "{:?}", renewed.state);
            }
        });
    }
    people.join_all().await;
}

fn by_hand(peer: &Peer) -> ClientEntry {
    ClientEntry {
        client_id: peer.text("/client/client_id").to_owned(),
        client_secret: Some(Secret::new(peer.text("/client/client_secret"))),
        ..ClientEntry::default()
    }
}
