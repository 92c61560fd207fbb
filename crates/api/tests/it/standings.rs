//! The window's Agents page, a server's page and the token endpoint say the same of each permit, whatever was done before.

use crate::setup::{Desk, text};
use broker::{Clock, TokenRequest};
use oauth::time::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use testbed::Testbed;
use testbed::switches::{AuthorizationServers, ResourceParameter, Switches};

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// The same numbers in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).expect("small")
    }

    fn one_of<'a>(&mut self, of: &'a [Value]) -> Option<&'a Value> {
        if of.is_empty() {
            None
        } else {
            of.get(self.below(of.len()))
        }
    }
}

struct Story {
    desk: Desk,
    clock: Arc<TestClock>,
    elsewhere: Testbed,
    server: String,
    agents: Vec<String>,
}

impl Story {
    async fn begin() -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(1_800_000_000)));
        let desk = Desk::at(clock.clone()).await;
        let switches = Switches::default()
            .resource_parameter(ResourceParameter::Ignored)
            .approving_as("ada");
        let elsewhere = Testbed::start(switches).await.expect("free ports");
        let server = desk.add().await;
        let mut agents = Vec::new();
        for name in ["Claude Code", "cursor"] {
            agents.push(text(
                &desk.call("agent_add", json!({ "name": name })).await["agent"]["id"],
            ));
        }
        Self {
            desk,
            clock,
            elsewhere,
            server,
            agents,
        }
    }

    async fn grants(&self, live: bool) -> Vec<Value> {
        let shown = self
            .desk
            .call("resource_show", json!({ "id": self.server }))
            .await;
        let is_live =
            |grant: &&Value| matches!(grant["state"].as_str(), Some("active" | "login_needed"));
        shown["grants"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|grant| !live || is_live(grant))
            .cloned()
            .collect()
    }

    /// One deed of a person, a server or time.
    async fn step(&self, numbers: &mut Numbers) -> String {
        let (id, desk) = (&self.server, &self.desk);
        let (live, all) = (self.grants(true).await, self.grants(false).await);
        let agent = self.agents[numbers.below(self.agents.len())].clone();
        match numbers.below(12) {
            0..=2 => {
                let (user, scopes) = (["ada", "grace"][numbers.below(2)], numbers.below(2));
                desk.web.switches().set(|switches| {
                    *switches = switches.clone().approving_as(user);
                    switches.refresh_tokens = scopes == 1;
                });
                let scopes = [
                    "notes:read openid profile",
                    "notes:read openid profile offline_access",
                ][scopes];
                let scopes: Vec<_> = scopes.split(' ').collect();
                desk.call(
                    "scopes_choose",
                    json!({ "resource_id": id, "scopes": scopes }),
                )
                .await;
                let callback = desk.browse(id).await;
                // A server may be locked to the other account.
                let outcome = desk
                    .try_call("login_paste", json!({ "callback_url": callback }))
                    .await;
                format!("{user} logs in: {}", outcome.is_ok())
            }
            3 => match numbers.one_of(&live) {
                Some(grant) => {
                    let receipt = desk
                        .call("grant_revoke", json!({ "id": grant["id"] }))
                        .await;
                    format!("revoked {}: {}", grant["account"], receipt["ending"])
                }
                None => "nothing to revoke".to_owned(),
            },
            4..=6 => match numbers.one_of(&live) {
                Some(grant) => {
                    let scopes = [json!(null), json!(null), json!(["notes:write"])]
                        [numbers.below(3)]
                    .clone();
                    let until =
                        [json!(null), json!(self.clock.now().0 + 200)][numbers.below(2)].clone();
                    let permit = json!({ "agent_id": agent, "grant_id": grant["id"], "scopes": scopes, "until": until });
                    desk.call("permit_give", permit.clone()).await;
                    format!("permitted {permit}")
                }
                None => "nothing to permit".to_owned(),
            },
            7 => match numbers.one_of(&all) {
                Some(grant) => {
                    desk.call(
                        "permit_remove",
                        json!({ "agent_id": agent, "grant_id": grant["id"] }),
                    )
                    .await;
                    format!("{agent} may not use {} any more", grant["account"])
                }
                None => "nothing to take away".to_owned(),
            },
            8 => {
                self.clock.0.fetch_add(150, Ordering::SeqCst);
                "time goes by".to_owned()
            }
            9 => {
                let chosen = numbers
                    .one_of(&live)
                    .filter(|grant| grant["identified"] == true)
                    .map(|grant| &grant["id"]);
                desk.call(
                    "account_lock",
                    json!({ "resource_id": id, "grant_id": chosen }),
                )
                .await;
                format!("locked to {chosen:?}")
            }
            _ => {
                let issuer = [
                    desk.web.issuer(),
                    desk.web.issuer(),
                    self.elsewhere.issuer(),
                ][numbers.below(3)]
                .clone();
                let named = AuthorizationServers::Verbatim(vec![issuer.clone()]);
                desk.web
                    .switches()
                    .set(|switches| switches.authorization_servers = named);
                desk.call("resource_check", json!({ "id": id, "trace_id": "t" }))
                    .await;
                format!("the server names {issuer}")
            }
        }
    }

    /// Every permit that is shown, as the endpoint answers it.
    async fn agrees(&self, told: &str) -> Vec<String> {
        let agents = self.desk.call("agents_list", json!({})).await["agents"].clone();
        let page = self
            .desk
            .call("resource_show", json!({ "id": self.server }))
            .await;
        let listed = agents
            .as_array()
            .expect("a list")
            .iter()
            .flat_map(|agent| agent["permits"].as_array().expect("a list"));
        let listed: Vec<Value> = listed.cloned().collect();
        let mut on_page: Vec<Value> = page["permits"].as_array().expect("a list").clone();
        let key = |permit: &Value| (text(&permit["agent_id"]), text(&permit["grant_id"]));
        let mut sorted = listed.clone();
        sorted.sort_by_key(key);
        on_page.sort_by_key(key);
        assert_eq!(sorted, on_page, "{told}");
        let mut standings = Vec::new();
        for permit in &listed {
            let broker = self.desk.host.broker();
            let agent = broker
                .agent(&text(&permit["agent_id"]))
                .await
                .expect("it is there");
            let account = Some(text(&permit["account"]));
            let request = TokenRequest {
                resource: self.desk.web.resource(),
                account,
                ..TokenRequest::default()
            };
            let outcome = broker.issue(&agent, request).await;
            let code = outcome
                .as_ref()
                .err()
                .map_or("issued", |error| error.code().as_str());
            let standing = text(&permit["standing"]);
            let fits = match standing.as_str() {
                "active" => code == "issued",
                "ended" => code == "access_denied",
                "login_needed" => code == "login_required",
                "login_revoked" => matches!(code, "login_required" | "access_denied"),
                "issuer_changed" => code == "issuer_changed",
                "account_locked" => code == "account_locked",
                "narrower" => code == "invalid_scope",
                _ => false,
            };
            assert!(
                fits,
                "{told}\n{permit:#} and the endpoint: {code} {outcome:?}"
            );
            if let Err(error) = outcome {
                let failure = api::convert::problem(&error);
                assert_eq!(
                    (&permit["standing_message"], &permit["standing_hint"]),
                    (&json!(failure.message), &json!(failure.hint))
                );
            }
            standings.push(standing);
        }
        standings
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_pages_and_the_endpoint_say_the_same_in_every_state_of_a_permit() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 1..=6_u64 {
        let (story, mut numbers) = (
            Story::begin().await,
            Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        );
        let mut told = format!("seed {seed}");
        for _ in 0..40 {
            told.push_str(&format!("\n  {}", story.step(&mut numbers).await));
            seen.extend(story.agrees(&told).await);
        }
    }
    let every = [
        "account_locked",
        "active",
        "ended",
        "issuer_changed",
        "login_needed",
        "login_revoked",
        "narrower",
    ];
    assert_eq!(
        seen.iter().map(String::as_str).collect::<Vec<_>>(),
        every,
        "the stories lead through every state"
    );
}

/// 1. A login is taken back, and the same account logs in again. 2. The agent gets nothing by itself, and is told why; the
/// person is asked. 3. Yes gives the same permit once more, no ends the question.
#[tokio::test]
async fn after_a_revocation_what_agents_had_is_offered_again_and_never_given() {
    for answer in [true, false] {
        let story = Story::begin().await;
        let (desk, agent) = (&story.desk, &story.agents[0]);
        let (id, before) = desk.log_in().await;
        let until = story.clock.now().0 + 500;
        let permit =
            json!({ "agent_id": agent, "grant_id": before, "scopes": null, "until": until });
        desk.call("permit_give", permit).await;
        desk.call("grant_revoke", json!({ "id": before })).await;
        assert_eq!(
            desk.call("permit_offers", json!({ "resource_id": null }))
                .await,
            json!([]),
            "nobody is logged in"
        );
        let (_, now) = desk.log_in().await;
        let offers = desk
            .call("permit_offers", json!({ "resource_id": id }))
            .await;
        let offer = &offers[0];
        assert_eq!(
            (
                &offer["grant_id"],
                &offer["before_grant_id"],
                &offer["until"]
            ),
            (&json!(now), &json!(before), &json!(until))
        );
        assert_eq!(
            desk.call("resource_show", json!({ "id": id })).await["permit_offers"],
            offers
        );
        assert_eq!(story.agrees("offered").await, ["login_revoked"]);
        if answer {
            let permit = json!({ "agent_id": agent, "grant_id": offer["grant_id"], "scopes": offer["scopes"], "until": offer["until"] });
            desk.call("permit_give", permit).await;
            assert_eq!(story.agrees("permitted").await, ["active"]);
        } else {
            desk.call(
                "permit_remove",
                json!({ "agent_id": agent, "grant_id": offer["before_grant_id"] }),
            )
            .await;
            assert!(story.agrees("declined").await.is_empty());
        }
        assert_eq!(
            desk.call("permit_offers", json!({ "resource_id": null }))
                .await,
            json!([]),
            "asked once"
        );
    }
}

/// Another key in place of a lost one: the old one is worth nothing at once, and the permits stay.
#[tokio::test]
async fn a_new_key_keeps_the_permits_and_ends_the_old_one() {
    let story = Story::begin().await;
    let (desk, agent) = (&story.desk, &story.agents[0]);
    let (_, grant) = desk.log_in().await;
    desk.call(
        "permit_give",
        json!({ "agent_id": agent, "grant_id": grant, "scopes": null, "until": null }),
    )
    .await;
    let keys = [
        text(&desk.call("agent_new_key", json!({ "id": agent })).await["key"]),
        text(&desk.call("agent_new_key", json!({ "id": agent })).await["key"]),
    ];
    let broker = desk.host.broker();
    let [old, new] = keys.map(oauth::secret::Secret::new);
    assert_eq!(
        broker
            .authenticate(agent, &old)
            .await
            .expect_err("the old key")
            .code()
            .as_str(),
        "invalid_client"
    );
    let known = broker.authenticate(agent, &new).await.expect("the new key");
    let renamed = desk
        .call("agent_rename", json!({ "id": agent, "name": "Claude" }))
        .await;
    assert_eq!(
        (&renamed["name"], &renamed["permits"][0]["standing"]),
        (&json!("Claude"), &json!("active"))
    );
    let request = TokenRequest {
        resource: desk.web.resource(),
        ..TokenRequest::default()
    };
    broker
        .issue(&known, request)
        .await
        .expect("its permits stay");
    assert_eq!(
        desk.refusal("agent_rename", json!({ "id": agent, "name": "cursor" }))
            .await,
        "agent_exists"
    );
}
