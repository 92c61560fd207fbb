//! Puts into the vault what a process left beside it.

use crate::grants::row::GrantChange;
use crate::response_row::ResponseRow;
use crate::unsaved_files::remove;
use crate::{Vault, VaultError};
use model::GrantId;
use std::path::Path;

impl Vault {
    /// What a process left beside the vault for this grant, put in its place. Whoever holds the grant's turn calls it.
    pub(crate) async fn put_back(&self, id: &GrantId) -> Result<(), VaultError> {
        let path = self
            .inner
            .home
            .aside()
            .join(ResponseRow::Grant(Box::new(GrantChange::named(id))).file_name());
        self.put_back_file(&path).await
    }

    pub(crate) async fn put_back_file(&self, path: &Path) -> Result<(), VaultError> {
        if !path.exists() {
            return Ok(());
        }
        // Nobody begins the next epoch before this ends.
        let mut transaction = self.database().write().await?;
        let epoch = self.epoch_in(&mut transaction).await?;
        let Some(record) = self.read_aside(path, epoch) else {
            transaction.rollback().await?;
            return self.discard(path).await;
        };
        match self.put_in(transaction, &record).await {
            Err(error) if error.may_pass() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "what lay beside the vault has no place in it any more");
            }
            Ok(_) => {}
        }
        remove(path);
        Ok(())
    }
}
