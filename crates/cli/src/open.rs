//! The person's broker with its vault open, asking for a passphrase where one is needed and can be asked for.

use crate::output::{Output, say};
use crate::secrets::{ask, can_ask, new_passphrase};
use api::key_source;
use broker::{Broker, Error, KeySource, VaultState};
use model::{ClosedVault, Code, Protection};
use std::path::PathBuf;

/// What is told while the vault's file is older than is known.
pub(crate) const OLDER: &str = "The vault's file is older than the one that was used here last: what was taken away since is in it again. \
     Agents get nothing until you run `gatelodge vault confirm`.";

pub(crate) async fn broker(key_file: Option<PathBuf>, output: Output) -> Result<Broker, Error> {
    let broker = Broker::system()?;
    let is_new = !broker.home().database().exists();
    open(&broker, key_file).await?;
    if is_new {
        output.tell(&format!(
            "A new vault was made at {}.",
            broker.home().database().display()
        ));
    }
    if broker.vault_is_older() {
        output.tell(OLDER);
    }
    Ok(broker)
}

/// The same for a host that may wait for its passphrase.
pub(crate) async fn locked(key_file: Option<PathBuf>, output: Output) -> Result<Broker, Error> {
    let broker = Broker::system()?;
    is_there(&broker)?;
    match broker.open_vault(key_source(key_file)?).await? {
        VaultState::Open { .. } if broker.vault_is_older() => output.tell(OLDER),
        VaultState::Open { .. } => {}
        VaultState::Closed(ClosedVault::Locked {
            protection: Protection::Passphrase,
        }) => output.tell(
            "The vault is locked: agents get nothing until you run `gatelodge vault unlock`.",
        ),
        VaultState::Closed(closed) => return Err(refusal(&closed)),
    }
    Ok(broker)
}

/// For what must not make a vault.
pub(crate) fn is_there(broker: &Broker) -> Result<(), Error> {
    let path = broker.home().database();
    if path.exists() {
        return Ok(());
    }
    Err(Error::new(
        Code::VaultAbsent,
        format!("there is no vault at {}", path.display()),
    ))
}

async fn open(broker: &Broker, key_file: Option<PathBuf>) -> Result<(), Error> {
    let passphrase = match broker.open_vault(key_source(key_file)?).await? {
        VaultState::Open { .. } => return Ok(()),
        VaultState::Closed(ClosedVault::Locked {
            protection: Protection::Passphrase,
        }) if can_ask() => ask("Passphrase of the vault: ")?,
        VaultState::Closed(ClosedVault::Absent { .. }) if can_ask() => {
            say(
                "There is no vault yet, and no keyring to keep its key in. A passphrase will protect a new one.",
            );
            new_passphrase()?
        }
        VaultState::Closed(closed) => return Err(refusal(&closed)),
    };
    match broker.open_vault(KeySource::Passphrase(passphrase)).await? {
        VaultState::Open { .. } => Ok(()),
        VaultState::Closed(closed) => Err(refusal(&closed)),
    }
}

/// Why the vault does not open, and what exactly to say to open it.
pub(crate) fn refusal(closed: &ClosedVault) -> Error {
    match closed {
        ClosedVault::Locked { protection: Protection::KeyFile } => {
            Error::new(Code::VaultLocked, "the vault opens with a key file")
                .with_hint("Name it with --key-file or GATELODGE_KEY_FILE.")
        }
        ClosedVault::Locked { protection: Protection::Passphrase } => {
            Error::new(Code::VaultLocked, "the vault opens with a passphrase").with_hint(
                "On a terminal each command asks for it; without one, name a file that holds it in GATELODGE_PASSPHRASE_FILE. \
                 `gatelodge serve --locked` waits for `gatelodge vault unlock`.",
            )
        }
        ClosedVault::Absent { .. } => Error::from(closed)
            .with_hint("Run `gatelodge vault create` to protect it with a passphrase, or name a key file with --key-file."),
        closed => closed.into(),
    }
}
