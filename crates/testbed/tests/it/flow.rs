//! The whole way of a login, and what comes after it.

use serde_json::json;
use testbed::{Switches, Testbed};

use crate::http::{get, post_form};
use crate::person::{
    Browser, REDIRECT, answer, authorize_url, call, code, exchange, logged_in, refresh, register,
    text,
};

#[tokio::test]
async fn from_challenge_to_tool_call() {
    let web = Testbed::start(Switches::default())
        .await
        .expect("two free ports");

    let refused = get(&web.resource(), &[]).await;
    assert_eq!(refused.status, 401);
    let metadata_url = web
        .resource()
        .replace("/mcp", "/.well-known/oauth-protected-resource/mcp");
    let expected = format!("Bearer resource_metadata=\"{metadata_url}\", scope=\"notes:read\"");
    assert_eq!(refused.header("www-authenticate"), Some(&*expected));

    let resource = get(&metadata_url, &[]).await.json();
    assert_eq!(resource["resource"], web.resource());
    assert_eq!(resource["authorization_servers"], json!([web.issuer()]));
    for place in ["oauth-authorization-server", "openid-configuration"] {
        let metadata = get(&format!("{}/.well-known/{place}", web.issuer()), &[])
            .await
            .json();
        assert_eq!(metadata["issuer"], web.issuer());
        assert_eq!(
            metadata["code_challenge_methods_supported"],
            json!(["S256"])
        );
        assert_eq!(
            metadata["authorization_response_iss_parameter_supported"],
            true
        );
    }

    let client = register(&web).await;
    let url = authorize_url(
        &web,
        &client,
        &[
            ("scope", "openid profile notes:read notes:write"),
            ("nonce", "n1"),
        ],
    );
    let answer = Browser::default()
        .agree(&web, &url, &["openid", "profile", "notes:read"])
        .await;
    assert_eq!(
        (&*answer["state"], &answer["iss"]),
        ("s t&te", &web.issuer())
    );

    let tokens = exchange(&web, &client, &answer["code"]).await;
    assert_eq!(tokens.header("cache-control"), Some("no-store"));
    let tokens = tokens.json();
    assert_eq!(
        tokens["scope"], "openid profile notes:read",
        "what was not ticked is not granted"
    );
    assert_eq!(tokens["expires_in"], 300);
    assert_eq!(text(&tokens, "id_token").split('.').count(), 3);

    let token = text(&tokens, "access_token");
    let who = call(&web, token, "whoami", json!({})).await.json();
    assert_eq!(who["result"]["structuredContent"]["user"], "ada");
    let userinfo = get(
        &format!("{}/userinfo", web.issuer()),
        &[("authorization", &format!("Bearer {token}"))],
    )
    .await
    .json();
    assert_eq!(userinfo["preferred_username"], "ada");

    let refused = call(&web, token, "add_note", json!({ "text": "x" })).await;
    assert_eq!(refused.status, 403);
    let challenge = refused.header("www-authenticate").expect("a challenge");
    assert!(
        challenge.starts_with("Bearer error=\"insufficient_scope\", scope=\"notes:write\""),
        "{challenge}"
    );

    assert_eq!(
        web.tokens().live_grants()[0].scopes,
        ["openid", "profile", "notes:read"]
    );
    assert_eq!(web.requests("/token"), 1);
    assert_eq!(
        web.requests_to("/token")[0]
            .param("code_verifier")
            .as_deref(),
        Some(crate::person::VERIFIER)
    );
    web.stop().await;
}

#[tokio::test]
async fn the_second_login_needs_no_click() {
    let web = Testbed::start(Switches::default())
        .await
        .expect("two free ports");
    let mut browser = Browser::default();
    let first = register(&web).await;
    browser
        .agree(&web, &authorize_url(&web, &first, &[]), &["notes:read"])
        .await;

    let again = browser.open(&authorize_url(&web, &first, &[])).await;
    assert_eq!(again.status, 302);
    assert!(answer(again.location()).contains_key("code"));

    // The same software under a new registration, too.
    let second = register(&web).await;
    assert_eq!(
        browser
            .open(&authorize_url(&web, &second, &[]))
            .await
            .status,
        302
    );

    // More scopes, or a prompt, and a page comes.
    let more = browser
        .open(&authorize_url(
            &web,
            &first,
            &[("scope", "notes:read notes:write")],
        ))
        .await;
    assert!(more.status == 200 && more.body.contains("notes:write"));
    let consent = browser
        .open(&authorize_url(&web, &first, &[("prompt", "consent")]))
        .await;
    assert!(consent.status == 200 && consent.body.contains("Approve"));
    for prompt in ["login", "select_account"] {
        let login = browser
            .open(&authorize_url(&web, &first, &[("prompt", prompt)]))
            .await;
        assert!(login.status == 200 && login.body.contains("lovelace"));
    }
    let stranger = get(&authorize_url(&web, &first, &[("prompt", "none")]), &[]).await;
    assert_eq!(answer(stranger.location())["error"], "login_required");
}

#[tokio::test]
async fn denying_and_changing_the_account() {
    let web = Testbed::start(Switches::default())
        .await
        .expect("two free ports");
    let mut browser = Browser::default();
    let client = register(&web).await;
    let login = browser.open(&authorize_url(&web, &client, &[])).await;
    let wrong = browser
        .submit(
            &web,
            &login,
            "/login",
            &[("username", "ada"), ("password", "x")],
        )
        .await;
    assert!(wrong.status == 401 && wrong.body.contains("role=\"alert\""));
    let after = browser
        .submit(
            &web,
            &wrong,
            "/login",
            &[("username", "grace"), ("password", "hopper")],
        )
        .await;
    let consent = browser
        .open(&format!("{}{}", web.issuer(), after.location()))
        .await;
    let nothing = browser
        .submit(
            &web,
            &consent,
            "/consent",
            &[("decision", "approve"), ("scope", "notes:write")],
        )
        .await;
    assert_eq!(
        nothing.status, 400,
        "a scope that was not asked cannot be ticked"
    );
    let out = browser.submit(&web, &consent, "/logout", &[]).await;
    let login = browser
        .open(&format!("{}{}", web.issuer(), out.location()))
        .await;
    let after = browser
        .submit(
            &web,
            &login,
            "/login",
            &[("username", "ada"), ("password", "lovelace")],
        )
        .await;
    let consent = browser
        .open(&format!("{}{}", web.issuer(), after.location()))
        .await;
    assert!(consent.body.contains("Ada Lovelace"));
    let denied = browser
        .submit(&web, &consent, "/consent", &[("decision", "deny")])
        .await;
    let answer = answer(denied.location());
    assert_eq!(
        (&*answer["error"], &answer["iss"], &*answer["state"]),
        ("access_denied", &web.issuer(), "s t&te")
    );
    let twice = browser
        .submit(
            &web,
            &consent,
            "/consent",
            &[("decision", "approve"), ("scope", "notes:read")],
        )
        .await;
    assert_eq!(twice.status, 400, "a request is answered once");
}

#[tokio::test]
async fn reuse_of_a_spent_refresh_token_kills_the_family() {
    let web = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("two free ports");
    let (client, tokens) = logged_in(&web, "notes:read").await;
    let first = text(&tokens, "refresh_token");
    let second = refresh(&web, &client, first).await.json();
    let third = refresh(&web, &client, text(&second, "refresh_token"))
        .await
        .json();
    assert_eq!(
        call(&web, text(&third, "access_token"), "whoami", json!({}))
            .await
            .status,
        200
    );

    let reuse = refresh(&web, &client, first).await;
    assert_eq!(
        (reuse.status, text(&reuse.json(), "error")),
        (400, "invalid_grant")
    );
    assert_eq!(
        call(&web, text(&third, "access_token"), "whoami", json!({}))
            .await
            .status,
        401
    );
    assert_eq!(
        refresh(&web, &client, text(&third, "refresh_token"))
            .await
            .status,
        400
    );
    assert!(web.tokens().live_grants().is_empty());
}

#[tokio::test]
async fn a_code_works_once_and_its_replay_revokes() {
    let web = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("two free ports");
    let client = register(&web).await;
    let code = code(&web, &client, &[]).await;
    let tokens = exchange(&web, &client, &code).await.json();
    let token = text(&tokens, "access_token");
    assert_eq!(call(&web, token, "list_notes", json!({})).await.status, 200);
    assert_eq!(
        text(&exchange(&web, &client, &code).await.json(), "error"),
        "invalid_grant"
    );
    assert_eq!(call(&web, token, "list_notes", json!({})).await.status, 401);
}

#[tokio::test]
async fn what_is_revoked_or_expired_opens_nothing() {
    let web = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("two free ports");
    let (client, tokens) = logged_in(&web, "notes:read").await;
    let (access, renewal) = (
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
    );

    web.tokens().expire_access_tokens();
    let expired = call(&web, access, "whoami", json!({})).await;
    assert!(
        expired.status == 401
            && expired
                .header("www-authenticate")
                .is_some_and(|header| header.contains("invalid_token"))
    );

    let fresh = refresh(&web, &client, renewal).await.json();
    let (access, renewal) = (text(&fresh, "access_token"), text(&fresh, "refresh_token"));
    assert_eq!(call(&web, access, "whoami", json!({})).await.status, 200);
    let url = format!("{}/revoke", web.issuer());
    assert_eq!(
        post_form(&url, &[], &[("token", renewal), ("client_id", &client)])
            .await
            .status,
        200
    );
    assert_eq!(call(&web, access, "whoami", json!({})).await.status, 401);
    assert_eq!(refresh(&web, &client, renewal).await.status, 400);
    assert_eq!(
        post_form(&url, &[], &[("token", "unknown"), ("client_id", &client)])
            .await
            .status,
        200
    );
    assert_eq!(
        post_form(&url, &[], &[("token", renewal), ("client_id", "nobody")])
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn introspection_is_for_the_resource_server() {
    let web = Testbed::start(
        Switches::default()
            .approving_as("grace")
            .jwt_access_tokens(),
    )
    .await
    .expect("two free ports");
    let (_, tokens) = logged_in(&web, "notes:read").await;
    let token = text(&tokens, "access_token");
    let url = format!("{}/introspect", web.issuer());
    assert_eq!(post_form(&url, &[], &[("token", token)]).await.status, 401);
    let (id, secret) = web.introspection_client();
    let basic = format!(
        "Basic {}",
        base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("{id}:{secret}"))
    );
    let answer = post_form(&url, &[("authorization", &basic)], &[("token", token)])
        .await
        .json();
    assert_eq!(
        (&answer["active"], &answer["sub"], &answer["aud"]),
        (&json!(true), &json!("grace"), &json!(web.resource()))
    );
    assert_eq!(
        call(&web, token, "whoami", json!({})).await.status,
        200,
        "a JWT opens the same door"
    );
}

#[tokio::test]
async fn a_client_reads_and_deletes_its_registration() {
    let web = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("two free ports");
    let reply = crate::http::post_json(
        &format!("{}/register", web.issuer()),
        &[],
        &crate::person::metadata(),
    )
    .await
    .json();
    let (url, token) = (
        text(&reply, "registration_client_uri"),
        text(&reply, "registration_access_token"),
    );
    let bearer = format!("Bearer {token}");
    assert_eq!(get(url, &[("authorization", "Bearer x")]).await.status, 401);
    assert_eq!(
        get(url, &[("authorization", &bearer)]).await.json()["redirect_uris"],
        json!([REDIRECT])
    );
    let delete = crate::http::send("DELETE", url, &[("authorization", &bearer)], "")
        .await
        .expect("an answer");
    assert_eq!(delete.status, 204);
    assert_eq!(
        get(&authorize_url(&web, text(&reply, "client_id"), &[]), &[])
            .await
            .status,
        400
    );
}
