//! `list` and `show`. Their JSON is `api::dto::Resource` and `ResourceDetail`.

use crate::output::{Output, ago, command_line, relative, table};
use crate::words;
use api::convert;
use api::dto::{EndpointBasis, Grant, GrantState, Permit, ResourceDetail};
use api::state_words;
use broker::{Broker, Error};

pub(crate) async fn list(broker: &Broker, output: Output) -> Result<(), Error> {
    let now = broker.now().0;
    let views = broker.resources().await?;
    let servers: Vec<_> = views.iter().map(convert::resource).collect();
    if servers.is_empty() && !output.json {
        output.tell("No MCP server was added yet. Add one: gatelodge add https://…  Or see how it goes: gatelodge demo");
        return Ok(());
    }
    let mut rows = vec![
        ["NAME", "STATE", "ACCOUNT", "TOKEN ENDS", "URL"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for (server, view) in servers.iter().zip(&views) {
        let renews = view
            .grants
            .iter()
            .filter_map(|grant| grant.tokens())
            .any(|tokens| tokens.refresh_token.is_some());
        rows.push(vec![
            server.name.clone(),
            state_words(server.state).to_owned(),
            server.account.clone().unwrap_or_else(|| "-".to_owned()),
            server
                .expires_at
                .map_or_else(|| "-".to_owned(), |at| ends(at, now, renews)),
            server.uri.clone(),
        ]);
    }
    output.answer(&servers, &table(&rows))
}

pub(crate) async fn one(broker: &Broker, server: &str, output: Output) -> Result<(), Error> {
    let view = broker.resource(server).await?;
    let detail = convert::detail(view, &broker.agents().await?);
    let text = text(&detail, broker.now().0);
    output.answer(&detail, &text)
}

/// All that is known of a server, for reading.
pub(crate) fn text(detail: &ResourceDetail, now: i64) -> String {
    let mut text = format!(
        "{}  {}\n  {}\n",
        detail.resource.name,
        state_words(detail.resource.state),
        detail.resource.uri
    );
    if let Some(server) = &detail.authorization_server {
        let facts = vec![
            vec!["  issuer".to_owned(), server.issuer.clone()],
            vec!["  login at".to_owned(), server.authorization_host.clone()],
            vec!["  tokens from".to_owned(), server.token_host.clone()],
            vec![
                "  client id".to_owned(),
                server.client_id.clone().unwrap_or_else(|| "-".to_owned()),
            ],
            vec![
                "  login".to_owned(),
                words::login_method(&detail.login_method),
            ],
            vec![
                "  revocation".to_owned(),
                if server.can_revoke {
                    "offered"
                } else {
                    "not offered"
                }
                .to_owned(),
            ],
        ];
        text.push_str(&table(&facts));
        text.push_str(match server.basis {
            Some(EndpointBasis::Assumed) => {
                "  ! these addresses are assumed: no document names them\n"
            }
            Some(EndpointBasis::Entered) => {
                "  ! you entered these addresses; no document names them\n"
            }
            Some(EndpointBasis::Published) | None => "",
        });
    }
    if detail.named_by_itself == Some(true) {
        text.push_str("  its name is its own word for itself\n");
    }
    text.push_str(&chosen(detail, now));
    for grant in &detail.grants {
        text.push_str(&describe(grant, &detail.scopes_offered, now));
    }
    for permit in &detail.permits {
        text.push_str(&permitted(permit, now));
    }
    for offer in &detail.permit_offers {
        text.push_str(&format!("\n  ! {}\n", words::permit_again(offer, now)));
    }
    text
}

fn permitted(permit: &Permit, now: i64) -> String {
    let (agent, account) = (&permit.agent_name, &permit.account);
    let Some(why) = words::standing(permit.standing) else {
        let until = permit.until.map_or_else(String::new, |until| {
            format!(", ends {}", relative(until, now))
        });
        return format!("\n  agent {agent} may use it as {account}{until}\n");
    };
    let mut text = format!("\n  agent {agent} cannot use it as {account} now ({why})\n");
    for line in permit.standing_message.iter().chain(&permit.standing_hint) {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

/// What the person allowed or chose, and what needs them.
fn chosen(detail: &ResourceDetail, now: i64) -> String {
    let (name, mut text) = (detail.resource.name.as_str(), String::new());
    if let Some(change) = &detail.issuer_change {
        text.push_str(&format!(
            "  ! it now names the authorization server {}; the login is of {}\n    If you trust it: {}\n",
            change.new,
            change.old,
            command_line(&["login", name])
        ));
    }
    for open in &detail.revocations_open {
        let again = command_line(&["revoke", name, "--retry"]);
        text.push_str(&format!("  ! {}\n    Try again: {again}\n", open.headline));
    }
    if !detail.step_up.is_empty() {
        let scopes = detail
            .step_up
            .iter()
            .flat_map(|scope| ["--scope", scope.as_str()]);
        let words: Vec<&str> = ["login", name].into_iter().chain(scopes).collect();
        text.push_str(&format!(
            "  ! an operation lacked {}\n    {}\n",
            detail.step_up.join(" "),
            command_line(&words)
        ));
    }
    if let Some(account) = &detail.locked_to {
        text.push_str(&format!(
            "  locked to {account}; {} lets others in\n",
            command_line(&["account", "unlock", name])
        ));
    }
    if let Some(scopes) = &detail.scopes_chosen {
        text.push_str(&format!(
            "  asks for the scopes of your choice: {}\n",
            if scopes.is_empty() {
                "none".to_owned()
            } else {
                scopes.join(" ")
            }
        ));
    }
    if detail.needs_dpop {
        text.push_str("  takes only tokens that are bound to a key (DPoP)\n");
    }
    for allowed in &detail.concessions {
        let since = allowed
            .allowed_at
            .map_or_else(String::new, |at| format!(" ({})", ago(at, now)));
        text.push_str(&format!(
            "  allowed: {}{since}: {}\n",
            allowed.name, allowed.title
        ));
    }
    text
}

fn describe(grant: &Grant, offered: &[String], now: i64) -> String {
    let mut text = format!(
        "\n  account {}  {}\n",
        grant.account,
        grant.message.as_deref().unwrap_or("logged in")
    );
    if let Some(at) = grant.expires_at {
        let renews = match (&grant.not_renewed, grant.state) {
            (None, GrantState::Active) => ", renews by itself",
            _ if at > now => ", then a login is needed",
            _ => "",
        };
        let when = if at > now {
            format!("ends {}", relative(at, now))
        } else {
            format!("ended {}", ago(at, now))
        };
        text.push_str(&format!("  token {when}{renews}\n"));
    }
    if let Some(why) = grant
        .not_renewed
        .as_ref()
        .filter(|why| Some(*why) != grant.message.as_ref())
    {
        text.push_str(&format!("  ! {why}\n"));
    }
    let mut scopes: Vec<&String> = grant
        .scopes_requested
        .iter()
        .chain(&grant.scopes_granted)
        .chain(offered)
        .collect();
    scopes.sort_unstable();
    scopes.dedup();
    if !scopes.is_empty() {
        let mut rows = vec![
            ["  SCOPE", "ASKED", "GRANTED", "OFFERED"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for scope in scopes {
            let mark = |list: &[String]| if list.contains(scope) { "yes" } else { "-" }.to_owned();
            rows.push(vec![
                format!("  {scope}"),
                mark(&grant.scopes_requested),
                mark(&grant.scopes_granted),
                mark(offered),
            ]);
        }
        text.push_str(&table(&rows));
    }
    if !grant.scopes_unasked.is_empty() {
        text.push_str(&format!(
            "  ! granted without having been asked for: {}\n",
            grant.scopes_unasked.join(" ")
        ));
    }
    text
}

/// A token that has ended and is renewed when it is next asked for looks like no end.
fn ends(at: i64, now: i64, renews: bool) -> String {
    if at <= now && renews {
        "renews when used".to_owned()
    } else {
        relative(at, now)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_token_that_is_renewed_by_itself_does_not_read_like_an_end() {
        assert_eq!(super::ends(10, 20, true), "renews when used");
        assert_eq!(super::ends(10, 20, false), "10 s ago");
        assert_eq!(super::ends(30, 20, true), "in 10 s");
    }
}
