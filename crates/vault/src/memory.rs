//! Secrets that wait in memory for whoever may have them: sealed by a key of this process, and opened for one answer.
//!
//! The key never leaves this opening of the vault, so nothing that is sealed here opens out of the file, and nothing in the
//! file opens here. ChaCha20-Poly1305 (RFC 8439) with a counter for a nonce: one key seals each number once.

use crate::randomness::random;
use crate::{Vault, VaultError};
use model::GrantId;
use oauth::secret::Secret;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::sync::atomic::{AtomicU64, Ordering};
use zeroize::Zeroizing;

/// A grant's access token, sealed. It opens only while its vault is open, and only as what it was sealed for.
#[derive(Clone)]
pub struct SealedToken {
    number: u64,
    sealed: Vec<u8>,
}

pub(crate) struct MemorySealer {
    /// Wiped with the vault. What seals with it is made anew each time, which costs nothing, since `ring` wipes none of its keys.
    key: Zeroizing<[u8; 32]>,
    next: AtomicU64,
}

impl MemorySealer {
    pub(crate) fn new() -> Result<Self, VaultError> {
        Ok(Self {
            key: Zeroizing::new(random()?),
            next: AtomicU64::new(0),
        })
    }

    fn key(&self) -> Result<LessSafeKey, VaultError> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &*self.key).map_err(|_| VaultError::Seal)?;
        Ok(LessSafeKey::new(key))
    }
}

impl Vault {
    /// Seals the token that a grant had in this generation.
    pub fn seal_token(
        &self,
        grant: &GrantId,
        generation: u64,
        token: &Secret,
    ) -> Result<SealedToken, VaultError> {
        let memory = &self.inner.memory;
        let number = memory.next.fetch_add(1, Ordering::SeqCst);
        let mut sealed = Vec::with_capacity(token.expose().len() + CHACHA20_POLY1305.tag_len());
        sealed.extend_from_slice(token.expose().as_bytes());
        memory
            .key()?
            .seal_in_place_append_tag(nonce(number), bound_to(grant, generation), &mut sealed)
            .map_err(|_| VaultError::Seal)?;
        Ok(SealedToken { number, sealed })
    }

    /// Opens it for one answer.
    pub fn open_token(
        &self,
        grant: &GrantId,
        generation: u64,
        token: &SealedToken,
    ) -> Result<Secret, VaultError> {
        let mut bytes = Zeroizing::new(token.sealed.clone());
        let opened = self
            .inner
            .memory
            .key()?
            .open_in_place(nonce(token.number), bound_to(grant, generation), &mut bytes)
            .map_err(|_| VaultError::Seal)?;
        let text = std::str::from_utf8(opened).map_err(|_| VaultError::Seal)?;
        Ok(Secret::new(text))
    }
}

fn nonce(number: u64) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    Nonce::assume_unique_for_key(bytes)
}

/// A number of fixed length first: no two bindings are the same bytes.
fn bound_to(grant: &GrantId, generation: u64) -> Aad<Vec<u8>> {
    Aad::from([&generation.to_le_bytes()[..], grant.0.as_bytes()].concat())
}
