//! Random bytes of a source that the caller gives: this crate has none of its own (invariant 1).

use rand_core::{CryptoRng, Rng};
use std::sync::{Mutex, PoisonError};

/// A source of random bytes, shared by all that is sent for one caller.
pub type Source = Mutex<dyn CryptoRng + Send>;

/// The next 256 bits: a verifier, a `state` or a `jti` that nobody guesses.
pub fn bytes(source: &Source) -> [u8; 32] {
    let mut bytes = [0; 32];
    source
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .fill_bytes(&mut bytes);
    bytes
}
