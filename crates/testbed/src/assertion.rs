//! What an assertion must say beside its signature: who made it, for whom, until when, and only once (RFC 7523 section 3).

use serde_json::Value;

use crate::random::now_seconds;
use crate::world::Memory;

/// Who an assertion must be from, and who may be meant by it.
pub(crate) struct AssertionSubject<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) audiences: &'a [String],
    /// Whether it works once only.
    pub(crate) once: bool,
}

/// The longest time that an assertion may be good for; longer ones could be collected.
const LONGEST_SECONDS: u64 = 3600;

/// Two machines are never quite of one mind about the time.
const SKEW_SECONDS: u64 = 60;

/// Refuses an assertion whose signature was right, and says why.
pub(crate) fn check(
    claims: &Value,
    expected: &AssertionSubject<'_>,
    memory: &mut Memory,
) -> Result<(), String> {
    let now = now_seconds();
    if claims["iss"] != expected.issuer {
        return Err("iss is another".into());
    }
    if claims["sub"].as_str().is_none_or(str::is_empty) {
        return Err("no sub".into());
    }
    let meant = |audience: &Value| {
        audience
            .as_str()
            .is_some_and(|named| expected.audiences.iter().any(|ours| ours == named))
    };
    // RFC 7523bis: a list would let one server use at another what was meant for both.
    if !meant(&claims["aud"]) {
        return Err(format!("aud is not {}", expected.audiences.join(" or ")));
    }
    let Some(ends) = claims["exp"].as_u64() else {
        return Err("no exp".into());
    };
    if ends.saturating_add(SKEW_SECONDS) <= now {
        return Err("exp is over".into());
    }
    if ends > now.saturating_add(LONGEST_SECONDS + SKEW_SECONDS) {
        return Err("exp is too far away".into());
    }
    let early = |name: &str| {
        claims[name]
            .as_u64()
            .is_some_and(|time| time > now.saturating_add(SKEW_SECONDS))
    };
    if early("iat") || early("nbf") {
        return Err("iat or nbf is still to come".into());
    }
    if !expected.once {
        return Ok(());
    }
    let Some(jti) = claims["jti"].as_str().filter(|jti| !jti.is_empty()) else {
        return Err("no jti".into());
    };
    if !memory
        .used_ids
        .first(expected.issuer, jti, ends.saturating_add(SKEW_SECONDS), now)
    {
        return Err("this jti was used before".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_claim_is_checked() {
        let now = now_seconds();
        let good = json!({ "iss": "c", "sub": "c", "aud": "https://as", "exp": now + 60, "iat": now, "jti": "1" });
        let check = |change: Value, memory: &mut Memory| {
            let mut claims = good.clone();
            for (name, value) in change.as_object().expect("an object") {
                claims[name] = value.clone();
            }
            check(
                &claims,
                &AssertionSubject {
                    issuer: "c",
                    audiences: &["https://as".into()],
                    once: true,
                },
                memory,
            )
        };
        let memory = &mut Memory::default();
        assert_eq!(check(json!({}), memory), Ok(()));
        for (change, why) in [
            (json!({}), "used before"),
            (json!({ "iss": "d" }), "iss"),
            (json!({ "sub": null }), "sub"),
            (json!({ "aud": "https://other" }), "aud"),
            (json!({ "aud": ["https://as", "https://other"] }), "aud"),
            (json!({ "exp": null }), "exp"),
            (json!({ "exp": now - 61 }), "over"),
            (json!({ "exp": now + 7200 }), "far"),
            (json!({ "iat": now + 120 }), "to come"),
            (json!({ "jti": null }), "jti"),
        ] {
            let refusal = check(change.clone(), memory).expect_err("refused");
            assert!(refusal.contains(why), "{change}: {refusal}");
        }
        assert_eq!(check(json!({ "jti": "2" }), memory), Ok(()));
    }
}
