//! `list` and `show`. Their JSON is `api::dto::Resource` and `ResourceDetail`.

use crate::commands::findings;
use crate::output::{Output, ago, command_line, relative, row, table, told};
use crate::words;
use api::convert;
use api::dto::{AuthorizationServer, Grant, GrantState, Permit, ResourceDetail};
use api::state_words;
use broker::{Broker, Error};
use messages::{Arg, Text, text};

pub(crate) async fn list(broker: &Broker, output: Output) -> Result<(), Error> {
    let now = broker.now().0;
    let views = broker.resources().await?;
    let servers: Vec<_> = views.iter().map(convert::resource).collect();
    if servers.is_empty() && !output.json {
        output.tell(text::CliListEmpty);
        return Ok(());
    }
    let mut rows = vec![row([
        text::CliColumnName.into(),
        text::CliColumnState.into(),
        text::CliColumnAccount.into(),
        text::CliColumnTokenEnds.into(),
        text::CliColumnUrl.into(),
    ])];
    for (server, view) in servers.iter().zip(&views) {
        let renews = view
            .grants
            .iter()
            .filter_map(|grant| grant.tokens())
            .any(|tokens| tokens.refresh_token.is_some());
        rows.push(vec![
            server.name.clone(),
            told(state_words(server.state)),
            server.account.clone().unwrap_or_else(|| "-".to_owned()),
            server
                .expires_at
                .map_or_else(|| "-".to_owned(), |at| told(ends(at, now, renews))),
            server.uri.clone(),
        ]);
    }
    output.answer(&servers, &table(&rows))
}

pub(crate) async fn one(broker: &Broker, server: &str, output: Output) -> Result<(), Error> {
    let view = broker.resource(server).await?;
    let detail = convert::detail(view);
    let text = text(&detail, broker.now().0);
    output.answer(&detail, &text)
}

/// All that is known of a server, for reading.
pub(crate) fn text(detail: &ResourceDetail, now: i64) -> String {
    let mut text = format!(
        "{}  {}\n  {}\n",
        detail.resource.name,
        told(state_words(detail.resource.state)),
        detail.resource.uri
    );
    if let Some(server) = &detail.authorization_server {
        text.push_str(&table(&facts(server, detail)));
        if let Some(line) = server.basis.and_then(findings::basis) {
            add(&mut text, "  ! ", line);
        }
    }
    if detail.named_by_itself == Some(true) {
        add(&mut text, "  ", text::CliShowNamedByItself);
    }
    text.push_str(&chosen(detail, now));
    for grant in &detail.grants {
        text.push_str(&describe(grant, &detail.scopes_offered, now));
    }
    for permit in &detail.permits {
        text.push_str(&permitted(permit, now));
    }
    for offer in &detail.permit_offers {
        add(&mut text, "\n  ! ", words::permit_again(offer, now));
    }
    text
}

/// One more line, with what is before it.
fn add(text: &mut String, before: &str, line: impl Into<Text>) {
    text.push_str(&format!("{before}{}\n", told(line)));
}

fn facts(server: &AuthorizationServer, detail: &ResourceDetail) -> Vec<Vec<String>> {
    let fact = |label: Text, value: String| vec![format!("  {}", told(label)), value];
    let client = server.client_id.clone();
    let revocation = if server.can_revoke {
        told(text::CliShowRevocable)
    } else {
        told(text::CliShowIrrevocable)
    };
    vec![
        fact(text::CliShowService.into(), server.issuer.clone()),
        fact(text::CliShowPage.into(), server.authorization_host.clone()),
        fact(text::CliShowTokens.into(), server.token_host.clone()),
        fact(
            text::CliShowClient.into(),
            client.unwrap_or_else(|| "-".to_owned()),
        ),
        fact(
            text::CliShowMethod.into(),
            told(words::login_method(&detail.login_method)),
        ),
        fact(text::CliShowRevocation.into(), revocation),
    ]
}

fn permitted(permit: &Permit, now: i64) -> String {
    let (agent, account) = (&permit.agent_name, &permit.account);
    let mut text = String::new();
    match (words::standing(permit.standing), permit.until) {
        (None, None) => add(&mut text, "\n  ", text::CliShowAgent { agent, account }),
        (None, Some(until)) => {
            let span = Arg::span(until - now);
            let line = text::CliShowAgentUntil {
                agent,
                account,
                span,
            };
            add(&mut text, "\n  ", line);
        }
        (Some(why), _) => {
            let line = text::CliShowAgentNot {
                agent,
                account,
                why,
            };
            add(&mut text, "\n  ", line);
            for line in permit.standing_message.iter().chain(&permit.standing_hint) {
                text.push_str(&format!("    {line}\n"));
            }
        }
    }
    text
}

/// What the person allowed or chose, and what needs them.
fn chosen(detail: &ResourceDetail, now: i64) -> String {
    let (name, mut text) = (detail.resource.name.as_str(), String::new());
    if let Some(change) = &detail.issuer_change {
        let (new, old) = (&change.new, &change.old);
        let command = command_line(&["login", name]);
        add(&mut text, "  ! ", text::CliShowIssuerChange { new, old });
        add(
            &mut text,
            "    ",
            text::CliShowIssuerChangeTrust { command },
        );
    }
    for open in &detail.revocations_open {
        let (headline, command) = (&open.headline, command_line(&["revoke", name, "--retry"]));
        let line = text::CliShowRevocationOpen { headline, command };
        add(&mut text, "  ! ", line);
    }
    if !detail.step_up.is_empty() {
        let scopes = detail
            .step_up
            .iter()
            .flat_map(|scope| ["--scope", scope.as_str()]);
        let words: Vec<&str> = ["login", name].into_iter().chain(scopes).collect();
        let (scopes, command) = (words::scopes(&detail.step_up), command_line(&words));
        add(&mut text, "  ! ", text::CliShowStepUp { scopes, command });
    }
    if let Some(account) = &detail.locked_to {
        let command = command_line(&["account", "unlock", name]);
        add(&mut text, "  ", text::CliShowLocked { account, command });
    }
    if let Some(scopes) = &detail.scopes_chosen {
        let scopes = words::scopes(scopes);
        add(&mut text, "  ", text::CliShowScopesChosen { scopes });
    }
    if detail.needs_dpop {
        add(&mut text, "  ", text::CliShowDpop);
    }
    for allowed in &detail.concessions {
        let (name, title) = (&allowed.name, &allowed.title);
        match allowed.allowed_at.map(|at| ago(at, now)) {
            Some(when) => add(
                &mut text,
                "  ",
                text::CliShowAllowedSince { name, when, title },
            ),
            None => add(&mut text, "  ", text::CliShowAllowed { name, title }),
        }
    }
    text
}

fn describe(grant: &Grant, offered: &[String], now: i64) -> String {
    let mut text = String::new();
    let (account, message) = (&grant.account, &grant.message);
    let state: Text = match message {
        Some(message) => text::AsWritten { text: message }.into(),
        None => text::CliSignedIn.into(),
    };
    add(&mut text, "\n  ", text::CliShowAccount { account, state });
    if let Some(at) = grant.expires_at {
        let renews = grant.not_renewed.is_none() && grant.state == GrantState::Active;
        add(&mut text, "  ", token_ends(at, now, renews));
    }
    if let Some(why) = grant
        .not_renewed
        .as_ref()
        .filter(|why| Some(*why) != message.as_ref())
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
        let mut rows = vec![row([
            text::CliColumnScope.into(),
            text::CliColumnAsked.into(),
            text::CliColumnGranted.into(),
            text::CliColumnOffered.into(),
        ])];
        for scope in scopes {
            let mark = |list: &[String]| {
                if list.contains(scope) {
                    told(text::CliYes)
                } else {
                    "-".to_owned()
                }
            };
            rows.push(vec![
                scope.clone(),
                mark(&grant.scopes_requested),
                mark(&grant.scopes_granted),
                mark(offered),
            ]);
        }
        for line in table(&rows).lines() {
            text.push_str(&format!("  {line}\n"));
        }
    }
    if !grant.scopes_unasked.is_empty() {
        let scopes = words::scopes(&grant.scopes_unasked);
        add(&mut text, "  ! ", text::CliShowUnasked { scopes });
    }
    text
}

/// `renews`: by itself, whether it has ended or not.
fn token_ends(at: i64, now: i64, renews: bool) -> Text {
    let (span, when) = (Arg::span(at - now), ago(at, now));
    match (at > now, renews) {
        (true, true) => text::CliShowTokenRenews { span }.into(),
        (true, false) => text::CliShowTokenEnds { span }.into(),
        (false, true) => text::CliShowTokenRenewsEnded { when }.into(),
        (false, false) => text::CliShowTokenEnded { when }.into(),
    }
}

/// A token that has ended and is renewed when it is next asked for looks like no end.
fn ends(at: i64, now: i64, renews: bool) -> Text {
    if at <= now && renews {
        text::CliRenewsWhenUsed.into()
    } else {
        relative(at, now)
    }
}

#[cfg(test)]
mod tests {
    use super::{ends, told};

    #[test]
    fn a_token_that_is_renewed_by_itself_does_not_read_like_an_end() {
        assert_eq!(told(ends(10, 20, true)), "renews when used");
        assert_eq!(told(ends(10, 20, false)), "10 seconds ago");
        assert_eq!(told(ends(30, 20, true)), "in 10 seconds");
    }
}
