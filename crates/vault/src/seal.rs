//! Sealing: XChaCha20-Poly1305 with a random nonce, bound to where the value belongs (invariant 4).

use crate::VaultError;
use crate::keys::key::VaultKey;
use crate::randomness::random;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use oauth::secret::Secret;
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// Where a value belongs, and what it is for. A value sealed for one place opens at no other, nor beside other
/// facts: whoever can write the file cannot send a refresh token to an endpoint of theirs (invariant 4).
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'static str,
    pub(crate) id: &'a str,
    pub(crate) column: &'static str,
    /// Issuer, endpoint, generation …, as [`facts`] joins them.
    pub(crate) facts: &'a str,
}

/// What a value is for, in one string. None of the parts can hold a line's end.
pub(crate) fn facts(parts: &[&str]) -> String {
    parts.join("\n")
}

/// The key, in memory that nothing else is in: locking it locks only this, and nobody else unlocks it.
#[repr(align(16384))]
struct OwnPage(XChaCha20Poly1305);

/// Each opening of a seal is told of: the work that a caller could measure.
const OPENED: &str = "vault::opened";

pub(crate) struct Sealer {
    /// Keeps the key out of the swap file. None where the system does not let us.
    _locked: Option<region::LockGuard>,
    cipher: Box<OwnPage>,
    vault_id: String,
    key_id: String,
}

impl Sealer {
    pub(crate) fn new(
        key: &VaultKey,
        vault_id: String,
        key_id: String,
    ) -> Result<Self, VaultError> {
        let cipher =
            XChaCha20Poly1305::new_from_slice(key.bytes()).map_err(|_| VaultError::Seal)?;
        let cipher = Box::new(OwnPage(cipher));
        let locked = region::lock(std::ptr::from_ref(&*cipher), size_of::<OwnPage>());
        let locked = locked
            .inspect_err(|error| tracing::info!(%error, "the vault's key may be swapped out"))
            .ok();
        Ok(Self {
            _locked: locked,
            cipher,
            vault_id,
            key_id,
        })
    }

    pub(crate) fn vault_id(&self) -> &str {
        &self.vault_id
    }

    pub(crate) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Nonce and ciphertext.
    pub(crate) fn seal(&self, place: Place<'_>, value: &Secret) -> Result<Vec<u8>, VaultError> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload {
            msg: value.expose().as_bytes(),
            aad: &self.bound_to(place),
        };
        let sealed = self
            .cipher
            .0
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::Seal)?;
        Ok([&nonce[..], &sealed].concat())
    }

    pub(crate) fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Secret, VaultError> {
        tracing::trace!(target: OPENED, table = place.table);
        let damaged = || VaultError::Damaged {
            table: place.table,
            id: place.id.to_owned(),
            column: place.column,
        };
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
        let payload = Payload {
            msg: ciphertext,
            aad: &self.bound_to(place),
        };
        let opened = Zeroizing::new(
            self.cipher
                .0
                .decrypt(&XNonce::from(*nonce), payload)
                .map_err(|_| damaged())?,
        );
        std::str::from_utf8(&opened)
            .map(Secret::new)
            .map_err(|_| damaged())
    }

    pub(crate) fn seal_some(
        &self,
        place: Place<'_>,
        value: Option<&Secret>,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        value.map(|value| self.seal(place, value)).transpose()
    }

    pub(crate) fn open_some(
        &self,
        place: Place<'_>,
        sealed: Option<&[u8]>,
    ) -> Result<Option<Secret>, VaultError> {
        sealed.map(|sealed| self.open(place, sealed)).transpose()
    }

    /// A seal over a row: nothing is in it, and it holds beside these facts only.
    pub(crate) fn seal_row(&self, table: &str, facts: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload {
            msg: &[],
            aad: &self.row_bound_to(table, facts),
        };
        let sealed = self
            .cipher
            .0
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::Seal)?;
        Ok([&nonce[..], &sealed].concat())
    }

    pub(crate) fn opens_row(&self, table: &str, facts: &[u8], sealed: &[u8]) -> bool {
        tracing::trace!(target: OPENED, table);
        sealed
            .split_first_chunk::<NONCE>()
            .is_some_and(|(nonce, tag)| {
                let payload = Payload {
                    msg: tag,
                    aad: &self.row_bound_to(table, facts),
                };
                self.cipher
                    .0
                    .decrypt(&XNonce::from(*nonce), payload)
                    .is_ok_and(|opened| opened.is_empty())
            })
    }

    fn row_bound_to(&self, table: &str, facts: &[u8]) -> Vec<u8> {
        let mut bytes = b"gatelodge row 1".to_vec();
        for part in [&self.vault_id, table, &self.key_id] {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        bytes.extend(facts);
        bytes
    }

    /// Each part with its length before it, so that no two places are the same bytes.
    fn bound_to(&self, place: Place<'_>) -> Vec<u8> {
        let mut bytes = b"gatelodge vault 1".to_vec();
        for part in [
            &self.vault_id,
            place.table,
            place.id,
            place.column,
            place.facts,
            &self.key_id,
        ] {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(vault: &str, key: u8) -> Sealer {
        Sealer::new(
            &VaultKey::from_bytes([key; 32]),
            vault.to_owned(),
            "k1".to_owned(),
        )
        .expect("32 bytes")
    }

    #[test]
    fn v02_a_value_opens_where_it_belongs_and_nowhere_else() {
        let here = Place {
            table: "grants",
            id: "1",
            column: "access_token",
            facts: "https://as/token",
        };
        let sealed = sealer("v", 1)
            .seal(here, &Secret::new("token"))
            .expect("sealed");
        assert_eq!(
            sealer("v", 1).open(here, &sealed).expect("opens"),
            Secret::new("token")
        );
        for elsewhere in [
            Place { id: "2", ..here },
            Place {
                column: "refresh_token",
                ..here
            },
            Place {
                table: "registrations",
                ..here
            },
            Place {
                facts: "https://evil/token",
                ..here
            },
            Place {
                id: "1grants",
                table: "",
                ..here
            },
        ] {
            assert!(sealer("v", 1).open(elsewhere, &sealed).is_err());
        }
        assert!(sealer("w", 1).open(here, &sealed).is_err(), "another vault");
        assert!(sealer("v", 2).open(here, &sealed).is_err(), "another key");
    }

    #[test]
    fn v01_any_changed_bit_is_noticed() {
        let here = Place {
            table: "t",
            id: "1",
            column: "c",
            facts: "",
        };
        let ours = sealer("v", 1);
        let sealed = ours.seal(here, &Secret::new("token")).expect("sealed");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(ours.open(here, &changed).is_err(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(
                ours.open(here, &sealed[..length]).is_err(),
                "length {length}"
            );
        }
    }

    #[test]
    fn the_same_value_is_never_sealed_the_same_way() {
        let here = Place {
            table: "t",
            id: "1",
            column: "c",
            facts: "",
        };
        let sealer = sealer("v", 1);
        assert_ne!(
            sealer.seal(here, &Secret::new("x")).expect("sealed"),
            sealer.seal(here, &Secret::new("x")).expect("sealed")
        );
    }
}
