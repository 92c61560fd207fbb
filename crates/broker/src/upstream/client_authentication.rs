//! How our clients prove themselves at the endpoints of their issuers: as the metadata lists it, and as was learned there.

use crate::{Broker, Error};
use oauth::registration::Registration;
use oauth::token::Ways;
use oauth::uri::Issuer;
use vault::ClientEndpoint;

impl Broker {
    pub(crate) async fn ways(
        &self,
        registration: Option<&Registration>,
        issuer: &Issuer,
        endpoint: ClientEndpoint,
    ) -> Result<Ways, Error> {
        let vault = self.vault()?;
        let listed =
            vault
                .authorization_server(issuer)
                .await?
                .and_then(|(server, _)| match endpoint {
                    // RFC 8414 §2 gives each endpoint a list of its own; where this one has none, the other is the best word there is.
                    // Its default, Basic, is tried last.
                    ClientEndpoint::Revocation => {
                        server.revocation_endpoint_auth_methods.or_else(|| {
                            let basic = "client_secret_basic".to_owned();
                            server
                                .token_endpoint_auth_methods
                                .map(|methods| methods.into_iter().chain([basic]).collect())
                        })
                    }
                    ClientEndpoint::Token | ClientEndpoint::DeviceAuthorization => {
                        server.token_endpoint_auth_methods
                    }
                });
        let learned = match registration {
            Some(registration) => vault.client_way(&registration.id, endpoint).await?,
            None => None,
        };
        Ok(Ways::new(listed.as_deref(), learned))
    }

    /// Keeps what a request has taught. What cannot be kept is learned once more.
    pub(crate) async fn learn_way(
        &self,
        registration: Option<&Registration>,
        endpoint: ClientEndpoint,
        ways: &Ways,
    ) {
        let (Some(registration), Some(learned), Ok(vault)) =
            (registration, ways.learned(), self.vault())
        else {
            return;
        };
        let kept = async {
            if vault.client_way(&registration.id, endpoint).await? != Some(learned) {
                vault
                    .save_client_way(&registration.id, endpoint, learned)
                    .await?;
            }
            Ok::<_, Error>(())
        };
        if let Err(error) = kept.await {
            tracing::warn!(%error, "the client authentication that works could not be kept");
        }
    }
}
