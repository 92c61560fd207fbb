//! Rules Q01 to Q55 and lab-01 to lab-20: a testbed switch that makes a server do what was seen in the field,
//! and what the person gets. Rows are named `q13_…` and `lab_05_…`.

mod authorization;
mod challenge;
mod issuer;
mod lab;
mod log;
mod refresh;
mod registration;
mod token;

use crate::setup::{Person, browse};
use broker::{Call, Error, LoginOptions, ResourceView};
use model::{Grant, RedirectPreference};
use oauth::authorization::Callback;
use oauth::concession::{Concession, Concessions};
use oauth::http::{Method, Response, header_map};
use testbed::LoggedRequest;
use testbed::switches::Switches;

pub(crate) async fn add(
    person: &Person,
    concessions: &[Concession],
) -> Result<ResourceView, Error> {
    let concessions = Concessions(concessions.iter().copied().collect());
    person
        .broker
        .add(&person.web.resource(), None, concessions, &|_| {})
        .await
}

/// Someone whose server is refused; nothing but documents was asked for.
pub(crate) async fn refused(switches: Switches) -> (Person, Error) {
    let person = Person::approving(switches).await;
    let error = add(&person, &[]).await.expect_err("refused");
    assert_nothing_sent(&person);
    (person, error)
}

/// No client id, no code, no token went anywhere.
pub(crate) fn assert_nothing_sent(person: &Person) {
    for path in ["/register", "/authorize", "/token"] {
        assert_eq!(person.web.requests(path), 0, "{path}");
    }
}

/// The whole login, to its end or to what stops it.
pub(crate) async fn log_in(
    person: &Person,
    id: &str,
    options: LoginOptions,
) -> Result<Grant, Error> {
    let started = person.broker.begin_login(id, options).await?;
    let pending = started.pending().expect("it waits for the browser").clone();
    let callback = browse(pending.url()).await;
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
}

pub(crate) async fn try_login(person: &Person) -> Result<Grant, Error> {
    let id = add(person, &[]).await?.record.id;
    log_in(person, &id, LoginOptions::default()).await
}

pub(crate) fn by(redirect: RedirectPreference) -> LoginOptions {
    LoginOptions {
        redirect: Some(redirect),
        ..LoginOptions::default()
    }
}

/// A tool call through the broker.
pub(crate) async fn call(person: &Person, tool: &str) -> Result<Response, Error> {
    let body = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool, "arguments": {} } });
    let headers = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    person
        .broker
        .call(
            &person.web.resource(),
            None,
            &Call {
                method: Method::POST,
                headers: header_map(&headers),
                body: body.to_string().into(),
            },
        )
        .await
}

/// What was asked of the token endpoint with this grant type.
pub(crate) fn token_requests(person: &Person, grant_type: &str) -> Vec<LoggedRequest> {
    let asked = person.web.requests_to("/token").into_iter();
    asked
        .filter(|request| request.param("grant_type").as_deref() == Some(grant_type))
        .collect()
}

/// How many times somebody may have been sent a token.
pub(crate) fn with_token(person: &Person) -> usize {
    person
        .web
        .requests_to("/mcp")
        .iter()
        .filter(|request| request.header("authorization").is_some())
        .count()
}
