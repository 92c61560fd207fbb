//! What the person agreed to, and what follows from it for the next request: pure state and time.

mod trouble;

use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::{Issuer, ResourceUri};
use serde::{Deserialize, Serialize};
pub use trouble::{Refusal, Trouble};

/// What an issuer's token endpoint gave (RFC 6749 §5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSet {
    pub access_token: Secret,
    pub refresh_token: Option<Secret>,
    /// None: the issuer did not say; used until the resource answers 401.
    pub expires_at: Option<Timestamp>,
    pub received_at: Timestamp,
    pub scopes: Scopes,
    /// The private key that these tokens are bound to (RFC 9449). They are worth nothing to whoever has not got it.
    pub dpop_key: Option<Secret>,
}

/// One login of one account at one resource. It outlives its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub id: GrantId,
    pub kind: GrantKind,
    pub resource: ResourceUri,
    /// The `resource` parameter of every request for this grant: verbatim from the metadata (RFC 8707).
    pub resource_parameter: Option<String>,
    /// This issuer refused the parameter in a refresh, and takes the refresh without it (Q38).
    pub refreshes_without_resource: bool,
    pub issuer: Issuer,
    /// The token endpoint that this grant was made at. A refresh token goes nowhere else.
    pub token_endpoint: String,
    pub registration_id: String,
    pub account: Account,
    pub scopes_requested: Scopes,
    pub state: GrantState,
    /// Grows with each change of the tokens; a writer that saw an older one must read again.
    pub generation: u64,
    pub granted_at: Timestamp,
    pub refreshed_at: Option<Timestamp>,
    pub trouble: Trouble,
}

/// How the tokens are got, and so how they are got again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantKind {
    /// The person in the browser (OAuth 2.1 §4.1).
    #[default]
    AuthorizationCode,
    /// The person in a browser elsewhere (RFC 8628).
    Device,
    /// The program itself (RFC 6749 §4.4, SEP-1046).
    ClientCredentials,
    /// The company's identity provider speaks for the person (SEP-990).
    EnterpriseManaged,
    /// The platform speaks for the program (RFC 7523, SEP-1933).
    WorkloadIdentity,
}

/// A grant's name inside this vault.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GrantId(pub String);

/// Who logged in, as far as the issuer told (OpenID Connect Core §5.1), and a name to show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub name: String,
    pub subject: Option<String>,
    /// The person gave the name: what an issuer says does not replace it.
    #[serde(default)]
    pub named: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantState {
    Active(TokenSet),
    LoginNeeded(LoginReason),
    Revoked { at: Timestamp },
}

/// Why the person has to log in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginReason {
    /// The issuer answered `invalid_grant` to the refresh token.
    RefreshRejected,
    /// The access token ran out and there is no refresh token.
    Expired,
    /// The issuer no longer knows our client.
    ClientForgotten,
    /// The server refused the token, and there was no other to be had.
    TokenRejected,
    /// The sealed tokens do not open.
    Damaged,
    /// The issuer refuses to renew it, in other words than that it is over.
    RenewalRefused,
}

/// What an agent's request leads to. Every reply starts here.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'g> {
    Serve(&'g TokenSet),
    Refresh(&'g Secret),
    /// Nobody is needed: asked for again as the first time.
    Obtain,
    LogIn(LoginReason),
    Revoked(Timestamp),
}

impl Grant {
    /// `least` is how many seconds the token must still be good for.
    pub fn next(&self, least: i64, now: Timestamp) -> Next<'_> {
        match &self.state {
            GrantState::Revoked { at } => Next::Revoked(*at),
            GrantState::LoginNeeded(reason) => Next::LogIn(*reason),
            GrantState::Active(tokens) if tokens.is_fresh(least, now) => Next::Serve(tokens),
            // A no is a no (RFC 9110 §15.5): what lives is served to its end, and the same is not asked at each call.
            GrantState::Active(tokens) if self.trouble.holds(now) => {
                if tokens.lives(now) {
                    Next::Serve(tokens)
                } else {
                    Next::LogIn(LoginReason::RenewalRefused)
                }
            }
            GrantState::Active(tokens) => match &tokens.refresh_token {
                Some(refresh_token) => Next::Refresh(refresh_token),
                // Without a refresh token a token is served until it really ends (pain 13).
                None if tokens.lives(now) => Next::Serve(tokens),
                None if self.kind.is_unattended() => Next::Obtain,
                None => Next::LogIn(LoginReason::Expired),
            },
        }
    }

    /// Why a person has to log in before this is of use again, if so.
    pub fn needs_login(&self, now: Timestamp) -> Option<LoginReason> {
        match (self.next(0, now), self.tokens()) {
            (Next::LogIn(reason), _) => Some(reason),
            // It is asked again one day; until then its last word stands.
            (Next::Refresh(_) | Next::Obtain, Some(tokens))
                if self.trouble.refusal.is_some() && !tokens.lives(now) =>
            {
                Some(LoginReason::RenewalRefused)
            }
            _ => None,
        }
    }

    /// The issuer rotated (or renewed) the tokens: an omitted refresh token keeps the old one (RFC 6749 §6).
    #[must_use]
    pub fn refreshed(self, mut tokens: TokenSet, now: Timestamp) -> Self {
        if let GrantState::Active(old) = &self.state {
            tokens.refresh_token = tokens.refresh_token.or_else(|| old.refresh_token.clone());
            tokens.dpop_key = tokens.dpop_key.or_else(|| old.dpop_key.clone());
        }
        Self {
            state: GrantState::Active(tokens),
            refreshed_at: Some(now),
            generation: self.generation + 1,
            trouble: Trouble::default(),
            ..self
        }
    }

    #[must_use]
    pub fn login_needed(self, reason: LoginReason) -> Self {
        Self {
            state: GrantState::LoginNeeded(reason),
            generation: self.generation + 1,
            ..self
        }
    }

    #[must_use]
    pub fn revoked(self, at: Timestamp) -> Self {
        Self {
            state: GrantState::Revoked { at },
            generation: self.generation + 1,
            ..self
        }
    }

    pub fn tokens(&self) -> Option<&TokenSet> {
        match &self.state {
            GrantState::Active(tokens) => Some(tokens),
            _ => None,
        }
    }
}

impl GrantKind {
    /// True where no person has to be there.
    pub fn is_unattended(self) -> bool {
        matches!(
            self,
            Self::ClientCredentials | Self::EnterpriseManaged | Self::WorkloadIdentity
        )
    }
}

impl Account {
    /// The issuer's own name for a person decides where there is one; a name for showing only where there is none.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.subject, &other.subject) {
            (Some(one), Some(other)) => one == other,
            (None, None) => self.name == other.name,
            _ => false,
        }
    }
}

impl TokenSet {
    /// Good for `least` seconds more, and outside the margin in which it is renewed early:
    /// a minute, or a fifth of a short life (C06), so that a token of 5 s does not refresh for ever.
    fn is_fresh(&self, least: i64, now: Timestamp) -> bool {
        let Some(expires_at) = self.expires_at else {
            return true;
        };
        let (life, margin) = (expires_at.since(self.received_at).max(0), self.margin());
        // Nobody can be given more life than the issuer gives (L19).
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

impl std::fmt::Display for GrantId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn tokens(life: Option<i64>, refresh: Option<&str>) -> TokenSet {
        TokenSet {
            access_token: Secret::new("at"),
            refresh_token: refresh.map(Secret::new),
            expires_at: life.map(|life| NOW.plus(life)),
            received_at: NOW,
            scopes: Scopes::default(),
            dpop_key: None,
        }
    }

    fn grant(state: GrantState) -> Grant {
        Grant {
            id: GrantId("g".into()),
            kind: GrantKind::AuthorizationCode,
            resource: ResourceUri::stored("https://h/mcp".into()),
            resource_parameter: None,
            refreshes_without_resource: false,
            issuer: Issuer::stored("https://as".into()),
            token_endpoint: "https://as/t".into(),
            registration_id: "r".into(),
            account: Account::default(),
            scopes_requested: Scopes::default(),
            state,
            generation: 1,
            granted_at: NOW,
            refreshed_at: None,
            trouble: Trouble::default(),
        }
    }

    /// PROTOCOL: T-05, T-07
    #[test]
    fn what_follows_from_each_state() {
        let active = |life, refresh| grant(GrantState::Active(tokens(life, refresh)));
        assert!(matches!(
            active(Some(3600), Some("rt")).next(0, NOW),
            Next::Serve(_)
        ));
        assert!(matches!(
            active(Some(3600), Some("rt")).next(0, NOW.plus(3539)),
            Next::Serve(_)
        ));
        assert!(
            matches!(
                active(Some(3600), Some("rt")).next(0, NOW.plus(3541)),
                Next::Refresh(_)
            ),
            "the last minute renews"
        );
        assert!(
            matches!(
                active(Some(3600), Some("rt")).next(600, NOW.plus(3100)),
                Next::Refresh(_)
            ),
            "min_valid is honoured"
        );
        assert!(
            matches!(
                active(Some(3600), None).next(0, NOW.plus(3599)),
                Next::Serve(_)
            ),
            "without a refresh token: to the end"
        );
        assert_eq!(
            active(Some(3600), None).next(0, NOW.plus(3600)),
            Next::LogIn(LoginReason::Expired)
        );
        assert!(
            matches!(
                active(None, Some("rt")).next(0, NOW.plus(99_999)),
                Next::Serve(_)
            ),
            "unknown life: until a 401"
        );
        assert!(matches!(
            grant(GrantState::Revoked { at: NOW }).next(0, NOW),
            Next::Revoked(_)
        ));
    }

    fn refused(at: Timestamp, state: GrantState) -> Grant {
        let refusal = Refusal {
            at,
            error: "invalid_request".to_owned(),
            said: None,
        };
        Grant {
            trouble: Trouble {
                refusal: Some(refusal),
                ..Trouble::default()
            },
            ..grant(state)
        }
    }

    #[test]
    fn f19_a_refusal_serves_what_lives_and_asks_for_a_login_afterwards() {
        let active = || GrantState::Active(tokens(Some(3600), Some("rt")));
        let refused = refused(NOW.plus(3550), active());
        assert!(
            matches!(refused.next(0, NOW.plus(3560)), Next::Serve(_)),
            "within the margin, too"
        );
        assert!(
            matches!(refused.next(600, NOW.plus(3560)), Next::Serve(_)),
            "nobody can get more"
        );
        assert_eq!(
            refused.next(0, NOW.plus(3600)),
            Next::LogIn(LoginReason::RenewalRefused)
        );
        assert_eq!(
            refused.needs_login(NOW.plus(3600)),
            Some(LoginReason::RenewalRefused)
        );
        let hours = NOW.plus(3550 + trouble::HOLDS_SECONDS);
        assert!(
            matches!(refused.next(0, hours), Next::Refresh(_)),
            "after hours once more"
        );
        assert_eq!(
            refused.needs_login(hours),
            Some(LoginReason::RenewalRefused),
            "until then its last word stands"
        );
        assert!(
            matches!(refused.next(0, NOW.plus(-400)), Next::Refresh(_)),
            "a clock that jumped back"
        );
        assert_eq!(
            refused.refreshed(tokens(Some(1), None), NOW).trouble,
            Trouble::default(),
            "newer tokens have none"
        );
    }

    #[test]
    fn f19_a_refusal_holds_for_what_needs_nobody_as_well() {
        let ended = GrantState::Active(tokens(Some(60), None));
        let refused = Grant {
            kind: GrantKind::ClientCredentials,
            ..refused(NOW.plus(60), ended)
        };
        assert_eq!(
            refused.next(0, NOW.plus(61)),
            Next::LogIn(LoginReason::RenewalRefused)
        );
        assert_eq!(
            refused.next(0, NOW.plus(60 + trouble::HOLDS_SECONDS)),
            Next::Obtain
        );
    }

    #[test]
    fn an_unattended_grant_is_obtained_again() {
        for kind in [
            GrantKind::ClientCredentials,
            GrantKind::EnterpriseManaged,
            GrantKind::WorkloadIdentity,
        ] {
            let ended = Grant {
                kind,
                ..grant(GrantState::Active(tokens(Some(60), None)))
            };
            assert_eq!(ended.next(0, NOW.plus(60)), Next::Obtain);
        }
    }

    #[test]
    fn attack_c06_a_short_life_does_not_refresh_for_ever() {
        for life in [1, 5, 30, 61] {
            let fresh = grant(GrantState::Active(tokens(Some(life), Some("rt"))));
            assert!(matches!(fresh.next(0, NOW), Next::Serve(_)), "{life}");
            assert!(
                matches!(fresh.next(i64::MAX, NOW), Next::Serve(_)),
                "more than the issuer gives is not asked for: {life}"
            );
        }
    }

    #[test]
    fn a_clock_that_jumped_back_renews_instead_of_trusting_it() {
        let active = grant(GrantState::Active(tokens(Some(3600), Some("rt"))));
        assert!(
            matches!(active.next(0, NOW.plus(-86_400)), Next::Refresh(_)),
            "C02"
        );
    }

    #[test]
    fn t06_an_omitted_refresh_token_keeps_the_old_one() {
        let renewed = grant(GrantState::Active(tokens(Some(1), Some("old"))))
            .refreshed(tokens(Some(3600), None), NOW);
        assert_eq!(
            renewed
                .tokens()
                .and_then(|tokens| tokens.refresh_token.clone()),
            Some(Secret::new("old"))
        );
        assert_eq!(renewed.generation, 2);
    }
}
