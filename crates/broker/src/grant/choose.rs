//! Which of several grants, and whether it is of the issuer that its server names now.

use crate::Error;
use messages::{Text, text};
use model::{Code, Grant, ResourceRecord};
use oauth::uri::excerpt;

/// One grant of several: the account that was named, else the only one. A revoked one only where there is no other.
pub(crate) fn choose(
    server: &str,
    mut grants: Vec<Grant>,
    account: Option<&str>,
) -> Result<Grant, Error> {
    if let Some(account) = account {
        grants.retain(|grant| is_called(grant, account));
    }
    if grants.iter().any(|grant| !grant.is_revoked()) {
        grants.retain(|grant| !grant.is_revoked());
    } else if let Some(last) = grants.iter().max_by_key(|grant| grant.granted_at).cloned() {
        grants = vec![last];
    }
    match (grants.len(), account) {
        (1, _) => Ok(grants.swap_remove(0)),
        (0, Some(account)) => Err(Error::new(
            Code::LoginRequired,
            text::GrantNobodyAs {
                server,
                account: excerpt(account),
            },
        )),
        (0, None) => Err(Error::new(
            Code::LoginRequired,
            text::GrantNobody { server },
        )),
        _ => Err(several_accounts(
            text::GrantSeveral { server },
            grants.iter(),
        )),
    }
}

/// Nobody but the person knows which of them is meant.
pub(crate) fn several_accounts<'a>(
    message: impl Into<Text>,
    grants: impl Iterator<Item = &'a Grant>,
) -> Error {
    let accounts = grants.map(|grant| grant.account.name.clone()).collect();
    Error::new(Code::AccountRequired, message).with_accounts(accounts)
}

/// The server may have moved to another authorization server: tokens of the old one are not for it (D-11, 2.14).
pub(crate) fn of_this_issuer(record: &ResourceRecord, grant: &Grant) -> Result<(), Error> {
    match &record.issuer {
        Some(issuer) if *issuer != grant.issuer && !grant.is_revoked() => Err(Error::new(
            Code::IssuerChanged,
            text::GrantOfAnotherIssuer {
                server: &record.name,
                now: issuer.as_str(),
                before: grant.issuer.as_str(),
            },
        )),
        _ => Ok(()),
    }
}

pub(crate) fn is_called(grant: &Grant, account: &str) -> bool {
    grant.account.name == account || grant.account.subject.as_deref() == Some(account)
}
