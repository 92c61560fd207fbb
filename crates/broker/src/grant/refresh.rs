//! Renewing a grant's tokens exactly once, whoever asks: agents, threads, processes (docs/design.md#refresh).
//!
//! One flight per grant in this process → the grant's file lock → the grant read again; if its generation
//! moved, that one is used → the exchange in a task that no caller's hang-up cancels → saved → unlocked →
//! everyone answered. Three outcomes: rotated; rejected (one login is needed); unknown (the old set
//! stays). [`refusal`] has the last two.

mod refusal;
mod rotation;

use crate::error::login;
use crate::grant::choose::of_this_issuer;
use crate::grant::login_reason::sign_in_again;
use crate::grant::obtain::AccessTokenRequest;
use crate::issuer::client_request::IssuerEndpoint;
use crate::store::records::kept;
use crate::store::span;
use crate::turns::flights::{Flight, LOCK_WAIT};
use crate::{Broker, Error};
use futures_util::FutureExt;
use messages::{Arg, Text, text};
use model::{
    ClientRecord, Code, EventKind, Grant, GrantId, GrantKind, GrantState, LoginReason, Refusal,
    ResourceRecord, Trouble,
};
use oauth::address_guard::Reach;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::token::{TokenError, TokenResponse};
use refusal::is_no_answer;
use vault::{GrantLock, Vault};

impl Broker {
    /// Renews now, because the person asks.
    pub async fn refresh(&self, grant: &GrantId) -> Result<Grant, Error> {
        let grant = self.grant_of(grant).await?;
        self.inner.back_off.forgive(&grant.id);
        if let Some(refusal) = grant.trouble.refusal.clone() {
            // A no of the issuer does not hold against the person.
            let trouble = Trouble {
                refusal: Some(Refusal {
                    at: Timestamp(0),
                    ..refusal
                }),
                ..grant.trouble.clone()
            };
            self.vault()?
                .save_trouble(&grant.id, grant.generation, &trouble)
                .await?;
        }
        self.renewed(&grant).await
    }

    /// The grant with newer tokens than those the caller saw. Callers who come meanwhile get the same answer.
    pub(crate) async fn renewed(&self, seen: &Grant) -> Result<Grant, Error> {
        self.flight(seen)?.await
    }

    /// The renewal that is under way, or one that begins now; it goes on if nobody waits for it. An error where its issuer
    /// is not to be asked yet.
    pub(crate) fn flight(&self, seen: &Grant) -> Result<Flight, Error> {
        if let Some(waiting) = self.inner.back_off.still(&seen.id, self.now()) {
            return Err(waiting);
        }
        Ok(self
            .inner
            .flights
            .join(&seen.id, || self.begin_flight(seen)))
    }

    fn begin_flight(&self, seen: &Grant) -> Flight {
        let (broker, id, generation) = (self.clone(), seen.id.clone(), seen.generation);
        let task = tokio::spawn(async move {
            let outcome = broker.fly(&id, generation).await;
            broker.inner.flights.end(&id);
            outcome
        });
        let (broker, id) = (self.clone(), seen.id.clone());
        let landed = task.map(move |joined| {
            joined.unwrap_or_else(|_| {
                // A task that died took its place with it: make room for the next.
                broker.inner.flights.end(&id);
                Err(Error::new(Code::Internal, text::GrantRenewalStopped))
            })
        });
        landed.boxed().shared()
    }

    #[tracing::instrument(
        level = "warn",
        name = "refresh",
        skip_all,
        fields(server, issuer, grant),
        err(level = "debug", Debug)
    )]
    async fn fly(&self, id: &GrantId, seen_generation: u64) -> Result<Grant, Error> {
        span::grant(id);
        let vault = self.vault()?;
        let lock = vault.lock_grant(id, LOCK_WAIT).await?;
        // Read only now: another process may have rotated while we waited (invariant 5).
        let grant = kept(&vault, id).await?;
        if grant.generation != seen_generation {
            return Ok(grant);
        }
        let GrantState::Active(tokens) = &grant.state else {
            return Ok(grant);
        };
        if grant.trouble.holds(self.now()) {
            return Err(self.login_required(&grant).await?);
        }
        let record = self.record_of(grant.resource.as_str()).await?;
        span::server(&record);
        // From here on this process does not end before the answer is kept, and nothing is sent where it could not be.
        let _exchange = self.begin_exchange(&vault, &grant.token_endpoint).await?;
        // A refresh token of an issuer that the server no longer names is still that issuer's, and goes nowhere else.
        match tokens.refresh_token.clone() {
            Some(token) => {
                self.by_refresh_token(&vault, &record, grant, &token, lock)
                    .await
            }
            None if grant.kind.is_unattended() => {
                self.obtained_again(&vault, &record, grant, lock).await
            }
            None => {
                let command = login(&record.name);
                Err(
                    Error::new(Code::LoginRequired, text::GrantNothingToRenewWith)
                        .with_hint(text::GrantHintSignInAtEnd { command }),
                )
            }
        }
    }

    async fn by_refresh_token(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: Grant,
        refresh_token: &Secret,
        lock: GrantLock,
    ) -> Result<Grant, Error> {
        let unfinished = vault
            .refresh_unfinished(&grant.id)
            .await?
            .filter(|(generation, _)| *generation == grant.generation);
        let Some(registration) = self.living_registration(vault, record, &grant).await? else {
            let reason = LoginReason::ClientForgotten;
            return self
                .rejected(vault, grant, reason, text::GrantClientGone.into())
                .await;
        };
        let outcome = self
            .refreshed(vault, record, &grant, &registration, refresh_token)
            .await?;
        match outcome {
            Ok(answer) => {
                let refreshes_without_resource =
                    grant.refreshes_without_resource || answer.without_resource;
                let grant = Grant {
                    refreshes_without_resource,
                    ..grant
                };
                self.rotated(vault, grant, answer.tokens, lock).await
            }
            Err(error) => {
                let outcome = self.not_rotated(vault, record, grant, error).await;
                if let (Ok(ended), Some((_, at))) = (&outcome, unfinished)
                    && matches!(ended.state, GrantState::LoginNeeded(_))
                {
                    self.tell_of_unfinished(ended, at).await;
                }
                outcome
            }
        }
    }

    /// Why the issuer may have ended a login: an earlier renewal was cut short.
    async fn tell_of_unfinished(&self, grant: &Grant, at: Timestamp) {
        let ago = Arg::span(self.now().since(at));
        let told = |account: &str, server: &str| -> Text {
            text::GrantEventCutShort {
                ago,
                account,
                server,
            }
            .into()
        };
        let event = self
            .about_grant(grant, EventKind::RefreshUnfinished, false, told)
            .await;
        self.record(event).await;
    }

    /// What the issuer answered; the outer error is a fault of ours, before anything was sent.
    async fn refreshed(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: &Grant,
        registration: &ClientRecord,
        refresh_token: &Secret,
    ) -> Result<Result<TokenResponse, TokenError>, Error> {
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let endpoint = IssuerEndpoint::token(&grant.issuer, &grant.token_endpoint, reach);
        let dpop_key = grant.tokens().and_then(|tokens| tokens.dpop_key.as_ref());
        let request = self
            .client_request(endpoint, Some(registration), dpop_key)
            .await?;
        let client = request.client();
        // Noted last: a fault of ours before is no renewal that was cut short.
        vault
            .refresh_started(&grant.id, grant.generation, self.now())
            .await?;
        let outcome = client
            .refresh(
                &self.inner.upstream.http,
                grant.refresh_request(refresh_token),
            )
            .await;
        self.learn_authentication(&request).await;
        Ok(outcome)
    }

    /// The grant's registration, its secret renewed before it runs out where the issuer does that (RFC 7592).
    async fn living_registration(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: &Grant,
    ) -> Result<Option<ClientRecord>, Error> {
        let Some(known) = vault
            .registration_if(grant.registration_id.as_deref())
            .await?
        else {
            return Ok(None);
        };
        if !self.runs_out(&known) {
            return Ok(Some(known));
        }
        let turn = self.inner.registrations.at(known.issuer.as_str());
        let _turn = turn.lock().await;
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let renewed = match vault.authorization_server(&known.issuer).await? {
            Some((server, _)) => {
                self.renewed_registration(&known, &server, &grant.scopes_requested, reach)
                    .await?
            }
            None => None,
        };
        Ok(Some(renewed.unwrap_or(known)))
    }

    /// A login that needs nobody, once more (its access token ended).
    pub(crate) async fn obtained_again(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: Grant,
        lock: GrantLock,
    ) -> Result<Grant, Error> {
        // What speaks for us is not shown to an issuer that the server no longer names (D-11).
        of_this_issuer(record, &grant)?;
        let registration = vault
            .registration_if(grant.registration_id.as_deref())
            .await?;
        if registration.is_none() && grant.kind == GrantKind::ClientCredentials {
            return Err(Error::new(Code::LoginRequired, text::GrantClientGone)
                .with_hint(sign_in_again(&record.name)));
        }
        let asked = AccessTokenRequest {
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
            Err(error) => self.not_obtained(vault, record, grant, error).await,
        }
    }

    /// Access that needs nobody was not given again: refused, not answered, or over.
    async fn not_obtained(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: Grant,
        error: Error,
    ) -> Result<Grant, Error> {
        if let Some(refusal) = self.refusal(&error) {
            return Err(self.refused(vault, grant, refusal).await?);
        }
        match error {
            error if is_no_answer(&error) => {
                Err(self.unanswered(vault, record, grant, &error).await)
            }
            // The person's own doing: another way was chosen, or the login at the company's provider has ended.
            error if error.code() == Code::LoginRequired => {
                let why = error.text().clone();
                self.rejected(vault, grant, LoginReason::RefreshRejected, why)
                    .await
            }
            // Nobody refused anything (invariant 9): a key that cannot be read now, a vault that is locked, another person at the
            // provider. The login is as good as it was.
            error => Err(error),
        }
    }
}
