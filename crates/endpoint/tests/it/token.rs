//! `POST /token`: who gets a token, and what everybody else is told.

use crate::http::{FORM, Reply, form, request, send, send_unix};
use crate::setup::{KeyedAgent, Person, basic};
use futures_util::future::join_all;
use testbed::switches::{Switches, TokenAnswers};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// The status of an MCP request with this token.
async fn call(person: &Person, token: &str) -> u16 {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;
    let authorization = format!("Bearer {token}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    crate::http::visit("POST", &person.web.resource(), &headers, body)
        .await
        .status
}

#[tokio::test]
async fn a_permitted_agent_gets_the_servers_token_in_every_way_that_there_is() {
    let person = Person::plain().await;
    let (grant, agent) = person.with_agent().await;
    let reply = person.ask(&agent).await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, Some("application/json")),
        "{}",
        reply.body
    );
    let answer = reply.json();
    let tokens = grant.tokens().expect("active");
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["resource"], person.web.resource());
    assert_eq!(answer["account"], grant.account.name);
    assert_eq!(answer["scope"], tokens.scopes.to_string());
    assert_eq!(answer["expires_at"], tokens.expires_at.expect("an end").0);
    assert_eq!(
        answer["expires_in"],
        tokens
            .expires_at
            .expect("an end")
            .since(person.broker.now())
    );
    assert_eq!(
        call(&person, answer["access_token"].as_str().expect("a token")).await,
        200
    );

    let (id, key) = (agent.agent.id.as_str(), agent.key.expose());
    let posted = person.body(&[("client_id", id), ("client_secret", key)]);
    let by_post = send(person.port, "POST", "/token", &[FORM], &posted).await;
    let by_socket = send_unix(
        &person.socket(),
        "POST",
        "/token",
        &[FORM, ("authorization", &agent.basic())],
        &person.body(&[]),
    )
    .await;
    let beside = person.ask_for(&agent, &[("client_id", id)]).await;
    for other in [by_post, by_socket, beside] {
        assert_eq!((other.status, other.json()), (200, answer.clone()));
    }
}

#[tokio::test]
async fn attack_l04_a_form_by_post_and_nothing_else() {
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    let key = agent.basic();
    let body = person.body(&[]);
    for kind in [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/json",
        "application/x-www-form-urlencoded; charset=utf-7",
    ] {
        let headers = [("authorization", key.as_str()), ("content-type", kind)];
        let reply = send(person.port, "POST", "/token", &headers, &body).await;
        assert_eq!(
            (reply.status, reply.error().as_str()),
            (415, "invalid_request"),
            "{kind}"
        );
    }
    assert_eq!(
        send(
            person.port,
            "POST",
            "/token",
            &[("authorization", &key)],
            &body
        )
        .await
        .status,
        415,
        "no type at all"
    );
    assert_eq!(
        send(
            person.port,
            "POST",
            "/token",
            &[FORM, FORM, ("authorization", &key)],
            &body
        )
        .await
        .status,
        415,
        "two types"
    );
    let compressed = [FORM, ("content-encoding", "gzip"), ("authorization", &key)];
    assert_eq!(
        send(person.port, "POST", "/token", &compressed, &body)
            .await
            .status,
        415
    );
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE"] {
        let reply = send(
            person.port,
            method,
            "/token",
            &[FORM, ("authorization", &key)],
            &body,
        )
        .await;
        assert_eq!(
            (reply.status, reply.header("allow")),
            (405, Some("POST")),
            "{method}"
        );
    }
    let chunked = format!(
        "POST /token HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\nauthorization: {key}\r\n\
         content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        person.port,
        body.len()
    );
    let answer = crate::http::raw(person.port, chunked.as_bytes()).await;
    assert!(
        String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 200"),
        "some clients stream their body"
    );
}

#[tokio::test]
async fn attack_l05_whatever_is_wrong_with_the_key_the_answer_is_the_same() {
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    let (id, key) = (agent.agent.id.as_str(), agent.key.expose());
    let good = agent.basic();
    let wrong = [
        vec![],
        vec![("authorization", basic(id, "wrong"))],
        vec![("authorization", basic(id, &key[..key.len() - 1]))],
        vec![("authorization", basic(id, &format!("{key}x")))],
        vec![("authorization", basic("nobody-123456", key))],
        vec![("authorization", basic("", key))],
        vec![("authorization", format!("Bearer {key}"))],
        vec![("authorization", "Basic \u{fe}".to_owned())],
        vec![
            ("authorization", good.clone()),
            ("authorization", good.clone()),
        ],
        vec![("cookie", format!("client_id={id}; client_secret={key}"))],
        vec![("authorization", basic(&agent.agent.name, key))],
    ];
    let mut bodies = Vec::new();
    for headers in wrong {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .chain([FORM])
            .collect();
        let reply = send(person.port, "POST", "/token", &headers, &person.body(&[])).await;
        assert_eq!(
            (reply.status, reply.error().as_str()),
            (401, "invalid_client"),
            "{headers:?}"
        );
        assert_eq!(
            reply.header("www-authenticate"),
            Some("Basic realm=\"Gatelodge\", charset=\"UTF-8\"")
        );
        bodies.push(reply.body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    let told = person.refusals().await;
    assert_eq!(told.len(), 1, "one line a minute: {told:?}");
    assert_eq!(told[0].code.as_deref(), Some("invalid_client"));
    assert!(
        !format!("{told:?}{bodies:?}").contains(key),
        "no key is ever repeated"
    );
}

#[tokio::test]
async fn attack_l05_a_key_in_the_address_is_refused_and_told_of_as_leaked() {
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    let query = form(&[
        ("client_id", &agent.agent.id),
        ("client_secret", agent.key.expose()),
    ]);
    for (method, path) in [
        ("POST", format!("/token?{query}")),
        ("GET", format!("/token?{query}")),
    ] {
        let reply = send(person.port, method, &path, &[FORM], &person.body(&[])).await;
        assert_eq!(
            (reply.status, reply.error().as_str()),
            (400, "invalid_request")
        );
        assert!(
            reply.json()["hint"]
                .as_str()
                .expect("a hint")
                .contains("gatelodge agent new-key claude")
        );
    }
    let told = person.refusals().await;
    assert_eq!(told[0].agent_name.as_deref(), Some("claude"), "{told:?}");
    let said = told[0].message.to_string();
    assert!(said.contains("leaked") && !said.contains(agent.key.expose()));
    assert_eq!(
        send(
            person.port,
            "POST",
            "/token?",
            &[FORM, ("authorization", &agent.basic())],
            &person.body(&[])
        )
        .await
        .status,
        400
    );
}

#[tokio::test]
async fn rfc6749_2_3_1_one_way_to_authenticate_and_not_two() {
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    for changes in [
        &[
            ("client_id", agent.agent.id.as_str()),
            ("client_secret", agent.key.expose()),
        ][..],
        &[("client_secret", "x")],
        &[("client_id", "another")],
    ] {
        let reply = person.ask_for(&agent, changes).await;
        assert_eq!(
            (reply.status, reply.error().as_str()),
            (400, "invalid_request"),
            "{changes:?}"
        );
    }
}

#[tokio::test]
async fn rfc6749_3_2_no_parameter_twice_and_none_unread() {
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    let base = person.body(&[]);
    for twice in [
        "grant_type=client_credentials",
        "resource=x",
        "unknown=1&unknown=1",
        "scope=a&scope=a",
        "resourc%65=",
    ] {
        let body = format!("{base}&{twice}");
        let reply = send(
            person.port,
            "POST",
            "/token",
            &[FORM, ("authorization", &agent.basic())],
            &body,
        )
        .await;
        assert_eq!(
            (reply.status, reply.error().as_str()),
            (400, "invalid_request"),
            "{twice}"
        );
    }
    let cases: [(&[(&str, &str)], &str); 11] = [
        (&[("grant_type", "")], "invalid_request"),
        (
            &[("grant_type", "authorization_code")],
            "unsupported_grant_type",
        ),
        (
            &[("grant_type", "refresh_token"), ("refresh_token", "x")],
            "unsupported_grant_type",
        ),
        (&[("resource", "")], "invalid_target"),
        (&[("resource", "not a url")], "invalid_target"),
        (&[("resource", "*")], "invalid_target"),
        (&[("scope", "a\"b")], "invalid_scope"),
        (&[("scope", "never:granted")], "invalid_scope"),
        (&[("min_valid", "-1")], "invalid_request"),
        (&[("min_valid", "1000000000000")], "invalid_request"),
        (&[("account", "grace")], "login_required"),
    ];
    for (changes, error) in cases {
        let reply = person.ask_for(&agent, changes).await;
        assert_eq!(
            (reply.status, reply.error().as_str()),
            (400, error),
            "{changes:?}"
        );
        assert!(
            !reply.json()["hint"].as_str().expect("a hint").is_empty(),
            "{changes:?}"
        );
        assert_eq!(
            person.refusals().await[0].agent_name.as_deref(),
            Some("claude"),
            "invariant 6"
        );
    }
    assert_eq!(
        person
            .ask_for(
                &agent,
                &[
                    ("min_valid", "60"),
                    ("scope", "notes:read"),
                    ("audience", "ignored")
                ]
            )
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    let padding = "x".repeat(16 * 1024);
    let reply = person.ask_for(&agent, &[("padding", &padding)]).await;
    assert_eq!(
        (reply.status, reply.error().as_str()),
        (413, "invalid_request")
    );
    assert_eq!(
        person
            .ask_for(&agent, &[("padding", &padding[..8000])])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn b15_attack_l11_a_server_without_a_permit_and_one_that_is_not_there_look_alike() {
    let person = Person::plain().await;
    person.log_in(0).await;
    let agent = person.agent("claude").await;
    let known = person.ask(&agent).await;
    let unknown = person
        .ask_for(&agent, &[("resource", "https://nonexistent.example/mcp")])
        .await;
    assert_eq!(
        (known.status, known.error().as_str()),
        (403, "access_denied")
    );
    assert_eq!((unknown.status, &unknown.body), (403, &known.body));
}

#[tokio::test]
async fn of_several_accounts_one_has_to_be_named() {
    let person = Person::new(Switches::default().challenge_scope(Some("notes:read profile"))).await;
    let (_, agent) = person.with_agent().await;
    let (second, _) = person.log_in(1).await;
    person.permit(&agent, &second).await;
    let reply = person.ask(&agent).await;
    assert_eq!(
        (reply.status, reply.error().as_str()),
        (400, "account_required")
    );
    let accounts: Vec<String> =
        serde_json::from_value(reply.json()["accounts"].clone()).expect("a list");
    assert_eq!(accounts.len(), 2, "{accounts:?}");
    for account in accounts {
        assert_eq!(
            person
                .ask_for(&agent, &[("account", &account)])
                .await
                .json()["account"],
            account
        );
    }
}

/// Attack L12, and RFC 6749 §5.2: every answer that begins after the removal is no.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_l12_an_agent_that_was_removed_gets_nothing_more() {
    let person = Person::plain().await;
    let (grant, agent) = person.with_agent().await;
    let flood = join_all((0..50).map(|_| person.ask(&agent)));
    let removal = async {
        person
            .broker
            .unpermit(&agent.agent.id, &grant.id)
            .await
            .expect("taken back");
        let denied = person.ask(&agent).await;
        person
            .broker
            .remove_agent(&agent.agent.id)
            .await
            .expect("removed");
        (denied.status, person.ask(&agent).await.status)
    };
    let (answers, after) = tokio::join!(flood, removal);
    assert_eq!(after, (403, 401));
    assert!(
        answers
            .iter()
            .all(|reply| [200, 403, 401].contains(&reply.status)),
        "{answers:?}"
    );
}

#[tokio::test]
async fn attack_l14_a_locked_vault_says_so_and_opens_again() {
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    person.broker.lock_vault();
    let reply = person.ask(&agent).await;
    assert_eq!(
        (reply.status, reply.error().as_str()),
        (423, "vault_locked")
    );
    person
        .broker
        .open_vault(broker::KeySource::KeyFile(person.folder.path().join("key")))
        .await
        .expect("opened");
    assert_eq!(person.ask(&agent).await.status, 200);
}

#[tokio::test]
async fn attack_l15_a_flood_of_wrong_keys_is_slowed_and_a_right_one_is_not() {
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    let wrong = KeyedAgent {
        agent: agent.agent.clone(),
        key: oauth::secret::Secret::new("glk_wrong"),
    };
    let mut statuses = Vec::new();
    for _ in 0..60 {
        statuses.push(person.ask(&wrong).await.status);
        assert_eq!(person.ask(&agent).await.status, 200, "in the midst of it");
    }
    let limited = statuses.iter().filter(|status| **status == 429).count();
    assert_eq!(
        statuses.iter().filter(|status| **status == 401).count() + limited,
        60
    );
    assert_eq!(limited, 40, "{statuses:?}");
    assert_eq!(person.ask(&wrong).await.header("retry-after"), Some("1"));
    assert_eq!(person.refusals().await.len(), 1, "one line a minute");
    person.clock.forward(60);
    assert_eq!(person.ask(&wrong).await.status, 401);
    assert_eq!(person.refusals().await.len(), 2);
}

/// 1. The access token has run out; the issuer rotates and ends the family at the first reuse.
/// 2. Fifty requests arrive at once, by TCP and by the socket.
/// 3. Exactly one refresh reaches the issuer; all fifty get its outcome, whatever that is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_l20_l21_fifty_at_once_are_one_refresh() {
    let outcomes: [(Option<TokenAnswers>, u16, &str); 4] = [
        (None, 200, ""),
        (
            Some(TokenAnswers::ServerError),
            503,
            "temporarily_unavailable",
        ),
        (
            Some(TokenAnswers::CutAfterCommit),
            503,
            "temporarily_unavailable",
        ),
        (Some(TokenAnswers::InvalidGrant(400)), 400, "login_required"),
    ];
    for (answers, status, error) in outcomes {
        let person = Person::plain().await;
        let (grant, agent) = person.with_agent().await;
        let old = grant.tokens().expect("active").access_token.clone();
        person
            .web
            .switches()
            .set(|switches| switches.refresh_answers.clone_from(&answers));
        person.expire();
        let socket = person.socket();
        let ask = async |number: usize| -> Reply {
            if number.is_multiple_of(2) {
                return person.ask(&agent).await;
            }
            send_unix(
                &socket,
                "POST",
                "/token",
                &[FORM, ("authorization", &agent.basic())],
                &person.body(&[]),
            )
            .await
        };
        let replies = join_all((0..50).map(ask)).await;
        assert_eq!(
            person.renewals(),
            1,
            "{answers:?}: exactly one refresh reaches the issuer"
        );
        for reply in &replies {
            assert_eq!(reply.status, status, "{answers:?}: {}", reply.body);
            if status == 200 {
                assert_eq!(
                    reply.json()["access_token"],
                    replies[0].json()["access_token"]
                );
                assert_ne!(reply.json()["access_token"], old.expose());
                assert!(
                    reply.json()["expires_in"].as_i64().expect("a life") > 0,
                    "L20"
                );
            } else {
                assert_eq!(reply.error(), error);
                assert_eq!(reply.header("retry-after").is_some(), status == 503);
            }
        }
    }
}

/// 1. An agent's request starts a refresh; the issuer takes its time. 2. The agent hangs up.
/// 3. The refresh goes on and is kept: the next request needs nothing from the issuer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_l22_a_caller_that_hangs_up_does_not_cut_a_refresh() {
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    person
        .web
        .switches()
        .set(|switches| switches.token_delay_ms = 300);
    person.expire();
    let host = format!("127.0.0.1:{}", person.port);
    let key = agent.basic();
    let bytes = request(
        "POST /token HTTP/1.1",
        &[("host", &host), FORM, ("authorization", &key)],
        &person.body(&[]),
    );
    let mut stream = TcpStream::connect(&host).await.expect("it listens");
    stream.write_all(&bytes).await.expect("sent");
    while person.renewals() == 0 {
        tokio::task::yield_now().await;
    }
    drop(stream);
    assert_eq!(person.ask(&agent).await.status, 200);
    assert_eq!(person.renewals(), 1);
}

/// Everything that an agent can be told, with the refresh tokens, the verifier and the keys looked for in it.
#[tokio::test]
async fn attack_l24_no_answer_holds_more_than_the_access_token() {
    let person = Person::plain().await;
    let (before, agent) = person.with_agent().await;
    let mut seen = Vec::new();
    let mut see = |reply: Reply| seen.push(format!("{reply:?}"));
    see(person.ask(&agent).await);
    person.expire();
    see(person.ask(&agent).await);
    let after = person.grants().await[0].clone();
    for changes in [
        &[("scope", "x")][..],
        &[("account", "x")],
        &[("resource", "x")],
        &[("grant_type", "x")],
        &[("resource", "https://x.example/")],
    ] {
        see(person.ask_for(&agent, changes).await);
    }
    for answer in [
        TokenAnswers::ServerError,
        TokenAnswers::Error("invalid_scope".into()),
        TokenAnswers::Html(400),
        TokenAnswers::InvalidGrant(400),
    ] {
        person
            .web
            .switches()
            .set(|switches| switches.refresh_answers = Some(answer));
        person.expire();
        see(person.ask(&agent).await);
    }
    person.broker.lock_vault();
    see(person.ask(&agent).await);
    let refresh_tokens = [before, after].map(|grant| {
        grant
            .tokens()
            .expect("active")
            .refresh_token
            .clone()
            .expect("one")
    });
    assert_ne!(refresh_tokens[0], refresh_tokens[1], "the issuer rotates");
    let sent = person.web.requests_to("/token");
    let verifier = sent
        .iter()
        .find_map(|request| request.param("code_verifier"))
        .expect("a login was made");
    for canary in [
        refresh_tokens[0].expose(),
        refresh_tokens[1].expose(),
        &verifier,
        agent.key.expose(),
    ] {
        assert!(seen.iter().all(|reply| !reply.contains(canary)));
    }
}

#[tokio::test]
async fn attack_l28_after_a_restart_the_old_key_works_and_a_removed_one_does_not() {
    let person = Person::plain().await;
    let (grant, agent) = person.with_agent().await;
    let removed = person.agent("cursor").await;
    person.permit(&removed, &grant).await;
    person
        .broker
        .remove_agent(&removed.agent.id)
        .await
        .expect("removed");
    let Person {
        broker,
        clock,
        endpoint,
        web,
        folder,
        ..
    } = person;
    endpoint.stop().await;
    drop(broker);
    let broker = crate::setup::broker_on(folder.path(), clock.clone()).await;
    let endpoint = endpoint::start(broker.clone(), crate::setup::options(folder.path())).await;
    let port = endpoint.status().loopback.expect("a port");
    let person = Person {
        broker,
        clock,
        endpoint,
        port,
        web,
        folder,
    };
    assert_eq!(person.ask(&agent).await.status, 200);
    assert_eq!(person.ask(&removed).await.status, 401);
}

#[tokio::test]
async fn a_grant_that_was_revoked_asks_for_a_login_and_says_so() {
    let person = Person::plain().await;
    let (grant, agent) = person.with_agent().await;
    person.broker.revoke(&grant.id).await.expect("revoked");
    let reply = person.ask(&agent).await;
    assert!(
        [
            (400, "login_required".to_owned()),
            (403, "access_denied".to_owned())
        ]
        .contains(&(reply.status, reply.error()))
    );
    assert!(!reply.body.contains("access_token"));
}
