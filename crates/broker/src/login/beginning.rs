//! A login that begins: the person's choices, and what is known of the server now.

use crate::issuer::registration::criteria::RegistrationCriteria;
use crate::issuer::scopes::{OFFLINE, scopes_of_login};
use crate::{Broker, Error};
use model::{AccountWish, LoginMethod, RedirectPreference, ResourceProtection, ResourceRecord};
use oauth::address_guard::Reach;
use oauth::authorization::OpenIdParameters;
use oauth::concession::Concession;
use oauth::metadata::AuthorizationServer;
use oauth::redirect::Redirect;
use oauth::registration::RegistrationKind;
use oauth::scope::Scopes;
use vault::ConsentHabit;

impl Broker {
    /// What is known of the server now: its protection, fresh metadata, and what to ask for.
    pub(crate) async fn beginning<'a>(
        &self,
        record: &ResourceRecord,
        options: &'a LoginOptions,
    ) -> Result<LoginContext<'a>, Error> {
        let record = if record.protection == ResourceProtection::Protected {
            record.clone()
        } else {
            self.check(&record.id, &|_| {}).await?.record
        };
        let record = match &options.method {
            Some(method) => ResourceRecord {
                login_method: method.clone(),
                ..record
            },
            None => record,
        };
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let server = self.fresh_server(&record, reach).await?;
        let habits = self.vault()?.issuer_habits(&server.issuer).await?;
        let grants = self.vault()?.grants_of(&record.uri).await?;
        let scopes = scopes_of_login(&record, &server, &grants, habits, options.scopes.as_ref());
        let resource_parameter = record
            .resource_parameter
            .clone()
            .filter(|_| !record.concessions.allow(Concession::NoResourceParameter));
        let consent = habits.consent == ConsentHabit::Wanted && scopes.contains(OFFLINE);
        Ok(LoginContext {
            record,
            server,
            resource_parameter,
            scopes,
            reach,
            consent,
            options,
        })
    }
}

/// What a person chooses for one login.
#[derive(Debug, Clone, Default)]
pub struct LoginOptions {
    /// None: what is known to work at this issuer.
    pub redirect: Option<RedirectPreference>,
    /// The person brings the answer by hand: at a deep link a browser without this program ends on no address at all.
    pub pasted: bool,
    /// What the authorization request says of the person.
    pub wishes: OpenIdParameters,
    /// Whose login it shall be.
    pub account: AccountWish,
    /// More than is asked for anyway: what an operation lacked (S-10).
    pub scopes: Option<Scopes>,
    /// How to log in; None: as was chosen for the server. It is kept for the server once a login by it has begun, but a device
    /// code (RFC 8628), which is for one login.
    pub method: Option<LoginMethod>,
    /// How to get a client id; None: the best way there is.
    pub registration: Option<RegistrationKind>,
    /// A new registration, though there is one that seems good.
    pub anew: bool,
    /// False where the person carries the address over.
    pub open_browser: bool,
}

/// A login that begins: what all ways of logging in need to know.
pub(crate) struct LoginContext<'a> {
    pub(super) record: ResourceRecord,
    pub(super) server: AuthorizationServer,
    pub(super) resource_parameter: Option<String>,
    pub(super) scopes: Scopes,
    pub(super) reach: Reach,
    /// The issuer was found to give no refresh token without being asked for consent by name.
    pub(super) consent: bool,
    pub(super) options: &'a LoginOptions,
}

impl LoginContext<'_> {
    /// What the login needs a client id for: of a person, with these redirects.
    pub(super) fn criteria<'b>(&'b self, redirects: &'b [Redirect]) -> RegistrationCriteria<'b> {
        RegistrationCriteria {
            record: &self.record,
            server: &self.server,
            redirects,
            scopes: &self.scopes,
            by: self.options.registration,
            anew: self.options.anew,
            unattended: false,
            reach: self.reach,
        }
    }
}
