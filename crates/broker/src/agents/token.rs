//! An agent asks: permit? → what follows from the grant now → event → answer.

use crate::agents::AuthenticatedAgent;
use crate::agents::access_token::AccessToken;
use crate::grant::choose::{choose, of_this_issuer};
use crate::store::events::EventContext;
use crate::store::span;
use crate::{Broker, Error, TokenRequest};
use messages::{Text, text};
use model::{Agent, Code, EventKind, Grant, GrantId, NewEvent, Next, ResourceRecord};
use std::sync::Arc;
use vault::VaultVersion;

impl Broker {
    /// A token for a permitted agent. Yes or no, it leaves an event (invariant 6).
    pub async fn issue(&self, agent: &Agent, request: TokenRequest) -> Result<AccessToken, Error> {
        let version = self.settled_version().await;
        self.issue_at(version, agent, request).await
    }

    /// The same, for an agent that has just shown its key.
    pub async fn issue_to(
        &self,
        caller: &AuthenticatedAgent,
        request: TokenRequest,
    ) -> Result<AccessToken, Error> {
        self.issue_at(caller.version, &caller.agent, request).await
    }

    async fn issue_at(
        &self,
        version: Option<VaultVersion>,
        agent: &Agent,
        request: TokenRequest,
    ) -> Result<AccessToken, Error> {
        if let Some((issued, given, vault)) = self.cached(version, agent, &request) {
            self.inner.renewals.expect_more(&given.grant);
            self.record_soon(vault, &given.event).await;
            return Ok(issued);
        }
        self.issue_anew(agent, request).await
    }

    /// Where nothing is remembered that would answer it.
    #[tracing::instrument(
        level = "warn",
        name = "issue",
        skip_all,
        fields(server, issuer, grant),
        err(level = "debug", Debug)
    )]
    async fn issue_anew(&self, agent: &Agent, request: TokenRequest) -> Result<AccessToken, Error> {
        let version = self.settled_version().await;
        // Who has a permit there is told of with the server; for the others it takes no longer than where there is none.
        let (record, permits) = match self.permitted_at(agent, &request).await {
            Ok(found) => found,
            Err(error) => return Err(self.token_refused(Some(agent), None, None, error).await),
        };
        span::server(&record);
        let grant = match self
            .permitted_grant(agent, &request, &record, &permits)
            .await
        {
            Ok(grant) => grant,
            Err(error) => {
                return Err(self
                    .token_refused(Some(agent), Some(&record), None, error)
                    .await);
            }
        };
        span::grant(&grant.id);
        let waits = !matches!(grant.next(request.min_valid, self.now()), Next::Serve(_));
        let mut outcome = self.served(&record, &grant, &request).await;
        if let Ok((_, grant)) = &outcome {
            self.inner.renewals.expect_more(grant);
        }
        // Whoever waited may have lost the permit meanwhile, or the token gained a scope.
        if waits
            && outcome.is_ok()
            && let Err(error) = self.still_permitted(agent, &request).await
        {
            outcome = Err(error);
        }
        let (issued, grant) = match outcome {
            Ok(given) => given,
            Err(error) => {
                let (record, grant) = (Some(&record), Some(&grant.id));
                return Err(self.token_refused(Some(agent), record, grant, error).await);
            }
        };
        // Locked in this very moment: what leaves no line is not given.
        let vault = self.vault()?;
        let event = Arc::new(self.token_given(Some(agent), &record, &grant.id, &issued));
        self.cache(
            version,
            agent,
            &request,
            (&record, &permits),
            (&grant, &event),
        );
        self.record_soon(vault, &event).await;
        Ok(issued)
    }

    /// A token for the person at the keyboard, who needs no permit. It is in the log before it is given.
    pub async fn token_for_person(
        &self,
        reference: &str,
        account: Option<&str>,
        min_valid: i64,
    ) -> Result<AccessToken, Error> {
        let (issued, event) = self.person_token(reference, account, min_valid).await?;
        // Locked in this very moment: what leaves no line is not given.
        self.vault()?;
        self.record_answer(event).await;
        Ok(issued)
    }

    /// The same where a host gives it, which goes on and writes its log in groups.
    pub async fn token_for_person_at_a_host(
        &self,
        reference: &str,
        account: Option<&str>,
        min_valid: i64,
    ) -> Result<AccessToken, Error> {
        let (issued, event) = self.person_token(reference, account, min_valid).await?;
        self.record_soon(self.vault()?, &Arc::new(event)).await;
        Ok(issued)
    }

    #[tracing::instrument(
        level = "warn",
        name = "issue",
        skip_all,
        fields(server, issuer, grant),
        err(level = "debug", Debug)
    )]
    async fn person_token(
        &self,
        reference: &str,
        account: Option<&str>,
        min_valid: i64,
    ) -> Result<(AccessToken, NewEvent), Error> {
        let record = self.record_of(reference).await?;
        let grants = self.vault()?.grants_of(&record.uri).await?;
        let grant = choose(&record.name, grants, account)?;
        span::server(&record);
        span::grant(&grant.id);
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
        match outcome {
            Ok(issued) => {
                let event = self.token_given(None, &record, &grant.id, &issued);
                Ok((issued, event))
            }
            Err(error) => {
                let (record, grant) = (Some(&record), Some(&grant.id));
                Err(self.token_refused(None, record, grant, error).await)
            }
        }
    }

    /// The token, and the grant that it is of as it is now.
    async fn served(
        &self,
        record: &ResourceRecord,
        grant: &Grant,
        request: &TokenRequest,
    ) -> Result<(AccessToken, Grant), Error> {
        of_this_issuer(record, grant)?;
        let grant = self.usable(grant, request.min_valid).await?;
        let Some(tokens) = grant.tokens() else {
            return Err(self.login_required(&grant).await?);
        };
        if tokens.dpop_key.is_some() {
            // Without the key it is worth nothing, and the key stays here (RFC 9449).
            let server = &record.name;
            return Err(Error::new(
                Code::SenderConstrained,
                text::AgentTokenBound { server },
            ));
        }
        let issued = AccessToken::of(&grant, tokens, tokens.access_token.clone());
        Ok((issued, grant))
    }

    /// The line about a token that was given.
    fn token_given(
        &self,
        agent: Option<&Agent>,
        record: &ResourceRecord,
        grant: &GrantId,
        issued: &AccessToken,
    ) -> NewEvent {
        let who = agent.map(|agent| agent.name.as_str());
        let line = got_token(who, &record.name, &issued.account);
        let event = self
            .event(EventKind::TokenIssued, true, line)
            .about(record)
            .by(agent);
        NewEvent {
            grant_id: Some(grant.clone()),
            ..event
        }
    }

    /// The refusal, once it is in the activity log: it is rare, and written before it is told.
    async fn token_refused(
        &self,
        agent: Option<&Agent>,
        record: Option<&ResourceRecord>,
        grant: Option<&GrantId>,
        error: Error,
    ) -> Error {
        let who = agent.map(|agent| agent.name.as_str());
        let server = record.map(|record| record.name.as_str());
        let line = got_none(who, server, error.text());
        let mut event = self
            .event(EventKind::TokenRefused, false, line)
            .failed_with(&error)
            .by(agent);
        if let Some(record) = record {
            event = event.about(record);
        }
        event.grant_id = grant.cloned();
        self.record_answer(event).await;
        error
    }
}

/// The line of the log about a token that an agent was given, or the command line.
fn got_token(agent: Option<&str>, server: &str, account: &str) -> Text {
    match agent {
        Some(agent) => text::AgentGotToken {
            agent,
            server,
            account,
        }
        .into(),
        None => text::AgentCommandLineGotToken { server, account }.into(),
    }
}

/// The same where there was none. The server is known where the agent may know it, and always to the command line.
fn got_none(agent: Option<&str>, server: Option<&str>, why: &Text) -> Text {
    match (agent, server) {
        (Some(agent), Some(server)) => text::AgentGotNone { agent, server, why }.into(),
        (Some(agent), None) => text::AgentGotNothing { agent, why }.into(),
        (None, server) => {
            let server = server.unwrap_or_default();
            text::AgentCommandLineGotNone { server, why }.into()
        }
    }
}
