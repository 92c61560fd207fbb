//! Tokens that were not renewed: over, refused, or not known. Only `invalid_grant` ends a grant (I4); another no is told as
//! one and not asked for at each call; an outage is waited out. A fault of this machine is none of the issuer's.

use super::{Flights, Waiting};
use crate::error::{Attempt, login};
use crate::login::Asked;
use crate::store::events::About;
use crate::{Broker, Change, Code, Error, ResourceRecord};
use oauth::concession::Reach;
use oauth::discovery;
use oauth::grant::{Grant, GrantId, GrantKind, LoginReason, Refusal, Trouble};
use oauth::http::HttpError;
use oauth::time::Timestamp;
use oauth::token::TokenError;
use vault::{GrantLock, Vault};

/// The one word that ends a grant.
const ENDED: &str = "invalid_grant";
/// Back-off after no answer: 2, 4, 8 … seconds, five minutes at most.
const LONGEST_WAIT_SECONDS: i64 = 300;
/// No wait is longer, whatever the issuer says; one that is was made by a clock that jumped.
const LONGEST_RETRY_SECONDS: u64 = 15 * 60;

impl Broker {
    pub(super) async fn not_rotated(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: Grant,
        error: TokenError,
    ) -> Result<Grant, Error> {
        let (message, said) = (error.to_string(), error.said().cloned());
        match error {
            TokenError::InvalidGrant { .. } => {
                let refusal = Refusal {
                    at: self.now(),
                    error: ENDED.to_owned(),
                    said,
                };
                let grant = Grant {
                    trouble: Trouble {
                        refusal: Some(refusal),
                        ..Trouble::default()
                    },
                    ..grant
                };
                self.rejected(vault, grant, LoginReason::RefreshRejected, &message)
                    .await
            }
            TokenError::Http(HttpError::Blocked { .. } | HttpError::OwnAddress { .. })
            | TokenError::Key { .. } => {
                vault.refresh_ended(&grant.id).await?;
                Err(error.into())
            }
            error => match Error::from(error) {
                error if error.refused().is_some() => {
                    // The issuer refused without spending the token; there is nothing unfinished.
                    vault.refresh_ended(&grant.id).await?;
                    Err(self.refused(vault, grant, &error).await?)
                }
                error => {
                    self.wake(&grant).await;
                    let failure = Error::new(Code::TemporarilyUnavailable, message).with_said(said);
                    Err(self
                        .unanswered(vault, record, grant, failure, error.retry_after())
                        .await)
                }
            },
        }
    }

    /// A login that needs nobody, once more (its access token ended).
    pub(super) async fn obtained_again(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: Grant,
        lock: GrantLock,
    ) -> Result<Grant, Error> {
        // What speaks for us is not shown to an issuer that the server no longer names (D-11).
        crate::agents::token::of_this_issuer(record, &grant)?;
        let registration = vault.registration(&grant.registration_id).await?;
        if registration.is_none() && grant.kind == GrantKind::ClientCredentials {
            let message = format!(
                "the client id that logs in to {} is not kept any more",
                record.name
            );
            return Err(Error::new(Code::LoginRequired, message)
                .with_hint(format!("Log in again: {}.", login(&record.name))));
        }
        let asked = Asked {
            kind: grant.kind,
            issuer: &grant.issuer,
            endpoint: &grant.token_endpoint,
            registration: registration.as_ref(),
            resource_parameter: grant.resource_parameter.as_deref(),
            scopes: &grant.scopes_requested,
            dpop_key: grant.tokens().and_then(|tokens| tokens.dpop_key.as_ref()),
            account: Some(&grant.account),
        };
        match self.obtained(record, &asked).await {
            Ok(answer) => self.rotated(vault, grant, answer.tokens, lock).await,
            Err(error) if error.refused().is_some() => {
                Err(self.refused(vault, grant, &error).await?)
            }
            Err(error) if is_no_answer(&error) => {
                let failure = Error::new(Code::TemporarilyUnavailable, error.to_string())
                    .with_said(error.said().cloned());
                Err(self
                    .unanswered(vault, record, grant, failure, error.retry_after())
                    .await)
            }
            // The person's own doing: another way was chosen, or the login at the company's provider has ended.
            Err(error) if error.code() == Code::LoginRequired => {
                self.rejected(
                    vault,
                    grant,
                    LoginReason::RefreshRejected,
                    &error.to_string(),
                )
                .await
            }
            // Nobody refused anything (I4): a key that cannot be read now, a vault that is locked, another person at the
            // provider. The login is as good as it was.
            Err(error) => Err(error),
        }
    }

    /// Final for this grant: one login, no loop.
    pub(super) async fn rejected(
        &self,
        vault: &Vault,
        grant: Grant,
        reason: LoginReason,
        message: &str,
    ) -> Result<Grant, Error> {
        let generation = grant.generation;
        // The access token may be good for a while yet: a revocation asks for it as well.
        let left = self.still_good(&grant);
        let ended = grant.login_needed(reason);
        let error = Error::new(Code::LoginRequired, message);
        let event = self
            .about_grant(&ended, "login_needed", false, "Needs a login")
            .await
            .because(&error);
        if !vault
            .compare_and_save_grant(&ended, generation, &[event])
            .await?
        {
            return super::kept(vault, &ended.id).await;
        }
        if let Some(left) = left
            && let Err(error) = self.keep_beside(vault, &left).await
        {
            tracing::warn!(%error, "the last access token could not be kept for the revocation");
        }
        if ended.trouble.refusal.is_some()
            && let Err(error) = vault
                .save_trouble(&ended.id, ended.generation, &ended.trouble)
                .await
        {
            tracing::warn!(%error, "the issuer's words could not be kept");
        }
        self.changed(Change::Vault);
        Ok(ended)
    }

    /// A definite no: the tokens stay, and every process knows that they are not renewed.
    async fn refused(
        &self,
        vault: &Vault,
        mut grant: Grant,
        error: &Error,
    ) -> Result<Error, Error> {
        let code = error.refused().unwrap_or_default().to_owned();
        let refusal = Refusal {
            at: self.now(),
            error: code,
            said: error.said().cloned(),
        };
        grant.trouble = Trouble {
            refusal: Some(refusal),
            ..Trouble::default()
        };
        let told = self.login_required(&grant).await?;
        if let Err(error) = vault
            .save_trouble(&grant.id, grant.generation, &grant.trouble)
            .await
        {
            tracing::warn!(%error, "a refusal could not be kept");
            self.back_off(&grant.id, told.clone(), None);
        }
        let event = self
            .about_grant(&grant, "refresh_failed", false, "Could not renew")
            .await
            .because(&told);
        self.record(event).await;
        Ok(told)
    }

    /// Nobody said no: the old set stays, and the issuer is asked again later.
    async fn unanswered(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        mut grant: Grant,
        failure: Error,
        retry_after: Option<u64>,
    ) -> Error {
        let now = self.now();
        grant.trouble = grant.trouble.unanswered(now);
        if let Err(error) = vault
            .save_trouble(&grant.id, grant.generation, &grant.trouble)
            .await
        {
            tracing::debug!(%error, "an outage could not be noted");
        }
        let lives = grant.tokens().is_some_and(|tokens| tokens.lives(now));
        let failure = if !lives && grant.trouble.is_long(now) {
            let first = failure.hint();
            failure.with_hint(format!(
                "{first} If it goes on, log in again: {}.",
                login(&record.name)
            ))
        } else {
            failure
        };
        let failure = self.back_off(&grant.id, failure, retry_after);
        let event = self
            .about_grant(&grant, "refresh_failed", false, "Could not renew")
            .await
            .because(&failure);
        self.record(event).await;
        failure
    }

    /// Why this grant is of no use until somebody logs in, in the words of whoever said so.
    pub(crate) async fn login_required(&self, grant: &Grant) -> Result<Error, Error> {
        let record = self.record_of(grant.resource.as_str()).await?;
        let hint = format!("Log in again: {}.", login(&record.name));
        let Some(refusal) = grant
            .trouble
            .refusal
            .as_ref()
            .filter(|_| grant.tokens().is_some())
        else {
            let said = grant
                .trouble
                .refusal
                .as_ref()
                .and_then(|refusal| refusal.said.clone());
            return Ok(
                crate::agents::token::login_required(grant, grant.needs_login(self.now()))
                    .with_said(said)
                    .with_hint(hint),
            );
        };
        let error = Error::new(Code::LoginRequired, renewal_refused(grant, refusal))
            .with_said(refusal.said.clone());
        let registration = crate::grant::revocation::readable(
            self.vault()?.registration(&grant.registration_id).await,
        )?;
        let about_client = matches!(
            refusal.error.as_str(),
            "invalid_client" | "unauthorized_client"
        );
        Ok(match registration.filter(|_| about_client) {
            Some(registration) => {
                let attempt = Attempt {
                    name: &record.name,
                    registration: Some(&registration),
                    began: None,
                    now: self.now(),
                };
                error.with_hint(attempt.client_hint())
            }
            None => error.with_hint(hint),
        })
    }

    /// A proxy in front of an issuer may know its endpoints only once somebody asked for its metadata (LAB.md 4.19): the next
    /// try finds it awake. What it answers is not used.
    async fn wake(&self, grant: &Grant) {
        if let Ok(record) = self.record_of(grant.resource.as_str()).await
            && let Ok(url) = record.uri.url()
        {
            let reach = Reach::of(&url, &record.concessions);
            let asked = discovery::authorization_server(
                &self.inner.http,
                &grant.issuer,
                &record.concessions,
                reach,
                &|_| {},
            );
            if let Err(error) = asked.await {
                tracing::debug!(issuer = %grant.issuer, %error, "no metadata either");
            }
        }
    }

    fn back_off(&self, id: &GrantId, error: Error, retry_after: Option<u64>) -> Error {
        self.inner
            .flights
            .back_off(id, error, retry_after, self.now())
    }
}

impl Flights {
    fn back_off(
        &self,
        id: &GrantId,
        error: Error,
        retry_after: Option<u64>,
        now: Timestamp,
    ) -> Error {
        let mut waiting = crate::locked(&self.waiting);
        let failures = waiting.get(id).map_or(0, |waiting| waiting.failures) + 1;
        let ours = (1_i64 << failures.min(9)).min(LONGEST_WAIT_SECONDS);
        let seconds = ours.max(
            retry_after
                .and_then(|seconds| i64::try_from(seconds).ok())
                .unwrap_or(0),
        );
        let error = if error.code() == Code::TemporarilyUnavailable {
            error.with_retry_after(u64::try_from(seconds).ok())
        } else {
            error
        };
        waiting.insert(
            id.clone(),
            Waiting {
                until: now.plus(seconds),
                failures,
                error: error.clone(),
            },
        );
        error
    }

    /// The answer of the last attempt, while it is too early for another one.
    pub(super) fn still_waiting(&self, id: &GrantId, now: Timestamp) -> Option<Error> {
        let waiting = crate::locked(&self.waiting).get(id).cloned()?;
        let left = u64::try_from(waiting.until.since(now))
            .ok()
            .filter(|left| (1..=LONGEST_RETRY_SECONDS).contains(left))?;
        let later = waiting.error.retry_after().map(|_| left);
        Some(waiting.error.with_retry_after(later))
    }
}

/// The issuer could not be asked, or answered with what nobody can read: a portal's page, a redirect.
fn is_no_answer(error: &Error) -> bool {
    matches!(
        error.code(),
        Code::TemporarilyUnavailable | Code::Unreachable | Code::ExchangeFailed
    )
}

/// Who refuses what, with their own words.
pub(crate) fn renewal_refused(grant: &Grant, refusal: &Refusal) -> String {
    let host = oauth::metadata::AuthorizationServer::host_of(&grant.token_endpoint);
    let who = if grant.kind == GrantKind::EnterpriseManaged {
        format!("your company's provider or {host}")
    } else {
        host
    };
    if refusal.error == ENDED {
        return format!(
            "{who} has ended this login{}",
            oauth::said::clause(refusal.said.as_ref())
        );
    }
    format!(
        "{who} refuses to renew this login ({}){}",
        refusal.error,
        oauth::said::clause(refusal.said.as_ref())
    )
}
