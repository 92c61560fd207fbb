//! The vault key, and where it is kept: the OS keyring, a passphrase, or a key file that the person named.

pub(crate) mod file;
pub(crate) mod key;
mod keyring;
pub(crate) mod passphrase;
pub(crate) mod store;

pub use {
    file::{passphrase_in_file, secret_in_file, secret_to_take_over},
    key::{LEAST_PASSPHRASE, VaultKey},
    keyring::OsKeyring,
    store::{KeyStore, KeyStoreError},
};
