//! `vault status`, `vault create` and `vault confirm`.

use crate::args::VaultCommand;
use crate::open::{self, OLDER, can_ask, new_passphrase, refusal};
use crate::output::Output;
use broker::{Broker, Code, Error, KeySource, Protection, VaultState};
use serde_json::json;
use std::path::PathBuf;

pub(crate) async fn run(command: VaultCommand, key_file: Option<PathBuf>, output: Output) -> Result<(), Error> {
    if let VaultCommand::Confirm = command {
        return confirm(&open::broker(key_file, output).await?, output).await;
    }
    let broker = Broker::system()?;
    let path = broker.home().database().display().to_string();
    let source = api::key_source(key_file)?;
    match command {
        VaultCommand::Status => {
            // Looking must not make a vault.
            if !broker.home().database().exists() {
                return Err(Error::new(Code::VaultAbsent, format!("there is no vault at {path}")));
            }
            let state = broker.open_vault(source).await?;
            report(&broker, &state, &path, output)
        }
        VaultCommand::Create { passphrase, anew } => {
            if broker.home().database().exists() {
                return Err(Error::new(Code::InvalidArgument, format!("there is a vault at {path} already"))
                    .with_hint("Move it away first, if you want a new one."));
            }
            let source = if passphrase { KeySource::Auto } else { source };
            let source = match source {
                KeySource::Auto if anew && !passphrase => KeySource::Auto,
                KeySource::Auto if can_ask() => KeySource::Passphrase(new_passphrase()?),
                KeySource::Auto => {
                    return Err(Error::new(Code::InvalidArgument, "a passphrase is needed, and there is no terminal to ask on")
                        .with_hint("Name a file with it in GATELODGE_PASSPHRASE_FILE, or a key file with --key-file."));
                }
                given => given,
            };
            let state = broker.make_vault(source).await?;
            report(&broker, &state, &path, output)
        }
        VaultCommand::Confirm => Ok(()),
    }
}

/// What agents may do again is said: it is what the person confirmed.
async fn confirm(broker: &Broker, output: Output) -> Result<(), Error> {
    let confirmed = broker.confirm_vault().await?;
    let agents: Vec<_> = broker.agents().await?.into_iter().map(|(agent, _)| agent.name).collect();
    let mut text = match (confirmed, agents.is_empty()) {
        (false, _) => "The vault is the newest that is known here. There is nothing to confirm.".to_owned(),
        (true, true) => "The vault holds. It knows no agent.".to_owned(),
        (true, false) => format!("The vault holds. These agents are in it: {}.", agents.join(", ")),
    };
    if confirmed && !agents.is_empty() {
        text.push_str("\nLook at what each may use with `gatelodge agent list`, and at what you allowed with `gatelodge concessions SERVER`.");
    }
    output.answer(&json!({ "confirmed": confirmed, "agents": agents }), &text)
}

fn report(broker: &Broker, state: &VaultState, path: &str, output: Output) -> Result<(), Error> {
    let VaultState::Open { protection } = state else {
        return Err(refusal(state));
    };
    let (name, words) = match protection {
        Protection::Keyring => ("keyring", "a key in the OS keyring"),
        Protection::Passphrase => ("passphrase", "a passphrase"),
        Protection::KeyFile => ("key_file", "a key file"),
    };
    let older = broker.vault_is_older();
    let text = format!("{path}\nopens; protected by {words}{}", if older { format!("\n{OLDER}") } else { String::new() });
    output.answer(&json!({ "path": path, "protection": name, "older": older }), &text)
}
