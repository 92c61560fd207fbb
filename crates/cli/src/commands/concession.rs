//! `concessions`, `concede` and `withdraw`: departures from the specification that the person allows a server.

use crate::commands::trace;
use crate::output::{Output, ago, command_line};
use api::convert;
use api::dto::AllowedConcession;
use broker::{Broker, Error, ResourceView};

pub(crate) async fn list(broker: &Broker, server: &str, output: Output) -> Result<(), Error> {
    report(broker, &broker.resource(server).await?, output)
}

pub(crate) async fn concede(broker: &Broker, server: &str, name: &str, output: Output) -> Result<(), Error> {
    let concession = convert::named(name)?;
    let view = broker.concede(server, concession, &move |step| output.tell(&trace::show(&step))).await;
    report(broker, &view.map_err(|error| allowable(error, &["concede", server], &[]))?, output)
}

pub(crate) async fn withdraw(broker: &Broker, server: &str, name: &str, output: Output) -> Result<(), Error> {
    report(broker, &broker.withdraw(server, convert::named(name)?).await?, output)
}

/// Where one departure stands in the way, the hint is the command that allows it: `before`, its name as the last word or
/// after `flag`.
pub(crate) fn allowable(error: Error, before: &[&str], flag: &[&str]) -> Error {
    let Some(concession) = error.concession() else { return error };
    let command = command_line(&[before, flag, &[concession.name()]].concat());
    let hint = error.hint();
    error.with_hint(format!("{hint} To allow it: {command}"))
}

fn report(broker: &Broker, view: &ResourceView, output: Output) -> Result<(), Error> {
    let (name, allowed) = (&view.record.name, convert::allowed(&view.record));
    let text = match allowed.len() {
        0 => format!("{name}: nothing but the specification is allowed"),
        _ => allowed.iter().map(|allowed| describe(allowed, name, broker.now().0)).collect(),
    };
    output.answer(&allowed, &text)
}

fn describe(allowed: &AllowedConcession, server: &str, now: i64) -> String {
    let since = allowed.allowed_at.map_or_else(String::new, |at| format!("  allowed {}", ago(at, now)));
    format!(
        "{}{since}\n  {}\n  Risk: {}\n  To take it back: {}\n",
        allowed.name,
        allowed.explanation,
        allowed.risk,
        command_line(&["withdraw", server, &allowed.name])
    )
}
