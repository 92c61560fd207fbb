//! What was found at a server that was added, and what comes next.

use crate::output::{self, command_line};
use broker::{Broker, Error, ResourceView, is_named_by_itself};
use messages::{Text, text};
use model::{ResourceRecord, ResourceState};
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::registration::accepts_our_document;
use oauth::trace::{Step, Verdict};

/// What was found, where a login goes, and what comes next.
pub(crate) async fn told(broker: &Broker, view: &ResourceView) -> Result<String, Error> {
    let has_document = broker.settings().await?.client_metadata_url.is_some();
    let lines = findings(view, has_document).into_iter().map(output::told);
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// `has_document`: the address of a client id metadata document is kept.
fn findings(view: &ResourceView, has_document: bool) -> Vec<Text> {
    let server = &view.record.name;
    match (&view.state, &view.authorization_server) {
        (ResourceState::NotProtected, _) => vec![text::CliFoundOpen { server }.into()],
        (_, Some(known)) => {
            let mut lines = protector(view, known);
            lines.extend(where_a_login_goes(known));
            let command = command_line(&next(view, known, has_document));
            lines.push(text::CliNext { command }.into());
            lines
        }
        _ => vec![text::AsWritten { text: server }.into()],
    }
}

/// Who protects it; and who says so, where the server itself does not.
fn protector(view: &ResourceView, known: &AuthorizationServer) -> Vec<Text> {
    let (server, host) = (
        &view.record.name,
        AuthorizationServer::host_of(known.issuer.as_str()),
    );
    let mut lines: Vec<Text> = match silence(&view.record) {
        None => vec![text::CliFoundProtected { server, host }.into()],
        Some(status) => vec![
            text::CliFoundInMetadata { server, host }.into(),
            text::CliFoundSilent {
                status: status.to_string(),
            }
            .into(),
        ],
    };
    if is_named_by_itself(&view.record) {
        let command = command_line(&["rename", server, "NAME"]);
        lines.push(text::CliFoundOwnName { command }.into());
    }
    lines
}

/// Every host that has a part in a login. What nobody published is told as that.
pub(crate) fn where_a_login_goes(server: &AuthorizationServer) -> Vec<Text> {
    std::iter::once(model::where_a_login_goes(server))
        .chain(basis(server.basis))
        .collect()
}

/// What is told where nobody published the addresses.
pub(crate) fn basis(basis: Basis) -> Option<Text> {
    match basis {
        Basis::Published => None,
        Basis::Assumed => Some(text::CliShowAssumed.into()),
        Basis::Entered => Some(text::CliShowEntered.into()),
    }
}

/// The status of the address itself, where no MCP server was seen there.
fn silence(record: &ResourceRecord) -> Option<u16> {
    let url = record.uri.url().ok()?;
    let is_there = |step: &&Step| {
        step.request
            .as_ref()
            .is_some_and(|request| request.url == url.as_str())
    };
    let mut asked = record.trace.iter().filter(is_there).peekable();
    let status = asked.peek()?.status;
    status.filter(|_| asked.all(|step| step.verdict == Verdict::Next))
}

/// The way that the server offers; first to a client id, where no program gets one by itself.
fn next<'a>(
    view: &'a ResourceView,
    server: &AuthorizationServer,
    has_document: bool,
) -> Vec<&'a str> {
    let name = view.record.name.as_str();
    if view.registration.is_none()
        && server.registration_endpoint.is_none()
        && !(has_document && accepts_our_document(server))
    {
        return vec!["client", "show", name];
    }
    let mut words = vec!["login", name];
    if !server.offers_code_flow() {
        words.push(if server.device_authorization_endpoint.is_some() {
            "--device"
        } else {
            "--client-credentials"
        });
    }
    words
}
