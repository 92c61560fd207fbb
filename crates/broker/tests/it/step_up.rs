//! A server that wants more rights for one operation (docs/protocol.md#errors, docs/protocol.md#scopes).

use crate::setup::{Person, browse};
use broker::LoginOptions;
use model::Code;
use oauth::authorization::Callback;
use oauth::scope::Scopes;
use testbed::switches::{StepUp, Switches};

/// Logs in once more for what an operation lacked; gives the scopes that the request asked for.
async fn step_up(person: &Person, resource: &str, missing: &Scopes) -> String {
    let options = LoginOptions {
        scopes: Some(missing.clone()),
        ..LoginOptions::default()
    };
    let started = person
        .broker
        .begin_login(resource, options)
        .await
        .expect("a login begins");
    let callback = browse(started.pending().expect("it waits for the browser").url()).await;
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("the login completes");
    person
        .web
        .requests_to("/authorize")
        .last()
        .and_then(|request| request.param("scope"))
        .expect("scopes")
}

/// Rules: B-12
#[tokio::test]
async fn s08_s10_s07_s09_b12_a_step_up_asks_for_what_was_held_and_what_is_missing() {
    let person = Person::approving(Switches::default()).await;
    let resource = person.log_in().await.resource;
    let error = person
        .tool(resource.as_str(), "add_note")
        .await
        .expect_err("notes:write is missing");
    assert_eq!(
        (error.code(), error.scopes()),
        (Code::StepUpRequired, Some(&Scopes::parse("notes:write")))
    );
    assert_eq!(
        person.web.requests("/authorize"),
        1,
        "no browser opens by itself"
    );
    let view = person
        .broker
        .resource(resource.as_str())
        .await
        .expect("the server");
    assert_eq!(
        view.record.missing_scopes,
        Scopes::parse("notes:write"),
        "the window can say so"
    );

    let asked = step_up(&person, resource.as_str(), error.scopes().expect("scopes")).await;
    assert!(
        Scopes::parse(&asked).includes(&Scopes::parse("notes:read notes:write")),
        "{asked}"
    );
    assert_eq!(
        person
            .tool(resource.as_str(), "add_note")
            .await
            .expect("enough now")
            .status,
        200
    );
    assert_eq!(
        person
            .tool(resource.as_str(), "whoami")
            .await
            .expect("still there")
            .status,
        200
    );
    let view = person
        .broker
        .resource(resource.as_str())
        .await
        .expect("the server");
    assert!(view.record.missing_scopes.is_empty());
    assert_eq!(view.grants.len(), 1, "the same login with more rights");
    person.expire();
    assert_eq!(
        person
            .tool(resource.as_str(), "add_note")
            .await
            .expect("after a refresh too")
            .status,
        200
    );
}

/// Another account's login is not widened by it, and a later ordinary login does not narrow it again.
#[tokio::test]
async fn s07_what_was_granted_is_asked_for_in_each_later_login() {
    let person = Person::approving(Switches::default()).await;
    let resource = person.log_in().await.resource;
    step_up(&person, resource.as_str(), &Scopes::parse("notes:write")).await;
    let pending = person.begin(resource.as_str()).await;
    assert!(
        pending
            .scopes()
            .includes(&Scopes::parse("notes:read notes:write")),
        "{}",
        pending.scopes()
    );
}

#[tokio::test]
async fn s12_s13_b12_a_403_for_ever_ends_after_the_first_and_opens_no_browser() {
    let person = Person::approving(Switches::default().step_up(StepUp::NeverEnough)).await;
    let resource = person.log_in().await.resource;
    for _ in 0..2 {
        let error = person
            .tool(resource.as_str(), "whoami")
            .await
            .expect_err("it has that scope");
        assert_eq!(error.code(), Code::Forbidden, "{error}");
        assert_eq!(error.scopes(), None, "nothing is left to ask for");
    }
    assert_eq!(
        (
            person.web.answered("/mcp", 403),
            person.web.requests("/authorize")
        ),
        (2, 1)
    );
    assert_eq!(
        person.web.requests("/token"),
        1,
        "a new token would not help"
    );
}

/// Rules: S-11
#[tokio::test]
async fn e02_a_403_that_names_no_scope_is_told_and_not_tried_again() {
    let person = Person::approving(Switches::default().step_up(StepUp::NamesNothing)).await;
    let resource = person.log_in().await.resource;
    let error = person
        .tool(resource.as_str(), "add_note")
        .await
        .expect_err("it does not say which");
    assert_eq!(error.code(), Code::Forbidden);
    assert!(
        error.hint().to_string().contains("`gatelodge scopes "),
        "{}",
        error.hint().to_string()
    );
    assert_eq!(
        (
            person.web.answered("/mcp", 403),
            person.web.requests("/authorize")
        ),
        (1, 1)
    );

    person
        .broker
        .set_scopes(
            resource.as_str(),
            Some(Scopes::parse("notes:read notes:write")),
        )
        .await
        .expect("a choice");
    step_up(&person, resource.as_str(), &Scopes::default()).await;
    assert_eq!(
        person
            .tool(resource.as_str(), "add_note")
            .await
            .expect("enough now")
            .status,
        200
    );
}

#[tokio::test]
async fn e01_a_403_without_a_challenge_is_the_servers_answer() {
    let person = Person::approving(Switches::default().step_up(StepUp::WithoutChallenge)).await;
    let resource = person.log_in().await.resource;
    let response = person
        .tool(resource.as_str(), "add_note")
        .await
        .expect("passed on");
    assert_eq!(response.status, 403);
    assert_eq!(
        (
            person.web.answered("/mcp", 403),
            person.web.requests("/authorize")
        ),
        (1, 1)
    );
}

/// A server that finds something new each time: the person is asked once each time, and it ends.
#[tokio::test]
async fn s12_a_server_that_wants_ever_more_ends_when_all_is_granted() {
    let person = Person::approving(Switches::default().step_up(StepUp::AnotherEachTime)).await;
    let resource = person.log_in().await.resource;
    let mut logins = 1;
    let last = loop {
        let error = person
            .tool(resource.as_str(), "whoami")
            .await
            .expect_err("never content");
        match error.scopes() {
            Some(missing) if logins < 10 => step_up(&person, resource.as_str(), missing).await,
            _ => break error,
        };
        logins += 1;
    };
    assert_eq!(last.code(), Code::Forbidden, "{last}");
    let view = person
        .broker
        .resource(resource.as_str())
        .await
        .expect("the server");
    let names: Vec<_> = view
        .grants
        .iter()
        .map(|grant| grant.account.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["ada@example.com"],
        "one login, that has a name since openid was asked for"
    );
    assert_eq!(person.web.requests("/authorize"), logins);
    assert_eq!(
        person.web.answered("/mcp", 403),
        logins,
        "one request with a token for each login, and no more"
    );
}

/// Rules: U-03, U-04
#[tokio::test]
async fn no_token_is_ever_in_an_address() {
    let person = Person::approving(Switches::default()).await;
    let resource = person.log_in().await.resource;
    step_up(&person, resource.as_str(), &Scopes::parse("notes:write")).await;
    person.expire();
    person
        .tool(resource.as_str(), "add_note")
        .await
        .expect("enough now");
    let log = person.web.log();
    assert!(log.iter().any(|request| {
        request
            .header("authorization")
            .is_some_and(|shown| shown.starts_with("Bearer access_"))
    }));
    for request in &log {
        let address = format!("{}?{}", request.path, request.query);
        assert!(
            !address.contains("access_") && !address.contains("refresh_"),
            "{address}"
        );
        let to_the_issuer =
            request.role == testbed::Role::AuthorizationServer && request.path != "/userinfo";
        assert!(
            !to_the_issuer
                || request
                    .header("authorization")
                    .is_none_or(|shown| !shown.contains("access_")),
            "{address}"
        );
    }
}
