//! Enterprise-managed authorization: one testbed is the identity provider, the other the authorization server (SEP-990).

use serde_json::{Value, json};
use testbed::{SigningKey, StaticClient, Switches, Testbed, platform_jwt};

use crate::http::get;
use crate::machine::ask;
use crate::person::{call, text};

const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

/// A provider and an authorization server that trusts it, with one client known to both under different names.
async fn both() -> (Testbed, Testbed) {
    let provider = Testbed::start(Switches::default().as_identity_provider())
        .await
        .expect("two free ports");
    let web = Testbed::start(Switches::default())
        .await
        .expect("two free ports");
    provider.add_client(StaticClient::new("at-provider").secret("p"));
    provider
        .switches()
        .set(|s| s.enterprise.client_there = Some("at-server".into()));
    web.add_client(StaticClient::new("at-server").secret("s"));
    web.trust_provider(&provider);
    (provider, web)
}

/// An exchange, with a change.
async fn exchange(provider: &Testbed, web: &Testbed, name: &str, value: &str) -> Value {
    let (subject, audience, resource) = (
        provider.id_token("at-provider", "ada"),
        web.issuer(),
        web.resource(),
    );
    let mut form = vec![
        ("grant_type", TOKEN_EXCHANGE),
        ("requested_token_type", ID_JAG),
        ("subject_token_type", ID_TOKEN),
        ("subject_token", subject.as_str()),
        ("audience", &audience),
        ("resource", &resource),
        ("scope", "notes:read"),
        ("client_id", "at-provider"),
        ("client_secret", "p"),
    ];
    form.retain(|(known, _)| *known != name);
    form.push((name, value));
    ask(provider, &[], &form).await.json()
}

async fn redeem(web: &Testbed, assertion: &str, changes: &[(&str, &str)]) -> Value {
    let mut form = vec![
        ("grant_type", JWT_BEARER),
        ("assertion", assertion),
        ("client_id", "at-server"),
        ("client_secret", "s"),
        ("resource", ""),
    ];
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    ask(web, &[], &form).await.json()
}

#[tokio::test]
async fn the_providers_word_opens_the_mcp_server() {
    let (provider, web) = both().await;
    let metadata = get(
        &format!("{}/.well-known/oauth-authorization-server", web.issuer()),
        &[],
    )
    .await
    .json();
    assert_eq!(
        metadata["authorization_grant_profiles_supported"],
        json!(["urn:ietf:params:oauth:grant-profile:id-jag"])
    );
    let answer = exchange(&provider, &web, "", "").await;
    assert_eq!(
        (&answer["issued_token_type"], &answer["token_type"]),
        (&json!(ID_JAG), &json!("N_A"))
    );
    let id_jag = text(&answer, "access_token");

    let tokens = redeem(&web, id_jag, &[]).await;
    assert_eq!(
        (&tokens["scope"], &tokens["refresh_token"]),
        (&json!("notes:read"), &Value::Null)
    );
    let who = call(&web, text(&tokens, "access_token"), "whoami", json!({}))
        .await
        .json();
    assert_eq!(who["result"]["structuredContent"]["user"], "ada");
    assert_eq!(
        redeem(&web, id_jag, &[]).await["error"],
        "invalid_grant",
        "it works once"
    );
}

#[tokio::test]
async fn an_exchange_is_checked() {
    let (provider, web) = both().await;
    let (foreign, other) = (
        web.id_token("at-provider", "ada"),
        provider.id_token("other", "ada"),
    );
    for (name, value, error) in [
        ("subject_token", foreign.as_str(), "invalid_request"),
        ("subject_token", other.as_str(), "invalid_request"),
        ("subject_token", "", "invalid_request"),
        (
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:saml2",
            "invalid_request",
        ),
        ("requested_token_type", ID_TOKEN, "invalid_request"),
        ("audience", "", "invalid_request"),
        ("client_secret", "guess", "invalid_client"),
        ("grant_type", JWT_BEARER, "unsupported_grant_type"),
    ] {
        assert_eq!(
            exchange(&provider, &web, name, value).await["error"],
            error,
            "{name}={value}"
        );
    }
    provider
        .switches()
        .set(|s| s.enterprise.audiences = Some(vec!["https://other.example".into()]));
    assert_eq!(
        exchange(&provider, &web, "", "").await["error"],
        "invalid_target"
    );
    provider.switches().replace(
        Switches::default()
            .as_identity_provider()
            .refusing_exchange("access_denied"),
    );
    assert_eq!(
        exchange(&provider, &web, "", "").await["error"],
        "access_denied"
    );
}

#[tokio::test]
async fn an_id_jag_is_checked() {
    let (provider, web) = both().await;
    let fresh = async |name, value| {
        text(
            &exchange(&provider, &web, name, value).await,
            "access_token",
        )
        .to_owned()
    };
    let elsewhere = fresh("audience", "https://other.example").await;
    assert_eq!(
        redeem(&web, &elsewhere, &[]).await["error"],
        "invalid_grant"
    );
    let other_resource = fresh("resource", "https://other.example/mcp").await;
    assert_eq!(
        redeem(&web, &other_resource, &[]).await["error"],
        "invalid_target"
    );
    for (changes, error) in [
        ([("client_secret", "guess")], "invalid_client"),
        ([("scope", "notes:write")], "invalid_scope"),
        (
            [("resource", "https://other.example/mcp")],
            "invalid_target",
        ),
        ([("assertion", "")], "invalid_request"),
    ] {
        assert_eq!(
            redeem(&web, &fresh("", "").await, &changes).await["error"],
            error,
            "{changes:?}"
        );
    }
    assert_eq!(
        redeem(&web, &provider.id_token("at-server", "ada"), &[]).await["error"],
        "invalid_grant",
        "no ID-JAG"
    );
    web.add_client(StaticClient::new("third").secret("t"));
    let stolen = [("client_id", "third"), ("client_secret", "t")];
    assert_eq!(
        redeem(&web, &fresh("", "").await, &stolen).await["error"],
        "invalid_grant"
    );
    web.switches()
        .set(|s| s.enterprise.refused = Some("access_denied".into()));
    assert_eq!(
        redeem(&web, &fresh("", "").await, &[]).await["error"],
        "access_denied"
    );
    web.switches().set(|s| s.enterprise.trusted.clear());
    assert_eq!(
        redeem(&web, &fresh("", "").await, &[]).await["error"],
        "unsupported_grant_type"
    );
}

#[tokio::test]
async fn a_workload_needs_no_client_id() {
    let key = SigningKey::generate();
    let platform = "https://platform.example";
    let web = Testbed::start(Switches::default().trusting_platform(platform, key.jwks()))
        .await
        .expect("two free ports");
    let ask = async |jwt: &str, more: &[(&str, &str)]| {
        ask(
            &web,
            &[],
            &[&[("grant_type", JWT_BEARER), ("assertion", jwt)], more].concat(),
        )
        .await
        .json()
    };
    let jwt = platform_jwt(&key, platform, "spiffe://prod/agent", &web.issuer());
    for _ in 0..2 {
        let tokens = ask(&jwt, &[]).await;
        let who = call(&web, text(&tokens, "access_token"), "whoami", json!({}))
            .await
            .json();
        assert_eq!(
            who["result"]["structuredContent"]["user"],
            "spiffe://prod/agent"
        );
    }
    let strange = platform_jwt(&SigningKey::generate(), platform, "x", &web.issuer());
    assert_eq!(ask(&strange, &[]).await["error"], "invalid_grant");
    assert_eq!(
        ask(
            &platform_jwt(&key, "https://other.example", "x", &web.issuer()),
            &[]
        )
        .await["error"],
        "invalid_grant"
    );
    assert_eq!(
        ask(
            &platform_jwt(&key, platform, "x", "https://other.example"),
            &[]
        )
        .await["error"],
        "invalid_grant"
    );
    assert_eq!(
        ask(&jwt, &[("resource", "https://other.example")]).await["error"],
        "invalid_target"
    );
    assert_eq!(
        ask(&jwt, &[("client_id", "nobody")]).await["error"],
        "invalid_client"
    );
    web.switches()
        .set(|s| s.workload.refused = Some("access_denied".into()));
    assert_eq!(ask(&jwt, &[]).await["error"], "access_denied");
}
