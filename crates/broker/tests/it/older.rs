//! A file that is older than the keyring knows it: agents get nothing until the person says that it shall hold.

use crate::setup::{START, TestClock};
use broker::{Broker, Home, KeySource, NoBrowser, VaultState};
use model::{Code, EventQuery};
use std::path::Path;
use std::sync::{Arc, Mutex};
use vault::{KeyStore, KeyStoreError, OpenResult, Vault, VaultKey};

/// A keyring in memory.
#[derive(Default)]
struct Memory {
    key: Mutex<Option<VaultKey>>,
    epoch: Mutex<Option<i64>>,
}

impl KeyStore for Memory {
    fn get(&self) -> Result<Option<VaultKey>, KeyStoreError> {
        Ok(self.key.lock().expect("whole").clone())
    }

    fn put(&self, key: &VaultKey) -> Result<(), KeyStoreError> {
        *self.key.lock().expect("whole") = Some(key.clone());
        Ok(())
    }

    fn epoch(&self) -> Result<Option<i64>, KeyStoreError> {
        Ok(*self.epoch.lock().expect("whole"))
    }

    fn put_epoch(&self, epoch: i64) -> Result<(), KeyStoreError> {
        *self.epoch.lock().expect("whole") = Some(epoch);
        Ok(())
    }
}

async fn open(folder: &Path, keyring: Arc<Memory>) -> Broker {
    let home = Home::new(folder.join("home")).expect("a home");
    let broker = Broker::new(
        home,
        keyring,
        Arc::new(TestClock::at(START)),
        Arc::new(NoBrowser),
    )
    .expect("a broker");
    let state = broker.open_vault(KeySource::Auto).await.expect("it opens");
    assert!(matches!(state, VaultState::Open { .. }), "{state:?}");
    broker
}

async fn lines(broker: &Broker, kind: &str) -> usize {
    let events = broker
        .events(&EventQuery {
            limit: 100,
            ..EventQuery::default()
        })
        .await
        .expect("the log");
    events.iter().filter(|event| event.kind == kind).count()
}

/// What SQLite has written, also what is only in its journal.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for name in ["vault.db", "vault.db-wal", "vault.db-shm"] {
        let _ = std::fs::remove_file(to.join(name));
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).expect("copied");
        }
    }
}

#[tokio::test]
async fn v03_an_agent_that_was_removed_does_not_come_back_with_yesterdays_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let keyring = Arc::new(Memory::default());
    let (home, yesterday) = (folder.path().join("home"), folder.path().join("yesterday"));
    let broker = open(folder.path(), keyring.clone()).await;
    let (agent, key) = broker.add_agent("bot").await.expect("added");
    copy(&home, &yesterday);
    broker.remove_agent(&agent.id).await.expect("removed");
    assert_eq!(
        broker
            .authenticate(&agent.id, &key)
            .await
            .expect_err("removed")
            .code(),
        Code::InvalidClient
    );
    drop(broker);

    copy(&yesterday, &home);
    for _ in 0..2 {
        let broker = open(folder.path(), keyring.clone()).await;
        assert!(broker.vault_is_older());
        let refused = broker.authenticate(&agent.id, &key).await.expect_err("off");
        assert!(
            refused.code() == Code::VaultOlder
                && refused
                    .hint()
                    .to_string()
                    .contains("gatelodge vault confirm"),
            "{refused}"
        );
        assert_eq!(broker.agents().await.expect("listed").len(), 0);
        assert_eq!(lines(&broker, "vault_older").await, 1, "told once");
        assert_eq!(
            broker
                .add_agent("bot")
                .await
                .expect_err("another of that name")
                .code(),
            Code::VaultOlder
        );
        assert_eq!(
            broker
                .remove_agent("bot")
                .await
                .expect_err("nothing is known of it")
                .code(),
            Code::VaultOlder
        );
    }
    let broker = open(folder.path(), keyring.clone()).await;
    assert!(broker.confirm_vault().await.expect("confirmed"));
    broker
        .authenticate(&agent.id, &key)
        .await
        .expect("the person wanted it so");
    assert!(!broker.vault_is_older());
    assert_eq!(lines(&broker, "vault_confirmed").await, 1);
    assert!(!open(folder.path(), keyring).await.vault_is_older());
}

/// 1. A host runs. 2. Another one removes an agent, which the host does not see. 3. The file from before is written over the one
/// that is open. 4. The agent is told what is wrong, at once. 5. The person's word in another process is enough.
#[tokio::test]
async fn an_agent_of_a_running_host_is_told_that_the_vault_is_older() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let keyring = Arc::new(Memory::default());
    let file = folder.path().join("home/vault.db");
    let broker = open(folder.path(), keyring.clone()).await;
    let (agent, key) = broker.add_agent("bot").await.expect("added");
    broker.close(std::time::Duration::ZERO).await;
    let before = std::fs::read(&file).expect("read");
    let host = open(folder.path(), keyring.clone()).await;
    host.authenticate(&agent.id, &key)
        .await
        .expect("it is there");
    let Ok(OpenResult::Opened(other)) =
        Vault::open(host.home(), KeySource::Auto, keyring.clone()).await
    else {
        panic!("it opens");
    };
    assert!(other.remove_agent(&agent.id).await.expect("removed"));
    // Which moves the journal into the file.
    other
        .remove_resource("none")
        .await
        .expect("nothing to remove");
    std::fs::write(&file, &before).expect("written over it");
    let refused = host.authenticate(&agent.id, &key).await.expect_err("off");
    assert_eq!(refused.code(), Code::VaultOlder, "{refused}");
    assert_eq!(lines(&host, "vault_older").await, 1);

    let confirming = open(folder.path(), keyring).await;
    assert!(confirming.confirm_vault().await.expect("confirmed"));
    host.authenticate(&agent.id, &key)
        .await
        .expect("the person wanted it so, and said it elsewhere");
}
