//! What a token endpoint is sent when nobody brings a code: assertions, and the grants that live by them (RFC 7521,
//! RFC 7523, RFC 8628, RFC 8693).

use crate::jwt::{KeyError, SigningKey};
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

/// RFC 7523 §2.2.
pub const CLIENT_ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// RFC 6749 §4.4.
pub const CLIENT_CREDENTIALS: &str = "client_credentials";
/// RFC 7523 §2.1.
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// RFC 8693 §2.1.
pub const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// RFC 8628 §3.4.
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The Identity Assertion JWT Authorization Grant.
pub const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
/// RFC 8693 §3.
pub const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
/// RFC 8693 §3.
pub const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";

/// An assertion is used at once; whoever finds it later finds it ended.
const LIFE_SECONDS: i64 = 120;

/// The parameters of a form, in their order.
pub type Parameters = Vec<(&'static str, String)>;

/// What a company's provider is asked for: its word for one person at another authorization server (SEP-990).
#[derive(Debug, Clone, Copy)]
pub struct IdJagExchange<'a> {
    /// What the provider gave at the login of the person.
    pub subject_token: &'a Secret,
    /// Its type: [`ID_TOKEN`] or [`REFRESH_TOKEN`].
    pub subject_token_type: &'static str,
    /// The issuer of the MCP server's authorization server.
    pub audience: &'a str,
    /// RFC 8707.
    pub resource: Option<&'a str>,
    /// The scopes at the other authorization server.
    pub scopes: &'a Scopes,
}

/// Says who the client is, in place of a secret (RFC 7523 §3).
pub fn client_assertion(
    client_id: &str,
    key: &SigningKey,
    key_id: Option<&str>,
    audience: &str,
    now: Timestamp,
    random: [u8; 32],
) -> Result<Secret, KeyError> {
    let mut header = json!({ "typ": "JWT" });
    if let Some(key_id) = key_id {
        header["kid"] = key_id.into();
    }
    let claims = json!({
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "jti": URL_SAFE_NO_PAD.encode(random),
        "iat": now.0,
        "exp": now.plus(LIFE_SECONDS).0,
    });
    key.sign(header, &claims)
}

/// RFC 8628 §3.4. The scopes were asked for with the device code.
pub fn device_code(device_code: &Secret, resource: Option<&str>) -> Parameters {
    let parameters = vec![
        ("grant_type", DEVICE_CODE.to_owned()),
        ("device_code", device_code.expose().to_owned()),
    ];
    with_aim(parameters, resource, &Scopes::default())
}

/// RFC 7523 §2.1.
pub fn jwt_bearer(assertion: &Secret, resource: Option<&str>, scopes: &Scopes) -> Parameters {
    with_aim(
        vec![
            ("grant_type", JWT_BEARER.to_owned()),
            ("assertion", assertion.expose().to_owned()),
        ],
        resource,
        scopes,
    )
}

/// RFC 8693 §2.1, for an ID-JAG.
pub fn id_jag(exchange: &IdJagExchange<'_>) -> Parameters {
    let parameters = vec![
        ("grant_type", TOKEN_EXCHANGE.to_owned()),
        ("requested_token_type", ID_JAG.to_owned()),
        ("audience", exchange.audience.to_owned()),
        ("subject_token", exchange.subject_token.expose().to_owned()),
        ("subject_token_type", exchange.subject_token_type.to_owned()),
    ];
    with_aim(parameters, exchange.resource, exchange.scopes)
}

/// What the token is for, and what it may do: the same in all of them (RFC 8707 §2.2, RFC 6749 §3.3).
pub(crate) fn with_aim(
    mut parameters: Parameters,
    resource: Option<&str>,
    scopes: &Scopes,
) -> Parameters {
    parameters.extend(resource.map(|resource| ("resource", resource.to_owned())));
    if !scopes.is_empty() {
        parameters.push(("scope", scopes.to_string()));
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const RESOURCE: Option<&str> = Some("https://h.example/mcp");

    fn pairs(parameters: &Parameters) -> Vec<(&str, &str)> {
        parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect()
    }

    /// Rules: R-11
    #[test]
    fn an_assertion_names_the_client_twice_and_ends_soon() {
        let key = SigningKey::from_random([7; 32]).expect("a key");
        let parts = |key_id| {
            let signed = client_assertion(
                "client!+ID",
                &key,
                key_id,
                "https://as.example",
                Timestamp(1_000),
                [0; 32],
            )
            .expect("a key that signs");
            let part = |text: &str| {
                serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(text).expect("base64url"))
                    .expect("JSON")
            };
            signed
                .expose()
                .split('.')
                .take(2)
                .map(part)
                .collect::<Vec<_>>()
        };
        let claims = json!({
            "iss": "client!+ID", "sub": "client!+ID", "aud": "https://as.example", "jti": "A".repeat(43), "iat": 1_000, "exp": 1_120,
        });
        assert_eq!(
            parts(Some("k1")),
            [
                json!({ "alg": "ES256", "typ": "JWT", "kid": "k1" }),
                claims.clone()
            ]
        );
        assert_eq!(
            parts(None),
            [json!({ "alg": "ES256", "typ": "JWT" }), claims]
        );
    }

    #[test]
    fn a_device_code_is_redeemed_by_these_members() {
        assert_eq!(
            pairs(&device_code(&Secret::new("d"), RESOURCE)),
            [
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", "d"),
                ("resource", "https://h.example/mcp")
            ]
        );
    }

    #[test]
    fn an_assertion_is_redeemed_by_these_members() {
        assert_eq!(
            pairs(&jwt_bearer(
                &Secret::new("e.y.J"),
                RESOURCE,
                &Scopes::parse("a")
            )),
            [
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", "e.y.J"),
                ("resource", "https://h.example/mcp"),
                ("scope", "a")
            ]
        );
    }

    /// SEP-990: the audience is the issuer of the MCP server's authorization server.
    #[test]
    fn an_id_jag_is_asked_for_by_these_members() {
        let (subject_token, scopes) = (Secret::new("id"), Scopes::default());
        let exchange = IdJagExchange {
            subject_token: &subject_token,
            subject_token_type: ID_TOKEN,
            audience: "https://as.example",
            resource: RESOURCE,
            scopes: &scopes,
        };
        assert_eq!(
            pairs(&id_jag(&exchange)),
            [
                (
                    "grant_type",
                    "urn:ietf:params:oauth:grant-type:token-exchange"
                ),
                (
                    "requested_token_type",
                    "urn:ietf:params:oauth:token-type:id-jag"
                ),
                ("audience", "https://as.example"),
                ("subject_token", "id"),
                (
                    "subject_token_type",
                    "urn:ietf:params:oauth:token-type:id_token"
                ),
                ("resource", "https://h.example/mcp")
            ]
        );
        assert!(
            !format!("{exchange:?}").contains("\"id\""),
            "what is exchanged is not printed"
        );
    }
}
