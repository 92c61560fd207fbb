//! What was found at a server that was added, and what comes next.

use crate::output::command_line;
use broker::{Broker, Error, ResourceView, is_named_by_itself, where_a_login_goes};
use model::{ResourceRecord, ResourceState};
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::registration::accepts_our_document;
use oauth::trace::{Step, Verdict};

/// What was found, where a login goes, and what comes next.
pub(crate) async fn told(broker: &Broker, view: &ResourceView) -> Result<String, Error> {
    let has_document = broker.settings().await?.client_metadata_url.is_some();
    Ok(findings(view, has_document))
}

/// `has_document`: the address of a client id metadata document is kept.
fn findings(view: &ResourceView, has_document: bool) -> String {
    let name = &view.record.name;
    let itself = if is_named_by_itself(&view.record) {
        "  (its own name for itself; `gatelodge rename` gives it yours)"
    } else {
        ""
    };
    match (&view.state, &view.authorization_server) {
        (ResourceState::NotProtected, _) => {
            format!("{name}: answers without a token; there is nothing to log in to")
        }
        (_, Some(server)) => format!(
            "{}\n{}{}\nnext: {}",
            protector(view, server, itself),
            where_a_login_goes(server).told(),
            basis(server.basis),
            command_line(&next(view, server, has_document))
        ),
        _ => name.clone(),
    }
}

/// Who protects it; and who says so, where the server itself does not.
fn protector(view: &ResourceView, server: &AuthorizationServer, itself: &str) -> String {
    let (name, host) = (
        &view.record.name,
        AuthorizationServer::host_of(server.issuer.as_str()),
    );
    match silence(&view.record) {
        None => format!("{name}: protected by {host}{itself}"),
        Some(status) => format!(
            "{name}: its metadata says that {host} protects it{itself}\n\
             No MCP server answered at the address itself (status {status}): look whether it is the right one."
        ),
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

/// What nobody published is told as that.
pub(crate) fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Published => "",
        Basis::Assumed => " These addresses are assumed: no document names them.",
        Basis::Entered => " You entered these addresses; no document names them.",
    }
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
