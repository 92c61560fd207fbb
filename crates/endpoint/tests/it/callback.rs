//! The browser's way back: one login, one page, nothing of the request on it.

use crate::http::{Reply, send, send_bare, send_unix};
use crate::setup::{Person, browse};
use futures_util::future::join_all;
use model::ResourceState;
use testbed::switches::Switches;

async fn state(person: &Person) -> ResourceState {
    person
        .broker
        .resource(&person.web.resource())
        .await
        .expect("the server")
        .state
}

/// The path and query of a callback.
fn path(location: &str) -> &str {
    &location[location.find("/callback").expect("a callback")..]
}

fn is_page(reply: &Reply, status: u16, heading: &str) {
    assert_eq!(reply.status, status, "{}", reply.body);
    assert!(
        reply.body.contains(&format!("<h1>{heading}</h1>")),
        "{}",
        reply.body
    );
    assert_eq!(
        reply.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let policy = reply.header("content-security-policy").expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-")
            && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe") && !policy.contains("script"),
        "{policy}"
    );
    assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(
        reply.header("cross-origin-opener-policy"),
        Some("same-origin")
    );
    assert!(
        !reply.body.contains("<script")
            && !reply.body.contains("http")
            && reply.body.contains("lang=\"en\"")
    );
}

#[tokio::test]
async fn a_login_by_loopback_ends_on_a_page_that_says_so() {
    let person = Person::plain().await;
    let (grant, reply) = person.log_in(0).await;
    is_page(&reply, 200, "You’re signed in");
    assert!(matches!(state(&person).await, ResourceState::Active));
    assert!(!reply.body.contains(&grant.account.name));
    assert_eq!(person.exchanges("authorization_code"), 1);
}

#[tokio::test]
async fn f01_an_answer_that_nobody_asked_for_changes_nothing() {
    let person = Person::plain().await;
    let location = browse(&person.web, &person.begin().await, 0).await;
    for query in [
        "",
        "?",
        "?code=c",
        "?code=c&state=",
        "?code=c&state=guess",
        "?state=guess",
        "?error=access_denied&state=guess",
        "?code=a&code=b&state=s",
    ] {
        let reply = send(person.port, "GET", &format!("/callback{query}"), &[], "").await;
        is_page(&reply, 400, "Gatelodge didn’t expect this answer");
    }
    assert_eq!(person.exchanges("authorization_code"), 0);
    assert_eq!(person.refusals().await.len(), 1, "one line a minute (F08)");
    is_page(&person.follow(&location).await, 200, "You’re signed in");
}

#[tokio::test]
async fn f05_one_answer_twenty_times_is_one_exchange() {
    let person = Person::plain().await;
    let location = browse(&person.web, &person.begin().await, 0).await;
    let replies = join_all((0..20).map(|_| person.follow(&location))).await;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 200).count(),
        1
    );
    assert_eq!(person.exchanges("authorization_code"), 1);
    is_page(
        &person.follow(&location).await,
        400,
        "Gatelodge didn’t expect this answer",
    );
}

#[tokio::test]
async fn n10_f06_other_methods_and_places_do_nothing() {
    let person = Person::plain().await;
    let location = browse(&person.web, &person.begin().await, 0).await;
    for method in ["POST", "HEAD", "PUT", "DELETE", "PATCH"] {
        let reply = send(person.port, method, path(&location), &[], "").await;
        assert_eq!(
            (reply.status, reply.header("allow")),
            (405, Some("GET")),
            "{method}"
        );
    }
    assert_eq!(
        send(person.port, "OPTIONS", path(&location), &[], "")
            .await
            .status,
        403
    );
    let elsewhere = path(&location).replace("/callback", "/callback/");
    for (place, status) in [("/favicon.ico", 404), (elsewhere.as_str(), 404)] {
        assert_eq!(
            send(person.port, "GET", place, &[], "").await.status,
            status,
            "{place}"
        );
    }
    assert_eq!(
        send_unix(&person.socket(), "GET", path(&location), &[], "")
            .await
            .status,
        404
    );
    assert_eq!(person.exchanges("authorization_code"), 0);
    is_page(&person.follow(&location).await, 200, "You’re signed in");
}

/// Rules: A-13 — some issuers take no address for a redirect (Amazon Cognito), so the answer comes under the name.
#[tokio::test]
async fn an_answer_under_the_name_localhost_is_one() {
    let person = Person::plain().await;
    let location = browse(&person.web, &person.begin().await, 0).await;
    let line = format!("GET {} HTTP/1.1", path(&location));
    let reply = send_bare(
        person.port,
        &line,
        &[("host", &format!("localhost:{}", person.port))],
        "",
    )
    .await;
    is_page(&reply, 200, "You’re signed in");
}

#[tokio::test]
async fn n10_f07_another_name_or_a_page_behind_the_persons_back() {
    let person = Person::plain().await;
    let location = browse(&person.web, &person.begin().await, 0).await;
    let line = format!("GET {} HTTP/1.1", path(&location));
    let (ours, port) = (format!("127.0.0.1:{}", person.port), person.port);
    for host in [
        "evil.com",
        "127.0.0.1",
        "localhost",
        &format!("[::1]:{port}"),
        &format!("evil.com:{port}"),
    ] {
        assert_eq!(
            send_bare(port, &line, &[("host", host)], "").await.status,
            421,
            "{host}"
        );
    }
    for header in [
        ("origin", "https://evil.com"),
        ("origin", "null"),
        ("sec-fetch-dest", "image"),
        ("sec-fetch-dest", "iframe"),
        ("sec-fetch-dest", "empty"),
    ] {
        assert_eq!(
            send_bare(port, &line, &[("host", &ours), header], "")
                .await
                .status,
            403,
            "{header:?}"
        );
    }
    assert_eq!(person.exchanges("authorization_code"), 0);
    is_page(&person.follow(&location).await, 200, "You’re signed in");
}

#[tokio::test]
async fn f10_nothing_of_the_request_comes_back() {
    let person = Person::plain().await;
    let location = browse(&person.web, &person.begin().await, 0).await;
    let own = path(&location);
    let state = own
        .split("state=")
        .nth(1)
        .and_then(|rest| rest.split('&').next())
        .expect("a state");
    let hostile = [
        "/callback?error=access_denied&error_description=%3Cscript%3ECANARY%3C/script%3E&state=guess".to_owned(),
        "/callback?code=CANARY&state=CANARY".to_owned(),
        "/callback?CANARY".to_owned(),
        "/callback?code=%0d%0aCANARY:%20x&state=guess".to_owned(),
        format!("/callback?code=CANARY&state={state}&iss=https://evil.example"),
        format!("/callback?error=CANARY&error_description=CANARY&state={state}&iss=https://evil.example/CANARY"),
    ];
    for request in &hostile {
        let reply = send(
            person.port,
            "GET",
            request,
            &[
                ("referer", "https://evil.com/CANARY"),
                ("user-agent", "CANARY"),
            ],
            "",
        )
        .await;
        let shown = format!("{reply:?}");
        assert!(
            (400..600).contains(&reply.status)
                && !shown.contains("CANARY")
                && !shown.contains(state),
            "{request}: {shown}"
        );
    }
    assert_eq!(person.exchanges("authorization_code"), 0);
    is_page(&person.follow(&location).await, 200, "You’re signed in");
}

#[tokio::test]
async fn crlf_in_a_code_ends_there() {
    let person = Person::plain().await;
    let location = browse(&person.web, &person.begin().await, 0).await;
    let state = location
        .split("state=")
        .nth(1)
        .and_then(|rest| rest.split('&').next())
        .expect("a state")
        .to_owned();
    let split = format!("/callback?code=a%0d%0aSet-Cookie:%20x=y&state={state}");
    assert_eq!(send(person.port, "GET", &split, &[], "").await.status, 400);
    let bare = format!(
        "GET /callback?code=a\rb&state={state} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\n\r\n",
        person.port
    );
    let answer = crate::http::raw(person.port, bare.as_bytes()).await;
    assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
    assert_eq!(person.exchanges("authorization_code"), 0);
}

#[tokio::test]
async fn each_outcome_has_its_page() {
    let person = Person::new(Switches::default().denying()).await;
    let url = person.begin().await;
    let sent = crate::http::visit("GET", &url, &[], "").await;
    let location = sent.header("location").expect("a redirect").to_owned();
    is_page(
        &person.follow(&location).await,
        403,
        "You didn’t get access",
    );

    let person = Person::new(
        Switches::default().answering_token(testbed::switches::TokenAnswers::ServerError),
    )
    .await;
    let location = browse(&person.web, &person.begin().await, 0).await;
    is_page(
        &person.follow(&location).await,
        502,
        "The sign-in didn’t finish",
    );

    let person = Person::plain().await;
    let location = browse(&person.web, &person.begin().await, 0).await;
    person.broker.lock_vault();
    is_page(&person.follow(&location).await, 423, "Gatelodge is locked");
    person
        .broker
        .open_vault(broker::KeySource::KeyFile(person.folder.path().join("key")))
        .await
        .expect("opened");
    is_page(&person.follow(&location).await, 200, "You’re signed in");

    let person = Person::plain().await;
    let location = browse(&person.web, &person.begin().await, 0).await;
    person.clock.forward(601);
    is_page(
        &person.follow(&location).await,
        400,
        "Gatelodge didn’t expect this answer",
    );
}
