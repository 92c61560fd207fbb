//! Permits: given, taken, and offered anew after a new login.

use crate::server::standing::successor;
use crate::store::events::EventContext;
use crate::{Broker, Change, Error};
use messages::text;
use model::{
    Code, EventKind, Grant, GrantId, Permit, PermitOffer, ResourceRecord, Standing, StandingPermit,
};

impl Broker {
    /// What agents had before a login was taken back, where the same account is logged in again. Nothing is given by itself;
    /// it is offered until the person permits it again ([`Broker::permit`]) or takes the old permit back
    /// ([`Broker::unpermit`]).
    pub async fn permit_offers(&self, reference: Option<&str>) -> Result<Vec<PermitOffer>, Error> {
        let servers = match reference {
            Some(reference) => vec![self.listed(self.record_of(reference).await?).await?],
            None => self.resources().await?,
        };
        Ok(servers
            .iter()
            .flat_map(|server| offers(&server.record, &server.grants, &server.permits))
            .collect())
    }

    /// Lets an agent use a grant.
    pub async fn permit(&self, permit: Permit) -> Result<(), Error> {
        let agent = self.agent(&permit.agent_id).await?;
        let grant = self.grant_of(&permit.grant_id).await?;
        let record = self.record_of(grant.resource.as_str()).await?;
        let (server, account) = (&record.name, &grant.account.name);
        if grant.is_revoked() {
            let revoked = text::AgentLoginRevoked { account, server };
            return Err(Error::new(Code::LoginRequired, revoked).with_hint(text::AgentSignInFirst));
        }
        let vault = self.vault()?;
        vault.give_permit(&permit).await?;
        // What was permitted of an earlier login of the same account is answered with this one.
        for earlier in vault.grants_of(&grant.resource).await? {
            if earlier.id != grant.id
                && earlier.is_revoked()
                && earlier.account.is_same(&grant.account)
            {
                vault.remove_permit(&agent.id, &earlier.id).await?;
            }
        }
        let line = text::AgentAccessGiven {
            agent: &agent.name,
            server,
            account,
        };
        self.record(
            self.event(EventKind::PermitGiven, true, line)
                .by(&agent)
                .about(&record)
                .on(&grant),
        )
        .await;
        Ok(())
    }

    /// Takes a permit back.
    pub async fn unpermit(&self, agent_id: &str, grant: &GrantId) -> Result<(), Error> {
        let agent = self.agent(agent_id).await?;
        let grant = self.grant_of(grant).await?;
        let record = self.record_of(grant.resource.as_str()).await?;
        if self.vault()?.remove_permit(&agent.id, &grant.id).await? {
            let line = text::AgentAccessRemoved {
                agent: &agent.name,
                server: &record.name,
                account: &grant.account.name,
            };
            self.record(
                self.event(EventKind::PermitRemoved, true, line)
                    .by(&agent)
                    .about(&record)
                    .on(&grant),
            )
            .await;
        }
        self.changed(Change::Vault);
        Ok(())
    }
}

/// Of one server.
pub fn offers(
    record: &ResourceRecord,
    grants: &[Grant],
    permits: &[StandingPermit],
) -> Vec<PermitOffer> {
    let of = |known: &StandingPermit| {
        let before = grants
            .iter()
            .find(|grant| grant.id == known.permit.grant_id)?;
        let now = successor(before, grants)
            .filter(|_| known.standing == Standing::LoginRevoked { anew: true })?;
        Some(PermitOffer {
            agent: known.agent.clone(),
            permit: Permit {
                grant_id: now.id.clone(),
                ..known.permit.clone()
            },
            before: before.id.clone(),
            resource_id: record.id.clone(),
            resource_name: record.name.clone(),
            account: now.account.name.clone(),
        })
    };
    permits.iter().filter_map(of).collect()
}
