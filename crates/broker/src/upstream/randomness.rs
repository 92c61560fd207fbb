//! Random bytes, and what is made of them.

use crate::Error;
use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use oauth::jwt::SigningKey;
use oauth::secret::Secret;
use std::sync::Mutex;

/// 32 random bytes from the system (the vault crate is the one place that asks for them).
pub(crate) fn random() -> Result<[u8; 32], Error> {
    Ok(vault::random()?)
}

/// A source of random bytes for `oauth`, which has none of its own: ChaCha20, seeded from the system.
pub(crate) fn random_source() -> Result<Mutex<ChaCha20Rng>, Error> {
    Ok(Mutex::new(ChaCha20Rng::from_seed(random()?)))
}

/// A secret that nobody can guess.
pub fn fresh_secret() -> Result<Secret, Error> {
    Ok(secret_of(random()?))
}

pub(crate) fn secret_of(bytes: [u8; 32]) -> Secret {
    oauth::pkce::verifier(bytes)
}

/// A key for tokens that are bound to one (RFC 9449).
pub(crate) fn new_key() -> Result<SigningKey, Error> {
    Ok(SigningKey::generate(&random_source()?))
}
