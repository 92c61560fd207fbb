//! The device authorization grant (RFC 8628; PROTOCOL.md 7.14): what the issuer gives for a login in a browser elsewhere.

use crate::assertion::{Parameters, with_aim};
use crate::http::Response;
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::{UrlError, is_printable, secure_url};
use serde::Deserialize;
use serde_json::Value;

/// RFC 8628 §3.2. The person reads the user code and the address; the device code is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCode {
    pub device_code: Secret,
    pub user_code: String,
    pub verification_uri: String,
    pub verification_uri_complete: Option<String>,
    /// Seconds between two questions.
    pub interval: u64,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    #[error("its answer is not one of RFC 8628 §3.2")]
    Malformed,
    #[error("its user code is not one that a person could type")]
    UserCode,
    #[error("its verification_uri is not usable: {0}")]
    Uri(#[from] UrlError),
}

#[derive(Deserialize)]
struct Answer {
    device_code: String,
    user_code: String,
    // Some write it as an older draft did.
    #[serde(alias = "verification_url")]
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_in: Option<Value>,
    interval: Option<Value>,
}

/// RFC 8628 §3.2 and §3.5: where the issuer does not say.
const USUAL_INTERVAL: u64 = 5;
const LONGEST_INTERVAL: u64 = 60;
const USUAL_LIFE: i64 = 600;
const LONGEST_LIFE: i64 = 1800;
const LONGEST_USER_CODE: usize = 64;

/// RFC 8628 §3.1.
pub fn request_parameters(resource: Option<&str>, scopes: &Scopes) -> Parameters {
    with_aim(Vec::new(), resource, scopes)
}

pub fn read(response: &Response, now: Timestamp) -> Result<DeviceCode, DeviceError> {
    let answer: Answer = serde_json::from_slice(&response.body).map_err(|_| DeviceError::Malformed)?;
    let is_code = |code: &str| !code.is_empty() && code.len() <= 8192 && code.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    if !is_code(&answer.device_code) {
        return Err(DeviceError::Malformed);
    }
    let user_code = answer.user_code.trim();
    if user_code.is_empty() || user_code.chars().count() > LONGEST_USER_CODE || !user_code.chars().all(is_printable) {
        return Err(DeviceError::UserCode);
    }
    secure_url(&answer.verification_uri)?;
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let interval = answer.interval.as_ref().and_then(number).unwrap_or(USUAL_INTERVAL).clamp(1, LONGEST_INTERVAL);
    let life = answer.expires_in.as_ref().and_then(number).and_then(|life| i64::try_from(life).ok()).unwrap_or(USUAL_LIFE);
    Ok(DeviceCode {
        device_code: Secret::new(answer.device_code.as_str()),
        user_code: user_code.to_owned(),
        verification_uri_complete: answer.verification_uri_complete.filter(|url| secure_url(url).is_ok()),
        verification_uri: answer.verification_uri,
        interval,
        expires_at: now.plus(life.clamp(1, LONGEST_LIFE)),
    })
}
