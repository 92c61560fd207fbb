//! Who may get what is believed only as this program wrote it: whoever can write the file and has no key adds nothing.

use crate::damage::provider;
use crate::endpoints::entered;
use crate::setup::{NOW, Place, agent, asked, fill, grant, issuer, resource, uri};
use model::{
    ClosedVault, Grant, GrantId, GrantState, Permit, RedirectPreference, ResourceRecord, Trouble,
};
use oauth::scope::Scopes;
use oauth::token::ClientAuthentication;
use vault::{ClientEndpoint, ConsentHabit, IssuerHabits, KeySource, OpenResult, Vault};

fn permit(agent_id: &str, grant_id: &str) -> Permit {
    Permit {
        agent_id: agent_id.into(),
        grant_id: GrantId(grant_id.into()),
        scopes: Some(Scopes::parse("a")),
        until: Some(NOW.plus(60)),
        given_at: NOW,
    }
}

/// Two agents with a permit each, and a third without.
async fn permitted() -> (Place, Vault) {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    for id in ["a1", "a2", "a3"] {
        vault.add_agent(&agent(id)).await.expect("added");
    }
    for (agent, grant) in [("a1", "g1"), ("a2", "g2")] {
        vault
            .give_permit(&permit(agent, grant))
            .await
            .expect("given");
    }
    (place, vault)
}

async fn agents(vault: &Vault) -> Vec<String> {
    vault
        .agents()
        .await
        .expect("read")
        .into_iter()
        .map(|agent| agent.id)
        .collect()
}

async fn permits(vault: &Vault) -> Vec<(String, String)> {
    vault
        .permits()
        .await
        .expect("read")
        .into_iter()
        .map(|permit| (permit.agent_id, permit.grant_id.0))
        .collect()
}

fn both() -> Vec<(String, String)> {
    vec![("a1".into(), "g1".into()), ("a2".into(), "g2".into())]
}

#[tokio::test]
async fn a_permit_that_someone_wrote_into_the_file_is_as_if_it_were_not_there() {
    for (change, left) in [
        (
            "INSERT INTO permits SELECT 'a3', grant_id, scopes, until, given_at, row_sealed FROM permits WHERE agent_id = 'a1'",
            2,
        ),
        (
            "INSERT INTO permits (agent_id, grant_id, given_at) VALUES ('a3', 'g1', 1800000000)",
            2,
        ),
        (
            "UPDATE permits SET agent_id = 'a3' WHERE agent_id = 'a1'",
            1,
        ),
        (
            "UPDATE permits SET grant_id = 'g2' WHERE agent_id = 'a1'",
            1,
        ),
        ("UPDATE permits SET scopes = NULL WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET scopes = 'a b' WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET until = NULL WHERE agent_id = 'a1'", 1),
        (
            "UPDATE permits SET until = until + 1 WHERE agent_id = 'a1'",
            1,
        ),
        (
            "UPDATE permits SET given_at = given_at + 1 WHERE agent_id = 'a1'",
            1,
        ),
        (
            "UPDATE permits SET row_sealed = NULL WHERE agent_id = 'a1'",
            1,
        ),
        (
            "UPDATE permits SET row_sealed = zeroblob(40) WHERE agent_id = 'a1'",
            1,
        ),
        (
            "UPDATE permits SET row_sealed = x'00' WHERE agent_id = 'a1'",
            1,
        ),
        (
            "UPDATE permits SET row_sealed = (SELECT row_sealed FROM agents WHERE id = 'a1') WHERE agent_id = 'a1'",
            1,
        ),
        (
            "UPDATE permits SET row_sealed = (SELECT epoch_sealed FROM vault) WHERE agent_id = 'a1'",
            1,
        ),
        ("DELETE FROM permits WHERE agent_id = 'a1'", 1),
    ] {
        let (place, vault) = permitted().await;
        assert_eq!(
            permits(&vault).await,
            both(),
            "there is something to add to"
        );
        assert_eq!(place.tamper(change).await, 1, "{change}");
        let believed = permits(&vault).await;
        assert!(
            believed.len() == left && believed.iter().all(|permit| both().contains(permit)),
            "{change}: {believed:?}"
        );
        let doubts = vault.new_row_faults();
        assert_eq!(
            doubts.len(),
            usize::from(!change.starts_with("DELETE")),
            "{change}: {doubts:?}"
        );
        assert!(
            permits(&vault).await == believed && vault.new_row_faults().is_empty(),
            "told once: {change}"
        );
        assert_eq!(
            agents(&vault).await,
            ["a1", "a2", "a3"],
            "and only that row: {change}"
        );
    }
}

#[tokio::test]
async fn an_agent_that_someone_wrote_into_the_file_is_as_if_it_were_not_there() {
    for change in [
        "INSERT INTO agents SELECT 'a9', 'Agent a9', key_hash, added_at, last_used_at, row_sealed FROM agents WHERE id = 'a1'",
        "INSERT INTO agents (id, name, key_hash, added_at) VALUES ('a9', 'Agent a9', zeroblob(32), 1800000000)",
        "UPDATE agents SET id = 'a9' WHERE id = 'a3'",
        "UPDATE agents SET key_hash = zeroblob(32) WHERE id = 'a3'",
        "UPDATE agents SET key_hash = zeroblob(31) WHERE id = 'a3'",
        "UPDATE agents SET name = 'Agent a9' WHERE id = 'a3'",
        "UPDATE agents SET row_sealed = NULL WHERE id = 'a3'",
    ] {
        let (place, vault) = permitted().await;
        assert_eq!(place.tamper(change).await, 1, "{change}");
        let believed = agents(&vault).await;
        let expected: &[&str] = if change.starts_with("INSERT") {
            &["a1", "a2", "a3"]
        } else {
            &["a1", "a2"]
        };
        assert_eq!(believed, expected, "{change}");
        assert_eq!(vault.agent("a9").await.expect("read"), None, "{change}");
        assert_eq!(
            vault.agent("a3").await.expect("read").is_some(),
            expected.len() == 3,
            "{change}"
        );
        assert_eq!(vault.new_row_faults().len(), 1, "{change}");
        let again = model::Agent {
            name: "Agent a9".into(),
            ..agent("a8")
        };
        vault
            .add_agent(&again)
            .await
            .expect("a row that is not ours holds no name");
        let asked = [(asked("a1", NOW.plus(9)), 1)];
        vault.record_all(&asked, |_| ()).await.expect("noted");
        assert!(
            vault
                .agent("a1")
                .await
                .expect("read")
                .is_some_and(|agent| agent.last_used_at == Some(NOW.plus(9)))
        );
    }
}

/// 1. A right is there. 2. Someone keeps its row. 3. It is taken away. 4. The row comes back, byte by byte.
#[tokio::test]
async fn an_old_row_that_is_put_back_is_not_believed() {
    for (table, which) in [("agents", "id = 'a1'"), ("permits", "agent_id = 'a1'")] {
        let (place, vault) = permitted().await;
        place
            .tamper(&format!(
                "CREATE TABLE elsewhere.kept AS SELECT * FROM {table} WHERE {which}"
            ))
            .await;
        match table {
            "agents" => assert!(vault.remove_agent("a1").await.expect("removed")),
            _ => assert!(
                vault
                    .remove_permit("a1", &grant("g1").id)
                    .await
                    .expect("removed")
            ),
        }
        assert_eq!(
            place
                .tamper(&format!("INSERT INTO {table} SELECT * FROM elsewhere.kept"))
                .await,
            1
        );
        assert!(!permits(&vault).await.contains(&both()[0]), "{table}");
        assert!(table != "agents" || vault.agent("a1").await.expect("read").is_none());
        assert!(
            permits(&vault).await.contains(&both()[1]),
            "the other is as it was"
        );
        // Nor by another right that is taken away, whose rows are all sealed anew.
        vault.remove_agent("a3").await.expect("removed");
        vault.close().await;
        place.tamper("DROP TABLE elsewhere.kept").await;
        let vault = place.vault().await;
        assert!(!permits(&vault).await.contains(&both()[0]), "{table}");
        assert!(permits(&vault).await.contains(&both()[1]));
    }
}

/// The permit that is there is changed to less; the earlier row is put back.
#[tokio::test]
async fn a_permit_that_was_narrowed_stays_narrow() {
    let (place, vault) = permitted().await;
    place
        .tamper("CREATE TABLE elsewhere.kept AS SELECT * FROM permits WHERE agent_id = 'a1'")
        .await;
    vault
        .give_permit(&Permit {
            until: Some(NOW.plus(1)),
            ..permit("a1", "g1")
        })
        .await
        .expect("changed");
    place
        .tamper("DELETE FROM permits WHERE agent_id = 'a1'")
        .await;
    place
        .tamper("INSERT INTO permits SELECT * FROM elsewhere.kept")
        .await;
    assert_eq!(permits(&vault).await, both()[1..]);
}

#[tokio::test]
async fn the_epoch_cannot_be_changed_by_hand() {
    for change in [
        "epoch = epoch - 1",
        "epoch = epoch + 1",
        "epoch_sealed = NULL",
        "epoch_sealed = canary_sealed",
    ] {
        let (place, vault) = permitted().await;
        vault.remove_agent("a3").await.expect("removed");
        place.tamper(&format!("UPDATE vault SET {change}")).await;
        assert!(
            vault.permits().await.is_err() && vault.agent("a1").await.is_err(),
            "{change}"
        );
        vault.close().await;
        let opening = place.opening(vault::KeySource::Auto).await;
        assert!(
            matches!(opening, Ok(vault::OpenResult::Closed(ClosedVault::Unusable { ref why })) if matches!(why.args().get("why"), Some(messages::Arg::Text(why)) if why.id() == "closed-epoch")),
            "{change}: {opening:?}"
        );
    }
}

/// Tables, and the columns that anybody may change since they decide nothing.
const SEALED: [(&str, &[&str]); 13] = [
    ("agents", &["last_used_at"]),
    ("permits", &[]),
    ("grants", &["refresh_generation", "refresh_started_at"]),
    ("resources", &["trace"]),
    ("registrations", &[]),
    ("login_attempts", &[]),
    ("identity_providers", &[]),
    ("redirect_preferences", &[]),
    ("issuer_habits", &[]),
    ("settings", &[]),
    ("renewal_troubles", &[]),
    ("client_ways", &[]),
    ("entered_endpoints", &[]),
];

/// A row at least in each table.
async fn everything() -> (Place, Vault) {
    let (place, vault) = permitted().await;
    vault
        .save_identity_provider(&provider())
        .await
        .expect("saved");
    vault
        .save_redirect_preference(&issuer(), RedirectPreference::Localhost)
        .await
        .expect("saved");
    let learned = IssuerHabits {
        wants_secret: true,
        consent: ConsentHabit::Wanted,
        ..IssuerHabits::default()
    };
    vault
        .save_issuer_habits(&issuer(), learned)
        .await
        .expect("saved");
    vault.set_setting("s", "kept").await.expect("saved");
    let known = grant("g1");
    vault
        .save_trouble(
            &known.id,
            known.generation,
            &Trouble::default().unanswered(NOW),
        )
        .await
        .expect("saved");
    vault
        .save_client_authentication("r1", ClientEndpoint::Token, ClientAuthentication::Post)
        .await
        .expect("saved");
    let server = vault.resources().await.expect("read").remove(0);
    vault
        .save_entered_endpoints(&server, &entered("https://as.example/t"))
        .await
        .expect("saved");
    (place, vault)
}

/// How many rows of a table are believed.
async fn seen(vault: &Vault, table: &str) -> usize {
    match table {
        "agents" => vault.agents().await.expect("read").len(),
        "permits" => vault.permits().await.expect("read").len(),
        "grants" => vault.grants().await.expect("read").len(),
        "resources" => vault.resources().await.expect("read").len(),
        "registrations" => vault.registrations().await.expect("read").len(),
        "login_attempts" => vault.login_attempts().await.expect("read").len(),
        "identity_providers" => vault.identity_providers().await.expect("read").len(),
        "redirect_preferences" => usize::from(
            vault
                .redirect_preference(&issuer())
                .await
                .expect("read")
                .is_some(),
        ),
        "issuer_habits" => usize::from(
            vault.issuer_habits(&issuer()).await.expect("read") != IssuerHabits::default(),
        ),
        "renewal_troubles" => {
            let is_there = |grant: &Grant| grant.trouble != Trouble::default();
            vault
                .grants()
                .await
                .expect("read")
                .iter()
                .filter(|grant| is_there(grant))
                .count()
        }
        "entered_endpoints" => {
            let server = vault.resources().await.expect("read").remove(0);
            usize::from(
                vault
                    .entered_endpoints(&server)
                    .await
                    .expect("read")
                    .is_some(),
            )
        }
        "client_ways" => usize::from(
            vault
                .client_authentication("r1", ClientEndpoint::Token)
                .await
                .expect("read")
                .is_some(),
        ),
        _ => usize::from(vault.setting("s").await.expect("read").is_some()),
    }
}

/// Each column of each table, also one that a later migration adds: changed, the row is as if it were not there; and the
/// others are as they were.
#[tokio::test]
async fn no_column_can_be_changed_by_hand() {
    let (place, vault) = everything().await;
    // One is empty for good: what it held is in the table that took its place.
    let tables = place
        .texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%row_sealed%' AND name <> 'pending_authorizations'")
        .await;
    assert_eq!(
        tables.len(),
        SEALED.len(),
        "each table with seals is in this test: {tables:?}"
    );
    for (table, free) in SEALED {
        let all = seen(&vault, table).await;
        assert!(all > 0, "{table} has a row");
        let first = format!("rowid = (SELECT min(rowid) FROM {table})");
        for column in place
            .texts(&format!("SELECT name FROM pragma_table_info('{table}')"))
            .await
        {
            place.tamper(&format!("CREATE TABLE elsewhere.kept AS SELECT {column} AS was FROM {table} WHERE {first}")).await;
            let kind = place
                .texts(&format!(
                    "SELECT type FROM pragma_table_info('{table}') WHERE name = '{column}'"
                ))
                .await
                .remove(0);
            let other = match kind.as_str() {
                "TEXT" => format!("coalesce({column}, '') || 'x'"),
                "INTEGER" => format!("1 - coalesce({column}, 0)"),
                // A blob that has a seal of its own only has to stay there.
                _ if column.ends_with("_sealed") && column != "row_sealed" => {
                    format!("iif({column} IS NULL, x'00', NULL)")
                }
                _ => "zeroblob(32)".to_owned(),
            };
            let must_stay = column != "row_sealed"
                && place
                    .texts(&format!("SELECT CAST(\"notnull\" AS TEXT) FROM pragma_table_info('{table}') WHERE name = '{column}'"))
                    .await
                    == ["1"]
                && column.ends_with("_sealed");
            if !must_stay {
                assert_eq!(
                    place
                        .tamper(&format!(
                            "UPDATE {table} SET {column} = {other} WHERE {first}"
                        ))
                        .await,
                    1
                );
                let expected = if free.contains(&column.as_str()) {
                    all
                } else {
                    all - 1
                };
                assert_eq!(seen(&vault, table).await, expected, "{table}.{column}");
                place.tamper(&format!("UPDATE {table} SET {column} = (SELECT was FROM elsewhere.kept) WHERE {first}")).await;
                assert_eq!(seen(&vault, table).await, all, "{table}.{column} as it was");
            }
            place.tamper("DROP TABLE elsewhere.kept").await;
        }
    }
}

/// 1. A decision is made. 2. Another one takes its place. 3. The row of the first is put back.
#[tokio::test]
async fn an_old_decision_that_is_put_back_is_not_believed() {
    let (place, vault) = everything().await;
    let record = vault.resource("s1").await.expect("read").expect("there");
    for less in [
        ResourceRecord {
            concessions: oauth::concession::Concessions::default(),
            ..record.clone()
        },
        ResourceRecord {
            locked_to: None,
            ..record.clone()
        },
        ResourceRecord {
            name: "another".into(),
            ..record.clone()
        },
        ResourceRecord {
            chosen_scopes: None,
            ..record.clone()
        },
        ResourceRecord {
            login_method: model::LoginMethod::Browser,
            ..record.clone()
        },
    ] {
        vault.save_resource(&record).await.expect("saved");
        place
            .tamper("CREATE TABLE elsewhere.kept AS SELECT * FROM resources")
            .await;
        vault.save_resource(&less).await.expect("saved");
        place
            .tamper("INSERT OR REPLACE INTO resources SELECT * FROM elsewhere.kept")
            .await;
        assert_eq!(vault.resources().await.expect("read"), [], "{less:?}");
        place.tamper("DROP TABLE elsewhere.kept").await;
    }
    let revoked = model::Grant {
        state: GrantState::Revoked { at: NOW },
        ..grant("g1")
    };
    place
        .tamper("CREATE TABLE elsewhere.kept AS SELECT * FROM grants WHERE id = 'g1'")
        .await;
    vault.save_grant(&revoked, &[]).await.expect("saved");
    place
        .tamper("INSERT OR REPLACE INTO grants SELECT * FROM elsewhere.kept")
        .await;
    assert!(
        vault
            .grants()
            .await
            .expect("read")
            .iter()
            .all(|grant| grant.id.0 != "g1")
    );
    assert!(vault.grant(&revoked.id).await.is_err());
}

/// A server whose row is not believed is added again, and who was logged in there still is.
#[tokio::test]
async fn a_server_that_is_added_again_keeps_its_logins() {
    let (place, vault) = everything().await;
    place
        .tamper("UPDATE resources SET concessions = '[\"issuer-mismatch\"]', id = 'theirs'")
        .await;
    assert_eq!(vault.resources().await.expect("read"), []);
    assert!(vault.has_row_fault("resources", uri().as_str()));
    let again = resource("s2", uri().as_str());
    vault.add_resource(&again).await.expect("added");
    let whole = vault.resource("s2").await.expect("read");
    assert_eq!(whole.as_ref(), Some(&again));
    let listed = ResourceRecord {
        trace: Vec::new(),
        ..again
    };
    assert_eq!(vault.resources().await.expect("read"), [listed]);
    assert_eq!(vault.grants_of(&uri()).await.expect("read").len(), 2);
    assert_eq!(permits(&vault).await, both());
    assert!(
        vault
            .add_resource(&resource("s3", uri().as_str()))
            .await
            .is_err(),
        "one that is ours is not written over"
    );
}

/// 1. Someone writes the indexes so that they do not hold a row. 2. The right is taken away, by its key. 3. It is gone all the
/// same, or nobody is told that it is. 4. Such a file is not opened.
#[tokio::test]
async fn a_row_that_no_index_holds_can_be_taken_away() {
    for (table, column) in [("agents", "id"), ("permits", "agent_id")] {
        let (place, vault) = permitted().await;
        place.unindex(table, column, "a1").await;
        assert!(
            permits(&vault).await.contains(&both()[0]),
            "{table}: it is read all the same"
        );
        let removed = match table {
            "agents" => vault.remove_agent("a1").await,
            _ => vault.remove_permit("a1", &grant("g1").id).await,
        };
        let is_there = permits(&vault).await.contains(&both()[0]);
        assert!(
            matches!((&removed, is_there), (Ok(true), false) | (Err(_), _)),
            "{table}: {removed:?}"
        );

        let (place, vault) = permitted().await;
        vault.close().await;
        place.unindex(table, column, "a1").await;
        let opening = place.opening(KeySource::Auto).await;
        assert!(
            matches!(
                opening,
                Ok(OpenResult::Closed(ClosedVault::Unusable { .. }))
            ),
            "{table}: {opening:?}"
        );
    }
}

/// The same for what is taken away by its key alone: a row that was missed is not sealed for the next epoch.
#[tokio::test]
async fn a_row_that_no_index_holds_is_not_told_of_as_gone() {
    for (table, column, value) in [
        ("resources", "id", "s1"),
        ("identity_providers", "issuer", "https://as.example"),
    ] {
        let (place, vault) = everything().await;
        let before = seen(&vault, table).await;
        place.unindex(table, column, value).await;
        let removed = match table {
            "resources" => vault.remove_resource(value).await,
            _ => vault.remove_identity_provider(&issuer()).await,
        };
        assert!(
            removed.is_err() || seen(&vault, table).await < before,
            "{table}: {removed:?}"
        );
    }
}
