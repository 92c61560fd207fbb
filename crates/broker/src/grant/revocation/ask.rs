//! What the issuer is asked: to take tokens back (RFC 7009), and to forget this program (RFC 7592).

use super::is_confirmed;
use crate::issuer::client_request::IssuerEndpoint;
use crate::store::records::readable;
use crate::{Broker, Error, ResourceRecord};
use model::{PartyAnswer, ReceiptStep, ReceiptStepKind};
use oauth::concession::Reach;
use oauth::metadata::AuthorizationServer;
use oauth::revocation::{Revocation, Which, revoke};
use oauth::secret::Secret;
use oauth::token::Client;
use oauth::{discovery, registration};
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
        let refresh = open
            .refresh_token
            .as_ref()
            .map(|token| (ReceiptStepKind::RefreshToken, Which::RefreshToken, token));
        let access = open
            .access_token
            .as_ref()
            .map(|token| (ReceiptStepKind::AccessToken, Which::AccessToken, token));
        let tokens: Vec<_> = refresh.into_iter().chain(access).collect();
        let of_all = |answer: &PartyAnswer| {
            tokens
                .iter()
                .map(|(kind, ..)| ReceiptStep {
                    kind: *kind,
                    answer: answer.clone(),
                })
                .collect::<Vec<_>>()
        };
        let endpoint = match self.revocation_endpoint(vault, record, open, reach).await? {
            Ok(Some(endpoint)) => endpoint,
            Ok(None) => return Ok(of_all(&PartyAnswer::NotOffered)),
            Err(why) => return Ok(of_all(&PartyAnswer::NoAnswer { why })),
        };
        // A program that its issuer gave no id here can still be known to it by none: then nobody is asked in its name.
        let Some(registration) = readable(vault.registration(&open.registration_id).await)? else {
            let why = "the client id of this login is not here any more".to_owned();
            return Ok(of_all(&PartyAnswer::NoAnswer { why }));
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
        for (kind, which, token) in tokens {
            // Who has just not answered is not waited for once more.
            let answer = if steps
                .iter()
                .any(|step| matches!(step.answer, PartyAnswer::NoAnswer { .. }))
            {
                PartyAnswer::NotAsked
            } else {
                self.taken_back(&request.client(), which, token).await
            };
            steps.push(ReceiptStep { kind, answer });
        }
        self.learn_authentication(&request).await;
        Ok(steps)
    }

    async fn taken_back(&self, client: &Client<'_>, which: Which, token: &Secret) -> PartyAnswer {
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
                Err(error) => {
                    return PartyAnswer::NoAnswer {
                        why: error.to_string(),
                    };
                }
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
    ) -> Result<Result<Option<String>, String>, Error> {
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
            (Err(error), None) => Err(error.to_string()),
        })
    }

    /// RFC 7592, best effort: every dynamic registration at the issuer that no other grant, no login under way and no other
    /// revocation needs. Logins by another redirect may have left one more. The one that `open` needs stays where its issuer may
    /// confirm another time; where it has refused for good, a deletion is the most that can still be done.
    pub(super) async fn unregister(
        &self,
        vault: &Vault,
        open: &OpenRevocation,
        steps: &[ReceiptStep],
        reach: Reach,
    ) -> Result<Option<ReceiptStep>, Error> {
        let has_refresh = open.refresh_token.is_some();
        let may_try_again = steps.iter().any(|step| {
            step.answer.is_of_now_only()
                && !(has_refresh && step.kind == ReceiptStepKind::AccessToken)
        });
        let confirmed = steps.is_empty() || is_confirmed(open, steps);
        let attempts = vault.login_attempts().await?;
        let others = vault
            .open_revocations()
            .await?
            .into_iter()
            .filter(|other| other.grant_id != open.grant_id);
        let open_elsewhere: Vec<String> = others.map(|other| other.registration_id).collect();
        let mut outcome: Option<PartyAnswer> = None;
        for known in vault.registrations_at(&open.issuer).await? {
            let is_own = known.id == open.registration_id;
            let in_use = vault.count_grants_using(&known.id).await? > 0
                || open_elsewhere.contains(&known.id)
                || attempts
                    .iter()
                    .any(|attempt| attempt.registration_id() == Some(&known.id));
            let is_needed = in_use || (is_own && may_try_again);
            let Some(management) = known.management.as_ref().filter(|_| !is_needed) else {
                continue;
            };
            let answer =
                match registration::delete(&self.inner.upstream.http, management, reach).await {
                    Ok(200 | 202 | 204) => PartyAnswer::Confirmed,
                    Ok(status) => PartyAnswer::Status { status, said: None },
                    Err(error) => PartyAnswer::NoAnswer {
                        why: error.to_string(),
                    },
                };
            if answer == PartyAnswer::Confirmed || confirmed || !is_own {
                vault.forget_registration(&known.id).await?;
            }
            // Of several answers the worst is the one to tell; but of the login's own client first.
            if is_own
                || outcome
                    .as_ref()
                    .is_none_or(|known| *known == PartyAnswer::Confirmed)
            {
                outcome = Some(answer);
            }
        }
        Ok(outcome.map(|answer| ReceiptStep {
            kind: ReceiptStepKind::Registration,
            answer,
        }))
    }
}
