//! Who logged in, for showing: the id token, else the issuer's userinfo endpoint, else no name.

use crate::{Broker, Error};
use model::Account;
use oauth::address::Reach;
use oauth::http::{Http, get};
use oauth::token::{IdToken, TokenResponse};
use oauth::uri::{Issuer, excerpt};
use vault::Vault;

/// Shown where the issuer does not say who it is.
const NAMELESS: &str = "unnamed account";

impl Broker {
    pub(crate) async fn account_of(
        &self,
        vault: &Vault,
        issuer: &Issuer,
        answer: &TokenResponse,
        reach: Reach,
    ) -> Result<Account, Error> {
        let claims = match &answer.id_token {
            Some(claims) if claims.email.is_some() || claims.preferred_username.is_some() => {
                Some(claims.clone())
            }
            known => self
                .userinfo(vault, issuer, answer, reach)
                .await?
                .filter(|said| is_of(said, known.as_ref()))
                .or_else(|| known.clone()),
        };
        Ok(claims.map_or_else(nameless, |claims| Account {
            name: excerpt(claims.display_name().unwrap_or(NAMELESS)),
            subject: claims.sub.clone(),
            named: false,
        }))
    }

    /// OpenID Connect Core §5.3. Only where the issuer has one and the token may ask; a failure is no name, not no login.
    async fn userinfo(
        &self,
        vault: &Vault,
        issuer: &Issuer,
        answer: &TokenResponse,
        reach: Reach,
    ) -> Result<Option<IdToken>, Error> {
        let may_ask = ["openid", "profile", "email"]
            .iter()
            .any(|scope| answer.tokens.scopes.contains(scope));
        let server = vault
            .authorization_server(issuer)
            .await?
            .map(|(server, _)| server);
        let Some(endpoint) = server
            .and_then(|server| server.userinfo_endpoint)
            .filter(|_| may_ask)
        else {
            return Ok(None);
        };
        let request = self
            .inner
            .upstream
            .authorized(get(&endpoint, reach)?, &answer.tokens)?;
        let response = self.inner.upstream.http.fetch(request).await;
        Ok(response
            .ok()
            .filter(oauth::http::Response::is_success)
            .and_then(|response| serde_json::from_slice(&response.body).ok()))
    }
}

pub(super) fn nameless() -> Account {
    Account {
        name: NAMELESS.to_owned(),
        ..Account::default()
    }
}

/// OpenID Connect Core §5.3.2: claims that are of another subject than the id token are not used.
fn is_of(said: &IdToken, known: Option<&IdToken>) -> bool {
    known.is_none_or(|known| known.sub.is_none() || known.sub == said.sub)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_of_another_subject_are_not_used() {
        let of = |sub: Option<&str>| IdToken {
            sub: sub.map(str::to_owned),
            ..IdToken::default()
        };
        for (said, known, used) in [
            (of(Some("ada")), Some(of(Some("ada"))), true),
            (of(Some("grace")), Some(of(Some("ada"))), false),
            (of(None), Some(of(Some("ada"))), false),
            (of(Some("ada")), Some(of(None)), true),
            (of(Some("ada")), None, true),
        ] {
            assert_eq!(is_of(&said, known.as_ref()), used, "{said:?} {known:?}");
        }
    }
}
