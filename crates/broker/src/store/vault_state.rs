//! Whether the vault is open, and if not, why.

use crate::Error;
use model::{ClosedVault, Code, Protection};

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

impl VaultState {
    /// The failure that this state is for someone who needs the vault open.
    pub fn error(&self) -> Error {
        match self {
            Self::Open { .. } => Error::new(Code::Internal, "the vault is open"),
            Self::Closed(closed) => closed.into(),
        }
    }
}
