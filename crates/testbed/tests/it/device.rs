//! The device grant over HTTP (RFC 8628).

use serde_json::{Value, json};
use testbed::switches::DeviceAnswers;
use testbed::{Switches, Testbed};

use crate::http::{Reply, get, post_form};
use crate::person::{Browser, REDIRECT, call, text};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn begin(web: &Testbed, client: &str) -> Value {
    let resource = web.resource();
    let form = [
        ("client_id", client),
        ("scope", "notes:read"),
        ("resource", &resource),
    ];
    let reply = post_form(
        &format!("{}/device_authorization", web.issuer()),
        &[],
        &form,
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

async fn poll(web: &Testbed, client: &str, codes: &Value) -> Reply {
    let resource = web.resource();
    let form = [
        ("grant_type", DEVICE_CODE),
        ("device_code", text(codes, "device_code")),
        ("client_id", client),
        ("resource", &resource),
    ];
    post_form(&format!("{}/token", web.issuer()), &[], &form).await
}

async fn error(web: &Testbed, client: &str, codes: &Value) -> String {
    let reply = poll(web, client, codes).await;
    assert_eq!(reply.status, 400, "{}", reply.body);
    text(&reply.json(), "error").to_owned()
}

#[tokio::test]
async fn a_person_types_the_code_signs_in_and_approves() {
    let web = Testbed::start(Switches::default().deciding_after(0))
        .await
        .expect("two free ports");
    let metadata = get(
        &format!("{}/.well-known/oauth-authorization-server", web.issuer()),
        &[],
    )
    .await
    .json();
    assert_eq!(
        metadata["device_authorization_endpoint"],
        format!("{}/device_authorization", web.issuer())
    );
    assert!(
        metadata["grant_types_supported"]
            .as_array()
            .is_some_and(|grants| grants.contains(&json!(DEVICE_CODE)))
    );
    let (client, _) = web.preregister("Gatelodge", &[REDIRECT], false);
    let codes = begin(&web, &client).await;
    assert_eq!(
        (&codes["interval"], &codes["expires_in"]),
        (&json!(5), &json!(600))
    );
    assert_eq!(error(&web, &client, &codes).await, "authorization_pending");

    let mut browser = Browser::default();
    let page = browser.open(text(&codes, "verification_uri")).await;
    assert!(page.body.contains("Connect a device"));
    let typed = text(&codes, "user_code").to_lowercase();
    let asked = browser
        .open(&format!("{}/device?user_code={typed}", web.issuer()))
        .await;
    assert!(
        asked.body.contains("Gatelodge asks for access") && asked.body.contains("notes:read"),
        "{}",
        asked.body
    );
    let url = format!("{}/device", web.issuer());
    let csrf = crate::person::hidden(&asked, "csrf");
    let approve = |password: &'static str, csrf: &str| {
        let form = [
            ("user_code", typed.clone()),
            ("username", "ada".into()),
            ("password", password.into()),
            ("csrf", csrf.into()),
        ];
        [&form[..], &[("decision", String::from("approve"))]].concat()
    };
    let fields = approve("wrong", &csrf);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(
        post_form(&url, &[], &fields).await.status,
        403,
        "the form of another browser"
    );
    assert_eq!(
        post_form(&url, &[("cookie", &browser.cookie)], &fields)
            .await
            .status,
        401
    );
    let fields = approve("lovelace", &csrf);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let done = post_form(&url, &[("cookie", &browser.cookie)], &fields).await;
    assert!(
        done.status == 200 && done.body.contains("has access now"),
        "{}",
        done.body
    );

    let tokens = poll(&web, &client, &codes).await.json();
    let who = call(&web, text(&tokens, "access_token"), "whoami", json!({}))
        .await
        .json();
    assert_eq!(who["result"]["structuredContent"]["user"], "ada");
    assert!(tokens["refresh_token"].is_string());
    assert_eq!(
        error(&web, &client, &codes).await,
        "invalid_grant",
        "a device code works once"
    );
}

#[tokio::test]
async fn polls_are_answered_as_the_switches_say() {
    let web = Testbed::start(Switches::default().approving_as("ada").deciding_after(2))
        .await
        .expect("two free ports");
    let (client, _) = web.preregister("Gatelodge", &[REDIRECT], false);
    web.switches().set(|s| s.device.slow_down_polls = 1);
    let codes = begin(&web, &client).await;
    for expected in [
        "slow_down",
        "authorization_pending",
        "authorization_pending",
    ] {
        assert_eq!(error(&web, &client, &codes).await, expected);
    }
    assert_eq!(poll(&web, &client, &codes).await.status, 200);

    web.switches().set(|s| s.device.slow_down_polls = 0);
    for (answers, expected) in [
        (DeviceAnswers::Denied, "access_denied"),
        (DeviceAnswers::Expired, "expired_token"),
    ] {
        web.switches()
            .set(|s| (s.device.answers, s.device.pending_polls) = (answers, 0));
        let codes = begin(&web, &client).await;
        assert_eq!(error(&web, &client, &codes).await, expected);
    }
    web.switches()
        .set(|s| (s.device.answers, s.device.checks_pace) = (DeviceAnswers::Pending, true));
    let codes = begin(&web, &client).await;
    assert_eq!(error(&web, &client, &codes).await, "authorization_pending");
    assert_eq!(error(&web, &client, &codes).await, "slow_down");
}

#[tokio::test]
async fn a_device_code_is_for_its_client_and_its_resource() {
    let web = Testbed::start(Switches::default().approving_as("ada").deciding_after(0))
        .await
        .expect("two free ports");
    let (client, _) = web.preregister("Gatelodge", &[REDIRECT], false);
    let (other, _) = web.preregister("Another", &[REDIRECT], false);
    let codes = begin(&web, &client).await;
    assert_eq!(error(&web, &other, &codes).await, "invalid_grant");
    let form = [
        ("grant_type", DEVICE_CODE),
        ("device_code", text(&codes, "device_code")),
        ("client_id", &client),
    ];
    let without = post_form(&format!("{}/token", web.issuer()), &[], &form).await;
    assert_eq!(text(&without.json(), "error"), "invalid_target");

    let unasked = crate::person::register(&web).await;
    let reply = post_form(
        &format!("{}/device_authorization", web.issuer()),
        &[],
        &[("client_id", &unasked)],
    )
    .await;
    assert_eq!(
        text(&reply.json(), "error"),
        "unauthorized_client",
        "it registered for the code grant only"
    );
    web.switches().set(|s| s.device.offered = false);
    assert_eq!(error(&web, &client, &codes).await, "unsupported_grant_type");
}
