//! The token endpoint's answer to a login: whose it is.

use super::account;
use crate::Broker;
use model::Account;
use oauth::address_guard::Reach;
use oauth::token::TokenResponse;
use oauth::uri::Issuer;
use vault::Vault;

impl Broker {
    /// Who it is may be unknown; what came is kept.
    pub(crate) async fn account_or_nameless(
        &self,
        vault: &Vault,
        issuer: &Issuer,
        answer: &TokenResponse,
        reach: Reach,
    ) -> Account {
        self.account_of(vault, issuer, answer, reach)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "who logged in could not be found out");
                account::nameless()
            })
    }
}
