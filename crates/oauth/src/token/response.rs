//! What is believed of a token endpoint's answer (RFC 6749 §5.1), and of those of its neighbours.

use super::error::TokenError;
use super::fault::ResponseFault;
use super::id_token::{IdToken, claims};
use super::members::members;
use super::refusal::accepted;
use super::set::TokenSet;
use crate::address_guard::Reach;
use crate::device::{self, DeviceCode};
use crate::http::Response;
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;
use oauth2::basic::BasicTokenType;
use oauth2::{ExtraTokenFields, StandardTokenResponse, TokenResponse as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the token endpoint gave, and who it says logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenResponse {
    /// What is kept.
    pub tokens: TokenSet,
    /// Claims of the id token, if one came. Shown to the person; nothing is decided by them.
    pub id_token: Option<IdToken>,
    /// The id token as it came, for an exchange at the same issuer (RFC 8693).
    pub raw_id_token: Option<Secret>,
    /// True where the tokens came only once `resource` was left out (Q38).
    pub without_resource: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct OpenIdFields {
    id_token: Option<String>,
}

impl ExtraTokenFields for OpenIdFields {}

/// Ten years: no token lives longer, and no sum overflows.
const LONGEST_LIFE: i64 = 10 * 365 * 24 * 3600;

/// Tokens, or which of the outcomes it is.
pub(super) fn read(
    host: &str,
    response: &Response,
    sent: &[Secret],
    asked: &Scopes,
    bound: bool,
    now: Timestamp,
) -> Result<TokenResponse, TokenError> {
    let members = accepted(host, response, sent)?;
    tokens(host, members, asked, bound, now)
}

/// The ID-JAG of a token exchange (RFC 8693 §2.2.1): its `access_token` member, whose type is not that of a token.
pub(super) fn id_jag(
    host: &str,
    response: &Response,
    sent: &[Secret],
) -> Result<Secret, TokenError> {
    let members = accepted(host, response, sent)?;
    let malformed = |why| TokenError::Malformed {
        host: host.to_owned(),
        why,
    };
    if members
        .get("issued_token_type")
        .and_then(Value::as_str)
        .is_some_and(|kind| kind != crate::assertion::ID_JAG)
    {
        return Err(malformed(ResponseFault::IssuedTokenType));
    }
    members
        .get("access_token")
        .and_then(Value::as_str)
        .and_then(usable)
        .ok_or_else(|| malformed(ResponseFault::NoIdJag))
}

/// What a device authorization endpoint gave (RFC 8628 §3.2).
pub(super) fn device_code(
    host: &str,
    response: &Response,
    sent: &[Secret],
    now: Timestamp,
    reach: Reach,
) -> Result<DeviceCode, TokenError> {
    let malformed = |why| TokenError::Malformed {
        host: host.to_owned(),
        why,
    };
    match accepted(host, response, sent) {
        // It holds no access token, and so is none of the token endpoint's good answers, even where it says something.
        Err(TokenError::Malformed { .. } | TokenError::Refused { .. })
            if response.status == 200 && holds_a_device_code(response) =>
        {
            device::read(response, now, reach).map_err(|error| malformed(error.into()))
        }
        Err(error) => Err(error),
        Ok(_) => Err(malformed(ResponseFault::NoDeviceCode)),
    }
}

fn holds_a_device_code(response: &Response) -> bool {
    members(response).is_some_and(|members| members.contains_key("device_code"))
}

fn tokens(
    host: &str,
    members: Map<String, Value>,
    asked: &Scopes,
    bound: bool,
    now: Timestamp,
) -> Result<TokenResponse, TokenError> {
    let malformed = |why| TokenError::Malformed {
        host: host.to_owned(),
        why,
    };
    let characters = |member| malformed(ResponseFault::Characters { member });
    let (members, life) = put_straight(members);
    let response: StandardTokenResponse<OpenIdFields, BasicTokenType> =
        serde_json::from_value(Value::Object(members))
            .map_err(|_| malformed(ResponseFault::Members))?;
    fits(response.token_type(), bound).map_err(malformed)?;
    let access_token =
        usable(response.access_token().secret()).ok_or_else(|| characters("access_token"))?;
    let refresh_token = match response.refresh_token() {
        Some(token) => Some(usable(token.secret()).ok_or_else(|| characters("refresh_token"))?),
        None => None,
    };
    // Without `scope` all that was asked for is granted; with it, that is the grant (RFC 6749 §5.1).
    let granted: Scopes = response
        .scopes()
        .map(|scopes| scopes.iter().map(|scope| scope.as_str()).collect())
        .unwrap_or_default();
    let scopes = if granted.is_empty() {
        asked.clone()
    } else {
        granted
    };
    Ok(TokenResponse {
        id_token: response.extra_fields().id_token.as_deref().and_then(claims),
        raw_id_token: response.extra_fields().id_token.as_deref().and_then(usable),
        without_resource: false,
        tokens: TokenSet {
            access_token,
            refresh_token,
            expires_at: life.map(|life| now.plus(life)),
            received_at: now,
            scopes,
            dpop_key: None,
        },
    })
}

/// The members as RFC 6749 §5.1 has them, and the life that they give. Empty and null members count as absent; `expires_in`
/// may be text, and unusable values mean "not said" (Q24, Q46).
fn put_straight(mut members: Map<String, Value>) -> (Map<String, Value>, Option<i64>) {
    members.retain(|_, value| !value.is_null() && value.as_str() != Some(""));
    let life = members
        .remove("expires_in")
        .and_then(|value| seconds(&value));
    members
        .entry("token_type")
        .or_insert_with(|| "Bearer".into());
    if let Some(Value::Array(list)) = members.get("scope") {
        let scopes: Vec<_> = list.iter().filter_map(Value::as_str).collect();
        let joined = scopes.join(" ");
        members.insert("scope".to_owned(), joined.into());
    }
    (members, life)
}

/// Whether a token is of the type that was asked for.
fn fits(kind: &BasicTokenType, bound: bool) -> Result<(), ResponseFault> {
    match (kind, bound) {
        (BasicTokenType::Bearer, false) => Ok(()),
        (BasicTokenType::Extension(kind), true) if kind.eq_ignore_ascii_case("dpop") => Ok(()),
        (BasicTokenType::Bearer, true) => Err(ResponseFault::Unbound),
        _ => Err(ResponseFault::TokenType),
    }
}

/// A token goes into a header: visible ASCII only, and not without end (attack F17).
fn usable(token: &str) -> Option<Secret> {
    let fits = !token.is_empty()
        && token.len() <= 64 * 1024
        && token.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    fits.then(|| Secret::new(token))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "bounded just before"
)]
fn seconds(value: &Value) -> Option<i64> {
    let number = value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())?;
    (number >= 1.0).then(|| number.min(LONGEST_LIFE as f64) as i64)
}

/// Scopes that came without having been asked for.
pub fn unasked(requested: &Scopes, granted: &Scopes) -> Scopes {
    if requested.is_empty() {
        Scopes::default()
    } else {
        granted.without(requested)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::ErrorCode;

    const NOW: Timestamp = Timestamp(1_000);

    fn answered(status: u16, media_type: &str, body: &str) -> Result<TokenResponse, TokenError> {
        let headers = [("content-type", media_type), ("retry-after", "9999999")];
        read(
            "as",
            &Response::new(status, &headers, body.to_owned()),
            &[Secret::new("SENT")],
            &Scopes::parse("asked"),
            false,
            NOW,
        )
    }

    fn json(body: &str) -> Result<TokenResponse, TokenError> {
        answered(200, "application/json", body)
    }

    /// Rules: Q46
    #[test]
    fn f18_a_life_in_any_shape() {
        for (value, life) in [
            ("3600", Some(3600)),
            ("\"3600\"", Some(3600)),
            ("3600.5", Some(3600)),
            ("0", None),
            ("-1", None),
            ("null", None),
            ("true", None),
            ("1e308", Some(LONGEST_LIFE)),
            ("9223372036854775807", Some(LONGEST_LIFE)),
            ("\"soon\"", None),
        ] {
            let answer = json(&format!(
                r#"{{"access_token":"a","token_type":"Bearer","expires_in":{value}}}"#
            ))
            .expect(value);
            assert_eq!(
                answer.tokens.expires_at,
                life.map(|life| NOW.plus(life)),
                "{value}"
            );
        }
        assert_eq!(
            json(r#"{"access_token":"a"}"#)
                .expect("no life")
                .tokens
                .expires_at,
            None
        );
    }

    #[test]
    fn a_member_with_two_values_is_no_answer() {
        for twice in [
            r#"{"access_token":"a","access_token":"b"}"#,
            r#"{"access_token":"a","refresh_token":"r","refresh_token":"s"}"#,
            r#"{"access_token":"a","expires_in":60,"expires_in":"60"}"#,
            r#"{"access_token":"a","scope":"x","scope":"x y"}"#,
            r#"{"access_token":"a","error":"invalid_grant","error":"invalid_client"}"#,
        ] {
            assert!(
                matches!(
                    json(twice),
                    Err(TokenError::Malformed {
                        why: ResponseFault::Duplicate,
                        ..
                    })
                ),
                "{twice}"
            );
        }
        let form = answered(
            200,
            "application/x-www-form-urlencoded",
            "access_token=a&access_token=b",
        );
        assert!(matches!(form, Err(TokenError::Malformed { .. })));
        let said_again =
            json(r#"{"access_token":"a","access_token":"a"}"#).expect("nothing to choose");
        assert_eq!(said_again.tokens.access_token.expose(), "a");
    }

    #[test]
    fn f16_only_bearer_and_in_any_case() {
        for good in ["Bearer", "bearer", "BEARER"] {
            assert!(
                json(&format!(r#"{{"access_token":"a","token_type":"{good}"}}"#)).is_ok(),
                "{good}"
            );
        }
        for bad in ["mac", "DPoP", "N_A"] {
            assert!(
                matches!(
                    json(&format!(r#"{{"access_token":"a","token_type":"{bad}"}}"#)),
                    Err(TokenError::Malformed { .. })
                ),
                "{bad}"
            );
        }
    }

    #[test]
    fn f17_what_cannot_stand_in_a_header_is_refused() {
        for bad in [r"a\r\nb", r"a\u0000", "ä", "a b"] {
            assert!(
                json(&format!(r#"{{"access_token":"{bad}"}}"#)).is_err(),
                "{bad}"
            );
            assert!(
                json(&format!(
                    r#"{{"access_token":"a","refresh_token":"{bad}"}}"#
                ))
                .is_err(),
                "{bad}"
            );
        }
        assert!(json(r#"{"access_token":""}"#).is_err());
    }

    #[test]
    fn i4_only_invalid_grant_ends_a_grant() {
        let grant_ends = |status, media, body: &str| {
            matches!(
                answered(status, media, body),
                Err(TokenError::InvalidGrant { .. })
            )
        };
        assert!(grant_ends(
            400,
            "application/json",
            r#"{"error":"invalid_grant"}"#
        ));
        assert!(grant_ends(
            401,
            "application/json",
            r#"{"error":"invalid_grant"}"#
        ));
        assert!(
            grant_ends(200, "application/json", r#"{"error":"invalid_grant"}"#),
            "Q45"
        );
        assert!(grant_ends(
            400,
            "application/x-www-form-urlencoded",
            "error=invalid_code"
        ));
        for (status, media, body) in [
            (400, "text/html", "<html>"),
            (400, "", ""),
            (401, "", ""),
            (403, "", ""),
            (429, "", ""),
            (500, "application/json", r#"{"error":"oops"}"#),
            (502, "text/html", "<html>"),
            (200, "text/html", "<html>portal"),
            (307, "", ""),
            (400, "application/problem+json", r#"{"title":"no"}"#),
            (429, "application/json", r#"{"error":"invalid_grant"}"#),
            (
                500,
                "application/json",
                r#"{"error":"invalid_grant","error_description":"database is locked"}"#,
            ),
            (503, "application/json", r#"{"error":"invalid_client"}"#),
        ] {
            assert!(!grant_ends(status, media, body), "{status} {body}");
        }
    }

    /// An object of the endpoint's own that explains itself is its no, whatever its status; a page is no answer.
    #[test]
    fn a_refusal_with_status_200_is_one() {
        for body in [
            r#"{"errcode":40030,"errmsg":"invalid refresh_token"}"#,
            r#"{"success":false,"message":"Refresh token is invalid or expired"}"#,
            r#"{"error":{"message":"session has expired","type":"OAuthException","code":190}}"#,
            r#"{"access_token":null,"error":null,"message":"session not found"}"#,
        ] {
            let error = answered(200, "application/json", body).expect_err(body);
            assert!(
                matches!(error, TokenError::Refused { status: 200, .. }) && error.said().is_some(),
                "{body}: {error}"
            );
        }
        for (media, body) in [
            ("text/html", "<title>Sign in</title>"),
            ("application/json", "{}"),
            ("application/json", r#"{"error":false,"data":{}}"#),
            ("", ""),
        ] {
            assert!(
                matches!(
                    answered(200, media, body),
                    Err(TokenError::Malformed { .. })
                ),
                "{body}"
            );
        }
    }

    /// A robot check stands before the endpoint, which has decided nothing.
    #[test]
    fn a_robot_check_is_no_refusal() {
        let headers = [("cf-mitigated", "challenge"), ("content-type", "text/html")];
        let response = Response::new(403, &headers, "<title>Just a moment...</title>");
        let outcome = read("as", &response, &[], &Scopes::default(), false, NOW);
        assert!(
            matches!(outcome, Err(TokenError::Unavailable { .. })),
            "{outcome:?}"
        );
    }

    #[test]
    fn attack_x11_an_issuer_that_repeats_a_secret_is_not_repeated() {
        let error = answered(
            400,
            "application/json",
            r#"{"error":"invalid_request","error_description":"bad token SENT"}"#,
        )
        .expect_err("refused");
        assert!(!error.to_string().contains("SENT"), "{error}");
        let error = answered(400, "application/json", r#"{"error":"SENT"}"#).expect_err("refused");
        assert!(!error.to_string().contains("SENT"), "{error}");
        assert!(
            matches!(
                error,
                TokenError::Refused {
                    error: ErrorCode::Withheld,
                    ..
                }
            ),
            "{error}"
        );
        let twice = answered(200, "application/json", r#"{"SENT":1,"SENT":2}"#);
        assert!(!format!("{twice:?}").contains("SENT"), "{twice:?}");
    }

    #[test]
    fn f19_waiting_has_an_end() {
        assert!(matches!(
            answered(503, "", ""),
            Err(TokenError::Unavailable {
                retry_after: Some(900),
                ..
            })
        ));
    }

    #[test]
    fn f15_scope_in_the_answer_is_the_grant() {
        assert_eq!(
            json(r#"{"access_token":"a"}"#).expect("ok").tokens.scopes,
            Scopes::parse("asked")
        );
        assert_eq!(
            json(r#"{"access_token":"a","scope":""}"#)
                .expect("ok")
                .tokens
                .scopes,
            Scopes::parse("asked")
        );
        assert_eq!(
            json(r#"{"access_token":"a","scope":"asked more"}"#)
                .expect("ok")
                .tokens
                .scopes,
            Scopes::parse("asked more")
        );
    }

    #[test]
    fn q45_a_form_is_read() {
        let answer = answered(
            200,
            "application/x-www-form-urlencoded; charset=utf-8",
            "access_token=a%2Bb&scope=x%20y&token_type=bearer",
        )
        .expect("a form");
        assert_eq!(
            (
                answer.tokens.access_token.expose(),
                answer.tokens.scopes.to_string().as_str()
            ),
            ("a+b", "x y")
        );
    }
}
