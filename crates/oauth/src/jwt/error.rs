//! Why a private key cannot be used.

/// Why a key cannot be used. No sentence repeats any of what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("this is not a private key in PEM form (it has no line -----BEGIN PRIVATE KEY-----)")]
    NotPem,
    #[error("the private key is encrypted with a passphrase; export it without one")]
    Encrypted,
    #[error("this is a public key or a certificate; the private key that belongs to it is needed")]
    Public,
    #[error(
        "{0} cannot be used here; use P-256 (ES256), RSA of 2048 to 4096 bits (RS256) or Ed25519 (EdDSA)"
    )]
    Unsupported(String),
    #[error("the private key cannot be read: {0}")]
    Damaged(String),
}
