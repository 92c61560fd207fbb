//! The TypeScript SDK's own example: an issuer with a slash, exact redirects, and a 500 for a code that was spent.

use crate::browser::Browser;
use crate::desk::{Desk, code, parameter};
use crate::peer::{free_ports, is_asked_for, start};
use crate::setup::Running;
use broker::{LoginOptions, Redirects};
use model::{Code, RedirectPreference};

fn example() -> (Running, String) {
    let (issuer, port) = free_ports();
    let program =
        "node_modules/@modelcontextprotocol/sdk/dist/esm/examples/server/simpleStreamableHttp.js";
    let ports = [
        ("MCP_PORT", port.to_string()),
        ("MCP_AUTH_PORT", issuer.to_string()),
    ];
    let (running, _) = start(
        "node",
        &[program, "--oauth", "--oauth-strict"],
        &ports,
        "listening on port",
    );
    (running, format!("http://localhost:{port}/mcp"))
}

fn by_loopback() -> LoginOptions {
    LoginOptions {
        redirect: Some(RedirectPreference::Loopback),
        ..LoginOptions::default()
    }
}

/// It compares the redirect's port with the registered one: a port that is another one now is registered anew.
/// Rules: M-07, R-24, Q12, Q29
#[tokio::test]
async fn q29_q12_the_exact_port_of_the_redirect() {
    if !is_asked_for() {
        return;
    }
    let ((_running, resource), desk) = (example(), Desk::new().await);
    let id = desk.add(&resource).await;
    let grant = desk
        .log_in_with(&id, &mut Browser::of("anyone"), by_loopback())
        .await
        .expect("logged in");
    assert!(grant.issuer.as_str().ends_with('/'), "{}", grant.issuer);
    let again = desk
        .log_in_with(&id, &mut Browser::of("anyone"), by_loopback())
        .await
        .expect("logged in");
    assert_eq!(
        again.registration_id, grant.registration_id,
        "one port, one client"
    );
    let pending = desk.begin(&id, by_loopback()).await;
    let other_port = pending.url().replace("4283", "4284");
    let refusal = Browser::of("anyone").answer(&other_port).await;
    assert!(
        refusal.contains("error=invalid_request"),
        "it is exact: {refusal}"
    );
    desk.broker.set_redirects(Redirects {
        deep_link: false,
        loopback: Some(4284),
    });
    let pending = desk.begin(&id, LoginOptions::default()).await;
    let redirect = parameter(pending.url(), "redirect_uri").expect("a redirect");
    assert!(
        redirect.starts_with("http://127.0.0.1:4284/callback"),
        "{redirect}"
    );
    assert_ne!(pending.registration_id(), grant.registration_id.as_deref());
    let callback = Browser::of("anyone").answer(pending.url()).await;
    desk.complete(&callback).await.expect("logged in");
}

/// A code that was spent comes with the state of another login: the server's 500 ends that login with a sentence, once,
/// and the login of before goes on.
/// Rules: C-01, B-13, B-14
#[tokio::test]
async fn b13_a_code_that_was_spent_ends_one_login() {
    if !is_asked_for() {
        return;
    }
    let ((_running, resource), desk) = (example(), Desk::new().await);
    let id = desk.add(&resource).await;
    let first = desk.begin(&id, LoginOptions::default()).await;
    let answer = Browser::of("anyone").answer(first.url()).await;
    desk.complete(&answer).await.expect("logged in");
    // It does not say who answers, so the place of the answer does: the same one for both.
    let options = LoginOptions {
        redirect: Some(RedirectPreference::DeepLink),
        ..LoginOptions::default()
    };
    let second = desk.begin(&id, options).await;
    let state = |url: &str| parameter(url, "state").expect("state");
    let replayed = answer.replace(&state(first.url()), &state(second.url()));
    let error = desk.complete(&replayed).await.expect_err("spent");
    assert!(
        error.to_string().contains("500"),
        "{:?} {error}",
        error.code()
    );
    assert_eq!(
        code(desk.complete(&replayed).await),
        Code::LoginUnknown,
        "it is not tried again"
    );
    assert_eq!(
        desk.broker
            .resource(&id)
            .await
            .expect("the server")
            .grants
            .len(),
        1
    );
}
