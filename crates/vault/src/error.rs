//! What can go wrong with the vault. A variant exists where a caller acts differently.

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// A sealed value does not open where it is: changed, moved, or copied from another vault.
    #[error("{column} of {table} {id} is damaged")]
    Damaged { table: &'static str, id: String, column: &'static str },
    #[error("another program has been renewing this login for too long")]
    LockTimeout,
    #[error("the folder {path} cannot be used: {why}")]
    Folder { path: String, why: String },
    #[error("the key file {path} cannot be used: {why}")]
    KeyFile { path: String, why: String },
    #[error("the keyring failed: {0}")]
    Keyring(String),
    #[error("the system gave no random bytes")]
    NoRandomness,
    #[error("a sealed value could not be made")]
    Seal,
    #[error("the vault could not be read or written: {0}")]
    Database(#[from] sqlx::Error),
    #[error("a value in the vault is not of this version: {0}")]
    Format(String),
}

impl From<serde_json::Error> for VaultError {
    fn from(error: serde_json::Error) -> Self {
        Self::Format(error.to_string())
    }
}
