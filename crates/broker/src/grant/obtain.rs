//! Tokens that need nobody: of the program itself (RFC 6749 §4.4), of a workload or of the company's provider (RFC 7523).

use crate::error::Attempt;
use crate::issuer::client_request::IssuerEndpoint;
use crate::{Broker, Error};
use messages::{Text, text};
use model::{Account, ClientRecord, Code, GrantKind, LoginMethod, ResourceRecord};
use oauth::address_guard::Reach;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::token::{Client, TokenError, TokenResponse};
use oauth::uri::{Issuer, excerpt};

impl Broker {
    /// Tokens without a person, at the endpoint that the grant was made at.
    pub(crate) async fn obtained(
        &self,
        record: &ResourceRecord,
        asked: &AccessTokenRequest<'_>,
    ) -> Result<TokenResponse, Error> {
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let endpoint = IssuerEndpoint::token(asked.issuer, asked.endpoint, reach);
        let request = self
            .client_request(endpoint, asked.registration, asked.dpop_key)
            .await?;
        let outcome = self.asked_as(record, asked, &request.client()).await?;
        self.learn_authentication(&request).await;
        if let (Some(registration), Err(error)) = (asked.registration, &outcome) {
            self.learn_from(&self.vault()?, registration, error).await?;
        }
        let attempt = Attempt {
            name: &record.name,
            registration: asked.registration.map(|client| &client.registration),
            began: None,
            now: self.now(),
        };
        outcome.map_err(|error| attempt.explain(error))
    }

    /// By the grant type that the server's login method wants; the outer error is a fault of ours.
    async fn asked_as(
        &self,
        record: &ResourceRecord,
        asked: &AccessTokenRequest<'_>,
        client: &Client<'_>,
    ) -> Result<Result<TokenResponse, TokenError>, Error> {
        let (http, resource) = (&self.inner.upstream.http, asked.resource_parameter);
        Ok(match (&record.login_method, asked.kind) {
            // By itself, where the issuer has no login for people (`needs_nobody`).
            (
                LoginMethod::ClientCredentials | LoginMethod::Browser,
                GrantKind::ClientCredentials,
            ) => {
                client
                    .client_credentials(http, resource, asked.scopes)
                    .await
            }
            (LoginMethod::Workload { token_file }, GrantKind::WorkloadIdentity) => {
                client
                    .jwt_bearer(
                        http,
                        &assertion_in(token_file).await?,
                        resource,
                        asked.scopes,
                    )
                    .await
            }
            (LoginMethod::Enterprise { provider }, GrantKind::EnterpriseManaged) => {
                let id_jag = self
                    .id_jag(
                        record,
                        provider,
                        asked.issuer,
                        resource,
                        asked.scopes,
                        asked.account,
                    )
                    .await?;
                client
                    .jwt_bearer(http, &id_jag, resource, asked.scopes)
                    .await
            }
            _ => {
                return Err(Error::new(
                    Code::LoginRequired,
                    text::GrantMethodChanged {
                        server: &record.name,
                    },
                ));
            }
        })
    }
}

/// What is asked for, the first time and each time after.
pub(crate) struct AccessTokenRequest<'a> {
    pub(crate) kind: GrantKind,
    /// The authorization server that the endpoint is of.
    pub(crate) issuer: &'a Issuer,
    pub(crate) endpoint: &'a str,
    pub(crate) registration: Option<&'a ClientRecord>,
    pub(crate) resource_parameter: Option<&'a str>,
    pub(crate) scopes: &'a Scopes,
    pub(crate) dpop_key: Option<&'a Secret>,
    /// Whose login it is; None: the first time, whoever it turns out to be.
    pub(crate) account: Option<&'a Account>,
}

/// The platform keeps the file fresh, so it is read each time. Nothing of it is shown.
async fn assertion_in(path: &str) -> Result<Secret, Error> {
    let shown = excerpt(path);
    let file = shown.as_str();
    let unusable =
        |what: Text| Error::new(Code::KeyUnusable, what).with_hint(text::GrantHintTokenFile);
    let unreadable = |error: std::io::Error| {
        let why = error.to_string();
        unusable(text::GrantTokenFileUnreadable { file, why }.into()).with_source(error)
    };
    let found = tokio::fs::metadata(path).await.map_err(unreadable)?;
    if !found.is_file() || found.len() > MOST_ASSERTION as u64 {
        // A pipe would be waited for, and a device has no end.
        return Err(unusable(text::GrantTokenFileTooBig { file }.into()));
    }
    let content = tokio::fs::read_to_string(path).await.map_err(unreadable)?;
    let token = content.trim();
    let looks_signed =
        token.split('.').count() == 3 && token.bytes().all(|byte| byte.is_ascii_graphic());
    if token.len() > MOST_ASSERTION || !looks_signed {
        return Err(unusable(text::GrantTokenFileUnsigned { file }.into()));
    }
    Ok(Secret::new(token))
}

/// The longest assertion that a platform writes into a file.
const MOST_ASSERTION: usize = 64 * 1024;
