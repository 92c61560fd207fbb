//! A client id for each issuer: what is tried where a registration is refused, what is told where nothing is left, and what
//! becomes of registrations that are of no use any more.

use crate::quirks::{by, log_in};
use crate::setup::{Person, browse, by_loopback};
use broker::{ClientEntry, Error, LoginOptions, LoginStart};
use model::{Code, LoginAttempt, LoginMethod, RedirectPreference, Remedy};
use oauth::authorization::Callback;
use oauth::concession::Concession;
use oauth::redirect::Redirect;
use oauth::registration::RegistrationKind;
use testbed::switches::{IssInResponse, Switches};

const DEEP_LINK: &str = "app.gatelodge.desktop:";
const BY_ADDRESS: &str = "http://127.0.0.1";
const POLICY: &str = r#"{"error":"insufficient_scope","error_description":"Policy 'Trusted Hosts' rejected the request"}"#;

async fn begins(person: &Person, options: LoginOptions) -> Result<LoginStart, Error> {
    let id = person.add().await;
    person.broker.begin_login(&id, options).await
}

fn redirects(person: &Person) -> Vec<String> {
    let sent = person.web.requests_to("/register");
    sent.iter()
        .map(|request| {
            request.json()["redirect_uris"][0]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

fn redirect(attempt: &LoginAttempt) -> Redirect {
    attempt.redirect().expect("by a browser")
}

/// A policy of trusted hosts says 403, and a scheme without a host ends in a fault: the next redirect is tried, and what
/// works is remembered. Rules: R-16, R-18.
#[tokio::test]
async fn r18_a_redirect_that_is_refused_with_any_status_is_not_the_end() {
    for status in [400, 401, 403, 405, 422, 500] {
        let one = Switches::default().refusing_registration(DEEP_LINK, status, POLICY);
        let two = one.clone().refusing_registration(BY_ADDRESS, 403, POLICY);
        for (switches, way) in [(one, BY_ADDRESS), (two, "http://localhost")] {
            let person = Person::approving(switches).await;
            let id = person.add().await;
            let pending = person.begin(&id).await;
            assert!(
                redirect(&pending).uri().starts_with(way),
                "{status}: {}",
                redirect(&pending).uri()
            );
            let callback = browse(pending.url()).await;
            person
                .broker
                .complete_login(Callback::parse(&callback))
                .await
                .expect("logged in");
            let before = person.web.requests("/register");
            assert!(redirect(&person.begin(&id).await).uri().starts_with(way));
            assert_eq!(
                person.web.requests("/register"),
                before,
                "{status}: remembered"
            );
        }
    }
}

/// Three at most; the last words and the first; no "other redirect" where none is left.
#[tokio::test]
async fn r17_where_all_redirects_are_refused_the_person_is_told_what_was_tried() {
    let switches = Switches::default()
        .refusing_registration(
            DEEP_LINK,
            403,
            r#"{"error_description":"URL is malformed"}"#,
        )
        .refusing_registration("", 403, r#"{"error_description":"not a trusted host"}"#);
    let person = Person::approving(switches).await;
    let error = begins(&person, LoginOptions::default())
        .await
        .expect_err("refused");
    assert_eq!(
        (error.code(), person.web.requests("/register")),
        (Code::RegistrationRefused, 3),
        "{error}"
    );
    for said in [
        "each of the 3 redirect URIs",
        "URL is malformed",
        "not a trusted host",
        "403",
    ] {
        assert!(error.to_string().contains(said), "{said}: {error}");
    }
    assert!(
        error.hint().to_string().contains("`gatelodge client show ")
            && error.hint().to_string().contains("`gatelodge client set "),
        "{}",
        error.hint().to_string()
    );
    assert_eq!(
        error.concession(),
        None,
        "nothing says that the path is in the way"
    );

    // Where the person chose one way, the others are named, and no more than were not tried.
    let error = begins(&person, by_loopback()).await.expect_err("refused");
    assert!(
        error.hint().to_string().contains("--redirect localhost`"),
        "{}",
        error.hint().to_string()
    );
    assert_eq!(
        error.remedies(),
        [
            Remedy::redirect(RedirectPreference::Localhost),
            Remedy::EnterClient
        ]
    );
    assert_eq!(person.web.requests("/register"), 4);
}

/// What an issuer refuses in words of its own is said in three ways with the first redirect, and once with each other.
#[tokio::test]
async fn r18_what_was_refused_with_one_redirect_is_not_said_in_every_way_with_the_next() {
    let person = Person::approving(Switches::default().refusing_registration(
        "",
        400,
        r#"{"error":"invalid_client_metadata"}"#,
    ))
    .await;
    begins(&person, LoginOptions::default())
        .await
        .expect_err("refused");
    assert_eq!(person.web.requests("/register"), 5);
}

/// The words of each refusal reach the person, whatever shape they have.
#[tokio::test]
async fn r17_what_the_issuer_says_is_told() {
    let form = "x".repeat(230) + " https://forms.example/ask";
    for body in [
        format!(r#"{{"error":"invalid_request","error_description":"{form}"}}"#),
        format!(r#"{{"errorCode":"E0000005","errorSummary":"{form}"}}"#),
        form.clone(),
    ] {
        let person =
            Person::approving(Switches::default().refusing_registration("", 403, &body)).await;
        let error = begins(&person, LoginOptions::default())
            .await
            .expect_err("refused");
        assert!(
            error.to_string().contains("https://forms.example/ask"),
            "{error}"
        );
        assert!(
            error
                .said()
                .is_some_and(|said| said.whole().contains(&form)),
            "{error}"
        );
    }
}

/// An answer that speaks of time, of a token that somebody has to give, or of nothing at all: one request, and its own
/// sentence.
#[tokio::test]
async fn what_another_redirect_cannot_change_ends_at_once() {
    let all = |status, body| Switches::default().refusing_registration("", status, body);
    for (switches, code, sentence, hint) in [
        (
            all(429, "{}").with_header("retry-after", "60"),
            Code::TemporarilyUnavailable,
            "wait 60 seconds",
            "in 60 s",
        ),
        (
            all(503, "{}"),
            Code::TemporarilyUnavailable,
            "right now",
            "later",
        ),
        (
            all(401, "{}").with_header("www-authenticate", "Bearer realm=\"initial access token\""),
            Code::RegistrationRefused,
            "a token from its owner",
            "client show",
        ),
        (
            all(404, "not here"),
            Code::RegistrationRefused,
            "Nothing answers at http://",
            "client set",
        ),
    ] {
        let person = Person::approving(switches).await;
        let error = begins(&person, LoginOptions::default())
            .await
            .expect_err("refused");
        assert_eq!(
            (error.code(), person.web.requests("/register")),
            (code, 1),
            "{error}"
        );
        assert!(
            error.to_string().contains(sentence) && error.hint().to_string().contains(hint),
            "{error} {}",
            error.hint()
        );
        assert_eq!(
            error.retry_after(),
            (sentence == "wait 60 seconds").then_some(60)
        );
    }
}

/// An issuer that registers the plain `/callback` and nothing behind it. Rules: B-14.
#[tokio::test]
async fn b14_the_plain_callback_is_for_those_who_say_who_they_are_or_whom_the_person_allows() {
    let says = Person::approving(Switches::default().registering_plain_callbacks_only()).await;
    let id = says.add().await;
    log_in(&says, &id, LoginOptions::default())
        .await
        .expect("its answers say whose they are");

    let silent = Switches::default()
        .registering_plain_callbacks_only()
        .iss(IssInResponse::NotAdvertised);
    let person = Person::approving(silent).await;
    let id = person.add().await;
    let error = person
        .broker
        .begin_login(&id, LoginOptions::default())
        .await
        .expect_err("refused");
    assert_eq!(
        (error.code(), error.concession()),
        (Code::RedirectRefused, Some(Concession::SharedCallback)),
        "{error}"
    );
    assert!(
        error.to_string().contains("none of the 3 redirect URIs"),
        "{error}"
    );
    assert_eq!(redirects(&person).len(), 3);
    person
        .broker
        .concede(&id, Concession::SharedCallback.into(), &|_| {})
        .await
        .expect("allowed");
    let pending = person.begin(&id).await;
    assert_eq!(redirect(&pending).tag, None);
    let callback = browse(pending.url()).await;
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("logged in");

    person
        .broker
        .withdraw(&id, Concession::SharedCallback)
        .await
        .expect("withdrawn");
    let error = person
        .broker
        .begin_login(&id, LoginOptions::default())
        .await
        .expect_err("strict again");
    assert_eq!(error.concession(), Some(Concession::SharedCallback));
}

/// The defence that is left: an answer at the shared place is used only where the person allowed that for its login.
#[tokio::test]
async fn b14_one_who_may_share_the_callback_gets_no_answer_of_those_who_may_not() {
    let person = Person::approving(Switches::default().iss(IssInResponse::NotAdvertised)).await;
    let id = person.add().await;
    let pending = person.begin(&id).await;
    let callback = browse(pending.url()).await;
    let (_, query) = callback.split_once('?').expect("a query");
    let shared = format!("http://127.0.0.1:4283/callback?{query}");
    assert_eq!(
        person
            .broker
            .complete_login(Callback::parse(&shared))
            .await
            .expect_err("not used")
            .code(),
        Code::IssMismatch
    );
    assert_eq!(person.web.requests("/token"), 0);
}

/// Rules: R-18, Q27
#[tokio::test]
async fn r18_a_registration_that_wants_a_scope_gets_those_of_the_issuer() {
    let switches = Switches {
        registration_needs_scope: true,
        challenge_scope: None,
        resource_scopes: None,
        ..Switches::default()
    };
    let person = Person::approving(switches).await;
    let id = person.add().await;
    log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in");
    let sent = person.web.requests_to("/register");
    assert_eq!(sent.len(), 2);
    assert!(
        sent[0].json()["scope"].is_null()
            && sent[1].json()["scope"]
                .as_str()
                .is_some_and(|scope| scope.contains("notes:read"))
    );
}

#[tokio::test]
async fn where_nothing_can_be_registered_each_reason_is_its_own() {
    let person = Person::approving(Switches::default().without_registration()).await;
    for (by, sentence) in [
        (None, "doesn't let apps register themselves"),
        (
            Some(RegistrationKind::Dynamic),
            "doesn't let apps register themselves",
        ),
        (Some(RegistrationKind::PreRegistered), "there is none for"),
        (
            Some(RegistrationKind::MetadataDocument),
            "doesn't accept a client ID document",
        ),
    ] {
        let error = begins(
            &person,
            LoginOptions {
                registration: by,
                ..LoginOptions::default()
            },
        )
        .await
        .expect_err("no client id");
        assert_eq!(error.code(), Code::RegistrationNotOffered);
        assert!(
            error.to_string().contains(sentence)
                && error.hint().to_string().contains("`gatelodge client "),
            "{error} {}",
            error.hint()
        );
    }
    let takes = Person::approving(Switches::default().with_client_documents()).await;
    let error = begins(
        &takes,
        LoginOptions {
            registration: Some(RegistrationKind::MetadataDocument),
            ..LoginOptions::default()
        },
    );
    let error = error.await.expect_err("no document");
    assert!(
        error
            .hint()
            .to_string()
            .contains("gatelodge client-metadata"),
        "{error}"
    );
}

/// An issuer for programs registers this one for that and nothing else; one that has logins of people does not.
#[tokio::test]
async fn programs_are_registered_where_only_programs_have_access() {
    let person = Person::with(Switches::default().for_programs_only()).await;
    let id = person.add().await;
    let grant = person.done(&id).await.expect("its own access");
    assert_eq!(
        person
            .tool(grant.resource.as_str(), "whoami")
            .await
            .expect("a token")
            .status,
        200
    );
    let sent = person.web.requests_to("/register");
    assert_eq!(
        sent[0].json()["grant_types"],
        serde_json::json!(["client_credentials"])
    );
    person.done(&id).await.expect("again");
    assert_eq!(person.web.requests("/register"), 1, "registered once");

    let person = Person::approving(Switches::default().with_client_credentials()).await;
    let id = person.add_with(LoginMethod::ClientCredentials).await;
    let error = person
        .done(&id)
        .await
        .expect_err("its owner has given no client id");
    assert_eq!(error.text().id(), "issuer-people-only", "{error}");
    assert!(
        error.hint().to_string().contains("--secret-file"),
        "{}",
        error.hint().to_string()
    );
}

/// 1. Logged in without a refresh token. 2. The issuer forgets its clients. 3. The next login registers once, by itself, and the
///    one after it does not.
#[tokio::test]
async fn q28_an_issuer_that_forgot_its_clients_is_registered_at_once_anew() {
    for managed in [true, false] {
        let switches = Switches {
            client_management: managed,
            ..Switches::default().without_refresh_tokens()
        };
        let person = Person::approving(switches).await;
        let id = person.add().await;
        person.log_in_by_loopback(&id).await;
        person.clock.forward(3600);
        log_in(&person, &id, LoginOptions::default())
            .await
            .expect("its client is known");
        assert_eq!(person.web.requests("/register"), 1, "managed: {managed}");

        person.web.tokens().forget_clients();
        person.clock.forward(3600);
        for _ in 0..2 {
            log_in(&person, &id, LoginOptions::default())
                .await
                .expect("logged in");
        }
        assert_eq!(person.web.requests("/register"), 2, "managed: {managed}");
    }
}

#[tokio::test]
async fn the_person_may_ask_for_a_new_registration() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    // By the same way back each time: another one is a registration of its own anyway.
    for _ in 0..2 {
        person.log_in_by_loopback(&id).await;
    }
    assert_eq!(
        person.web.requests("/register"),
        1,
        "the one that is known is used"
    );
    let anew = LoginOptions {
        anew: true,
        registration: Some(RegistrationKind::Dynamic),
        ..by_loopback()
    };
    log_in(&person, &id, anew).await.expect("logged in");
    assert_eq!(person.web.requests("/register"), 2);
}

/// What stands in the way is named, and done all the same where the person says so; an unused one goes at its issuer, too.
#[tokio::test]
async fn a_client_id_in_use_is_forgotten_when_the_person_insists() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let grant = person.log_in_by_loopback(&id).await;
    let pending = match person
        .broker
        .begin_login(&id, by_loopback())
        .await
        .expect("begins")
    {
        LoginStart::Waiting { pending, .. } => pending,
        LoginStart::Done(_) => panic!("it waits"),
    };
    let error = person
        .broker
        .forget_client(grant.registration_id.as_deref().expect("registered"), false)
        .await
        .expect_err("in use");
    let named = format!("{} at ", grant.account.name);
    assert!(
        error.to_string().contains(&named) && error.to_string().contains("a sign-in to"),
        "{error}"
    );
    assert!(
        error.hint().to_string().contains(&format!(
            "`gatelodge client forget {} --yes`",
            grant.registration_id.as_deref().expect("registered")
        )),
        "{}",
        error.hint().to_string()
    );
    person
        .broker
        .forget_client(grant.registration_id.as_deref().expect("registered"), true)
        .await
        .expect("forgotten");
    assert_eq!(
        person
            .broker
            .wait_login(&pending)
            .await
            .expect_err("ended")
            .code(),
        Code::LoginCancelled
    );
    assert!(
        person
            .web
            .log()
            .iter()
            .all(|request| request.method != "DELETE"),
        "its tokens live on"
    );
    assert!(person.broker.clients().await.expect("readable").is_empty());

    let unused = person
        .broker
        .begin_login(&id, by(RedirectPreference::Localhost))
        .await
        .expect("begins");
    let unused = unused.pending().expect("it waits").clone();
    person
        .broker
        .cancel_login(&unused.id)
        .await
        .expect("cancelled");
    person
        .broker
        .forget_client(unused.registration_id().expect("a browser's"), false)
        .await
        .expect("nobody uses it");
    assert_eq!(
        person
            .web
            .log()
            .iter()
            .filter(|request| request.method == "DELETE")
            .count(),
        1
    );
}

/// The way back changes, and one registration is left: the one that is used.
#[tokio::test]
async fn another_way_back_leaves_no_registration_behind() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let first = person.begin(&id).await;
    assert!(first.redirect().is_some_and(Redirect::is_deep_link));
    let view = person.broker.resource(&id).await.expect("kept");
    assert_eq!(
        Some(view.registration.expect("registered").id.as_str()),
        first.registration_id()
    );
    person
        .broker
        .cancel_login(&first.id)
        .await
        .expect("cancelled");
    let view = person.broker.resource(&id).await.expect("kept");
    assert_eq!(
        Some(
            view.registration
                .expect("shown after a login that came to nothing")
                .id
                .as_str()
        ),
        first.registration_id()
    );

    let grant = person.log_in_by_loopback(&id).await;
    let kept = person.broker.clients().await.expect("readable");
    assert_eq!(
        kept.iter().map(|known| &known.id).collect::<Vec<_>>(),
        [grant.registration_id.as_ref().expect("registered")]
    );
    assert_eq!(
        person
            .web
            .log()
            .iter()
            .filter(|request| request.method == "DELETE")
            .count(),
        1,
        "at its issuer, too"
    );

    let entry = ClientEntry {
        client_id: "mine".to_owned(),
        redirects: vec![RedirectPreference::Loopback],
        ..ClientEntry::default()
    };
    person.broker.set_client(&id, entry).await.expect("entered");
    person.broker.revoke(&grant.id).await.expect("a receipt");
    let view = person.broker.resource(&id).await.expect("kept");
    assert_eq!(
        view.registration
            .expect("the next login takes it")
            .client_id,
        "mine"
    );
}
