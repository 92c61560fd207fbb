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
    Unsupported(KeyForm),
    /// It is one, and cannot be read.
    #[error("the private key cannot be read: {0}")]
    Damaged(KeyDamage),
    /// The registration has none.
    #[error("it is missing")]
    Missing,
    /// A fault of the machine: a key that could be read can sign.
    #[error("it does not sign: {0}")]
    Signature(String),
}

/// The form of a key that is not used here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyForm {
    /// Another format than PKCS #8, SEC1 and PKCS #1.
    #[error("the format {0}")]
    Format(String),
    /// Another algorithm, by its object identifier (RFC 5958 §2).
    #[error("a key of the algorithm {0}")]
    Algorithm(String),
    /// RSA with too few bits, or too many.
    #[error("an RSA key of this length")]
    RsaLength,
    /// Another curve than P-256, or no point of it.
    #[error("an elliptic-curve key that is damaged or of another curve")]
    Curve,
}

/// Why a key of a known form cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyDamage {
    /// RFC 7468 §2: its body is another text.
    #[error("between BEGIN and END is not base64")]
    Base64,
    /// RFC 5958 §2: it is another structure.
    #[error("it is not PKCS #8")]
    Pkcs8,
    /// What was kept of a key of our own is none.
    #[error("the stored key is not a P-256 key")]
    Stored,
    /// What the library says that reads keys.
    #[error("{0}")]
    Library(String),
}
