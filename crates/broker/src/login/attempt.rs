//! How a login ended: a row beside its id, which any host writes and any host waits for. The whole error is in it, so that
//! whoever began the login is told no less than whoever received its answer.

use crate::store::events::About;
use crate::{Broker, Change, Code, Error, ResourceRecord};
use model::{EventKind, Grant, GrantId};
use oauth::authorization::{LIFETIME_SECONDS, PendingAuthorization};
use oauth::secret::Secret;
use oauth::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use vault::Vault;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(super) enum End {
    /// None yet: an answer came that is not of who was asked. The login waits on, and the person may know why.
    NotUsed {
        error: Error,
    },
    /// The answer is being redeemed; nobody else may.
    Answered,
    Done {
        grant: GrantId,
    },
    Failed {
        error: Error,
    },
}

impl Broker {
    /// Waits until any host has finished this login, or it failed.
    pub async fn wait_login(&self, pending: &PendingAuthorization) -> Result<Grant, Error> {
        self.watch_login(pending, |_| {}).await
    }

    /// The same; `tell` hears of each answer that was not used.
    pub async fn watch_login(
        &self,
        pending: &PendingAuthorization,
        tell: impl Fn(&Error),
    ) -> Result<Grant, Error> {
        let vault = self.vault()?;
        let mut told = None;
        loop {
            // In this order: whoever takes the login away says so in the same transaction.
            let is_under_way = vault.pending(&pending.id).await?.is_some();
            match self.end_of(&vault, &pending.id).await? {
                Some(End::Done { grant }) => return self.grant_of(&grant).await,
                Some(End::Failed { error }) => return Err(error),
                Some(End::Answered) if self.now() >= pending.expires_at.plus(LIFETIME_SECONDS) => {
                    return Err(Error::new(
                        Code::LoginExpired,
                        "the program that took the answer has ended without a word",
                    ));
                }
                Some(End::Answered) => {}
                _ if !is_under_way => {
                    return Err(Error::new(Code::LoginUnknown, "this login is over"));
                }
                Some(End::NotUsed { error }) if told.as_ref() != Some(&error) => {
                    tell(&error);
                    told = Some(error);
                }
                _ => {}
            }
            if is_under_way && self.now() >= pending.expires_at {
                self.sweep(self.now()).await?;
                continue;
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    async fn end_of(&self, vault: &Vault, id: &str) -> Result<Option<End>, Error> {
        // One that a newer version wrote is none to this one.
        Ok(vault
            .end_of(id)
            .await?
            .and_then(|end| serde_json::from_str(end.expose()).ok()))
    }

    /// True for the one caller, of all hosts, who ended it.
    pub(super) async fn end(&self, vault: &Vault, id: &str, end: &End) -> Result<bool, Error> {
        Ok(vault.end_pending(id, &written(end)?, self.now()).await?)
    }

    /// The end of a login whose answer was taken. The grant is kept, or the error on its way, whether or not this can be
    /// written.
    pub(super) async fn ended(&self, vault: &Vault, id: &str, end: &End) {
        let saved = match written(end) {
            Ok(text) => vault
                .save_end(id, &text, self.now())
                .await
                .map_err(Error::from),
            Err(error) => Err(error),
        };
        if let Err(error) = saved {
            tracing::warn!(%error, "how a login ended could not be written");
        }
    }

    /// The login goes on: an answer of somebody else must not end it (PROTOCOL.md 2.10 step 4).
    pub(super) async fn not_used(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        id: &str,
        error: Error,
    ) -> Error {
        let error = error.with_hint(
            "The answer was not used, and the login still waits for the right one. If none comes, tell the authorization server's owner.",
        );
        let noted = match written(&End::NotUsed {
            error: error.clone(),
        }) {
            Ok(text) => vault
                .note_unused_answer(id, &text, self.now())
                .await
                .map_err(Error::from),
            Err(error) => Err(error),
        };
        if let Err(error) = noted {
            tracing::warn!(%error, "an answer that was not used could not be noted");
        }
        self.told(record, EventKind::AnswerNotUsed, error).await
    }

    pub(super) async fn failed(&self, record: &ResourceRecord, error: Error) -> Error {
        self.told(record, EventKind::LoginFailed, error).await
    }

    async fn told(&self, record: &ResourceRecord, kind: EventKind, error: Error) -> Error {
        self.record(
            self.event(kind, false, format!("{}: {error}", record.name))
                .about(record)
                .failed_with(&error),
        )
        .await;
        self.changed(Change::LoginFailed {
            resource_id: Some(record.id.clone()),
            error: error.clone(),
        });
        error
    }

    pub async fn cancel_login(&self, pending_id: &str) -> Result<(), Error> {
        let error = Error::new(Code::LoginCancelled, "the login was cancelled");
        let vault = self.vault()?;
        if let Some(pending) = vault.pending(pending_id).await? {
            self.call_off(&vault, &pending, error).await?;
        }
        self.changed(Change::Vault);
        Ok(())
    }

    /// Ends a login that nobody answered. What happened is in the log; no window is opened for it.
    pub(crate) async fn call_off(
        &self,
        vault: &Vault,
        pending: &PendingAuthorization,
        error: Error,
    ) -> Result<(), Error> {
        if self
            .end(
                vault,
                &pending.id,
                &End::Failed {
                    error: error.clone(),
                },
            )
            .await?
            && let Ok(record) = self.record_of(pending.resource.as_str()).await
        {
            let event = self
                .event(
                    EventKind::LoginFailed,
                    false,
                    format!("{}: {error}", record.name),
                )
                .about(&record);
            self.record(event.failed_with(&error)).await;
        }
        Ok(())
    }

    /// Whoever waits for an earlier login to the same server is told at once that there is a later one.
    pub(super) async fn replace_logins(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
    ) -> Result<(), Error> {
        let message = format!("another login to {} began, and this one ended", record.name);
        let error = Error::new(Code::LoginReplaced, message);
        for old in vault
            .pendings()
            .await?
            .into_iter()
            .filter(|old| old.resource == record.uri)
        {
            self.end(
                vault,
                &old.id,
                &End::Failed {
                    error: error.clone(),
                },
            )
            .await?;
        }
        Ok(())
    }

    /// Logins to a server that is removed.
    pub(crate) async fn abandon_logins(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
    ) -> Result<(), Error> {
        for pending in vault
            .pendings()
            .await?
            .into_iter()
            .filter(|pending| pending.resource == record.uri)
        {
            let error = Error::new(Code::LoginCancelled, format!("{} was removed", record.name))
                .with_hint("Add the server again to log in to it.");
            self.call_off(vault, &pending, error).await?;
        }
        Ok(())
    }

    /// Logins that nobody finished, ended and told of.
    pub(crate) async fn sweep(&self, now: Timestamp) -> Result<(), Error> {
        let vault = self.vault()?;
        for pending in vault
            .pendings()
            .await?
            .iter()
            .filter(|pending| pending.expires_at <= now)
        {
            let error = match self.end_of(&vault, &pending.id).await? {
                Some(End::NotUsed { error }) => error,
                _ => Error::new(
                    Code::LoginExpired,
                    "no answer came from the browser in time",
                ),
            };
            self.call_off(&vault, pending, error).await?;
        }
        // What is left is damaged, and nobody can wait for it.
        vault.sweep_pendings(now).await?;
        Ok(vault.sweep_ends(now).await?)
    }
}

fn written(end: &End) -> Result<Secret, Error> {
    serde_json::to_string(end)
        .map(Secret::new)
        .map_err(|error| Error::new(Code::Internal, error.to_string()))
}
