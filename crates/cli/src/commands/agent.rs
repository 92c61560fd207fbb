//! `agent`: add, list, permit, unpermit, new key, rename, remove.

mod key;

use crate::args::{AgentCommand, PermitArgs};
use crate::commands::one_grant::one_grant;
use crate::input;
use crate::output::{Output, ago, row, table, told};
use crate::words;
use api::convert;
use api::dto::Permit;
use broker::{Broker, Error, ListQuery};
use messages::{Arg, Text, text};
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
            let text = told(text::CliAgentRenamed {
                agent: &known.name,
                name: &renamed.name,
            });
            output.answer(&json!({ "id": renamed.id, "name": renamed.name }), &text)
        }
        AgentCommand::Remove { agent } => {
            let agent = broker.agent(&agent).await?;
            broker.remove_agent(&agent.id).await?;
            let text = told(text::CliAgentRemoved { agent: &agent.name });
            output.answer(&json!({ "agent": agent.id }), &text)
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
    let (agent_name, server, account) = (&agent.name, &args.server, &grant.account.name);
    let text = match until {
        Some(until) => told(text::CliAgentPermittedFor {
            agent: agent_name,
            server,
            account,
            span: Arg::span(until.since(broker.now())),
        }),
        None => told(text::CliAgentPermitted {
            agent: agent_name,
            server,
            account,
        }),
    };
    let answer = json!({ "agent": agent.id, "server": server, "account": account, "until": until });
    output.answer(&answer, &text)
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
        let agent = &agent.name;
        return Err(
            Error::new(Code::NotFound, text::CliAgentNoPermit { agent, server })
                .with_hint(text::CliAgentNoPermitHint),
        );
    };
    if meant
        .iter()
        .any(|grant| !grant.account.is_same(&first.account))
    {
        let agent = &agent.name;
        return Err(Error::new(
            Code::AccountRequired,
            text::CliAgentSeveralAccounts { agent, server },
        )
        .with_hint(text::CliHintAccount)
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
    let text = told(text::CliAgentUnpermitted {
        agent: &agent.name,
        server,
    });
    output.answer(&json!({ "agent": agent.id, "server": server }), &text)
}

async fn list(broker: &Broker, output: Output) -> Result<(), Error> {
    let agents = convert::agents(broker.agents_page(&ListQuery::default()).await?);
    if broker.vault_is_older() && !output.json {
        return Ok(());
    }
    if agents.is_empty() && !output.json {
        output.tell(text::CliAgentListEmpty);
        return Ok(());
    }
    let now = broker.now().0;
    let mut rows = vec![row([
        text::CliColumnName.into(),
        text::CliColumnId.into(),
        text::CliColumnLastUsed.into(),
        text::CliColumnMayUse.into(),
    ])];
    for agent in &agents {
        let used = agent.last_used_at.map(|at| ago(at, now));
        let items: Vec<Text> = agent.permits.iter().map(use_of).collect();
        rows.push(vec![
            agent.name.clone(),
            agent.id.clone(),
            told(used.unwrap_or_else(|| text::CliNever.into())),
            if items.is_empty() {
                told(text::CliNothing)
            } else {
                told(text::CliList { items })
            },
        ]);
    }
    output.answer(&agents, &table(&rows))
}

/// What a permit is for, and why it gives nothing if so.
fn use_of(permit: &Permit) -> Text {
    let (server, account) = (&permit.resource_name, &permit.account);
    match words::standing(permit.standing) {
        Some(why) => text::CliAgentUseNot {
            server,
            account,
            why,
        }
        .into(),
        None => text::CliAgentUse { server, account }.into(),
    }
}
