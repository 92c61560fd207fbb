//! `add` and `rename`.

use crate::commands::concession::allowable;
use crate::commands::endpoints::enterable;
use crate::commands::{concessions, trace};
use crate::output::{Output, command_line};
use api::convert;
use broker::{
    Broker, Code, Error, ResourceRecord, ResourceState, ResourceView, is_named_by_itself,
};
use oauth::discovery::where_a_login_goes;
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::registration::accepts_our_document;
use oauth::trace::{Step, Verdict};

pub(crate) async fn run(
    broker: &Broker,
    url: &str,
    name: Option<&str>,
    concede: &[String],
    output: Output,
) -> Result<(), Error> {
    let url = whole(url, output);
    let url = url.as_str();
    let known = broker.resource(url).await.ok();
    if let (Some(known), Some(name)) = (&known, name)
        && known.record.name != name.trim()
    {
        let message = format!(
            "{url} was added already, and is called {:?}",
            known.record.name
        );
        let rename = command_line(&["rename", &known.record.name, name]);
        return Err(Error::new(Code::InvalidArgument, message)
            .with_hint(format!("To call it something else: {rename}")));
    }
    let allowed = concessions(concede)?;
    let added = broker
        .add(url, name, allowed, &move |step| {
            output.tell(&trace::show(&step));
        })
        .await;
    let view = added.map_err(|error| {
        enterable(
            allowable(error, &again(url, name, concede), &["--concede"]),
            url,
        )
    })?;
    let before = if known.is_some() {
        format!(
            "{} was there already; it was looked at anew\n",
            view.record.name
        )
    } else {
        String::new()
    };
    output.answer(
        &convert::resource(&view),
        &format!("{before}{}", told(&view)),
    )
}

/// What was found, where a login goes, and what comes next.
pub(crate) fn told(view: &ResourceView) -> String {
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
            where_a_login_goes(server),
            basis(server.basis),
            command_line(&next(view, server, name))
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
            .and_then(|asked| asked.split_once(' '))
            .is_some_and(|(_, at)| at == url.as_str())
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
fn next<'a>(view: &ResourceView, server: &AuthorizationServer, name: &'a str) -> Vec<&'a str> {
    if view.registration.is_none()
        && server.registration_endpoint.is_none()
        && !accepts_our_document(server)
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

/// The address with the scheme that people leave out; they are told which one is taken.
pub(crate) fn whole(url: &str, output: Output) -> String {
    let whole = oauth::uri::with_scheme(url);
    if let Some(whole) = &whole {
        output.tell(&format!("No scheme was given; {whole} is tried."));
    }
    whole.unwrap_or_else(|| url.to_owned())
}

/// The same command once more.
fn again<'a>(url: &'a str, name: Option<&'a str>, concede: &'a [String]) -> Vec<&'a str> {
    let mut words = vec!["add", url];
    words.extend(name.iter().flat_map(|name| ["--name", name]));
    words.extend(
        concede
            .iter()
            .flat_map(|concession| ["--concede", concession.as_str()]),
    );
    words
}

pub(crate) async fn rename(
    broker: &Broker,
    server: &str,
    name: &str,
    output: Output,
) -> Result<(), Error> {
    let id = broker.resource(server).await?.record.id;
    let view = broker.rename(&id, name).await?;
    output.answer(
        &convert::resource(&view),
        &format!("{server} is now called {}", view.record.name),
    )
}
