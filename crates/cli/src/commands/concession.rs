//! `concessions`, `concede` and `withdraw`: departures from the specification that the person allows a server.

use crate::commands::{concessions, trace};
use crate::output::{Output, ago, command_line};
use api::convert;
use api::dto::AllowedConcession;
use broker::{Broker, Error, ResourceView};

pub(crate) async fn list(broker: &Broker, server: &str, output: Output) -> Result<(), Error> {
    report(broker, &broker.resource(server).await?, output)
}

pub(crate) async fn concede(
    broker: &Broker,
    server: &str,
    names: &[String],
    output: Output,
) -> Result<(), Error> {
    let view = broker
        .concede_all(server, concessions(names)?, &move |step| {
            output.tell(&trace::show(&step));
        })
        .await;
    report(
        broker,
        &view.map_err(|error| allowable(error, &["concede", server], &[]))?,
        output,
    )
}

pub(crate) async fn withdraw(
    broker: &Broker,
    server: &str,
    name: &str,
    output: Output,
) -> Result<(), Error> {
    report(
        broker,
        &broker.withdraw(server, convert::named(name)?).await?,
        output,
    )
}

/// Where departures stand in the way, the hint is the one command that allows them all: `before`, and their names as the
/// last words, each after `flag`.
pub(crate) fn allowable(error: Error, before: &[&str], flag: &[&str]) -> Error {
    let names: Vec<_> = error
        .concessions()
        .into_iter()
        .map(oauth::concession::Concession::name)
        .collect();
    if names.is_empty() {
        return error;
    }
    let words: Vec<&str> = names
        .iter()
        .flat_map(|name| flag.iter().copied().chain([*name]))
        .collect();
    let command = command_line(&[before, &words].concat());
    let (hint, what) = (
        error.hint(),
        if names.len() == 1 {
            "it"
        } else {
            "all of them; leave out what you do not want"
        },
    );
    error.with_hint(format!("{hint} To allow {what}: {command}"))
}

fn report(broker: &Broker, view: &ResourceView, output: Output) -> Result<(), Error> {
    let (name, allowed) = (&view.record.name, convert::allowed(&view.record));
    let text = match allowed.len() {
        0 => format!("{name}: nothing but the specification is allowed"),
        _ => allowed
            .iter()
            .map(|allowed| describe(allowed, name, broker.now().0))
            .collect(),
    };
    output.answer(&allowed, &text)
}

fn describe(allowed: &AllowedConcession, server: &str, now: i64) -> String {
    let since = allowed
        .allowed_at
        .map_or_else(String::new, |at| format!("  allowed {}", ago(at, now)));
    format!(
        "{}{since}\n  {}\n  Risk: {}\n  To take it back: {}\n",
        allowed.name,
        allowed.explanation,
        allowed.risk,
        command_line(&["withdraw", server, &allowed.name])
    )
}
