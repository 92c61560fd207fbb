//! The person's broker with its vault open, asking for a passphrase where one is needed and can be asked for.

use crate::output::{Output, say};
use api::key_source;
use broker::{Broker, Code, Error, KeySource, LEAST_PASSPHRASE, Protection, VaultState};
use oauth::secret::Secret;
use std::io::IsTerminal;
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
pub(crate) async fn locked(key_file: Option<PathBuf>) -> Result<Broker, Error> {
    let broker = Broker::system()?;
    if !broker.home().database().exists() {
        let path = broker.home().database().display();
        return Err(Error::new(
            Code::VaultAbsent,
            format!("there is no vault at {path}"),
        ));
    }
    match broker.open_vault(key_source(key_file)?).await? {
        VaultState::Open { .. } => {}
        VaultState::Locked {
            protection: Protection::Passphrase,
        } => {
            say("The vault is locked: agents get nothing until you run `gatelodge vault unlock`.");
        }
        state => return Err(refusal(&state)),
    }
    Ok(broker)
}

async fn open(broker: &Broker, key_file: Option<PathBuf>) -> Result<(), Error> {
    let passphrase = match broker.open_vault(key_source(key_file)?).await? {
        VaultState::Open { .. } => return Ok(()),
        VaultState::Locked {
            protection: Protection::Passphrase,
        } if can_ask() => ask("Passphrase of the vault: ")?,
        VaultState::Absent { .. } if can_ask() => {
            say(
                "There is no vault yet, and no keyring to keep its key in. A passphrase will protect a new one.",
            );
            new_passphrase()?
        }
        state => return Err(refusal(&state)),
    };
    match broker.open_vault(KeySource::Passphrase(passphrase)).await? {
        VaultState::Open { .. } => Ok(()),
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
                "On a terminal each command asks for it; without one, name a file that holds it in GATELODGE_PASSPHRASE_FILE. \
                 `gatelodge serve --locked` waits for `gatelodge vault unlock`.",
            )
        }
        VaultState::Absent { .. } => state
            .error()
            .with_hint("Run `gatelodge vault create` to protect it with a passphrase, or name a key file with --key-file."),
        state => state.error(),
    }
}

pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

pub(crate) fn ask(prompt: &str) -> Result<Secret, Error> {
    let typed = crate::terminal::hidden(prompt).map_err(|error| {
        Error::new(
            Code::InvalidArgument,
            format!("nothing could be read from the terminal: {error}"),
        )
    })?;
    typed.ok_or_else(|| {
        Error::new(Code::InvalidArgument, "nothing was typed")
            .with_hint("Nothing was done. Say the command again when you want to.")
    })
}

pub(crate) fn new_passphrase() -> Result<Secret, Error> {
    let passphrase = ask(&format!(
        "New passphrase (at least {LEAST_PASSPHRASE} characters): "
    ))?;
    if passphrase.expose().chars().count() < LEAST_PASSPHRASE {
        return Err(Error::new(
            Code::InvalidArgument,
            format!("a passphrase has at least {LEAST_PASSPHRASE} characters"),
        )
        .with_hint("Choose a longer one: several words that only you would put together."));
    }
    if ask("Once more: ")? == passphrase {
        Ok(passphrase)
    } else {
        Err(
            Error::new(Code::InvalidArgument, "the two are not the same")
                .with_hint("Nothing was made. Type the same passphrase twice."),
        )
    }
}
