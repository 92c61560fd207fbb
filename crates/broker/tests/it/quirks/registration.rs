//! Rules Q21 to Q33: registration.

use super::{add, by, log_in, token_requests, try_login};
use crate::setup::{Person, browse, by_loopback};
use broker::{ClientEntry, LoginOptions};
use model::{Code, RedirectPreference, Settings};
use oauth::redirect::{DEEP_LINK, Redirect};
use oauth::registration::RegistrationKind;
use testbed::switches::{Answer, SecretUnasked, Switches};

/// Rules: Q21, R-12
#[tokio::test]
async fn q21_without_registration_the_person_is_asked_for_a_client_id() {
    for (switches, code) in [
        (
            Switches::default().without_registration(),
            Code::RegistrationNotOffered,
        ),
        (
            Switches::default().answering_registration(Answer::Status(401)),
            Code::RegistrationRefused,
        ),
    ] {
        let person = Person::approving(switches).await;
        let id = add(&person, &[])
            .await
            .expect("added all the same")
            .record
            .id;
        let error = log_in(&person, &id, LoginOptions::default())
            .await
            .expect_err("no client id");
        assert_eq!(error.code(), code, "{error}");
        assert!(
            error.hint().to_string().contains("client ID"),
            "{}",
            error.hint().to_string()
        );

        let uris: Vec<_> = person
            .broker
            .redirect_uris()
            .into_iter()
            .map(Redirect::uri)
            .collect();
        assert_eq!(
            uris,
            [
                DEEP_LINK,
                "http://127.0.0.1:4283/callback",
                "http://localhost:4283/callback"
            ]
        );
        let (client_id, _) = person.web.preregister("by hand", &[DEEP_LINK], false);
        let entry = ClientEntry {
            client_id,
            redirects: vec![RedirectPreference::DeepLink],
            ..ClientEntry::default()
        };
        person.broker.set_client(&id, entry).await.expect("kept");
        log_in(&person, &id, LoginOptions::default())
            .await
            .expect("logged in");
    }
}

#[tokio::test]
async fn q22_a_list_of_allowed_names_is_explained_and_no_name_is_borrowed() {
    let person = Person::approving(Switches::default().forbidding_registration()).await;
    let error = try_login(&person).await.expect_err("not on the list");
    assert_eq!(error.code(), Code::RegistrationRefused);
    assert!(error.to_string().contains("403"), "{error}");
    let names = person.web.requests_to("/register");
    assert!(
        names
            .iter()
            .all(|request| request.json()["client_name"] == "Gatelodge"),
        "{names:?}"
    );
}

#[tokio::test]
async fn q23_a_secret_that_came_unasked_is_used() {
    for how in [
        SecretUnasked::Basic,
        SecretUnasked::Post,
        SecretUnasked::MethodUnsaid,
        SecretUnasked::SaysNone,
    ] {
        let person = Person::approving(Switches::default().secret_unasked(how)).await;
        let grant = try_login(&person)
            .await
            .unwrap_or_else(|error| panic!("{how:?}: {error}"));
        person
            .broker
            .refresh(&grant.id)
            .await
            .unwrap_or_else(|error| panic!("{how:?}: {error}"));
    }
}

#[tokio::test]
async fn q24_null_and_empty_members_are_not_there() {
    let person = Person::approving(Switches {
        registration_pads: true,
        ..Switches::default()
    })
    .await;
    try_login(&person).await.expect("logged in");
}

#[tokio::test]
async fn q25_every_registration_says_native() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    for redirect in [RedirectPreference::DeepLink, RedirectPreference::Loopback] {
        log_in(&person, &id, by(redirect)).await.expect("logged in");
    }
    let sent = person.web.requests_to("/register");
    assert!(
        sent.len() == 2
            && sent
                .iter()
                .all(|request| request.json()["application_type"] == "native"),
        "{sent:?}"
    );
}

/// Rules: Q26
#[tokio::test]
async fn q26_one_redirect_for_one_registration() {
    let switches = Switches::default()
        .refusing_mixed_redirects()
        .refusing_private_use_at_registration();
    let person = Person::approving(switches).await;
    try_login(&person).await.expect("moved to loopback");
    for request in person.web.requests_to("/register") {
        assert_eq!(
            request.json()["redirect_uris"].as_array().map(Vec::len),
            Some(1),
            "{}",
            request.body
        );
    }
}

#[tokio::test]
async fn q27_what_a_strict_endpoint_does_not_know_is_left_out_the_second_time() {
    let person = Person::approving(Switches {
        registration_refuses_unknown_members: true,
        ..Switches::default()
    })
    .await;
    try_login(&person).await.expect("logged in");
    assert_eq!(person.web.requests("/register"), 2);

    let person = Person::approving(Switches {
        registration_needs_scope: true,
        ..Switches::default()
    })
    .await;
    try_login(&person)
        .await
        .expect("the known scopes were registered");
    assert_eq!(person.web.requests("/register"), 1);
}

#[tokio::test]
async fn q28_a_client_that_was_purged_is_registered_once_anew() {
    for status in [400, 401] {
        let person = Person::approving(Switches {
            invalid_client_status: status,
            ..Switches::default()
        })
        .await;
        let grant = person.log_in().await;
        person.web.tokens().forget_clients();
        person.expire();
        let error = person.broker.refresh(&grant.id).await.expect_err("refused");
        assert_eq!(error.code(), Code::LoginRequired, "{status}: {error}");
        let before = person.web.requests("/register");
        person.log_in().await;
        assert_eq!(person.web.requests("/register"), before + 1, "{status}");
    }
}

/// A client whose tokens are renewed is known by that: its issuer is not asked about it, whatever it would say.
#[tokio::test]
async fn q28_a_client_that_renews_tokens_is_not_asked_about() {
    for managed in [true, false] {
        let person = Person::approving(Switches {
            client_management: managed,
            ..Switches::default()
        })
        .await;
        let id = person.add().await;
        person.log_in_by_loopback(&id).await;
        person.clock.forward(3600);
        person.web.clear_log();
        person
            .broker
            .begin_login(&id, by_loopback())
            .await
            .expect("begins");
        assert_eq!(person.web.requests("/authorize"), 0, "{managed}");
        assert!(
            person
                .web
                .log()
                .iter()
                .all(|request| !request.path.contains("register")),
            "{managed}"
        );
    }
}

/// Rules: Q29, lab-10
#[tokio::test]
async fn q29_the_loopback_port_is_the_registered_one_each_time() {
    let person = Person::approving(Switches::default().exact_loopback_port()).await;
    let id = person.add().await;
    for _ in 0..2 {
        person.log_in_by_loopback(&id).await;
    }
    assert_eq!(person.web.requests("/register"), 1);
}

/// Rules: Q30, Q31
#[tokio::test]
async fn q30_q31_where_a_document_cannot_be_had_another_way_is_open() {
    let person = Person::approving(Switches::default().with_client_documents()).await;
    let url = "https://gatelodge.example/client.json".to_owned();
    person
        .broker
        .save_settings(Settings {
            client_metadata_url: Some(url.clone()),
        })
        .await
        .expect("saved");
    let id = person.add().await;
    let started = person
        .broker
        .begin_login(&id, by_loopback())
        .await
        .expect("begins");
    let asked = started.pending().expect("waits").url().to_owned();
    assert!(
        asked.contains("client_id=https%3A%2F%2Fgatelodge.example%2Fclient.json"),
        "{asked}"
    );
    // The issuer shows a page and never answers; the person tries another way.
    let other = LoginOptions {
        registration: Some(RegistrationKind::Dynamic),
        ..LoginOptions::default()
    };
    log_in(&person, &id, other).await.expect("logged in");
    assert_eq!(person.web.requests("/register"), 1);

    // Where the issuer can have it, it is used, and nothing is registered.
    let person = Person::approving(Switches::default().with_client_documents()).await;
    person
        .broker
        .save_settings(Settings {
            client_metadata_url: Some(url.clone()),
        })
        .await
        .expect("saved");
    person.web.publish_client_document(
        &url,
        person.broker.client_metadata(&url).expect("a document"),
    );
    let id = person.add().await;
    person.log_in_by_loopback(&id).await;
    assert_eq!(person.web.requests("/register"), 0);
}

#[tokio::test]
async fn q32_logins_and_restarts_register_nothing_new() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    for _ in 0..3 {
        log_in(&person, &id, by(RedirectPreference::DeepLink))
            .await
            .expect("logged in");
        person.begin(&id).await;
    }
    let other_host = person.again().await;
    let started = other_host
        .begin_login(&id, by(RedirectPreference::DeepLink))
        .await
        .expect("begins");
    browse(started.pending().expect("waits").url()).await;
    let kept = person.broker.clients().await.expect("readable").len();
    assert_eq!(
        person.web.requests("/register"),
        kept,
        "one registration for each redirect that was used"
    );
    assert!(kept <= 2, "{kept}");
}

#[tokio::test]
async fn q33_a_management_url_that_is_no_url_of_the_issuers_is_not_called() {
    for uri in [
        "/register/relative",
        "http://127.0.0.1:1/register/x",
        "https://evil.example/register/x",
        "",
    ] {
        let person = Person::approving(Switches {
            management_uri: Some(uri.into()),
            ..Switches::default()
        })
        .await;
        let grant = person.log_in().await;
        assert!(
            person
                .broker
                .clients()
                .await
                .expect("readable")
                .iter()
                .all(|known| known.management.is_none()),
            "{uri}"
        );
        person.broker.revoke(&grant.id).await.expect("a receipt");
        assert!(
            person
                .web
                .log()
                .iter()
                .all(|request| request.method != "DELETE"),
            "{uri}"
        );
        assert_eq!(token_requests(&person, "authorization_code").len(), 1);
    }
}
