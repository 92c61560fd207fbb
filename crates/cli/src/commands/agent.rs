//! `agent`: add, list, permit, unpermit, new key, rename, remove.

mod key;

use crate::args::{AgentCommand, PermitArgs};
use crate::commands::one_grant::one_grant;
use crate::input;
use crate::output::{Output, ago, relative, table};
use crate::words;
use api::convert;
use api::dto::Permit;
use broker::{Broker, Error};
use model::{Code, Grant, StandingPermit};
use oauth::scope::Scopes;
use serde_json::json;

pub(crate) async fn run(
    broker: &Broker,
    command: AgentCommand,
    output: Output,
) -> Result<(), Error> {
    match command {
        AgentCommand::Add { name, write_key } => {
            key::add(broker, &name, write_key.as_deref(), output).await
        }
        AgentCommand::List => list(broker, output).await,
        AgentCommand::Permit(args) => permit(broker, args, output).await,
        AgentCommand::Unpermit {
            agent,
            server,
            account,
        } => unpermit(broker, &agent, &server, account.as_deref(), output).await,
        AgentCommand::NewKey { agent, write_key } => {
            key::renew(broker, &agent, write_key.as_deref(), output).await
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

async fn permit(broker: &Broker, args: PermitArgs, output: Output) -> Result<(), Error> {
    let scopes = (!args.scope.is_empty()).then(|| {
        args.scope
            .iter()
            .flat_map(|scope| Scopes::parse(scope).to_vec())
            .collect()
    });
    let until = input::moment(&args.until, broker.now())?;
    let agent = broker.agent(&args.agent).await?;
    let grant = one_grant(broker, &args.server, args.account.as_deref()).await?;
    let permit = model::Permit {
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
    let (server, account) = (&args.server, &grant.account.name);
    output.answer(
        &json!({ "agent": agent.id, "server": server, "account": account, "until": until }),
        &format!("{} may use {server} as {account}{ends}", agent.name),
    )
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
    let why = words::standing(permit.standing).map_or_else(String::new, |why| format!(" ({why})"));
    format!("{} as {}{why}", permit.resource_name, permit.account)
}
