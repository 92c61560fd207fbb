//! The person's broker with its vault open, asking for a passphrase where one is needed and can be asked for.

use broker::{Broker, Code, Error, KeySource, VaultState};
use oauth::secret::Secret;
use std::io::IsTerminal;
use std::path::PathBuf;

pub(crate) async fn broker(key_file: Option<PathBuf>) -> Result<Broker, Error> {
    let broker = Broker::system()?;
    match broker.open_vault(source(key_file)?).await? {
        VaultState::Open { .. } => Ok(broker),
        VaultState::Locked { protection: broker::Protection::Passphrase } if can_ask() => {
            let passphrase = ask("Passphrase of the vault: ")?;
            match broker.open_vault(KeySource::Passphrase(passphrase)).await? {
                VaultState::Open { .. } => Ok(broker),
                state => Err(state.error()),
            }
        }
        VaultState::Locked { protection: broker::Protection::KeyFile } => {
            Err(Error::new(Code::VaultLocked, "the vault opens with a key file")
                .with_hint("Name it with --key-file or GATELODGE_KEY_FILE."))
        }
        state @ VaultState::Absent { .. } => Err(state
            .error()
            .with_hint("Run `gatelodge vault create` to protect it with a passphrase, or name a key file with --key-file.")),
        state => Err(state.error()),
    }
}

/// What opens the vault without asking.
pub(crate) fn source(key_file: Option<PathBuf>) -> Result<KeySource, Error> {
    if let Some(path) = key_file {
        return Ok(KeySource::KeyFile(path));
    }
    match std::env::var_os("GATELODGE_PASSPHRASE_FILE").filter(|path| !path.is_empty()) {
        Some(path) => {
            let text = std::fs::read_to_string(&path).map_err(|error| {
                Error::new(Code::InvalidArgument, format!("the passphrase file {} cannot be read: {error}", path.display()))
            })?;
            Ok(KeySource::Passphrase(Secret::new(text.trim_end_matches(['\r', '\n']))))
        }
        None => Ok(KeySource::Auto),
    }
}

pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

pub(crate) fn ask(prompt: &str) -> Result<Secret, Error> {
    let text = rpassword::prompt_password(prompt)
        .map_err(|error| Error::new(Code::InvalidArgument, format!("no passphrase could be read: {error}")))?;
    Ok(Secret::new(text))
}
