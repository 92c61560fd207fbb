//! A string that must not be seen: it cannot be printed, serialised or compared in variable time.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A token, code, verifier, key or client secret. Wiped from memory when dropped.
///
/// Deliberately without `Display`, `Serialize` and `Deref`: each place that takes the
/// value out says so by calling [`Secret::expose`].
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A value that is not shown from here on.
    pub fn new(value: impl Into<String>) -> Self {
        Self(Zeroizing::new(value.into()))
    }

    /// The value itself. What calls this must not log, show or return it further than needed.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The first 8 hex digits of a SHA-256: enough to follow a rotation through the log, useless otherwise.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.0.as_bytes());
        format!(
            "{:02x}{:02x}{:02x}{:02x}",
            digest[0], digest[1], digest[2], digest[3]
        )
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_shows_nothing() {
        let shown = format!(
            "{:?} {:#?}",
            Secret::new("canary"),
            Some(Secret::new("canary"))
        );
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn equality_is_by_value() {
        assert_eq!(Secret::new("a"), Secret::new("a"));
        assert_ne!(Secret::new("a"), Secret::new("ab"));
    }
}
