//! Clients without a person, and clients that prove themselves with a key (RFC 6749 section 4.4, RFC 7523).

use serde_json::{Value, json};
use testbed::switches::AssertionAudience;
use testbed::{SigningKey, StaticClient, Switches, Testbed};

use crate::http::{Reply, get, post_form};
use crate::person::{REDIRECT, VERIFIER, authorize_url, call, text};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A request to the token endpoint; a change with an empty value leaves the parameter out.
pub async fn ask(web: &Testbed, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Reply {
    let resource = web.resource();
    let mut form = form.to_vec();
    if !form.iter().any(|(name, _)| *name == "resource") {
        form.push(("resource", &resource));
    }
    form.retain(|(_, value)| !value.is_empty());
    post_form(&format!("{}/token", web.issuer()), headers, &form).await
}

/// Good claims for a client assertion, with changes.
fn claims(web: &Testbed, client: &str, jti: &str, changes: &Value) -> Value {
    let now = Testbed::now();
    let mut claims = json!({ "iss": client, "sub": client, "aud": web.issuer(), "iat": now, "exp": now + 60, "jti": jti });
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims
}

async fn with_assertion(web: &Testbed, assertion: &str) -> Reply {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ];
    ask(web, &[], &form).await
}

#[tokio::test]
async fn a_client_with_a_secret_gets_a_token_for_itself() {
    let web = Testbed::start(Switches::default().with_client_credentials())
        .await
        .expect("two free ports");
    web.add_client(StaticClient::new("client!+ID").secret("s3cret:&"));
    let metadata = get(
        &format!("{}/.well-known/oauth-authorization-server", web.issuer()),
        &[],
    )
    .await
    .json();
    let grants = metadata["grant_types_supported"]
        .as_array()
        .expect("a list");
    assert!(grants.contains(&json!("client_credentials")));

    let posted = [
        ("grant_type", "client_credentials"),
        ("client_id", "client!+ID"),
        ("client_secret", "s3cret:&"),
        ("scope", "notes:read notes:write"),
    ];
    let tokens = ask(&web, &[], &posted).await.json();
    assert_eq!(
        (&tokens["scope"], &tokens["refresh_token"]),
        (&json!("notes:read notes:write"), &Value::Null)
    );
    let who = call(&web, text(&tokens, "access_token"), "whoami", json!({}))
        .await
        .json();
    assert_eq!(who["result"]["structuredContent"]["user"], "client!+ID");

    let encoded = base64::Engine::encode(
        &base64::prelude::BASE64_STANDARD,
        "client%21%2BID:s3cret%3A%26",
    );
    let basic = format!("Basic {encoded}");
    let form = [("grant_type", "client_credentials")];
    assert_eq!(
        ask(&web, &[("authorization", &basic)], &form).await.status,
        200
    );
    for (name, value, error) in [
        ("client_secret", "guess", "invalid_client"),
        ("scope", "root", "invalid_scope"),
        ("resource", "https://x", "invalid_target"),
    ] {
        let mut form = posted.to_vec();
        form.retain(|(known, _)| *known != name);
        form.push((name, value));
        assert_eq!(
            text(&ask(&web, &[], &form).await.json(), "error"),
            error,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_client_that_proves_nothing_or_did_not_register_for_it_is_refused() {
    let web = Testbed::start(Switches::default().with_client_credentials())
        .await
        .expect("two free ports");
    web.add_client(StaticClient::new("public"));
    web.add_client(
        StaticClient::new("browser")
            .secret("s")
            .grant_types(&["authorization_code"]),
    );
    for (client, secret) in [("public", ""), ("browser", "s")] {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client),
            ("client_secret", secret),
        ];
        assert_eq!(
            text(&ask(&web, &[], &form).await.json(), "error"),
            "unauthorized_client",
            "{client}"
        );
    }
    web.switches().replace(Switches::default());
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "browser"),
        ("client_secret", "s"),
    ];
    assert_eq!(
        text(&ask(&web, &[], &form).await.json(), "error"),
        "unsupported_grant_type"
    );
}

#[tokio::test]
async fn an_assertion_is_checked_claim_by_claim() {
    let switches = Switches::default()
        .with_client_credentials()
        .taking_client_assertions();
    let web = Testbed::start(switches).await.expect("two free ports");
    let elliptic = SigningKey::generate();
    let rsa =
        SigningKey::from_pem(include_str!("../keys/test_only_rsa.pem")).expect("a PKCS#8 file");
    web.add_client(
        StaticClient::new("machine")
            .key(elliptic.jwk())
            .key(rsa.jwk()),
    );
    web.add_client(StaticClient::new("other").key(SigningKey::generate().jwk()));
    let metadata = get(
        &format!("{}/.well-known/oauth-authorization-server", web.issuer()),
        &[],
    )
    .await
    .json();
    assert_eq!(
        metadata["token_endpoint_auth_signing_alg_values_supported"],
        json!(["ES256", "RS256"])
    );

    for (jti, key) in [("1", &elliptic), ("2", &rsa)] {
        let jwt = key.sign("JWT", &claims(&web, "machine", jti, &json!({})));
        assert_eq!(with_assertion(&web, &jwt).await.status, 200);
        assert_eq!(
            text(&with_assertion(&web, &jwt).await.json(), "error"),
            "invalid_client",
            "it works once"
        );
    }
    let endpoint = format!("{}/token", web.issuer());
    let for_endpoint = |jti| {
        elliptic.sign(
            "JWT",
            &claims(&web, "machine", jti, &json!({ "aud": endpoint })),
        )
    };
    assert_eq!(with_assertion(&web, &for_endpoint("3")).await.status, 200);
    web.switches()
        .set(|s| s.machine.assertion_audience = AssertionAudience::Issuer);
    assert_eq!(with_assertion(&web, &for_endpoint("4")).await.status, 401);

    for changes in [
        json!({ "aud": "https://other.example" }),
        json!({ "iss": "other" }),
        json!({ "sub": "other" }),
        json!({ "sub": null }),
        json!({ "exp": Testbed::now() - 120 }),
        json!({ "jti": null }),
    ] {
        let jwt = elliptic.sign("JWT", &claims(&web, "machine", "5", &changes));
        let reply = with_assertion(&web, &jwt).await;
        assert_eq!(
            (reply.status, text(&reply.json(), "error")),
            (401, "invalid_client"),
            "{changes}"
        );
    }
    let strange = SigningKey::generate().sign("JWT", &claims(&web, "machine", "6", &json!({})));
    assert_eq!(with_assertion(&web, &strange).await.status, 401);
    assert_eq!(with_assertion(&web, "e30.e30.AAAA").await.status, 401);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "machine"),
    ];
    assert_eq!(
        ask(&web, &[], &form).await.status,
        401,
        "without its proof it is nobody"
    );
}

#[tokio::test]
async fn codes_and_refresh_tokens_take_an_assertion_too() {
    let web = Testbed::start(
        Switches::default()
            .approving_as("ada")
            .taking_client_assertions(),
    )
    .await
    .expect("two free ports");
    let key = SigningKey::generate();
    web.add_client(
        StaticClient::new("keyed")
            .key(key.jwk())
            .redirect_uri(REDIRECT),
    );
    let proof = |jti: &str| key.sign("JWT", &claims(&web, "keyed", jti, &json!({})));
    let location = get(&authorize_url(&web, "keyed", &[]), &[]).await;
    let code = crate::person::answer(location.location())
        .remove("code")
        .expect("a code");
    let proven = proof("1");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("client_id", "keyed"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", &proven),
    ];
    let tokens = ask(&web, &[], &form).await.json();
    let proven = proof("2");
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&tokens, "refresh_token")),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", &proven),
    ];
    assert_eq!(
        ask(&web, &[], &form).await.status,
        200,
        "no client_id is needed beside it"
    );
    let spent = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "x"),
        ("client_assertion", &proven),
    ];
    assert_eq!(
        text(&ask(&web, &[], &spent).await.json(), "error"),
        "invalid_request",
        "the type of the assertion is missing"
    );
}

#[tokio::test]
async fn a_client_registers_its_key_with_itself() {
    let web = Testbed::start(Switches::default().taking_client_assertions())
        .await
        .expect("two free ports");
    let key = SigningKey::generate();
    let mut metadata = crate::person::metadata();
    metadata["token_endpoint_auth_method"] = json!("private_key_jwt");
    let url = format!("{}/register", web.issuer());
    assert_eq!(
        crate::http::post_json(&url, &[], &metadata).await.status,
        400,
        "a method without a key"
    );
    metadata["jwks"] = key.jwks();
    let reply = crate::http::post_json(&url, &[], &metadata).await.json();
    assert_eq!(
        (
            &reply["token_endpoint_auth_method"],
            &reply["client_secret"]
        ),
        (&json!("private_key_jwt"), &Value::Null)
    );
}
