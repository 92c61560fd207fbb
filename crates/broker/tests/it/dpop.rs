//! Tokens that are bound to a key, which never leaves the vault (RFC 9449).

use crate::setup::Person;
use broker::{Call, ClientEntry};
use model::{Code, LoginMethod};
use oauth::http::{HeaderMap, Method};
use oauth::secret::Secret;
use std::collections::HashSet;
use testbed::StaticClient;
use testbed::switches::{DeviceSwitches, Switches};

/// The proofs that reached this path.
fn proofs(person: &Person, path: &str) -> Vec<String> {
    person
        .web
        .requests_to(path)
        .iter()
        .filter_map(|request| request.header("dpop").map(str::to_owned))
        .collect()
}

/// Rules: U-01, U-02
#[tokio::test]
async fn each_request_has_a_proof_of_its_own_and_none_has_the_token_as_bearer() {
    let person = Person::today(Switches::default().requiring_dpop()).await;
    let resource = person.log_in().await.resource;
    for _ in 0..3 {
        assert_eq!(
            person
                .tool(resource.as_str(), "whoami")
                .await
                .expect("a token")
                .status,
            200
        );
    }
    person.web.tokens().expire_access_tokens();
    assert_eq!(
        person
            .tool(resource.as_str(), "whoami")
            .await
            .expect("a renewed token")
            .status,
        200
    );
    let shown: Vec<_> = person
        .web
        .requests_to("/mcp")
        .iter()
        .filter_map(|asked| asked.header("authorization").map(str::to_owned))
        .collect();
    assert!(
        shown.len() == 5 && shown.iter().all(|shown| shown.starts_with("DPoP ")),
        "{shown:?}"
    );
    let all = [proofs(&person, "/token"), proofs(&person, "/mcp")].concat();
    assert_eq!(
        (all.len(), all.iter().collect::<HashSet<_>>().len()),
        (7, 7),
        "login, refresh and five requests"
    );
}

#[tokio::test]
async fn nonces_are_learned_from_both_servers_and_each_newest_one_is_used() {
    let person = Person::today(Switches::default().requiring_dpop().demanding_nonces()).await;
    let resource = person.log_in().await.resource;
    assert_eq!(
        person.web.requests("/token"),
        2,
        "once without the nonce, once with it"
    );
    person.web.switches().set(|s| s.dpop.nonce_once = true);
    for _ in 0..4 {
        assert_eq!(
            person
                .tool(resource.as_str(), "whoami")
                .await
                .expect("a token")
                .status,
            200
        );
    }
    assert_eq!(
        (
            person.web.answered("/mcp", 401),
            person.web.answered("/mcp", 200)
        ),
        (2, 4),
        "probe, first nonce; then none is asked for"
    );
    person.web.tokens().renew_dpop_nonces();
    assert_eq!(
        person
            .tool(resource.as_str(), "whoami")
            .await
            .expect("a token")
            .status,
        200
    );
    person.web.tokens().renew_dpop_nonces();
    person.web.tokens().expire_access_tokens();
    assert_eq!(
        person
            .tool(resource.as_str(), "whoami")
            .await
            .expect("a renewed token")
            .status,
        200
    );
}

#[tokio::test]
async fn a_server_that_no_nonce_pleases_is_left() {
    let person = Person::today(Switches::default().requiring_dpop().demanding_nonces()).await;
    let resource = person.log_in().await.resource;
    person.web.clear_log();
    person
        .web
        .switches()
        .set(|s| s.dpop.nonce_never_fits = true);
    let left = person
        .tool(resource.as_str(), "whoami")
        .await
        .expect("its answer is passed on");
    assert_eq!(left.status, 401);
    assert!(
        person.web.requests("/mcp") <= 3 && person.web.requests("/token") <= 2,
        "{:?}",
        person.web.log()
    );
    person
        .broker
        .begin_login(resource.as_str(), broker::LoginOptions::default())
        .await
        .expect("a login begins");
}

#[tokio::test]
async fn an_issuer_that_ignores_the_proof_has_bound_nothing() {
    let person = Person::today(Switches::default().requiring_dpop()).await;
    person.web.switches().set(|s| s.dpop.proofs_ignored = true);
    let id = person.add().await;
    let pending = person.begin(&id).await;
    let callback = crate::setup::browse(pending.url()).await;
    let error = person
        .broker
        .complete_login(oauth::authorization::Callback::parse(&callback))
        .await
        .expect_err("Bearer");
    assert_eq!(error.code(), Code::ExchangeFailed, "{error}");
    assert_eq!(
        person
            .tool(&id, "whoami")
            .await
            .expect_err("no login")
            .code(),
        Code::LoginRequired
    );
}

#[tokio::test]
async fn an_agent_gets_neither_the_key_nor_a_token_that_is_nothing_without_it() {
    let person = Person::today(Switches::default().requiring_dpop()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    let error = person
        .broker
        .issue(&agent, person.request())
        .await
        .expect_err("bound");
    assert_eq!(error.code(), Code::SenderConstrained, "{error}");
    let error = person
        .broker
        .token_for_person(grant.resource.as_str(), None, 0)
        .await
        .expect_err("bound");
    assert_eq!(error.code(), Code::SenderConstrained, "{error}");
}

/// RFC 9449 §5: the refresh tokens of a public client are bound to the key, so a lost key is a lost login.
#[tokio::test]
async fn the_key_is_kept_with_the_tokens_and_serves_after_a_restart() {
    let person = Person::today(Switches::default().requiring_dpop()).await;
    let grant = person.log_in().await;
    let again = person.again().await;
    person.web.tokens().expire_access_tokens();
    let call = Call {
        method: Method::POST,
        headers: HeaderMap::new(),
        body: b"{}".to_vec(),
    };
    assert_ne!(
        again
            .call(grant.resource.as_str(), None, &call)
            .await
            .expect("a renewed token")
            .status,
        401
    );
    let key = grant
        .tokens()
        .and_then(|tokens| tokens.dpop_key.clone())
        .expect("a key");
    let shown = format!(
        "{grant:?} {:?}",
        person
            .broker
            .events(&model::EventQuery::default())
            .await
            .expect("a log")
    );
    assert!(!shown.contains(key.expose()), "{shown}");
    again.revoke(&grant.id).await.expect("a receipt");
    assert!(person.web.tokens().live_grants().is_empty());
}

#[tokio::test]
async fn a_server_that_offers_it_without_need_gets_bearer_tokens() {
    let person = Person::today(Switches::default().offering_dpop()).await;
    let grant = person.log_in().await;
    assert!(
        grant
            .tokens()
            .is_some_and(|tokens| tokens.dpop_key.is_none())
    );
    assert_eq!(
        person
            .tool(grant.resource.as_str(), "whoami")
            .await
            .expect("a token")
            .status,
        200
    );
}

#[tokio::test]
async fn a_device_login_is_bound_too() {
    let switches = Switches::default()
        .requiring_dpop()
        .demanding_nonces()
        .deciding_after(0);
    let person = Person::today(Switches {
        device: DeviceSwitches {
            interval: Some(1),
            ..switches.device
        },
        ..switches
    })
    .await;
    let id = person.add_with(LoginMethod::Device).await;
    let pending = person.begin(&id).await;
    person
        .broker
        .wait_login(&pending)
        .await
        .expect("the person approved");
    assert_eq!(
        person.tool(&id, "whoami").await.expect("a token").status,
        200
    );
}

#[tokio::test]
async fn a_client_of_its_own_right_is_bound_too() {
    let person = Person::today(
        Switches::default()
            .requiring_dpop()
            .demanding_nonces()
            .with_client_credentials(),
    )
    .await;
    person
        .web
        .add_client(StaticClient::new("machine").secret("s"));
    let id = person.add_with(LoginMethod::ClientCredentials).await;
    let entry = ClientEntry {
        client_id: "machine".into(),
        client_secret: Some(Secret::new("s")),
        ..ClientEntry::default()
    };
    person
        .broker
        .set_client(&id, entry)
        .await
        .expect("a client id");
    person.done(&id).await.expect("its own access");
    for _ in 0..2 {
        assert_eq!(
            person.tool(&id, "whoami").await.expect("a token").status,
            200
        );
        person.web.tokens().expire_access_tokens();
    }
}
