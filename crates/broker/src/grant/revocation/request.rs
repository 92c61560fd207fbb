//! Revocation requests: the issuer is asked to take tokens back (RFC 7009).

use super::conclusion::no_answer;
use crate::error::words;
use crate::issuer::client_request::IssuerEndpoint;
use crate::store::records::readable;
use crate::{Broker, Error};
use messages::{Text, text};
use model::{PartyAnswer, ReceiptStep, ReceiptStepKind, ResourceRecord};
use oauth::address_guard::Reach;
use oauth::discovery;
use oauth::metadata::AuthorizationServer;
use oauth::revocation::{Revocation, RevocationError, TokenTypeHint, revoke};
use oauth::secret::Secret;
use oauth::token::Client;
use std::time::Duration;
use vault::{ClientEndpoint, OpenRevocation, Vault};

/// RFC 7009 §2.2.1: after a 503 the token still exists, and the request is repeated when it says so; here only if it says soon.
const MOST_TRIES: u32 = 3;
const LONGEST_PAUSE_SECONDS: u64 = 5;

impl Broker {
    /// A step for each token. Without a place to ask, the refresh token's step (or the only token's) says so.
    pub(super) async fn ask_issuer(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        open: &OpenRevocation,
        reach: Reach,
    ) -> Result<Vec<ReceiptStep>, Error> {
        let of_all = |answer: &PartyAnswer| -> Vec<ReceiptStep> {
            let mut steps = Vec::new();
            for (kind, ..) in tokens_of(open) {
                steps.push(ReceiptStep {
                    kind,
                    answer: answer.clone(),
                });
            }
            steps
        };
        let endpoint = match self.revocation_endpoint(vault, record, open, reach).await? {
            Ok(Some(endpoint)) => endpoint,
            Ok(None) => return Ok(of_all(&PartyAnswer::NotOffered)),
            Err(why) => return Ok(of_all(&PartyAnswer::NoAnswer { why })),
        };
        // A program that its issuer gave no id here can still be known to it by none: then nobody is asked in its name.
        let Some(registration) =
            readable(vault.registration_if(open.registration_id.as_deref()).await)?
        else {
            let why = text::GrantClientGone.into();
            return Ok(of_all(&PartyAnswer::NotSent { why }));
        };
        let endpoint = IssuerEndpoint {
            kind: ClientEndpoint::Revocation,
            url: &endpoint,
            issuer: &open.issuer,
            reach,
        };
        let request = self
            .client_request(endpoint, Some(&registration), None)
            .await?;
        let mut steps: Vec<ReceiptStep> = Vec::new();
        let is_silent = |step: &ReceiptStep| matches!(step.answer, PartyAnswer::NoAnswer { .. });
        for (kind, which, token) in tokens_of(open) {
            // Who has just not answered is not waited for once more.
            let answer = if steps.iter().any(is_silent) {
                PartyAnswer::NotAsked
            } else {
                self.taken_back(&request.client(), which, token).await
            };
            steps.push(ReceiptStep { kind, answer });
        }
        self.learn_authentication(&request).await;
        Ok(steps)
    }

    async fn taken_back(
        &self,
        client: &Client<'_>,
        which: TokenTypeHint,
        token: &Secret,
    ) -> PartyAnswer {
        for tries in 1.. {
            match revoke(&self.inner.upstream.http, client, which, token).await {
                Ok(Revocation::Revoked) => return PartyAnswer::Confirmed,
                Ok(Revocation::KindNotSupported) => return PartyAnswer::KindNotSupported,
                Ok(Revocation::Refused { status, said }) => {
                    let said = said.map(|said| said.whole().to_owned());
                    return PartyAnswer::Status { status, said };
                }
                Ok(Revocation::Unavailable {
                    status,
                    retry_after,
                    said,
                }) => {
                    let pause = retry_after.unwrap_or(1);
                    if tries >= MOST_TRIES || pause > LONGEST_PAUSE_SECONDS {
                        return PartyAnswer::Status {
                            status,
                            said: said.map(|said| said.whole().to_owned()),
                        };
                    }
                    tokio::time::sleep(Duration::from_secs(pause)).await;
                }
                Err(RevocationError::Request(error)) => {
                    return PartyAnswer::NotSent {
                        why: words::token::text(&error),
                    };
                }
                Err(RevocationError::Http(error)) => return no_answer(&error),
            }
        }
        PartyAnswer::NotAsked
    }

    /// As it was known at the login; asked for again where it is not known, or where there was none. The inner error is
    /// why the issuer could not be asked.
    async fn revocation_endpoint(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        open: &OpenRevocation,
        reach: Reach,
    ) -> Result<Result<Option<String>, Text>, Error> {
        let kept = self
            .known_server(vault, record, &open.issuer)
            .await?
            .map(|(server, _)| server);
        if let Some(endpoint) = kept
            .as_ref()
            .and_then(|server| server.revocation_endpoint.clone())
        {
            return Ok(Ok(Some(endpoint)));
        }
        // The issuer itself says where (invariant 4), and nobody else.
        let found = discovery::authorization_server(
            &self.inner.upstream.http,
            &open.issuer,
            &record.concessions,
            reach,
            &|_| {},
        )
        .await;
        Ok(match (found, kept) {
            (
                Ok(AuthorizationServer {
                    revocation_endpoint,
                    ..
                }),
                _,
            ) => Ok(revocation_endpoint),
            (Err(_), Some(_)) => Ok(None),
            (Err(error), None) => Err(words::discovery::text(&error)),
        })
    }
}

/// The refresh token first: with it most issuers end the access token as well.
fn tokens_of(open: &OpenRevocation) -> Vec<(ReceiptStepKind, TokenTypeHint, &Secret)> {
    let refresh = open.refresh_token.as_ref().map(|token| {
        (
            ReceiptStepKind::RefreshToken,
            TokenTypeHint::RefreshToken,
            token,
        )
    });
    let access = open.access_token.as_ref().map(|token| {
        (
            ReceiptStepKind::AccessToken,
            TokenTypeHint::AccessToken,
            token,
        )
    });
    refresh.into_iter().chain(access).collect()
}
