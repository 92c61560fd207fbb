//! The state that the vault is in, and groups of lines of its log, which carry that state on.

use crate::version::{Commit, VaultVersion};
use crate::{Vault, VaultError};
use model::NewEvent;
use oauth::time::Timestamp;
use std::collections::HashMap;

impl Vault {
    /// The version now, without a call of the database. None where it cannot be told; where answers wait for their disk, since
    /// what is in memory is newer than the files; and where the file is an older copy, which nobody is to be served from.
    pub fn version(&self) -> Option<VaultVersion> {
        if self.unsaved().count() == (0, 0) && !self.is_older() {
            self.database().version()
        } else {
            None
        }
    }

    /// Answers to agents, each with how often it happened, and when those agents asked last, in one transaction. The commit,
    /// where it can be told from others'.
    pub async fn record_all(
        &self,
        events: &[(NewEvent, u64)],
    ) -> Result<Option<Commit>, VaultError> {
        let database = self.database();
        let mut transaction = database.write().await?;
        let before = database.version();
        for (event, count) in events {
            crate::events::insert_counted(event, *count, &mut transaction).await?;
        }
        for (agent, at) in last_used(events) {
            crate::agents::used(agent, at, &mut transaction).await?;
        }
        transaction.commit().await?;
        let after = database.version();
        Ok(before
            .zip(after)
            .map(|(before, after)| Commit { before, after }))
    }
}

fn last_used(events: &[(NewEvent, u64)]) -> HashMap<&str, Timestamp> {
    let mut last: HashMap<&str, Timestamp> = HashMap::new();
    for (event, _) in events {
        if let Some(agent) = event.agent_id.as_deref() {
            let at = last.entry(agent).or_insert(event.at);
            *at = event.at.max(*at);
        }
    }
    last
}
