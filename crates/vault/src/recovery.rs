//! When a vault is opened: all that processes before left beside it.

use crate::Vault;
use crate::response_row::{ResponseRow, UnsavedRecord};
use model::GrantId;
use std::time::Duration;

impl Vault {
    /// The same for all that is there, as far as nobody else is at it.
    pub(crate) async fn put_all_back(&self) {
        let paths = self.paths_aside();
        if paths.is_empty() {
            return;
        }
        let Ok(epoch) = self.epoch_now().await else {
            return;
        };
        for path in paths {
            let outcome = match self.read_aside(&path, epoch) {
                // Waiting for its turn puts it back.
                Some(UnsavedRecord {
                    answer: ResponseRow::Grant(change),
                    ..
                }) => self
                    .lock_grant(&GrantId(change.id().to_owned()), Duration::ZERO)
                    .await
                    .map(|_| ()),
                _ => self.put_back_file(&path).await,
            };
            if let Err(error) = outcome {
                tracing::info!(%error, "what is beside the vault stays there for now");
            }
        }
    }
}
