//! `vault status`, `vault create` and `vault confirm`; and `vault lock` and `vault unlock`, for the host that serves.

use crate::args::VaultCommand;
use crate::http::over_socket;
use crate::open::{self, OLDER, refusal};
use crate::output::Output;
use crate::running_host;
use crate::secrets::{ask, can_ask, new_passphrase};
use broker::{Broker, Error, KeySource, VaultState};
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
        let path = broker.home().database().display();
        return Err(Error::new(
            Code::InvalidArgument,
            format!("there is a vault at {path} already"),
        )
        .with_hint("Move it away first, if you want a new one."));
    }
    let source = if passphrase { KeySource::Auto } else { source };
    let source = match source {
        KeySource::Auto if anew && !passphrase => KeySource::Auto,
        KeySource::Auto if can_ask() => KeySource::Passphrase(new_passphrase()?),
        KeySource::Auto => {
            return Err(Error::new(
                Code::InvalidArgument,
                "a passphrase is needed, and there is no terminal to ask on",
            )
            .with_hint(
                "Name a file with it in GATELODGE_PASSPHRASE_FILE, or a key file with --key-file.",
            ));
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
    output.answer(&state, "The vault of the running Gatelodge is locked: agents get nothing until `gatelodge vault unlock`.")
}

/// Its passphrase is asked for only where it is wanted.
async fn unlock(output: Output) -> Result<(), Error> {
    let state = at_the_host("").await?;
    if state["open"] == true {
        let text = "The vault of the running Gatelodge is open already.";
        return output.answer(&state, &with_age(&state, text));
    }
    if state["passphrase"] != true {
        return Err(Error::new(
            Code::VaultLocked,
            "the running Gatelodge does not wait for a passphrase",
        )
        .with_hint("`gatelodge vault status` says what keeps the vault from opening."));
    }
    let passphrase = match api::key_source(None)? {
        KeySource::Passphrase(passphrase) => passphrase,
        _ if can_ask() => ask("Passphrase of the vault: ")?,
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
    let text = "The vault of the running Gatelodge is open: agents get what you permitted.";
    output.answer(&state, &with_age(&state, text))
}

/// An open vault is told of as what it is: agents get nothing from an older file.
fn with_age(state: &Value, text: &str) -> String {
    if state["older"] == true {
        format!("The vault of the running Gatelodge is open. {OLDER}")
    } else {
        text.to_owned()
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
    let mut text = match (confirmed, agents.is_empty()) {
        (false, _) => {
            "The vault is the newest that is known here. There is nothing to confirm.".to_owned()
        }
        (true, true) => "The vault holds. It knows no agent.".to_owned(),
        (true, false) => format!(
            "The vault holds. These agents are in it: {}.",
            agents.join(", ")
        ),
    };
    if confirmed && !agents.is_empty() {
        text.push_str("\nLook at what each may use with `gatelodge agent list`, and at what you allowed with `gatelodge concessions SERVER`.");
    }
    output.answer(&json!({ "confirmed": confirmed, "agents": agents }), &text)
}

fn report(broker: &Broker, state: &VaultState, output: Output) -> Result<(), Error> {
    let protection = match state {
        VaultState::Open { protection } => protection,
        VaultState::Closed(closed) => return Err(refusal(closed)),
    };
    let (name, words) = match protection {
        Protection::Keyring => ("keyring", "a key in the OS keyring"),
        Protection::Passphrase => ("passphrase", "a passphrase"),
        Protection::KeyFile => ("key_file", "a key file"),
    };
    let (path, older) = (
        broker.home().database().display().to_string(),
        broker.vault_is_older(),
    );
    let text = format!(
        "{path}\nopens; protected by {words}{}",
        if older {
            format!("\n{OLDER}")
        } else {
            String::new()
        }
    );
    output.answer(
        &json!({ "path": path, "protection": name, "older": older }),
        &text,
    )
}
