//! A token response that was accepted, and what its times mean.

use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;

/// What an issuer's token endpoint gave (RFC 6749 §5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSet {
    /// What is served.
    pub access_token: Secret,
    /// What renews, if the issuer gave one.
    pub refresh_token: Option<Secret>,
    /// None: the issuer did not say; used until the resource answers 401.
    pub expires_at: Option<Timestamp>,
    /// When they came: lives are counted from then.
    pub received_at: Timestamp,
    /// What was granted.
    pub scopes: Scopes,
    /// The private key that these tokens are bound to (RFC 9449). They are worth nothing to whoever has not got it.
    pub dpop_key: Option<Secret>,
}

impl TokenSet {
    /// Good for `least` seconds more, and outside the margin in which it is renewed early:
    /// a minute, or a fifth of a short life (attack C06), so that a token of 5 s does not refresh for ever.
    pub fn is_fresh(&self, least: i64, now: Timestamp) -> bool {
        let Some(expires_at) = self.expires_at else {
            return true;
        };
        let (life, margin) = (expires_at.since(self.received_at).max(0), self.margin());
        // Nobody can be given more life than the issuer gives (attack L19).
        let wanted = least.clamp(margin, (life - 1 - margin).max(margin));
        expires_at.since(now) > wanted && now >= self.received_at.plus(-300)
    }

    /// How long before its end a token is renewed.
    pub fn margin(&self) -> i64 {
        self.life().map_or(0, |life| (life / 5).min(60))
    }

    /// How many seconds it was given, if the issuer said so.
    pub fn life(&self) -> Option<i64> {
        self.expires_at
            .map(|expires_at| expires_at.since(self.received_at).max(0))
    }

    /// Whether the access token has not ended.
    pub fn lives(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|expires_at| expires_at > now)
    }

    /// Seconds until its end, as far as that is known and the clock can be trusted; 0 if it has ended.
    pub fn life_left(&self, now: Timestamp) -> i64 {
        let left = self
            .expires_at
            .map_or(0, |expires_at| expires_at.since(now).max(0));
        if now >= self.received_at.plus(-300) {
            left
        } else {
            0
        }
    }
}
