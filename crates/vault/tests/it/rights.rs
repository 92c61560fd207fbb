//! Who may get what is believed only as this program wrote it: whoever can write the file and has no key adds nothing.

use crate::setup::{NOW, Place, agent, fill, grant};
use oauth::grant::GrantId;
use oauth::scope::Scopes;
use vault::{Permit, Vault};

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
        vault.give_permit(&permit(agent, grant)).await.expect("given");
    }
    (place, vault)
}

async fn agents(vault: &Vault) -> Vec<String> {
    vault.agents().await.expect("read").into_iter().map(|agent| agent.id).collect()
}

async fn permits(vault: &Vault) -> Vec<(String, String)> {
    vault.permits().await.expect("read").into_iter().map(|permit| (permit.agent_id, permit.grant_id.0)).collect()
}

fn both() -> Vec<(String, String)> {
    vec![("a1".into(), "g1".into()), ("a2".into(), "g2".into())]
}

#[tokio::test]
async fn a_permit_that_someone_wrote_into_the_file_is_as_if_it_were_not_there() {
    for (change, left) in [
        ("INSERT INTO permits SELECT 'a3', grant_id, scopes, until, given_at, row_sealed FROM permits WHERE agent_id = 'a1'", 2),
        ("INSERT INTO permits (agent_id, grant_id, given_at) VALUES ('a3', 'g1', 1800000000)", 2),
        ("UPDATE permits SET agent_id = 'a3' WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET grant_id = 'g2' WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET scopes = NULL WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET scopes = 'a b' WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET until = NULL WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET until = until + 1 WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET given_at = given_at + 1 WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET row_sealed = NULL WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET row_sealed = zeroblob(40) WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET row_sealed = x'00' WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET row_sealed = (SELECT row_sealed FROM agents WHERE id = 'a1') WHERE agent_id = 'a1'", 1),
        ("UPDATE permits SET row_sealed = (SELECT epoch_sealed FROM vault) WHERE agent_id = 'a1'", 1),
        ("DELETE FROM permits WHERE agent_id = 'a1'", 1),
    ] {
        let (place, vault) = permitted().await;
        assert_eq!(permits(&vault).await, both(), "there is something to add to");
        assert_eq!(place.tamper(change).await, 1, "{change}");
        let believed = permits(&vault).await;
        assert!(believed.len() == left && believed.iter().all(|permit| both().contains(permit)), "{change}: {believed:?}");
        let doubts = vault.new_doubts();
        assert_eq!(doubts.len(), usize::from(!change.starts_with("DELETE")), "{change}: {doubts:?}");
        assert!(permits(&vault).await == believed && vault.new_doubts().is_empty(), "told once: {change}");
        assert_eq!(agents(&vault).await, ["a1", "a2", "a3"], "and only that row: {change}");
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
        let expected: &[&str] = if change.starts_with("INSERT") { &["a1", "a2", "a3"] } else { &["a1", "a2"] };
        assert_eq!(believed, expected, "{change}");
        assert_eq!(vault.agent("a9").await.expect("read"), None, "{change}");
        assert_eq!(vault.agent("a3").await.expect("read").is_some(), expected.len() == 3, "{change}");
        assert_eq!(vault.new_doubts().len(), 1, "{change}");
        let again = vault::Agent { name: "Agent a9".into(), ..agent("a8") };
        vault.add_agent(&again).await.expect("a row that is not ours holds no name");
        vault.agent_used("a1", NOW.plus(9)).await.expect("noted");
        assert!(vault.agent("a1").await.expect("read").is_some_and(|agent| agent.last_used_at == Some(NOW.plus(9))));
    }
}

/// 1. A right is there. 2. Someone keeps its row. 3. It is taken away. 4. The row comes back, byte by byte.
#[tokio::test]
async fn an_old_row_that_is_put_back_is_not_believed() {
    for (table, which) in [("agents", "id = 'a1'"), ("permits", "agent_id = 'a1'")] {
        let (place, vault) = permitted().await;
        place.tamper(&format!("CREATE TABLE kept AS SELECT * FROM {table} WHERE {which}")).await;
        match table {
            "agents" => assert!(vault.remove_agent("a1").await.expect("removed")),
            _ => assert!(vault.remove_permit("a1", &grant("g1").id).await.expect("removed")),
        }
        assert_eq!(place.tamper(&format!("INSERT INTO {table} SELECT * FROM kept")).await, 1);
        assert!(!permits(&vault).await.contains(&both()[0]), "{table}");
        assert!(table != "agents" || vault.agent("a1").await.expect("read").is_none());
        assert!(permits(&vault).await.contains(&both()[1]), "the other is as it was");
        // Nor by another right that is taken away, whose rows are all sealed anew.
        vault.remove_agent("a3").await.expect("removed");
        vault.close().await;
        place.tamper("DROP TABLE kept").await;
        let vault = place.vault().await;
        assert!(!permits(&vault).await.contains(&both()[0]), "{table}");
        assert!(permits(&vault).await.contains(&both()[1]));
    }
}

/// The permit that is there is changed to less; the earlier row is put back.
#[tokio::test]
async fn a_permit_that_was_narrowed_stays_narrow() {
    let (place, vault) = permitted().await;
    place.tamper("CREATE TABLE kept AS SELECT * FROM permits WHERE agent_id = 'a1'").await;
    vault.give_permit(&Permit { until: Some(NOW.plus(1)), ..permit("a1", "g1") }).await.expect("changed");
    place.tamper("DELETE FROM permits WHERE agent_id = 'a1'").await;
    place.tamper("INSERT INTO permits SELECT * FROM kept").await;
    assert_eq!(permits(&vault).await, both()[1..]);
}

#[tokio::test]
async fn the_epoch_cannot_be_changed_by_hand() {
    for change in ["epoch = epoch - 1", "epoch = epoch + 1", "epoch_sealed = NULL", "epoch_sealed = canary_sealed"] {
        let (place, vault) = permitted().await;
        vault.remove_agent("a3").await.expect("removed");
        place.tamper(&format!("UPDATE vault SET {change}")).await;
        assert!(vault.permits().await.is_err() && vault.agent("a1").await.is_err(), "{change}");
        vault.close().await;
        let opening = place.opening(vault::KeySource::Auto).await;
        assert!(matches!(opening, Ok(vault::Opening::Unusable { ref why }) if why.contains("epoch")), "{change}: {opening:?}");
    }
}
