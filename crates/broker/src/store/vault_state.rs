//! Whether the vault is open, and if not, why.

use model::{ClosedVault, Protection};

/// What a host finds when it opens the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultState {
    /// It is open.
    Open {
        /// What keeps the key.
        protection: Protection,
    },
    /// It is not, and why.
    Closed(ClosedVault),
}
