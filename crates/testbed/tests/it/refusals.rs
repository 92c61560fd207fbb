//! What a strict server refuses, and whom it tells.

use serde_json::json;
use testbed::{Switches, Testbed};

use crate::http::{get, post_form, post_json, send};
use crate::person::{
    Browser, CHALLENGE, REDIRECT, VERIFIER, answer, authorize_url, call, code, exchange, hidden,
    logged_in, metadata, refresh, register, text,
};

#[tokio::test]
async fn a_wrong_redirect_or_client_ends_on_a_page() {
    let web = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("two free ports");
    let client = register(&web).await;
    for changes in [
        [("redirect_uri", "http://127.0.0.1:4283/other")],
        [("redirect_uri", "https://evil.example/callback")],
        [("redirect_uri", "app.gatelodge.desktop:/oauth/callback")],
        [("redirect_uri", "")],
        [("client_id", "nobody")],
        [("client_id", "")],
    ] {
        let reply = get(&authorize_url(&web, &client, &changes), &[]).await;
        assert_eq!(
            (reply.status, reply.header("location")),
            (400, None),
            "{changes:?}"
        );
        assert!(
            reply
                .header("content-security-policy")
                .is_some_and(|policy| policy.starts_with("default-src 'none'"))
        );
    }
    let twice = format!(
        "{}&redirect_uri=https://evil.example/",
        authorize_url(&web, &client, &[])
    );
    assert_eq!(get(&twice, &[]).await.status, 400);
    let other_port = authorize_url(
        &web,
        &client,
        &[("redirect_uri", "http://127.0.0.1:9999/callback")],
    );
    assert_eq!(
        get(&other_port, &[]).await.status,
        302,
        "a native client may use any port"
    );
    web.switches().set(|s| s.exact_loopback_port = true);
    assert_eq!(get(&other_port, &[]).await.status, 400);
}

#[tokio::test]
async fn a_bad_request_is_told_to_the_client_with_state_and_issuer() {
    let web = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("two free ports");
    let client = register(&web).await;
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        (
            "code_challenge",
            VERIFIER,
            "the length is right, so this one passes",
        ),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("scope", "notes:read root", "invalid_scope"),
        ("resource", "https://other.example/mcp", "invalid_target"),
        ("resource", "", "invalid_target"),
    ] {
        let reply = get(&authorize_url(&web, &client, &[(name, value)]), &[]).await;
        let answer = answer(reply.location());
        if value == VERIFIER {
            assert!(answer.contains_key("code"));
            continue;
        }
        assert_eq!(
            (&*answer["error"], &*answer["state"], &answer["iss"]),
            (error, "s t&te", &web.issuer()),
            "{name}={value}"
        );
    }
}

#[tokio::test]
async fn a_code_needs_its_verifier_its_client_and_its_redirect() {
    let web = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("two free ports");
    let (client, other) = (register(&web).await, register(&web).await);
    let (url, resource) = (format!("{}/token", web.issuer()), web.resource());
    for (name, value, error) in [
        ("code_verifier", CHALLENGE, "invalid_grant"),
        ("code_verifier", "", "invalid_grant"),
        (
            "redirect_uri",
            "http://127.0.0.1:4284/callback",
            "invalid_grant",
        ),
        ("client_id", other.as_str(), "invalid_grant"),
        ("client_id", "nobody", "invalid_client"),
        ("client_secret", "guess", "invalid_client"),
        ("resource", "https://other.example/mcp", "invalid_target"),
        ("grant_type", "password", "unsupported_grant_type"),
    ] {
        let code = code(&web, &client, &[]).await;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("client_id", &client),
            ("resource", &resource),
        ];
        form.retain(|(known, _)| *known != name);
        form.push((name, value));
        let reply = post_form(&url, &[], &form).await.json();
        assert_eq!(reply["error"], error, "{name}={value}: {reply}");
    }
    assert!(web.tokens().live_grants().is_empty());
    web.switches().set(|s| s.code_seconds = 0);
    let code = code(&web, &client, &[]).await;
    assert_eq!(
        text(&exchange(&web, &client, &code).await.json(), "error"),
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_token_for_another_resource_opens_nothing() {
    let web = Testbed::start(
        Switches::default()
            .approving_as("ada")
            .audience("https://other.example/mcp"),
    )
    .await
    .expect("two free ports");
    let (_, tokens) = logged_in(&web, "notes:read").await;
    let reply = call(&web, text(&tokens, "access_token"), "whoami", json!({})).await;
    assert_eq!(reply.status, 401);
    assert!(
        reply
            .header("www-authenticate")
            .is_some_and(|header| header.contains("another resource"))
    );
}

#[tokio::test]
async fn a_client_that_did_not_register_for_refresh_gets_no_refresh_token() {
    let web = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("two free ports");
    let mut metadata = metadata();
    metadata["grant_types"] = json!(["authorization_code"]);
    let reply = post_json(&format!("{}/register", web.issuer()), &[], &metadata)
        .await
        .json();
    let client = text(&reply, "client_id");
    let code = code(&web, client, &[]).await;
    assert!(
        exchange(&web, client, &code)
            .await
            .json()
            .get("refresh_token")
            .is_none()
    );
    let (other, tokens) = logged_in(&web, "notes:read").await;
    let stolen = refresh(&web, client, text(&tokens, "refresh_token"))
        .await
        .json();
    assert_eq!(stolen["error"], "invalid_grant");
    assert_eq!(
        refresh(&web, &other, text(&tokens, "refresh_token"))
            .await
            .status,
        200,
        "a stranger's try spends nothing"
    );
}

#[tokio::test]
async fn a_confidential_client_uses_the_method_it_registered() {
    let web = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("two free ports");
    let mut metadata = metadata();
    metadata["token_endpoint_auth_method"] = json!("client_secret_basic");
    let reply = post_json(&format!("{}/register", web.issuer()), &[], &metadata)
        .await
        .json();
    let (client, secret) = (text(&reply, "client_id"), text(&reply, "client_secret"));
    let basic = format!(
        "Basic {}",
        base64::Engine::encode(
            &base64::prelude::BASE64_STANDARD,
            format!("{client}:{secret}")
        )
    );
    let (url, resource) = (format!("{}/token", web.issuer()), web.resource());
    for (header, in_body, status) in [
        (Some(&*basic), false, 200),
        (None, true, 401),
        (None, false, 401),
        (Some(&*basic), true, 400),
    ] {
        let code = code(&web, client, &[]).await;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("code_verifier", VERIFIER),
            ("resource", &*resource),
        ];
        if header.is_none() {
            form.push(("client_id", client));
        }
        if in_body {
            form.push(("client_secret", secret));
        }
        let headers: Vec<(&str, &str)> = header
            .map(|value| ("authorization", value))
            .into_iter()
            .collect();
        let reply = post_form(&url, &headers, &form).await;
        assert_eq!(reply.status, status, "{header:?} {in_body}: {}", reply.body);
    }
}

#[tokio::test]
async fn odd_client_ids_must_be_encoded_for_basic() {
    let switches = Switches::default()
        .approving_as("ada")
        .giving_odd_client_ids()
        .wanting_client_id_beside_basic();
    let web = Testbed::start(switches).await.expect("two free ports");
    let mut metadata = metadata();
    metadata["token_endpoint_auth_method"] = json!("client_secret_basic");
    let reply = post_json(&format!("{}/register", web.issuer()), &[], &metadata)
        .await
        .json();
    let (client, secret) = (text(&reply, "client_id"), text(&reply, "client_secret"));
    let encoded =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let (url, resource) = (format!("{}/token", web.issuer()), web.resource());
    for (pair, id, status) in [
        (
            format!("{}:{}", encoded(client), encoded(secret)),
            client,
            200,
        ),
        (format!("{}:{}", encoded(client), encoded(secret)), "", 400),
        // The id has a colon and a plus, so unencoded it names another client than the body does.
        (format!("{client}:{secret}"), client, 400),
    ] {
        let basic = format!(
            "Basic {}",
            base64::Engine::encode(&base64::prelude::BASE64_STANDARD, pair)
        );
        let code = code(&web, client, &[]).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("code_verifier", VERIFIER),
            ("resource", &resource),
            ("client_id", id),
        ];
        let reply = post_form(&url, &[("authorization", &basic)], &form).await;
        assert_eq!(reply.status, status, "{id}: {}", reply.body);
    }
    let bearer = format!("Bearer {}", text(&reply, "registration_access_token"));
    assert_eq!(
        get(
            text(&reply, "registration_client_uri"),
            &[("authorization", &bearer)]
        )
        .await
        .status,
        200
    );
}

#[tokio::test]
async fn forms_work_only_in_the_browser_that_was_shown_them() {
    let web = Testbed::start(Switches::default())
        .await
        .expect("two free ports");
    let client = register(&web).await;
    let (mut victim, mut attacker) = (Browser::default(), Browser::default());
    let theirs = attacker.open(&authorize_url(&web, &client, &[])).await;
    victim.open(&authorize_url(&web, &client, &[])).await;
    let crossed = victim
        .submit(
            &web,
            &theirs,
            "/login",
            &[("username", "ada"), ("password", "lovelace")],
        )
        .await;
    assert_eq!(crossed.status, 403);
    let before = attacker.cookie.clone();
    let after = attacker
        .submit(
            &web,
            &theirs,
            "/login",
            &[("username", "ada"), ("password", "lovelace")],
        )
        .await;
    assert_ne!(before, attacker.cookie, "the cookie changes with the login");
    let consent = attacker
        .open(&format!("{}{}", web.issuer(), after.location()))
        .await;
    let form = [
        ("request", &*hidden(&consent, "request")),
        ("csrf", "x"),
        ("decision", "approve"),
        ("scope", "notes:read"),
    ];
    let forged = post_form(
        &format!("{}/consent", web.issuer()),
        &[("cookie", &attacker.cookie)],
        &form,
    )
    .await;
    assert_eq!(forged.status, 403);
}

#[tokio::test]
async fn pages_of_other_names_and_origins_are_turned_away() {
    let web = Testbed::start(Switches::default())
        .await
        .expect("two free ports");
    let origin = post_json(
        &web.resource(),
        &[("origin", "https://evil.example")],
        &json!({}),
    )
    .await;
    assert_eq!(origin.status, 403);
    assert_eq!(
        get(&web.issuer(), &[("host", "evil.example")]).await.status,
        421
    );
    web.switches().set(|s| s.any_host = true);
    assert_eq!(
        get(&web.issuer(), &[("host", "evil.example")]).await.status,
        200
    );
    let url = format!("{}/__testbed/log", web.issuer());
    assert_eq!(
        get(&url, &[]).await.status,
        404,
        "no controls unless asked for"
    );
    let controlled = Testbed::options()
        .controls(true)
        .start()
        .await
        .expect("two free ports");
    let switch = format!("{}/__testbed/switch", controlled.issuer());
    assert_eq!(
        post_json(
            &switch,
            &[("origin", "null")],
            &json!({ "rotating": false })
        )
        .await
        .status,
        403
    );
    assert_eq!(
        post_json(&switch, &[], &json!({ "rotating": false }))
            .await
            .status,
        204
    );
    assert!(!controlled.switches().get().rotating);
    assert_eq!(
        get(&format!("{}/__testbed/log", controlled.issuer()), &[])
            .await
            .json(),
        json!([])
    );
}

#[tokio::test]
async fn hostile_input_gets_an_error_and_not_silence() {
    let web = Testbed::start(Switches::default())
        .await
        .expect("two free ports");
    let issuer = web.issuer();
    let long = "x".repeat(2 * 1024 * 1024);
    for (method, path, body) in [
        ("POST", "/token", "%ff%fe=%00&grant_type=%F0%9F%92%A9"),
        ("POST", "/register", "[1,2"),
        ("POST", "/register", "{\"redirect_uris\": [{}, null]}"),
        (
            "POST",
            "/register",
            "{\"redirect_uris\": [\"http://[::1\"], \"application_type\": \"native\"}",
        ),
        (
            "GET",
            "/authorize?client_id=%00&redirect_uri=%0d%0aset-cookie:x",
            "",
        ),
        ("GET", "/continue?request=%00", ""),
        ("GET", "/continue", ""),
        ("POST", "/login", "csrf=x&request=y"),
        ("POST", "/introspect", "token="),
        ("DELETE", "/register/%00", ""),
        ("PUT", "/token", ""),
    ] {
        let reply = send(
            method,
            &format!("{issuer}{path}"),
            &[("authorization", "Basic \u{7f}")],
            body,
        )
        .await;
        let status = reply.map_or(0, |reply| reply.status);
        assert!(
            (400..500).contains(&status),
            "{method} {path} {body}: {status}"
        );
    }
    let big = send("POST", &format!("{issuer}/token"), &[], &long).await;
    assert!(big.is_none_or(|reply| reply.status == 413));
}
