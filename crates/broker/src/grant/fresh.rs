//! Tokens renewed before they end, so that no agent waits for an issuer: those that an agent was given in their present life.
//!
//! The host that serves agents sleeps until the next one is due. One that has ended already is left: whoever asks next renews
//! it, and a machine that wakes after a night asks nobody at all.

use crate::{Broker, Error};
use model::{Grant, Next};
use oauth::time::Timestamp;
use std::time::Duration;

/// Less life than this is not given away where a moment's patience may bring a new one.
const LAST_SECONDS: i64 = 5;
const MOMENT: Duration = Duration::from_secs(1);
/// Between two renewals that are due together.
const APART: Duration = Duration::from_millis(200);

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

    /// Renews what is due, for as long as this is polled.
    pub async fn renew_ahead(&self) {
        loop {
            self.renew_due().await;
            self.inner.renewals.wait(self.now()).await;
        }
    }

    /// Begins the renewals that are due now, one after the other. How many.
    pub async fn renew_due(&self) -> usize {
        let now = self.now();
        let mut begun = 0;
        for (id, generation) in self.inner.renewals.take_due(now) {
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
            self.inner.renewals.put_off(grant, at);
        }
    }
}

/// Whether an old set may be served while its issuer cannot answer.
fn still_lives(grant: &Grant, now: Timestamp) -> bool {
    !matches!(grant.next(0, now), Next::LogIn(_) | Next::Revoked(_))
        && grant.tokens().is_some_and(|tokens| tokens.lives(now))
}
