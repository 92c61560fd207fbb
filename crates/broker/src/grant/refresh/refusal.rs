//! Tokens that were not renewed: over, refused, or not known. Only `invalid_grant` ends a grant (invariant 9); another no is told as
//! one and not asked for at each call; an outage is waited out. A fault of this machine is none of the issuer's.

use crate::error::login;
use crate::store::events::EventContext;
use crate::store::records::kept;
use crate::{Broker, Change, Error};
use messages::{Text, text};
use model::{Code, EventKind, Grant, GrantId, LoginReason, Refusal, ResourceRecord, Trouble};
use oauth::address_guard::Reach;
use oauth::discovery;
use oauth::http::HttpError;
use oauth::token::TokenError;
use vault::Vault;

impl Broker {
    pub(super) async fn not_rotated(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: Grant,
        error: TokenError,
    ) -> Result<Grant, Error> {
        match error {
            error @ TokenError::InvalidGrant { .. } => {
                let error = Error::from(error);
                let grant = Grant {
                    trouble: Trouble {
                        refusal: self.refusal(&error),
                        ..Trouble::default()
                    },
                    ..grant
                };
                let why = error.text().clone();
                self.rejected(vault, grant, LoginReason::RefreshRejected, why)
                    .await
            }
            TokenError::Http(HttpError::Blocked { .. } | HttpError::OwnAddress { .. })
            | TokenError::Key { .. }
            | TokenError::Request { .. } => {
                vault.refresh_ended(&grant.id).await?;
                Err(error.into())
            }
            error => {
                let error = Error::from(error);
                if let Some(refusal) = self.refusal(&error) {
                    // The issuer refused without spending the token; there is nothing unfinished.
                    vault.refresh_ended(&grant.id).await?;
                    return Err(self.refused(vault, grant, refusal).await?);
                }
                self.wake(&grant).await;
                Err(self.unanswered(vault, record, grant, &error).await)
            }
        }
    }

    /// Final for this grant: one login, no loop.
    pub(super) async fn rejected(
        &self,
        vault: &Vault,
        grant: Grant,
        reason: LoginReason,
        why: Text,
    ) -> Result<Grant, Error> {
        let generation = grant.generation;
        // The access token may be good for a while yet: a revocation asks for it as well.
        let left = self.still_good(&grant);
        let ended = grant.login_needed(reason);
        let error = Error::new(Code::LoginRequired, why);
        let event = self
            .about_grant(&ended, EventKind::LoginNeeded, false, |account, server| {
                text::GrantEventSignInNeeded { account, server }.into()
            })
            .await
            .because(&error);
        if !vault
            .compare_and_save_grant(&ended, generation, &[event])
            .await?
        {
            return kept(vault, &ended.id).await;
        }
        if let Some(left) = left
            && let Err(error) = vault.keep_beside(&left).await
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

    /// The definite no that a failure tells of, if it does.
    pub(super) fn refusal(&self, error: &Error) -> Option<Refusal> {
        Some(Refusal {
            at: self.now(),
            error: error.refused()?.clone(),
            said: error.said().cloned(),
        })
    }

    /// A definite no: the tokens stay, and every process knows that they are not renewed.
    pub(super) async fn refused(
        &self,
        vault: &Vault,
        mut grant: Grant,
        refusal: Refusal,
    ) -> Result<Error, Error> {
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
        self.tell_not_renewed(&grant, &told).await;
        Ok(told)
    }

    /// Nobody said no: the old set stays, and the issuer is asked again later.
    pub(super) async fn unanswered(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        mut grant: Grant,
        error: &Error,
    ) -> Error {
        let now = self.now();
        let failure = Error::new(Code::TemporarilyUnavailable, error.text().clone())
            .with_said(error.said().cloned());
        grant.trouble = grant.trouble.unanswered(now);
        if let Err(error) = vault
            .save_trouble(&grant.id, grant.generation, &grant.trouble)
            .await
        {
            tracing::debug!(%error, "an outage could not be noted");
        }
        let lives = grant.tokens().is_some_and(|tokens| tokens.lives(now));
        let failure = if !lives && grant.trouble.is_long(now) {
            let hint = text::GrantHintOrSignIn {
                hint: failure.hint(),
                command: login(&record.name),
            };
            failure.with_hint(hint)
        } else {
            failure
        };
        let failure = self.back_off(&grant.id, failure, error.retry_after());
        self.tell_not_renewed(&grant, &failure).await;
        failure
    }

    async fn tell_not_renewed(&self, grant: &Grant, error: &Error) {
        let event = self
            .about_grant(grant, EventKind::RefreshFailed, false, |account, server| {
                text::GrantEventNotRenewed { account, server }.into()
            })
            .await
            .because(error);
        self.record(event).await;
    }

    /// A proxy in front of an issuer may know its endpoints only once somebody asked for its metadata (lab-19): the next
    /// try finds it awake. What it answers is not used.
    async fn wake(&self, grant: &Grant) {
        if let Ok(record) = self.record_of(grant.resource.as_str()).await
            && let Ok(url) = record.uri.url()
        {
            let reach = Reach::of(&url, &record.concessions);
            let asked = discovery::authorization_server(
                &self.inner.upstream.http,
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
            .back_off
            .begin(id, error, retry_after, self.now())
    }
}

/// The issuer could not be asked, or answered with what nobody can read: a portal's page, a redirect. What this machine fails
/// with, also before it could send anything, is none of it.
pub(super) fn is_no_answer(error: &Error) -> bool {
    let source = std::error::Error::source(error).and_then(<dyn std::error::Error>::downcast_ref);
    match source {
        Some(TokenError::Http(HttpError::Blocked { .. } | HttpError::OwnAddress { .. })) | None => {
            false
        }
        Some(error) => error.is_unknown(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_no_answer;
    use crate::Error;
    use messages::text;
    use model::Code;
    use oauth::http::HttpError;
    use oauth::token::{Outage, RequestFault, ResponseFault, TokenError};
    use vault::VaultError;

    #[test]
    fn a_fault_of_this_machine_is_no_silence_of_the_issuer() {
        let host = || "as.example".to_owned();
        for silence in [
            TokenError::Unavailable {
                host: host(),
                why: Outage::Status(503),
                said: None,
                retry_after: None,
            },
            TokenError::Malformed {
                host: host(),
                why: ResponseFault::NoToken {
                    media_type: "text/html".to_owned(),
                    said: None,
                },
            },
            TokenError::Http(HttpError::Timeout {
                host: host(),
                seconds: 10,
                cause: None,
            }),
        ] {
            assert!(is_no_answer(&silence.clone().into()), "{silence}");
        }
        let address = || "127.0.0.1".to_owned();
        for ours in [
            VaultError::LockTimeout.into(),
            VaultError::Full.into(),
            TokenError::Key {
                host: host(),
                source: oauth::jwt::KeyError::NotPem,
            }
            .into(),
            TokenError::Request {
                host: host(),
                why: RequestFault::NoClientId,
            }
            .into(),
            TokenError::Http(HttpError::OwnAddress {
                host: host(),
                address: address(),
            })
            .into(),
            Error::new(Code::TemporarilyUnavailable, text::StoreEnding),
        ] {
            assert!(!is_no_answer(&ours), "{ours}");
        }
    }
}
