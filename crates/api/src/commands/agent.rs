//! Agents, their permits, and the activity log.

use crate::convert;
use crate::dto::{
    Agent, AgentAdd, AgentId, AgentKey, AgentPage, AgentRename, Event, EventQuery, ListQuery,
    OfferQuery, PermitGive, PermitId, PermitOffer,
};
use crate::host::Host;
use broker::Error;
use messages::text;
use model::{Code, GrantId};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;

impl Host {
    pub(crate) async fn agents_list(&self, args: ListQuery) -> Result<AgentPage, Error> {
        let page = self.broker().agents_page(&args.into()).await?;
        let total = page.total;
        let agents = convert::agents(page);
        Ok(AgentPage { agents, total })
    }

    pub(crate) async fn agent_add(&self, args: AgentAdd) -> Result<AgentKey, Error> {
        let (agent, key) = self.broker().add_agent(&args.name).await?;
        Ok(self.keyed(convert::agent(agent, Vec::new()), &key))
    }

    pub(crate) async fn agent_new_key(&self, args: AgentId) -> Result<AgentKey, Error> {
        let (agent, key) = self.broker().new_agent_key(&args.id).await?;
        Ok(self.keyed(self.one_agent(&agent.id).await?, &key))
    }

    pub(crate) async fn agent_rename(&self, args: AgentRename) -> Result<Agent, Error> {
        let agent = self.broker().rename_agent(&args.id, &args.name).await?;
        self.one_agent(&agent.id).await
    }

    pub(crate) async fn agent_remove(&self, args: AgentId) -> Result<(), Error> {
        self.broker().remove_agent(&args.id).await
    }

    pub(crate) async fn permit_give(&self, args: PermitGive) -> Result<Agent, Error> {
        let permit = model::Permit {
            agent_id: args.agent_id.clone(),
            grant_id: GrantId(args.grant_id),
            scopes: args
                .scopes
                .map(|scopes| scopes.into_iter().collect::<Scopes>()),
            until: args.until.map(Timestamp),
            given_at: self.broker().now(),
        };
        self.broker().permit(permit).await?;
        self.one_agent(&args.agent_id).await
    }

    pub(crate) async fn permit_remove(&self, args: PermitId) -> Result<Agent, Error> {
        self.broker()
            .unpermit(&args.agent_id, &GrantId(args.grant_id))
            .await?;
        self.one_agent(&args.agent_id).await
    }

    pub(crate) async fn permit_offers(&self, args: OfferQuery) -> Result<Vec<PermitOffer>, Error> {
        let offers = self
            .broker()
            .permit_offers(args.resource_id.as_deref())
            .await?;
        Ok(offers.into_iter().map(convert::permit_offer).collect())
    }

    pub(crate) async fn events_list(&self, args: EventQuery) -> Result<Vec<Event>, Error> {
        let query = EventQuery {
            limit: args.limit.min(500),
            ..args
        };
        let events = self.broker().events(&query).await?;
        Ok(events.into_iter().map(convert::event).collect())
    }

    fn keyed(&self, agent: Agent, key: &Secret) -> AgentKey {
        let address = self.inner.endpoint_status.borrow().address.clone();
        let address = address
            .unwrap_or_else(|| format!("http://127.0.0.1:{}", endpoint::Options::default().port));
        let example = convert::example(&agent.id, key, &address);
        AgentKey {
            agent,
            key: key.expose().to_owned(),
            example,
        }
    }

    async fn one_agent(&self, id: &str) -> Result<Agent, Error> {
        let page = self.broker().agent_listed(id).await?;
        convert::agents(page)
            .pop()
            .ok_or_else(|| Error::new(Code::AgentUnknown, text::AgentGone))
    }
}
