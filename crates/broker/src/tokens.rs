//! An agent asks: permit? → what follows from the grant now → event → answer.

use crate::events::About;
use crate::refresh::still_lives;
use crate::{Agent, Broker, Code, Error, Permit, ResourceRecord};
use oauth::grant::{Grant, GrantState, Next};
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
                let mut outcome = self.issued(&record, &grant, &request).await;
                // Whoever waited may have lost the permit meanwhile, or the token gained a scope.
                if waits && outcome.is_ok() {
                    outcome = match self.still_permitted(agent, &request).await {
                        Ok(()) => outcome,
                        Err(error) => Err(error),
                    };
                }
                self.tell(Some(agent), Some(&record), &outcome).await;
                outcome
            }
            Err(error) => {
                let outcome = Err(error);
                self.tell(Some(agent), None, &outcome).await;
                outcome
            }
        }
    }

    /// A token for the person at the keyboard, who needs no permit.
    pub async fn token_for_person(&self, reference: &str, account: Option<&str>, min_valid: i64) -> Result<Issued, Error> {
        let record = self.record_of(reference).await?;
        let grants = self.vault()?.grants_of(&record.uri).await?;
        let grant = choose(&record.name, grants, account)?;
        let request = TokenRequest { min_valid, ..TokenRequest::default() };
        let outcome = self.issued(&record, &grant, &request).await;
        self.tell(None, Some(&record), &outcome).await;
        outcome
    }

    /// The grant that the request is for. A server that is not there and one without a permit look alike (L11).
    async fn permitted(&self, agent: &Agent, request: &TokenRequest) -> Result<(ResourceRecord, Grant), Error> {
        let denied = || Error::new(Code::AccessDenied, format!("{} has no permit for this resource", agent.name));
        if request.resource.is_empty() {
            return Err(Error::new(Code::InvalidTarget, "the request names no resource"));
        }
        let vault = self.vault()?;
        let permits: Vec<Permit> = vault.permits().await?.into_iter().filter(|permit| permit.agent_id == agent.id).collect();
        self.tell_doubts().await;
        let record = self.named_by(&request.resource).await?.ok_or_else(denied)?;
        let grants = vault.grants_of(&record.uri).await?;
        let is_granted_anew = grants.iter().any(|grant| !is_revoked(grant));
        let now = self.now();
        let permitted: Vec<(Grant, &Permit)> = grants
            .into_iter()
            .filter_map(|grant| permits.iter().find(|permit| permit.grant_id == grant.id).map(|permit| (grant, permit)))
            .filter(|(_, permit)| permit.until.is_none_or(|until| until > now))
            .collect();
        // Permits of a revoked grant tell their agent that it was revoked, until someone logs in anew.
        if permitted.iter().all(|(grant, _)| is_revoked(grant) && is_granted_anew) {
            return Err(denied());
        }
        let caps: Vec<_> = permitted.iter().map(|(grant, permit)| (grant.id.clone(), permit.scopes.clone())).collect();
        let grant = choose(&record.name, permitted.into_iter().map(|(grant, _)| grant).collect(), request.account.as_deref())?;
        let cap = caps.into_iter().find(|(id, _)| *id == grant.id).and_then(|(_, cap)| cap);
        within(&grant, cap.as_ref(), request.scope.as_ref())?;
        Ok((record, grant))
    }

    async fn still_permitted(&self, agent: &Agent, request: &TokenRequest) -> Result<(), Error> {
        if self.vault()?.agent(&agent.id).await?.is_none() {
            return Err(Error::new(Code::InvalidClient, "the agent was removed"));
        }
        self.permitted(agent, request).await.map(|_| ())
    }

    async fn issued(&self, record: &ResourceRecord, grant: &Grant, request: &TokenRequest) -> Result<Issued, Error> {
        let now = self.now();
        of_this_issuer(record, grant)?;
        let grant = match grant.next(request.min_valid, now) {
            Next::Serve(_) => grant.clone(),
            Next::Refresh(_) | Next::Obtain => match self.renewed(grant).await {
                Ok(renewed) => renewed,
                // The issuer cannot answer now, and what is held is still good for a while.
                Err(error) if error.code() == Code::TemporarilyUnavailable => {
                    let kept = self.grant_of(&grant.id).await?;
                    if still_lives(&kept, self.now()) { kept } else { return Err(error) }
                }
                Err(error) => return Err(error),
            },
            Next::LogIn(_) | Next::Revoked(_) => return Err(login_required(grant)),
        };
        let tokens = grant.tokens().ok_or_else(|| login_required(&grant))?;
        if tokens.dpop_key.is_some() {
            // Without the key it is worth nothing, and the key stays here (H9, RFC 9449).
            return Err(Error::new(Code::SenderConstrained, format!("the tokens of {} are bound to a key", record.name)));
        }
        Ok(Issued {
            access_token: tokens.access_token.clone(),
            expires_at: tokens.expires_at,
            scopes: tokens.scopes.clone(),
            resource: grant.resource_parameter.clone().unwrap_or_else(|| grant.resource.to_string()),
            account: grant.account.name.clone(),
        })
    }

    async fn tell(&self, agent: Option<&Agent>, record: Option<&ResourceRecord>, outcome: &Result<Issued, Error>) {
        let who = agent.map_or("The command line", |agent| agent.name.as_str());
        let server = record.map_or("a server", |record| record.name.as_str());
        let mut event = match outcome {
            Ok(issued) => self.event("token_issued", true, format!("{who} got access to {server} as {}", issued.account)),
            Err(error) => {
                self.event("token_refused", false, format!("{who} got no access to {server}: {error}")).failed_with(error)
            }
        };
        if let Some(agent) = agent {
            event = event.by(agent);
            if let Ok(vault) = self.vault()
                && agent.last_used_at.is_none_or(|last| self.now().since(last) >= 1)
                && let Err(error) = vault.agent_used(&agent.id, self.now()).await
            {
                tracing::warn!(%error, "the agent's last use could not be noted");
            }
        }
        if let Some(record) = record {
            event = event.about(record);
        }
        self.record(event).await;
    }

    /// The server that a `resource` parameter names: its URI, or the value that its own metadata gives.
    async fn named_by(&self, resource: &str) -> Result<Option<ResourceRecord>, Error> {
        let uri = ResourceUri::from_person(resource).map_err(|error| Error::new(Code::InvalidTarget, error.to_string()))?;
        let records = self.vault()?.resources().await?;
        Ok(records.into_iter().find(|record| record.uri == uri || record.resource_parameter.as_deref() == Some(resource)))
    }
}

/// One grant of several: the account that was named, else the only one. A revoked one only where there is no other.
pub(crate) fn choose(server: &str, mut grants: Vec<Grant>, account: Option<&str>) -> Result<Grant, Error> {
    if let Some(account) = account {
        grants.retain(|grant| grant.account.name == account || grant.account.subject.as_deref() == Some(account));
    }
    if grants.iter().any(|grant| !is_revoked(grant)) {
        grants.retain(|grant| !is_revoked(grant));
    } else if let Some(last) = grants.iter().max_by_key(|grant| grant.granted_at).cloned() {
        grants = vec![last];
    }
    match (grants.len(), account) {
        (1, _) => Ok(grants.swap_remove(0)),
        (0, Some(account)) => {
            Err(Error::new(Code::LoginRequired, format!("nobody is logged in to {server} as {:?}", excerpt(account))))
        }
        (0, None) => Err(Error::new(Code::LoginRequired, format!("nobody is logged in to {server}"))),
        _ => {
            let accounts = grants.into_iter().map(|grant| grant.account.name).collect();
            Err(Error::new(Code::AccountRequired, format!("several accounts are logged in to {server}")).with_accounts(accounts))
        }
    }
}

/// The server may have moved to another authorization server: tokens of the old one are not for it (D-11, 2.14).
pub(crate) fn of_this_issuer(record: &ResourceRecord, grant: &Grant) -> Result<(), Error> {
    match &record.issuer {
        Some(issuer) if *issuer != grant.issuer && !is_revoked(grant) => Err(Error::new(
            Code::IssuerChanged,
            format!("{} now names the authorization server {issuer}; this login is of {}", record.name, grant.issuer),
        )),
        _ => Ok(()),
    }
}

fn is_revoked(grant: &Grant) -> bool {
    matches!(grant.state, GrantState::Revoked { .. })
}

/// A token carries all that was granted; who may have less, or asks for more, gets none.
fn within(grant: &Grant, cap: Option<&Scopes>, asked: Option<&Scopes>) -> Result<(), Error> {
    let Some(granted) = grant.tokens().map(|tokens| &tokens.scopes) else {
        return Ok(());
    };
    if let Some(cap) = cap.filter(|cap| granted.is_empty() || !cap.includes(granted)) {
        let more = granted.without(cap);
        return Err(Error::new(
            Code::InvalidScope,
            format!("the permit is for {cap}, and the server's token also carries {more}"),
        )
        .with_hint("Permit all scopes to this agent, or log in again with fewer."));
    }
    match asked.filter(|asked| !granted.includes(asked)) {
        Some(asked) => Err(Error::new(Code::InvalidScope, format!("{} was not granted", asked.without(granted)))),
        None => Ok(()),
    }
}

pub(crate) fn login_required(grant: &Grant) -> Error {
    let message = match &grant.state {
        GrantState::Revoked { .. } => format!("the access of {} was revoked", grant.account.name),
        GrantState::LoginNeeded(reason) => crate::resources::explain(*reason),
        GrantState::Active(_) => crate::resources::explain(oauth::grant::LoginReason::Expired),
    };
    Error::new(Code::LoginRequired, message)
}
