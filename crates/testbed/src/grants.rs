//! Codes, grants and tokens, and what becomes of them (RFC 6749 sections 4.1.2 and 6, RFC 9700 section 4.14.2).

use std::collections::HashMap;

use crate::random::{now_seconds, opaque};
use crate::reply::OAuthError;
use crate::scheme::Scheme;
use crate::scopes::Scopes;
use crate::switches::Switches;

/// What a person agreed to for one client. Its tokens die with it.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) client: String,
    pub(crate) user: String,
    pub(crate) scopes: Scopes,
    pub(crate) resource: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) logged_in_at: u64,
    /// The thumbprint of the key that its code and its refresh tokens are bound to (RFC 9449).
    pub(crate) key: Option<String>,
    pub(crate) revoked: bool,
}

impl Grant {
    /// A grant as of now.
    pub(crate) fn new(client: &str, user: &str, scopes: Scopes, resource: Option<String>) -> Self {
        Self {
            client: client.to_owned(),
            user: user.to_owned(),
            scopes,
            resource,
            nonce: None,
            logged_in_at: now_seconds(),
            key: None,
            revoked: false,
        }
    }
}

/// An authorization code.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) grant: String,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) expires_ms: u64,
    pub(crate) used: bool,
}

/// An access token, as the store keeps it.
#[derive(Debug, Clone)]
pub(crate) struct AccessToken {
    pub(crate) grant: String,
    pub(crate) scopes: Scopes,
    pub(crate) audience: Option<String>,
    /// The thumbprint of the key that it is bound to.
    pub(crate) key: Option<String>,
    pub(crate) expires_ms: u64,
    pub(crate) revoked: bool,
}

/// A refresh token, as the store keeps it; it has no end but its grant's, or its own use.
#[derive(Debug, Clone)]
pub(crate) struct RefreshToken {
    pub(crate) grant: String,
    /// When it was used, and the token that took its place.
    spent: Option<(u64, Option<String>)>,
}

/// A live access token with its grant: what introspection answers from (RFC 7662).
#[derive(Debug, Clone)]
pub(crate) struct ActiveToken {
    pub(crate) grant: Grant,
    pub(crate) token: AccessToken,
}

impl ActiveToken {
    /// How it must be shown.
    pub(crate) fn scheme(&self) -> Scheme {
        if self.token.key.is_some() {
            Scheme::Dpop
        } else {
            Scheme::Bearer
        }
    }
}

/// All codes, grants and tokens of a testbed.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    by_id: HashMap<String, Grant>,
    codes: HashMap<String, Code>,
    access_tokens: HashMap<String, AccessToken>,
    refresh_tokens: HashMap<String, RefreshToken>,
}

impl Grants {
    /// A new grant, and the code that its client may fetch tokens with.
    pub(crate) fn agree(
        &mut self,
        grant: Grant,
        redirect_uri: String,
        challenge: String,
        expires_ms: u64,
    ) -> String {
        let (id, code) = (self.add(grant), opaque("code_"));
        self.codes.insert(
            code.clone(),
            Code {
                grant: id,
                redirect_uri,
                challenge,
                expires_ms,
                used: false,
            },
        );
        code
    }

    /// A new grant, and its id.
    pub(crate) fn add(&mut self, grant: Grant) -> String {
        let id = opaque("grant_");
        self.by_id.insert(id.clone(), grant);
        id
    }

    pub(crate) fn code(&self, code: &str) -> Option<(&Code, &Grant)> {
        let code = self.codes.get(code)?;
        Some((code, self.by_id.get(&code.grant)?))
    }

    /// Spends a code. A second use takes back what the first one gave (RFC 6749 section 4.1.2).
    pub(crate) fn spend_code(&mut self, code: &str) -> Result<String, OAuthError> {
        let refused = |why| OAuthError::new("invalid_grant", why);
        let known = self
            .codes
            .get_mut(code)
            .ok_or_else(|| refused("this code was never issued"))?;
        let grant = known.grant.clone();
        if std::mem::replace(&mut known.used, true) {
            self.revoke_grant(&grant);
            return Err(refused("this code was used before"));
        }
        Ok(grant)
    }

    /// Binds the refresh tokens of a grant to a key.
    pub(crate) fn bind(&mut self, id: &str, key: Option<String>) {
        if let Some(grant) = self.by_id.get_mut(id) {
            grant.key = key;
        }
    }

    pub(crate) fn grant(&self, id: &str) -> Option<&Grant> {
        self.by_id.get(id)
    }

    pub(crate) fn refresh_token(&self, token: &str) -> Option<(&RefreshToken, &Grant)> {
        let token = self.refresh_tokens.get(token)?;
        Some((token, self.by_id.get(&token.grant)?))
    }

    pub(crate) fn add_access_token(&mut self, token: String, record: AccessToken) {
        self.access_tokens.insert(token, record);
    }

    pub(crate) fn add_refresh_token(&mut self, grant: &str) -> String {
        let token = opaque("refresh_");
        self.refresh_tokens.insert(
            token.clone(),
            RefreshToken {
                grant: grant.to_owned(),
                spent: None,
            },
        );
        token
    }

    /// Uses a refresh token: gives its grant and the refresh token that the answer should hold, if any.
    pub(crate) fn refresh(
        &mut self,
        token: &str,
        switches: &Switches,
        now: u64,
    ) -> Result<(String, Option<String>), OAuthError> {
        let refused = |why| OAuthError::new("invalid_grant", why);
        let known = self
            .refresh_tokens
            .get(token)
            .cloned()
            .ok_or_else(|| refused("this refresh token is not known"))?;
        if self
            .by_id
            .get(&known.grant)
            .is_none_or(|grant| grant.revoked)
        {
            return Err(refused("the grant was revoked"));
        }
        if let Some((spent_at, successor)) = known.spent {
            if now < spent_at.saturating_add(switches.reuse_grace_ms) {
                return Ok((known.grant, successor));
            }
            if switches.reuse_detection {
                self.revoke_grant(&known.grant);
                return Err(refused(
                    "this refresh token was used before; the whole grant is revoked",
                ));
            }
            return Err(refused("this refresh token was used before"));
        }
        if !switches.rotating {
            return Ok((
                known.grant,
                switches.refresh_token_in_answer.then(|| token.to_owned()),
            ));
        }
        let successor = switches
            .refresh_token_in_answer
            .then(|| self.add_refresh_token(&known.grant));
        if let Some(record) = self.refresh_tokens.get_mut(token) {
            record.spent = Some((now, successor.clone()));
        }
        Ok((known.grant, successor))
    }

    pub(crate) fn introspect(&self, token: &str, now: u64) -> Option<ActiveToken> {
        let record = self
            .access_tokens
            .get(token)
            .filter(|record| !record.revoked && now < record.expires_ms)?;
        let grant = self
            .by_id
            .get(&record.grant)
            .filter(|grant| !grant.revoked)?;
        Some(ActiveToken {
            grant: grant.clone(),
            token: record.clone(),
        })
    }

    /// Whose token this is, and whether it is an access token.
    pub(crate) fn owner(&self, token: &str) -> Option<(&Grant, bool)> {
        let (id, is_access) = match (
            self.access_tokens.get(token),
            self.refresh_tokens.get(token),
        ) {
            (Some(access), _) => (&access.grant, true),
            (None, Some(refresh)) => (&refresh.grant, false),
            (None, None) => return None,
        };
        Some((self.by_id.get(id)?, is_access))
    }

    /// RFC 7009 section 2.1: a refresh token takes its grant with it, an access token goes alone.
    pub(crate) fn revoke(&mut self, token: &str) {
        if let Some(record) = self.access_tokens.get_mut(token) {
            record.revoked = true;
        } else if let Some(id) = self
            .refresh_tokens
            .get(token)
            .map(|record| record.grant.clone())
        {
            self.revoke_grant(&id);
        }
    }

    /// Neither takes anything along.
    pub(crate) fn revoke_alone(&mut self, token: &str) {
        if let Some(record) = self.access_tokens.get_mut(token) {
            record.revoked = true;
        } else if let Some(record) = self.refresh_tokens.get_mut(token) {
            record.spent = Some((0, None));
        }
    }

    /// The grants of a client are not known any more.
    pub(crate) fn forget_client(&mut self, client: &str) {
        self.by_id.retain(|_, grant| grant.client != client);
    }

    pub(crate) fn revoke_client(&mut self, client: &str) {
        self.by_id
            .values_mut()
            .filter(|grant| grant.client == client)
            .for_each(|grant| grant.revoked = true);
    }

    pub(crate) fn revoke_of(&mut self, client: &str, user: &str) {
        let theirs = self
            .by_id
            .values_mut()
            .filter(|grant| grant.client == client && grant.user == user);
        theirs.for_each(|grant| grant.revoked = true);
    }

    pub(crate) fn revoke_all(&mut self) {
        self.by_id
            .values_mut()
            .for_each(|grant| grant.revoked = true);
    }

    pub(crate) fn expire_access_tokens(&mut self) {
        self.access_tokens
            .values_mut()
            .for_each(|token| token.expires_ms = 0);
    }

    /// The grants that still can give access: not revoked, and with a token that was fetched.
    pub(crate) fn live(&self, now: u64) -> Vec<Grant> {
        let gives_access = |id: &str| {
            self.refresh_tokens
                .values()
                .any(|token| token.grant == id && token.spent.is_none())
                || self
                    .access_tokens
                    .values()
                    .any(|token| token.grant == id && !token.revoked && now < token.expires_ms)
        };
        self.by_id
            .iter()
            .filter(|(id, grant)| !grant.revoked && gives_access(id))
            .map(|(_, grant)| grant.clone())
            .collect()
    }

    fn revoke_grant(&mut self, id: &str) {
        if let Some(grant) = self.by_id.get_mut(id) {
            grant.revoked = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted() -> (Grants, String) {
        let mut grants = Grants::default();
        let grant = Grant::new("c", "ada", Scopes::parse("notes:read"), None);
        let code = grants.agree(grant, "http://127.0.0.1/cb".into(), "x".into(), 1000);
        let grant = grants.spend_code(&code).expect("first use");
        let token = grants.add_refresh_token(&grant);
        (grants, token)
    }

    #[test]
    fn a_spent_token_takes_its_family_along() {
        let (mut grants, first) = granted();
        let (_, second) = grants
            .refresh(&first, &Switches::default(), 1)
            .expect("first use");
        assert!(grants.refresh(&first, &Switches::default(), 2).is_err());
        assert!(
            grants
                .refresh(&second.expect("rotated"), &Switches::default(), 3)
                .is_err()
        );
        assert!(grants.live(3).is_empty());
    }

    #[test]
    fn without_detection_the_family_lives() {
        let (mut grants, first) = granted();
        let switches = Switches::default().reuse_detection(false);
        let (_, second) = grants.refresh(&first, &switches, 1).expect("first use");
        assert!(grants.refresh(&first, &switches, 2).is_err());
        assert!(
            grants
                .refresh(&second.expect("rotated"), &switches, 3)
                .is_ok()
        );
    }

    #[test]
    fn in_the_grace_period_the_successor_is_given_again() {
        let (mut grants, first) = granted();
        let switches = Switches::default().reuse_grace_ms(10);
        let (_, second) = grants.refresh(&first, &switches, 1).expect("first use");
        assert_eq!(
            grants.refresh(&first, &switches, 10).expect("in time").1,
            second
        );
        assert!(grants.refresh(&first, &switches, 11).is_err());
    }

    #[test]
    fn the_broken_kind_spends_the_old_and_gives_no_new_one() {
        let (mut grants, first) = granted();
        let switches = Switches::default().omitting_refresh_token();
        assert_eq!(
            grants.refresh(&first, &switches, 1).expect("first use").1,
            None
        );
        assert!(grants.refresh(&first, &switches, 2).is_err());
    }
}
