//! The device authorization grant (RFC 8628; docs/protocol.md#device-login): what the issuer gives for a login in a browser elsewhere.

use crate::address_guard::Reach;
use crate::assertion::{Parameters, with_aim};
use crate::http::Response;
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::{UrlError, is_printable};
use serde::Deserialize;
use serde_json::Value;

/// RFC 8628 §3.2. The person reads the user code and the address; the device code is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCode {
    /// What the token endpoint is asked with.
    pub device_code: Secret,
    /// What the person types.
    pub user_code: String,
    /// Where the person goes.
    pub verification_uri: String,
    /// The same with the user code in it.
    pub verification_uri_complete: Option<String>,
    /// Seconds between two questions.
    pub interval: u64,
    /// When both codes end.
    pub expires_at: Timestamp,
}

/// Why an answer of a device authorization endpoint cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// A member is missing.
    #[error("its answer is not one of RFC 8628 §3.2")]
    Malformed,
    /// The user code is too long, or not printable.
    #[error("its user code is not one that a person could type")]
    UserCode,
    /// The address may not be opened.
    #[error("its verification_uri is not usable: {0}")]
    Uri(#[from] UrlError),
}

#[derive(Deserialize)]
struct Answer {
    device_code: String,
    user_code: String,
    verification_uri: Option<String>,
    /// As an older draft had it; Google writes this one, and others both.
    verification_url: Option<String>,
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

/// What the person is shown and the browser may be opened with is within `reach`, and in ASCII.
pub fn read(response: &Response, now: Timestamp, reach: Reach) -> Result<DeviceCode, DeviceError> {
    let answer: Answer =
        serde_json::from_slice(&response.body).map_err(|_| DeviceError::Malformed)?;
    let is_code = |code: &str| {
        !code.is_empty()
            && code.len() <= 8192
            && code.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
    };
    if !is_code(&answer.device_code) {
        return Err(DeviceError::Malformed);
    }
    let user_code = answer.user_code.trim();
    if user_code.is_empty()
        || user_code.chars().count() > LONGEST_USER_CODE
        || !user_code.chars().all(is_printable)
    {
        return Err(DeviceError::UserCode);
    }
    let verification_uri = answer
        .verification_uri
        .or(answer.verification_url)
        .ok_or(DeviceError::Malformed)?;
    reach.checked(&verification_uri)?;
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let interval = answer
        .interval
        .as_ref()
        .and_then(number)
        .unwrap_or(USUAL_INTERVAL)
        .clamp(1, LONGEST_INTERVAL);
    let life = answer
        .expires_in
        .as_ref()
        .and_then(number)
        .and_then(|life| i64::try_from(life).ok())
        .unwrap_or(USUAL_LIFE);
    Ok(DeviceCode {
        device_code: Secret::new(answer.device_code.as_str()),
        user_code: user_code.to_owned(),
        verification_uri_complete: answer
            .verification_uri_complete
            .filter(|url| reach.checked(url).is_ok()),
        verification_uri,
        interval,
        expires_at: now.plus(life.clamp(1, LONGEST_LIFE)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp(1_000);

    /// The answer of RFC 8628 §3.2, with one member put in or taken out (null).
    fn answer(member: &str, value: &Value) -> Result<DeviceCode, DeviceError> {
        answer_within(Reach::default(), member, value)
    }

    fn answer_within(reach: Reach, member: &str, value: &Value) -> Result<DeviceCode, DeviceError> {
        let mut body = json!({
            "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
            "user_code": "WDJB-MJHT",
            "verification_uri": "https://example.com/device",
            "verification_uri_complete": "https://example.com/device?user_code=WDJB-MJHT",
            "expires_in": 1800,
            "interval": 5,
        });
        body[member] = value.clone();
        read(
            &Response::new(200, &[], body.to_string().into_bytes()),
            NOW,
            reach,
        )
    }

    #[test]
    fn the_rfcs_own_answer_is_read() {
        let code = answer("more", &json!({ "members": 1 })).expect("a device code");
        assert_eq!(
            (code.user_code.as_str(), code.verification_uri.as_str()),
            ("WDJB-MJHT", "https://example.com/device")
        );
        assert_eq!((code.interval, code.expires_at), (5, NOW.plus(1800)));
        assert_eq!(
            code.verification_uri_complete.as_deref(),
            Some("https://example.com/device?user_code=WDJB-MJHT")
        );
        assert!(
            !format!("{code:?}").contains("GmRhmhcx"),
            "the device code is a secret"
        );
    }

    /// Rules: B-07, B-09
    #[test]
    fn where_the_person_is_sent_is_checked() {
        for hostile in [
            "javascript:alert(1)",
            "http://example.com/device",
            "https://u:p@example.com/",
            "file:///etc/passwd",
            "",
            "a\nb",
            "http://localhost:631/admin",
            "https://192.168.1.1/reboot",
            "https://[::1]/",
            "https://ex\u{430}mple.com/device",
        ] {
            assert!(
                matches!(
                    answer("verification_uri", &json!(hostile)),
                    Err(DeviceError::Uri(_))
                ),
                "{hostile}"
            );
            let without = answer("verification_uri_complete", &json!(hostile))
                .expect("the plain address stands");
            assert_eq!(without.verification_uri_complete, None, "{hostile}");
        }
        let here = Reach {
            loopback: true,
            private: false,
        };
        let of_this_machine = answer_within(
            here,
            "verification_uri",
            &json!("http://localhost:4283/device"),
        );
        assert!(
            of_this_machine.is_ok(),
            "a server on this machine may name it"
        );
    }

    #[test]
    fn the_older_name_of_the_address_is_read_too() {
        assert_eq!(
            answer("verification_uri", &Value::Null),
            Err(DeviceError::Malformed)
        );
        let both =
            answer("verification_url", &json!("https://example.com/old")).expect("both names");
        assert_eq!(both.verification_uri, "https://example.com/device");
        let body =
            br#"{"device_code":"d","user_code":"u","verification_url":"https://example.com/old"}"#
                .to_vec();
        let old = read(&Response::new(200, &[], body), NOW, Reach::default())
            .expect("the old name alone");
        assert_eq!(
            (old.verification_uri.as_str(), old.interval, old.expires_at),
            ("https://example.com/old", 5, NOW.plus(600))
        );
    }

    #[test]
    fn a_user_code_is_one_that_a_person_can_type() {
        assert_eq!(
            answer("user_code", &json!(" AB CD "))
                .map(|code| code.user_code)
                .as_deref(),
            Ok("AB CD")
        );
        for bad in [
            "",
            "  ",
            "a\u{202e}b",
            "a\u{1b}[31m",
            "a\nb",
            &"x".repeat(65),
        ] {
            assert_eq!(
                answer("user_code", &json!(bad)),
                Err(DeviceError::UserCode),
                "{bad:?}"
            );
        }
        for bad in ["", "a\nb", "ä", &"x".repeat(8193)] {
            assert_eq!(
                answer("device_code", &json!(bad)),
                Err(DeviceError::Malformed),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn waiting_is_bounded() {
        for (given, interval) in [
            (json!(0), 1),
            (json!(1), 1),
            (json!("7"), 7),
            (json!(u64::MAX), 60),
            (json!(-5), 5),
            (json!("soon"), 5),
            (Value::Null, 5),
        ] {
            assert_eq!(
                answer("interval", &given).map(|code| code.interval),
                Ok(interval),
                "{given}"
            );
        }
        for (given, life) in [
            (json!(60), 60),
            (json!("60"), 60),
            (json!(u64::MAX), 600),
            (json!(i64::MAX), 1800),
            (json!(0), 1),
            (Value::Null, 600),
        ] {
            assert_eq!(
                answer("expires_in", &given).map(|code| code.expires_at),
                Ok(NOW.plus(life)),
                "{given}"
            );
        }
    }

    #[test]
    fn what_is_no_answer_is_told_as_such() {
        for body in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"device_code":1,"user_code":"u","verification_uri":"https://h/"}"#,
        ] {
            let response = Response::new(200, &[], body.as_bytes().to_vec());
            assert_eq!(
                read(&response, NOW, Reach::default()),
                Err(DeviceError::Malformed),
                "{body}"
            );
        }
    }

    /// Rules: A-09
    #[test]
    fn the_request_says_what_the_token_is_for() {
        let parameters = request_parameters(Some("https://h.example/mcp"), &Scopes::parse("b a"));
        assert_eq!(
            parameters,
            [
                ("resource", "https://h.example/mcp".to_owned()),
                ("scope", "a b".to_owned())
            ]
        );
        assert_eq!(request_parameters(None, &Scopes::default()), []);
    }
}
