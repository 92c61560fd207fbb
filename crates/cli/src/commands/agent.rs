//! `agent`: add, list, permit, unpermit, remove.

use crate::args::AgentCommand;
use crate::commands::one_grant;
use crate::output::{Output, relative, table};
use api::convert;
use broker::{Broker, Code, Error, Permit};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use serde_json::json;
use std::io::Write;
use std::path::Path;

pub(crate) async fn run(broker: &Broker, command: AgentCommand, output: Output) -> Result<(), Error> {
    match command {
        AgentCommand::Add { name, write_key } => add(broker, &name, write_key.as_deref(), output).await,
        AgentCommand::List => list(broker, output).await,
        AgentCommand::Permit { agent, server, account, scope, until } => {
            let scopes = (!scope.is_empty()).then(|| scope.iter().flat_map(|scope| Scopes::parse(scope).to_vec()).collect());
            let until = moment(&until, broker.now())?;
            let agent = broker.agent(&agent).await?;
            let grant = one_grant(broker, &server, account.as_deref()).await?;
            let permit = Permit { agent_id: agent.id.clone(), grant_id: grant.id, scopes, until, given_at: broker.now() };
            broker.permit(permit).await?;
            let ends = until.map_or_else(String::new, |until| format!(", until {}", relative(until.0, broker.now().0)));
            let text = format!("{} may use {server} as {}{ends}", agent.name, grant.account.name);
            output.answer(&json!({ "agent": agent.id, "server": server, "account": grant.account.name, "until": until }), &text)
        }
        AgentCommand::Unpermit { agent, server, account } => {
            let agent = broker.agent(&agent).await?;
            let grant = one_grant(broker, &server, account.as_deref()).await?;
            broker.unpermit(&agent.id, &grant.id).await?;
            output.answer(&json!({ "agent": agent.id, "server": server }), &format!("{} may no longer use {server}", agent.name))
        }
        AgentCommand::Remove { agent } => {
            let agent = broker.agent(&agent).await?;
            broker.remove_agent(&agent.id).await?;
            output.answer(&json!({ "agent": agent.id }), &format!("{} was removed; its key is worth nothing now", agent.name))
        }
    }
}

async fn add(broker: &Broker, name: &str, write_key: Option<&Path>, output: Output) -> Result<(), Error> {
    let (agent, key) = broker.add_agent(name).await?;
    let Some(path) = write_key else {
        let port = endpoint::Options::from_environment().port;
        let text = format!(
            "id:  {id}\nkey: {key}\nThe key is shown this once. To fetch a token with it:\n  curl -s -u {id}:{key} -d grant_type=client_credentials \
             --data-urlencode resource=MCP_SERVER_URL http://127.0.0.1:{port}/token",
            id = agent.id,
            key = key.expose()
        );
        return output.answer(&json!({ "id": agent.id, "name": agent.name, "key": key.expose() }), &text);
    };
    if let Err(error) = write_new(path, &key) {
        // A key that nobody can have is no agent.
        broker.remove_agent(&agent.id).await?;
        return Err(Error::new(Code::InvalidArgument, format!("{} cannot be written: {error}", path.display()))
            .with_hint("Name a file that is not there yet."));
    }
    let text = format!("id:  {}\nkey: in {}", agent.id, path.display());
    output.answer(&json!({ "id": agent.id, "name": agent.name, "key_file": path.display().to_string() }), &text)
}

fn write_new(path: &Path, key: &Secret) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", key.expose())?;
    file.sync_all()
}

async fn list(broker: &Broker, output: Output) -> Result<(), Error> {
    let resources = broker.resources().await?;
    let agents: Vec<_> =
        broker.agents().await?.into_iter().map(|(agent, permits)| convert::agent(agent, &permits, &resources)).collect();
    if agents.is_empty() && !output.json {
        output.tell("No agent was added yet. Add one: gatelodge agent add NAME");
        return Ok(());
    }
    let now = broker.now().0;
    let mut rows = vec![["NAME", "ID", "LAST USED", "MAY USE"].map(str::to_owned).to_vec()];
    for agent in &agents {
        let uses: Vec<_> = agent.permits.iter().map(|permit| format!("{} as {}", permit.resource_name, permit.account)).collect();
        rows.push(vec![
            agent.name.clone(),
            agent.id.clone(),
            agent.last_used_at.map_or_else(|| "never".to_owned(), |at| relative(at, now)),
            if uses.is_empty() { "nothing".to_owned() } else { uses.join(", ") },
        ]);
    }
    output.answer(&agents, &table(&rows))
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
        _ => Err(Error::new(Code::InvalidArgument, format!("{text:?} is no time")).with_hint("Say 30m, 1h, 7d, or never.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_people_type() {
        let at = |text: &str| moment(text, Timestamp(1000)).map(|until| until.map(|until| until.0));
        assert_eq!((at("30m"), at("1h"), at("never")), (Ok(Some(2800)), Ok(Some(4600)), Ok(None)));
        for wrong in ["", "h", "1", "-1h", "1y", "ü", "99999999999999999999d"] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }
}
