//! Private keys as people have them in files: PEM (RFC 7468) with PKCS #8 (RFC 5958), SEC1 or PKCS #1 inside.

use super::error::{KeyDamage, KeyError, KeyForm};
use super::pair::Kind;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use ring::signature::{Ed25519KeyPair, RsaKeyPair};
use std::sync::Arc;
use zeroize::Zeroizing;

/// No private key in use is longer; a file that is was chosen by mistake.
const MAX_PEM: usize = 64 * 1024;

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The first private key in the text. OpenSSL writes `EC PARAMETERS` before it, others a certificate.
pub(super) fn read(text: &str) -> Result<Kind, KeyError> {
    let (mut rest, mut public) = (text, false);
    if text.len() > MAX_PEM {
        return Err(KeyError::NotPem);
    }
    while let Some((label, body, after)) = block(rest) {
        match label {
            "PRIVATE KEY" => return pkcs8(&decode(body)?),
            "EC PRIVATE KEY" | "RSA PRIVATE KEY" if body.contains("ENCRYPTED") => {
                return Err(KeyError::Encrypted);
            }
            "EC PRIVATE KEY" => {
                return p256::SecretKey::from_sec1_der(&decode(body)?)
                    .map(p256_key)
                    .map_err(|_| curve());
            }
            "RSA PRIVATE KEY" => return rsa_key(RsaKeyPair::from_der(&decode(body)?)),
            "ENCRYPTED PRIVATE KEY" => return Err(KeyError::Encrypted),
            "OPENSSH PRIVATE KEY" | "DSA PRIVATE KEY" => {
                return Err(KeyError::Unsupported(KeyForm::Format(label.to_owned())));
            }
            "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => public = true,
            _ => {}
        }
        rest = after;
    }
    Err(if public {
        KeyError::Public
    } else {
        KeyError::NotPem
    })
}

/// `-----BEGIN label-----`, the body, `-----END label-----`, and what comes after.
fn block(text: &str) -> Option<(&str, &str, &str)> {
    let (_, text) = text.split_once("-----BEGIN ")?;
    let (label, text) = text.split_once("-----")?;
    let (body, after) = text.split_once("-----END ")?;
    Some((label, body, after))
}

fn decode(body: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    // Keys copied out of JSON or an environment file have `\n` written out.
    let plain = Zeroizing::new(body.replace("\\r", "").replace("\\n", ""));
    let packed: Zeroizing<String> = Zeroizing::new(plain.split_ascii_whitespace().collect());
    let der = STANDARD.decode(packed.as_bytes());
    der.map(Zeroizing::new)
        .map_err(|_| KeyError::Damaged(KeyDamage::Base64))
}

fn pkcs8(der: &[u8]) -> Result<Kind, KeyError> {
    let info = PrivateKeyInfoRef::try_from(der).map_err(|_| KeyError::Damaged(KeyDamage::Pkcs8))?;
    match info.algorithm.oid {
        EC => p256::SecretKey::try_from(info)
            .map(p256_key)
            .map_err(|_| curve()),
        RSA => rsa_key(RsaKeyPair::from_pkcs8(der)),
        ED25519 => {
            // What OpenSSL writes holds no public half to check against.
            let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der);
            key.map(|key| Kind::Ed25519(Arc::new(key)))
                .map_err(|why| KeyError::Damaged(KeyDamage::Library(why.to_string())))
        }
        other => Err(KeyError::Unsupported(KeyForm::Algorithm(other.to_string()))),
    }
}

fn p256_key(key: p256::SecretKey) -> Kind {
    Kind::P256(key.into())
}

fn rsa_key(key: Result<RsaKeyPair, ring::error::KeyRejected>) -> Result<Kind, KeyError> {
    match key {
        Ok(key) => Ok(Kind::Rsa(Arc::new(key))),
        Err(why) if matches!(why.to_string().as_str(), "TooSmall" | "TooLarge") => {
            Err(KeyError::Unsupported(KeyForm::RsaLength))
        }
        Err(why) => Err(KeyError::Damaged(KeyDamage::Library(why.to_string()))),
    }
}

fn curve() -> KeyError {
    KeyError::Unsupported(KeyForm::Curve)
}
