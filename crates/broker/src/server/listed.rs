//! Servers as lists show them: a page of them, and of all else only what belongs to it.

use crate::grant::choose::of_this_issuer;
use crate::{Broker, Error, login_needed};
use messages::Text;
use model::{
    Agent, Grant, GrantId, GrantState, LoginAttempt, Permit, Receipt, ResourceProtection,
    ResourceRecord, ResourceState, RevocationState, StandingPermit,
};
use oauth::time::Timestamp;
use std::collections::HashMap;
use std::slice;

/// A page of a list: its beginning.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// Only what has this in its name or its URI, whatever the case of its letters.
    pub search: String,
    /// So many at most; None: all.
    pub limit: Option<u32>,
}

/// A server as a list shows it. The steps of its discovery are not in its record.
#[derive(Debug, Clone)]
pub struct ListedResource {
    /// When it was looked at.
    pub at: Timestamp,
    /// What is kept of it.
    pub record: ResourceRecord,
    /// Whether a token can be had.
    pub state: ResourceState,
    /// What is wrong, if anything.
    pub message: Option<Text>,
    /// The logins, newest first.
    pub grants: Vec<Grant>,
    /// The login under way.
    pub pending: Option<LoginAttempt>,
    /// What agents may use here.
    pub permits: Vec<StandingPermit>,
    /// How the logins ended that were taken back; the newest receipt of each.
    pub receipts: Vec<Receipt>,
}

impl Broker {
    /// Every server, by name.
    pub async fn resources(&self) -> Result<Vec<ListedResource>, Error> {
        let (listed, _) = self.resources_page(&ListQuery::default()).await?;
        Ok(listed)
    }

    /// The first servers that fit, by name, and how many fit.
    pub async fn resources_page(
        &self,
        query: &ListQuery,
    ) -> Result<(Vec<ListedResource>, u64), Error> {
        let vault = self.vault()?;
        let records = vault.resources_page(&query.search, query.limit).await?;
        self.tell_doubts().await;
        let count = u64::try_from(records.len()).unwrap_or(u64::MAX);
        let total = match query.limit {
            Some(limit) if count >= u64::from(limit) => {
                vault.count_resources(&query.search).await?
            }
            _ => count,
        };
        Ok((self.all_listed(records).await?, total))
    }

    /// How many servers there are.
    pub async fn count_resources(&self) -> Result<u64, Error> {
        Ok(self.vault()?.count_resources("").await?)
    }

    /// The servers of these grants.
    pub(crate) async fn resources_of(
        &self,
        grants: impl IntoIterator<Item = &GrantId> + Send,
    ) -> Result<Vec<ListedResource>, Error> {
        let records = self.vault()?.resources_of_grants(grants).await?;
        self.all_listed(records).await
    }

    /// One server with what a list would show.
    pub(crate) async fn listed(&self, record: ResourceRecord) -> Result<ListedResource, Error> {
        let mut beside = self.beside(slice::from_ref(&record)).await?;
        Ok(self.listed_with(record, &mut beside))
    }

    async fn all_listed(&self, records: Vec<ResourceRecord>) -> Result<Vec<ListedResource>, Error> {
        let mut beside = self.beside(&records).await?;
        let listed = records
            .into_iter()
            .map(|record| self.listed_with(record, &mut beside));
        Ok(listed.collect())
    }

    async fn beside(&self, records: &[ResourceRecord]) -> Result<Beside, Error> {
        let vault = self.vault()?;
        let grants = vault
            .grants_of_all(records.iter().map(|record| &record.uri))
            .await?;
        let ids = grants.iter().map(|grant| &grant.id);
        let permits = vault.permits_for(ids).await?;
        let ids = permits.iter().map(|permit| permit.agent_id.as_str());
        let agents = vault.agents_with(ids).await?.into_iter();
        let ids = records.iter().map(|record| record.id.as_str());
        let receipts = self.receipts_of_all(ids).await?;
        Ok(Beside {
            attempts: vault.login_attempts().await?,
            agents: agents.map(|agent| (agent.id.clone(), agent)).collect(),
            permits: grouped(permits, |permit| &permit.grant_id.0),
            grants: grouped(grants, |grant| grant.resource.as_str()),
            receipts: grouped(receipts, |receipt| &receipt.resource_id),
        })
    }

    fn listed_with(&self, record: ResourceRecord, beside: &mut Beside) -> ListedResource {
        let now = self.now();
        let grants = beside.grants.remove(record.uri.as_str());
        let grants = grants.unwrap_or_default();
        let mut permits: Vec<Permit> = grants
            .iter()
            .flat_map(|grant| beside.permits.remove(&grant.id.0).unwrap_or_default())
            .collect();
        // As they were given.
        permits.sort_by(|one, other| {
            let order = |permit: &Permit| {
                let (agent, grant) = (permit.agent_id.clone(), permit.grant_id.0.clone());
                (permit.given_at, agent, grant)
            };
            order(one).cmp(&order(other))
        });
        let permits = self.standings(&record, &grants, permits, &beside.agents);
        let mut attempts = beside.attempts.iter();
        let pending = attempts
            .find(|attempt| attempt.resource == record.uri && attempt.expires_at() > now)
            .cloned();
        let receipts = beside.receipts.remove(&record.id).unwrap_or_default();
        let (state, message) = state(&record, &grants, &receipts, pending.is_some(), now);
        ListedResource {
            at: now,
            record,
            state,
            message,
            grants,
            pending,
            permits,
            receipts,
        }
    }
}

/// What belongs to the servers of a page, read with one statement each.
struct Beside {
    attempts: Vec<LoginAttempt>,
    /// Those that have permits here, by their id.
    agents: HashMap<String, Agent>,
    /// By their grant.
    permits: HashMap<String, Vec<Permit>>,
    /// Newest first, by their server's URI.
    grants: HashMap<String, Vec<Grant>>,
    /// Newest first, by their server's id.
    receipts: HashMap<String, Vec<Receipt>>,
}

/// In their order, by what they belong to.
fn grouped<T>(all: Vec<T>, to: impl Fn(&T) -> &str) -> HashMap<String, Vec<T>> {
    let mut groups: HashMap<String, Vec<T>> = HashMap::new();
    for one in all {
        groups.entry(to(&one).to_owned()).or_default().push(one);
    }
    groups
}

fn state(
    record: &ResourceRecord,
    grants: &[Grant],
    receipts: &[Receipt],
    is_pending: bool,
    now: Timestamp,
) -> (ResourceState, Option<Text>) {
    let is_of_another = |grant: &Grant| {
        record
            .issuer
            .as_ref()
            .is_some_and(|issuer| *issuer != grant.issuer)
    };
    let needs_login = grants.iter().find_map(|grant| match grant.state {
        GrantState::Revoked { .. } => None,
        GrantState::Active(_) if is_of_another(grant) => of_this_issuer(record, grant)
            .err()
            .map(|error| error.text().clone()),
        _ => login_needed(grant, now),
    });
    let is_of_use = |grant: &Grant| {
        matches!(grant.state, GrantState::Active(_)) && grant.needs_login(now).is_none()
    };
    let is_active = grants
        .iter()
        .any(|grant| is_of_use(grant) && !is_of_another(grant));
    let revoked = grants
        .iter()
        .filter(|grant| grant.is_revoked())
        .map(|grant| ending(grant, receipts));
    let unproven = revoked
        .clone()
        .flatten()
        .find(|receipt| receipt.ending == RevocationState::Open);
    match record.protection {
        _ if is_pending => (ResourceState::LoggingIn, None),
        _ if is_active => (ResourceState::Active, needs_login),
        ResourceProtection::NotProtected => (ResourceState::NotProtected, None),
        _ if needs_login.is_some() => (ResourceState::LoginNeeded, needs_login),
        _ => match (unproven, revoked.into_iter().next()) {
            (Some(open), _) => (ResourceState::RemovedHere, Some(open.headline())),
            (None, Some(Some(receipt))) if receipt.ending == RevocationState::Revoked => {
                (ResourceState::Revoked, None)
            }
            (None, Some(_)) => (ResourceState::RemovedHere, None),
            (None, None) => (ResourceState::LoginNeeded, None),
        },
    }
}

/// How a login ended that was taken back; None for one of the time before receipts were kept.
pub fn ending<'a>(grant: &Grant, receipts: &'a [Receipt]) -> Option<&'a Receipt> {
    receipts.iter().find(|receipt| receipt.grant_id == grant.id)
}
