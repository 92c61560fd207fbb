//! Signed JWTs: the keys to make them with, and the keys to check them with (RFC 7515, RFC 7517, RFC 7638).

mod check;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) use check::{Jwt, signed_by, signed_by_own_key, unchecked_issuer, unchecked_subject};

/// A private key. Each testbed has one; tests make more of them, for clients and for whoever else signs.
pub struct SigningKey {
    pair: Pair,
    pkcs8: Vec<u8>,
    random: SystemRandom,
}

enum Pair {
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
}

impl SigningKey {
    /// A new key for ES256.
    pub fn generate() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .expect("P-256 keys can be made");
        Self::from_pkcs8(pkcs8.as_ref().to_vec()).expect("a key just made is good")
    }

    /// The key in a PEM file: PKCS#8, P-256 for ES256 or RSA for RS256.
    pub fn from_pem(pem: &str) -> Option<Self> {
        let lines = pem
            .trim()
            .strip_prefix("-----BEGIN PRIVATE KEY-----")?
            .strip_suffix("-----END PRIVATE KEY-----")?;
        Self::from_pkcs8(
            STANDARD
                .decode(lines.split_whitespace().collect::<String>())
                .ok()?,
        )
    }

    fn from_pkcs8(pkcs8: Vec<u8>) -> Option<Self> {
        let random = SystemRandom::new();
        let elliptic = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8, &random)
            .map(Pair::Es256);
        let pair = elliptic
            .or_else(|_| RsaKeyPair::from_pkcs8(&pkcs8).map(Pair::Rs256))
            .ok()?;
        Some(Self {
            pair,
            pkcs8,
            random,
        })
    }

    /// The key as a PEM file, for the client under test.
    pub fn pem(&self) -> String {
        format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(&self.pkcs8)
        )
    }

    /// The public half, with its thumbprint as `kid`.
    pub fn jwk(&self) -> Value {
        let mut jwk = match &self.pair {
            Pair::Es256(pair) => {
                // SEC 1 section 2.3.3: an uncompressed point is a 4, then x, then y, of 32 bytes each.
                let point = pair.public_key().as_ref();
                let (x, y) = (
                    point.get(1..33).unwrap_or_default(),
                    point.get(33..65).unwrap_or_default(),
                );
                json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) })
            }
            Pair::Rs256(pair) => {
                let RsaPublicKeyComponents { n, e } =
                    RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({ "kty": "RSA", "alg": "RS256", "n": URL_SAFE_NO_PAD.encode(n), "e": URL_SAFE_NO_PAD.encode(e) })
            }
        };
        jwk["use"] = json!("sig");
        jwk["kid"] = json!(thumbprint(&jwk));
        jwk
    }

    /// The public half as a key set.
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.jwk()] })
    }

    /// The thumbprint of the public half (RFC 7638).
    pub fn thumbprint(&self) -> String {
        self.jwk()["kid"].as_str().unwrap_or_default().to_owned()
    }

    /// A JWT of this type.
    pub fn sign(&self, kind: &str, claims: &Value) -> String {
        self.sign_under(&json!({ "typ": kind, "kid": self.thumbprint() }), claims)
    }

    /// A JWT under a header that may say anything; it gets `alg` if it has none.
    pub fn sign_under(&self, header: &Value, claims: &Value) -> String {
        let mut header = header.clone();
        if header["alg"].is_null() {
            header["alg"] = self.jwk()["alg"].clone();
        }
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature = match &self.pair {
            Pair::Es256(pair) => pair
                .sign(&self.random, signed.as_bytes())
                .expect("P-256 signs anything")
                .as_ref()
                .to_vec(),
            Pair::Rs256(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(
                    &RSA_PKCS1_SHA256,
                    &self.random,
                    signed.as_bytes(),
                    &mut signature,
                )
                .expect("RSA signs anything");
                signature
            }
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// RFC 7638 section 3: the hash of the members that make the key, in the order of their names.
pub(crate) fn thumbprint(jwk: &Value) -> String {
    let members = match jwk["kty"].as_str() {
        Some("RSA") => format!("{{\"e\":{},\"kty\":\"RSA\",\"n\":{}}}", jwk["e"], jwk["n"]),
        _ => format!(
            "{{\"crv\":{},\"kty\":\"EC\",\"x\":{},\"y\":{}}}",
            jwk["crv"], jwk["x"], jwk["y"]
        ),
    };
    URL_SAFE_NO_PAD.encode(Sha256::digest(members.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_pem_file() {
        let key = SigningKey::generate();
        let again = SigningKey::from_pem(&key.pem()).expect("our own file");
        assert_eq!(again.jwk(), key.jwk());
        assert!(
            SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")
                .is_none()
        );
    }

    #[test]
    fn the_thumbprint_of_rfc_7638() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs\
                 tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n\
                 91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let jwk = json!({ "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29", "n": n });
        assert_eq!(
            thumbprint(&jwk),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }
}
