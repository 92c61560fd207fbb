//! The token endpoint: what is sent, by which client authentication, and to which address.

use crate::registration::server;
use crate::web::Web;
use oauth::authorization::{AuthorizationRequest, PendingAuthorization, Wishes};
use oauth::concession::Reach;
use oauth::grant::GrantKind;
use oauth::redirect::Redirect;
use oauth::registration::{AuthMethod, Registration, RegistrationKind};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::token::{Client, TokenError};
use oauth::uri::{Issuer, ResourceUri};

pub(crate) const TOKEN: &str = "POST https://as.example/t";
const NOW: Timestamp = Timestamp(1000);

pub(crate) fn registration(auth_method: AuthMethod) -> Registration {
    Registration {
        id: "r".into(),
        issuer: Issuer::stored("https://as.example".into()),
        redirects: vec![Redirect::loopback(4283)],
        kind: RegistrationKind::Dynamic,
        client_id: "client!+ID/.".into(),
        client_secret: (auth_method != AuthMethod::None).then(|| Secret::new("s:ecret %")),
        key_id: None,
        auth_method,
        secret_expires_at: None,
        management: None,
        registered_at: NOW,
    }
}

fn pending() -> PendingAuthorization {
    let resource = ResourceUri::stored("https://h.example/mcp".into());
    let parameter = Some("https://H.example/mcp/".to_owned());
    let begun = PendingAuthorization::begin(AuthorizationRequest {
        id: "p".into(),
        kind: GrantKind::AuthorizationCode,
        random: ([1; 32], [2; 32]),
        server: &server(),
        client_id: "client!+ID/.",
        registration_id: "r".into(),
        resource,
        resource_parameter: parameter,
        redirect: Redirect::loopback(4283),
        scopes: Scopes::parse("a"),
        wishes: Wishes::default(),
        dpop_key: None,
        reach: Reach::default(),
        now: NOW,
    });
    begun.expect("a login")
}

/// A client whose random numbers are none.
pub(crate) fn client<'a>(endpoint: &'a str, registration: &'a Registration) -> Client<'a> {
    Client { endpoint, registration: Some(registration), reach: Reach::default(), now: NOW, random: &|| [7; 32], dpop: None }
}

async fn run(web: &Web, method: AuthMethod) -> Result<oauth::token::Answer, TokenError> {
    client("https://as.example/t", &registration(method)).exchange(web, &pending(), &Secret::new("the code")).await
}

const GOOD: &str = r#"{"access_token":"at","token_type":"bearer","expires_in":60}"#;

#[tokio::test]
async fn t02_the_exchange_of_a_public_client() {
    let web = Web::default().json(TOKEN, 200, GOOD);
    run(&web, AuthMethod::None).await.expect("tokens");
    let form = &web.forms()[0];
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", "the code"),
        ("redirect_uri", "http://127.0.0.1:4283/callback"),
        ("resource", "https://H.example/mcp/"),
        ("client_id", "client!+ID/."),
        ("code_verifier", pending().verifier.expose()),
    ] {
        assert_eq!(form.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(web.headers("authorization"), [None]);
    assert_eq!(web.headers("accept")[0].as_deref(), Some("application/json"));
}

#[tokio::test]
async fn t03_basic_encodes_before_it_joins_and_falls_back_to_the_body_once() {
    let refused = r#"{"error":"invalid_client"}"#;
    let web = Web::default().json(TOKEN, 401, refused).json(TOKEN, 401, refused).json(TOKEN, 200, GOOD);
    run(&web, AuthMethod::ClientSecretBasic).await.expect("tokens by the other method");
    // client%21%2BID%2F.:s%3Aecret+%25 (RFC 6749 §2.3.1)
    assert_eq!(web.headers("authorization")[0].as_deref(), Some("Basic Y2xpZW50JTIxJTJCSUQlMkYuOnMlM0FlY3JldCslMjU="));
    assert_eq!(web.forms()[0].get("client_secret"), None, "never both");
    assert_eq!(web.forms()[1].get("client_id").map(String::as_str), Some("client!+ID/."), "LAB 4.6: the id beside Basic");
    assert_eq!(web.forms()[1].get("client_secret"), None, "never both");
    assert_eq!(
        (web.headers("authorization")[2].clone(), web.forms()[2].get("client_secret").map(String::as_str)),
        (None, Some("s:ecret %"))
    );
    let refusing = Web::default().json(TOKEN, 401, r#"{"error":"invalid_client"}"#);
    assert!(matches!(run(&refusing, AuthMethod::ClientSecretPost).await, Err(TokenError::InvalidClient { .. })));
    assert_eq!(refusing.asked().len(), 3, "each way once");
}

/// Registered with `none` and given a secret: the secret only where it is demanded, in whatever words.
/// PROTOCOL: Q23, T-03
#[tokio::test]
async fn q23_t03_the_registered_method_first_and_then_the_secret() {
    let known = Registration { client_secret: Some(Secret::new("s3cret")), ..registration(AuthMethod::None) };
    let public = Web::default().json(TOKEN, 200, GOOD);
    let code = Secret::new("the code");
    client("https://as.example/t", &known).exchange(&public, &pending(), &code).await.expect("tokens");
    assert_eq!((public.headers("authorization"), public.forms()[0].get("client_secret")), (vec![None], None));
    for refusal in [r#"{"error":"invalid_client"}"#, r#"{"error":"invalid_request","error_description":"client_secret missing"}"#]
    {
        let web = Web::default().json(TOKEN, 400, refusal).json(TOKEN, 200, GOOD);
        client("https://as.example/t", &known).exchange(&web, &pending(), &code).await.expect("tokens by the secret");
        assert!(web.headers("authorization")[1].as_deref().is_some_and(|header| header.starts_with("Basic ")), "{refusal}");
    }
    let spent = Web::default().json(TOKEN, 400, r#"{"error":"invalid_grant"}"#);
    assert!(client("https://as.example/t", &known).exchange(&spent, &pending(), &code).await.is_err());
    assert_eq!(spent.asked().len(), 1, "a code is spent by the first try");
}

#[tokio::test]
async fn attack_12_a_redirect_is_not_followed_with_a_code() {
    let web = Web::default().on(TOKEN, 307, &[("location", "https://evil.example/")], "");
    assert!(run(&web, AuthMethod::None).await.is_err());
    assert_eq!(web.asked(), [TOKEN]);
}

/// Q35, Q36: an operator has to register the resource; no variant of it is tried.
#[tokio::test]
async fn q35_an_unknown_resource_is_told_and_not_varied() {
    let web = Web::default().json(TOKEN, 400, r#"{"error":"invalid_target","error_description":"unknown resource"}"#);
    let error = run(&web, AuthMethod::None).await.expect_err("refused");
    assert!(matches!(&error, TokenError::Refused { error, .. } if error == "invalid_target"), "{error}");
    assert_eq!(web.asked().len(), 1, "a code is spent by the first try");
}
