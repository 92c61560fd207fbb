//! A key made from a passphrase: Argon2id (RFC 9106), with its parameters beside the vault.

use crate::keys::key::VaultKey;
use crate::randomness::random;
use crate::{FormatFault, VaultError};
use argon2::{Algorithm, Argon2, Params, Version};
use oauth::secret::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The parameters that a vault was made with. Lowered ones are refused: they would make guessing cheap (attack V17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kdf {
    algorithm: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: [u8; 16],
}

const ALGORITHM: &str = "argon2id";
const LEAST_MEMORY_KIB: u32 = 19 * 1024;
const LEAST_PASSES: u32 = 2;
/// Four times what a new vault has, of each: a file that someone changed must not stop the machine either.
const MOST_MEMORY_KIB: u32 = 4 * 64 * 1024;
const MOST_PASSES: u32 = 12;
const MOST_LANES: u32 = 16;

impl Kdf {
    pub(crate) fn new() -> Result<Self, VaultError> {
        Ok(Self {
            algorithm: ALGORITHM.to_owned(),
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 4,
            salt: random()?,
        })
    }

    /// Whoever can write the file must not make guessing cheap, nor stop the machine.
    pub(crate) fn is_acceptable(&self) -> bool {
        self.algorithm == ALGORITHM
            && (LEAST_MEMORY_KIB..=MOST_MEMORY_KIB).contains(&self.memory_kib)
            && (LEAST_PASSES..=MOST_PASSES).contains(&self.passes)
            && (1..=MOST_LANES).contains(&self.lanes)
    }

    pub(crate) fn key(&self, passphrase: &Secret) -> Result<VaultKey, VaultError> {
        if !self.is_acceptable() {
            return Err(VaultError::Format(FormatFault::PassphraseParameters));
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|error| VaultError::unreadable(&error))?;
        let mut key = Zeroizing::new([0_u8; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(
                passphrase.expose().as_bytes(),
                &self.salt,
                key.as_mut_slice(),
            )
            .map_err(|error| VaultError::unreadable(&error))?;
        Ok(VaultKey::from_bytes(*key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v17_lowered_and_raised_parameters_are_refused() {
        let good = Kdf::new().expect("parameters");
        for lowered in [
            Kdf {
                memory_kib: 8,
                ..good.clone()
            },
            Kdf {
                passes: 1,
                ..good.clone()
            },
            Kdf {
                memory_kib: u32::MAX,
                ..good.clone()
            },
            Kdf {
                memory_kib: 1024 * 1024,
                ..good.clone()
            },
            Kdf {
                passes: 64,
                ..good.clone()
            },
            Kdf {
                lanes: 64,
                ..good.clone()
            },
            Kdf {
                algorithm: "argon2d".to_owned(),
                ..good.clone()
            },
        ] {
            assert!(lowered.key(&Secret::new("p")).is_err(), "{lowered:?}");
        }
    }

    #[test]
    fn the_same_passphrase_and_salt_make_the_same_key() {
        let kdf = Kdf::new().expect("parameters");
        let key = |text: &str| kdf.key(&Secret::new(text)).expect("a key").bytes().to_vec();
        assert_eq!(key("correct horse"), key("correct horse"));
        assert_ne!(key("correct horse"), key("correct house"));
    }
}
