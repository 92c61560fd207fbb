//! Why a private key cannot be used.

/// Why a key cannot be used. No sentence repeats any of what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No private key in PEM form.
    #[error("this is not a private key in PEM form (it has no line -----BEGIN PRIVATE KEY-----)")]
    NotPem,
    /// A passphrase is missing.
    #[error("the private key is encrypted with a passphrase; export it without one")]
    Encrypted,
    /// The public half, or a certificate.
    #[error("this is a public key or a certificate; the private key that belongs to it is needed")]
    Public,
    /// An algorithm or a form that is not used here.
    #[error(
        "{0} cannot be used here; use P-256 (ES256), RSA of 2048 to 4096 bits (RS256) or Ed25519 (EdDSA)"
    )]
    Unsupported(String),
    /// It is one, and cannot be read.
    #[error("the private key cannot be read: {0}")]
    Damaged(String),
    /// The registration has none.
    #[error("it is missing")]
    Missing,
    /// A fault of the machine: a key that could be read can sign.
    #[error("it does not sign: {0}")]
    Signature(String),
}
