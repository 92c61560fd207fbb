//! A private key and what it signs.

use super::error::{KeyDamage, KeyError};
use super::pair::Kind;
use super::pem;
use crate::random;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use ring::signature::{KeyPair, RSA_PKCS1_SHA256};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

#[cfg(test)]
mod vectors;

/// A private key. Printing it shows which algorithm it is for, and nothing of the key.
#[derive(Clone)]
pub struct SigningKey(pub(super) Kind);

impl SigningKey {
    /// A key that somebody registered at an issuer: PEM with PKCS #8 (P-256, RSA, Ed25519), SEC1 (P-256)
    /// or PKCS #1 (RSA).
    pub fn from_pem(text: &Secret) -> Result<Self, KeyError> {
        pem::read(text.expose()).map(Self)
    }

    /// A new P-256 key of our own. None for the bytes that are no private key (one of 2³² draws): draw again.
    pub fn from_random(random: [u8; 32]) -> Option<Self> {
        let random = Zeroizing::new(random);
        p256::ecdsa::SigningKey::from_slice(random.as_slice())
            .ok()
            .map(|key| Self(Kind::P256(key)))
    }

    /// A new P-256 key of our own, drawn from `random`.
    pub fn generate(random: &random::Source) -> Self {
        loop {
            if let Some(key) = Self::from_random(random::bytes(random)) {
                return key;
            }
        }
    }

    /// A P-256 key as it is kept: its number, base64url. None for the other kinds, which are kept as their PEM.
    pub fn to_secret(&self) -> Option<Secret> {
        let Kind::P256(key) = &self.0 else {
            return None;
        };
        let number = Zeroizing::new(<[u8; 32]>::from(key.to_bytes()));
        Some(Secret::new(URL_SAFE_NO_PAD.encode(number.as_slice())))
    }

    /// The key that [`SigningKey::to_secret`] gave.
    pub fn from_secret(stored: &Secret) -> Result<Self, KeyError> {
        let damaged = || KeyError::Damaged(KeyDamage::Stored);
        let number = Zeroizing::new(
            URL_SAFE_NO_PAD
                .decode(stored.expose())
                .map_err(|_| damaged())?,
        );
        p256::ecdsa::SigningKey::from_slice(&number)
            .map(|key| Self(Kind::P256(key)))
            .map_err(|_| damaged())
    }

    /// The name of the algorithm in a JOSE header.
    pub fn alg(&self) -> &'static str {
        match self.0 {
            Kind::P256(_) => "ES256",
            Kind::Rsa(_) => "RS256",
            Kind::Ed25519(_) => "EdDSA",
        }
    }

    /// The public half (RFC 7517): only the members that RFC 7638 takes the thumbprint of.
    pub fn jwk(&self) -> Value {
        self.members()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Value::String(value)))
            .collect()
    }

    /// RFC 7638 §3 with SHA-256.
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.members())
    }

    /// `header` and `claims` are JSON objects; `alg` is put into the header here, so that it is never another.
    pub fn sign(&self, mut header: Value, claims: &Value) -> Result<Secret, KeyError> {
        if let Value::Object(members) = &mut header {
            members.insert("alg".to_owned(), self.alg().into());
        }
        let input = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string().as_bytes()),
            URL_SAFE_NO_PAD.encode(claims.to_string().as_bytes())
        );
        let signature = self.signature(input.as_bytes())?;
        Ok(Secret::new(format!(
            "{input}.{}",
            URL_SAFE_NO_PAD.encode(signature)
        )))
    }

    fn signature(&self, input: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.0 {
            Kind::P256(key) => {
                let signature: Result<p256::ecdsa::Signature, _> = key.try_sign(input);
                signature
                    .map(|signature| signature.to_bytes().to_vec())
                    .map_err(|why| KeyError::Signature(why.to_string()))
            }
            Kind::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                // PKCS #1 v1.5 has no random part: ring asks for a source and leaves it alone.
                let unused = ring::rand::SystemRandom::new();
                let signed = key.sign(&RSA_PKCS1_SHA256, &unused, input, &mut signature);
                signed
                    .map(|()| signature)
                    .map_err(|why| KeyError::Signature(why.to_string()))
            }
            Kind::Ed25519(key) => Ok(key.sign(input).as_ref().to_vec()),
        }
    }

    fn members(&self) -> BTreeMap<&'static str, String> {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.0 {
            Kind::P256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let (x, y) = point.as_bytes()[1..].split_at(32);
                [
                    ("kty", "EC".to_owned()),
                    ("crv", "P-256".to_owned()),
                    ("x", encode(x)),
                    ("y", encode(y)),
                ]
                .into()
            }
            Kind::Rsa(key) => {
                let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(key.public());
                [
                    ("kty", "RSA".to_owned()),
                    ("n", encode(&public.n)),
                    ("e", encode(&public.e)),
                ]
                .into()
            }
            Kind::Ed25519(key) => {
                let x = encode(key.public_key().as_ref());
                [
                    ("kty", "OKP".to_owned()),
                    ("crv", "Ed25519".to_owned()),
                    ("x", x),
                ]
                .into()
            }
        }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "[{} key]", self.alg())
    }
}

/// The members in the order of their names, without white space: what RFC 7638 §3.3 hashes.
pub(super) fn thumbprint(members: &BTreeMap<&'static str, String>) -> String {
    let text = serde_json::json!(members).to_string();
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}
