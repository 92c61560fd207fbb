//! Dynamic registration: what is sent, what is believed of the answer, and what is tried again.

use crate::web::Web;
use oauth::address_guard::Reach;
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::redirect::Redirect;
use oauth::registration::{
    AuthMethod, Registration, RegistrationError, RegistrationRequest, register,
};
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use oauth::uri::Issuer;

const REGISTER: &str = "POST https://as.example/register";

pub(crate) fn server() -> AuthorizationServer {
    AuthorizationServer {
        issuer: Issuer::stored("https://as.example".into()),
        speaks_as: None,
        authorization_endpoint: Some("https://as.example/a".into()),
        token_endpoint: "https://as.example/t".into(),
        registration_endpoint: Some("https://as.example/register".into()),
        revocation_endpoint: Some("https://as.example/revoke".into()),
        userinfo_endpoint: None,
        device_authorization_endpoint: None,
        token_endpoint_auth_methods: None,
        revocation_endpoint_auth_methods: None,
        scopes_supported: Scopes::default(),
        grant_types: None,
        dpop_algorithms: Vec::new(),
        grant_profiles: Vec::new(),
        unusable: Vec::new(),
        id_token_algorithms: Vec::new(),
        sends_iss: false,
        accepts_metadata_documents: false,
        basis: Basis::Published,
    }
}

fn wanted() -> RegistrationRequest<'static> {
    static SCOPES: std::sync::LazyLock<Scopes> = std::sync::LazyLock::new(|| Scopes::parse("a b"));
    RegistrationRequest {
        redirect: Redirect::DEEP_LINK,
        scopes: &SCOPES,
        confidential: false,
        without_browser: false,
        unattended: false,
        least: false,
    }
}

async fn run(web: &Web) -> Result<Registration, RegistrationError> {
    register(web, &server(), wanted(), Reach::default(), Timestamp(1000)).await
}

/// Rules: R-13, R-14, R-15, R-24, R-25, Q25, Q26
#[tokio::test]
async fn r13_the_request_is_a_native_clients() {
    let web = Web::default().json(
        REGISTER,
        201,
        r#"{"client_id":"c","redirect_uris":["app.gatelodge.desktop:/oauth/callback"]}"#,
    );
    let registration = run(&web).await.expect("registered");
    let body = &web.bodies()[0];
    assert_eq!(body["application_type"], "native", "R-14, R-15");
    assert_eq!(
        body["redirect_uris"],
        serde_json::json!(["app.gatelodge.desktop:/oauth/callback"]),
        "one redirect (Q26)"
    );
    assert_eq!(
        body["grant_types"],
        serde_json::json!(["authorization_code", "refresh_token"]),
        "R-25"
    );
    assert_eq!(body["token_endpoint_auth_method"], "none");
    assert_eq!(
        (body["scope"].as_str(), registration.auth_method),
        (Some("a b"), AuthMethod::None)
    );
}

/// django-oauth-toolkit registers one grant for one client, and refuses redirects of a scheme of ours besides.
/// Rules: R-16, R-18
#[tokio::test]
async fn r18_a_login_without_a_browser_is_registered_for_its_grant_alone_in_the_end() {
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let offers = ["authorization_code", "refresh_token", device]
        .map(str::to_owned)
        .to_vec();
    let server = AuthorizationServer {
        grant_types: Some(offers),
        ..server()
    };
    let web = Web::default()
        .json(REGISTER, 400, r#"{"error":"invalid_client_metadata","error_description":"one grant type per application"}"#)
        .json(REGISTER, 400, r#"{"error":"invalid_redirect_uri"}"#)
        .json(REGISTER, 400, r#"{"error":"invalid_redirect_uri"}"#)
        .json(REGISTER, 201, r#"{"client_id":"c","redirect_uris":[]}"#);
    let wanted = RegistrationRequest {
        redirect: Redirect::DEEP_LINK,
        scopes: &Scopes::default(),
        confidential: false,
        without_browser: true,
        unattended: false,
        least: false,
    };
    register(&web, &server, wanted, Reach::default(), Timestamp(1000))
        .await
        .expect("registered");
    let bodies = web.bodies();
    assert_eq!(
        bodies[0]["grant_types"],
        serde_json::json!(["authorization_code", "refresh_token", device])
    );
    assert_eq!(
        bodies[3]["grant_types"],
        serde_json::json!(["refresh_token", device])
    );
    assert!(
        bodies[3].get("redirect_uris").is_none(),
        "none is used: {}",
        bodies[3]
    );
    let browser = RegistrationRequest {
        without_browser: false,
        ..wanted
    };
    let web = (0..3).fold(Web::default(), |web, _| web.json(REGISTER, 400, "{}"));
    assert!(
        register(&web, &server, browser, Reach::default(), Timestamp(1000))
            .await
            .is_err()
    );
    assert_eq!(
        web.bodies().len(),
        3,
        "a browser's answer needs its redirect"
    );
}

#[tokio::test]
async fn q27_a_server_that_refuses_the_full_request_gets_the_least_one() {
    let web = Web::default()
        .json(REGISTER, 400, r#"{"error":"invalid_client_metadata"}"#)
        .json(REGISTER, 200, r#"{"client_id":"c"}"#);
    run(&web)
        .await
        .expect("registered at the second attempt, with 200 instead of 201");
    assert_eq!(web.bodies()[1]["scope"], serde_json::Value::Null);
    assert_eq!(web.bodies().len(), 2);
}

/// Rules: R-16, R-17
#[tokio::test]
async fn r16_a_refused_redirect_is_told_apart() {
    for body in [
        r#"{"error":"invalid_redirect_uri"}"#,
        r#"{"error":"invalid_client_metadata","error_description":"Redirect URIs must be https"}"#,
    ] {
        let web = Web::default().json(REGISTER, 400, body);
        let error = run(&web).await.expect_err(body);
        assert!(
            matches!(error, RegistrationError::RedirectRefused { .. }),
            "{body}"
        );
        let text = error.to_string();
        assert!(
            text.contains("as.example") && text.contains("app.gatelodge.desktop:/oauth/callback"),
            "R-17: {text}"
        );
    }
    for (status, kind, body) in [
        (
            400,
            "text/plain",
            "Invalid body:\n- redirect_uris[0]: URL scheme should be 'http' or 'https'",
        ),
        (
            422,
            "application/json",
            r#"{"detail":[{"loc":["body","redirect_uris",0],"msg":"URL scheme should be 'https'"}]}"#,
        ),
    ] {
        let web = Web::default().on(REGISTER, status, &[("content-type", kind)], body);
        assert!(
            matches!(
                run(&web).await,
                Err(RegistrationError::RedirectRefused { .. })
            ),
            "{body}"
        );
    }
    for (status, another_may_do) in [
        (401, true),
        (403, true),
        (404, false),
        (410, false),
        (429, false),
        (500, true),
        (503, false),
    ] {
        let web = Web::default().on(
            REGISTER,
            status,
            &[("content-type", "text/html")],
            "<html>no</html>",
        );
        let error = run(&web).await.expect_err("refused");
        assert!(
            !matches!(error, RegistrationError::RedirectRefused { .. }),
            "{status}"
        );
        assert_eq!(
            error.may_be_about_the_redirect(),
            another_may_do,
            "{status}"
        );
        assert_eq!(web.asked().len(), 1, "{status} is not tried again");
    }
}

#[tokio::test]
async fn q23_a_secret_is_used_whatever_method_it_came_with() {
    for (answer, method) in [
        (
            r#"{"client_id":"c","client_secret":"s","token_endpoint_auth_method":"none"}"#,
            AuthMethod::None,
        ),
        (
            r#"{"client_id":"c","client_secret":"s"}"#,
            AuthMethod::ClientSecretBasic,
        ),
        (
            r#"{"client_id":"c","client_secret":"s","token_endpoint_auth_method":"client_secret_post"}"#,
            AuthMethod::ClientSecretPost,
        ),
        (
            r#"{"client_id":"c","client_secret":"","client_secret_expires_at":null}"#,
            AuthMethod::None,
        ),
    ] {
        let registration = run(&Web::default().json(REGISTER, 201, answer))
            .await
            .expect(answer);
        assert_eq!(registration.auth_method, method, "{answer}");
        assert_eq!(
            registration.client_secret.is_some(),
            answer.contains(r#""s""#),
            "kept, should it be demanded: {answer}"
        );
    }
}

#[tokio::test]
async fn attack_33_what_an_answer_may_not_do() {
    for answer in [
        r#"{"client_id":"c","redirect_uris":["https://evil.example/"]}"#,
        r#"{"client_id":"c\r\nx"}"#,
        r#"{"client_id":""}"#,
        r#"{"client_id":7}"#,
        r#"{"client_id":"c","token_endpoint_auth_method":"client_secret_basic"}"#,
        "[]",
        "<html>",
    ] {
        let outcome = run(&Web::default().json(REGISTER, 201, answer)).await;
        assert!(
            matches!(outcome, Err(RegistrationError::Malformed { .. })),
            "{answer}"
        );
    }
    let elsewhere = r#"{"client_id":"c","registration_client_uri":"https://evil.example/c","registration_access_token":"t"}"#;
    assert_eq!(
        run(&Web::default().json(REGISTER, 201, elsewhere))
            .await
            .expect("usable")
            .management,
        None,
        "not managed at another origin"
    );
}

/// Rules: Q21, Q22
#[tokio::test]
async fn q21_q22_a_closed_registration_is_told_in_the_servers_words() {
    let closed = AuthorizationServer {
        registration_endpoint: None,
        ..server()
    };
    let wanted = RegistrationRequest {
        redirect: Redirect::DEEP_LINK,
        scopes: &Scopes::default(),
        confidential: false,
        without_browser: false,
        unattended: false,
        least: false,
    };
    let web = Web::default();
    let outcome = register(&web, &closed, wanted, Reach::default(), Timestamp(1000)).await;
    assert!(matches!(outcome, Err(RegistrationError::NotOffered { .. })) && web.asked().is_empty());
    for status in [401, 403] {
        let web = Web::default().json(
            REGISTER,
            status,
            r#"{"error_description":"only approved clients"}"#,
        );
        let error = run(&web).await.expect_err("refused");
        assert!(
            error.to_string().contains("only approved clients"),
            "{error}"
        );
        assert_eq!(
            web.bodies()[0]["client_name"],
            "Gatelodge",
            "Q22: no other name is tried"
        );
        assert_eq!(web.asked().len(), 1);
    }
}

/// Rules: Q33
#[tokio::test]
async fn q33_management_data_that_cannot_be_used_is_left_out() {
    for (uri, token, usable) in [
        (r#""https://as.example/register/c""#, r#""t""#, true),
        (r#""/register/c""#, r#""t""#, false),
        (r#""http://as.example/register/c""#, r#""t""#, false),
        (r#""https://as.example/register/c""#, "null", false),
        (r#""https://as.example/register/c""#, r#""""#, false),
        ("null", r#""t""#, false),
    ] {
        let answer = format!(
            r#"{{"client_id":"c","registration_client_uri":{uri},"registration_access_token":{token}}}"#
        );
        let registration = run(&Web::default().json(REGISTER, 201, &answer))
            .await
            .expect("usable without");
        assert_eq!(registration.management.is_some(), usable, "{answer}");
    }
}

/// What is refused in words is asked for in another way once: as a client with a secret, or as one that renews nothing.
#[tokio::test]
async fn r18_what_the_words_miss_is_changed_once() {
    let given = r#"{"client_id":"c","client_secret":"s","token_endpoint_auth_method":"client_secret_basic"}"#;
    for (status, words, member, sent) in [
        (
            400,
            "token_endpoint_auth_method none is not supported",
            "token_endpoint_auth_method",
            serde_json::json!("client_secret_basic"),
        ),
        (
            403,
            "public clients may not register",
            "token_endpoint_auth_method",
            serde_json::json!("client_secret_basic"),
        ),
        (
            400,
            "grant_types: refresh_token is not supported",
            "grant_types",
            serde_json::json!(["authorization_code"]),
        ),
    ] {
        let refusal =
            format!(r#"{{"error":"invalid_client_metadata","error_description":"{words}"}}"#);
        let web = Web::default()
            .json(REGISTER, status, &refusal)
            .json(REGISTER, 201, given);
        run(&web)
            .await
            .unwrap_or_else(|error| panic!("{words}: {error}"));
        assert_eq!(
            (web.asked().len(), &web.bodies()[1][member]),
            (2, &sent),
            "{words}"
        );
    }
}

/// OpenID Connect registration: RS256 is meant where nothing is said.
#[tokio::test]
async fn an_issuer_without_rs256_is_told_another_algorithm() {
    for (algorithms, sent) in [
        (vec!["ES256"], serde_json::json!("ES256")),
        (vec!["ES256", "RS256"], serde_json::Value::Null),
    ] {
        let algorithms = algorithms.into_iter().map(str::to_owned).collect();
        let web = Web::default().json(REGISTER, 201, r#"{"client_id":"c"}"#);
        let wanted = wanted();
        let server = AuthorizationServer {
            id_token_algorithms: algorithms,
            ..server()
        };
        register(&web, &server, wanted, Reach::default(), Timestamp(1000))
            .await
            .expect("registered");
        assert_eq!(web.bodies()[0]["id_token_signed_response_alg"], sent);
    }
}

/// Somebody who explains is there, and an error with status 200 is one.
#[tokio::test]
async fn q21_words_of_a_registration_are_never_lost() {
    for (status, body, told) in [
        (
            404,
            r#"{"error":"not_found","error_description":"switched off for tenant acme"}"#,
            "switched off for tenant acme",
        ),
        (
            200,
            r#"{"error":"registration_disabled","error_description":"ask the admin"}"#,
            "ask the admin",
        ),
        (
            201,
            r#"{"message":"Your plan has no more applications"}"#,
            "no more applications",
        ),
    ] {
        let error = run(&Web::default().json(REGISTER, status, body))
            .await
            .expect_err(body);
        assert!(
            error.to_string().contains(told) && !error.to_string().contains("othing answers"),
            "{body}: {error}"
        );
    }
    for nobody in [
        "",
        r#"{"detail":"Not Found"}"#,
        r#"{"status":404,"error":"Not Found","path":"/register"}"#,
        r#"{"error":"not_found","error_description":""}"#,
    ] {
        let error = run(&Web::default().json(REGISTER, 404, nobody))
            .await
            .expect_err("nobody");
        assert!(
            matches!(error, RegistrationError::Absent { .. }),
            "{nobody}: {error}"
        );
    }
}

/// Who gives no refresh token may still give one for a device code; and what the words miss is missed in each later request, too.
#[tokio::test]
async fn r18_a_change_keeps_what_else_was_wanted_and_is_kept() {
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let server = AuthorizationServer {
        grant_types: Some(vec![device.to_owned()]),
        ..server()
    };
    let refusal = |words: &str| {
        format!(r#"{{"error":"invalid_client_metadata","error_description":"{words}"}}"#)
    };
    let web = Web::default()
        .json(REGISTER, 400, &refusal("refresh_token is not supported"))
        .json(REGISTER, 403, &refusal("public clients may not register"))
        .json(REGISTER, 400, &refusal("software_id is unknown"))
        .json(REGISTER, 201, r#"{"client_id":"c","client_secret":"s"}"#);
    let wanted = RegistrationRequest {
        without_browser: true,
        ..wanted()
    };
    register(&web, &server, wanted, Reach::default(), Timestamp(1000))
        .await
        .expect("registered");
    let sent: Vec<_> = web
        .bodies()
        .into_iter()
        .map(|body| {
            (
                body["grant_types"].clone(),
                body["token_endpoint_auth_method"].clone(),
                body.get("software_id").is_some(),
            )
        })
        .collect();
    let (all, without) = (
        serde_json::json!(["authorization_code", "refresh_token", device]),
        serde_json::json!(["authorization_code", device]),
    );
    assert_eq!(
        sent,
        [
            (all, "none".into(), true),
            (without.clone(), "none".into(), true),
            (without.clone(), "client_secret_basic".into(), true),
            (without, "client_secret_basic".into(), false),
        ]
    );
}
