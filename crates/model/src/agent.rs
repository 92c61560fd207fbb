//! Agents: local programs that ask for access.

use oauth::time::Timestamp;

/// A local program that asks for access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// The name by which it authenticates.
    pub id: String,
    /// The name that the person gave it.
    pub name: String,
    /// SHA-256 of its key.
    pub key_hash: [u8; 32],
    /// When the person added it.
    pub added_at: Timestamp,
    /// When it asked last.
    pub last_used_at: Option<Timestamp>,
}
