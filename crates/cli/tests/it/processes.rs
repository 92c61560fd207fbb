//! Many programs at once: one refresh.

use crate::setup::{Person, fetch};
use testbed::switches::Switches;

/// 1. The access token has run out; the issuer ends the family at the first reuse of a refresh token.
/// 2. Fifty requests: to a serving host, and by forty processes that open the vault themselves.
/// 3. The issuer sees one refresh; all fifty get its token.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_35_fifty_requests_of_many_processes_renew_once() {
    // A life of a second has run out when the requests come: the program's own clock says so.
    let person = Person::approving(Switches {
        access_token_seconds: 1,
        ..Switches::default()
    })
    .await;
    person.added_and_logged_in().await;
    let agent = person.json(&["agent", "add", "claude"]);
    let (id, key) = (
        agent["id"].as_str().expect("an id").to_owned(),
        agent["key"].as_str().expect("a key").to_owned(),
    );
    person.good(&["agent", "permit", "claude", "notes"]);
    let (_serving, address) = person.serve();
    person.web.tokens().expire_access_tokens();
    person
        .web
        .switches()
        .set(|switches| switches.access_token_seconds = 3600);
    let ended = std::time::Duration::from_millis(1100);
    tokio::time::timeout(ended, std::future::pending::<()>())
        .await
        .expect_err("the second passes");

    let children: Vec<_> = (0..40)
        .map(|_| {
            person
                .command(&["token", "notes"])
                .spawn()
                .expect("it runs")
        })
        .collect();
    let asked: Vec<_> = (0..10)
        .map(|_| {
            let (address, id, key, resource) = (
                address.clone(),
                id.clone(),
                key.clone(),
                person.web.resource(),
            );
            tokio::spawn(async move { fetch(&address, &id, &key, &resource).await })
        })
        .collect();
    let mut tokens = Vec::new();
    for reply in asked {
        let reply = reply.await.expect("an answer");
        tokens.push(
            reply.json["access_token"]
                .as_str()
                .unwrap_or_else(|| panic!("a token, not {}", reply.json))
                .to_owned(),
        );
    }
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        tokens.push(
            String::from_utf8(output.stdout)
                .expect("text")
                .trim()
                .to_owned(),
        );
    }
    let refreshes = person
        .web
        .requests_to("/token")
        .iter()
        .filter(|r| r.param("grant_type").as_deref() == Some("refresh_token"))
        .count();
    assert_eq!(refreshes, 1, "exactly one refresh reaches the issuer");
    assert_eq!(tokens.len(), 50);
    assert!(tokens.iter().all(|token| *token == tokens[0]));
}
