//! `vault status`, `vault create` and `vault confirm`; and `vault lock` and `vault unlock`, for the host that serves.

use crate::args::VaultCommand;
use crate::http::over_socket;
use crate::open::{self, refusal};
use crate::output::{Output, told};
use crate::running_host;
use crate::secrets::{ask, can_ask, new_passphrase};
use broker::{Broker, Error, KeySource, VaultState};
use messages::{Text, text};
use model::{ClosedVault, Code, Protection};
use serde_json::{Value, json};
use std::path::PathBuf;

pub(crate) async fn run(
    command: VaultCommand,
    key_file: Option<PathBuf>,
    output: Output,
) -> Result<(), Error> {
    match command {
        VaultCommand::Status => status(key_file, output).await,
        VaultCommand::Create { passphrase, anew } => {
            create(key_file, passphrase, anew, output).await
        }
        VaultCommand::Confirm => confirm(&open::broker(key_file, output).await?, output).await,
        VaultCommand::Lock => lock(output).await,
        VaultCommand::Unlock => unlock(output).await,
    }
}

/// Looking must not make a vault.
async fn status(key_file: Option<PathBuf>, output: Output) -> Result<(), Error> {
    let broker = Broker::system()?;
    let source = api::key_source(key_file)?;
    open::is_there(&broker)?;
    let state = broker.open_vault(source).await?;
    report(&broker, &state, output)
}

async fn create(
    key_file: Option<PathBuf>,
    passphrase: bool,
    anew: bool,
    output: Output,
) -> Result<(), Error> {
    let broker = Broker::system()?;
    let source = api::key_source(key_file)?;
    if broker.home().database().exists() {
        let path = broker.home().database().display().to_string();
        return Err(
            Error::new(Code::InvalidArgument, text::CliVaultThereAlready { path })
                .with_hint(text::CliVaultThereAlreadyHint),
        );
    }
    let source = if passphrase { KeySource::Auto } else { source };
    let source = match source {
        KeySource::Auto if anew && !passphrase => KeySource::Auto,
        KeySource::Auto if can_ask() => KeySource::Passphrase(new_passphrase()?),
        KeySource::Auto => {
            return Err(
                Error::new(Code::InvalidArgument, text::CliVaultCreateNoTerminal)
                    .with_hint(text::CliVaultCreateNoTerminalHint),
            );
        }
        named => named,
    };
    let state = broker.make_vault(source).await?;
    report(&broker, &state, output)
}

/// What the host that serves says of its vault, after this form.
async fn at_the_host(form: &str) -> Result<Value, Error> {
    let reply = over_socket(&running_host::socket()?, "/vault", form, None).await?;
    if reply.status == 200 {
        Ok(reply.json)
    } else {
        Err(running_host::refusal(&reply.json))
    }
}

async fn lock(output: Output) -> Result<(), Error> {
    let state = at_the_host("do=lock").await?;
    output.answer(&state, &told(text::CliVaultLocked))
}

/// Its passphrase is asked for only where it is wanted.
async fn unlock(output: Output) -> Result<(), Error> {
    let state = at_the_host("").await?;
    if state["open"] == true {
        return output.answer(&state, &with_age(&state, text::CliVaultOpenAlready));
    }
    if state["passphrase"] != true {
        return Err(Error::new(Code::VaultLocked, text::CliVaultWaitsNot)
            .with_hint(text::CliVaultWaitsNotHint));
    }
    let passphrase = match api::key_source(None)? {
        KeySource::Passphrase(passphrase) => passphrase,
        _ if can_ask() => ask(text::CliPromptPassphrase)?,
        _ => {
            return Err(refusal(&ClosedVault::Locked {
                protection: Protection::Passphrase,
            }));
        }
    };
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("do", "unlock")
        .append_pair("passphrase", passphrase.expose());
    let state = at_the_host(&form.finish()).await?;
    output.answer(&state, &with_age(&state, text::CliVaultOpenForAgents))
}

/// An open vault is told of as what it is: agents get nothing from an older file.
fn with_age(state: &Value, text: impl Into<Text>) -> String {
    if state["older"] == true {
        [told(text::CliVaultOpen), told(text::CliVaultOlder)].join("\n")
    } else {
        told(text)
    }
}

/// What agents may do again is said: it is what the person confirmed.
async fn confirm(broker: &Broker, output: Output) -> Result<(), Error> {
    let confirmed = broker.confirm_vault().await?;
    let agents: Vec<_> = broker
        .agents()
        .await?
        .into_iter()
        .map(|(agent, _)| agent.name)
        .collect();
    let lines = match (confirmed, agents.is_empty()) {
        (false, _) => vec![told(text::CliVaultNewest)],
        (true, true) => vec![told(text::CliVaultConfirmedNoAgent)],
        (true, false) => vec![
            told(text::CliVaultConfirmed {
                agents: agents.clone(),
            }),
            told(text::CliVaultConfirmedLook),
        ],
    };
    let answer = json!({ "confirmed": confirmed, "agents": agents });
    output.answer(&answer, &lines.join("\n"))
}

fn report(broker: &Broker, state: &VaultState, output: Output) -> Result<(), Error> {
    let protection = match state {
        VaultState::Open { protection } => protection,
        VaultState::Closed(closed) => return Err(refusal(closed)),
    };
    let name = match protection {
        Protection::Keyring => "keyring",
        Protection::Passphrase => "passphrase",
        Protection::KeyFile => "key_file",
    };
    let (path, older) = (
        broker.home().database().display().to_string(),
        broker.vault_is_older(),
    );
    let mut lines = vec![path.clone(), told(text::CliVaultOpens { protection: name })];
    if older {
        lines.push(told(text::CliVaultOlder));
    }
    let answer = json!({ "path": path, "protection": name, "older": older });
    output.answer(&answer, &lines.join("\n"))
}
