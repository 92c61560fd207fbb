//! Renewing tokens: what is sent where, what is tried again, and what never is (docs/protocol.md#renewal).

use crate::tokens::{TOKEN, client, registration};
use crate::web::Web;
use oauth::grant::{Account, Grant, GrantId, GrantKind, GrantState, Refusal, TokenSet, Trouble};
use oauth::registration::AuthMethod;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::token::{Answer, TokenError};
use oauth::uri::{Issuer, ResourceUri};

const GOOD: &str =
    r#"{"access_token":"at2","token_type":"Bearer","expires_in":60,"refresh_token":"rt2"}"#;
const RESOURCE: &str = "https://H.example/mcp/";

fn grant(issuer: &str) -> Grant {
    Grant {
        id: GrantId("g".into()),
        kind: GrantKind::AuthorizationCode,
        resource: ResourceUri::stored("https://h.example/mcp".into()),
        resource_parameter: Some(RESOURCE.into()),
        refreshes_without_resource: false,
        issuer: Issuer::stored(issuer.into()),
        token_endpoint: "https://as.example/t".into(),
        registration_id: "r".into(),
        account: Account::default(),
        scopes_requested: Scopes::parse("a b"),
        state: GrantState::Active(TokenSet {
            access_token: Secret::new("at"),
            refresh_token: Some(Secret::new("r t+1")),
            expires_at: None,
            received_at: Timestamp(0),
            scopes: Scopes::parse("a"),
            dpop_key: None,
        }),
        generation: 1,
        granted_at: Timestamp(0),
        refreshed_at: None,
        trouble: Trouble::default(),
    }
}

async fn refresh(web: &Web, grant: &Grant, method: AuthMethod) -> Result<Answer, TokenError> {
    client("https://as.example/t", &registration(method))
        .refresh(web, grant, &Secret::new("r t+1"))
        .await
}

/// T-01: the resource of the login, byte for byte; T-04: the refresh token in the body, and nowhere else.
#[tokio::test]
async fn t01_t04_a_refresh_names_the_resource_and_goes_to_the_grants_endpoint() {
    let web = Web::default().json(TOKEN, 200, GOOD);
    let answer = refresh(&web, &grant("https://as.example"), AuthMethod::None)
        .await
        .expect("tokens");
    assert_eq!(web.asked(), [TOKEN]);
    let sent = &web.forms()[0];
    assert_eq!(
        [
            &sent["grant_type"],
            &sent["refresh_token"],
            &sent["resource"],
            &sent["client_id"]
        ],
        ["refresh_token", "r t+1", RESOURCE, "client!+ID/."]
    );
    assert!(
        !sent.contains_key("scope"),
        "omitted means the same as before (RFC 6749 §6)"
    );
    assert_eq!(
        (answer.tokens.refresh_token, answer.without_resource),
        (Some(Secret::new("rt2")), false)
    );
    assert_eq!(
        answer.tokens.scopes,
        Scopes::parse("a"),
        "what was granted, not what was asked for"
    );
}

/// Rules: Q38, Q39
#[tokio::test]
async fn q38_q39_the_resource_is_left_out_only_where_it_was_refused() {
    for error in ["invalid_target", "invalid_request"] {
        let web = Web::default()
            .json(TOKEN, 400, &format!(r#"{{"error":"{error}"}}"#))
            .json(TOKEN, 200, GOOD);
        let answer = refresh(&web, &grant("https://as.example"), AuthMethod::None)
            .await
            .expect("tokens");
        assert!(answer.without_resource, "to be remembered");
        let resources: Vec<_> = web
            .forms()
            .iter()
            .map(|form| form.get("resource").cloned())
            .collect();
        assert_eq!(
            resources,
            [Some(RESOURCE.to_owned()), None],
            "{error}: once with, once without"
        );
    }
    let remembered = Grant {
        refreshes_without_resource: true,
        ..grant("https://as.example")
    };
    let web = Web::default().json(TOKEN, 200, GOOD);
    refresh(&web, &remembered, AuthMethod::None)
        .await
        .expect("tokens");
    assert!(!web.forms()[0].contains_key("resource"));
    let web = Web::default().json(TOKEN, 400, r#"{"error":"invalid_target"}"#);
    refresh(&web, &remembered, AuthMethod::None)
        .await
        .expect_err("refused");
    assert_eq!(web.asked().len(), 1, "no third way");
}

/// Q48, Q49: a refresh token that may be spent is not sent again.
#[tokio::test]
async fn q48_q49_invalid_grant_is_final() {
    for status in [400, 401] {
        let web = Web::default().json(TOKEN, status, r#"{"error":"invalid_grant"}"#);
        let outcome = refresh(
            &web,
            &grant("https://as.example"),
            AuthMethod::ClientSecretBasic,
        )
        .await;
        assert!(
            matches!(outcome, Err(TokenError::InvalidGrant { .. })),
            "{outcome:?}"
        );
        assert_eq!(web.asked().len(), 1, "{status}");
    }
    for status in [429, 500, 503] {
        let web = Web::default().on(TOKEN, status, &[("retry-after", "7")], "");
        let outcome = refresh(&web, &grant("https://as.example"), AuthMethod::None).await;
        assert!(
            outcome.as_ref().is_err_and(TokenError::is_unknown),
            "{status}: the tokens are kept: {outcome:?}"
        );
        assert_eq!(web.asked().len(), 1, "{status}");
    }
}

/// Q40: Entra gives other scopes where they are not repeated; nobody else is sent them.
#[tokio::test]
async fn q40_the_granted_scopes_are_repeated_where_the_vendor_needs_it() {
    let web = Web::default().json(TOKEN, 200, GOOD);
    refresh(
        &web,
        &grant("https://login.microsoftonline.com/t/v2.0"),
        AuthMethod::None,
    )
    .await
    .expect("tokens");
    assert_eq!(
        web.forms()[0]["scope"],
        "a",
        "never more than was granted (RFC 6749 §6)"
    );
}

/// Rules: T-03, Q50
#[tokio::test]
async fn q50_t03_a_refresh_proves_the_client_as_the_exchange_did() {
    let web = Web::default().json(TOKEN, 200, GOOD);
    refresh(
        &web,
        &grant("https://as.example"),
        AuthMethod::ClientSecretPost,
    )
    .await
    .expect("tokens");
    assert_eq!(
        (
            web.headers("authorization"),
            web.forms()[0]["client_secret"].as_str()
        ),
        (vec![None], "s:ecret %")
    );
}

/// What did not help once is not tried at each call. Rules: Q38
#[tokio::test]
async fn q38_without_the_resource_is_tried_once() {
    let refusal = Refusal {
        at: Timestamp(1),
        error: "invalid_request".into(),
        said: None,
    };
    let known = Trouble {
        refusal: Some(refusal),
        ..Trouble::default()
    };
    for (trouble, tries) in [(Trouble::default(), 2), (known, 1)] {
        let web = Web::default().json(TOKEN, 400, r#"{"error":"invalid_request"}"#);
        let grant = Grant {
            trouble,
            ..grant("https://as.example")
        };
        refresh(&web, &grant, AuthMethod::None)
            .await
            .expect_err("refused");
        assert_eq!(web.asked().len(), tries);
        assert!(web.forms()[0].contains_key("resource"));
    }
}

/// What was said to the whole request is told, and not what was said to less; an outage of the second try hides it only where the
/// first was about the parameter itself. Rules: Q38, Q39
#[tokio::test]
async fn q38_what_was_refused_first_is_told() {
    let ended = r#"{"error":"invalid_request","error_description":"session expired"}"#;
    let target = r#"{"error":"invalid_target","error_description":"resource is required"}"#;
    for (first, status, second, told) in [
        (ended, 400, target, "session expired"),
        (ended, 500, "", "session expired"),
        (target, 500, "", "status 500"),
        (
            ended,
            400,
            r#"{"error":"invalid_grant","error_description":"it is over"}"#,
            "it is over",
        ),
    ] {
        let web = Web::default()
            .json(TOKEN, 400, first)
            .json(TOKEN, status, second);
        let error = refresh(&web, &grant("https://as.example"), AuthMethod::None)
            .await
            .expect_err("refused");
        assert!(
            error.to_string().contains(told),
            "{first} {second}: {error}"
        );
    }
}

/// Where the client was refused first and then the token, the token was looked at: that is the end, not a code that a try used up.
#[tokio::test]
async fn q48_a_refresh_token_is_not_told_to_be_spent_by_the_first_try() {
    let web = Web::default()
        .json(TOKEN, 401, r#"{"error":"invalid_client"}"#)
        .json(TOKEN, 400, r#"{"error":"invalid_grant"}"#);
    let outcome = refresh(
        &web,
        &grant("https://as.example"),
        AuthMethod::ClientSecretBasic,
    )
    .await;
    assert!(
        matches!(outcome, Err(TokenError::InvalidGrant { .. })),
        "{outcome:?}"
    );
}

/// The second try, without the resource, ends with the token as well: what the client was refused for in between is not told.
/// Rules: Q38, Q48
#[tokio::test]
async fn q38_q48_an_end_that_the_second_try_meets_is_told() {
    let web = Web::default()
        .json(TOKEN, 400, r#"{"error":"invalid_target"}"#)
        .json(TOKEN, 401, r#"{"error":"invalid_client"}"#)
        .json(TOKEN, 400, r#"{"error":"invalid_grant"}"#);
    let outcome = refresh(
        &web,
        &grant("https://as.example"),
        AuthMethod::ClientSecretBasic,
    )
    .await;
    assert!(
        matches!(outcome, Err(TokenError::InvalidGrant { .. })),
        "{outcome:?}"
    );
    assert_eq!(web.asked().len(), 3);
}
