//! The ready-made set-ups, request by request as the vendors answer them.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use testbed::{Role, Testbed, Topology};
use url::form_urlencoded::Serializer;

use crate::http::{Reply, get, post_form, post_json};
use crate::person::{CHALLENGE, VERIFIER, answer};

const DEEP_LINK: &str = "app.gatelodge.desktop:/oauth/callback";
const LOCALHOST: &str = "http://localhost:4283/callback";

/// An authorization request, and what the last of its redirects says.
async fn authorized(
    endpoint: &Value,
    client: &str,
    redirect: &str,
    scope: &str,
) -> std::collections::HashMap<String, String> {
    let mut params = vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", redirect),
        ("state", "s"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    if !scope.is_empty() {
        params.push(("scope", scope));
    }
    let query = Serializer::new(String::new()).extend_pairs(params).finish();
    let mut to = format!("{}?{query}", endpoint.as_str().expect("an endpoint"));
    while to.starts_with("http://") && !to.starts_with(redirect) {
        let reply = get(&to, &[]).await;
        reply.location().clone_into(&mut to);
    }
    answer(&to)
}

async fn tokens(endpoint: &Value, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Reply {
    post_form(endpoint.as_str().expect("an endpoint"), headers, form).await
}

fn code<'a>(client: &'a str, code: &'a str, redirect: &'a str) -> Vec<(&'a str, &'a str)> {
    let grant = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("code_verifier", VERIFIER),
    ];
    [
        &grant[..],
        &[("redirect_uri", redirect), ("client_id", client)],
    ]
    .concat()
}

async fn proxy_metadata(web: &Testbed) -> Value {
    let origin = web.resource().replace("/v1/contexts", "");
    get(
        &format!("{origin}/.well-known/oauth-authorization-server"),
        &[],
    )
    .await
    .json()
}

#[tokio::test]
async fn the_first_example_has_four_origins_and_says_so_to_nobody() {
    let web = Topology::first_example()
        .approving_as("ada")
        .start()
        .await
        .expect("free ports");
    let refused = get(&web.resource(), &[]).await;
    assert_eq!(refused.status, 401);
    let origin = web.resource().replace("/v1/contexts", "");
    assert!(origin.starts_with("http://localhost:"), "{origin}");
    let named = format!("resource_metadata=\"{origin}/.well-known/oauth-protected-resource\"");
    assert!(
        refused
            .header("www-authenticate")
            .is_some_and(|challenge| challenge.contains(&named))
    );

    let resource = get(
        &format!("{origin}/.well-known/oauth-protected-resource"),
        &[],
    )
    .await
    .json();
    assert_eq!(resource["resource"], origin);
    assert_eq!(
        resource["authorization_servers"],
        json!([format!("{origin}/.well-known/oauth-authorization-server")])
    );
    assert_eq!(
        resource["scopes_supported"],
        json!([
            "openid",
            "profile",
            "email",
            "mcp-api/read",
            "mcp-api/write"
        ])
    );

    let metadata = proxy_metadata(&web).await;
    assert_eq!(metadata["issuer"], web.issuer());
    assert_eq!(
        metadata["authorization_endpoint"],
        format!("{origin}/oauth/authorize")
    );
    assert_eq!(metadata["token_endpoint"], format!("{origin}/oauth/token"));
    let of = |member: &str| {
        metadata[member]
            .as_str()
            .expect("there")
            .split('/')
            .nth(2)
            .expect("a host")
            .to_owned()
    };
    let origins = [
        of("issuer"),
        of("token_endpoint"),
        of("registration_endpoint"),
        of("revocation_endpoint"),
    ];
    let mut different = origins.to_vec();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 4, "{origins:?}");
}

#[tokio::test]
async fn the_first_examples_proxy_sleeps_drops_basic_and_takes_a_secret_in_the_body() {
    let web = Topology::first_example()
        .approving_as("ada")
        .start()
        .await
        .expect("free ports");
    let origin = web.resource().replace("/v1/contexts", "");
    assert_eq!(
        get(&format!("{origin}/oauth/authorize?client_id=x"), &[])
            .await
            .status,
        503
    );
    let metadata = proxy_metadata(&web).await;
    let registration = metadata["registration_endpoint"].as_str().expect("there");

    let failed = post_json(registration, &[], &json!({ "client_name": "no redirects" })).await;
    assert_eq!(
        (failed.status, failed.json()["error"].as_str()),
        (500, Some("server_error"))
    );
    let literal = json!({ "redirect_uris": ["http://127.0.0.1:4283/callback"] });
    assert_eq!(
        post_json(registration, &[], &literal).await.status,
        500,
        "the pool takes loopback by name only"
    );
    let asked = json!({ "redirect_uris": [DEEP_LINK], "token_endpoint_auth_method": "none", "scope": "whatever" });
    let (first, second) = (
        post_json(registration, &[], &asked).await.json(),
        post_json(registration, &[], &asked).await.json(),
    );
    assert_ne!(
        first["client_id"], second["client_id"],
        "a new client at each call"
    );
    assert_eq!(first["token_endpoint_auth_method"], "client_secret_basic");
    let id = first["client_id"].as_str().expect("there");
    let secret = first["client_secret"].as_str().expect("there");

    let scope = "openid profile email mcp-api/read";
    let answered = authorized(&metadata["authorization_endpoint"], id, DEEP_LINK, scope).await;
    assert!(!answered.contains_key("iss"));
    let basic = base64_basic(id, secret);
    let refused = tokens(
        &metadata["token_endpoint"],
        &[("authorization", &basic)],
        &code(id, &answered["code"], DEEP_LINK),
    )
    .await;
    assert_eq!(
        (refused.status, refused.json()["error"].as_str()),
        (400, Some("invalid_client"))
    );
    let form = [
        &code(id, &answered["code"], DEEP_LINK)[..],
        &[("client_secret", secret)],
    ]
    .concat();
    let granted = tokens(&metadata["token_endpoint"], &[], &form).await;
    assert_eq!(granted.status, 200, "{}", granted.body);
    let granted = granted.json();
    let bearer = format!(
        "Bearer {}",
        granted["access_token"].as_str().expect("there")
    );
    let notes = get(&web.resource(), &[("authorization", &bearer)]).await;
    assert_eq!(notes.status, 200);
    assert!(notes.json()["notes"].is_array());

    // Revocation goes to the pool itself, by Basic or in the body, refresh tokens only; access dies with them.
    let revocation = &metadata["revocation_endpoint"];
    let access = [
        ("token", granted["access_token"].as_str().expect("there")),
        ("client_id", id),
    ];
    let refused = tokens(revocation, &[("authorization", &basic)], &access).await;
    assert_eq!(
        (refused.status, refused.json()["error"].as_str()),
        (400, Some("unsupported_token_type"))
    );
    let refresh = [("token", granted["refresh_token"].as_str().expect("there"))];
    assert_eq!(
        tokens(revocation, &[("authorization", &basic)], &refresh)
            .await
            .status,
        200
    );
    assert_eq!(
        get(&web.resource(), &[("authorization", &bearer)])
            .await
            .status,
        401
    );
    assert!(
        web.log()
            .iter()
            .any(|request| request.role == Role::LoginHost && request.path == "/oauth2/revoke")
    );

    web.restart_proxy();
    assert_eq!(
        get(&format!("{origin}/oauth/authorize?client_id={id}"), &[])
            .await
            .status,
        503
    );
}

fn base64_basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

#[tokio::test]
async fn the_first_example_stands_in_for_clients_with_a_document() {
    let web = Topology::first_example()
        .approving_as("ada")
        .start()
        .await
        .expect("free ports");
    let id = "https://client.example/oauth/client.json";
    web.publish_client_document(
        id,
        json!({ "client_id": id, "client_name": "C", "redirect_uris": [DEEP_LINK] }),
    );
    let metadata = proxy_metadata(&web).await;
    assert_eq!(metadata["client_id_metadata_document_supported"], true);
    let endpoint = &metadata["authorization_endpoint"];
    let refused = authorized(endpoint, id, DEEP_LINK, "openid profile email mcp-api/read").await;
    assert_eq!(
        (&*refused["error"], &*refused["error_description"]),
        ("invalid_request", "invalid_scope")
    );
    let answered = authorized(endpoint, id, DEEP_LINK, "openid profile email").await;
    let granted = tokens(
        &metadata["token_endpoint"],
        &[],
        &code(id, &answered["code"], DEEP_LINK),
    )
    .await;
    assert_eq!(granted.status, 200, "{}", granted.body);
}

#[tokio::test]
async fn plain_cognito_has_one_document_and_exactly_its_members() {
    let web = Topology::plain_cognito()
        .approving_as("ada")
        .start()
        .await
        .expect("free ports");
    let issuer = web.issuer();
    assert!(issuer.ends_with("/us-east-1_Example"), "{issuer}");
    let origin = issuer.replace("/us-east-1_Example", "");
    for place in [
        "/.well-known/oauth-authorization-server/us-east-1_Example",
        "/.well-known/openid-configuration/us-east-1_Example",
    ] {
        assert_eq!(get(&format!("{origin}{place}"), &[]).await.status, 400);
    }
    let metadata = get(&format!("{issuer}/.well-known/openid-configuration"), &[])
        .await
        .json();
    let mut members: Vec<&str> = metadata
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    members.sort_unstable();
    let expected = [
        "authorization_endpoint",
        "end_session_endpoint",
        "id_token_signing_alg_values_supported",
        "issuer",
        "jwks_uri",
        "response_types_supported",
        "revocation_endpoint",
        "scopes_supported",
        "subject_types_supported",
        "token_endpoint",
        "token_endpoint_auth_methods_supported",
        "userinfo_endpoint",
    ];
    assert_eq!(members, expected);
    let host = |member: &str| {
        metadata[member]
            .as_str()
            .expect("there")
            .split('/')
            .nth(2)
            .map(str::to_owned)
    };
    assert_ne!(host("issuer"), host("token_endpoint"));

    // Loopback by name, and nothing but what was registered.
    let (id, _) = web.preregister(
        "by hand",
        &[LOCALHOST, "http://127.0.0.1:4283/callback"],
        false,
    );
    let endpoint = &metadata["authorization_endpoint"];
    for other in [
        "http://127.0.0.1:4283/callback",
        "http://localhost:4284/callback",
    ] {
        let query = Serializer::new(String::new())
            .extend_pairs([("client_id", &*id), ("redirect_uri", other)])
            .finish();
        assert_eq!(
            get(
                &format!("{}?{query}", endpoint.as_str().expect("there")),
                &[]
            )
            .await
            .status,
            400
        );
    }
    assert_eq!(
        authorized(endpoint, &id, LOCALHOST, "openid offline_access").await["error"],
        "invalid_scope"
    );

    let spoilt = authorized(endpoint, &id, LOCALHOST, "").await;
    let refused = tokens(
        &metadata["token_endpoint"],
        &[],
        &code(&id, &spoilt["code"], LOCALHOST),
    )
    .await;
    assert_eq!(
        (refused.status, refused.json()["error"].as_str()),
        (400, Some("invalid_grant"))
    );

    let answered = authorized(endpoint, &id, LOCALHOST, "openid mcp-api/read").await;
    let granted = tokens(
        &metadata["token_endpoint"],
        &[],
        &code(&id, &answered["code"], LOCALHOST),
    )
    .await
    .json();
    assert_eq!(granted.get("scope"), None);
    let refresh = granted["refresh_token"].as_str().expect("there");
    for _ in 0..2 {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh),
            ("client_id", &*id),
        ];
        let renewed = tokens(&metadata["token_endpoint"], &[], &form).await;
        assert_eq!(
            (renewed.status, renewed.json().get("refresh_token")),
            (200, None)
        );
    }
}

#[tokio::test]
async fn entra_refuses_a_resource_beside_its_scopes() {
    let web = Topology::entra()
        .approving_as("ada")
        .start()
        .await
        .expect("free ports");
    let metadata = get(
        &format!("{}/.well-known/openid-configuration", web.issuer()),
        &[],
    )
    .await
    .json();
    assert_eq!(metadata["issuer"], web.issuer());
    assert_eq!(metadata.get("code_challenge_methods_supported"), None);
    assert_eq!(metadata.get("registration_endpoint"), None);
    let (id, _) = web.preregister("by hand", &[LOCALHOST], false);
    let endpoint = metadata["authorization_endpoint"].as_str().expect("there");
    let with_resource = json!(format!("{endpoint}?resource={}", web.resource()));
    let with_resource = with_resource.as_str().expect("text");
    let query = Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", &*id),
            ("redirect_uri", LOCALHOST),
            ("state", "s"),
        ])
        .extend_pairs([
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("scope", "api://notes/read"),
        ])
        .finish();
    let refused = answer(
        get(&format!("{with_resource}&{query}"), &[])
            .await
            .location(),
    );
    assert_eq!(refused["error"], "invalid_target");
    assert!(refused["error_description"].starts_with("AADSTS9010010"));

    let answered = authorized(
        &metadata["authorization_endpoint"],
        &id,
        LOCALHOST,
        "api://notes/read offline_access",
    )
    .await;
    let granted = tokens(
        &metadata["token_endpoint"],
        &[],
        &code(&id, &answered["code"], LOCALHOST),
    )
    .await
    .json();
    let renewed = async |token: &Value, scope: &str| {
        let token = token.as_str().expect("a refresh token");
        let mut form = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", &*id),
        ];
        if !scope.is_empty() {
            form.push(("scope", scope));
        }
        tokens(&metadata["token_endpoint"], &[], &form).await.json()
    };
    let narrower = renewed(&granted["refresh_token"], "").await;
    assert_eq!(narrower["scope"], "api://notes/read");
    let whole = renewed(
        &narrower["refresh_token"],
        "api://notes/read offline_access",
    )
    .await;
    assert_eq!(whole["scope"], "api://notes/read offline_access");
}

#[tokio::test]
async fn github_answers_in_form_encoding_and_with_200() {
    let web = Topology::github()
        .approving_as("ada")
        .start()
        .await
        .expect("free ports");
    let origin = web.issuer().replace("/login/oauth", "");
    assert_eq!(
        get(
            &format!("{}/.well-known/openid-configuration", web.issuer()),
            &[]
        )
        .await
        .status,
        404
    );
    let metadata = get(
        &format!("{origin}/.well-known/oauth-authorization-server/login/oauth"),
        &[],
    )
    .await
    .json();
    assert_eq!(
        metadata["token_endpoint"],
        format!("{origin}/login/oauth/token")
    );
    let (id, secret) = web.preregister("by hand", &[LOCALHOST], true);
    let secret = secret.expect("asked for");
    let wrong = tokens(
        &metadata["token_endpoint"],
        &[],
        &code(&id, "no-such-code", LOCALHOST),
    )
    .await;
    assert_eq!(
        (wrong.status, wrong.header("content-type")),
        (200, Some("application/x-www-form-urlencoded"))
    );
    assert!(wrong.body.starts_with("error="), "{}", wrong.body);
    let answered = authorized(
        &metadata["authorization_endpoint"],
        &id,
        LOCALHOST,
        "read:user",
    )
    .await;
    let form = [
        &code(&id, &answered["code"], LOCALHOST)[..],
        &[("client_secret", &*secret)],
    ]
    .concat();
    let granted = tokens(
        &metadata["token_endpoint"],
        &[("accept", "application/json")],
        &form,
    )
    .await
    .json();
    assert_eq!(granted["token_type"], "bearer");
    assert_eq!(granted.get("refresh_token"), None);
}
