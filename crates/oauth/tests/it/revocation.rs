//! Revocation: the forms that servers insist on, one after the other.

use crate::tokens::{client, registration};
use crate::web::Web;
use oauth::registration::AuthMethod;
use oauth::revocation::{Revocation, TokenTypeHint, revoke};
use oauth::secret::Secret;
use oauth::token::ClientAuthentication;

const REVOKE: &str = "POST https://as.example/revoke";

async fn run(web: &Web, endpoint: &str, method: AuthMethod) -> Revocation {
    let registration = registration(method);
    revoke(
        web,
        &client(endpoint, &registration),
        TokenTypeHint::RefreshToken,
        &Secret::new("rt"),
    )
    .await
    .expect("an answer")
}

#[tokio::test]
async fn rfc_7009_the_request_names_the_token_and_the_client() {
    let web = Web::default().on(REVOKE, 200, &[], "");
    assert_eq!(
        run(&web, "https://as.example/revoke", AuthMethod::None).await,
        Revocation::Revoked
    );
    let form = &web.forms()[0];
    assert_eq!(
        (
            form["token"].as_str(),
            form["token_type_hint"].as_str(),
            form["client_id"].as_str()
        ),
        ("rt", "refresh_token", "client!+ID/.")
    );
}

/// A way that the endpoint takes is the first one for the next token.
#[tokio::test]
async fn t03_the_way_that_worked_is_used_for_the_next_token() {
    let known = registration(AuthMethod::ClientSecretBasic);
    let client = client("https://as.example/revoke", &known);
    let refused = r#"{"error":"invalid_client"}"#;
    let web = Web::default()
        .json(REVOKE, 401, refused)
        .json(REVOKE, 401, refused)
        .json(REVOKE, 401, refused)
        .on(REVOKE, 200, &[], "");
    let answer = revoke(
        &web,
        &client,
        TokenTypeHint::RefreshToken,
        &Secret::new("rt"),
    )
    .await
    .expect("an answer");
    assert_eq!(
        (answer, client.authentication.learned()),
        (Revocation::Revoked, Some(ClientAuthentication::Post)),
        "{:?}",
        web.forms()
    );
    let web = Web::default().on(REVOKE, 200, &[], "");
    revoke(
        &web,
        &client,
        TokenTypeHint::AccessToken,
        &Secret::new("at"),
    )
    .await
    .expect("an answer");
    assert_eq!(
        (web.asked().len(), web.headers("authorization")),
        (1, vec![None])
    );
}

#[tokio::test]
async fn on_loopback_the_scheme_stays_http() {
    let web = Web::default().on("POST http://127.0.0.1:9/revoke", 200, &[], "");
    assert_eq!(
        run(&web, "http://127.0.0.1:9/revoke", AuthMethod::None).await,
        Revocation::Revoked
    );
}

#[tokio::test]
async fn lab_07_some_want_an_empty_secret_of_a_public_client() {
    let web = Web::default()
        .json(REVOKE, 401, r#"{"error":"invalid_client"}"#)
        .on(REVOKE, 200, &[], "");
    assert_eq!(
        run(&web, "https://as.example/revoke", AuthMethod::None).await,
        Revocation::Revoked
    );
    assert_eq!(
        web.forms()[1].get("client_secret").map(String::as_str),
        Some("")
    );
}

#[tokio::test]
async fn what_is_not_possible_is_told() {
    let unsupported = Web::default().json(REVOKE, 400, r#"{"error":"unsupported_token_type"}"#);
    assert_eq!(
        run(&unsupported, "https://as.example/revoke", AuthMethod::None).await,
        Revocation::KindNotSupported
    );
    let busy = Web::default().on(REVOKE, 503, &[("retry-after", "3")], "");
    let answer = run(
        &busy,
        "https://as.example/revoke",
        AuthMethod::ClientSecretBasic,
    )
    .await;
    assert_eq!(
        answer,
        Revocation::Unavailable {
            status: 503,
            retry_after: Some(3),
            said: None
        }
    );
    assert_eq!(
        busy.asked().len(),
        1,
        "an outage is not a question of the method"
    );
}

/// An empty answer is one, whatever its type; a page is none, and neither is a body that says that it failed.
#[tokio::test]
async fn a_200_that_comes_from_somebody_else_confirms_nothing() {
    for (kind, body, confirmed) in [
        ("text/html", "", true),
        ("application/json", r#"{"success":true}"#, true),
        ("application/json", "{}", true),
        ("text/plain", "OK", true),
        ("text/html", "<title>Sign in</title>", false),
        ("text/plain", "<html>Sign in</html>", false),
        ("application/json", r#"{"error":false,"data":{}}"#, true),
        (
            "application/json",
            r#"{"success":false,"message":"no"}"#,
            false,
        ),
        (
            "application/json",
            r#"{"errors":[{"message":"no"}]}"#,
            false,
        ),
        ("application/json", r#"{"status":"error"}"#, false),
    ] {
        let web = Web::default().on(REVOKE, 200, &[("content-type", kind)], body);
        let answer = run(&web, "https://as.example/revoke", AuthMethod::None).await;
        assert_eq!(
            answer == Revocation::Revoked,
            confirmed,
            "{kind} {body}: {answer:?}"
        );
    }
}

/// RFC 7009 §2.2: 200 and nothing else.
#[tokio::test]
async fn only_200_means_revoked() {
    for status in [201, 202, 204, 302, 404, 405] {
        let web = Web::default().on(
            REVOKE,
            status,
            &[("location", "https://as.example/login")],
            "",
        );
        assert_eq!(
            run(&web, "https://as.example/revoke", AuthMethod::None).await,
            Revocation::Refused { status, said: None }
        );
        assert_eq!(
            web.asked().len(),
            1,
            "{status}: no other way of asking changes that"
        );
    }
    let odd = Web::default().json(REVOKE, 200, r#"{"error":"invalid_request"}"#);
    assert!(matches!(
        run(&odd, "https://as.example/revoke", AuthMethod::None).await,
        Revocation::Refused { status: 200, .. }
    ));
}

/// A second request with an empty secret is made where a missing one may be the reason, and nowhere else.
#[tokio::test]
async fn an_empty_secret_is_tried_only_where_it_may_help() {
    for (status, body, requests) in [
        (400, "", 2),
        (
            422,
            r#"{"detail":[{"type":"missing","loc":["body","client_secret"]}]}"#,
            2,
        ),
        (400, r#"{"error":"invalid_request"}"#, 2),
        (401, r#"{"error":"invalid_client"}"#, 2),
        (401, r#"{"detail":"Not authenticated"}"#, 1),
        (403, "Forbidden", 1),
        (404, "<html>Cannot POST /revoke</html>", 1),
        (400, r#"{"error":"invalid_token"}"#, 1),
        (400, r#"{"error":"unsupported_token_type"}"#, 1),
        (503, "", 1),
    ] {
        let web = Web::default().on(REVOKE, status, &[], body);
        run(&web, "https://as.example/revoke", AuthMethod::None).await;
        assert_eq!(web.asked().len(), requests, "{status} {body}");
    }
    let web = Web::default().json(REVOKE, 401, r#"{"error":"invalid_client"}"#);
    run(
        &web,
        "https://as.example/revoke",
        AuthMethod::ClientSecretPost,
    )
    .await;
    let empty = web
        .forms()
        .iter()
        .filter(|form| form.get("client_secret").is_some_and(String::is_empty))
        .count();
    assert!(
        empty <= 1,
        "a client with a secret shows it: {:?}",
        web.forms()
    );
}
