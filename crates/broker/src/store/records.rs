//! Single rows of the vault: a server by any of its names, a grant by its id, a company's provider.

use crate::store::nearest::nearest;
use crate::{Broker, Error, command_line};
use messages::text;
use model::{Code, Grant, GrantId, IdentityProvider, ResourceRecord};
use oauth::uri::{Issuer, ResourceUri, excerpt};
use vault::{Vault, VaultError};

impl Broker {
    pub(crate) async fn record_of(&self, reference: &str) -> Result<ResourceRecord, Error> {
        let vault = self.vault()?;
        if let Some(record) = vault.resource(reference).await? {
            return Ok(record);
        }
        if let Ok(uri) = ResourceUri::from_person(reference)
            && let Some(record) = vault.resource_by_uri(&uri).await?
        {
            return Ok(record);
        }
        let mut records = vault.resources().await?;
        self.tell_doubts().await;
        if let Ok(uri) = ResourceUri::from_person(reference)
            && vault.has_row_fault("resources", uri.as_str())
        {
            let (server, command) = (uri.as_str(), command_line(&["add", uri.as_str()]));
            return Err(
                Error::new(Code::VaultDamaged, text::StoreServerChanged { server })
                    .with_hint(text::HintStoreServerChanged { server, command }),
            );
        }
        // What a server calls itself comes after what the person calls another.
        let by_name = records.iter().position(|record| record.name == reference);
        let found = by_name.or_else(|| {
            records
                .iter()
                .position(|record| record.resource_parameter.as_deref() == Some(reference))
        });
        let Some(at) = found else {
            return Err(unknown(reference, &records));
        };
        // A list has no traces.
        let id = records.swap_remove(at).id;
        let whole = vault.resource(&id).await?;
        whole.ok_or_else(|| unknown(reference, &records))
    }

    pub(crate) async fn grant_of(&self, id: &GrantId) -> Result<Grant, Error> {
        kept(&self.vault()?, id).await
    }

    pub(crate) async fn provider(&self, issuer: &Issuer) -> Result<IdentityProvider, Error> {
        let known = self.vault()?.identity_provider(issuer).await?;
        known.ok_or_else(|| {
            let issuer = issuer.as_str();
            Error::new(Code::ProviderUnknown, text::StoreProviderUnknown { issuer })
        })
    }
}

fn unknown(reference: &str, known: &[ResourceRecord]) -> Error {
    let name = excerpt(reference);
    let error = Error::new(Code::NotFound, text::StoreServerUnknown { name });
    match nearest(reference, known.iter().map(|record| record.name.as_str())) {
        Some(name) => error.with_hint(text::HintStoreServerMeant { name }),
        None => error,
    }
}

/// A grant as it is kept. One whose tokens are damaged is one that needs a login: it can be mended, revoked and removed.
pub(crate) async fn kept(vault: &Vault, id: &GrantId) -> Result<Grant, Error> {
    let found = match vault.grant(id).await {
        Err(VaultError::Damaged { .. }) => vault
            .grants()
            .await?
            .into_iter()
            .find(|grant| grant.id == *id),
        found => found?,
    };
    let login = short(id);
    found.ok_or_else(|| Error::new(Code::NotFound, text::StoreLoginUnknown { login }))
}

/// What is damaged counts as gone: it must not keep the rest from being shown, revoked or removed.
pub(crate) fn readable<T>(found: Result<Option<T>, VaultError>) -> Result<Option<T>, VaultError> {
    match found {
        Err(VaultError::Damaged { .. }) => Ok(None),
        found => found,
    }
}

pub(crate) fn short(id: &GrantId) -> &str {
    id.0.get(..8).unwrap_or(&id.0)
}
