//! When which token is renewed ahead, so that no agent waits for an issuer.

use model::{Grant, GrantId};
use oauth::time::Timestamp;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct RenewalSchedule {
    due: Mutex<HashMap<GrantId, Renewal>>,
    earlier: Notify,
}

/// No tokens: a host that waits has none in its memory.
#[derive(Clone, Copy)]
struct Renewal {
    at: Timestamp,
    /// The one that the agent got; renewed once for it.
    generation: u64,
}

/// The clock of the wall may jump, and the one that is slept by stands still while the machine sleeps.
const LONGEST_SLEEP: i64 = 300;

impl RenewalSchedule {
    /// An agent was given this, and may ask again.
    pub(crate) fn expect_more(&self, grant: &Grant) {
        let Some(at) = due_at(grant) else { return };
        let due = Renewal {
            at,
            generation: grant.generation,
        };
        let known = crate::locked(&self.due).insert(grant.id.clone(), due);
        if known.is_none_or(|known| known.at != at) {
            self.earlier.notify_one();
        }
    }

    /// Its issuer could not answer: due at `at`, unless something else was planned meanwhile.
    pub(crate) fn put_off(&self, grant: &Grant, at: Timestamp) {
        let due = Renewal {
            at,
            generation: grant.generation,
        };
        crate::locked(&self.due)
            .entry(grant.id.clone())
            .or_insert(due);
        self.earlier.notify_one();
    }

    /// Those that are due, each with the generation that its agent got; they are planned no more.
    pub(crate) fn take_due(&self, now: Timestamp) -> HashMap<GrantId, u64> {
        let mut all = crate::locked(&self.due);
        let (due, later): (HashMap<_, _>, _) = std::mem::take(&mut *all)
            .into_iter()
            .partition(|(_, due)| due.at <= now);
        *all = later;
        due.into_iter()
            .map(|(id, due)| (id, due.generation))
            .collect()
    }

    /// Until the next one is due, or may be: it is looked at again.
    pub(crate) async fn wait(&self, now: Timestamp) {
        let next = crate::locked(&self.due).values().map(|due| due.at).min();
        let earlier = self.earlier.notified();
        match next {
            None => earlier.await,
            Some(at) => {
                let seconds = u64::try_from(at.since(now).clamp(1, LONGEST_SLEEP)).unwrap_or(1);
                let _ = tokio::time::timeout(Duration::from_secs(seconds), earlier).await;
            }
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
            registration_id: Some("r".into()),
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
        holds_no_secret::<Renewal>();
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

    #[test]
    fn what_is_due_is_taken_once() {
        let (schedule, grant) = (RenewalSchedule::default(), grant("g", 3600));
        let taken = |now| schedule.take_due(Timestamp(now)).into_values().next();
        schedule.expect_more(&grant);
        assert_eq!(
            (taken(3000), taken(3600), taken(3600)),
            (None, Some(1), None)
        );
        schedule.put_off(&grant, Timestamp(10));
        assert_eq!((taken(9), taken(10)), (None, Some(1)));
    }
}
