//! A registration whose secret runs out, renewed at its issuer (RFC 7592 §2.2).

use crate::{Broker, Error};
use messages::text;
use model::{ClientRecord, EventKind};
use oauth::address_guard::Reach;
use oauth::metadata::AuthorizationServer;
use oauth::registration::{self, Registration};
use oauth::scope::Scopes;

impl Broker {
    pub(crate) fn runs_out(&self, registration: &Registration) -> bool {
        let soon = self.now().plus(SECRET_MARGIN_SECONDS);
        registration
            .secret_expires_at
            .is_some_and(|expires_at| expires_at <= soon)
    }

    /// The same client id with a new secret. None where the issuer does not do that; the old secret is then of use
    /// until it ends.
    pub(crate) async fn renewed_registration(
        &self,
        known: &ClientRecord,
        server: &AuthorizationServer,
        scopes: &Scopes,
        reach: Reach,
    ) -> Result<Option<ClientRecord>, Error> {
        let vault = self.vault()?;
        let uri = known.management.as_ref().map_or_else(
            || known.issuer.as_str(),
            |management| management.uri.as_str(),
        );
        let _exchange = self.begin_exchange(&vault, uri).await?;
        let renewed = match registration::renew(
            &self.inner.upstream.http,
            server,
            known,
            scopes,
            reach,
            self.now(),
        )
        .await
        {
            Ok(renewed) => renewed
                .filter(|renewed| !self.runs_out(renewed))
                .map(|renewed| ClientRecord::new(known.id.clone(), renewed)),
            Err(error) => {
                tracing::info!(issuer = %known.issuer, %error, "a registration could not be renewed");
                None
            }
        };
        if let Some(renewed) = &renewed {
            let outcome = vault.keep_registration(renewed).await?;
            self.is_kept(&vault, outcome);
            self.record(self.event(
                EventKind::Registered,
                true,
                text::IssuerEventRenewed {
                    issuer: known.issuer.as_str(),
                },
            ))
            .await;
        }
        Ok(renewed)
    }
}

/// A secret that runs out during the login is as good as gone.
const SECRET_MARGIN_SECONDS: i64 = 900;
