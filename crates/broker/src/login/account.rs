//! Who logged in, for showing: the id token, else the issuer's userinfo endpoint, else no name.

use crate::{Broker, Error};
use messages::{text, told};
use model::{Account, NamedBy};
use oauth::address_guard::Reach;
use oauth::http::{Http, get};
use oauth::token::{IdToken, TokenResponse};
use oauth::uri::{Issuer, excerpt};
use vault::Vault;

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
        Ok(claims.as_ref().and_then(named).unwrap_or_else(nameless))
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

/// The issuer does not say who it is. A name is given once, as a new folder has one: commands and agents call the account by
/// it from then on, whatever language is spoken later.
pub(super) fn nameless() -> Account {
    Account {
        name: told(text::AccountUnnamed),
        subject: None,
        named_by: NamedBy::Nobody,
    }
}

/// The account that the claims name, if they name one.
fn named(claims: &IdToken) -> Option<Account> {
    Some(Account {
        name: excerpt(claims.display_name()?),
        subject: claims.sub.clone(),
        named_by: NamedBy::Issuer,
    })
}

/// OpenID Connect Core §5.3.2: claims that are of another subject than the id token are not used.
fn is_of(said: &IdToken, known: Option<&IdToken>) -> bool {
    known.is_none_or(|known| known.sub.is_none() || known.sub == said.sub)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_named_by_any_claim_about_the_person() {
        let known = IdToken {
            email: Some("ada@example.com".to_owned()),
            ..IdToken::default()
        };
        let account = named(&known).expect("a name");
        assert_eq!(
            (account.name.as_str(), account.subject, account.named_by),
            ("ada@example.com", None, NamedBy::Issuer)
        );
        assert_eq!(named(&IdToken::default()), None);
        assert_eq!(nameless().named_by, NamedBy::Nobody);
    }

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
