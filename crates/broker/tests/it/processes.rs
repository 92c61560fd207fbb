//! Several processes over one vault: the same test program, started again as a child.

use crate::setup::{Person, TestClock, broker_on};
use broker::{Clock, TokenRequest};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use testbed::switches::Switches;

const CHILD: &str = "GATELODGE_TEST_CHILD";

/// 1. A grant's access token has run out; its issuer ends the family at the first reuse.
/// 2. Three processes open the vault and ask for a token, seventeen requests each, all at once.
/// 3. The issuer sees one refresh, and all get its token.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_35_three_processes_renew_once() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.expire();
    let children: Vec<_> = (0..3)
        .map(|_| {
            let mut command =
                tokio::process::Command::new(std::env::current_exe().expect("this test"));
            command
                .args([
                    "processes::child",
                    "--exact",
                    "--nocapture",
                    "--test-threads=1",
                ])
                .stdout(Stdio::piped())
                .stderr(Stdio::null());
            let order = format!(
                "{}\n{}\n{}\n{}",
                person.folder.path().display(),
                person.clock.now().0,
                agent.id,
                person.web.resource()
            );
            command.env(CHILD, order).spawn().expect("a child")
        })
        .collect();
    let mut tokens = Vec::new();
    for child in children {
        let output = child.wait_with_output().await.expect("it ends");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let fingerprints: Vec<_> = text
            .lines()
            .filter_map(|line| line.split_once("TOKEN ").map(|(_, token)| token.to_owned()))
            .collect();
        assert_eq!(fingerprints.len(), 17, "{text}");
        tokens.extend(fingerprints);
    }
    assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
    let renewals = person
        .web
        .requests_to("/token")
        .into_iter()
        .filter(|r| r.param("grant_type").as_deref() == Some("refresh_token"))
        .count();
    assert_eq!(renewals, 1, "exactly one refresh reaches the issuer");
}

/// The child's part; without an order there is nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn child() {
    let Ok(order) = std::env::var(CHILD) else {
        return;
    };
    let [folder, now, agent, resource] = order.lines().collect::<Vec<_>>()[..] else {
        panic!("four lines");
    };
    let broker = broker_on(
        Path::new(folder),
        Arc::new(TestClock::at(now.parse().expect("a number"))),
    )
    .await;
    let agent = broker.agent(agent).await.expect("the agent");
    let request = || TokenRequest {
        resource: resource.to_owned(),
        ..Default::default()
    };
    let issued =
        futures_util::future::join_all((0..17).map(|_| broker.issue(&agent, request()))).await;
    for outcome in issued {
        println!(
            "TOKEN {}",
            outcome.expect("a token").access_token.fingerprint()
        );
    }
}
