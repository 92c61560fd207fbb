//! An agent asks: permit? → what follows from the grant now → event → answer.

use crate::grant::choose::{choose, is_called, of_this_issuer};
use crate::server::standing::standing;
use crate::store::events::About;
use crate::{Agent, Broker, Code, Error, Permit, ResourceRecord, Standing, command_line};
use model::{EventKind, Grant, GrantId, LoginReason, Next};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::{ResourceUri, excerpt};

/// What an agent sends to the token endpoint.
#[derive(Debug, Clone, Default)]
pub struct TokenRequest {
    /// RFC 8707: the MCP server's URI.
    pub resource: String,
    pub scope: Option<Scopes>,
    pub account: Option<String>,
    /// Seconds that the token has to be good for.
    pub min_valid: i64,
}

/// A server's access token on its way to someone who may have it.
#[derive(Debug, Clone)]
pub struct Issued {
    pub access_token: Secret,
    pub expires_at: Option<Timestamp>,
    pub scopes: Scopes,
    pub resource: String,
    pub account: String,
}

impl Broker {
    /// A token for a permitted agent. Yes or no, it leaves an event (invariant 6).
    pub async fn issue(&self, agent: &Agent, request: TokenRequest) -> Result<Issued, Error> {
        match self.permitted(agent, &request).await {
            Ok((record, grant)) => {
                let waits = !matches!(grant.next(request.min_valid, self.now()), Next::Serve(_));
                let served = self.served(&record, &grant, &request).await;
                if let Ok((_, grant)) = &served {
                    self.expect_more(grant);
                }
                let mut outcome = served.map(|(issued, _)| issued);
                // Whoever waited may have lost the permit meanwhile, or the token gained a scope.
                if waits && outcome.is_ok() {
                    outcome = match self.still_permitted(agent, &request).await {
                        Ok(()) => outcome,
                        Err(error) => Err(error),
                    };
                }
                self.tell(Some(agent), Some(&record), Some(&grant.id), &outcome)
                    .await;
                outcome
            }
            Err(error) => {
                // Who has a permit there is told of with the server; for the others it takes no longer than where there is none.
                let is_permitted =
                    !matches!(error.code(), Code::AccessDenied | Code::InvalidTarget);
                let record = if is_permitted {
                    self.record_of(&request.resource).await.ok()
                } else {
                    None
                };
                let outcome = Err(error);
                self.tell(Some(agent), record.as_ref(), None, &outcome)
                    .await;
                outcome
            }
        }
    }

    /// A token for the person at the keyboard, who needs no permit.
    pub async fn token_for_person(
        &self,
        reference: &str,
        account: Option<&str>,
        min_valid: i64,
    ) -> Result<Issued, Error> {
        let record = self.record_of(reference).await?;
        let grants = self.vault()?.grants_of(&record.uri).await?;
        let grant = choose(&record.name, grants, account)?;
        let request = TokenRequest {
            min_valid,
            ..TokenRequest::default()
        };
        let mut outcome = self
            .served(&record, &grant, &request)
            .await
            .map(|(issued, _)| issued);
        // What keeps many agents from renewing at each ask does not bind the person, if a new token would be good for so long.
        if let Ok(issued) = &outcome
            && issued
                .expires_at
                .is_some_and(|at| at.since(self.now()) < min_valid)
            && grant.tokens().is_some_and(|tokens| {
                tokens.access_token == issued.access_token && tokens.life() >= Some(min_valid)
            })
            && let Ok(renewed) = self.refresh(&grant.id).await
        {
            outcome = self
                .served(&record, &renewed, &TokenRequest::default())
                .await
                .map(|(issued, _)| issued);
        }
        self.tell(None, Some(&record), Some(&grant.id), &outcome)
            .await;
        outcome
    }

    /// The grant that the request is for. The agent's own permits are looked at first, and servers and grants only by them: a
    /// server that is not there and one without a permit look alike, and are the same work (L11).
    async fn permitted(
        &self,
        agent: &Agent,
        request: &TokenRequest,
    ) -> Result<(ResourceRecord, Grant), Error> {
        if request.resource.is_empty() {
            return Err(Error::new(
                Code::InvalidTarget,
                "the request names no resource",
            ));
        }
        let uri = ResourceUri::from_person(&request.resource)
            .map_err(|error| Error::new(Code::InvalidTarget, error.to_string()))?;
        let (vault, now) = (self.vault()?, self.now());
        let permits: Vec<Permit> = vault
            .permits()
            .await?
            .into_iter()
            .filter(|permit| permit.agent_id == agent.id)
            .collect();
        self.tell_doubts().await;
        self.vault_that_holds().await?;
        let Some(record) = self
            .permitted_server(&permits, &uri, &request.resource)
            .await?
        else {
            return Err(no_permit(agent));
        };
        let grants = vault.grants_of(&record.uri).await?;
        let mut found: Vec<(&Grant, &Permit, Standing)> = grants
            .iter()
            .filter_map(|grant| {
                permits
                    .iter()
                    .find(|permit| permit.grant_id == grant.id)
                    .map(|permit| (grant, permit))
            })
            .filter(|(grant, _)| {
                request
                    .account
                    .as_deref()
                    .is_none_or(|account| is_called(grant, account))
            })
            .map(|(grant, permit)| {
                (
                    grant,
                    permit,
                    standing(&record, grant, &grants, permit, now),
                )
            })
            .collect();
        if found.iter().any(|(.., standing)| !standing.is_past()) {
            found.retain(|(.., standing)| !standing.is_past());
        } else {
            // Grants come newest first, and what is past is told of one only.
            found.sort_by_key(|(.., standing)| standing.rank());
            found.truncate(1);
        }
        let (grant, permit, standing) = match found.as_slice() {
            [] => {
                return Err(no_such_account(
                    agent,
                    &record,
                    request.account.as_deref().unwrap_or_default(),
                ));
            }
            [only] => only,
            several => {
                let accounts = several
                    .iter()
                    .map(|(grant, ..)| grant.account.name.clone())
                    .collect();
                let message = format!("{} may use several accounts of {}", agent.name, record.name);
                return Err(Error::new(Code::AccountRequired, message).with_accounts(accounts));
            }
        };
        if let Standing::LoginNeeded {
            reason: LoginReason::RenewalRefused,
        } = standing
        {
            return Err(self.login_required(grant).await?);
        }
        if let Some(refusal) = standing.refusal(&agent.name, &record, grant, permit.scopes.as_ref())
        {
            return Err(refusal);
        }
        asked_for(grant, request.scope.as_ref())?;
        let grant = (*grant).clone();
        Ok((record, grant))
    }

    /// The server that a `resource` parameter names, of those that the agent has a permit for: by its URI, or by the value
    /// that its own metadata gives.
    async fn permitted_server(
        &self,
        permits: &[Permit],
        uri: &ResourceUri,
        verbatim: &str,
    ) -> Result<Option<ResourceRecord>, Error> {
        let vault = self.vault()?;
        let mut found = None;
        for permit in permits {
            let record = vault.resource_of_grant(&permit.grant_id).await?;
            found = found.or(record
                .filter(|it| it.uri == *uri || it.resource_parameter.as_deref() == Some(verbatim)));
        }
        Ok(found)
    }

    async fn still_permitted(&self, agent: &Agent, request: &TokenRequest) -> Result<(), Error> {
        // Removed, or given another key.
        if self
            .vault()?
            .agent(&agent.id)
            .await?
            .is_none_or(|known| known.key_hash != agent.key_hash)
        {
            return Err(Error::new(
                Code::InvalidClient,
                "the agent was removed, or has another key now",
            ));
        }
        self.permitted(agent, request).await.map(|_| ())
    }

    /// The token, and the grant that it is of as it is now.
    async fn served(
        &self,
        record: &ResourceRecord,
        grant: &Grant,
        request: &TokenRequest,
    ) -> Result<(Issued, Grant), Error> {
        of_this_issuer(record, grant)?;
        let grant = self.usable(grant, request.min_valid).await?;
        let Some(tokens) = grant.tokens() else {
            return Err(self.login_required(&grant).await?);
        };
        if tokens.dpop_key.is_some() {
            // Without the key it is worth nothing, and the key stays here (H9, RFC 9449).
            return Err(Error::new(
                Code::SenderConstrained,
                format!("the tokens of {} are bound to a key", record.name),
            ));
        }
        let issued = Issued {
            access_token: tokens.access_token.clone(),
            expires_at: tokens.expires_at,
            scopes: tokens.scopes.clone(),
            resource: grant
                .resource_parameter
                .clone()
                .unwrap_or_else(|| grant.resource.to_string()),
            account: grant.account.name.clone(),
        };
        Ok((issued, grant))
    }

    async fn tell(
        &self,
        agent: Option<&Agent>,
        record: Option<&ResourceRecord>,
        grant: Option<&GrantId>,
        outcome: &Result<Issued, Error>,
    ) {
        let who = agent.map_or("The command line", |agent| agent.name.as_str());
        let server = record.map_or("a server", |record| record.name.as_str());
        let mut event = match outcome {
            Ok(issued) => self.event(
                EventKind::TokenIssued,
                true,
                format!("{who} got access to {server} as {}", issued.account),
            ),
            Err(error) => self
                .event(
                    EventKind::TokenRefused,
                    false,
                    format!("{who} got no access to {server}: {error}"),
                )
                .failed_with(error),
        };
        if let Some(agent) = agent {
            event = event.by(agent);
            if let Ok(vault) = self.vault()
                && agent
                    .last_used_at
                    .is_none_or(|last| self.now().since(last) >= 1)
                && let Err(error) = vault.agent_used(&agent.id, self.now()).await
            {
                tracing::warn!(%error, "the agent's last use could not be noted");
            }
        }
        if let Some(record) = record {
            event = event.about(record);
        }
        event.grant_id = grant.cloned();
        self.record(event).await;
    }
}

fn no_permit(agent: &Agent) -> Error {
    let hint = format!(
        "Permit it in Gatelodge's window, or: {}",
        command_line(&["agent", "permit", &agent.name, "SERVER"])
    );
    Error::new(
        Code::AccessDenied,
        format!("{} has no permit for this resource", agent.name),
    )
    .with_hint(hint)
}

/// The same whether that account is logged in or not: this agent has another one only.
fn no_such_account(agent: &Agent, record: &ResourceRecord, account: &str) -> Error {
    let (server, login) = (record.name.as_str(), command_line(&["login", &record.name]));
    let permit = command_line(&["agent", "permit", &agent.name, server, "--account", account]);
    let message = format!(
        "{} has no permit for a login to {server} as {:?}",
        agent.name,
        excerpt(account)
    );
    Error::new(Code::LoginRequired, message).with_hint(format!(
        "Log in as that account (`{login}`), or permit it ({permit})."
    ))
}

/// A token carries all that was granted; who asks for more gets none.
fn asked_for(grant: &Grant, asked: Option<&Scopes>) -> Result<(), Error> {
    let granted = grant.tokens().map(|tokens| &tokens.scopes);
    match (granted, asked) {
        (Some(granted), Some(asked)) if !granted.includes(asked) => Err(Error::new(
            Code::InvalidScope,
            format!("{} was not granted", asked.without(granted)),
        )),
        _ => Ok(()),
    }
}
