//! A grant: what the person agreed to (RFC 6749 §1.3), and what follows from it for the next request.

mod kind;
mod trouble;

use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::token::{RefreshRequest, TokenSet};
use oauth::uri::{Issuer, ResourceUri};
use serde::{Deserialize, Serialize};

pub use kind::{GrantId, GrantKind};
pub use trouble::{Refusal, Trouble};

/// One login of one account at one resource. It outlives its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its name in this vault.
    pub id: GrantId,
    /// How its tokens are obtained.
    pub kind: GrantKind,
    /// The server that it is for.
    pub resource: ResourceUri,
    /// The `resource` parameter of every request for this grant: verbatim from the metadata (RFC 8707).
    pub resource_parameter: Option<String>,
    /// This issuer refused the parameter in a refresh, and takes the refresh without it (Q38).
    pub refreshes_without_resource: bool,
    /// The authorization server that granted it.
    pub issuer: Issuer,
    /// The token endpoint that this grant was made at. A refresh token goes nowhere else.
    pub token_endpoint: String,
    /// The registration that it was granted to; None: the assertion alone says who asks (RFC 7523 §2.1).
    pub registration_id: Option<String>,
    /// Who logged in.
    pub account: Account,
    /// What was asked for. What was granted stands with the tokens.
    pub scopes_requested: Scopes,
    /// Its tokens, or why it has none.
    pub state: GrantState,
    /// Grows with each change of the tokens; a writer that saw an older one must read again.
    pub generation: u64,
    /// When the person logged in.
    pub granted_at: Timestamp,
    /// When its tokens were renewed last.
    pub refreshed_at: Option<Timestamp>,
    /// What stands in the way of renewing them.
    pub trouble: Trouble,
}

/// Who logged in, as far as the issuer told (OpenID Connect Core §5.1), and a name to show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The name to show.
    pub name: String,
    /// OpenID Connect `sub`: the issuer's own name for the person.
    pub subject: Option<String>,
    /// Who gave the name.
    #[serde(default)]
    pub named_by: NamedBy,
}

/// Who gave an account its name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedBy {
    /// The issuer, in a claim about the person.
    #[default]
    Issuer,
    /// The person: no claim replaces it.
    Person,
    /// Neither: a stand-in is shown.
    Nobody,
}

/// What is kept of a grant's tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantState {
    /// They are here.
    Active(TokenSet),
    /// They ended, and the person has to log in again.
    LoginNeeded(LoginReason),
    /// The person gave the grant up.
    Revoked {
        /// When that was.
        at: Timestamp,
    },
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
    /// The access token is served.
    Serve(&'g TokenSet),
    /// The tokens are renewed with this refresh token first.
    Refresh(&'g Secret),
    /// The tokens are obtained as the first time, since that needs no person.
    Obtain,
    /// The person has to log in.
    LogIn(LoginReason),
    /// The person gave the grant up at that time.
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
                // Without a refresh token a token is served until it really ends.
                None if tokens.lives(now) => Next::Serve(tokens),
                None if self.kind.is_unattended() => Next::Obtain,
                None => Next::LogIn(LoginReason::Expired),
            },
        }
    }

    /// What the token endpoint is asked to renew. Where leaving out `resource` did not help once, it is not tried again.
    pub fn refresh_request<'a>(&'a self, token: &'a Secret) -> RefreshRequest<'a> {
        let resource = self.resource_parameter.as_deref();
        RefreshRequest {
            token,
            issuer: &self.issuer,
            resource: resource.filter(|_| !self.refreshes_without_resource),
            scopes: self.tokens().map(|tokens| &tokens.scopes),
            may_omit_resource: self.trouble.refusal.is_none(),
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

    /// The grant without its tokens, and why.
    #[must_use]
    pub fn login_needed(self, reason: LoginReason) -> Self {
        Self {
            state: GrantState::LoginNeeded(reason),
            generation: self.generation + 1,
            ..self
        }
    }

    /// The grant as the person gave it up.
    #[must_use]
    pub fn revoked(self, at: Timestamp) -> Self {
        Self {
            state: GrantState::Revoked { at },
            generation: self.generation + 1,
            ..self
        }
    }

    /// The person took it back: it never gives a token again.
    pub fn is_revoked(&self) -> bool {
        matches!(self.state, GrantState::Revoked { .. })
    }

    /// Whether it was granted to this registration.
    pub fn is_of_registration(&self, id: &str) -> bool {
        self.registration_id.as_deref() == Some(id)
    }

    /// Neither the issuer nor the person says whose it is: what is shown for a name stands in for one.
    pub fn is_unnamed(&self) -> bool {
        self.account.named_by == NamedBy::Nobody
    }

    /// Its tokens, as long as it has some.
    pub fn tokens(&self) -> Option<&TokenSet> {
        match &self.state {
            GrantState::Active(tokens) => Some(tokens),
            _ => None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use oauth::token::ErrorCode;

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
            registration_id: Some("r".into()),
            account: Account::default(),
            scopes_requested: Scopes::default(),
            state,
            generation: 1,
            granted_at: NOW,
            refreshed_at: None,
            trouble: Trouble::default(),
        }
    }

    /// What an issuer refused in a refresh is not said again, and what did not help once is not tried at each call (Q38).
    #[test]
    fn a_refresh_names_the_resource_where_the_issuer_takes_it() {
        let token = Secret::new("rt");
        let known = Grant {
            resource_parameter: Some("https://H/mcp/".into()),
            ..grant(GrantState::Active(tokens(None, Some("rt"))))
        };
        let request = known.refresh_request(&token);
        assert_eq!(request.resource, Some("https://H/mcp/"), "byte for byte");
        assert!(request.may_omit_resource);
        let refused = Grant {
            resource_parameter: known.resource_parameter.clone(),
            ..refused(NOW, known.state.clone())
        };
        assert!(!refused.refresh_request(&token).may_omit_resource);
        let without = Grant {
            refreshes_without_resource: true,
            ..known.clone()
        };
        assert_eq!(without.refresh_request(&token).resource, None);
    }

    /// Rules: T-05, T-07
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
            error: ErrorCode::OAuth("invalid_request".to_owned()),
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
