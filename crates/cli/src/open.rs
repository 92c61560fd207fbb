//! The person's broker with its vault open, asking for a passphrase where one is needed and can be asked for.

use broker::{Broker, Code, Error, KeySource, Protection, VaultState};
use oauth::secret::Secret;
use std::io::IsTerminal;
use std::path::PathBuf;

/// A shorter one is guessed too soon, whatever Argon2 costs.
const LEAST_PASSPHRASE: usize = 8;

pub(crate) async fn broker(key_file: Option<PathBuf>) -> Result<Broker, Error> {
    let broker = Broker::system()?;
    let passphrase = match broker.open_vault(source(key_file)?).await? {
        VaultState::Open { .. } => return Ok(broker),
        VaultState::Locked { protection: Protection::Passphrase } if can_ask() => ask("Passphrase of the vault: ")?,
        VaultState::Absent { .. } if can_ask() => {
            eprintln!("There is no vault yet, and no keyring to keep its key in. A passphrase will protect a new one.");
            new_passphrase()?
        }
        state => return Err(refusal(&state)),
    };
    match broker.open_vault(KeySource::Passphrase(passphrase)).await? {
        VaultState::Open { .. } => Ok(broker),
        state => Err(refusal(&state)),
    }
}

/// Why the vault does not open, and what exactly to say to open it.
pub(crate) fn refusal(state: &VaultState) -> Error {
    match state {
        VaultState::Locked { protection: Protection::KeyFile } => {
            Error::new(Code::VaultLocked, "the vault opens with a key file")
                .with_hint("Name it with --key-file or GATELODGE_KEY_FILE.")
        }
        VaultState::Locked { protection: Protection::Passphrase } => {
            Error::new(Code::VaultLocked, "the vault opens with a passphrase").with_hint(
                "On a terminal each command asks for it; without one, name a file that holds it in GATELODGE_PASSPHRASE_FILE.",
            )
        }
        VaultState::Absent { .. } => state
            .error()
            .with_hint("Run `gatelodge vault create` to protect it with a passphrase, or name a key file with --key-file."),
        state => state.error(),
    }
}

/// What opens the vault without asking.
pub(crate) fn source(key_file: Option<PathBuf>) -> Result<KeySource, Error> {
    let named = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    if let Some(path) = key_file.or_else(|| named("GATELODGE_KEY_FILE")) {
        return Ok(KeySource::KeyFile(path));
    }
    match named("GATELODGE_PASSPHRASE_FILE") {
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
        .map_err(|error| Error::new(Code::InvalidArgument, format!("nothing could be read from the terminal: {error}")))?;
    Ok(Secret::new(text))
}

pub(crate) fn new_passphrase() -> Result<Secret, Error> {
    let passphrase = ask(&format!("New passphrase (at least {LEAST_PASSPHRASE} characters): "))?;
    if passphrase.expose().chars().count() < LEAST_PASSPHRASE {
        return Err(Error::new(Code::InvalidArgument, format!("a passphrase has at least {LEAST_PASSPHRASE} characters")));
    }
    if ask("Once more: ")? == passphrase {
        Ok(passphrase)
    } else {
        Err(Error::new(Code::InvalidArgument, "the two are not the same"))
    }
}
