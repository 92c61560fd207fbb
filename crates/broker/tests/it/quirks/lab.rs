//! Rules lab-01 to lab-20: traps found by measurement.

use super::{add, by, log_in, token_requests, try_login};
use crate::setup::Person;
use broker::LoginOptions;
use model::{Code, RedirectPreference};
use oauth::redirect::Redirect;
use testbed::switches::{
    AuthorizeAnswers, RegistrationScope, RevocationAnswers, SecretUnasked, Switches,
};

/// lab-05
#[tokio::test]
async fn lab_05_the_way_to_prove_oneself_is_chosen_for_each_endpoint() {
    for status in [400, 401] {
        let person = Person::approving(Switches {
            drops_authorization_header: true,
            revocation_wants_basic: true,
            invalid_client_status: status,
            ..Switches::default().secret_unasked(SecretUnasked::Basic)
        })
        .await;
        let grant = try_login(&person)
            .await
            .unwrap_or_else(|error| panic!("{status}: {error}"));
        person.broker.refresh(&grant.id).await.expect("renewed");
        let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
        assert!(receipt.ending.is_proven(), "{status}: {receipt:?}");
        assert!(person.web.tokens().live_grants().is_empty(), "{status}");
    }
}

/// lab-06
#[tokio::test]
async fn lab_06_the_client_id_beside_basic() {
    let switches = Switches::default()
        .secret_unasked(SecretUnasked::Basic)
        .wanting_client_id_beside_basic();
    let person = Person::approving(switches).await;
    let grant = try_login(&person).await.expect("logged in");
    person.broker.refresh(&grant.id).await.expect("renewed");
}

/// lab-07
#[tokio::test]
async fn lab_07_a_public_client_revokes_with_an_empty_secret_where_it_must() {
    let person = Person::approving(
        Switches::default().answering_revocation(RevocationAnswers::WantsEmptySecret),
    )
    .await;
    let grant = try_login(&person).await.expect("logged in");
    assert!(
        person
            .broker
            .revoke(&grant.id)
            .await
            .expect("a receipt")
            .ending
            .is_proven()
    );
}

/// lab-08
#[tokio::test]
async fn lab_08_a_public_client_that_is_refused_at_the_token_endpoint_comes_back_with_a_secret() {
    let person = Person::approving(Switches::default().refusing_public_clients()).await;
    let error = try_login(&person)
        .await
        .expect_err("refused the first time");
    assert_eq!(error.code(), Code::ClientForgotten, "{error}");
    try_login(&person)
        .await
        .expect("registered as confidential");
    let methods: Vec<_> = person
        .web
        .requests_to("/register")
        .iter()
        .map(|request| {
            request.json()["token_endpoint_auth_method"]
                .as_str()
                .map(str::to_owned)
        })
        .collect();
    assert_eq!(
        methods,
        [
            Some("none".to_owned()),
            Some("client_secret_basic".to_owned())
        ]
    );
}

/// lab-09: refused at the authorize step only, as a page; the person chooses the other redirect, and it is remembered.
#[tokio::test]
async fn lab_09_the_other_redirect_is_a_choice() {
    let person = Person::approving(Switches::default().refusing_private_use_at_authorize()).await;
    let id = person.add().await;
    let first = person.begin(&id).await;
    assert!(first.redirect().is_some_and(Redirect::is_deep_link));
    person.log_in_by_loopback(&id).await;
    assert!(
        !person
            .begin(&id)
            .await
            .redirect()
            .is_some_and(Redirect::is_deep_link)
    );
}

/// lab-11
#[tokio::test]
async fn lab_11_registrations_that_answer_in_their_own_way() {
    let refusing = Switches {
        registration_refuses_offline_access: true,
        ..Switches::default()
    };
    let default = Switches::default;
    for (kind, switches) in [
        ("offline_access is refused", refusing),
        (
            "all scopes",
            Switches {
                registration_scope: RegistrationScope::All,
                ..default()
            },
        ),
        (
            "no scope",
            Switches {
                registration_scope: RegistrationScope::Missing,
                ..default()
            },
        ),
        ("200", default().registration_status(200)),
        (
            "odd ids, a number as text",
            default()
                .giving_odd_client_ids()
                .secret_unasked(SecretUnasked::Basic),
        ),
    ] {
        let person = Person::approving(switches).await;
        let grant = try_login(&person)
            .await
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
        person
            .broker
            .refresh(&grant.id)
            .await
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert!(grant.scopes_requested.contains("notes:read"), "{kind}");
        assert!(
            !grant.scopes_requested.contains("notes:write"),
            "{kind}: a wide registration widens no request"
        );
    }
}

/// lab-11: a secret that ends is renewed or replaced before it does.
#[tokio::test]
async fn lab_11_a_secret_that_ends_is_replaced_in_time() {
    let ends = crate::setup::START + 30 * 24 * 3600;
    let switches = Switches {
        secret_expires_at: ends.unsigned_abs(),
        client_management: false,
        ..Switches::default().secret_unasked(SecretUnasked::Basic)
    };
    let person = Person::approving(switches).await;
    let id = person.add().await;
    for _ in 0..2 {
        log_in(&person, &id, by(RedirectPreference::DeepLink))
            .await
            .expect("logged in");
    }
    assert_eq!(
        person.web.requests("/register"),
        1,
        "while it lives it is used again"
    );
    person.clock.forward(30 * 24 * 3600 - 60);
    person
        .web
        .switches()
        .set(|switches| switches.secret_expires_at = 0);
    log_in(&person, &id, by(RedirectPreference::DeepLink))
        .await
        .expect("logged in");
    assert_eq!(
        person.web.requests("/register"),
        2,
        "a minute before its end it is not"
    );
}

/// lab-11: some servers need a moment until they know a new client.
#[tokio::test]
async fn lab_11_a_client_that_is_not_known_at_once_costs_one_more_login_at_most() {
    let person = Person::approving(Switches {
        clients_unknown_times: 1,
        ..Switches::default()
    })
    .await;
    if let Err(error) = try_login(&person).await {
        assert_eq!(error.code(), Code::ClientForgotten, "{error}");
        try_login(&person).await.expect("logged in");
    }
}

/// lab-16
#[tokio::test]
async fn lab_16_revoking_goes_as_far_as_the_issuer_lets_it() {
    for (answer, proven) in [
        (RevocationAnswers::RefusesAccessTokens, true),
        (RevocationAnswers::RefusesUnknown, true),
    ] {
        let person = Person::approving(Switches::default().answering_revocation(answer)).await;
        let grant = try_login(&person).await.expect("logged in");
        let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
        assert_eq!(
            receipt.ending.is_proven(),
            proven,
            "{answer:?}: {receipt:?}"
        );
        assert!(person.web.tokens().live_grants().is_empty(), "{answer:?}");
    }
    // A revocation endpoint that is the token endpoint revokes nothing, and the receipt does not say that it did.
    let person = Person::approving(Switches::default()).await;
    let token_endpoint = format!("{}/token", person.web.issuer());
    person
        .web
        .switches()
        .set(|switches| switches.revocation_endpoint = Some(token_endpoint));
    person
        .web
        .switches()
        .set(|switches| switches.client_management = false);
    let grant = try_login(&person).await.expect("logged in");
    let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert!(
        !receipt.ending.is_proven() && receipt.by_hand().is_some(),
        "{receipt:?}"
    );
}

/// lab-16: RFC 7592 answers.
#[tokio::test]
async fn lab_16_a_deregistration_that_fails_changes_nothing_here() {
    for status in [200, 405, 500] {
        let person = Person::approving(Switches {
            deletion_status: Some(status),
            ..Switches::default()
        })
        .await;
        let grant = try_login(&person).await.expect("logged in");
        let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
        assert!(receipt.ending.is_proven(), "{status}: {receipt:?}");
        assert!(
            person.broker.clients().await.expect("readable").is_empty(),
            "{status}: forgotten here"
        );
    }
}

/// lab-18
#[tokio::test]
async fn lab_18_a_login_that_ends_on_a_page_ends_by_the_person_or_by_time() {
    let person =
        Person::approving(Switches::default().answering_authorize(AuthorizeAnswers::Page(400)))
            .await;
    let id = add(&person, &[]).await.expect("added").record.id;
    let pending = person.begin(&id).await;
    person.clock.forward(600);
    assert_eq!(
        person
            .broker
            .wait_login(&pending)
            .await
            .expect_err("over")
            .code(),
        Code::LoginExpired
    );
    let pending = person.begin(&id).await;
    person
        .broker
        .cancel_login(&pending.id)
        .await
        .expect("cancelled");
    assert!(token_requests(&person, "authorization_code").is_empty());
    person
        .web
        .switches()
        .set(|switches| switches.authorize_answers = AuthorizeAnswers::Proper);
    log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in");
}
