//! The activity log: filtered, counted and bounded.

use crate::records::messages;
use crate::setup::{NOW, Place, event};
use model::{EventKind, EventQuery};

#[tokio::test]
async fn the_log_is_filtered_paged_and_bounded() {
    let place = Place::new();
    let vault = place.vault().await;
    for number in 0..6 {
        let who = Some(format!("a{}", number % 2));
        vault
            .record(&model::NewEvent {
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
            all[0].message.to_string().as_str(),
            all[49_999].message.to_string().as_str()
        ),
        (50_000, "the last", "many")
    );
}

/// Answers that are alike are one line a minute with their number; what differs in who, what or why is another.
#[tokio::test]
async fn answers_that_are_alike_are_counted() {
    let place = Place::new();
    let vault = place.vault().await;
    let answer = |seconds: i64, code: &str, agent: &str| model::NewEvent {
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
        .map(|line| {
            (
                line.message.to_string(),
                line.count,
                line.last_at.since(NOW),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("refused at 61".to_owned(), 1, 61),
            ("refused at 61".to_owned(), 1, 61),
            ("refused at 60".to_owned(), 2, 61),
            ("refused at 0".to_owned(), 3, 59)
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
        let line = model::NewEvent {
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
        all.iter()
            .any(|line| line.message.to_string() == "the agent was added"),
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
    let told = all[0].message.to_string();
    assert!(told.len() < 1_000 && told.ends_with('…'), "{}", told.len());
}

/// A group counts as each of its lines would by itself: refused ones without an agent, names that are cut, and two lines that
/// are counted in the same one.
#[tokio::test]
async fn a_group_is_counted_as_its_lines_would_be_one_by_one() {
    let place = Place::new();
    let vault = place.vault().await;
    let line = |agent: Option<&str>, server: &str, at: i64| model::NewEvent {
        at: NOW.plus(at),
        kind: EventKind::TokenIssued,
        agent_id: agent.map(str::to_owned),
        agent_name: agent.map(|agent| agent.repeat(150)),
        resource_id: Some(server.to_owned()),
        ..event("an answer")
    };
    let nobody = |at: i64| model::NewEvent {
        kind: EventKind::TokenRefused,
        ok: false,
        code: Some("invalid_client".to_owned()),
        agent_name: None,
        ..line(None, "s1", at)
    };
    let told_otherwise = |at: i64| model::NewEvent {
        message: messages::text::AsWritten { text: "otherwise" }.into(),
        ..line(Some("a1"), "s1", at)
    };
    let groups = [
        vec![
            (line(Some("a1"), "s1", 0), 3),
            (line(Some("a1"), "s2", 0), 1),
            (nobody(0), 2),
        ],
        vec![
            (line(Some("a1"), "s1", 5), 4),
            (told_otherwise(6), 5),
            (nobody(7), 1),
            (line(Some("a2"), "s1", 7), 1),
        ],
        vec![
            (line(Some("a1"), "s2", 59), 1),
            (line(Some("a1"), "s1", 61), 1),
        ],
    ];
    for group in &groups {
        vault.record_all(group, |_| ()).await.expect("written");
    }
    let all = EventQuery {
        limit: 50,
        ..EventQuery::default()
    };
    let mut lines = vault.events(&all).await.expect("read");
    lines.reverse();
    let seen: Vec<_> = lines
        .iter()
        .map(|line| {
            let agent = line.agent_id.as_deref().unwrap_or("-");
            (
                agent,
                line.resource_id.as_deref().unwrap_or("-"),
                line.count,
                line.last_at.since(NOW),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("a1", "s1", 12, 6),
            ("a1", "s2", 2, 59),
            ("-", "s1", 3, 7),
            ("a2", "s1", 1, 7),
            ("a1", "s1", 1, 61),
        ]
    );
}

/// 1. A line is counted in again and again. 2. Another program deletes it. 3. What comes then is a line of its own.
#[tokio::test]
async fn a_line_that_is_not_there_any_more_is_begun_anew() {
    let place = Place::new();
    let vault = place.vault().await;
    let asked = |at: i64| {
        let event = model::NewEvent {
            at: NOW.plus(at),
            kind: EventKind::TokenIssued,
            ..event("an answer")
        };
        [(event, 2)]
    };
    for at in 0..3 {
        vault.record_all(&asked(at), |_| ()).await.expect("written");
    }
    place.tamper("DELETE FROM events").await;
    for at in 3..5 {
        vault.record_all(&asked(at), |_| ()).await.expect("written");
    }
    let all = EventQuery {
        limit: 50,
        ..EventQuery::default()
    };
    let lines = vault.events(&all).await.expect("read");
    let seen: Vec<_> = lines
        .iter()
        .map(|line| (line.count, line.at.since(NOW)))
        .collect();
    assert_eq!(seen, [(4, 3)]);
}
