//! The token endpoint for those who bring no code: assertions, devices, programs, and tokens that are bound to a key.

use crate::tokens::{TOKEN, client, registration};
use crate::web::Web;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use oauth::assertion::{ID_TOKEN, IdJagExchange};
use oauth::dpop::Proofs;
use oauth::jwt::SigningKey;
use oauth::registration::{AuthMethod, Registration};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::token::{Client, TokenError, TokenResponse};
use serde_json::Value;
use std::sync::Arc;

const ENDPOINT: &str = "https://as.example/t";
const RESOURCE: Option<&str> = Some("https://h.example/mcp");
const GOOD: &str = r#"{"access_token":"at","token_type":"Bearer","expires_in":60}"#;
const BOUND: &str = r#"{"access_token":"at","token_type":"DPoP","expires_in":60}"#;

/// The members of the n-th form, by name.
fn form(web: &Web, index: usize) -> Vec<(String, String)> {
    let mut members: Vec<_> = web.forms()[index].clone().into_iter().collect();
    members.sort();
    members
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
}

/// A P-256 key as OpenSSL writes it (SEC1), made here: no file of ours holds one.
fn pem() -> Secret {
    let head = [0x30, 0x31, 2, 1, 1, 4, 32];
    let curve = [0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    let der = [&head[..], &[7; 32], &curve].concat();
    Secret::new(format!(
        "-----BEGIN EC PRIVATE KEY-----\n{}\n-----END EC PRIVATE KEY-----\n",
        STANDARD.encode(der)
    ))
}

fn with_key() -> Registration {
    Registration {
        client_secret: Some(pem()),
        key_id: Some("k1".into()),
        ..registration(AuthMethod::PrivateKeyJwt)
    }
}

#[tokio::test]
async fn a_program_asks_for_itself() {
    let web = Web::default().json(TOKEN, 200, GOOD);
    let registration = registration(AuthMethod::ClientSecretBasic);
    let answer = client(ENDPOINT, &registration)
        .client_credentials(&web, RESOURCE, &Scopes::parse("b a"))
        .await
        .expect("tokens");
    assert_eq!(answer.tokens.refresh_token, None);
    let sent = [
        ("grant_type", "client_credentials"),
        ("resource", "https://h.example/mcp"),
        ("scope", "a b"),
    ];
    assert_eq!(
        form(&web, 0),
        sent.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    assert!(
        web.headers("authorization")[0]
            .as_deref()
            .is_some_and(|header| header.starts_with("Basic "))
    );
    let least = Web::default().json(TOKEN, 200, GOOD);
    client(ENDPOINT, &registration)
        .client_credentials(&least, None, &Scopes::default())
        .await
        .expect("tokens");
    assert_eq!(
        form(&least, 0),
        [("grant_type".to_owned(), "client_credentials".to_owned())]
    );
}

/// RFC 7523 §3 lets an issuer want its own name or its endpoint's as the audience; the newer texts want the first.
#[tokio::test]
async fn a_signed_assertion_stands_in_for_the_secret() {
    let web = Web::default()
        .json(TOKEN, 401, r#"{"error":"invalid_client"}"#)
        .json(TOKEN, 200, GOOD);
    let registration = with_key();
    client(ENDPOINT, &registration)
        .client_credentials(&web, RESOURCE, &Scopes::default())
        .await
        .expect("tokens");
    for (index, audience) in ["https://as.example", ENDPOINT].into_iter().enumerate() {
        let sent = &web.forms()[index];
        assert_eq!(
            sent["client_assertion_type"],
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        let claims = claims(&sent["client_assertion"]);
        assert_eq!(
            (claims["aud"].as_str(), claims["iss"].as_str()),
            (Some(audience), Some("client!+ID/."))
        );
        assert!(
            claims["exp"]
                .as_i64()
                .zip(claims["iat"].as_i64())
                .is_some_and(|(exp, iat)| exp > iat && exp - iat <= 300)
        );
        assert!(
            !sent.contains_key("client_secret"),
            "the key itself is never sent"
        );
    }
    assert_eq!(web.headers("authorization"), [None, None]);
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_told_before_anything_is_sent() {
    let web = Web::default().json(TOKEN, 200, GOOD);
    let registration = Registration {
        client_secret: Some(Secret::new("CANARY")),
        ..with_key()
    };
    let error = client(ENDPOINT, &registration)
        .client_credentials(&web, None, &Scopes::default())
        .await
        .expect_err("no key");
    assert!(
        matches!(error, TokenError::Key { .. }) && !error.to_string().contains("CANARY"),
        "{error}"
    );
    assert_eq!(web.asked(), [""; 0]);
}

/// SEP-1933: the platform's word says who asks, so there is no client id; a refusal is final.
#[tokio::test]
async fn a_workload_brings_its_platforms_word_and_nothing_else() {
    let unused = registration(AuthMethod::None);
    let asks = Client {
        registration: None,
        ..client(ENDPOINT, &unused)
    };
    let web = Web::default().json(TOKEN, 200, GOOD);
    asks.jwt_bearer(&web, &Secret::new("e.y.J"), RESOURCE, &Scopes::default())
        .await
        .expect("tokens");
    let sent = [
        ("assertion", "e.y.J"),
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("resource", "https://h.example/mcp"),
    ];
    assert_eq!(
        form(&web, 0),
        sent.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    let refusing = Web::default().json(TOKEN, 401, r#"{"error":"invalid_client"}"#);
    asks.jwt_bearer(
        &refusing,
        &Secret::new("e.y.J"),
        RESOURCE,
        &Scopes::default(),
    )
    .await
    .expect_err("refused");
    assert_eq!(refusing.asked().len(), 1, "not tried again in another way");
}

/// SEP-990, its two requests: an ID-JAG of the company's provider, and tokens for it.
#[tokio::test]
async fn a_companys_provider_speaks_for_the_person() {
    let answer = r#"{"access_token":"id.j.ag","issued_token_type":"urn:ietf:params:oauth:token-type:id-jag","token_type":"N_A"}"#;
    let (registration, subject_token, scopes) = (
        registration(AuthMethod::ClientSecretPost),
        Secret::new("id.to.ken"),
        Scopes::default(),
    );
    let exchange = IdJagExchange {
        subject_token: &subject_token,
        subject_token_type: ID_TOKEN,
        audience: "https://other-as.example",
        resource: RESOURCE,
        scopes: &scopes,
    };
    let web = Web::default().json(TOKEN, 200, answer);
    let id_jag = client(ENDPOINT, &registration)
        .id_jag(&web, &exchange)
        .await
        .expect("an ID-JAG");
    assert_eq!(id_jag.expose(), "id.j.ag");
    let sent = &web.forms()[0];
    assert_eq!(
        (sent["audience"].as_str(), sent["client_secret"].as_str()),
        ("https://other-as.example", "s:ecret %")
    );
    for other in [
        answer.replace("id-jag", "access_token"),
        answer.replace("id.j.ag", "a b"),
        answer.replace("access_token\":", "x\":"),
        "<html>".to_owned(),
    ] {
        let web = Web::default().json(TOKEN, 200, &other);
        assert!(
            client(ENDPOINT, &registration)
                .id_jag(&web, &exchange)
                .await
                .is_err(),
            "{other}"
        );
    }
    let refusing = Web::default().json(
        TOKEN,
        400,
        r#"{"error":"access_denied","error_description":"id.to.ken is not allowed"}"#,
    );
    let error = client(ENDPOINT, &registration)
        .id_jag(&refusing, &exchange)
        .await
        .expect_err("policy");
    assert!(!error.to_string().contains("id.to.ken"), "{error}");
    for later in ["slow_down", "authorization_pending"] {
        let busy = Web::default().json(TOKEN, 400, &format!(r#"{{"error":"{later}"}}"#));
        let outcome = client(ENDPOINT, &registration)
            .id_jag(&busy, &exchange)
            .await;
        assert!(
            matches!(outcome, Err(TokenError::Unavailable { .. })),
            "no person is asked: {outcome:?}"
        );
    }
}

/// RFC 8628 §3.4 and §3.5.
#[tokio::test]
async fn a_device_asks_until_the_person_has_decided() {
    let (registration, code, scopes) = (
        registration(AuthMethod::None),
        Secret::new("the code"),
        Scopes::parse("a"),
    );
    let ask = async |status, body: &str| {
        let web = Web::default().json(TOKEN, status, body);
        let outcome = client(ENDPOINT, &registration)
            .device(&web, &code, RESOURCE, &scopes)
            .await;
        assert_eq!(web.asked(), [TOKEN], "one question at a time: {body}");
        assert_eq!(
            (
                web.forms()[0]["device_code"].as_str(),
                web.forms()[0]["client_id"].as_str()
            ),
            ("the code", "client!+ID/.")
        );
        outcome
    };
    let pending = |outcome| matches!(outcome, Err(TokenError::Pending { slower: false, .. }));
    let slower = |outcome| matches!(outcome, Err(TokenError::Pending { slower: true, .. }));
    assert!(pending(
        ask(400, r#"{"error":"authorization_pending"}"#).await
    ));
    assert!(
        slower(ask(400, r#"{"error":"slow_down"}"#).await)
            && slower(ask(429, r#"{"error":"slow_down"}"#).await)
    );
    for last in ["access_denied", "expired_token"] {
        let outcome = ask(400, &format!(r#"{{"error":"{last}"}}"#)).await;
        assert!(
            outcome
                .as_ref()
                .is_err_and(|error| error.refused_with(last)),
            "{outcome:?}"
        );
    }
    assert_eq!(
        ask(200, GOOD).await.map(|answer| answer.tokens.scopes),
        Ok(scopes.clone())
    );
}

#[tokio::test]
async fn a_device_code_is_asked_for_at_its_own_endpoint() {
    let (endpoint, registration) = ("https://as.example/device", registration(AuthMethod::None));
    let ask = async |status, body: &str| {
        let web = Web::default().json("POST https://as.example/device", status, body);
        client(endpoint, &registration)
            .device_authorization(&web, RESOURCE, &Scopes::parse("a"))
            .await
    };
    let good = r#"{"device_code":"d","user_code":"AB-CD","verification_uri":"https://as.example/go","expires_in":60}"#;
    assert_eq!(
        ask(200, good).await.map(|code| code.user_code),
        Ok("AB-CD".to_owned())
    );
    for bad in [
        GOOD,
        "{}",
        "<html>",
        &good.replace("https://as.example/go", "javascript:alert(1)"),
    ] {
        assert!(
            matches!(ask(200, bad).await, Err(TokenError::Malformed { .. })),
            "{bad}"
        );
    }
    assert!(matches!(
        ask(400, r#"{"error":"invalid_scope"}"#).await,
        Err(TokenError::Refused { .. })
    ));
    for later in ["slow_down", "authorization_pending"] {
        let outcome = ask(400, &format!(r#"{{"error":"{later}"}}"#)).await;
        assert!(
            matches!(outcome, Err(TokenError::Unavailable { .. })),
            "nobody has a code yet: {outcome:?}"
        );
    }
}

async fn bound(web: &Web) -> Result<TokenResponse, TokenError> {
    let key = SigningKey::from_random([7; 32])
        .and_then(|key| key.to_secret())
        .expect("a key");
    let proofs = Proofs::new(&key, Arc::default()).expect("the key just made");
    let registration = registration(AuthMethod::None);
    let answer = Client {
        dpop: Some(&proofs),
        ..client(ENDPOINT, &registration)
    }
    .client_credentials(web, RESOURCE, &Scopes::default())
    .await;
    answer.inspect(|answer| assert_eq!(answer.tokens.dpop_key, Some(key)))
}

/// RFC 9449 §5 and §8: a proof of the key goes with the request, and once more with the nonce that is asked for.
#[tokio::test]
async fn a_token_is_bound_by_a_proof_with_the_issuers_nonce() {
    let nonce = [("content-type", "application/json"), ("dpop-nonce", "n1")];
    let web = Web::default()
        .on(TOKEN, 400, &nonce, r#"{"error":"use_dpop_nonce"}"#)
        .json(TOKEN, 200, BOUND);
    bound(&web).await.expect("tokens");
    let proofs: Vec<_> = web
        .headers("dpop")
        .into_iter()
        .map(|proof| claims(&proof.expect("each request has one")))
        .collect();
    assert_eq!(
        (proofs[0].get("nonce"), proofs[1]["nonce"].as_str()),
        (None, Some("n1"))
    );
    for proof in &proofs {
        assert_eq!(
            (
                proof["htm"].as_str(),
                proof["htu"].as_str(),
                proof.get("ath")
            ),
            (Some("POST"), Some(ENDPOINT), None)
        );
    }
    let never = Web::default().on(TOKEN, 400, &nonce, r#"{"error":"use_dpop_nonce"}"#);
    bound(&never).await.expect_err("no end");
    assert_eq!(never.asked().len(), 2, "once more and no more");
}

/// RFC 9449 §5: whoever answers with another type has not bound it, and is not given the benefit of the doubt.
#[tokio::test]
async fn a_token_that_was_not_bound_is_refused() {
    for (answer, good) in [
        (BOUND, true),
        (&BOUND.replace("DPoP", "dpop"), true),
        (GOOD, false),
        (r#"{"access_token":"at"}"#, false),
    ] {
        let outcome = bound(&Web::default().json(TOKEN, 200, answer)).await;
        assert_eq!(outcome.is_ok(), good, "{answer}: {outcome:?}");
    }
    let registration = registration(AuthMethod::None);
    let unasked = client(ENDPOINT, &registration)
        .client_credentials(
            &Web::default().json(TOKEN, 200, BOUND),
            None,
            &Scopes::default(),
        )
        .await;
    assert!(
        matches!(unasked, Err(TokenError::Malformed { .. })),
        "nor is a bound one that we have no key for"
    );
}
