//! Which client id a login goes by, where an authorization server takes them all.

use crate::quirks::log_in;
use crate::setup::{Person, browse, by_loopback};
use broker::{ClientEntry, LoginOptions};
use model::{Code, RedirectPreference, Settings};
use oauth::authorization::Callback;
use oauth::secret::Secret;
use testbed::StaticClient;
use testbed::switches::{IssInResponse, SecretUnasked, Switches};

const DOCUMENT: &str = "https://gatelodge.example/client.json";

/// Somebody with a document, at a server that takes it and registers.
async fn somebody(switches: Switches) -> (Person, String) {
    let person = Person::approving(switches).await;
    person
        .broker
        .save_settings(Settings {
            client_metadata_url: Some(DOCUMENT.to_owned()),
        })
        .await
        .expect("saved");
    person.web.publish_client_document(
        DOCUMENT,
        person.broker.client_metadata(DOCUMENT).expect("a document"),
    );
    let id = person.add().await;
    (person, id)
}

/// The client id of the next login.
async fn used(person: &Person, id: &str) -> String {
    person.web.clear_log();
    let started = person
        .broker
        .begin_login(id, by_loopback())
        .await
        .expect("begins");
    browse(started.pending().expect("it waits").url()).await;
    person.web.requests_to("/authorize")[0]
        .param("client_id")
        .expect("a client id before the browser opens")
}

#[tokio::test]
async fn r02_r01_r03_r04_r05_r12_the_order_of_the_specification() {
    let (person, id) = somebody(Switches::default().with_client_documents()).await;
    assert_eq!(
        used(&person, &id).await,
        DOCUMENT,
        "the document before a registration"
    );
    assert_eq!(person.web.requests("/register"), 0);

    let uris: Vec<String> = person
        .broker
        .redirect_uris()
        .iter()
        .map(|redirect| redirect.uri())
        .collect();
    let (given, _) = person.web.preregister(
        "Gatelodge",
        &uris.iter().map(String::as_str).collect::<Vec<_>>(),
        false,
    );
    let redirects = vec![RedirectPreference::DeepLink, RedirectPreference::Loopback];
    let entry = ClientEntry {
        client_id: given.clone(),
        redirects,
        ..ClientEntry::default()
    };
    person.broker.set_client(&id, entry).await.expect("entered");
    assert_eq!(
        used(&person, &id).await,
        given,
        "what a person entered before all else"
    );
    assert_eq!(person.web.requests("/register"), 0);

    // An issuer that does not say that it takes documents is shown none.
    let (person, id) = somebody(Switches::default()).await;
    assert_ne!(used(&person, &id).await, DOCUMENT);
    assert_eq!(person.web.requests("/register"), 1);

    let (person, id) = somebody(Switches::default().without_registration()).await;
    let error = person
        .broker
        .begin_login(&id, LoginOptions::default())
        .await
        .expect_err("the person is asked");
    assert_eq!(error.code(), Code::RegistrationNotOffered, "{error}");
    assert_eq!(
        person.web.requests("/authorize"),
        0,
        "nothing without a client id"
    );
}

/// No secret, PKCE, a refresh token: as a program on a person's own machine should be.
#[tokio::test]
async fn k02_r13_t02_a_public_client_with_pkce_and_refresh() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let grant = log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in");
    person.broker.refresh(&grant.id).await.expect("renewed");
    let asked = person.web.requests_to("/register")[0].json();
    assert_eq!(
        (
            &asked["token_endpoint_auth_method"],
            &asked["application_type"]
        ),
        (&"none".into(), &"native".into()),
        "{asked}"
    );
    let requests = person.web.requests_to("/token");
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(
            (
                request.header("authorization"),
                request.param("client_secret")
            ),
            (None, None),
            "{}",
            request.body
        );
    }
    assert!(
        requests[0]
            .param("code_verifier")
            .is_some_and(|verifier| verifier.len() >= 43)
    );
}

/// The code of a login under way is redeemed by the client that it was asked for with.
#[tokio::test]
async fn a_client_id_that_is_replaced_meanwhile_finishes_its_login() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let entry = |client_id: String| ClientEntry {
        client_id,
        redirects: vec![RedirectPreference::DeepLink],
        ..ClientEntry::default()
    };
    let deep_link = person.broker.redirect_uris()[0].uri();
    let [first, second] =
        ["first", "second"].map(|name| person.web.preregister(name, &[&deep_link], false).0);
    let known = person
        .broker
        .set_client(&id, entry(first))
        .await
        .expect("entered");
    let callback = browse(person.begin(&id).await.url()).await;
    person
        .broker
        .set_client(&id, entry(second))
        .await
        .expect("entered");
    person
        .broker
        .forget_client(&known.id, false)
        .await
        .expect_err("a login still needs it");
    let grant = person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("logged in");
    assert_eq!(grant.registration_id, Some(known.id));
}

/// RFC 8414 §2: a secret goes by no way that the issuer's document excludes, and the refusal is the one of that way.
/// Rules: T-03
#[tokio::test]
async fn t03_a_wrong_secret_goes_by_the_listed_way_alone() {
    let switches = Switches {
        token_auth_methods: vec!["client_secret_post".into()],
        ..Switches::default()
    };
    let person = Person::approving(switches.without_registration()).await;
    let redirect = "app.gatelodge.desktop:/oauth/callback";
    person.web.add_client(
        StaticClient::new("given")
            .secret("right secret")
            .redirect_uri(redirect),
    );
    let id = person.add().await;
    let entry = ClientEntry {
        client_id: "given".to_owned(),
        client_secret: Some(Secret::new("wrong secret")),
        redirects: vec![RedirectPreference::DeepLink],
        ..ClientEntry::default()
    };
    person.broker.set_client(&id, entry).await.expect("entered");
    let error = log_in(&person, &id, LoginOptions::default())
        .await
        .expect_err("refused");
    assert_eq!(
        (error.code(), person.web.requests("/token")),
        (Code::ClientRefused, 1),
        "{error}"
    );
    assert!(
        error.hint().to_string().contains("--auth basic"),
        "the other way is the person's choice: {}",
        error.hint()
    );
}

/// The way that an endpoint took is known to the next process: no refresh token is sent twice to get in once. Rules: Q50
#[tokio::test]
async fn q50_the_way_that_worked_is_known_to_the_next_process() {
    let switches = Switches::default()
        .secret_unasked(SecretUnasked::Basic)
        .dropping_authorization_header();
    let person = Person::approving(switches).await;
    let grant = person.log_in().await;
    person.expire();
    let before = person.web.requests("/token");
    assert!(before > 1, "the first way was refused");
    person
        .again()
        .await
        .refresh(&grant.id)
        .await
        .expect("renewed");
    assert_eq!(person.web.requests("/token"), before + 1);
}

/// All issuers have the document's redirects in common: it is not used by itself where an answer does not say whose it is.
/// Rules: B-14
#[tokio::test]
async fn b14_a_document_is_for_those_who_say_who_they_are() {
    let switches = Switches::default().with_client_documents();
    let (person, id) = somebody(switches.clone()).await;
    assert_eq!(used(&person, &id).await, DOCUMENT);
    let (person, id) = somebody(switches.iss(IssInResponse::NotAdvertised)).await;
    assert_ne!(used(&person, &id).await, DOCUMENT);
}
