//! A server with all that a person wants to know of it.

use crate::issuer::scopes::scopes_to_ask;
use crate::server::listed::ListedResource;
use crate::store::records::readable;
use crate::{Broker, Error};
use messages::Text;
use model::{
    ClientRecord, Grant, LoginAttempt, Receipt, ResourceRecord, ResourceState, StandingPermit,
};
use oauth::metadata::{AuthorizationServer, EnteredEndpoints};
use oauth::registration::RegistrationKind;
use oauth::scope::Scopes;
use oauth::time::Timestamp;

impl Broker {
    /// By id, by name, or by URI.
    pub async fn resource(&self, reference: &str) -> Result<ResourceView, Error> {
        let record = self.record_of(reference).await?;
        self.view(record).await
    }

    pub(crate) async fn view(&self, record: ResourceRecord) -> Result<ResourceView, Error> {
        let vault = self.vault()?;
        let ListedResource {
            at,
            record,
            state,
            message,
            grants,
            pending,
            permits,
            receipts,
        } = self.listed(record).await?;
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
        let scopes_to_ask = scopes_to_ask(&record, authorization_server.as_ref(), &grants);
        Ok(ResourceView {
            at,
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
