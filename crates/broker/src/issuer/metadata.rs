//! What an authorization server says of itself: fetched anew for each login, entered by the person, or known from before.

use crate::issuer::discovery::{ResponseCache, look_through};
use crate::{Broker, Error, command_line};
use messages::{Text, text};
use model::{Code, ResourceRecord};
use oauth::address_guard::Reach;
use oauth::concession::Concession;
use oauth::discovery::{self, DiscoveryError};
use oauth::metadata::AuthorizationServer;
use oauth::time::Timestamp;
use oauth::uri::Issuer;
use vault::Vault;

impl Broker {
    /// The issuer's metadata, fetched again for each login: keys and endpoints move, and a proxy may have to be woken
    /// by it (docs/protocol.md#issuer-metadata, lab-19). What was fetched lately stands in where it cannot be had.
    pub(crate) async fn fresh_server(
        &self,
        record: &ResourceRecord,
        reach: Reach,
    ) -> Result<AuthorizationServer, Error> {
        let vault = self.vault()?;
        let issuer = record.issuer.as_ref().ok_or_else(|| no_login(record))?;
        if let Some(entered) = self.entered_server(&vault, record).await? {
            return Ok(entered);
        }
        // What another server's concession let in is not let in here.
        let may_speak = |server: &AuthorizationServer| {
            server.speaks_as.is_none() || record.concessions.allow(Concession::IssuerMismatch)
        };
        let kept = vault
            .authorization_server(issuer)
            .await?
            .filter(|(server, _)| may_speak(server));
        let is_own_origin = record.uri.url()?.origin().ascii_serialization() == issuer.as_str();
        match (self.fetched_server(record, issuer, reach).await, kept) {
            // What is kept was allowed when it came.
            (Err(error), Some((server, _)))
                if error.concession().is_none()
                    && not_allowed_any_more(&server, record, reach).is_some() =>
            {
                Err(not_allowed_any_more(&server, record, reach).unwrap_or(error))
            }
            (Ok(server), _) => {
                self.refuse_another_alias(record, &server).await?;
                vault.save_authorization_server(&server, self.now()).await?;
                Ok(server)
            }
            // Where nothing is published there is nothing to fetch (M-12).
            (Err(error), Some((server, _)))
                if matches!(
                    error.code(),
                    Code::NoAuthorizationServer | Code::MetadataHidden
                ) && is_own_origin
                    && record.concessions.allow(Concession::LegacyEndpoints) =>
            {
                Ok(server)
            }
            (Err(error), Some((server, fetched_at)))
                if matches!(
                    error.code(),
                    Code::Unreachable | Code::ServerError | Code::TemporarilyUnavailable
                ) && self.now().since(fetched_at) < METADATA_LIFE_SECONDS =>
            {
                tracing::info!(%issuer, %error, "metadata of before is used");
                Ok(server)
            }
            (Err(error), _) => Err(error),
        }
    }

    async fn fetched_server(
        &self,
        record: &ResourceRecord,
        issuer: &Issuer,
        reach: Reach,
    ) -> Result<AuthorizationServer, Error> {
        let memory = ResponseCache::of(&self.inner.upstream.http);
        let limit = self.inner.upstream.http.look_limit();
        let found = look_through(limit, &record.concessions, |allowed| {
            let memory = &memory;
            Box::pin(async move {
                discovery::authorization_server(memory, issuer, &allowed, reach, &|_| {}).await
            })
        });
        found.await.strictly()
    }

    /// The authorization server that the entered addresses make, held to what is allowed now. None where none were entered.
    pub(crate) async fn entered_server(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
    ) -> Result<Option<AuthorizationServer>, Error> {
        let Some(entered) = vault.entered_endpoints(record).await? else {
            return Ok(None);
        };
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let server = entered.server(record.issuer.clone(), &record.concessions, reach);
        Ok(Some(
            server.map_err(|source| DiscoveryError::Entered { source })?,
        ))
    }

    /// What is known of an issuer where this server is concerned, and since when.
    pub(crate) async fn known_server(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        issuer: &Issuer,
    ) -> Result<Option<(AuthorizationServer, Timestamp)>, Error> {
        // Where a concession was taken back since, nothing is known of it.
        match self.entered_server(vault, record).await {
            Ok(Some(entered)) if entered.issuer == *issuer => Ok(Some((entered, self.now()))),
            Ok(_) => Ok(vault.authorization_server(issuer).await?),
            Err(error) if error.concession().is_some() || error.code() == Code::BlockedAddress => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// `issuer-mismatch` is for one pair of issuers, the one that the person saw: a document that speaks for yet
    /// another one needs a new decision (docs/protocol.md#concessions, Q13).
    pub(crate) async fn refuse_another_alias(
        &self,
        record: &ResourceRecord,
        server: &AuthorizationServer,
    ) -> Result<(), Error> {
        let allowed_before = record.concessions.allow(Concession::IssuerMismatch);
        let known = self
            .vault()?
            .authorization_server(&server.issuer)
            .await?
            .and_then(|(known, _)| known.speaks_as);
        if allowed_before && server.speaks_as.is_some() && known != server.speaks_as {
            let (issuer, now) = (server.issuer.as_str(), server.expected_iss().as_str());
            let name = record.name.as_str();
            let what: Text = match known {
                Some(before) => {
                    let before = before.as_str();
                    text::IssuerSpeaksForAnother {
                        issuer,
                        before,
                        now,
                    }
                    .into()
                }
                None => text::IssuerSpeaksUnallowed {
                    issuer,
                    now,
                    server: name,
                }
                .into(),
            };
            let mismatch = Concession::IssuerMismatch.name();
            let hint = text::IssuerHintAllowAnew {
                now,
                withdraw: command_line(&["withdraw", name, mismatch]),
                concede: command_line(&["concede", name, mismatch]),
            };
            return Err(Error::new(Code::IssuerMismatch, what).with_hint(hint));
        }
        Ok(())
    }
}

fn no_login(record: &ResourceRecord) -> Error {
    let server = &record.name;
    let what = text::IssuerNoneNeeded { server };
    Error::new(Code::NoAuthorizationServer, what).with_hint(text::IssuerHintNothingToDo)
}

/// What is kept was allowed when it came; why it is not allowed now, if it is not.
fn not_allowed_any_more(
    server: &AuthorizationServer,
    record: &ResourceRecord,
    reach: Reach,
) -> Option<Error> {
    let source = server.check(&record.concessions, reach).err()?;
    Some(Error::from(DiscoveryError::AuthorizationServerMetadata {
        url: server.issuer.to_string(),
        source,
    }))
}

/// Metadata that could not be fetched again is good for so long (docs/protocol.md#issuer-metadata).
const METADATA_LIFE_SECONDS: i64 = 24 * 3600;
