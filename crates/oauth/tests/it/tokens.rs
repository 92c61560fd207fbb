//! The token endpoint: what is sent, by which client authentication, and to which address.

use crate::registration::server;
use crate::web::Web;
use oauth::address_guard::Reach;
use oauth::authorization::{AuthorizationRequest, OpenIdParameters, PendingAuthorization};
use oauth::redirect::Redirect;
use oauth::registration::{AuthMethod, Registration, RegistrationKind};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::token::{AuthenticationMethods, Client, ClientAuthentication, Outage, TokenError};
use oauth::uri::Issuer;
use rand_core::{Infallible, TryCryptoRng, TryRng};
use std::sync::Mutex;

pub(crate) const TOKEN: &str = "POST https://as.example/t";
const NOW: Timestamp = Timestamp(1000);

pub(crate) fn registration(auth_method: AuthMethod) -> Registration {
    Registration {
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
    let parameter = Some("https://H.example/mcp/".to_owned());
    let begun = PendingAuthorization::begin(AuthorizationRequest {
        random: ([1; 32], [2; 32]),
        server: &server(),
        client_id: "client!+ID/.",
        resource_parameter: parameter,
        redirect: Redirect::loopback(4283),
        scopes: Scopes::parse("a"),
        wishes: OpenIdParameters::default(),
        dpop_key: None,
        reach: Reach::default(),
        now: NOW,
    });
    begun.expect("a login")
}

/// A source whose random numbers are none.
struct Sevens;

impl TryRng for Sevens {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0x0707_0707)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0x0707_0707_0707_0707)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(7);
        Ok(())
    }
}

impl TryCryptoRng for Sevens {}

static RANDOM: Mutex<Sevens> = Mutex::new(Sevens);

pub(crate) fn client<'a>(endpoint: &'a str, registration: &'a Registration) -> Client<'a> {
    let authentication = Box::leak(Box::default());
    Client {
        endpoint,
        registration: Some(registration),
        reach: Reach::default(),
        now: NOW,
        random: &RANDOM,
        dpop: None,
        authentication,
    }
}

async fn run(web: &Web, method: AuthMethod) -> Result<oauth::token::TokenResponse, TokenError> {
    client("https://as.example/t", &registration(method))
        .exchange(web, &pending(), &Secret::new("the code"))
        .await
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
    assert_eq!(
        web.headers("accept")[0].as_deref(),
        Some("application/json")
    );
}

#[tokio::test]
async fn t03_basic_encodes_before_it_joins_and_falls_back_to_the_body_once() {
    let refused = r#"{"error":"invalid_client"}"#;
    let web = Web::default()
        .json(TOKEN, 401, refused)
        .json(TOKEN, 401, refused)
        .json(TOKEN, 200, GOOD);
    run(&web, AuthMethod::ClientSecretBasic)
        .await
        .expect("tokens by the other method");
    // client%21%2BID%2F.:s%3Aecret+%25 (RFC 6749 §2.3.1)
    assert_eq!(
        web.headers("authorization")[0].as_deref(),
        Some("Basic Y2xpZW50JTIxJTJCSUQlMkYuOnMlM0FlY3JldCslMjU=")
    );
    assert_eq!(web.forms()[0].get("client_secret"), None, "never both");
    assert_eq!(
        web.forms()[1].get("client_id").map(String::as_str),
        Some("client!+ID/."),
        "lab-06: the id beside Basic"
    );
    assert_eq!(web.forms()[1].get("client_secret"), None, "never both");
    assert_eq!(
        (
            web.headers("authorization")[2].clone(),
            web.forms()[2].get("client_secret").map(String::as_str)
        ),
        (None, Some("s:ecret %"))
    );
    let refusing = Web::default().json(TOKEN, 401, r#"{"error":"invalid_client"}"#);
    assert!(matches!(
        run(&refusing, AuthMethod::ClientSecretPost).await,
        Err(TokenError::InvalidClient { .. })
    ));
    assert_eq!(refusing.asked().len(), 3, "each way once");
}

/// Registered with `none` and given a secret: the secret only where it is demanded, in whatever words.
/// Rules: Q23, T-03
#[tokio::test]
async fn q23_t03_the_registered_method_first_and_then_the_secret() {
    let known = Registration {
        client_secret: Some(Secret::new("s3cret")),
        ..registration(AuthMethod::None)
    };
    let public = Web::default().json(TOKEN, 200, GOOD);
    let code = Secret::new("the code");
    client("https://as.example/t", &known)
        .exchange(&public, &pending(), &code)
        .await
        .expect("tokens");
    assert_eq!(
        (
            public.headers("authorization"),
            public.forms()[0].get("client_secret")
        ),
        (vec![None], None)
    );
    for refusal in [
        r#"{"error":"invalid_client"}"#,
        r#"{"error":"invalid_request","error_description":"client_secret missing"}"#,
    ] {
        let web = Web::default()
            .json(TOKEN, 400, refusal)
            .json(TOKEN, 200, GOOD);
        client("https://as.example/t", &known)
            .exchange(&web, &pending(), &code)
            .await
            .expect("tokens by the secret");
        assert!(
            web.headers("authorization")[1]
                .as_deref()
                .is_some_and(|header| header.starts_with("Basic ")),
            "{refusal}"
        );
    }
    let spent = Web::default().json(TOKEN, 400, r#"{"error":"invalid_grant"}"#);
    assert!(
        client("https://as.example/t", &known)
            .exchange(&spent, &pending(), &code)
            .await
            .is_err()
    );
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
    let web = Web::default().json(
        TOKEN,
        400,
        r#"{"error":"invalid_target","error_description":"unknown resource"}"#,
    );
    let error = run(&web, AuthMethod::None).await.expect_err("refused");
    assert!(error.refused_with("invalid_target"), "{error}");
    assert_eq!(web.asked().len(), 1, "a code is spent by the first try");
}

/// The first refusal of the client is the error, whatever later tries bring that could not succeed. Rules: T-03
#[tokio::test]
async fn t03_the_first_refusal_of_the_client_is_the_one_that_is_told() {
    let said = |text: &str| format!(r#"{{"error":"invalid_client","error_description":"{text}"}}"#);
    let web = Web::default().json(TOKEN, 401, &said("wrong secret")).json(
        TOKEN,
        400,
        &said("no client at all"),
    );
    let error = run(&web, AuthMethod::ClientSecretPost)
        .await
        .expect_err("refused");
    assert!(error.to_string().contains("wrong secret"), "{error}");
    // What is wrong beside the client is told by whichever try got so far.
    let web = Web::default()
        .json(TOKEN, 401, &said("no header read"))
        .json(TOKEN, 400, r#"{"error":"invalid_target"}"#);
    let error = run(&web, AuthMethod::ClientSecretBasic)
        .await
        .expect_err("refused");
    assert!(error.refused_with("invalid_target"), "{error}");
    let web = Web::default()
        .json(TOKEN, 401, &said("no header read"))
        .on(TOKEN, 503, &[], "");
    let error = run(&web, AuthMethod::ClientSecretBasic)
        .await
        .expect_err("refused");
    assert!(
        matches!(
            &error,
            TokenError::Unavailable {
                why: Outage::AfterRefusal { status: 503, first: Some(first) },
                ..
            } if first.mentions("no header read")
        ),
        "not known yet: {error}"
    );
    assert!(
        error.to_string().contains("no header read"),
        "and not hidden: {error}"
    );
}

/// 1. The endpoint reads the body only, and uses the code up before it refuses the header. 2. The body comes too late. 3. That
/// is told, and the next login begins with the body. Rules: T-03
#[tokio::test]
async fn t03_a_code_that_the_first_try_used_up_is_told_so_and_the_next_begins_otherwise() {
    let known = registration(AuthMethod::ClientSecretBasic);
    let client = client("https://as.example/t", &known);
    let (refused, spent) = (
        r#"{"error":"invalid_client","error_description":"no"}"#,
        r#"{"error":"invalid_grant"}"#,
    );
    let web = Web::default()
        .json(TOKEN, 401, refused)
        .json(TOKEN, 401, refused)
        .json(TOKEN, 400, spent);
    let error = client
        .exchange(&web, &pending(), &Secret::new("the code"))
        .await
        .expect_err("too late");
    assert!(matches!(error, TokenError::Spent { .. }), "{error}");
    assert_eq!(
        client.authentication.learned(),
        Some(ClientAuthentication::Post)
    );
    let web = Web::default().json(TOKEN, 200, GOOD);
    client
        .exchange(&web, &pending(), &Secret::new("another code"))
        .await
        .expect("tokens");
    assert_eq!(
        (web.asked().len(), web.headers("authorization")),
        (1, vec![None]),
        "once, in the body"
    );
}

/// A way that worked is the first from then on; what other servers say to a way that they do not read, in their own shapes.
/// Rules: T-03, Q50
#[tokio::test]
async fn q50_t03_the_way_that_worked_is_used_from_then_on() {
    for (status, refusal) in [
        (
            400,
            r#"{"error":"invalid_request","error_description":"missing client_id"}"#,
        ),
        (401, r#"{"message":"Unauthorized"}"#),
        (
            422,
            r#"{"detail":[{"type":"missing","loc":["body","client_secret"],"msg":"Field required"}]}"#,
        ),
        (400, r#"{"message":"Client authentication failed"}"#),
    ] {
        let known = registration(AuthMethod::ClientSecretBasic);
        let client = client("https://as.example/t", &known);
        let web = Web::default()
            .json(TOKEN, status, refusal)
            .json(TOKEN, status, refusal)
            .json(TOKEN, 200, GOOD);
        client
            .exchange(&web, &pending(), &Secret::new("the code"))
            .await
            .unwrap_or_else(|error| panic!("{refusal}: {error}"));
        let web = Web::default().json(TOKEN, 200, GOOD);
        client
            .exchange(&web, &pending(), &Secret::new("another code"))
            .await
            .expect("tokens");
        assert_eq!(
            web.forms()[0].get("client_secret").map(String::as_str),
            Some("s:ecret %"),
            "{refusal}"
        );
        // Once a way is known to work, a bare 401 is about something else, and spends no code twice.
        let web = Web::default().json(TOKEN, 401, r#"{"message":"Unauthorized"}"#);
        client
            .exchange(&web, &pending(), &Secret::new("a third code"))
            .await
            .expect_err("refused");
        assert_eq!(web.asked().len(), 1, "{refusal}");
    }
}

/// A status that speaks of now speaks of now, whatever code stands beside it.
#[tokio::test]
async fn f19_a_failing_server_refuses_nothing_whatever_its_code() {
    for (status, body) in [
        (500, r#"{"error":"database"}"#),
        (429, r#"{"error":"rate_limited"}"#),
        (408, r#"{"error":"timeout"}"#),
    ] {
        let web = Web::default().json(TOKEN, status, body);
        let error = run(&web, AuthMethod::None).await.expect_err("not now");
        assert!(
            matches!(error, TokenError::Unavailable { .. }),
            "{status}: {error}"
        );
    }
}

/// RFC 8414 §2: the secret goes by no way that the document excludes. Rules: T-03
#[tokio::test]
async fn t03_a_way_that_the_metadata_excludes_is_not_tried() {
    let known = registration(AuthMethod::ClientSecretPost);
    let authentication = AuthenticationMethods::new(Some(&["client_secret_post".to_owned()]), None);
    let web = Web::default().json(TOKEN, 401, r#"{"error":"invalid_client"}"#);
    let client = Client {
        authentication: &authentication,
        ..client("https://as.example/t", &known)
    };
    client
        .exchange(&web, &pending(), &Secret::new("the code"))
        .await
        .expect_err("refused");
    assert_eq!(
        (web.asked().len(), web.headers("authorization")),
        (1, vec![None])
    );
    assert_eq!(authentication.learned(), None);
}
