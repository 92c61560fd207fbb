//! `agent`: add, list, permit, unpermit, new key, rename, remove.

use crate::args::AgentCommand;
use crate::commands::one_grant;
use crate::commands::show::standing;
use crate::output::{Output, ago, command_line, relative, table};
use api::convert;
use api::dto::Permit;
use broker::{Agent, Broker, Code, Error, StandingPermit};
use oauth::grant::Grant;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::Path;

pub(crate) async fn run(
    broker: &Broker,
    command: AgentCommand,
    output: Output,
) -> Result<(), Error> {
    match command {
        AgentCommand::Add { name, write_key } => {
            add(broker, &name, write_key.as_deref(), output).await
        }
        AgentCommand::List => list(broker, output).await,
        AgentCommand::Permit {
            agent,
            server,
            account,
            scope,
            until,
        } => {
            let scopes = (!scope.is_empty()).then(|| {
                scope
                    .iter()
                    .flat_map(|scope| Scopes::parse(scope).to_vec())
                    .collect()
            });
            let until = moment(&until, broker.now())?;
            let agent = broker.agent(&agent).await?;
            let grant = one_grant(broker, &server, account.as_deref()).await?;
            let permit = broker::Permit {
                agent_id: agent.id.clone(),
                grant_id: grant.id,
                scopes,
                until,
                given_at: broker.now(),
            };
            broker.permit(permit).await?;
            let ends = until.map_or_else(String::new, |until| {
                format!(", until {}", relative(until.0, broker.now().0))
            });
            let text = format!(
                "{} may use {server} as {}{ends}",
                agent.name, grant.account.name
            );
            output.answer(&json!({ "agent": agent.id, "server": server, "account": grant.account.name, "until": until }), &text)
        }
        AgentCommand::Unpermit {
            agent,
            server,
            account,
        } => unpermit(broker, &agent, &server, account.as_deref(), output).await,
        AgentCommand::NewKey { agent, write_key } => {
            let path = write_key.as_deref();
            // A file that cannot be made must not cost the agent its old key.
            let file = path
                .map(|path| create_new(path).map_err(|error| unwritable(path, &error)))
                .transpose()?;
            let (agent, key) = broker
                .new_agent_key(&broker.agent(&agent).await?.id)
                .await?;
            match (path, file) {
                (Some(path), Some(mut file)) => {
                    write_key_to(&mut file, &key).map_err(|error| unwritable(path, &error))?;
                    in_file(&agent, path, output)
                }
                _ => show_key(&agent, &key, &address()?, output),
            }
        }
        AgentCommand::Rename { agent, new } => {
            let known = broker.agent(&agent).await?;
            let renamed = broker.rename_agent(&known.id, &new).await?;
            let text = format!("{} is called {} now", known.name, renamed.name);
            output.answer(&json!({ "id": renamed.id, "name": renamed.name }), &text)
        }
        AgentCommand::Remove { agent } => {
            let agent = broker.agent(&agent).await?;
            broker.remove_agent(&agent.id).await?;
            output.answer(
                &json!({ "agent": agent.id }),
                &format!("{} was removed; its key is worth nothing now", agent.name),
            )
        }
    }
}

/// Whatever of an account's logins the agent was permitted: the one of now, and earlier ones.
async fn unpermit(
    broker: &Broker,
    agent: &str,
    server: &str,
    account: Option<&str>,
    output: Output,
) -> Result<(), Error> {
    let (agent, view) = (broker.agent(agent).await?, broker.resource(server).await?);
    let is_meant = |grant: &&Grant| {
        let is_permitted = |known: &StandingPermit| {
            known.permit.grant_id == grant.id && known.permit.agent_id == agent.id
        };
        account.is_none_or(|account| grant.account.name == account)
            && view.permits.iter().any(is_permitted)
    };
    let meant: Vec<&Grant> = view.grants.iter().filter(is_meant).collect();
    let Some(first) = meant.first() else {
        return Err(Error::new(
            Code::NotFound,
            format!("{} has no permit for {server}", agent.name),
        )
        .with_hint("`gatelodge agent list` shows which there are."));
    };
    if meant
        .iter()
        .any(|grant| !grant.account.is_same(&first.account))
    {
        return Err(Error::new(
            Code::AccountRequired,
            format!("{} may use several accounts of {server}", agent.name),
        )
        .with_hint("Name one of them with --account.")
        .with_accounts(
            meant
                .iter()
                .map(|grant| grant.account.name.clone())
                .collect(),
        ));
    }
    for grant in meant {
        broker.unpermit(&agent.id, &grant.id).await?;
    }
    output.answer(
        &json!({ "agent": agent.id, "server": server }),
        &format!("{} may no longer use {server}", agent.name),
    )
}

async fn add(
    broker: &Broker,
    name: &str,
    write_key: Option<&Path>,
    output: Output,
) -> Result<(), Error> {
    let address = address()?;
    let (agent, key) = broker.add_agent(name).await?;
    let Some(path) = write_key else {
        let told = show_key(&agent, &key, &address, output);
        if told.is_err() {
            // A key that nobody could read is no agent.
            broker.remove_agent(&agent.id).await?;
        }
        return told;
    };
    if let Err(error) = create_new(path).and_then(|mut file| write_key_to(&mut file, &key)) {
        // A key that nobody can have is no agent.
        broker.remove_agent(&agent.id).await?;
        return Err(unwritable(path, &error));
    }
    in_file(&agent, path, output)
}

fn address() -> Result<String, Error> {
    Ok(format!(
        "http://127.0.0.1:{}",
        endpoint::Options::from_environment()?.port
    ))
}

fn show_key(agent: &Agent, key: &Secret, address: &str, output: Output) -> Result<(), Error> {
    let (example, key) = (convert::example(&agent.id, key, address), key.expose());
    let new_key = command_line(&["agent", "new-key", &agent.name, "--write-key", "PATH"]);
    let text = format!(
        "id:  {}\nkey: {key}\nThe key is shown this once. To fetch a token with it:\n  {example}\n\
         Whoever holds that port while Gatelodge does not run is sent the key. No other user can take the Unix socket's place; \
         for it the key lies in a file ({new_key}):\n  {}",
        agent.id,
        over_socket(&agent.id, Path::new("PATH")),
    );
    output.answer(
        &json!({ "id": agent.id, "name": agent.name, "key": key }),
        &text,
    )
}

fn in_file(agent: &Agent, path: &Path, output: Output) -> Result<(), Error> {
    let example = over_socket(
        &agent.id,
        &std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    );
    let text = format!(
        "id:  {}\nkey: in {}\nTo fetch a token with it, over the Unix socket, whose place no other user can take:\n  {example}",
        agent.id,
        path.display()
    );
    output.answer(
        &json!({ "id": agent.id, "name": agent.name, "key_file": path.display().to_string() }),
        &text,
    )
}

/// How an agent gets a token without sending its key to a port.
fn over_socket(id: &str, path: &Path) -> String {
    let quoted = command_line(&[&path.to_string_lossy()]);
    let path = quoted.strip_prefix("gatelodge ").unwrap_or_default();
    format!(
        "GATELODGE_AGENT_ID={id} GATELODGE_AGENT_KEY_FILE={path} gatelodge token MCP_SERVER_URL"
    )
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(
        Code::InvalidArgument,
        format!("{} cannot be written: {error}", path.display()),
    )
    .with_hint("Name a file that is not there yet.")
}

fn create_new(path: &Path) -> std::io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn write_key_to(file: &mut File, key: &Secret) -> std::io::Result<()> {
    writeln!(file, "{}", key.expose())?;
    file.sync_all()
}

async fn list(broker: &Broker, output: Output) -> Result<(), Error> {
    let resources = broker.resources().await?;
    let agents: Vec<_> = broker
        .agents()
        .await?
        .into_iter()
        .map(|(agent, permits)| convert::agent(agent, &permits, &resources))
        .collect();
    if broker.vault_is_older() && !output.json {
        return Ok(());
    }
    if agents.is_empty() && !output.json {
        output.tell("No agent was added yet. Add one: gatelodge agent add NAME");
        return Ok(());
    }
    let now = broker.now().0;
    let mut rows = vec![
        ["NAME", "ID", "LAST USED", "MAY USE"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for agent in &agents {
        let uses: Vec<_> = agent.permits.iter().map(use_of).collect();
        rows.push(vec![
            agent.name.clone(),
            agent.id.clone(),
            agent
                .last_used_at
                .map_or_else(|| "never".to_owned(), |at| ago(at, now)),
            if uses.is_empty() {
                "nothing".to_owned()
            } else {
                uses.join(", ")
            },
        ]);
    }
    output.answer(&agents, &table(&rows))
}

/// What a permit is for, and why it gives nothing if so.
fn use_of(permit: &Permit) -> String {
    let why = standing(permit.standing).map_or_else(String::new, |why| format!(" ({why})"));
    format!("{} as {}{why}", permit.resource_name, permit.account)
}

/// `30m`, `1h`, `7d`, or `never`.
fn moment(text: &str, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    if text == "never" {
        return Ok(None);
    }
    let unit = match text.chars().last() {
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86_400,
        _ => 0,
    };
    let amount = text
        .get(..text.len().saturating_sub(1))
        .and_then(|digits| digits.parse::<i64>().ok())
        .filter(|amount| (1..=100_000).contains(amount));
    match amount {
        Some(amount) if unit > 0 => Ok(Some(now.plus(amount * unit))),
        _ => Err(
            Error::new(Code::InvalidArgument, format!("{text:?} is no time"))
                .with_hint("Say 30m, 1h, 7d, or never."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_people_type() {
        let at = |text: &str| moment(text, Timestamp(1000)).map(|until| until.map(|until| until.0));
        assert_eq!(
            (at("30m"), at("1h"), at("never")),
            (Ok(Some(2800)), Ok(Some(4600)), Ok(None))
        );
        for wrong in ["", "h", "1", "-1h", "1y", "ü", "99999999999999999999d"] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }
}
