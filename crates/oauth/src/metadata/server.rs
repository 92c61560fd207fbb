//! An authorization server whose endpoints may be used: where it has them from, whose login page it is, and every host that a
//! login leads to.

use super::error::{AddressFault, MetadataError, endpoint};
use super::member::filled;
use crate::address_guard::Reach;
use crate::concession::{Concession, Concessions};
use crate::scope::Scopes;
use crate::uri::{Issuer, excerpt, host_and_port, same_origin, secure_url};
use crate::vendor::Vendor;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

/// Metadata of an issuer that passed every check of [`AuthorizationServerMetadata::verify`](super::AuthorizationServerMetadata::verify).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationServer {
    /// The document's own string; by concession the name that it was asked by.
    pub issuer: Issuer,
    /// The document's own string, where by concession it is another (Q13): what `iss` is compared with.
    #[serde(default)]
    pub speaks_as: Option<Issuer>,
    /// Where a person logs in; None where the code flow is not offered. Earlier versions kept an empty text for that.
    #[serde(default, deserialize_with = "filled")]
    pub authorization_endpoint: Option<String>,
    /// RFC 6749 §3.2.
    pub token_endpoint: String,
    /// RFC 7591 §3.
    pub registration_endpoint: Option<String>,
    /// RFC 7009 §2.
    pub revocation_endpoint: Option<String>,
    /// OpenID Connect Core §5.3.
    pub userinfo_endpoint: Option<String>,
    /// RFC 8628 §3.1.
    #[serde(default)]
    pub device_authorization_endpoint: Option<String>,
    /// RFC 8414 §2; None: not said.
    pub token_endpoint_auth_methods: Option<Vec<String>>,
    /// RFC 8414 §2; None: not said.
    pub revocation_endpoint_auth_methods: Option<Vec<String>>,
    /// All that it lists.
    pub scopes_supported: Scopes,
    /// RFC 8414 `grant_types_supported`; None: not said, and so the code flow.
    #[serde(default)]
    pub grant_types: Option<Vec<String>>,
    /// What proofs of a key may be signed with (RFC 9449 §5.1).
    #[serde(default)]
    pub dpop_algorithms: Vec<String>,
    /// The profiles of assertions that it takes.
    #[serde(default)]
    pub grant_profiles: Vec<String>,
    /// Members of its document that name an address which cannot be used, each with the reason.
    #[serde(default)]
    pub unusable: Vec<(String, AddressFault)>,
    /// What id tokens are signed with; empty: not said.
    #[serde(default)]
    pub id_token_algorithms: Vec<String>,
    /// Its answers say who they are from (RFC 9207).
    pub sends_iss: bool,
    /// It takes the URL of a document as a client id.
    pub accepts_metadata_documents: bool,
    /// How its endpoints are known.
    #[serde(default)]
    pub basis: Basis,
}

/// How the endpoints are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "EndpointBasis")]
pub enum Basis {
    /// The issuer's own document names them.
    #[default]
    Published,
    /// Nothing names them: they are where the revision of 2025-03-26 assumed them to be.
    Assumed,
    /// A person entered them.
    Entered,
}

impl AuthorizationServer {
    /// What `iss` in an answer has to be (RFC 9207 §2.4).
    pub fn expected_iss(&self) -> &Issuer {
        self.speaks_as.as_ref().unwrap_or(&self.issuer)
    }

    /// Where a login leads, and whether it may: asked when the metadata comes, and again whenever it is used, since what
    /// is kept may be older than a concession that was taken back.
    pub fn check(&self, concessions: &Concessions, reach: Reach) -> Result<(), MetadataError> {
        reach
            .checked(&self.token_endpoint)
            .map_err(endpoint("token_endpoint"))?;
        let Some(authorization_endpoint) = &self.authorization_endpoint else {
            return Ok(());
        };
        let login = reach
            .checked(authorization_endpoint)
            .map_err(endpoint("authorization_endpoint"))?;
        if self.sends_iss || concessions.allow(Concession::ForeignLoginPage) || self.owns(&login) {
            return Ok(());
        }
        Err(self.foreign(&login))
    }

    /// Whether the page is the issuer's own, as far as that can be seen: on its host, below its host, or where the
    /// issuer's known maker has its login pages.
    ///
    /// Not so a parent of its host, or a sibling: many domains are shared by strangers (`someone.github.io`), no list of
    /// them is whole, and who owns `evil.example.com` must not borrow the login page of `example.com`. Other ports are
    /// other programs. Where a person entered the endpoints there is no document that could speak for an issuer, and
    /// what counts is who gets the code.
    pub fn owns(&self, page: &Url) -> bool {
        let owner = match self.basis {
            Basis::Entered => secure_url(&self.token_endpoint),
            Basis::Published | Basis::Assumed => self.issuer.url(),
        };
        let Ok(owner) = owner else { return false };
        let below = |page: &str, host: &str| {
            page.strip_suffix(host)
                .is_some_and(|rest| rest.ends_with('.'))
        };
        let is_below = match (page.domain(), owner.domain()) {
            (Some(page), Some(owner)) => below(page, owner),
            _ => false,
        };
        let same_door = page.scheme() == owner.scheme()
            && page.port_or_known_default() == owner.port_or_known_default();
        same_origin(page, &owner)
            || (is_below && same_door)
            || (page.scheme() == "https"
                && page.port().is_none()
                && page
                    .host_str()
                    .is_some_and(|host| Vendor::logs_in_at(&owner, host)))
    }

    /// Why a page of somebody else's is not opened unasked.
    pub fn foreign(&self, page: &Url) -> MetadataError {
        let issuer = self
            .issuer
            .url()
            .map_or_else(|_| excerpt(self.issuer.as_str()), |url| host_and_port(&url));
        MetadataError::ForeignLoginPage {
            login: host_and_port(page),
            issuer,
            token: Self::host_of(&self.token_endpoint),
        }
    }

    /// Who made it, as far as that is known of whoever speaks.
    pub fn vendor(&self) -> Option<&'static Vendor> {
        Vendor::speaking(
            &[self.expected_iss(), &self.issuer],
            &[
                self.authorization_endpoint.as_deref().unwrap_or_default(),
                &self.token_endpoint,
            ],
        )
    }

    /// Whether a person logs in there by a browser.
    pub fn offers_code_flow(&self) -> bool {
        self.authorization_endpoint.is_some()
    }

    /// Whether it says that it takes this grant type.
    pub fn offers(&self, grant_type: &str) -> bool {
        self.grant_types
            .as_ref()
            .is_some_and(|types| types.iter().any(|kind| kind == grant_type))
    }

    /// What the 2025-03-26 revision assumed of a server without metadata: its own origin, and these three paths (M-12).
    pub fn legacy(origin: &Url) -> Option<Self> {
        let at = |path: &str| origin.join(path).ok().map(String::from);
        Some(Self {
            issuer: Issuer::parse(&origin.origin().ascii_serialization()).ok()?,
            speaks_as: None,
            authorization_endpoint: Some(at("/authorize")?),
            token_endpoint: at("/token")?,
            registration_endpoint: at("/register"),
            revocation_endpoint: None,
            userinfo_endpoint: None,
            device_authorization_endpoint: None,
            token_endpoint_auth_methods: None,
            revocation_endpoint_auth_methods: None,
            scopes_supported: Scopes::default(),
            grant_types: None,
            dpop_algorithms: Vec::new(),
            grant_profiles: Vec::new(),
            unusable: Vec::new(),
            id_token_algorithms: Vec::new(),
            sends_iss: false,
            accepts_metadata_documents: false,
            basis: Basis::Assumed,
        })
    }

    /// Host names of the endpoints, for showing them before the browser opens.
    pub fn host_of(endpoint: &str) -> String {
        secure_url(endpoint)
            .map_or_else(|_| excerpt(endpoint), |url| crate::uri::host_and_port(&url))
    }
}
