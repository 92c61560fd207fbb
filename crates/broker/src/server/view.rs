//! A server with all that a person wants to know of it.

use crate::grant::choose::of_this_issuer;
use crate::issuer::scopes::scopes_to_ask;
use crate::store::records::readable;
use crate::{Broker, Error, login_needed};
use messages::Text;
use model::{
    ClientRecord, Grant, GrantId, GrantState, LoginAttempt, Permit, Receipt, ResourceProtection,
    ResourceRecord, ResourceState, RevocationState, StandingPermit,
};
use oauth::metadata::{AuthorizationServer, EnteredEndpoints};
use oauth::registration::RegistrationKind;
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use std::collections::HashMap;

impl Broker {
    /// Every server.
    pub async fn resources(&self) -> Result<Vec<ResourceView>, Error> {
        let mut views = Vec::new();
        let records = self.vault()?.resources().await?;
        self.tell_doubts().await;
        let mut common = self.common(None).await?;
        for record in records {
            views.push(self.view_beside(record, &mut common).await?);
        }
        Ok(views)
    }

    /// By id, by name, or by URI.
    pub async fn resource(&self, reference: &str) -> Result<ResourceView, Error> {
        let record = self.record_of(reference).await?;
        self.view(record).await
    }

    pub(crate) async fn view(&self, record: ResourceRecord) -> Result<ResourceView, Error> {
        let mut common = self.common(Some(&record)).await?;
        self.view_beside(record, &mut common).await
    }

    /// What one server's view needs, or that of each.
    async fn common(&self, of: Option<&ResourceRecord>) -> Result<Common, Error> {
        let vault = self.vault()?;
        let grants = match of {
            Some(record) => vault.grants_of(&record.uri).await?,
            None => vault.grants().await?,
        };
        let receipts = self.receipts(of.map(|record| record.id.as_str())).await?;
        Ok(Common {
            attempts: vault.login_attempts().await?,
            permits: CommonPermits::of(vault.permits().await?),
            grants: grouped(grants, |grant| grant.resource.as_str()),
            receipts: grouped(receipts, |receipt| &receipt.resource_id),
        })
    }

    async fn view_beside(
        &self,
        record: ResourceRecord,
        common: &mut Common,
    ) -> Result<ResourceView, Error> {
        let vault = self.vault()?;
        let grants = common.grants.remove(record.uri.as_str());
        let grants = grants.unwrap_or_default();
        let now = self.now();
        let mut attempts = common.attempts.iter();
        let pending = attempts
            .find(|attempt| attempt.resource == record.uri && attempt.expires_at() > now)
            .cloned();
        let authorization_server = match &record.issuer {
            Some(issuer) => self
                .known_server(&vault, &record, issuer)
                .await?
                .map(|(server, _)| server),
            None => None,
        };
        let of_login = pending.as_ref().and_then(LoginAttempt::registration_id);
        let registration_id = of_login.or_else(|| grants.first()?.registration_id.as_deref());
        let registration = readable(vault.registration_if(registration_id).await)?;
        // One that a login got that failed, or that was entered: the next login takes it.
        let registration = match (registration, &record.issuer) {
            (None, Some(issuer)) => {
                let known = vault.registrations_at(issuer).await?;
                let entered = known
                    .iter()
                    .find(|known| known.kind == RegistrationKind::PreRegistered);
                entered.or(known.first()).cloned()
            }
            (known, _) => known,
        };
        let permits = self.standings(&record, &grants, &common.permits.for_grants(&grants));
        let receipts = common.receipts.remove(&record.id).unwrap_or_default();
        let (state, message) = state(&record, &grants, &receipts, pending.is_some(), now);
        let scopes_to_ask = scopes_to_ask(&record, authorization_server.as_ref(), &grants);
        Ok(ResourceView {
            at: now,
            wants_consent: self.wants_consent(record.issuer.as_ref()).await?,
            entered: vault.entered_endpoints(&record).await?,
            record,
            state,
            message,
            authorization_server,
            scopes_to_ask,
            registration,
            grants,
            pending,
            permits,
            receipts,
        })
    }
}

/// What lies in one table for all servers: read once, however many are listed.
struct Common {
    attempts: Vec<LoginAttempt>,
    permits: CommonPermits,
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

/// All permits, as they were given, and where those for a grant stand.
struct CommonPermits {
    all: Vec<Permit>,
    by_grant: HashMap<GrantId, Vec<usize>>,
}

impl CommonPermits {
    fn of(all: Vec<Permit>) -> Self {
        let mut by_grant: HashMap<GrantId, Vec<usize>> = HashMap::new();
        for (place, permit) in all.iter().enumerate() {
            let places = by_grant.entry(permit.grant_id.clone()).or_default();
            places.push(place);
        }
        Self { all, by_grant }
    }

    fn for_grants(&self, grants: &[Grant]) -> Vec<Permit> {
        let places = grants.iter().filter_map(|it| self.by_grant.get(&it.id));
        let mut places: Vec<usize> = places.flatten().copied().collect();
        places.sort_unstable();
        let permits = places.into_iter().filter_map(|place| self.all.get(place));
        permits.cloned().collect()
    }
}

/// A server with all that a person wants to know of it.
#[derive(Debug, Clone)]
pub struct ResourceView {
    /// When it was looked at.
    pub at: Timestamp,
    /// The next login asks for consent by name, since no refresh token came without.
    pub wants_consent: bool,
    /// What is kept of it.
    pub record: ResourceRecord,
    /// Whether a token can be had.
    pub state: ResourceState,
    /// What is wrong, if anything.
    pub message: Option<Text>,
    /// What is known of its authorization server.
    pub authorization_server: Option<AuthorizationServer>,
    /// The addresses of it that a person entered.
    pub entered: Option<EnteredEndpoints>,
    /// What the next login asks for.
    pub scopes_to_ask: Scopes,
    /// The client of the login under way, of the newest grant, or of the next login.
    pub registration: Option<ClientRecord>,
    /// The logins, newest first.
    pub grants: Vec<Grant>,
    /// The login under way.
    pub pending: Option<LoginAttempt>,
    /// What agents may use here.
    pub permits: Vec<StandingPermit>,
    /// How the logins ended that were taken back; the newest receipt of each.
    pub receipts: Vec<Receipt>,
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
