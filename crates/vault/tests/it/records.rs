//! Everything that is kept comes back as it was, also after the vault was closed; what belongs together goes together.

use crate::setup::{
    NOW, Place, agent, attempt, authorization_server, event, fill, grant, issuer, registration,
    request, resource, uri,
};
use model::{Grant, GrantId, GrantState, LoginAttempt, LoginReason, LoginStatus, Refusal, Trouble};
use oauth::redirect::Redirect;
use oauth::registration::{AuthMethod, Registration, RegistrationKind};
use oauth::said::Said;
use oauth::scope::Scopes;
use oauth::token::Way;
use vault::EventKind;
use vault::{
    ClientEndpoint, Event, EventQuery, Permit, Persistence, Precondition, RedirectPreference,
    ResourceProtection, ResourceRecord, VaultError,
};

fn permit(agent: &str, grant: &str) -> Permit {
    Permit {
        agent_id: agent.into(),
        grant_id: GrantId(grant.into()),
        scopes: Some(Scopes::parse("a")),
        until: Some(NOW.plus(60)),
        given_at: NOW,
    }
}

fn messages(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.message.as_str()).collect()
}

#[tokio::test]
async fn reopening_keeps_everything() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let plain = Registration {
        id: "plain".into(),
        redirects: vec![Redirect::DEEP_LINK],
        kind: RegistrationKind::PreRegistered,
        client_secret: None,
        auth_method: AuthMethod::None,
        secret_expires_at: None,
        management: None,
        registered_at: NOW.plus(1),
        ..registration("plain")
    };
    let bare = ResourceRecord {
        protection: ResourceProtection::NotProtected,
        resource_parameter: None,
        issuer: None,
        trace: vec![],
        checked_at: None,
        ..resource("s2", "http://127.0.0.1:3001")
    };
    let ended = grant("g3").login_needed(LoginReason::ClientForgotten);
    let revoked = grant("g4").revoked(NOW.plus(9));
    vault.save_registration(&plain).await.expect("saved");
    vault.add_resource(&bare).await.expect("added");
    vault.save_grant(&ended, &[]).await.expect("saved");
    vault.save_grant(&revoked, &[]).await.expect("saved");
    vault
        .save_authorization_server(&authorization_server(), NOW)
        .await
        .expect("saved");
    vault
        .save_redirect_preference(&issuer(), RedirectPreference::DeepLink)
        .await
        .expect("saved");
    vault
        .save_redirect_preference(&issuer(), RedirectPreference::Loopback)
        .await
        .expect("saved");
    for id in ["d1", "i1"] {
        let begun = vault.begin_login_attempt(&attempt(id), None).await;
        begun.expect("begun");
    }
    vault.add_agent(&agent("a1")).await.expect("added");
    vault.agent_used("a1", NOW.plus(3)).await.expect("noted");
    vault.give_permit(&permit("a1", "g1")).await.expect("given");
    vault
        .refresh_started(&GrantId("g1".into()), 7, NOW.plus(4))
        .await
        .expect("noted");
    vault.set_setting("port", "1").await.expect("set");
    vault.set_setting("port", "4283").await.expect("set");
    vault.close().await;
    drop(vault);

    let vault = place.vault().await;
    assert_eq!(
        vault.resource("s1").await.expect("read"),
        Some(resource("s1", uri().as_str()))
    );
    assert_eq!(
        vault.resource_by_uri(&bare.uri).await.expect("read"),
        Some(bare)
    );
    assert_eq!(vault.resources().await.expect("read").len(), 2);
    assert_eq!(
        vault.registrations_at(&issuer()).await.expect("read"),
        [plain, registration("r2"), registration("r1")]
    );
    assert_eq!(
        vault.registration("r1").await.expect("read"),
        Some(registration("r1"))
    );
    assert_eq!(
        vault
            .login_attempt_by_state(&request("p1").state)
            .await
            .expect("read"),
        Some(attempt("p1"))
    );
    assert_eq!(
        vault.login_attempts().await.expect("read"),
        ["i1", "d1", "p2", "p1"].map(attempt)
    );
    for kept in [grant("g1"), grant("g2"), ended, revoked] {
        assert_eq!(vault.grant(&kept.id).await.expect("read"), Some(kept));
    }
    assert_eq!(vault.grants().await.expect("read").len(), 4);
    assert_eq!(
        vault.count_grants_using("r1").await.expect("read"),
        3,
        "the revoked one does not count"
    );
    assert_eq!(
        vault.authorization_server(&issuer()).await.expect("read"),
        Some((authorization_server(), NOW))
    );
    assert_eq!(
        vault.redirect_preference(&issuer()).await.expect("read"),
        Some(RedirectPreference::Loopback)
    );
    assert_eq!(
        vault
            .agent("a1")
            .await
            .expect("read")
            .and_then(|agent| agent.last_used_at),
        Some(NOW.plus(3))
    );
    assert_eq!(vault.permits().await.expect("read"), [permit("a1", "g1")]);
    assert_eq!(
        vault
            .refresh_unfinished(&GrantId("g1".into()))
            .await
            .expect("read"),
        Some((7, NOW.plus(4)))
    );
    assert_eq!(
        vault.setting("port").await.expect("read").as_deref(),
        Some("4283")
    );
    assert_eq!(
        messages(
            &vault
                .events(&EventQuery {
                    limit: 9,
                    ..Default::default()
                })
                .await
                .expect("read")
        ),
        ["g2", "g1"]
    );
    assert_eq!(vault.setting("nothing").await.expect("read"), None);
    assert_eq!(
        vault
            .login_attempt_by_state(&request("p9").state)
            .await
            .expect("read"),
        None
    );
}

#[tokio::test]
async fn a_removed_server_takes_along_what_belongs_to_it() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    vault.add_agent(&agent("a1")).await.expect("added");
    vault.give_permit(&permit("a1", "g1")).await.expect("given");
    assert!(vault.remove_resource("s1").await.expect("removed"));
    assert!(
        !vault
            .remove_resource("s1")
            .await
            .expect("nothing to remove")
    );
    assert!(
        vault.grants().await.expect("read").is_empty()
            && vault.login_attempts().await.expect("read").is_empty()
    );
    assert!(vault.permits().await.expect("read").is_empty());
    assert_eq!(
        vault.agents().await.expect("read").len(),
        1,
        "agents and the log stay"
    );
    assert_eq!(
        vault
            .events(&EventQuery {
                limit: 9,
                ..Default::default()
            })
            .await
            .expect("read")
            .len(),
        2
    );
    // A login that ends now has nowhere to go: its tokens are not kept where nobody would see them.
    assert!(matches!(
        vault.save_grant(&grant("g9"), &[]).await,
        Err(VaultError::Orphan)
    ));
    assert!(matches!(
        vault.begin_login_attempt(&attempt("p9"), None).await,
        Err(VaultError::Orphan)
    ));
}

#[tokio::test]
async fn permits_stay_with_a_grant_that_is_saved_again_and_go_with_their_agent() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    vault.add_agent(&agent("a1")).await.expect("added");
    vault.give_permit(&permit("a1", "g1")).await.expect("given");
    let wider = Permit {
        scopes: None,
        until: None,
        ..permit("a1", "g1")
    };
    vault.give_permit(&wider).await.expect("given instead");
    vault
        .save_grant(&grant("g1"), &[])
        .await
        .expect("saved again");
    assert_eq!(vault.permits().await.expect("read"), [wider]);
    assert!(matches!(
        vault.give_permit(&permit("nobody", "g1")).await,
        Err(VaultError::Orphan)
    ));
    assert!(
        vault
            .remove_permit("a1", &GrantId("g1".into()))
            .await
            .expect("removed")
    );
    assert!(
        !vault
            .remove_permit("a1", &GrantId("g1".into()))
            .await
            .expect("nothing to remove")
    );
    vault.give_permit(&permit("a1", "g1")).await.expect("given");
    assert!(vault.remove_agent("a1").await.expect("removed"));
    assert!(vault.permits().await.expect("read").is_empty());
}

#[tokio::test]
async fn a_grant_and_its_events_are_kept_together_or_not_at_all() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let stray = model::Grant {
        resource: oauth::uri::ResourceUri::stored("https://gone.example".into()),
        ..grant("g9")
    };
    assert!(matches!(
        vault
            .save_grant(&stray, &[event("of a grant that is not kept")])
            .await,
        Err(VaultError::Orphan)
    ));
    assert!(
        !vault
            .compare_and_save_grant(&grant("g1"), 6, &[event("of a writer who was late")])
            .await
            .expect("compared")
    );
    // The login is not done either when what came of it cannot be kept.
    let kept = async |grant: &Grant, words: &str| {
        vault
            .keep_login("p1", grant, Precondition::Nothing, &[event(words)], None)
            .await
    };
    assert!(matches!(
        kept(&stray, "neither").await,
        Err(VaultError::Orphan)
    ));
    let waits = LoginStatus::Waiting {
        unused_answer: None,
    };
    assert_eq!(vault.login_status("p1").await.expect("read"), Some(waits));
    assert!(matches!(
        kept(&grant("g3"), "both").await,
        Ok(Persistence::InTheVault)
    ));
    let done = LoginStatus::Done {
        grant: grant("g3").id,
    };
    assert_eq!(vault.login_status("p1").await.expect("read"), Some(done));
    assert!(matches!(
        kept(&grant("g3"), "again").await,
        Ok(Persistence::Outdated)
    ));
    let events = vault
        .events(&EventQuery {
            limit: 9,
            ..Default::default()
        })
        .await
        .expect("read");
    assert_eq!(messages(&events), ["both", "g2", "g1"]);
}

#[tokio::test]
async fn a_refresh_that_was_begun_is_known_until_it_ends() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let id = GrantId("g1".into());
    let GrantState::Active(tokens) = grant("g1").state else {
        panic!("an active grant")
    };
    for end in 0..2 {
        vault
            .refresh_started(&id, 7 + end, NOW)
            .await
            .expect("noted");
        assert_eq!(
            vault.refresh_unfinished(&id).await.expect("read"),
            Some((7 + end, NOW))
        );
        if end == 0 {
            let renewed = grant("g1").refreshed(tokens.clone(), NOW);
            assert!(
                vault
                    .compare_and_save_grant(&renewed, 7, &[])
                    .await
                    .expect("saved")
            );
        } else {
            vault.refresh_ended(&id).await.expect("noted");
        }
        assert_eq!(vault.refresh_unfinished(&id).await.expect("read"), None);
    }
}

#[tokio::test]
async fn the_log_is_filtered_paged_and_bounded() {
    let place = Place::new();
    let vault = place.vault().await;
    for number in 0..6 {
        let who = Some(format!("a{}", number % 2));
        vault
            .record(&vault::NewEvent {
                agent_id: who,
                ..event(&number.to_string())
            })
            .await
            .expect("written");
    }
    let page = |before, agent_id: Option<&str>| EventQuery {
        limit: 2,
        before,
        agent_id: agent_id.map(Into::into),
        resource_id: None,
    };
    let first = vault.events(&page(None, Some("a1"))).await.expect("read");
    assert_eq!(messages(&first), ["5", "3"]);
    assert_eq!(
        messages(
            &vault
                .events(&page(Some(first[1].id), Some("a1")))
                .await
                .expect("read")
        ),
        ["1"]
    );
    let elsewhere = EventQuery {
        resource_id: Some("s2".into()),
        ..page(None, None)
    };
    assert!(vault.events(&elsewhere).await.expect("read").is_empty());
    place
        .tamper(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
             INSERT INTO events (at, kind, ok, message) SELECT i, 'k', 1, 'many' FROM n",
        )
        .await;
    vault.record(&event("the last")).await.expect("written");
    let all = vault
        .events(&EventQuery {
            limit: u32::MAX,
            ..Default::default()
        })
        .await
        .expect("read");
    assert_eq!(
        (
            all.len(),
            all[0].message.as_str(),
            all[49_999].message.as_str()
        ),
        (50_000, "the last", "many")
    );
}

/// An outcome is its login's own: copied to another, or written by somebody without the key, it is none.
#[tokio::test]
async fn an_outcome_is_kept_with_its_login_and_forgotten_in_time() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let status = async |id: &str| vault.login_status(id).await.expect("read");
    let failed = |error: &str| LoginStatus::Failed {
        error: error.into(),
    };
    vault
        .note_unused_answer("p1", "not used".into())
        .await
        .expect("noted");
    let unused = LoginStatus::Waiting {
        unused_answer: Some("not used".into()),
    };
    assert_eq!(status("p1").await, Some(unused));
    let end = async |status: &LoginStatus| {
        vault
            .end_login_attempt("p1", status, NOW)
            .await
            .expect("asked")
    };
    assert!(end(&LoginStatus::Answered).await);
    assert!(!end(&failed("again")).await);
    vault
        .note_unused_answer("p1", "too late".into())
        .await
        .expect("asked");
    assert_eq!(status("p1").await, Some(LoginStatus::Answered));
    assert_eq!(vault.login_attempt("p1").await.expect("read"), None);
    let finish = async |status: &LoginStatus| {
        vault
            .finish_login_attempt("p1", status, NOW)
            .await
            .expect("asked")
    };
    assert!(finish(&failed("refused")).await);
    assert!(!finish(&failed("once more")).await, "it is over");
    assert_eq!(status("p1").await, Some(failed("refused")));
    let copied = "UPDATE login_attempts SET (status, status_sealed, ended_at, state_hash, details_sealed, row_sealed) =
        (SELECT status, status_sealed, ended_at, state_hash, details_sealed, row_sealed FROM login_attempts WHERE id = 'p1')
        WHERE id = 'p2'";
    assert_eq!(place.tamper(copied).await, 1);
    assert_eq!(status("p2").await, None);
    for (later, kept) in [(3599, Some(failed("refused"))), (3600, None)] {
        vault
            .sweep_login_attempts(NOW.plus(later))
            .await
            .expect("swept");
        assert_eq!(status("p1").await, kept);
    }
}

/// 1. Two attempts wait for one server, and one for another. 2. A third begins. 3. The first two end at once, each with a line
///    of the log; the other waits on. 4. Where nothing is to be replaced, nothing is.
#[tokio::test]
async fn an_attempt_replaces_those_that_wait_for_the_same_server() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let other = resource("s2", "https://other.example/mcp");
    vault.add_resource(&other).await.expect("added");
    let elsewhere = LoginAttempt {
        resource: other.uri,
        ..attempt("p8")
    };
    for (begun, replaces) in [(&elsewhere, true), (&attempt("d1"), false)] {
        let event = replaces.then(|| event("replaced"));
        vault
            .begin_login_attempt(begun, event.as_ref())
            .await
            .expect("begun");
    }
    assert_eq!(vault.login_attempts().await.expect("read").len(), 4);
    vault
        .begin_login_attempt(&attempt("p3"), Some(&event("replaced")))
        .await
        .expect("begun");
    let waiting = vault.login_attempts().await.expect("read");
    assert_eq!(waiting, [attempt("p3"), elsewhere]);
    for id in ["p1", "p2", "d1"] {
        let status = vault.login_status(id).await.expect("read");
        assert_eq!(status, Some(LoginStatus::Replaced), "{id}");
        let state = request(id).state;
        let found = vault.login_attempt_by_state(&state).await.expect("read");
        assert_eq!(found, None, "its link is dead: {id}");
    }
    let filter = EventQuery {
        limit: 9,
        ..EventQuery::default()
    };
    let events = vault.events(&filter).await.expect("read");
    assert_eq!(
        messages(&events),
        ["replaced", "replaced", "replaced", "g2", "g1"]
    );
    let late = attempt("p3").id;
    assert!(vault.remove_resource("s1").await.expect("removed"));
    assert_eq!(vault.login_status(&late).await.expect("read"), None);
    assert_eq!(
        vault.login_status("p1").await.expect("read"),
        Some(LoginStatus::Replaced),
        "an outcome outlives its server"
    );
}

#[tokio::test]
async fn where_the_browser_was_sent_is_known_to_every_process() {
    let place = Place::new();
    let (vault, other) = (place.vault().await, place.vault().await);
    assert!(
        !other.was_visited(&issuer()).await.expect("read")
            && !other.had_deep_link("today").await.expect("read")
    );
    vault
        .note_visit(&issuer(), Some("today"), NOW)
        .await
        .expect("noted");
    vault.note_visit(&issuer(), None, NOW).await.expect("noted");
    assert!(
        other.was_visited(&issuer()).await.expect("read")
            && other.had_deep_link("today").await.expect("read")
    );
    assert!(!other.had_deep_link("tomorrow").await.expect("read"));
}

/// Answers that are alike are one line a minute with their number; what differs in who, what or why is another.
#[tokio::test]
async fn answers_that_are_alike_are_counted() {
    let place = Place::new();
    let vault = place.vault().await;
    let answer = |seconds: i64, code: &str, agent: &str| vault::NewEvent {
        at: NOW.plus(seconds),
        kind: EventKind::TokenRefused,
        ok: false,
        code: Some(code.into()),
        agent_id: Some(agent.into()),
        ..event(&format!("refused at {seconds}"))
    };
    for seconds in [0, 1, 59, 60, 61] {
        vault
            .record(&answer(seconds, "access_denied", "a1"))
            .await
            .expect("written");
    }
    vault
        .record(&answer(61, "invalid_scope", "a1"))
        .await
        .expect("written");
    vault
        .record(&answer(61, "access_denied", "a2"))
        .await
        .expect("written");
    let all = vault
        .events(&EventQuery {
            limit: 50,
            ..Default::default()
        })
        .await
        .expect("read");
    let lines: Vec<_> = all
        .iter()
        .map(|line| (line.message.as_str(), line.count, line.last_at.since(NOW)))
        .collect();
    assert_eq!(
        lines,
        [
            ("refused at 61", 1, 61),
            ("refused at 61", 1, 61),
            ("refused at 60", 2, 61),
            ("refused at 0", 3, 59)
        ],
        "{all:?}"
    );
    for decision in ["one", "one"] {
        vault.record(&event(decision)).await.expect("written");
    }
    let all = vault
        .events(&EventQuery {
            limit: 2,
            ..Default::default()
        })
        .await
        .expect("read");
    assert_eq!(
        all.iter().map(|line| line.count).collect::<Vec<_>>(),
        [1, 1],
        "decisions are never one line"
    );
}

/// An agent may ask as often as it likes, and a server may end its tokens as soon as it likes: what the person decided stays.
#[tokio::test]
async fn no_flood_displaces_a_decision() {
    let place = Place::new();
    let vault = place.vault().await;
    vault
        .record(&event("the agent was added"))
        .await
        .expect("written");
    place
        .tamper(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
             INSERT INTO events (at, kind, ok, message, class)
                SELECT i, 'k', 1, 'many', CASE i % 2 WHEN 0 THEN 'answer' ELSE 'automatic' END FROM n;
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
             INSERT INTO events (at, kind, ok, message, class) SELECT i, 'k', 1, 'many', 'answer' FROM n",
        )
        .await;
    for number in 0..130 {
        let kind = if number % 2 == 0 {
            EventKind::TokenRefused
        } else {
            EventKind::Refreshed
        };
        let line = vault::NewEvent {
            at: NOW.plus(number * 100),
            kind,
            ..event("a line of a flood")
        };
        vault.record(&line).await.expect("written");
    }
    let all = vault
        .events(&EventQuery {
            limit: u32::MAX,
            ..Default::default()
        })
        .await
        .expect("read");
    assert!(
        all.iter().any(|line| line.message == "the agent was added"),
        "{} lines",
        all.len()
    );
    assert!(
        all.len() < 90_000,
        "each class has its bound: {}",
        all.len()
    );
}

/// What an outsider makes a line quote is cut.
#[tokio::test]
async fn a_line_of_the_log_is_bounded() {
    let place = Place::new();
    let vault = place.vault().await;
    vault
        .record(&event(&"x".repeat(100_000)))
        .await
        .expect("written");
    let all = vault
        .events(&EventQuery {
            limit: 1,
            ..Default::default()
        })
        .await
        .expect("read");
    assert!(
        all[0].message.len() < 1_000 && all[0].message.ends_with('…'),
        "{}",
        all[0].message.len()
    );
}

/// What an issuer answered is known to every process, and void as soon as there are newer tokens.
#[tokio::test]
async fn a_refusal_is_kept_beside_the_tokens_that_it_is_about() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let known = grant("g1");
    let said = Said::new("Client is disabled; ask at https://as.example/forms", &[]);
    let refusal = Refusal {
        at: NOW.plus(7),
        error: "invalid_request".into(),
        said,
    };
    let trouble = Trouble {
        refusal: Some(refusal),
        unanswered: 3,
        since: Some(NOW),
    };
    vault
        .save_trouble(&known.id, known.generation, &trouble)
        .await
        .expect("saved");
    let again = place.vault().await;
    let kept = again.grant(&known.id).await.expect("read").expect("there");
    assert_eq!(
        kept,
        Grant {
            trouble: trouble.clone(),
            ..known.clone()
        }
    );
    assert_eq!(
        again.grants_of(&known.resource).await.expect("read")[0].trouble,
        trouble
    );
    let newer = Grant {
        generation: known.generation + 1,
        trouble: Trouble::default(),
        ..known.clone()
    };
    again.save_grant(&newer, &[]).await.expect("saved");
    assert_eq!(again.grant(&known.id).await.expect("read"), Some(newer));
    again
        .save_trouble(&GrantId("nobody".into()), 1, &trouble)
        .await
        .expect("nothing to keep it beside");
}

/// One endpoint says nothing of the next, and a client that is forgotten takes what was learned of it along.
#[tokio::test]
async fn the_way_that_a_client_proves_itself_is_kept_by_endpoint() {
    let place = Place::new();
    let vault = place.vault().await;
    let known = registration("r1");
    vault.save_registration(&known).await.expect("saved");
    vault
        .save_client_way(&known.id, ClientEndpoint::Token, Way::Basic)
        .await
        .expect("saved");
    vault
        .save_client_way(&known.id, ClientEndpoint::Token, Way::Post)
        .await
        .expect("saved");
    let way = async |endpoint| vault.client_way(&known.id, endpoint).await.expect("read");
    assert_eq!(way(ClientEndpoint::Token).await, Some(Way::Post));
    assert_eq!(way(ClientEndpoint::Revocation).await, None);
    vault
        .save_registration(&known)
        .await
        .expect("a renewed secret");
    assert_eq!(way(ClientEndpoint::Token).await, Some(Way::Post));
    vault
        .forget_registration(&known.id)
        .await
        .expect("forgotten");
    assert_eq!(way(ClientEndpoint::Token).await, None);
}
