//! The kinds of key pairs that sign.

use ring::signature::{Ed25519KeyPair, RsaKeyPair};
use std::sync::Arc;

#[derive(Clone)]
pub(super) enum Kind {
    P256(p256::ecdsa::SigningKey),
    Rsa(Arc<RsaKeyPair>),
    Ed25519(Arc<Ed25519KeyPair>),
}
