//! `vault status` and `vault create`.

use crate::args::VaultCommand;
use crate::open::{can_ask, new_passphrase, refusal, source};
use crate::output::Output;
use broker::{Broker, Code, Error, KeySource, Protection, VaultState};
use serde_json::json;
use std::path::PathBuf;

pub(crate) async fn run(command: VaultCommand, key_file: Option<PathBuf>, output: Output) -> Result<(), Error> {
    let broker = Broker::system()?;
    let path = broker.home().database().display().to_string();
    let source = source(key_file)?;
    match command {
        VaultCommand::Status => {
            // Looking must not make a vault.
            if !broker.home().database().exists() {
                return Err(Error::new(Code::VaultAbsent, format!("there is no vault at {path}")));
            }
            let state = broker.open_vault(source).await?;
            report(&state, &path, output)
        }
        VaultCommand::Create { passphrase } => {
            if broker.home().database().exists() {
                return Err(Error::new(Code::InvalidArgument, format!("there is a vault at {path} already"))
                    .with_hint("Move it away first, if you want a new one."));
            }
            let source = if passphrase { KeySource::Auto } else { source };
            let source = match source {
                KeySource::Auto if can_ask() => KeySource::Passphrase(new_passphrase()?),
                KeySource::Auto => {
                    return Err(Error::new(Code::InvalidArgument, "a passphrase is needed, and there is no terminal to ask on")
                        .with_hint("Name a file with it in GATELODGE_PASSPHRASE_FILE, or a key file with --key-file."));
                }
                given => given,
            };
            let state = broker.open_vault(source).await?;
            report(&state, &path, output)
        }
    }
}

fn report(state: &VaultState, path: &str, output: Output) -> Result<(), Error> {
    let VaultState::Open { protection } = state else {
        return Err(refusal(state));
    };
    let (name, words) = match protection {
        Protection::Keyring => ("keyring", "a key in the OS keyring"),
        Protection::Passphrase => ("passphrase", "a passphrase"),
        Protection::KeyFile => ("key_file", "a key file"),
    };
    output.answer(&json!({ "path": path, "protection": name }), &format!("{path}\nopens; protected by {words}"))
}
