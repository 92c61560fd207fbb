//! What a login needs a client id for, and what it gets.

use crate::Broker;
use model::{ClientRecord, ResourceRecord};
use oauth::address_guard::Reach;
use oauth::metadata::AuthorizationServer;
use oauth::redirect::Redirect;
use oauth::registration::{AuthMethod, Registration, RegistrationKind};
use oauth::scope::Scopes;
use oauth::uri::Issuer;

impl Broker {
    /// A registration that no issuer made: given by its owner, or a document of ours.
    pub(crate) fn given(
        &self,
        issuer: Issuer,
        kind: RegistrationKind,
        client_id: String,
    ) -> Registration {
        Registration {
            issuer,
            redirects: Vec::new(),
            kind,
            client_id,
            client_secret: None,
            key_id: None,
            auth_method: AuthMethod::None,
            secret_expires_at: None,
            management: None,
            registered_at: self.now(),
        }
    }
}

/// What a login needs a client id for.
pub(crate) struct RegistrationCriteria<'a> {
    pub(crate) record: &'a ResourceRecord,
    pub(crate) server: &'a AuthorizationServer,
    /// Best first; empty where no browser's answer is awaited.
    pub(crate) redirects: &'a [Redirect],
    pub(crate) scopes: &'a Scopes,
    /// The person chose this way to get one.
    pub(crate) by: Option<RegistrationKind>,
    /// A new registration, though there is one.
    pub(crate) anew: bool,
    /// For access of the program's own, which nobody logs in to (RFC 6749 §4.4).
    pub(crate) unattended: bool,
    pub(crate) reach: Reach,
}

/// A client id, and the redirect that goes with it.
pub(crate) struct ClientChoice {
    pub(crate) registration: ClientRecord,
    pub(crate) redirect: Redirect,
}

impl RegistrationCriteria<'_> {
    pub(super) fn may_be(&self, kind: RegistrationKind) -> bool {
        self.by.is_none_or(|by| by == kind)
    }

    /// A client that its owner gave us has rights of its own (SEP-1046). One that we register has none, but where the issuer
    /// has no login for people at all: what it registers is for programs.
    pub(super) fn registers(&self) -> bool {
        self.server.registration_endpoint.is_some()
            && (!self.unattended || is_for_programs_only(self.server))
    }

    /// The best redirect that this registration knows. Without an awaited answer any will do: it is not used.
    pub(super) fn redirect_of(&self, registration: &ClientRecord) -> Option<Redirect> {
        if self.redirects.is_empty() {
            return Some(Redirect::DEEP_LINK);
        }
        self.redirects
            .iter()
            .copied()
            .find(|redirect| registration.redirects.contains(redirect))
    }
}

/// A client that its issuer gives no more than what it was registered for (RFC 7591 §2 `scope`): kept for what was granted.
pub(crate) fn narrow(registration_id: &str) -> String {
    format!("narrow {registration_id}")
}

/// Its metadata names no login of people, in a browser here or elsewhere.
pub(crate) fn is_for_programs_only(server: &AuthorizationServer) -> bool {
    !server.offers_code_flow()
        && server.device_authorization_endpoint.is_none()
        && server.offers(oauth::assertion::CLIENT_CREDENTIALS)
}
