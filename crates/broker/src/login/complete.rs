//! The answer of the browser: found by its state, checked, exchanged, kept; all of it once.

use crate::events::About;
use crate::refresh::kept;
use crate::{Broker, Change, Code, Error, ResourceRecord};
use oauth::authorization::{Callback, PendingAuthorization, ResponseError};
use oauth::concession::Reach;
use oauth::grant::{Account, Grant, GrantId, GrantState};
use oauth::registration::Registration;
use oauth::secret::Secret;
use oauth::token::{self, Answer, TokenError};
use std::time::Duration;
use vault::Vault;

/// A new login does not wait longer than this for the end of the old one.
const RETIREMENT: Duration = Duration::from_secs(8);

impl Broker {
    /// A callback by deep link, loopback or paste. One that nobody asked for changes nothing (C-01).
    pub async fn complete_login(&self, callback: Result<Callback, ResponseError>) -> Result<Grant, Error> {
        // A hang-up of the browser must not lose a code that is already spent.
        let broker = self.clone();
        let completed = tokio::spawn(async move { broker.complete(callback).await }).await;
        completed.unwrap_or_else(|_| Err(Error::new(Code::Internal, "the login ended unexpectedly")))
    }

    async fn complete(&self, callback: Result<Callback, ResponseError>) -> Result<Grant, Error> {
        self.sweep(self.now()).await?;
        let callback = match callback {
            Ok(callback) => callback,
            Err(error) => return Err(self.unasked_for(error.into()).await),
        };
        let vault = self.vault()?;
        let Some(pending) = vault.pending_by_state(&callback.state).await? else {
            return Err(self
                .unasked_for(Error::new(Code::LoginUnknown, "an answer came for a login that is not under way"))
                .await);
        };
        let record = self.record_of(pending.resource.as_str()).await?;
        let code = match pending.respond(callback, self.now()) {
            Ok(code) => code,
            // A forged answer must not end the real login: it stays under way (PROTOCOL.md 2.10 step 4).
            Err(error @ (ResponseError::IssMismatch { .. } | ResponseError::IssMissing { .. } | ResponseError::NotACallback)) => {
                return Err(self.failed(&record, error.into()).await);
            }
            Err(error) => {
                vault.take_pending(&pending.id).await?;
                return Err(self.failed(&record, error.into()).await);
            }
        };
        // Single use: of several copies of one answer, one goes on (F05).
        if !vault.take_pending(&pending.id).await? {
            return Err(self.unasked_for(Error::new(Code::LoginUnknown, "this answer was already used")).await);
        }
        match self.redeem(&vault, &record, &pending, &code).await {
            Ok((grant, replaced)) => {
                if let Err(error) = self.learn_redirect(&pending).await {
                    tracing::warn!(%error, "the redirect that worked could not be noted");
                }
                self.changed(Change::LoggedIn { resource_id: record.id.clone() });
                if let Some(replaced) = replaced {
                    self.retire(&vault, &record, &replaced).await;
                }
                Ok(grant)
            }
            Err(error) => Err(self.failed(&record, error).await),
        }
    }

    /// Waits until any host has finished this login, or it failed.
    pub async fn wait_login(&self, pending: &PendingAuthorization) -> Result<Grant, Error> {
        let vault = self.vault()?;
        loop {
            if vault.pending(&pending.id).await?.is_none()
                && let Some(outcome) = self.outcome_of(pending).await?
            {
                return outcome;
            }
            if self.now() >= pending.expires_at {
                self.sweep(self.now()).await?;
                return Err(Error::new(Code::LoginExpired, "no answer came from the browser in time"));
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    /// How a login ended that another host may have finished: the log says it, after the line of its start.
    async fn outcome_of(&self, pending: &PendingAuthorization) -> Result<Option<Result<Grant, Error>>, Error> {
        let vault = self.vault()?;
        let record = self.record_of(pending.resource.as_str()).await?;
        let filter = crate::EventFilter { limit: 50, resource_id: Some(record.id), ..Default::default() };
        let lines = vault.events(&filter).await?;
        for event in lines.into_iter().take_while(|event| event.kind != "login_started") {
            match (event.kind.as_str(), &event.grant_id) {
                ("logged_in", Some(grant_id)) => {
                    return Ok(vault.grant(grant_id).await?.map(Ok));
                }
                ("login_failed", _) => {
                    let code = event.code.as_deref().and_then(|name| Code::ALL.iter().find(|code| code.as_str() == name));
                    return Ok(Some(Err(Error::new(code.copied().unwrap_or(Code::LoginUnknown), event.message))));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    async fn redeem(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        pending: &PendingAuthorization,
        code: &Secret,
    ) -> Result<(Grant, Option<Grant>), Error> {
        let registration = vault
            .registration(&pending.registration_id)
            .await?
            .ok_or_else(|| Error::new(Code::ClientForgotten, "the registration of this login is gone"))?;
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let answer = match token::exchange(&self.inner.http, pending, &registration, code, reach, self.now()).await {
            Ok(answer) => answer,
            Err(error) => {
                if matches!(error, TokenError::InvalidClient { .. }) {
                    vault.forget_registration(&registration.id).await?;
                }
                return Err(error.into());
            }
        };
        self.keep_grant(vault, record, pending, &registration, answer, reach).await
    }

    /// One transaction for the grant and its event; without it there was no login (PROTOCOL.md 2.11).
    /// With it comes the grant as it was before, if the same account was logged in already.
    async fn keep_grant(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        pending: &PendingAuthorization,
        registration: &Registration,
        answer: Answer,
        reach: Reach,
    ) -> Result<(Grant, Option<Grant>), Error> {
        let account = self.account_of(vault, pending, &answer, reach).await?;
        // The same person again at the same server: the grant and its permits go on, with new tokens.
        let mut before = vault.grants_of(&record.uri).await?.into_iter().find(|grant| {
            is_same(&grant.account, &account)
                && grant.issuer == pending.issuer
                && !matches!(grant.state, GrantState::Revoked { .. })
        });
        let mut lock = None;
        if let Some(known) = &before {
            lock = Some(vault.lock_grant(&known.id, Duration::from_secs(20)).await?);
            // A refresh may have rotated it meanwhile; one that was revoked meanwhile does not live again.
            before = Some(kept(vault, &known.id).await?).filter(|grant| !matches!(grant.state, GrantState::Revoked { .. }));
        }
        let grant = Grant {
            id: before.as_ref().map_or_else(|| GrantId(vault::new_id()), |before| before.id.clone()),
            resource: record.uri.clone(),
            resource_parameter: pending.resource_parameter.clone(),
            issuer: pending.issuer.clone(),
            token_endpoint: pending.token_endpoint.clone(),
            registration_id: registration.id.clone(),
            account,
            scopes_requested: pending.scopes.clone(),
            state: GrantState::Active(answer.tokens),
            generation: before.as_ref().map_or(1, |before| before.generation + 1),
            granted_at: self.now(),
            refreshed_at: None,
        };
        let event = self
            .event("logged_in", true, format!("Logged in to {} as {}", record.name, grant.account.name))
            .about(record)
            .on(&grant);
        vault.save_grant(&grant, &[event]).await?;
        drop(lock);
        self.changed(Change::Vault);
        Ok((grant, before))
    }

    /// The tokens that a new login replaced live on at the issuer, out of reach of a later revocation: they are
    /// taken back now. A failure is told in the log and undoes nothing.
    async fn retire(&self, vault: &Vault, record: &ResourceRecord, replaced: &Grant) {
        let taken = tokio::time::timeout(RETIREMENT, self.take_back_all(vault, record, replaced)).await;
        let failed = match taken {
            Ok(Ok(steps)) => steps.iter().any(|step| step.outcome == crate::ReceiptOutcome::Failed),
            _ => true,
        };
        let what = if failed { "could not be taken back; they end by themselves" } else { "were taken back" };
        let message = format!("The tokens of the earlier login to {} {what}", record.name);
        self.record(self.event("replaced", !failed, message).about(record).on(replaced)).await;
    }

    async fn failed(&self, record: &ResourceRecord, error: Error) -> Error {
        self.record(self.event("login_failed", false, format!("{}: {error}", record.name)).about(record).failed_with(&error))
            .await;
        self.changed(Change::LoginFailed { resource_id: Some(record.id.clone()), error: error.clone() });
        error
    }

    /// Counted and told of once a minute; none of its text is kept, and no window is opened for it.
    async fn unasked_for(&self, error: Error) -> Error {
        self.record_refusal(None, error.code(), "An answer came for a login that is not under way; it was ignored.".to_owned())
            .await;
        error
    }
}

/// The issuer's own name for a person decides where there is one; a name for showing only where there is none.
fn is_same(one: &Account, other: &Account) -> bool {
    match (&one.subject, &other.subject) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.name == other.name,
        _ => false,
    }
}
