//! Signed JWTs of our own (RFC 7515, RFC 7517, RFC 7638): client assertions and proofs of a key. Nothing is verified
//! here: what others sign is opaque to a client.

use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p256::ecdsa::signature::Signer;
use p256::pkcs8::DecodePrivateKey;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A private key that signs. What is printed of it is its algorithm.
pub struct SigningKey(Key);

enum Key {
    /// Deterministic signatures (RFC 6979): no randomness is needed.
    P256(Box<p256::ecdsa::SigningKey>),
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// Why a key cannot be used. None of the sentences holds anything of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("this is not a PEM file with a private key")]
    NotPem,
    #[error("the private key is encrypted with a passphrase")]
    Encrypted,
    #[error("this is a public key or a certificate, and a private key is needed")]
    NotPrivate,
    #[error("this kind of key cannot be used; it has to be P-256, RSA with at least 2048 bits, or Ed25519")]
    Unsupported,
}

impl SigningKey {
    /// A key that a person gave: PKCS#8, or the older forms for P-256 (SEC 1) and RSA (PKCS#1).
    pub fn from_pem(pem: &Secret) -> Result<Self, KeyError> {
        let text = pem.expose().trim();
        let label = text.strip_prefix("-----BEGIN ").and_then(|rest| rest.split_once("-----")).map(|(label, _)| label);
        match label.ok_or(KeyError::NotPem)? {
            "ENCRYPTED PRIVATE KEY" => return Err(KeyError::Encrypted),
            "PRIVATE KEY" | "EC PRIVATE KEY" | "RSA PRIVATE KEY" => {}
            label if label.contains("PUBLIC KEY") || label.contains("CERTIFICATE") => return Err(KeyError::NotPrivate),
            _ => return Err(KeyError::NotPem),
        }
        if text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        if let Ok(key) = p256::SecretKey::from_pkcs8_pem(text).or_else(|_| p256::SecretKey::from_sec1_pem(text)) {
            return Ok(Self(Key::P256(Box::new(key.into()))));
        }
        let der = der_of(text).ok_or(KeyError::NotPem)?;
        if let Ok(key) = RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der)) {
            return Ok(Self(Key::Rsa(Box::new(key))));
        }
        let ed25519 = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|_| KeyError::Unsupported)?;
        Ok(Self(Key::Ed25519(Box::new(ed25519))))
    }

    /// A new P-256 key. None for the few numbers that are none.
    pub fn from_random(random: [u8; 32]) -> Option<Self> {
        p256::ecdsa::SigningKey::from_slice(&random).ok().map(|key| Self(Key::P256(Box::new(key))))
    }

    /// A P-256 key as it is kept: the number, base64url. Empty for the other kinds, which are kept as their PEM.
    pub fn to_secret(&self) -> Secret {
        match &self.0 {
            Key::P256(key) => Secret::new(URL_SAFE_NO_PAD.encode(key.to_bytes())),
            Key::Rsa(_) | Key::Ed25519(_) => Secret::new(""),
        }
    }

    pub fn from_secret(kept: &Secret) -> Result<Self, KeyError> {
        let bytes = URL_SAFE_NO_PAD.decode(kept.expose()).map_err(|_| KeyError::Unsupported)?;
        let number: [u8; 32] = bytes.try_into().map_err(|_| KeyError::Unsupported)?;
        Self::from_random(number).ok_or(KeyError::Unsupported)
    }

    /// RFC 7518 §3.1.
    pub fn alg(&self) -> &'static str {
        match self.0 {
            Key::P256(_) => "ES256",
            Key::Rsa(_) => "RS256",
            Key::Ed25519(_) => "EdDSA",
        }
    }

    /// The public members only (RFC 7517 §4, RFC 7518 §6).
    pub fn jwk(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.0 {
            Key::P256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let bytes = point.as_bytes();
                json!({ "kty": "EC", "crv": "P-256", "x": encode(&bytes[1..33]), "y": encode(&bytes[33..65]) })
            }
            Key::Rsa(key) => {
                let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(key.public_key());
                json!({ "kty": "RSA", "n": encode(&public.n), "e": encode(&public.e) })
            }
            Key::Ed25519(key) => json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(key.public_key().as_ref()) }),
        }
    }

    /// RFC 7638 §3: the hash of the required members, by name. `serde_json` writes them in that order.
    pub fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.jwk().to_string()))
    }

    /// A compact JWS (RFC 7515 §3.1). `alg` is put into the header here.
    pub fn sign(&self, mut header: Value, claims: &Value) -> Secret {
        header["alg"] = self.alg().into();
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!("{}.{}", encode(&header), encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.signature(input.as_bytes()));
        Secret::new(format!("{input}.{signature}"))
    }

    fn signature(&self, input: &[u8]) -> Vec<u8> {
        match &self.0 {
            Key::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(input);
                signature.to_bytes().to_vec()
            }
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                // The generator only blinds the computation; PKCS#1 v1.5 signatures are the same each time.
                let signed = key.sign(&RSA_PKCS1_SHA256, &ring::rand::SystemRandom::new(), input, &mut signature);
                // It fails for a buffer of the wrong length only; an empty signature is refused by everyone.
                signed.map(|()| signature).unwrap_or_default()
            }
            Key::Ed25519(key) => key.sign(input).as_ref().to_vec(),
        }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SigningKey({})", self.alg())
    }
}

fn der_of(pem: &str) -> Option<Vec<u8>> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).flat_map(|line| line.trim().chars()).collect();
    STANDARD.decode(body).ok()
}
