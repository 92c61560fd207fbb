//! The state that the vault is in, and groups of lines of its log, which carry that state on.

use crate::version::{Commit, VaultVersion};
use crate::{Vault, VaultError};
use model::NewEvent;
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
    /// where it can be told from others'. Right before it `about_to_commit` hears which version it follows.
    pub async fn record_all(
        &self,
        events: &[(NewEvent, u64)],
        about_to_commit: impl FnOnce(VaultVersion) + Send,
    ) -> Result<Option<Commit>, VaultError> {
        let database = self.database();
        let mut transaction = database.write().await?;
        let before = database.version();
        crate::events::insert_all(events, &self.inner.recent, &mut transaction).await?;
        crate::agents::used(&last_used(events), &mut transaction).await?;
        if let Some(before) = before {
            about_to_commit(before);
        }
        transaction.commit().await?;
        let after = database.version();
        Ok(before
            .zip(after)
            .map(|(before, after)| Commit { before, after }))
    }
}

fn last_used(events: &[(NewEvent, u64)]) -> HashMap<&str, i64> {
    let mut last: HashMap<&str, i64> = HashMap::new();
    for (event, _) in events {
        if let Some(agent) = event.agent_id.as_deref() {
            let at = last.entry(agent).or_insert(event.at.0);
            *at = event.at.0.max(*at);
        }
    }
    last
}
