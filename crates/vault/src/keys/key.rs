//! The vault key, and how it is protected.

use zeroize::Zeroizing;

/// 32 random bytes that seal everything. Wiped from memory when dropped; cannot be printed. Boxed, so that moving
/// it leaves no copies behind.
#[derive(Clone)]
pub struct VaultKey(Box<Zeroizing<[u8; 32]>>);

/// Characters that a new vault's passphrase has at least: a shorter one is guessed too soon, whatever Argon2 costs.
pub const LEAST_PASSPHRASE: usize = 8;

impl VaultKey {
    /// A key that was kept somewhere.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Box::new(Zeroizing::new(bytes)))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

impl std::fmt::Debug for VaultKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[vault key]")
    }
}
