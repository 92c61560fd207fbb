//! The grant types by their names (RFC 6749, RFC 7523, RFC 8628, RFC 8693).

pub(crate) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
pub(crate) const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Everything that a client may register for.
pub(crate) const ALL: [&str; 6] = [
    "authorization_code",
    "refresh_token",
    DEVICE_CODE,
    "client_credentials",
    TOKEN_EXCHANGE,
    JWT_BEARER,
];
