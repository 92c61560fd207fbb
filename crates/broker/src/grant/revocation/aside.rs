//! Tokens that no grant holds any more, sealed aside until their issuer has confirmed that they are taken back.

use crate::{Broker, Error};
use model::{Grant, GrantId, ResourceRecord};
use vault::{OpenRevocation, Vault};

/// Tried again by itself after an hour, two, four …, a day at most.
pub(super) const FIRST_RETRY_SECONDS: i64 = 3600;
/// A token that ends so soon is not worth remembering.
const BRIEF_SECONDS: i64 = 90;

impl Broker {
    /// What a grant holds, to be taken back; None where it holds nothing.
    pub(super) fn set_aside(&self, grant: &Grant) -> Option<OpenRevocation> {
        let tokens = grant.tokens()?;
        Some(OpenRevocation {
            refresh_token: tokens.refresh_token.clone(),
            access_token: Some(tokens.access_token.clone()),
            dpop_key: tokens.dpop_key.clone(),
            expires_at: tokens.expires_at,
            next_try_at: self.now().plus(FIRST_RETRY_SECONDS),
            ..self.without_tokens(grant)
        })
    }

    /// What is asked for a grant that holds no token any more.
    pub(super) fn without_tokens(&self, grant: &Grant) -> OpenRevocation {
        OpenRevocation {
            id: vault::new_id(),
            grant_id: grant.id.clone(),
            resource: grant.resource.clone(),
            account_name: grant.account.name.clone(),
            issuer: grant.issuer.clone(),
            token_endpoint: grant.token_endpoint.clone(),
            registration_id: grant.registration_id.clone(),
            refresh_token: None,
            access_token: None,
            dpop_key: None,
            expires_at: None,
            opened_at: self.now(),
            tries: 0,
            next_try_at: self.now(),
        }
    }

    /// The access token that a renewal replaces, where agents can use it for a while yet: it is taken back with its login.
    pub(crate) fn still_good(&self, grant: &Grant) -> Option<OpenRevocation> {
        let open = self.set_aside(grant)?;
        let lives_on = open
            .expires_at
            .is_some_and(|at| at.since(self.now()) > BRIEF_SECONDS);
        lives_on.then(|| OpenRevocation {
            refresh_token: None,
            next_try_at: OpenRevocation::WITH_ITS_LOGIN,
            ..open
        })
    }
}

/// What a login had before its newest tokens.
pub(super) async fn earlier_of(vault: &Vault, id: &GrantId) -> Result<Vec<OpenRevocation>, Error> {
    let mut open = vault.open_revocations().await?;
    open.retain(|open| open.waits_for_its_login() && open.grant_id == *id);
    Ok(open)
}

/// What is open at a server, of one account if it is named. What waits for a login that goes on is none of it.
pub(super) async fn open_at(
    vault: &Vault,
    record: &ResourceRecord,
    account: Option<&str>,
) -> Result<Vec<OpenRevocation>, Error> {
    let mut open = vault.open_revocations().await?;
    open.retain(|open| {
        !open.waits_for_its_login()
            && open.resource == record.uri
            && account.is_none_or(|account| open.account_name == account)
    });
    Ok(open)
}
