//! Grants and their sealed tokens. A change and its events are one transaction; a change by a writer who saw
//! older tokens is refused (compare and swap on the generation).

pub(crate) mod named_by;
mod read;
pub(crate) mod refresh;
pub(crate) mod row;
pub(crate) mod tokens;
pub(crate) mod write;

use crate::grants::row::Precondition;
use crate::keep::Persistence;
use crate::lock::GrantLock;
use crate::response_row::UnsavedRecord;
use crate::{OpenRevocation, Vault, VaultError};
use model::{Grant, NewEvent};

impl Vault {
    /// Keeps a grant as it is now, whatever was kept before.
    pub async fn save_grant(&self, grant: &Grant, events: &[NewEvent]) -> Result<(), VaultError> {
        self.write_grant(grant, Precondition::Whatever, events)
            .await
            .map(|_| ())
    }

    /// Keeps it only if the kept one still has this generation.
    pub async fn compare_and_save_grant(
        &self,
        grant: &Grant,
        expected: u64,
        events: &[NewEvent],
    ) -> Result<bool, VaultError> {
        self.write_grant(grant, Precondition::Generation(expected), events)
            .await
    }

    /// Keeps what an issuer answered for this grant, whatever the disk does: if it takes nothing now, the grant stays in memory
    /// with its lock held, is the one that every read of this process gives, and is written as soon as that can be done.
    pub async fn keep_grant(
        &self,
        grant: &Grant,
        expected: Precondition,
        events: &[NewEvent],
        lock: Option<GrantLock>,
    ) -> Result<Persistence, VaultError> {
        let record = UnsavedRecord {
            answer: self.answer(grant, expected)?,
            events: events.to_vec(),
            login_attempt: None,
            replaced: Vec::new(),
        };
        self.keep(record, lock).await
    }

    /// The same for a renewal. The access token that it replaces, where that is still good, is kept with it to be taken back
    /// with its login.
    pub async fn keep_renewal(
        &self,
        grant: &Grant,
        expected: u64,
        events: &[NewEvent],
        replaced: Option<&OpenRevocation>,
        lock: GrantLock,
    ) -> Result<Persistence, VaultError> {
        let replaced = replaced.map(|replaced| self.sealed(replaced)).transpose()?;
        let record = UnsavedRecord {
            answer: self.answer(grant, Precondition::Generation(expected))?,
            events: events.to_vec(),
            login_attempt: None,
            replaced: replaced.into_iter().collect(),
        };
        self.keep(record, Some(lock)).await
    }

    /// The same for what a login attempt brought: the grant, its event and the attempt's outcome are one transaction.
    pub async fn keep_login(
        &self,
        attempt_id: &str,
        grant: &Grant,
        expected: Precondition,
        events: &[NewEvent],
        lock: Option<GrantLock>,
    ) -> Result<Persistence, VaultError> {
        let record = UnsavedRecord {
            answer: self.answer(grant, expected)?,
            events: events.to_vec(),
            login_attempt: Some(attempt_id.to_owned()),
            replaced: Vec::new(),
        };
        self.keep(record, lock).await
    }

    async fn write_grant(
        &self,
        grant: &Grant,
        expected: Precondition,
        events: &[NewEvent],
    ) -> Result<bool, VaultError> {
        let answer = self.answer(grant, expected)?;
        self.write_before(&grant.id).await;
        let record = UnsavedRecord {
            answer,
            events: events.to_vec(),
            login_attempt: None,
            replaced: Vec::new(),
        };
        match self.put(&record).await {
            Err(error) if error.may_pass() => {
                self.supersede(record).await;
                Err(error)
            }
            outcome => outcome,
        }
    }
}
