//! The switches for what was seen in the field, the smaller ones.

use serde_json::{Value, json};
use testbed::switches::{
    Answer, AuthorizationServers, McpAnswers, MetadataPlace, RefreshWithoutScope,
    RegistrationScope, ResourceInMetadata, ResourceMetadataPlace, ResourceParameter,
    RevocationAnswers, TokenAnswers,
};
use testbed::{Switches, Testbed};

use crate::http::{get, post_form, post_json};
use crate::person::{
    answer, authorize_url, call, code, exchange, logged_in, metadata, refresh, register, text,
};

async fn start(switches: Switches) -> Testbed {
    Testbed::start(switches.approving_as("ada"))
        .await
        .expect("two free ports")
}

#[tokio::test]
async fn each_metadata_place_may_answer_otherwise() {
    let web = start(Switches {
        issuer_path: "/t".into(),
        metadata_at: vec![MetadataPlace::OpenIdAppended],
        metadata_answers_at: vec![
            (MetadataPlace::OAuthInserted, Answer::Html),
            (MetadataPlace::OpenIdInserted, Answer::Status(500)),
        ],
        metadata_absent_status: 405,
        ..Switches::default()
    })
    .await;
    let origin = web.issuer().replace("/t", "");
    let status = async |path: &str| get(&format!("{origin}{path}"), &[]).await.status;
    assert_eq!(
        status("/.well-known/oauth-authorization-server/t").await,
        200
    );
    assert_eq!(status("/.well-known/openid-configuration/t").await, 500);
    assert_eq!(status("/.well-known/oauth-authorization-server").await, 405);
    assert_eq!(
        get(&format!("{origin}/t/.well-known/openid-configuration"), &[])
            .await
            .json()["issuer"],
        web.issuer()
    );
    assert_eq!(status("/nowhere").await, 404);
    web.switches().set(|s| s.unknown_paths_html = true);
    assert_eq!(status("/nowhere").await, 200);
}

#[tokio::test]
async fn the_resources_document_may_be_elsewhere_or_name_one_server_only() {
    let web = start(Switches {
        resource_metadata_at: ResourceMetadataPlace::OtherOrigin,
        ..Switches::default()
    })
    .await;
    let challenge = get(&web.resource(), &[]).await;
    let challenge = challenge.header("www-authenticate").expect("a challenge");
    let url = challenge.split('"').nth(1).expect("a URL");
    assert!(url.starts_with(&web.issuer()), "{url}");
    assert_eq!(get(url, &[]).await.json()["resource"], web.resource());
    web.switches()
        .set(|s| s.authorization_servers = AuthorizationServers::Singular);
    let document = get(url, &[]).await.json();
    assert_eq!(
        (
            &document["authorization_server"],
            document.get("authorization_servers")
        ),
        (&json!(web.issuer()), None)
    );
}

#[tokio::test]
async fn a_resource_may_be_no_mcp_server_or_wait_for_a_hint() {
    let web = start(Switches {
        early_challenge_query: Some("oauth=initialize".into()),
        ..Switches::default()
    })
    .await;
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "protocolVersion": "2025-11-25" } });
    assert_eq!(post_json(&web.resource(), &[], &body).await.status, 200);
    assert_eq!(
        post_json(&format!("{}?oauth=initialize", web.resource()), &[], &body)
            .await
            .status,
        401
    );
    web.switches()
        .set(|s| s.mcp_answers = McpAnswers::PlainRest);
    web.switches().set(|s| s.early_challenge_query = None);
    assert_eq!(get(&web.resource(), &[]).await.status, 401);
    let (_, tokens) = logged_in(&web, "notes:read").await;
    let bearer = format!("Bearer {}", text(&tokens, "access_token"));
    assert!(
        get(&web.resource(), &[("authorization", &bearer)])
            .await
            .json()["notes"]
            .is_array()
    );
}

#[tokio::test]
async fn registration_is_as_narrow_or_as_wide_as_the_switches_say() {
    let web = start(Switches {
        registration_refuses_unknown_members: true,
        ..Switches::default()
    })
    .await;
    let url = format!("{}/register", web.issuer());
    let send = async |body: &Value| post_json(&url, &[], body).await;
    assert_eq!(
        send(&metadata()).await.json()["error_description"],
        "software_id is not known here"
    );
    web.switches().replace(Switches {
        registration_needs_scope: true,
        ..Switches::default()
    });
    assert_eq!(send(&metadata()).await.status, 400);
    web.switches().replace(Switches {
        registration_pads: true,
        registration_scope: RegistrationScope::All,
        secret_expires_at: 7,
        management_uri: Some("/here".into()),
        ..Switches::default()
    });
    let mut asked = metadata();
    asked["token_endpoint_auth_method"] = json!("client_secret_post");
    let made = send(&asked).await.json();
    assert_eq!(
        (&made["logo_uri"], &made["contacts"]),
        (&json!(""), &Value::Null)
    );
    assert_eq!(
        made["scope"],
        "openid profile notes:read notes:write offline_access"
    );
    assert_eq!(
        (
            &made["client_secret_expires_at"],
            &made["registration_client_uri"]
        ),
        (&json!(7), &json!("/here"))
    );
}

#[tokio::test]
async fn a_resource_is_taken_in_the_words_that_were_published() {
    let web = start(Switches {
        resource_in_metadata: ResourceInMetadata::TrailingSlash,
        ..Switches::default()
    })
    .await;
    let client = register(&web).await;
    let slashed = format!("{}/", web.resource());
    let answered = get(
        &authorize_url(&web, &client, &[("resource", &slashed)]),
        &[],
    )
    .await;
    assert!(answer(answered.location()).contains_key("code"));
    let other = get(
        &authorize_url(&web, &client, &[("resource", "http://127.0.0.1/")]),
        &[],
    )
    .await;
    assert_eq!(answer(other.location())["error"], "invalid_target");
    web.switches()
        .set(|s| s.resource_parameter = ResourceParameter::RefusedAtToken);
    let refused = exchange(&web, &client, &code(&web, &client, &[]).await).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (400, &json!("invalid_target"))
    );
}

#[tokio::test]
async fn scopes_and_prompts_may_be_refused_and_a_missing_scope_may_spoil_the_code() {
    let web = start(Switches {
        refused_scopes: vec!["offline_access".into()],
        ..Switches::default()
    })
    .await;
    let client = register(&web).await;
    let error = async |changes: &[(&str, &str)]| {
        answer(
            get(&authorize_url(&web, &client, changes), &[])
                .await
                .location(),
        )
        .get("error")
        .cloned()
    };
    assert_eq!(
        error(&[("scope", "notes:read offline_access")])
            .await
            .as_deref(),
        Some("invalid_scope")
    );
    assert_eq!(error(&[]).await, None);
    web.switches().replace(Switches {
        refuses_prompt_consent: true,
        ..Switches::default().approving_as("ada")
    });
    assert_eq!(
        error(&[("prompt", "consent")]).await.as_deref(),
        Some("access_denied")
    );
    web.switches().replace(Switches {
        omitted_scope_spoils_code: true,
        ..Switches::default().approving_as("ada")
    });
    let spoilt = answer(
        get(&authorize_url(&web, &client, &[("scope", "")]), &[])
            .await
            .location(),
    );
    assert_eq!(
        exchange(&web, &client, &spoilt["code"]).await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_new_login_may_end_the_one_before() {
    let web = start(Switches {
        one_grant_a_person: true,
        ..Switches::default()
    })
    .await;
    let client = register(&web).await;
    let first = exchange(&web, &client, &code(&web, &client, &[]).await)
        .await
        .json();
    exchange(&web, &client, &code(&web, &client, &[]).await).await;
    assert_eq!(
        refresh(&web, &client, text(&first, "refresh_token"))
            .await
            .json()["error"],
        "invalid_grant"
    );
    assert_eq!(
        call(&web, text(&first, "access_token"), "whoami", json!({}))
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn token_errors_have_all_the_shapes() {
    let web = start(Switches {
        clients_unknown_times: 1,
        invalid_client_status: 422,
        ..Switches::default()
    })
    .await;
    let client = register(&web).await;
    let granted = code(&web, &client, &[]).await;
    assert_eq!(exchange(&web, &client, &granted).await.status, 422);
    let tokens = exchange(&web, &client, &granted).await.json();
    let (url, token) = (
        format!("{}/token", web.issuer()),
        text(&tokens, "refresh_token"),
    );
    let resource = web.resource();
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("client_id", &client),
        ("resource", &resource),
    ];
    for (answer, status, body) in [
        (TokenAnswers::Empty403, 403, ""),
        (
            TokenAnswers::ErrorWithoutDescription("invalid_code".into()),
            400,
            r#"{"error":"invalid_code"}"#,
        ),
    ] {
        web.switches()
            .set(|s| s.refresh_answers = Some(answer.clone()));
        let reply = post_form(&url, &[], &form).await;
        assert_eq!((reply.status, &*reply.body), (status, body), "{answer:?}");
    }
    web.switches().set(|s| s.refresh_answers = None);
    web.switches()
        .set(|s| s.refresh_without_scope = RefreshWithoutScope::Refused);
    assert_eq!(
        post_form(&url, &[], &form).await.json()["error"],
        "invalid_request"
    );
    web.switches().set(|s| s.token_errors_in_200 = true);
    web.switches()
        .set(|s| s.token_form_encoded_unless_asked = true);
    let reply = post_form(&url, &[], &form).await;
    assert!(
        reply.status == 200 && reply.body.starts_with("error=invalid_request"),
        "{}",
        reply.body
    );
    assert_eq!(
        post_form(&url, &[("accept", "application/json")], &form)
            .await
            .json()["error"],
        "invalid_request"
    );
}

#[tokio::test]
async fn revocation_may_want_basic_or_refuse_what_it_does_not_know() {
    let web = start(Switches {
        revocation_answers: RevocationAnswers::RefusesUnknown,
        ..Switches::default()
    })
    .await;
    let client = register(&web).await;
    let url = format!("{}/revoke", web.issuer());
    let refused = post_form(
        &url,
        &[],
        &[("token", "never seen"), ("client_id", &client)],
    )
    .await;
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (400, &json!("invalid_token"))
    );
    web.switches().set(|s| s.revocation_wants_basic = true);
    let (id, secret) = web.preregister("by hand", &[], true);
    let secret = secret.expect("asked for");
    let by_post = post_form(
        &url,
        &[],
        &[
            ("token", "x"),
            ("client_id", &id),
            ("client_secret", &secret),
        ],
    )
    .await;
    assert_eq!(
        (by_post.status, &by_post.json()["error"]),
        (401, &json!("invalid_client"))
    );
}
