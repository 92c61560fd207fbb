//! That the switches do what they say; those of one kind share a test.

use std::time::Duration;

use serde_json::{Value, json};
use testbed::switches::{
    Answer, AuthorizationServers, AuthorizeAnswers, ChallengeShape, ExpiresIn, IssInResponse,
    MetadataPlace, ResourceInMetadata, ResourceMetadataPlace, ResourceParameter, RevocationAnswers,
    ScopeInAnswer, SecretUnasked, TokenAnswers,
};
use testbed::{Switches, Testbed};
use tokio::time::timeout;

use crate::http::{get, post_form, post_json, send};
use crate::person::{
    answer, authorize_url, call, code, exchange, logged_in, metadata, refresh, register, text,
};

async fn start(switches: Switches) -> Testbed {
    Testbed::start(switches.approving_as("ada"))
        .await
        .expect("two free ports")
}

#[tokio::test]
async fn metadata_is_where_and_what_the_switches_say() {
    let web = start(
        Switches::default()
            .issuer_path("/t")
            .metadata_at(&[MetadataPlace::OpenIdAppended]),
    )
    .await;
    let origin = web.issuer().replace("/t", "");
    assert_eq!(
        get(
            &format!("{origin}/.well-known/oauth-authorization-server/t"),
            &[]
        )
        .await
        .status,
        404
    );
    let document = get(&format!("{origin}/t/.well-known/openid-configuration"), &[])
        .await
        .json();
    assert_eq!(document["issuer"], web.issuer());

    let url = format!("{origin}/.well-known/oauth-authorization-server");
    let document = |switches: Switches| {
        web.switches().replace(switches);
        let url = url.clone();
        async move { get(&url, &[]).await.json() }
    };
    assert_eq!(
        document(Switches::default().speaking_for("https://other.example")).await["issuer"],
        "https://other.example"
    );
    assert_eq!(
        document(Switches::default().issuer_with_trailing_slash()).await["issuer"],
        format!("{origin}/")
    );
    assert!(
        document(Switches::default().without_pkce_advertised())
            .await
            .get("code_challenge_methods_supported")
            .is_none()
    );
    assert_eq!(
        document(Switches::default().advertising_plain_pkce_only()).await["code_challenge_methods_supported"],
        json!(["plain"])
    );
    assert!(
        document(Switches::default().without_registration())
            .await
            .get("registration_endpoint")
            .is_none()
    );
    let hostile = document(
        Switches::default()
            .authorization_endpoint("javascript:alert(1)")
            .token_endpoint("http://10.0.0.1/token"),
    )
    .await;
    assert_eq!(hostile["authorization_endpoint"], "javascript:alert(1)");
    assert_eq!(hostile["token_endpoint"], "http://10.0.0.1/token");
    let missing =
        document(Switches::default().answering_revocation(RevocationAnswers::Missing)).await;
    assert!(missing.get("revocation_endpoint").is_none());
}

#[tokio::test]
async fn documents_can_be_replaced_by_trouble() {
    let web = start(Switches::default()).await;
    let url = format!("{}/.well-known/oauth-authorization-server", web.issuer());
    let set = |answer| web.switches().set(|s| s.metadata_answers = answer);
    set(Answer::Status(500));
    assert_eq!(get(&url, &[]).await.status, 500);
    set(Answer::Html);
    assert!(
        get(&url, &[])
            .await
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
    );
    set(Answer::Garbage);
    assert!(serde_json::from_str::<Value>(&get(&url, &[]).await.body).is_err());
    set(Answer::Never);
    assert!(
        timeout(Duration::from_millis(100), get(&url, &[]))
            .await
            .is_err()
    );
    set(Answer::Endless);
    assert!(
        timeout(Duration::from_millis(100), get(&url, &[]))
            .await
            .is_err()
    );
    let seen: Vec<Option<u16>> = web
        .requests_to("/.well-known/oauth-authorization-server")
        .iter()
        .map(|entry| entry.status)
        .collect();
    assert_eq!(seen, [Some(500), Some(200), Some(200), None, Some(200)]);
}

#[tokio::test]
async fn the_resource_speaks_as_the_switches_say() {
    let web =
        start(Switches::default().resource_metadata_at(ResourceMetadataPlace::RootOnly)).await;
    let origin = web.resource().replace("/mcp", "");
    assert_eq!(
        get(&web.resource(), &[]).await.header("www-authenticate"),
        Some("Bearer scope=\"notes:read\"")
    );
    let root = format!("{origin}/.well-known/oauth-protected-resource");
    assert_eq!(get(&root, &[]).await.json()["resource"], web.resource());
    assert_eq!(get(&format!("{root}/mcp"), &[]).await.status, 404);
    web.switches()
        .set(|s| s.resource_in_metadata = ResourceInMetadata::OtherOrigin);
    assert_eq!(
        get(&root, &[]).await.json()["resource"],
        "https://notes.example.com/mcp"
    );
    web.switches()
        .set(|s| s.authorization_servers = AuthorizationServers::Empty);
    assert_eq!(
        get(&root, &[]).await.json()["authorization_servers"],
        json!([])
    );

    web.switches()
        .replace(Switches::default().resource_metadata_at(ResourceMetadataPlace::HeaderOnly));
    let header = get(&web.resource(), &[])
        .await
        .header("www-authenticate")
        .map(str::to_owned)
        .expect("a challenge");
    let place = header.split('"').nth(1).expect("a quoted URL").to_owned();
    assert_eq!(get(&place, &[]).await.json()["resource"], web.resource());
    for (shape, expected) in [
        (ChallengeShape::Absent, None),
        (ChallengeShape::Bare, Some("Bearer")),
        (
            ChallengeShape::WithoutMetadata,
            Some("Bearer scope=\"notes:read\""),
        ),
    ] {
        web.switches().set(|s| s.challenge = shape);
        assert_eq!(
            get(&web.resource(), &[]).await.header("www-authenticate"),
            expected
        );
    }
}

#[tokio::test]
async fn registration_refuses_forgets_and_surprises() {
    let web = start(Switches::default().refusing_private_use_at_registration()).await;
    let url = format!("{}/register", web.issuer());
    let mut native = metadata();
    native["redirect_uris"] = json!(["app.gatelodge.desktop:/oauth/callback"]);
    let refused = post_json(&url, &[], &native).await;
    assert_eq!(
        (refused.status, text(&refused.json(), "error")),
        (400, "invalid_redirect_uri")
    );

    web.switches().replace(
        Switches::default()
            .refusing_private_use_at_authorize()
            .approving_as("ada"),
    );
    let client = post_json(&url, &[], &native).await.json();
    let change = [("redirect_uri", "app.gatelodge.desktop:/oauth/callback")];
    let page = get(
        &authorize_url(&web, text(&client, "client_id"), &change),
        &[],
    )
    .await;
    assert_eq!((page.status, page.header("location")), (500, None));
    web.switches()
        .set(|s| s.authorize_refuses_private_use = false);
    let deep_link = get(
        &authorize_url(&web, text(&client, "client_id"), &change),
        &[],
    )
    .await;
    assert!(
        deep_link
            .location()
            .starts_with("app.gatelodge.desktop:/oauth/callback?code=")
    );

    for (switches, status) in [
        (Switches::default().without_registration(), 404),
        (Switches::default().forbidding_registration(), 403),
        (Switches::default().registration_status(200), 200),
        (
            Switches::default().answering_registration(Answer::Status(500)),
            500,
        ),
    ] {
        web.switches().replace(switches);
        assert_eq!(post_json(&url, &[], &metadata()).await.status, status);
    }
    web.switches()
        .replace(Switches::default().forgetting_registrations());
    let client = register(&web).await;
    assert_eq!(
        get(&authorize_url(&web, &client, &[]), &[]).await.status,
        400
    );

    web.switches().replace(
        Switches::default()
            .secret_unasked(SecretUnasked::SaysNone)
            .approving_as("ada"),
    );
    let answer = post_json(&url, &[], &metadata()).await.json();
    assert_eq!(answer["token_endpoint_auth_method"], "none");
    let client = text(&answer, "client_id");
    let code = code(&web, client, &[]).await;
    assert_eq!(
        text(&exchange(&web, client, &code).await.json(), "error"),
        "invalid_client"
    );
}

#[tokio::test]
async fn the_issuer_in_answers_is_as_the_switch_says() {
    let web = start(Switches::default()).await;
    let client = register(&web).await;
    let denying = AuthorizeAnswers::Error("access_denied".into());
    for (iss, in_success, in_error) in [
        (IssInResponse::Right, Some(web.issuer()), Some(web.issuer())),
        (IssInResponse::OmittedThoughAdvertised, None, None),
        (IssInResponse::OmittedInErrors, Some(web.issuer()), None),
        (
            IssInResponse::Wrong("https://x.example".into()),
            Some("https://x.example".into()),
            Some("https://x.example".into()),
        ),
        (
            IssInResponse::TrailingSlash,
            Some(format!("{}/", web.issuer())),
            Some(format!("{}/", web.issuer())),
        ),
        (IssInResponse::NotAdvertised, None, None),
    ] {
        for (answers, expected, key) in [
            (AuthorizeAnswers::Proper, in_success, "code"),
            (denying.clone(), in_error, "error"),
        ] {
            web.switches()
                .set(|s| (s.iss, s.authorize_answers) = (iss.clone(), answers));
            let reply = get(&authorize_url(&web, &client, &[]), &[]).await;
            let mut answer = answer(reply.location());
            assert!(answer.contains_key(key));
            assert_eq!(answer.remove("iss"), expected, "{iss:?}");
        }
    }
}

#[tokio::test]
async fn the_token_endpoint_fails_in_every_way() {
    let web = start(Switches::default()).await;
    let (client, tokens) = logged_in(&web, "notes:read").await;
    let token = text(&tokens, "refresh_token");
    for (told, status, error) in [
        (TokenAnswers::ServerError, 500, Some("server_error")),
        (
            TokenAnswers::Unavailable(7),
            503,
            Some("temporarily_unavailable"),
        ),
        (TokenAnswers::Html(400), 400, None),
        (TokenAnswers::InvalidGrant(401), 401, Some("invalid_grant")),
        (TokenAnswers::ErrorIn200, 200, Some("invalid_grant")),
        (TokenAnswers::Empty400, 400, None),
        (
            TokenAnswers::Error("invalid_code".into()),
            400,
            Some("invalid_code"),
        ),
        (
            TokenAnswers::Redirect("http://127.0.0.1:1/".into()),
            307,
            None,
        ),
    ] {
        web.switches()
            .set(|s| s.refresh_answers = Some(told.clone()));
        let reply = refresh(&web, &client, token).await;
        assert_eq!(reply.status, status, "{told:?}");
        let body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        assert_eq!(body["error"].as_str(), error, "{told:?}");
    }
    web.switches().set(|s| {
        (s.refresh_answers, s.token_misbehaves_times) = (Some(TokenAnswers::ServerError), Some(1));
    });
    assert_eq!(refresh(&web, &client, token).await.status, 500);
    assert_eq!(
        refresh(&web, &client, token).await.status,
        200,
        "nothing was spent, and it misbehaves only once"
    );
}

#[tokio::test]
async fn a_cut_after_commit_spends_the_token() {
    let web = start(
        Switches::default()
            .answering_refresh(TokenAnswers::CutAfterCommit)
            .times(1),
    )
    .await;
    let (client, tokens) = logged_in(&web, "notes:read").await;
    let (resource, token) = (web.resource(), text(&tokens, "refresh_token"));
    let body = format!(
        "grant_type=refresh_token&client_id={client}&resource={resource}&refresh_token={token}"
    );
    assert!(
        send("POST", &format!("{}/token", web.issuer()), &[], &body)
            .await
            .is_none(),
        "no answer at all"
    );
    assert_eq!(web.requests_to("/token")[1].status, None);
    assert_eq!(
        text(&refresh(&web, &client, token).await.json(), "error"),
        "invalid_grant"
    );
}

#[tokio::test]
async fn token_answers_have_the_shapes_of_the_field() {
    let web = start(Switches::default()).await;
    let tokens = |switches: Switches| {
        web.switches().replace(switches.approving_as("ada"));
        async { logged_in(&web, "notes:read notes:write").await.1 }
    };
    assert_eq!(
        tokens(Switches::default().expires_in(ExpiresIn::String)).await["expires_in"],
        "300"
    );
    assert!(
        tokens(Switches::default().expires_in(ExpiresIn::Missing))
            .await
            .get("expires_in")
            .is_none()
    );
    assert_eq!(
        tokens(Switches::default().expires_in(ExpiresIn::Negative)).await["expires_in"],
        -1
    );
    assert_eq!(
        tokens(Switches::default().token_type("bearer")).await["token_type"],
        "bearer"
    );
    assert!(
        tokens(Switches::default().scope_in_answer(ScopeInAnswer::Missing))
            .await
            .get("scope")
            .is_none()
    );
    assert_eq!(
        tokens(Switches::default().scope_in_answer(ScopeInAnswer::Wider)).await["scope"],
        "notes:read notes:write notes:admin"
    );
    let narrow = tokens(Switches::default().scope_in_answer(ScopeInAnswer::Narrower)).await;
    assert_eq!(narrow["scope"], "notes:read");
    assert_eq!(
        call(
            &web,
            text(&narrow, "access_token"),
            "add_note",
            json!({ "text": "x" })
        )
        .await
        .status,
        403
    );
    let unbound = tokens(Switches::default().resource_parameter(ResourceParameter::Ignored)).await;
    assert_eq!(
        call(&web, text(&unbound, "access_token"), "whoami", json!({}))
            .await
            .status,
        200
    );
    assert!(
        tokens(Switches::default().without_refresh_tokens())
            .await
            .get("refresh_token")
            .is_none()
    );

    web.switches().replace(
        Switches::default()
            .form_encoded_tokens()
            .approving_as("ada"),
    );
    let client = register(&web).await;
    let code = code(&web, &client, &[]).await;
    let reply = exchange(&web, &client, &code).await;
    assert!(
        reply.body.starts_with("access_token=access_") && reply.body.contains("&expires_in=300"),
        "{}",
        reply.body
    );
}

#[tokio::test]
async fn refresh_tokens_come_in_all_kinds() {
    let web = start(Switches::default().rotating(false)).await;
    let (client, tokens) = logged_in(&web, "notes:read").await;
    let token = text(&tokens, "refresh_token");
    assert_eq!(
        text(&refresh(&web, &client, token).await.json(), "refresh_token"),
        token
    );
    web.switches().set(|s| s.refresh_token_in_answer = false);
    assert!(
        refresh(&web, &client, token)
            .await
            .json()
            .get("refresh_token")
            .is_none()
    );
    web.switches().set(|s| s.token_delay_ms = 60);
    let begin = std::time::Instant::now();
    assert_eq!(refresh(&web, &client, token).await.status, 200);
    assert!(begin.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn revocation_refuses_in_several_ways() {
    let web = start(Switches::default()).await;
    let (client, tokens) = logged_in(&web, "notes:read").await;
    let url = format!("{}/revoke", web.issuer());
    let access = [
        ("token", text(&tokens, "access_token")),
        ("client_id", client.as_str()),
    ];
    for (told, status, error) in [
        (RevocationAnswers::Missing, 404, None),
        (
            RevocationAnswers::Unavailable,
            503,
            Some("temporarily_unavailable"),
        ),
        (
            RevocationAnswers::RefusesAccessTokens,
            400,
            Some("unsupported_token_type"),
        ),
        (
            RevocationAnswers::WantsEmptySecret,
            401,
            Some("invalid_client"),
        ),
        (RevocationAnswers::Lies, 200, None),
    ] {
        web.switches().set(|s| s.revocation_answers = told);
        let reply = post_form(&url, &[], &access).await;
        let body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        assert_eq!(
            (reply.status, body["error"].as_str()),
            (status, error),
            "{told:?}"
        );
    }
    assert!(web.tokens().is_active(access[0].1), "none of these revoked");
    web.switches()
        .set(|s| s.revocation_answers = RevocationAnswers::WantsEmptySecret);
    let with_empty_secret = [&access[..], &[("client_secret", "")]].concat();
    assert_eq!(post_form(&url, &[], &with_empty_secret).await.status, 200);
    assert!(!web.tokens().is_active(access[0].1));
}

#[tokio::test]
async fn a_client_document_stands_for_a_registration() {
    let web = start(Switches::default().with_client_documents()).await;
    let id = "https://client.example/oauth.json";
    let mut document = metadata();
    document["client_id"] = json!(id);
    web.publish_client_document(id, document);
    let code = code(&web, id, &[]).await;
    assert_eq!(exchange(&web, id, &code).await.status, 200);
    assert_eq!(
        get(
            &authorize_url(&web, "https://other.example/oauth.json", &[]),
            &[]
        )
        .await
        .status,
        400
    );
    let (by_hand, secret) = web.preregister("By hand", &["http://127.0.0.1/callback"], false);
    assert_eq!(
        (
            get(&authorize_url(&web, &by_hand, &[]), &[]).await.status,
            secret
        ),
        (302, None)
    );
}
