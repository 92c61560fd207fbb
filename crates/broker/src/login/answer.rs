//! The token endpoint's answer to a login: whose it is, and the grant.

use super::account;
use crate::grant::keep::Made;
use crate::{Broker, Error, ResourceRecord};
use model::{Grant, GrantKind};
use oauth::authorization::PendingAuthorization;
use oauth::concession::Reach;
use oauth::token::Answer;
use vault::Vault;

impl Broker {
    /// Who it is, and the grant.
    pub(crate) async fn keep_answer(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        pending: &PendingAuthorization,
        answer: Answer,
        reach: Reach,
    ) -> Result<Grant, Error> {
        // Who it is may be unknown; what came is kept.
        let account = self
            .account_of(vault, &pending.issuer, &answer, reach)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "who logged in could not be found out");
                account::nameless()
            });
        if pending.kind == GrantKind::AuthorizationCode
            && let Err(error) = self.learn_consent(vault, pending, &answer.tokens).await
        {
            tracing::warn!(%error, "that no refresh token came could not be noted");
        }
        self.keep_login(vault, record, Made::by(pending, account, answer.tokens))
            .await
    }
}
