//! Renewing a grant's tokens exactly once, whoever asks: agents, threads, processes (DESIGN.md, Refresh).
//!
//! One flight per grant in this process → the grant's file lock → the grant read again; if its generation
//! moved, that one is used → the exchange in a task that no caller's hang-up cancels → saved → unlocked →
//! everyone answered. Three outcomes: rotated; rejected (one login is needed); unknown (the old set
//! stays). [`refusal`] has the last two.

pub(crate) mod refusal;

use crate::store::events::About;
use crate::{Broker, Change, Code, Error, ResourceRecord};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use oauth::concession::Reach;
use oauth::grant::{Grant, GrantId, GrantState, LoginReason, Next, Refusal, Trouble};
use oauth::registration::Registration;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::token::{Answer, Client, TokenError};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;
use vault::{ClientEndpoint, Expected, GrantLock, NewEvent, Vault, VaultError};

pub(crate) type Flight = Shared<BoxFuture<'static, Result<Grant, Error>>>;

#[derive(Default)]
pub(crate) struct Flights {
    under_way: Mutex<HashMap<GrantId, Flight>>,
    /// Grants whose issuer could not answer: not asked again before then.
    waiting: Mutex<HashMap<GrantId, Waiting>>,
}

#[derive(Clone)]
struct Waiting {
    until: Timestamp,
    failures: u32,
    error: Error,
}

/// How long a process waits for another one's refresh. Longer than one request may take.
pub(crate) const LOCK_WAIT: Duration = Duration::from_secs(40);
impl Broker {
    /// Renews now, because the person asks.
    pub async fn refresh(&self, grant: &GrantId) -> Result<Grant, Error> {
        let grant = self.grant_of(grant).await?;
        crate::locked(&self.inner.flights.waiting).remove(&grant.id);
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
        if let Some(waiting) = self.inner.flights.still_waiting(&seen.id, self.now()) {
            return Err(waiting);
        }
        let mut under_way = crate::locked(&self.inner.flights.under_way);
        if let Some(flight) = under_way.get(&seen.id) {
            return Ok(flight.clone());
        }
        let (broker, id, generation) = (self.clone(), seen.id.clone(), seen.generation);
        let task = tokio::spawn(async move {
            let outcome = broker.fly(&id, generation).await;
            crate::locked(&broker.inner.flights.under_way).remove(&id);
            outcome
        });
        let (broker, id) = (self.clone(), seen.id.clone());
        let landed = task.map(move |joined| {
            joined.unwrap_or_else(|_| {
                // A task that died took its place in the map with it: make room for the next.
                crate::locked(&broker.inner.flights.under_way).remove(&id);
                Err(Error::new(Code::Internal, "the refresh ended unexpectedly"))
            })
        });
        let flight = landed.boxed().shared();
        under_way.insert(seen.id.clone(), flight.clone());
        Ok(flight)
    }

    async fn fly(&self, id: &GrantId, seen_generation: u64) -> Result<Grant, Error> {
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
        // From here on this process does not end before the answer is kept, and nothing is sent where it could not be.
        let _aloft = self.take_off(&vault, &grant.token_endpoint).await?;
        let unfinished = vault
            .refresh_unfinished(id)
            .await?
            .filter(|(generation, _)| *generation == grant.generation);
        // A refresh token of an issuer that the server no longer names is still that issuer's, and goes nowhere else.
        let outcome = match tokens.refresh_token.clone() {
            Some(refresh_token) => {
                let Some(registration) = self.living_registration(&vault, &record, &grant).await?
                else {
                    return self
                        .rejected(
                            &vault,
                            grant,
                            LoginReason::ClientForgotten,
                            "the registration is gone",
                        )
                        .await;
                };
                vault
                    .refresh_started(id, grant.generation, self.now())
                    .await?;
                self.refreshed(&record, &grant, &registration, &refresh_token)
                    .await?
            }
            None if grant.kind.is_unattended() => {
                return self.obtained_again(&vault, &record, grant, lock).await;
            }
            None => {
                let hint = format!(
                    "Log in again when it ends: {}.",
                    crate::error::login(&record.name)
                );
                return Err(Error::new(
                    Code::LoginRequired,
                    "the server gave nothing to renew this login with",
                )
                .with_hint(hint));
            }
        };
        match outcome {
            Ok(answer) => {
                let refreshes_without_resource =
                    grant.refreshes_without_resource || answer.without_resource;
                self.rotated(
                    &vault,
                    Grant {
                        refreshes_without_resource,
                        ..grant
                    },
                    answer.tokens,
                    lock,
                )
                .await
            }
            Err(error) => {
                let outcome = self.not_rotated(&vault, &record, grant, error).await;
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
        let what = format!(
            "The renewal before, {} seconds ago, was cut short: its answer never came, or was not kept",
            self.now().since(at)
        );
        let event = self
            .about_grant(grant, "refresh_unfinished", false, &what)
            .await;
        self.record(event).await;
    }

    /// What the issuer answered; the outer error is a fault of ours, before anything was sent.
    async fn refreshed(
        &self,
        record: &ResourceRecord,
        grant: &Grant,
        registration: &Registration,
        refresh_token: &Secret,
    ) -> Result<Result<Answer, TokenError>, Error> {
        let url = record.uri.url()?;
        let proofs = self.proofs(grant.tokens().and_then(|tokens| tokens.dpop_key.as_ref()))?;
        let random = crate::random_stream()?;
        let ways = self
            .ways(Some(registration), &grant.issuer, ClientEndpoint::Token)
            .await?;
        let client = Client {
            endpoint: &grant.token_endpoint,
            registration: Some(registration),
            reach: Reach::of(&url, &record.concessions),
            now: self.now(),
            random: &random,
            dpop: proofs.as_ref(),
            ways: &ways,
        };
        let outcome = client.refresh(&self.inner.http, grant, refresh_token).await;
        self.learn_way(Some(registration), ClientEndpoint::Token, &ways)
            .await;
        Ok(outcome)
    }

    /// The grant's registration, its secret renewed before it runs out where the issuer does that (RFC 7592).
    async fn living_registration(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: &Grant,
    ) -> Result<Option<Registration>, Error> {
        let Some(known) = vault.registration(&grant.registration_id).await? else {
            return Ok(None);
        };
        if !self.runs_out(&known) {
            return Ok(Some(known));
        }
        let turn = self.turn_at(known.issuer.as_str());
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

    /// The new set is durable before the lock is let go and before anyone is answered; or it is in memory, and the lock is
    /// held until the disk takes it.
    async fn rotated(
        &self,
        vault: &Vault,
        grant: Grant,
        tokens: oauth::grant::TokenSet,
        lock: GrantLock,
    ) -> Result<Grant, Error> {
        let (generation, now) = (grant.generation, self.now());
        let replaced = self.still_good(&grant);
        let renewed = grant.refreshed(tokens, now);
        let event = self
            .about_grant(&renewed, "refreshed", true, "Renewed")
            .await;
        let outcome = vault
            .keep_grant(
                &renewed,
                Expected::Generation(generation),
                &[event],
                Some(lock),
            )
            .await?;
        if !self.is_kept(vault, outcome) {
            // Someone changed the grant without its lock (revoked it): theirs stands (attack 37).
            return kept(vault, &renewed.id).await;
        }
        crate::locked(&self.inner.flights.waiting).remove(&renewed.id);
        if let Some(replaced) = replaced
            && let Err(error) = self.keep_beside(vault, &replaced).await
        {
            tracing::warn!(%error, "a token that was replaced could not be kept for the revocation");
        }
        self.changed(Change::Vault);
        Ok(renewed)
    }

    pub(crate) async fn grant_of(&self, id: &GrantId) -> Result<Grant, Error> {
        kept(&self.vault()?, id).await
    }

    async fn about_grant(&self, grant: &Grant, kind: &str, ok: bool, what: &str) -> NewEvent {
        match self.record_of(grant.resource.as_str()).await {
            Ok(record) => self
                .event(
                    kind,
                    ok,
                    format!("{what}: {} as {}", record.name, grant.account.name),
                )
                .about(&record)
                .on(grant),
            Err(_) => self.event(kind, ok, what).on(grant),
        }
    }
}

/// Whether an old set may be served while its issuer cannot answer.
pub(crate) fn still_lives(grant: &Grant, now: Timestamp) -> bool {
    !matches!(grant.next(0, now), Next::LogIn(_) | Next::Revoked(_))
        && grant.tokens().is_some_and(|tokens| tokens.lives(now))
}

/// A grant as it is kept. One whose tokens are damaged is one that needs a login: it can be mended, revoked and removed.
pub(crate) async fn kept(vault: &Vault, id: &GrantId) -> Result<Grant, Error> {
    let found = match vault.grant(id).await {
        Err(VaultError::Damaged { .. }) => vault
            .grants()
            .await?
            .into_iter()
            .find(|grant| grant.id == *id),
        found => found?,
    };
    found.ok_or_else(|| {
        Error::new(
            Code::NotFound,
            format!("there is no login {}", crate::short(id)),
        )
    })
}
