//! Checking a JWT: its form, its algorithm and its signature (RFC 7515 section 5.2, RFC 8725 section 3).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

/// A JWT whose signature was checked. What it claims is the signer's word, and still to be judged.
#[derive(Debug, Clone)]
pub(crate) struct Jwt {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

/// The JWT, if one of these keys signed it.
pub(crate) fn signed_by(jwt: &str, keys: &[Value]) -> Result<Jwt, String> {
    let parts = Parts::of(jwt)?;
    let named = parts.jwt.header["kid"].as_str();
    let mut fitting = keys
        .iter()
        .filter(|key| named.is_none() || key["kid"].is_null() || key["kid"].as_str() == named);
    if fitting.any(|key| parts.fits(key)) {
        Ok(parts.jwt)
    } else {
        Err("none of the known keys signed this".into())
    }
}

/// The JWT, if the key in its own header signed it: it proves who holds that key, and nothing more (RFC 9449 section 4.2).
pub(crate) fn signed_by_own_key(jwt: &str) -> Result<Jwt, String> {
    let parts = Parts::of(jwt)?;
    let key = &parts.jwt.header["jwk"];
    if ["d", "p", "q", "dp", "dq", "qi", "k"]
        .iter()
        .any(|private| !key[private].is_null())
    {
        return Err("the key in the header has its private half with it".into());
    }
    if parts.fits(key) {
        Ok(parts.jwt)
    } else {
        Err("the key in the header did not sign this".into())
    }
}

/// The `sub` of a JWT that nobody has checked: good for finding the keys to check it with.
pub(crate) fn unchecked_subject(jwt: &str) -> Option<String> {
    Some(Parts::of(jwt).ok()?.jwt.claims["sub"].as_str()?.to_owned())
}

/// The `iss`, in the same way.
pub(crate) fn unchecked_issuer(jwt: &str) -> Option<String> {
    Some(Parts::of(jwt).ok()?.jwt.claims["iss"].as_str()?.to_owned())
}

struct Parts<'a> {
    jwt: Jwt,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn of(jwt: &'a str) -> Result<Self, String> {
        let broken = || "this is no signed JWT".to_owned();
        let (signed, signature) = jwt.rsplit_once('.').ok_or_else(broken)?;
        let (header, claims) = signed.split_once('.').ok_or_else(broken)?;
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| broken());
        let object = |part: &str| -> Result<Value, String> {
            let value: Value = serde_json::from_slice(&decoded(part)?).map_err(|_| broken())?;
            if value.is_object() {
                Ok(value)
            } else {
                Err(broken())
            }
        };
        let jwt = Jwt {
            header: object(header)?,
            claims: object(claims)?,
        };
        // RFC 7515 section 4.1.11: what is critical and not understood makes the whole invalid.
        if !jwt.header["crit"].is_null() {
            return Err("the header has critical members".into());
        }
        Ok(Self {
            jwt,
            signed,
            signature: decoded(signature)?,
        })
    }

    /// The algorithm is the key's: what the header says must agree, and never decides (RFC 8725 section 3.1).
    fn fits(&self, key: &Value) -> bool {
        let number = |name: &str| {
            URL_SAFE_NO_PAD
                .decode(key[name].as_str().unwrap_or_default())
                .unwrap_or_default()
        };
        match (self.jwt.header["alg"].as_str(), key["kty"].as_str()) {
            (Some("ES256"), Some("EC")) if key["crv"] == "P-256" => {
                let point = [vec![4], number("x"), number("y")].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                    .verify(self.signed.as_bytes(), &self.signature)
                    .is_ok()
            }
            (Some("RS256"), Some("RSA")) => RsaPublicKeyComponents {
                n: number("n"),
                e: number("e"),
            }
            .verify(
                &RSA_PKCS1_2048_8192_SHA256,
                self.signed.as_bytes(),
                &self.signature,
            )
            .is_ok(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::SigningKey;
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_signed_is_checked_with_the_public_half() {
        let (key, other) = (SigningKey::generate(), SigningKey::generate());
        let jwt = key.sign("JWT", &json!({ "sub": "ada" }));
        assert_eq!(
            signed_by(&jwt, &[other.jwk(), key.jwk()])
                .expect("its key is there")
                .claims["sub"],
            "ada"
        );
        assert!(signed_by(&jwt, &[other.jwk()]).is_err());
        let mut renamed = other.jwk();
        renamed["kid"] = key.jwk()["kid"].clone();
        assert!(signed_by(&jwt, &[renamed]).is_err());
        assert!(signed_by(&jwt.replace('.', "A."), &[key.jwk()]).is_err());
    }

    #[test]
    fn the_header_decides_nothing() {
        let key = SigningKey::generate();
        for header in [
            json!({ "alg": "none" }),
            json!({ "alg": "HS256" }),
            json!({ "alg": "RS256" }),
            json!({ "crit": ["x"] }),
        ] {
            assert!(
                signed_by(&key.sign_under(&header, &json!({})), &[key.jwk()]).is_err(),
                "{header}"
            );
        }
        for broken in ["", ".", "..", "a.b.c", "e30.e30.", "W10.e30.AAAA"] {
            assert!(signed_by(broken, &[key.jwk()]).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_proof_brings_its_own_key_and_never_the_private_half() {
        let (key, other) = (SigningKey::generate(), SigningKey::generate());
        assert!(
            signed_by_own_key(&key.sign_under(&json!({ "jwk": key.jwk() }), &json!({}))).is_ok()
        );
        assert!(
            signed_by_own_key(&key.sign_under(&json!({ "jwk": other.jwk() }), &json!({}))).is_err()
        );
        assert!(signed_by_own_key(&key.sign("JWT", &json!({}))).is_err());
        let mut whole = key.jwk();
        whole["d"] = json!("AAAA");
        assert!(signed_by_own_key(&key.sign_under(&json!({ "jwk": whole }), &json!({}))).is_err());
    }
}
