//! Rules Q45 to Q47 and lab-15, lab-17: the shapes of token answers.

use super::{call, token_requests, try_login};
use crate::setup::Person;
use model::Code;
use testbed::switches::{ExpiresIn, ScopeInAnswer, SecretUnasked, Switches, TokenAnswers};

#[tokio::test]
async fn q45_form_encoding_is_read_and_json_is_asked_for() {
    let person = Person::approving(Switches::default().form_encoded_tokens()).await;
    let grant = try_login(&person).await.expect("logged in");
    person.broker.refresh(&grant.id).await.expect("renewed");
    let asked = person.web.requests_to("/token");
    assert!(asked.iter().all(|request| {
        request
            .header("accept")
            .is_some_and(|accept| accept.contains("application/json"))
    }));
}

#[tokio::test]
async fn q45_an_error_with_200_is_an_error() {
    for form_encoded in [false, true] {
        let switches = Switches {
            token_form_encoded: form_encoded,
            token_errors_in_200: true,
            ..Switches::default()
        };
        let person = Person::approving(Switches {
            code_seconds: 0,
            ..switches
        })
        .await;
        let error = try_login(&person).await.expect_err("the code has expired");
        assert_eq!(error.code(), Code::ExchangeFailed, "{error}");
        assert_eq!(token_requests(&person, "authorization_code").len(), 1);
    }
}

/// Rules: Q46
#[tokio::test]
async fn q46_a_lifetime_that_says_nothing_ends_with_the_first_401() {
    for said in [
        ExpiresIn::Zero,
        ExpiresIn::Negative,
        ExpiresIn::Missing,
        ExpiresIn::String,
    ] {
        let person = Person::approving(Switches::default().expires_in(said)).await;
        try_login(&person)
            .await
            .unwrap_or_else(|error| panic!("{said:?}: {error}"));
        assert_eq!(
            call(&person, "whoami")
                .await
                .unwrap_or_else(|error| panic!("{said:?}: {error}"))
                .status,
            200
        );
        assert_eq!(
            token_requests(&person, "refresh_token").len(),
            0,
            "{said:?}: it was used as it is"
        );
        person.web.tokens().expire_access_tokens();
        assert_eq!(
            call(&person, "whoami")
                .await
                .unwrap_or_else(|error| panic!("{said:?}: {error}"))
                .status,
            200
        );
        assert_eq!(
            token_requests(&person, "refresh_token").len(),
            1,
            "{said:?}"
        );
    }
}

/// Rules: Q50, T-03, G-05
#[tokio::test]
async fn q50_the_client_proves_itself_at_a_refresh_as_it_did_at_the_login() {
    for how in [SecretUnasked::Basic, SecretUnasked::Post, SecretUnasked::No] {
        let person = Person::approving(Switches::default().secret_unasked(how)).await;
        let grant = try_login(&person).await.expect("logged in");
        person.broker.refresh(&grant.id).await.expect("renewed");
        let shown: Vec<_> = person
            .web
            .requests_to("/token")
            .iter()
            .map(|request| {
                (
                    request.header("authorization").map(str::to_owned),
                    request.param("client_secret"),
                )
            })
            .collect();
        assert_eq!(shown.len(), 2, "{how:?}");
        assert_eq!(shown[0], shown[1], "{how:?}");
        assert!(shown[0].0.is_none() || shown[0].1.is_none(), "never both");
    }
}

/// lab-17
#[tokio::test]
async fn lab_17_lower_case_and_missing_scope() {
    for (token_type, scope) in [
        ("bearer", ScopeInAnswer::Missing),
        ("BEARER", ScopeInAnswer::Narrower),
    ] {
        let switches = Switches {
            token_type: token_type.into(),
            scope_in_answer: scope,
            ..Switches::default()
        };
        let person = Person::approving(switches).await;
        let grant = try_login(&person).await.expect("logged in");
        let held = &grant.tokens().expect("active").scopes;
        assert_eq!(
            held.contains("offline_access"),
            scope == ScopeInAnswer::Missing,
            "what came back counts: {held}"
        );
        assert!(grant.scopes_requested.contains("offline_access"));
    }
    let person = Person::approving(Switches::default().token_type("mac")).await;
    assert_eq!(
        try_login(&person).await.expect_err("unknown").code(),
        Code::ExchangeFailed
    );
}

/// lab-15
#[tokio::test]
async fn lab_15_a_refusal_without_words_is_a_refusal_still() {
    for answer in [
        TokenAnswers::ErrorWithoutDescription("invalid_code".into()),
        TokenAnswers::Empty400,
        TokenAnswers::Empty403,
    ] {
        let person = Person::approving(Switches::default().answering_token(answer.clone())).await;
        let error = try_login(&person).await.expect_err("refused");
        assert!(
            error.to_string().ends_with('.') && error.hint().to_string().ends_with('.'),
            "{answer:?}: {error}"
        );
        assert_eq!(
            token_requests(&person, "authorization_code").len(),
            1,
            "{answer:?}: a code is shown once"
        );
    }
}
