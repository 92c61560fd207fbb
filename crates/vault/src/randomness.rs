//! Randomness of the system.

use crate::VaultError;

/// Random bytes from the system: the one place that asks for them.
pub fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| VaultError::NoRandomness)?;
    Ok(bytes)
}

/// A name for a new row that no other process makes at the same time.
pub fn new_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
