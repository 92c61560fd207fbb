//! Taking a grant back for real: at the issuer, proven at the resource, erased here, with a receipt.

use crate::events::About;
use crate::refresh::kept;
use crate::{Broker, Change, Error, ResourceRecord};
use oauth::concession::Reach;
use oauth::discovery;
use oauth::grant::{Grant, GrantId, GrantState, TokenSet};
use oauth::http::{Http, Request};
use oauth::metadata::AuthorizationServer;
use oauth::registration::{self, Registration};
use oauth::revocation::{Revocation, Which, revoke};
use oauth::said;
use oauth::time::Timestamp;
use oauth::token::Client;
use serde_json::json;
use std::time::Duration;
use vault::{Vault, VaultError};

/// What each party answered, and what is left to do by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub resource_name: String,
    pub account: String,
    pub at: Timestamp,
    pub steps: Vec<ReceiptStep>,
    /// The resource was seen to refuse the old token, or there was none left.
    pub proven: bool,
    pub by_hand: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptStep {
    pub what: String,
    pub outcome: ReceiptOutcome,
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptOutcome {
    Done,
    NotOffered,
    Failed,
}

impl Broker {
    /// Refresh token, then access token at the issuer (RFC 7009); the registration if nobody else uses it
    /// (RFC 7592); a probe that should be refused; then the sealed columns are erased whatever was answered.
    pub async fn revoke(&self, id: &GrantId) -> Result<Receipt, Error> {
        let vault = self.vault()?;
        // No refresh may run meanwhile: it would bring back what is being taken away.
        let _lock = vault.lock_grant(id, Duration::from_secs(40)).await?;
        let grant = kept(&vault, id).await?;
        let record = self.record_of(grant.resource.as_str()).await?;
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let tokens = grant.tokens().cloned();
        let mut steps = self.take_back_all(&vault, &record, &grant).await?;
        steps.extend(self.unregister(&vault, &grant, reach).await?);
        let refused = match &tokens {
            Some(tokens) => {
                let (step, refused) = self.probe(&record, tokens, reach).await?;
                steps.push(step);
                refused
            }
            None => true,
        };
        let revoked = Grant { state: grant.state.clone(), ..grant.clone() }.revoked(self.now());
        let event = self
            .event("revoked", true, format!("The access of {} to {} was revoked", grant.account.name, record.name))
            .about(&record)
            .on(&grant);
        vault.save_grant(&revoked, &[event]).await?;
        steps.push(ReceiptStep::done("Erased from the vault", "The stored tokens were overwritten."));
        self.changed(Change::Vault);
        let by_hand = by_hand(&grant, &steps, refused, tokens.as_ref());
        Ok(Receipt { resource_name: record.name, account: grant.account.name, at: self.now(), steps, proven: refused, by_hand })
    }

    /// Everything that a grant holds, at its issuer; nothing where it holds nothing.
    pub(crate) async fn take_back_all(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: &Grant,
    ) -> Result<Vec<ReceiptStep>, Error> {
        let registration = readable(vault.registration(&grant.registration_id).await)?;
        match (grant.tokens(), registration) {
            (Some(tokens), Some(registration)) => self.take_back(vault, record, grant, tokens, &registration).await,
            _ => Ok(Vec::new()),
        }
    }

    async fn take_back(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: &Grant,
        tokens: &TokenSet,
        registration: &Registration,
    ) -> Result<Vec<ReceiptStep>, Error> {
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let server = match vault.authorization_server(&grant.issuer).await? {
            Some((server, _)) => Ok(server),
            // Forgotten, or changed by someone else: the issuer itself says where (I1).
            None => discovery::authorization_server(&self.inner.http, &grant.issuer, &record.concessions, reach, &|_| {}).await,
        };
        let server = match server {
            Ok(server) => server,
            Err(error) => return Ok(vec![ReceiptStep::failed("Revoke at the issuer", format!("{error}."))]),
        };
        let Some(endpoint) = server.revocation_endpoint else {
            let detail = format!("{} has no revocation endpoint (RFC 7009).", grant.issuer);
            return Ok(vec![ReceiptStep {
                what: "Revoke at the issuer".to_owned(),
                outcome: ReceiptOutcome::NotOffered,
                detail,
            }]);
        };
        let host = AuthorizationServer::host_of(&endpoint);
        let random = crate::random_stream()?;
        let client =
            Client { endpoint: &endpoint, registration: Some(registration), reach, now: self.now(), random: &random, dpop: None };
        let refresh = tokens.refresh_token.as_ref().map(|token| (Which::RefreshToken, "Refresh token", token));
        let mut steps = Vec::new();
        for (which, name, token) in refresh.into_iter().chain([(Which::AccessToken, "Access token", &tokens.access_token)]) {
            let answer = revoke(&self.inner.http, &client, which, token).await;
            let (outcome, detail) = match answer {
                Ok(Revocation::Revoked) => (ReceiptOutcome::Done, format!("{host} confirmed it.")),
                Ok(Revocation::KindNotSupported) => {
                    (ReceiptOutcome::NotOffered, format!("{host} does not take back this kind of token."))
                }
                Ok(Revocation::Refused { status, said }) => {
                    (ReceiptOutcome::Failed, format!("{host} answered with status {status}{}.", said::clause(said.as_ref())))
                }
                Err(error) => (ReceiptOutcome::Failed, format!("{error}.")),
            };
            steps.push(ReceiptStep { what: format!("{name} revoked"), outcome, detail });
        }
        Ok(steps)
    }

    /// RFC 7592, best effort: every dynamic registration at the grant's issuer that no other grant and no login
    /// under way uses. Logins by another redirect may have left one more.
    async fn unregister(&self, vault: &Vault, grant: &Grant, reach: Reach) -> Result<Option<ReceiptStep>, Error> {
        const WHAT: &str = "Registration deleted";
        let pendings = vault.pendings().await?;
        let mut outcome = None;
        for known in vault.registrations_at(&grant.issuer).await? {
            let ours = u64::from(known.id == grant.registration_id && !is_revoked(grant));
            let in_use = vault.count_grants_using(&known.id).await? > ours
                || pendings.iter().any(|pending| pending.registration_id == known.id);
            let Some(management) = known.management.as_ref().filter(|_| !in_use) else {
                continue;
            };
            let step = match registration::delete(&self.inner.http, management, reach).await {
                Ok(200 | 202 | 204) => ReceiptStep::done(WHAT, "The issuer has forgotten this program."),
                Ok(status) => ReceiptStep::failed(WHAT, format!("The issuer answered with status {status}.")),
                Err(error) => ReceiptStep::failed(WHAT, format!("{error}.")),
            };
            vault.forget_registration(&known.id).await?;
            // Of several answers the worst is the one to tell.
            if outcome.as_ref().is_none_or(|known: &ReceiptStep| known.outcome == ReceiptOutcome::Done) {
                outcome = Some(step);
            }
        }
        Ok(outcome)
    }

    /// The old token once more at its own resource: 401 is the proof.
    async fn probe(&self, record: &ResourceRecord, tokens: &TokenSet, reach: Reach) -> Result<(ReceiptStep, bool), Error> {
        const WHAT: &str = "Old token refused by the server";
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} });
        let request = Request::post_json(record.uri.as_str(), &body, reach)
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", oauth::PROTOCOL_VERSION)
            .header("mcp-method", "tools/list");
        Ok(match self.inner.http.send(self.authorized(request, tokens)?).await {
            Ok(response) if response.status == 401 => (ReceiptStep::done(WHAT, "It answered 401."), true),
            Ok(response) => (ReceiptStep::failed(WHAT, format!("It answered {}.", response.status)), false),
            Err(error) => (ReceiptStep::failed(WHAT, format!("{error}.")), false),
        })
    }
}

impl ReceiptStep {
    fn done(what: &str, detail: impl Into<String>) -> Self {
        Self { what: what.to_owned(), outcome: ReceiptOutcome::Done, detail: detail.into() }
    }

    fn failed(what: &str, detail: impl Into<String>) -> Self {
        Self { what: what.to_owned(), outcome: ReceiptOutcome::Failed, detail: detail.into() }
    }
}

fn is_revoked(grant: &Grant) -> bool {
    matches!(grant.state, GrantState::Revoked { .. })
}

/// What could not be taken back from here, and where the person can do it.
fn by_hand(grant: &Grant, steps: &[ReceiptStep], refused: bool, tokens: Option<&TokenSet>) -> Option<String> {
    let at_issuer = steps.iter().take_while(|step| step.what != "Registration deleted");
    let revoked = at_issuer.clone().any(|step| step.outcome == ReceiptOutcome::Done && step.what.ends_with("revoked"));
    if refused || tokens.is_none() {
        return None;
    }
    Some(if revoked {
        "The server still accepts the last access token until it runs out; nothing can renew it any more.".to_owned()
    } else {
        format!("Sign in at {} and remove this program there, under connected or authorized applications.", grant.issuer)
    })
}

/// What is damaged counts as gone: it must not keep the rest from being shown, revoked or removed.
pub(crate) fn readable<T>(found: Result<Option<T>, VaultError>) -> Result<Option<T>, VaultError> {
    match found {
        Err(VaultError::Damaged { .. }) => Ok(None),
        found => found,
    }
}
