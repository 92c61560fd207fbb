//! Registrations that no login uses any more: forgotten here, and at their issuer (RFC 7592 §2.3).

use crate::{Broker, Error};
use model::ClientRecord;
use oauth::address_guard::Reach;
use oauth::concession::Concessions;
use oauth::registration::RegistrationKind;
use vault::Vault;

impl Broker {
    /// A registration of ours that no login uses any more: forgotten here, and at its issuer where that is offered and
    /// `there` (RFC 7592).
    pub(crate) async fn drop_unused(
        &self,
        vault: &Vault,
        known: &ClientRecord,
        there: bool,
    ) -> Result<(), Error> {
        if known.kind != RegistrationKind::Dynamic || in_use(vault, &known.id).await? {
            return Ok(());
        }
        if there {
            self.unregister_at_issuer(known).await;
        }
        Ok(vault.forget_registration(&known.id).await?)
    }

    /// Best effort: an issuer that keeps it keeps a name that nobody uses.
    pub(crate) async fn unregister_at_issuer(&self, known: &ClientRecord) {
        let Some((management, url)) = known.management.as_ref().zip(known.issuer.url().ok()) else {
            return;
        };
        let reach = Reach::of(&url, &Concessions::default());
        if let Err(error) =
            oauth::registration::delete(&self.inner.upstream.http, management, reach).await
        {
            tracing::info!(issuer = %known.issuer, %error, "a registration could not be deleted");
        }
    }
}

/// By a grant, by a login under way whose code will need it, or by tokens that are still to be taken back.
pub(crate) async fn in_use(vault: &Vault, id: &str) -> Result<bool, Error> {
    let awaited = vault
        .login_attempts()
        .await?
        .iter()
        .any(|attempt| attempt.registration_id() == Some(id));
    let to_be_revoked = vault.count_open_revocations_using(id).await? > 0;
    Ok(awaited || to_be_revoked || vault.count_grants_using(id).await? > 0)
}
