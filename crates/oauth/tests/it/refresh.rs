//! Renewing tokens: what is sent where, what is tried again, and what never is (docs/protocol.md#renewal).

use crate::tokens::{TOKEN, client, registration};
use crate::web::Web;
use oauth::registration::AuthMethod;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::token::{RefreshRequest, TokenError, TokenResponse};
use oauth::uri::Issuer;

const GOOD: &str =
    r#"{"access_token":"at2","token_type":"Bearer","expires_in":60,"refresh_token":"rt2"}"#;
const RESOURCE: &str = "https://H.example/mcp/";

struct Refresh {
    issuer: Issuer,
    token: Secret,
    scopes: Scopes,
}

impl Refresh {
    fn at(issuer: &str) -> Self {
        Self {
            issuer: Issuer::stored(issuer.into()),
            token: Secret::new("r t+1"),
            scopes: Scopes::parse("a"),
        }
    }

    fn request(&self) -> RefreshRequest<'_> {
        RefreshRequest {
            token: &self.token,
            issuer: &self.issuer,
            resource: Some(RESOURCE),
            scopes: Some(&self.scopes),
            may_omit_resource: true,
        }
    }
}

async fn refresh(
    web: &Web,
    request: RefreshRequest<'_>,
    method: AuthMethod,
) -> Result<TokenResponse, TokenError> {
    client("https://as.example/t", &registration(method))
        .refresh(web, request)
        .await
}

/// T-01: the resource of the login, byte for byte; T-04: the refresh token in the body, and nowhere else.
#[tokio::test]
async fn t01_t04_a_refresh_names_the_resource_and_goes_to_the_grants_endpoint() {
    let web = Web::default().json(TOKEN, 200, GOOD);
    let answer = refresh(
        &web,
        Refresh::at("https://as.example").request(),
        AuthMethod::None,
    )
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
        let answer = refresh(
            &web,
            Refresh::at("https://as.example").request(),
            AuthMethod::None,
        )
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
    let known = Refresh::at("https://as.example");
    let remembered = RefreshRequest {
        resource: None,
        ..known.request()
    };
    let web = Web::default().json(TOKEN, 200, GOOD);
    refresh(&web, remembered, AuthMethod::None)
        .await
        .expect("tokens");
    assert!(!web.forms()[0].contains_key("resource"));
    let web = Web::default().json(TOKEN, 400, r#"{"error":"invalid_target"}"#);
    refresh(&web, remembered, AuthMethod::None)
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
            Refresh::at("https://as.example").request(),
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
        let outcome = refresh(
            &web,
            Refresh::at("https://as.example").request(),
            AuthMethod::None,
        )
        .await;
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
        Refresh::at("https://login.microsoftonline.com/t/v2.0").request(),
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
        Refresh::at("https://as.example").request(),
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
    for (may_omit_resource, tries) in [(true, 2), (false, 1)] {
        let web = Web::default().json(TOKEN, 400, r#"{"error":"invalid_request"}"#);
        let refreshed = Refresh::at("https://as.example");
        let request = RefreshRequest {
            may_omit_resource,
            ..refreshed.request()
        };
        refresh(&web, request, AuthMethod::None)
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
        let error = refresh(
            &web,
            Refresh::at("https://as.example").request(),
            AuthMethod::None,
        )
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
        Refresh::at("https://as.example").request(),
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
        Refresh::at("https://as.example").request(),
        AuthMethod::ClientSecretBasic,
    )
    .await;
    assert!(
        matches!(outcome, Err(TokenError::InvalidGrant { .. })),
        "{outcome:?}"
    );
    assert_eq!(web.asked().len(), 3);
}
