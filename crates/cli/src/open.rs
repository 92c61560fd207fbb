//! The person's broker with its vault open, asking for a passphrase where one is needed and can be asked for.

use crate::output::{Output, say};
use crate::secrets::{ask, can_ask, new_passphrase};
use api::key_source;
use broker::{Broker, Error, KeySource, VaultState};
use messages::text;
use model::{ClosedVault, Code, Protection};
use std::path::PathBuf;

pub(crate) async fn broker(key_file: Option<PathBuf>, output: Output) -> Result<Broker, Error> {
    let broker = Broker::system()?;
    let is_new = !broker.home().database().exists();
    open(&broker, key_file).await?;
    if is_new {
        let path = broker.home().database().display().to_string();
        output.tell(text::CliVaultMade { path });
    }
    if broker.vault_is_older() {
        output.tell(text::CliVaultOlder);
    }
    Ok(broker)
}

/// The same for a host that may wait for its passphrase.
pub(crate) async fn locked(key_file: Option<PathBuf>, output: Output) -> Result<Broker, Error> {
    let broker = Broker::system()?;
    is_there(&broker)?;
    match broker.open_vault(key_source(key_file)?).await? {
        VaultState::Open { .. } if broker.vault_is_older() => output.tell(text::CliVaultOlder),
        VaultState::Open { .. } => {}
        VaultState::Closed(ClosedVault::Locked {
            protection: Protection::Passphrase,
        }) => output.tell(text::CliVaultWaits),
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
    let path = path.display().to_string();
    Err(Error::new(
        Code::VaultAbsent,
        text::CliVaultNotThere { path },
    ))
}

async fn open(broker: &Broker, key_file: Option<PathBuf>) -> Result<(), Error> {
    let passphrase = match broker.open_vault(key_source(key_file)?).await? {
        VaultState::Open { .. } => return Ok(()),
        VaultState::Closed(ClosedVault::Locked {
            protection: Protection::Passphrase,
        }) if can_ask() => ask(text::CliPromptPassphrase)?,
        VaultState::Closed(ClosedVault::Absent { .. }) if can_ask() => {
            say(text::CliVaultNoKeyring);
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
        ClosedVault::Locked {
            protection: Protection::KeyFile,
        } => Error::new(Code::VaultLocked, text::CliVaultWantsKeyFile)
            .with_hint(text::CliVaultWantsKeyFileHint),
        ClosedVault::Locked {
            protection: Protection::Passphrase,
        } => Error::new(Code::VaultLocked, text::CliVaultWantsPassphrase)
            .with_hint(text::CliVaultWantsPassphraseHint),
        ClosedVault::Absent { .. } => Error::from(closed).with_hint(text::CliVaultNotThereHint),
        closed => closed.into(),
    }
}
