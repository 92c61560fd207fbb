//! A login attempt: begun, answered, ended, and waited for by any host. Its outcome is in its row, the whole error with it,
//! so that whoever began the login is told no less than whoever received its answer.

use crate::store::events::EventContext;
use crate::{Broker, Change, Error};
use messages::{Text, text};
use model::{
    Code, EventKind, Grant, LoginAttempt, LoginKind, LoginStatus, NewEvent, ResourceRecord,
};
use oauth::authorization::LIFETIME_SECONDS;
use oauth::time::Timestamp;
use std::time::Duration;
use vault::Vault;

impl Broker {
    /// Waits until any host has finished this login, or it failed.
    pub async fn wait_login(&self, attempt: &LoginAttempt) -> Result<Grant, Error> {
        self.watch_login(attempt, |_| {}).await
    }

    /// The same; `tell` hears of each answer that was not used.
    pub async fn watch_login(
        &self,
        attempt: &LoginAttempt,
        tell: impl Fn(&Error),
    ) -> Result<Grant, Error> {
        let vault = self.vault()?;
        let mut told = None;
        loop {
            match vault.login_status(&attempt.id).await? {
                Some(LoginStatus::Done { grant }) => return self.grant_of(&grant).await,
                Some(LoginStatus::Failed { error }) => return Err(read(error).unwrap_or_else(over)),
                Some(LoginStatus::Replaced) => {
                    let record = self.record_of(attempt.resource.as_str()).await;
                    let name = record.map(|record| record.name);
                    return Err(replaced(
                        name.as_deref().unwrap_or(attempt.resource.as_str()),
                    ));
                }
                Some(LoginStatus::Answered) => {
                    if self.now() >= attempt.expires_at().plus(LIFETIME_SECONDS) {
                        return Err(Error::new(Code::LoginExpired, text::LoginAnswerLost));
                    }
                }
                Some(LoginStatus::Waiting { unused_answer }) => {
                    if let Some(error) = unused_answer.and_then(read)
                        && told.as_ref() != Some(&error)
                    {
                        tell(&error);
                        told = Some(error);
                    }
                    if self.now() >= attempt.expires_at() {
                        self.sweep(self.now()).await?;
                        continue;
                    }
                }
                None => return Err(over()),
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    /// One that begins now.
    pub(super) fn attempt(&self, record: &ResourceRecord, kind: LoginKind) -> LoginAttempt {
        LoginAttempt {
            id: vault::new_id(),
            resource: record.uri.clone(),
            started_at: self.now(),
            kind,
        }
    }

    /// Its row. Whoever waits for an earlier login to the same server is told at once that there is a later one.
    pub(super) async fn begin_attempt(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        attempt: &LoginAttempt,
    ) -> Result<(), Error> {
        let error = replaced(&record.name);
        let event = self.login_failed(record, &error);
        Ok(vault.begin_login_attempt(attempt, Some(&event)).await?)
    }

    /// True for the one caller, of all hosts, who ended it.
    pub(super) async fn end(
        &self,
        vault: &Vault,
        id: &str,
        status: &LoginStatus,
    ) -> Result<bool, Error> {
        Ok(vault.end_login_attempt(id, status, self.now()).await?)
    }

    /// The failure of a login whose answer was taken. The error is on its way whether or not this can be written.
    pub(super) async fn finished(&self, vault: &Vault, id: &str, error: &Error) {
        let saved = match failure(error) {
            Ok(status) => vault
                .finish_login_attempt(id, &status, self.now())
                .await
                .map_err(Error::from),
            Err(error) => Err(error),
        };
        if let Err(error) = saved {
            tracing::warn!(%error, "how a login ended could not be written");
        }
    }

    /// The login goes on: an answer of somebody else must not end it (docs/protocol.md#callback).
    pub(super) async fn not_used(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        id: &str,
        error: Error,
    ) -> Error {
        self.kept_waiting(
            vault,
            record,
            id,
            error.with_hint(text::LoginHintAnswerNotUsed),
        )
        .await
    }

    /// The same with a hint that the error has.
    pub(super) async fn kept_waiting(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        id: &str,
        error: Error,
    ) -> Error {
        let noted = match written(&error) {
            Ok(value) => vault
                .note_unused_answer(id, value)
                .await
                .map_err(Error::from),
            Err(error) => Err(error),
        };
        if let Err(error) = noted {
            tracing::warn!(%error, "an answer that was not used could not be noted");
        }
        let line = text::LoginAnswerNotUsed {
            server: &record.name,
            why: error.text(),
        };
        let event = self.event(EventKind::AnswerNotUsed, false, line);
        self.told(record, event.about(record).failed_with(&error), error)
            .await
    }

    pub(super) async fn failed(&self, record: &ResourceRecord, error: Error) -> Error {
        let event = self.login_failed(record, &error);
        self.told(record, event, error).await
    }

    /// The line of the log about a login that this error ended.
    pub(super) fn login_failed(&self, record: &ResourceRecord, error: &Error) -> NewEvent {
        let line = text::LoginFailed {
            server: &record.name,
            why: error.text(),
        };
        self.event(EventKind::LoginFailed, false, line)
            .about(record)
            .failed_with(error)
    }

    async fn told(&self, record: &ResourceRecord, event: NewEvent, error: Error) -> Error {
        self.record(event).await;
        self.changed(Change::LoginFailed {
            resource_id: Some(record.id.clone()),
            error: error.clone(),
        });
        error
    }

    /// Ends a login that waits; one that is over is left as it ended.
    pub async fn cancel_login(&self, attempt_id: &str) -> Result<(), Error> {
        let error = Error::new(Code::LoginCancelled, text::LoginCancelled);
        let vault = self.vault()?;
        if let Some(attempt) = vault.login_attempt(attempt_id).await? {
            self.call_off(&vault, &attempt, error).await?;
        }
        self.changed(Change::Vault);
        Ok(())
    }

    /// Ends a login that nobody answered. What happened is in the log; no window is opened for it.
    pub(crate) async fn call_off(
        &self,
        vault: &Vault,
        attempt: &LoginAttempt,
        error: Error,
    ) -> Result<(), Error> {
        if self.end(vault, &attempt.id, &failure(&error)?).await?
            && let Ok(record) = self.record_of(attempt.resource.as_str()).await
        {
            self.record(self.login_failed(&record, &error)).await;
        }
        Ok(())
    }

    /// Logins to a server that is removed.
    pub(crate) async fn abandon_logins(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
    ) -> Result<(), Error> {
        for attempt in vault
            .login_attempts()
            .await?
            .into_iter()
            .filter(|attempt| attempt.resource == record.uri)
        {
            let server = &record.name;
            let error = Error::new(Code::LoginCancelled, text::LoginServerRemoved { server })
                .with_hint(text::LoginHintAddAgain);
            self.call_off(vault, &attempt, error).await?;
        }
        Ok(())
    }

    /// Logins that nobody finished, ended and told of.
    pub(crate) async fn sweep(&self, now: Timestamp) -> Result<(), Error> {
        let vault = self.vault()?;
        for attempt in vault
            .login_attempts()
            .await?
            .iter()
            .filter(|attempt| attempt.expires_at() <= now)
        {
            let error = match vault.login_status(&attempt.id).await? {
                Some(LoginStatus::Waiting {
                    unused_answer: Some(error),
                }) => read(error),
                _ => None,
            };
            let error = error.unwrap_or_else(|| Error::new(Code::LoginExpired, late(attempt)));
            self.call_off(&vault, attempt, error).await?;
        }
        Ok(vault.sweep_login_attempts(now).await?)
    }
}

/// The status of a login that failed so.
pub(super) fn failure(error: &Error) -> Result<LoginStatus, Error> {
    written(error).map(|error| LoginStatus::Failed { error })
}

fn written(error: &Error) -> Result<serde_json::Value, Error> {
    serde_json::to_value(error)
        .map_err(|error| Error::new(Code::Internal, text::LoginNotWritten).with_source(error))
}

/// None for one that a newer version wrote.
fn read(error: serde_json::Value) -> Option<Error> {
    serde_json::from_value(error).ok()
}

pub(super) fn over() -> Error {
    Error::new(Code::LoginUnknown, text::LoginOver)
}

fn replaced(server: &str) -> Error {
    Error::new(Code::LoginReplaced, text::LoginReplaced { server })
}

/// What nobody did in time.
fn late(attempt: &LoginAttempt) -> Text {
    match attempt.device() {
        Some(_) => text::LoginCodeTooLate.into(),
        None => text::LoginNoAnswer.into(),
    }
}
