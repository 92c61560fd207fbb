//! Where tokens go, and where they never do.

use crate::quirks::{call, try_login};
use crate::setup::{Person, browse};
use broker::Call;
use model::Code;
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use oauth::http::{Method, header_map};
use oauth::secret::Secret;
use std::fmt::Write as _;
use testbed::switches::{Answer, McpAnswers, Switches};
use testbed::{LoggedRequest, Testbed};

/// Everything that came, as one text: lines, headers and bodies.
pub(crate) fn seen(web: &Testbed) -> String {
    let mut text = String::new();
    for LoggedRequest {
        method,
        path,
        query,
        headers,
        body,
        ..
    } in web.log()
    {
        let _ = writeln!(text, "{method} {path}?{query}\n{headers:?}\n{body}");
    }
    text
}

/// Every code, verifier and token of the log's token requests, and the tokens that the vault holds now.
async fn secrets(person: &Person) -> Vec<String> {
    let names = ["code", "code_verifier", "refresh_token", "token"];
    let requests = person
        .web
        .log()
        .into_iter()
        .filter(|request| request.method == "POST");
    let mut all: Vec<String> = requests
        .flat_map(|request| names.map(|name| request.param(name)))
        .flatten()
        .collect();
    for view in person.broker.resources().await.expect("a list") {
        for tokens in view.grants.iter().filter_map(|grant| grant.tokens()) {
            all.push(tokens.access_token.expose().to_owned());
            all.extend(
                tokens
                    .refresh_token
                    .iter()
                    .map(|token| token.expose().to_owned()),
            );
        }
    }
    all
}

/// Login, calls, a refresh and a revocation: of all their URLs, none holds a token; refresh tokens go to the token endpoint and
/// the revocation endpoint alone, in a body.
#[tokio::test]
async fn u01_u02_u03_u05_t04_tokens_are_in_headers_and_bodies_only() {
    let person = Person::approving(Switches::default()).await;
    let grant = try_login(&person).await.expect("logged in");
    assert_eq!(
        call(&person, "whoami").await.expect("an answer").status,
        200
    );
    person.broker.refresh(&grant.id).await.expect("renewed");
    assert_eq!(
        call(&person, "list_notes").await.expect("an answer").status,
        200
    );
    let secrets = secrets(&person).await;
    assert!(secrets.len() >= 5, "{}", secrets.len());
    person.broker.revoke(&grant.id).await.expect("a receipt");

    let (log, mut with_token) = (person.web.log(), 0);
    for request in &log {
        let url = format!("{}?{}", request.path, request.query);
        assert!(
            !secrets.iter().any(|secret| url.contains(secret.as_str())),
            "{url}"
        );
        if let Some(sent) = request
            .header("authorization")
            .filter(|_| request.path == "/mcp")
        {
            assert!(sent.starts_with("Bearer "), "{sent}");
            with_token += 1;
        }
        if let Some(refresh) = request.param("refresh_token") {
            assert_eq!(
                (request.method.as_str(), request.path.as_str()),
                ("POST", "/token"),
                "{refresh}"
            );
        }
    }
    assert!(with_token >= 2, "each call carries it");
}

/// What goes with a token to one server is shown to no other.
#[tokio::test]
async fn u04_tokens_of_two_servers_never_cross() {
    let person = Person::approving(Switches::default()).await;
    let other = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("free ports");
    let here = try_login(&person).await.expect("logged in");
    let view = person
        .broker
        .add(&other.resource(), None, Concessions::default(), &|_| {})
        .await
        .expect("a second server");
    let callback = browse(person.begin(&view.record.id).await.url()).await;
    let there = person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("logged in there too");
    for id in [&here.id, &there.id] {
        person.broker.refresh(id).await.expect("renewed");
    }
    call(&person, "whoami").await.expect("an answer");
    person
        .broker
        .call(&other.resource(), None, &ping(&[]))
        .await
        .expect("an answer");
    for (grant, foreign) in [(&here, seen(&other)), (&there, seen(&person.web))] {
        let first = grant.tokens().expect("active");
        let view = person
            .broker
            .resource(grant.resource.as_str())
            .await
            .expect("kept");
        let now = view.grants[0].tokens().expect("active");
        for tokens in [first, now] {
            assert!(
                !foreign.contains(tokens.access_token.expose()),
                "an access token of {}",
                grant.resource
            );
            assert!(
                !foreign.contains(tokens.refresh_token.as_ref().expect("one").expose()),
                "a refresh token of {}",
                grant.resource
            );
        }
    }
}

/// 1. The resource answers a request with a redirect to somebody else. 2. It is passed on as it is. 3. Nobody follows it.
#[tokio::test]
async fn u04_a_redirect_does_not_take_the_token_along() {
    let person = Person::approving(Switches::default()).await;
    let other = Testbed::start(Switches::default())
        .await
        .expect("free ports");
    try_login(&person).await.expect("logged in");
    let away = Answer::Redirect(format!("{}?from=here", other.resource()));
    person
        .web
        .switches()
        .set(|switches| switches.mcp_answers = McpAnswers::Instead(away));
    let response = call(&person, "whoami").await.expect("an answer");
    assert_eq!(response.status, 302);
    assert!(other.log().is_empty(), "{}", seen(&other));
}

fn ping(headers: &[(&str, &str)]) -> Call {
    let usual = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    let headers: Vec<_> = headers.iter().chain(&usual).copied().collect();
    Call {
        method: Method::POST,
        headers: header_map(&headers),
        body: br#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"#.to_vec(),
    }
}

/// Whatever the caller calls itself by stays here: the resource sees its own token and no other.
#[tokio::test]
async fn k04_what_an_agent_authenticates_with_goes_nowhere() {
    let person = Person::approving(Switches::default()).await;
    let grant = try_login(&person).await.expect("logged in");
    let own = [
        ("Authorization", "Bearer CANARY"),
        ("authorization", "Basic CANARY"),
        ("DPoP", "CANARY"),
    ];
    assert_eq!(
        person
            .broker
            .call(grant.resource.as_str(), None, &ping(&own))
            .await
            .expect("an answer")
            .status,
        200
    );
    assert!(!seen(&person.web).contains("CANARY"));
    let request = person.web.requests_to("/mcp").pop().expect("the call");
    let sent: Vec<_> = request
        .headers
        .iter()
        .filter(|(name, _)| name == "authorization")
        .collect();
    let token = grant.tokens().expect("active").access_token.expose();
    assert!(
        matches!(sent[..], [(_, value)] if *value == format!("Bearer {token}")),
        "{sent:?}"
    );
}

/// To know that a login waits, or its state, is no right to anything.
#[tokio::test]
async fn b15_a_state_opens_nothing() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let pending = person.begin(&id).await;
    let request = pending.request().expect("by a browser");
    for known in [request.state.expose().to_owned(), pending.id.clone()] {
        assert!(
            person
                .broker
                .authenticate(&known, &Secret::new(&*known))
                .await
                .is_err(),
            "no agent goes by it"
        );
        assert_eq!(
            person
                .broker
                .call(&known, None, &ping(&[]))
                .await
                .expect_err("no server goes by it")
                .code(),
            Code::NotFound
        );
    }
    assert_eq!(
        person
            .broker
            .call(&id, None, &ping(&[]))
            .await
            .expect_err("nobody is logged in")
            .code(),
        Code::LoginRequired
    );
    assert_eq!(person.web.requests("/token"), 0);
}
