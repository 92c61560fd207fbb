//! What an agent may have: the server that it names, if it has a permit there, and the grant that the permit is for.

use crate::error::{login, words};
use crate::grant::choose::{is_called, several_accounts};
use crate::server::standing::{refusal, standing};
use crate::{Broker, Error, command_line};
use messages::text;
use model::{Agent, Code, Grant, LoginReason, Permit, ResourceRecord, Standing};
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use oauth::uri::{ResourceUri, excerpt};

/// What an agent sends to the token endpoint.
#[derive(Debug, Clone, Default)]
pub struct TokenRequest {
    /// RFC 8707: the MCP server's URI.
    pub resource: String,
    /// The scopes that the token has to carry.
    pub scope: Option<Scopes>,
    /// Which of several accounts.
    pub account: Option<String>,
    /// Seconds that the token has to be good for.
    pub min_valid: i64,
}

impl Broker {
    /// The server that the request is for, and the agent's permits. These are looked at first, and servers and grants only by
    /// them: a server that is not there and one without a permit look alike, and are the same work (attack L11).
    pub(crate) async fn permitted_at(
        &self,
        agent: &Agent,
        request: &TokenRequest,
    ) -> Result<(ResourceRecord, Vec<Permit>), Error> {
        if request.resource.is_empty() {
            return Err(Error::new(Code::InvalidTarget, text::AgentNamesNoServer));
        }
        let uri = ResourceUri::from_person(&request.resource).map_err(|error| {
            Error::new(Code::InvalidTarget, words::url::text(&error)).with_source(error)
        })?;
        let permits = self.known_permits(&agent.id).await?;
        let record = self
            .permitted_server(&permits, &uri, &request.resource)
            .await?;
        Ok((record.ok_or_else(|| no_permit(agent))?, permits))
    }

    /// The grant there that the request is for.
    pub(crate) async fn permitted_grant(
        &self,
        agent: &Agent,
        request: &TokenRequest,
        record: &ResourceRecord,
        permits: &[Permit],
    ) -> Result<Grant, Error> {
        let grants = self.vault()?.grants_of(&record.uri).await?;
        let account = request.account.as_deref();
        let found = standings_of(record, &grants, permits, account, self.now());
        let (grant, permit, standing) = match found.as_slice() {
            [] => return Err(no_such_account(agent, record, account.unwrap_or_default())),
            [only] => only,
            several => {
                let several_of = text::AgentSeveralAccounts {
                    agent: &agent.name,
                    server: &record.name,
                };
                let grants = several.iter().map(|(grant, ..)| *grant);
                return Err(several_accounts(several_of, grants));
            }
        };
        if let Standing::LoginNeeded {
            reason: LoginReason::RenewalRefused,
        } = standing
        {
            return Err(self.login_required(grant).await?);
        }
        if let Some(refusal) = refusal(standing, &agent.name, record, grant, permit.scopes.as_ref())
        {
            return Err(refusal);
        }
        asked_for(grant, request.scope.as_ref())?;
        Ok((*grant).clone())
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

    pub(crate) async fn still_permitted(
        &self,
        agent: &Agent,
        request: &TokenRequest,
    ) -> Result<(), Error> {
        // Removed, or given another key.
        if self
            .vault()?
            .agent(&agent.id)
            .await?
            .is_none_or(|known| known.key_hash != agent.key_hash)
        {
            return Err(Error::new(Code::InvalidClient, text::AgentKeyOutdated));
        }
        let (record, permits) = self.permitted_at(agent, request).await?;
        self.permitted_grant(agent, request, &record, &permits)
            .await
            .map(|_| ())
    }
}

/// The permitted grants of this account, each with its standing. What is past is told of one only, and where there is no other.
fn standings_of<'a>(
    record: &ResourceRecord,
    grants: &'a [Grant],
    permits: &'a [Permit],
    account: Option<&str>,
    now: Timestamp,
) -> Vec<(&'a Grant, &'a Permit, Standing)> {
    let mut found: Vec<_> = grants
        .iter()
        .filter(|grant| account.is_none_or(|account| is_called(grant, account)))
        .filter_map(|grant| {
            let permit = permits.iter().find(|permit| permit.grant_id == grant.id)?;
            let standing = standing(record, grant, grants, permit, now);
            Some((grant, permit, standing))
        })
        .collect();
    if found.iter().any(|(.., standing)| !standing.is_past()) {
        found.retain(|(.., standing)| !standing.is_past());
    } else {
        // Grants come newest first.
        found.sort_by_key(|(.., standing)| standing.rank());
        found.truncate(1);
    }
    found
}

fn no_permit(agent: &Agent) -> Error {
    let command = command_line(&["agent", "permit", &agent.name, "SERVER"]);
    let none = text::AgentNoAccess { agent: &agent.name };
    Error::new(Code::AccessDenied, none).with_hint(text::AgentGiveAccess { command })
}

/// The same whether that account is logged in or not: this agent has another one only.
fn no_such_account(agent: &Agent, record: &ResourceRecord, account: &str) -> Error {
    let (server, login) = (record.name.as_str(), login(&record.name));
    let give = command_line(&["agent", "permit", &agent.name, server, "--account", account]);
    let none = text::AgentNoSuchAccount {
        agent: &agent.name,
        server,
        account: excerpt(account),
    };
    Error::new(Code::LoginRequired, none).with_hint(text::AgentUseThatAccount { login, give })
}

/// A token carries all that was granted; who asks for more gets none.
fn asked_for(grant: &Grant, asked: Option<&Scopes>) -> Result<(), Error> {
    let granted = grant.tokens().map(|tokens| &tokens.scopes);
    match (granted, asked) {
        (Some(granted), Some(asked)) if !granted.includes(asked) => {
            let scopes = asked.without(granted).to_vec();
            let missing = text::AgentScopesNotGranted { scopes };
            Err(Error::new(Code::InvalidScope, missing))
        }
        _ => Ok(()),
    }
}
