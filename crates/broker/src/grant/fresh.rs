//! Tokens renewed before they end, so that no agent waits for an issuer: those that an agent was given in their present life.
//!
//! The host that serves agents sleeps until the next one is due. One that has ended already is left: whoever asks next renews
//! it, and a machine that wakes after a night asks nobody at all.

use crate::{Broker, Error};
use model::{Grant, GrantId, Next};
use oauth::time::Timestamp;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct Ahead {
    due: Mutex<HashMap<GrantId, Due>>,
    earlier: Notify,
}

/// No tokens: a host that waits has none in its memory.
#[derive(Clone, Copy)]
struct Due {
    at: Timestamp,
    /// The one that the agent got; renewed once for it.
    generation: u64,
}

/// Less life than this is not given away where a moment's patience may bring a new one.
const LAST_SECONDS: i64 = 5;
const MOMENT: Duration = Duration::from_secs(1);
/// Between two renewals that are due together.
const APART: Duration = Duration::from_millis(200);
/// The clock of the wall may jump, and the one that is slept by stands still while the machine sleeps.
const LONGEST_SLEEP: i64 = 300;

impl Broker {
    /// The grant with a token that lasts for `least` seconds. One that lasts, and is to be renewed, is given at once, and
    /// renewed meanwhile. One that lives is better than none where its issuer or the disk fails.
    pub(crate) async fn usable(&self, grant: &Grant, least: i64) -> Result<Grant, Error> {
        let now = self.now();
        match grant.next(least, now) {
            Next::Serve(_) => return Ok(grant.clone()),
            Next::LogIn(_) | Next::Revoked(_) => return Err(self.login_required(grant).await?),
            Next::Refresh(_) | Next::Obtain => {}
        }
        let left = grant.tokens().map_or(0, |tokens| tokens.life_left(now));
        let renewed = match self.flight(grant) {
            Ok(_) if left > least.max(LAST_SECONDS) => return Ok(grant.clone()),
            Ok(flight) if left > least.max(0) => match tokio::time::timeout(MOMENT, flight).await {
                Ok(renewed) => renewed,
                Err(_) => return Ok(grant.clone()),
            },
            Ok(flight) => flight.await,
            Err(waiting) => Err(waiting),
        };
        match renewed {
            // Nothing is known to be wrong with the tokens that are there: also who refuses to renew them lets them live.
            Err(error) => match self.grant_of(&grant.id).await {
                Ok(kept) if still_lives(&kept, self.now()) => Ok(kept),
                _ => Err(error),
            },
            renewed => renewed,
        }
    }

    /// An agent was given this, and may ask again.
    pub(crate) fn expect_more(&self, grant: &Grant) {
        let Some(at) = due_at(grant) else { return };
        let mut due = crate::locked(&self.inner.ahead.due);
        let known = due.insert(
            grant.id.clone(),
            Due {
                at,
                generation: grant.generation,
            },
        );
        if known.is_none_or(|known| known.at != at) {
            self.inner.ahead.earlier.notify_one();
        }
    }

    /// Renews what is due, for as long as this is polled.
    pub async fn renew_ahead(&self) {
        loop {
            self.renew_due().await;
            let next = crate::locked(&self.inner.ahead.due)
                .values()
                .map(|due| due.at)
                .min();
            let earlier = self.inner.ahead.earlier.notified();
            match next {
                None => earlier.await,
                Some(at) => {
                    let seconds =
                        u64::try_from(at.since(self.now()).clamp(1, LONGEST_SLEEP)).unwrap_or(1);
                    // Either way it is looked at again.
                    let _ = tokio::time::timeout(Duration::from_secs(seconds), earlier).await;
                }
            }
        }
    }

    /// Begins the renewals that are due now, one after the other. How many.
    pub async fn renew_due(&self) -> usize {
        let now = self.now();
        let due: HashMap<GrantId, Due> = {
            let mut all = crate::locked(&self.inner.ahead.due);
            let (due, later) = std::mem::take(&mut *all)
                .into_iter()
                .partition(|(_, due)| due.at <= now);
            *all = later;
            due
        };
        let mut begun = 0;
        for (id, Due { generation, .. }) in due {
            // Nobody may have it any more, it was renewed by others, or it ended while nobody looked.
            let Ok(grant) = self.grant_of(&id).await else {
                continue;
            };
            if grant.generation != generation
                || grant.tokens().is_none_or(|tokens| !tokens.lives(now))
            {
                continue;
            }
            if begun > 0 {
                tokio::time::sleep(APART).await;
            }
            begun += 1;
            let (broker, flight) = (self.clone(), self.flight(&grant));
            tokio::spawn(async move {
                let outcome = match flight {
                    Ok(flight) => flight.await,
                    Err(waiting) => Err(waiting),
                };
                if let Err(error) = outcome {
                    broker.once_more(&grant, &error);
                }
            });
        }
        begun
    }

    /// The issuer could not answer: asked again when it may be, if the token still lives then.
    fn once_more(&self, grant: &Grant, error: &Error) {
        let Some(seconds) = error
            .retry_after()
            .and_then(|seconds| i64::try_from(seconds).ok())
        else {
            return;
        };
        let at = self.now().plus(seconds.max(1));
        if grant.tokens().is_some_and(|tokens| tokens.lives(at)) {
            let due = Due {
                at,
                generation: grant.generation,
            };
            crate::locked(&self.inner.ahead.due)
                .entry(grant.id.clone())
                .or_insert(due);
            self.inner.ahead.earlier.notify_one();
        }
    }
}

/// Within the margin in which a token is renewed early, each grant at another moment: several that came together are not
/// renewed together for ever. None where there is nothing to renew it with, or no such margin.
fn due_at(grant: &Grant) -> Option<Timestamp> {
    let tokens = grant
        .tokens()
        .filter(|tokens| tokens.refresh_token.is_some() || grant.kind.is_unattended())?;
    let (expires_at, margin) = (tokens.expires_at?, tokens.margin());
    let mut hasher = DefaultHasher::new();
    grant.id.hash(&mut hasher);
    let early = i64::try_from(hasher.finish() % 1000).unwrap_or(0) * (margin / 2) / 1000;
    (margin > 0).then(|| expires_at.plus(early - margin))
}

/// Whether an old set may be served while its issuer cannot answer.
pub(crate) fn still_lives(grant: &Grant, now: Timestamp) -> bool {
    !matches!(grant.next(0, now), Next::LogIn(_) | Next::Revoked(_))
        && grant.tokens().is_some_and(|tokens| tokens.lives(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Account, GrantKind, GrantState};
    use oauth::scope::Scopes;
    use oauth::secret::Secret;
    use oauth::token::TokenSet;
    use oauth::uri::{Issuer, ResourceUri};

    fn grant(id: &str, life: i64) -> Grant {
        Grant {
            id: GrantId(id.into()),
            kind: GrantKind::AuthorizationCode,
            resource: ResourceUri::stored("https://h/mcp".into()),
            resource_parameter: None,
            refreshes_without_resource: false,
            issuer: Issuer::stored("https://as".into()),
            token_endpoint: "https://as/t".into(),
            registration_id: "r".into(),
            account: Account::default(),
            scopes_requested: Scopes::default(),
            state: GrantState::Active(TokenSet {
                access_token: Secret::new("at"),
                refresh_token: Some(Secret::new("rt")),
                expires_at: Some(Timestamp(life)),
                received_at: Timestamp(0),
                scopes: Scopes::default(),
                dpop_key: None,
            }),
            generation: 1,
            granted_at: Timestamp(0),
            refreshed_at: None,
            trouble: model::Trouble::default(),
        }
    }

    /// What can be copied bit by bit owns no memory that a secret could lie in.
    #[test]
    fn no_token_waits_in_memory_for_its_renewal() {
        fn holds_no_secret<T: Copy>() {}
        holds_no_secret::<Due>();
    }

    #[test]
    fn what_came_together_is_due_apart_and_before_its_end() {
        let due: std::collections::HashSet<_> = (0..20)
            .filter_map(|number| due_at(&grant(&format!("g{number}"), 3600)))
            .collect();
        assert!(due.len() > 5, "{due:?}");
        assert!(due.iter().all(|at| (3540..3570).contains(&at.0)), "{due:?}");
        assert_eq!(
            due_at(&grant("g", 3)),
            None,
            "too short a life for a margin"
        );
    }
}
