//! Nothing that a web page can do reaches an agent's door.

use crate::http::{FORM, send, send_bare, send_unix};
use crate::setup::Person;

const METADATA: &str = "/.well-known/oauth-authorization-server";

#[tokio::test]
async fn attack_l01_only_our_three_names_pass() {
    let person = Person::plain().await;
    let port = person.port;
    for ours in [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
    ] {
        let reply = send_bare(
            port,
            &format!("GET {METADATA} HTTP/1.1"),
            &[("host", &ours)],
            "",
        )
        .await;
        assert_eq!(reply.status, 200, "{ours}");
    }
    let agent = person.agent("claude").await;
    let names = [
        "evil.com",
        "127.0.0.1.evil.com",
        "localhost.evil",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:1",
        "[::ffff:127.0.0.1]",
        "",
        "0.0.0.0:PORT",
        "127.1:PORT",
        "127.0.0.1:PORT.evil.com",
        "user@127.0.0.1:PORT",
        "127.0.0.1:PORT/",
        "[::ffff:127.0.0.1]:PORT",
    ];
    for name in names {
        let name = name.replace("PORT", &port.to_string());
        let headers = [
            ("host", name.as_str()),
            FORM,
            ("authorization", &agent.basic()),
        ];
        let reply = send_bare(port, "POST /token HTTP/1.1", &headers, &person.body(&[])).await;
        assert_eq!(reply.status, 421, "{name:?}");
        assert_eq!(
            send_bare(
                port,
                &format!("GET {METADATA} HTTP/1.1"),
                &[("host", &name)],
                ""
            )
            .await
            .status,
            421,
            "{name:?}"
        );
    }
    let told = person.refusals().await;
    assert!(
        told.iter()
            .any(|event| event.code.as_deref() == Some("access_denied")),
        "invariant 6: {told:?}"
    );
    assert!(
        person
            .broker
            .agent("claude")
            .await
            .expect("there")
            .last_used_at
            .is_none(),
        "none of it came through"
    );
}

#[tokio::test]
async fn attack_l01_two_hosts_no_host_and_another_authority_in_the_line() {
    let person = Person::plain().await;
    let (port, ours) = (person.port, format!("127.0.0.1:{}", person.port));
    let status = async |line: &str, hosts: &[&str]| {
        let headers: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
        send_bare(port, line, &headers, "").await.status
    };
    let plain = format!("GET {METADATA} HTTP/1.1");
    assert_eq!(status(&plain, &[&ours, &ours]).await, 421);
    assert_eq!(status(&plain, &[&ours, "evil.com"]).await, 421);
    assert_eq!(status(&plain, &[]).await, 421);
    assert_eq!(status(&format!("GET {METADATA} HTTP/1.0"), &[]).await, 421);
    assert_eq!(
        status(&format!("GET http://{ours}{METADATA} HTTP/1.1"), &[&ours]).await,
        200
    );
    assert_eq!(
        status(&format!("GET http://evil.com{METADATA} HTTP/1.1"), &[&ours]).await,
        421
    );
    assert_eq!(
        status(
            &format!("GET http://{ours}@evil.com{METADATA} HTTP/1.1"),
            &[&ours]
        )
        .await,
        421
    );
    assert_eq!(
        status(
            &format!("GET http://{ours}{METADATA} HTTP/1.1"),
            &["evil.com"]
        )
        .await,
        421
    );
    assert_ne!(status("CONNECT evil.com:443 HTTP/1.1", &[&ours]).await, 200);
}

#[tokio::test]
async fn attack_l02_no_page_is_answered_even_with_a_good_key() {
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    let key = agent.basic();
    let good = [FORM, ("authorization", key.as_str())];
    for origin in [
        "null",
        "http://localhost:3000",
        "tauri://localhost",
        "chrome-extension://x",
        "https://evil.com",
        "",
    ] {
        let reply = send(
            person.port,
            "POST",
            "/token",
            &[&good[..], &[("origin", origin)]].concat(),
            &person.body(&[]),
        )
        .await;
        assert_eq!(reply.status, 403, "{origin:?}");
        assert!(!reply.body.contains("access_token"));
    }
    let own = format!("http://127.0.0.1:{}", person.port);
    assert_eq!(
        send(person.port, "GET", METADATA, &[("origin", &own)], "")
            .await
            .status,
        403,
        "no page of ours calls"
    );
    for site in ["cross-site", "same-site", "same-origin", "none"] {
        let headers = [&good[..], &[("sec-fetch-site", site)]].concat();
        assert_eq!(
            send(person.port, "POST", "/token", &headers, &person.body(&[]))
                .await
                .status,
            403,
            "{site}"
        );
        assert_eq!(
            send(
                person.port,
                "GET",
                METADATA,
                &[("sec-fetch-site", site)],
                ""
            )
            .await
            .status,
            403,
            "{site}"
        );
    }
    let node = [&good[..], &[("sec-fetch-mode", "cors")]].concat();
    assert_eq!(
        send(person.port, "POST", "/token", &node, &person.body(&[]))
            .await
            .status,
        200,
        "Node's fetch is an agent"
    );
}

#[tokio::test]
async fn attack_l03_a_preflight_is_refused_and_allows_nothing() {
    let person = Person::plain().await;
    let asks = [
        ("origin", "https://evil.com"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
        ("access-control-request-private-network", "true"),
    ];
    for path in ["/token", "/callback", METADATA, "/"] {
        for headers in [&asks[..], &asks[1..]] {
            let reply = send(person.port, "OPTIONS", path, headers, "").await;
            assert_eq!(reply.status, 403, "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_404_and_says_where_to_go() {
    let person = Person::plain().await;
    for path in [
        "/",
        "/favicon.ico",
        "/token/",
        "/callback/x",
        "//token",
        "/mcp/x",
        "/.well-known/openid-configuration",
    ] {
        let reply = send(person.port, "GET", path, &[], "").await;
        assert_eq!(reply.status, 404, "{path}");
        assert!(
            reply.json()["hint"]
                .as_str()
                .expect("a hint")
                .contains("/token")
        );
    }
}

#[tokio::test]
async fn rfc8414_our_own_metadata() {
    let person = Person::plain().await;
    let issuer = format!("http://127.0.0.1:{}", person.port);
    let reply = send(person.port, "GET", METADATA, &[], "").await;
    let expected = serde_json::json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/token"),
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    });
    assert_eq!((reply.status, reply.json()), (200, expected.clone()));
    assert_eq!(
        send_unix(&person.socket(), "GET", METADATA, &[], "")
            .await
            .json(),
        expected
    );
    let reply = send(person.port, "POST", METADATA, &[], "").await;
    assert_eq!(
        (reply.status, reply.header("allow")),
        (405, Some("GET, HEAD"))
    );
}
