//! Random bytes, and what is made of them.

use crate::{Code, Error};
use oauth::jwt::SigningKey;
use oauth::secret::Secret;
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

/// 32 random bytes from the system (the vault crate is the one place that asks for them).
pub(crate) fn random() -> Result<[u8; 32], Error> {
    Ok(vault::random()?)
}

/// As many random bytes as are needed, from one draw: `oauth` asks for some while it writes a request.
pub(crate) fn random_stream() -> Result<impl Fn() -> [u8; 32] + Sync, Error> {
    let (seed, drawn) = (random()?, AtomicU64::new(0));
    Ok(move || {
        let count = drawn.fetch_add(1, Ordering::Relaxed);
        Sha256::new()
            .chain_update(seed)
            .chain_update(count.to_le_bytes())
            .finalize()
            .into()
    })
}

pub(crate) fn secret_of(bytes: [u8; 32]) -> Secret {
    oauth::pkce::verifier(bytes)
}

/// A key for tokens that are bound to one (RFC 9449). One random number in 2³² is none.
pub(crate) fn new_key() -> Result<SigningKey, Error> {
    for _ in 0..4 {
        if let Some(key) = SigningKey::from_random(random()?) {
            return Ok(key);
        }
    }
    Err(Error::new(Code::Internal, "no key could be made"))
}
