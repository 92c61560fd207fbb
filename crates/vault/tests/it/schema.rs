//! The schema is ours alone: what someone else put into the file runs nothing, and the vault is not used.

use crate::setup::{NOW, Place, agent, fill, grant, sha256};
use model::{ClosedVault, Permit};
use vault::{KeySource, OpenResult, VaultError};

/// Each as a file's writer can do it, and what is said of it.
const FOREIGN: [(&str, &str); 12] = [
    (
        "CREATE TRIGGER t AFTER INSERT ON events BEGIN INSERT OR IGNORE INTO agents (id, name, key_hash, added_at)
         VALUES ('bot', 'bot', zeroblob(32), 0); END",
        "added the trigger t",
    ),
    ("CREATE TRIGGER t BEFORE DELETE ON agents BEGIN SELECT RAISE(IGNORE); END", "added the trigger t"),
    ("CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN SELECT 1; END", "added the trigger t"),
    ("CREATE VIEW w AS SELECT * FROM agents", "added the view w"),
    ("ALTER TABLE permits RENAME TO kept", "kept"),
    ("CREATE TABLE kept (a)", "added the table kept"),
    ("CREATE VIRTUAL TABLE kept USING fts5 (a)", "added the table kept"),
    ("CREATE INDEX kept ON agents (name)", "added the index kept"),
    ("CREATE UNIQUE INDEX kept ON events (id)", "added the index kept"),
    ("ALTER TABLE agents ADD COLUMN free INTEGER GENERATED ALWAYS AS (1) VIRTUAL", "changed the table agents"),
    ("ALTER TABLE grants DROP COLUMN refreshed_at", "changed the table grants"),
    ("DROP INDEX events_by_agent", "removed the index events_by_agent"),
];

async fn agreed() -> (Place, vault::Vault) {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    vault.add_agent(&agent("a1")).await.expect("added");
    let permit = Permit {
        agent_id: "a1".into(),
        grant_id: grant("g1").id,
        scopes: None,
        until: None,
        given_at: NOW,
    };
    vault.give_permit(&permit).await.expect("given");
    (place, vault)
}

#[tokio::test]
async fn a_file_that_holds_anything_but_our_schema_is_not_opened() {
    for (change, said) in FOREIGN {
        let (place, vault) = agreed().await;
        vault.close().await;
        if change.contains(" ON v ") {
            place.tamper("CREATE VIEW v AS SELECT 1 AS one").await;
        }
        place.tamper(change).await;
        let before = sha256(&place.database());
        match place.opening(KeySource::Auto).await {
            Ok(OpenResult::Closed(ClosedVault::Unusable { why })) => {
                assert!(why.to_string().contains(said), "{change}: {why}");
            }
            other => panic!("{change}: {other:?}"),
        }
        assert_eq!(sha256(&place.database()), before, "{change}");
    }
}

/// Also the words that a table is made with, where nothing else shows.
#[tokio::test]
async fn a_rule_that_was_taken_out_of_a_tables_words_is_noticed() {
    let (place, vault) = agreed().await;
    vault.close().await;
    let rewrite = "PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, 'REFERENCES grants (id) ON DELETE CASCADE', '') WHERE name = 'permits';
        PRAGMA writable_schema = RESET";
    place.tamper(rewrite).await;
    assert!(
        matches!(place.opening(KeySource::Auto).await, Ok(OpenResult::Closed(ClosedVault::Unusable { why })) if why.to_string().contains("changed the table permits"))
    );
}

/// 1. The vault is open. 2. Someone adds a trigger. 3. Nothing that matters is written, and the trigger does not run.
#[tokio::test]
async fn a_trigger_that_comes_later_does_not_run_with_what_decides() {
    for (change, said) in FOREIGN.into_iter().filter(|(change, _)| {
        change.contains("ON events") || change.contains("INDEX kept ON agents")
    }) {
        let (place, vault) = agreed().await;
        place.tamper(change).await;
        for _ in 0..2 {
            match vault.remove_agent("a1").await {
                Err(VaultError::Schema(why)) => {
                    assert!(why.to_string().contains(said), "{change}: {why}");
                }
                other => panic!("{change}: {other:?}"),
            }
        }
        assert!(
            matches!(
                vault.add_agent(&agent("a2")).await,
                Err(VaultError::Schema(_))
            ),
            "{change}"
        );
        assert!(
            matches!(
                vault.save_grant(&grant("g1"), &[]).await,
                Err(VaultError::Schema(_))
            ),
            "{change}"
        );
        let name = said.rsplit(' ').next().expect("a name");
        let kind = said.split(' ').nth(2).expect("a kind");
        place.tamper(&format!("DROP {kind} {name}")).await;
        assert!(
            vault
                .remove_agent("a1")
                .await
                .expect("as before, once it is gone"),
            "{change}"
        );
    }
}

async fn schema_version(place: &Place) -> String {
    place
        .texts("SELECT CAST(schema_version AS TEXT) FROM pragma_schema_version")
        .await
        .concat()
}

/// Each connection that there is reads: they take turns.
async fn read_by_all(vault: &vault::Vault) {
    for _ in 0..8 {
        vault.agents().await.expect("read");
    }
}

const DELETES_NOTHING: &str =
    "CREATE TRIGGER t BEFORE DELETE ON agents BEGIN SELECT RAISE(IGNORE); END";

/// 1. The vault is open. 2. Someone adds a trigger, and a connection comes upon it. 3. The schema's number is set back.
#[tokio::test]
async fn a_trigger_that_comes_without_a_new_number_does_not_run_either() {
    let (place, vault) = agreed().await;
    let before = schema_version(&place).await;
    place.tamper(DELETES_NOTHING).await;
    read_by_all(&vault).await;
    place
        .tamper(&format!("PRAGMA schema_version = {before}"))
        .await;
    let outcome = vault.remove_agent("a1").await;
    assert!(
        matches!(&outcome, Err(VaultError::Schema(why)) if why.to_string().contains("added the trigger t")),
        "{outcome:?}"
    );
}

/// 1. The vault is open. 2. Someone adds a trigger, and a connection comes upon it. 3. It is taken out of the file again, and
/// the number is as that connection knows it. 4. It does not run.
#[tokio::test]
async fn a_trigger_that_a_connection_alone_still_knows_does_not_run() {
    let (place, vault) = agreed().await;
    place.tamper(DELETES_NOTHING).await;
    let with_it = schema_version(&place).await;
    read_by_all(&vault).await;
    place
        .tamper(&format!(
            "DROP TRIGGER t; PRAGMA schema_version = {with_it}"
        ))
        .await;
    assert!(vault.remove_agent("a1").await.expect("removed"));
    assert!(vault.agents().await.expect("read").is_empty());
}
