//! What a login attempt needs beyond its columns, as JSON: sealed whole, so that another kind needs no other table.

use crate::VaultError;
use model::{AccountWish, BrowserLogin, DeviceLogin, LoginKind};
use oauth::authorization::PendingAuthorization;
use oauth::device::DeviceCode;
use oauth::redirect::Redirect;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::Issuer;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The JSON of a kind. Its first word is beside it, in the column `kind`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Details {
    Browser {
        request: RequestDetails,
        registration_id: String,
        account: AccountWish,
    },
    Device(DeviceDetails),
    Provider {
        request: RequestDetails,
    },
}

#[derive(Serialize, Deserialize)]
pub(super) struct RequestDetails {
    state: SecretText,
    verifier: SecretText,
    resource_parameter: Option<String>,
    issuer: String,
    expected_iss: String,
    iss_required: bool,
    token_endpoint: String,
    authorization_url: String,
    redirect: String,
    scopes: String,
    dpop_key: Option<SecretText>,
    expires_at: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DeviceDetails {
    device_code: SecretText,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    interval: u64,
    expires_at: i64,
    issuer: String,
    token_endpoint: String,
    resource_parameter: Option<String>,
    scopes: String,
    dpop_key: Option<SecretText>,
    registration_id: String,
    account: AccountWish,
}

/// A secret in JSON that is about to be sealed.
struct SecretText(Secret);

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text)))
    }
}

impl Details {
    pub(super) fn of(kind: &LoginKind) -> Self {
        match kind {
            LoginKind::Browser(login) => Self::Browser {
                request: RequestDetails::of(&login.request),
                registration_id: login.registration_id.clone(),
                account: login.account.clone(),
            },
            LoginKind::Device(login) => Self::Device(DeviceDetails::of(login)),
            LoginKind::Provider(request) => Self::Provider {
                request: RequestDetails::of(request),
            },
        }
    }

    pub(super) fn into_kind(self) -> Result<LoginKind, VaultError> {
        Ok(match self {
            Self::Browser {
                request,
                registration_id,
                account,
            } => LoginKind::Browser(BrowserLogin {
                request: request.into_request()?,
                registration_id,
                account,
            }),
            Self::Device(device) => LoginKind::Device(device.into_login()),
            Self::Provider { request } => LoginKind::Provider(request.into_request()?),
        })
    }
}

impl RequestDetails {
    fn of(request: &PendingAuthorization) -> Self {
        Self {
            state: SecretText(request.state.clone()),
            verifier: SecretText(request.verifier.clone()),
            resource_parameter: request.resource_parameter.clone(),
            issuer: request.issuer.to_string(),
            expected_iss: request.expected_iss.to_string(),
            iss_required: request.iss_required,
            token_endpoint: request.token_endpoint.clone(),
            authorization_url: request.authorization_url.clone(),
            redirect: request.redirect.uri(),
            scopes: request.scopes.to_string(),
            dpop_key: request.dpop_key.clone().map(SecretText),
            expires_at: request.expires_at.0,
        }
    }

    fn into_request(self) -> Result<PendingAuthorization, VaultError> {
        let redirect = Redirect::from_uri(&self.redirect);
        Ok(PendingAuthorization {
            redirect: redirect.ok_or_else(|| VaultError::unreadable(&self.redirect))?,
            state: self.state.0,
            verifier: self.verifier.0,
            resource_parameter: self.resource_parameter,
            issuer: Issuer::stored(self.issuer),
            expected_iss: Issuer::stored(self.expected_iss),
            iss_required: self.iss_required,
            token_endpoint: self.token_endpoint,
            authorization_url: self.authorization_url,
            scopes: Scopes::parse(&self.scopes),
            dpop_key: self.dpop_key.map(|key| key.0),
            expires_at: Timestamp(self.expires_at),
        })
    }
}

impl DeviceDetails {
    fn of(login: &DeviceLogin) -> Self {
        let code = &login.code;
        Self {
            device_code: SecretText(code.device_code.clone()),
            user_code: code.user_code.clone(),
            verification_uri: code.verification_uri.clone(),
            verification_uri_complete: code.verification_uri_complete.clone(),
            interval: code.interval,
            expires_at: code.expires_at.0,
            issuer: login.issuer.to_string(),
            token_endpoint: login.token_endpoint.clone(),
            resource_parameter: login.resource_parameter.clone(),
            scopes: login.scopes.to_string(),
            dpop_key: login.dpop_key.clone().map(SecretText),
            registration_id: login.registration_id.clone(),
            account: login.account.clone(),
        }
    }

    fn into_login(self) -> DeviceLogin {
        DeviceLogin {
            code: DeviceCode {
                device_code: self.device_code.0,
                user_code: self.user_code,
                verification_uri: self.verification_uri,
                verification_uri_complete: self.verification_uri_complete,
                interval: self.interval,
                expires_at: Timestamp(self.expires_at),
            },
            issuer: Issuer::stored(self.issuer),
            token_endpoint: self.token_endpoint,
            resource_parameter: self.resource_parameter,
            scopes: Scopes::parse(&self.scopes),
            dpop_key: self.dpop_key.map(|key| key.0),
            registration_id: self.registration_id,
            account: self.account,
        }
    }
}
