//! `concessions`, `concede` and `withdraw`: departures from the specification that the person allows a server.

use crate::commands::trace;
use crate::output::{Output, ago, command_line, told};
use crate::{hints, input};
use api::convert;
use api::dto::AllowedConcession;
use broker::{Broker, Error, ResourceView};
use messages::text;

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
        .concede(server, input::concessions(names)?, &move |step| {
            output.tell(trace::show(&step));
        })
        .await;
    report(
        broker,
        &view.map_err(|error| hints::concede(error, &["concede", server], &[]))?,
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

fn report(broker: &Broker, view: &ResourceView, output: Output) -> Result<(), Error> {
    let (name, allowed) = (&view.record.name, convert::allowed(&view.record));
    let text = match allowed.len() {
        0 => told(text::CliConcessionsNone { server: name }),
        _ => allowed
            .iter()
            .map(|allowed| describe(allowed, name, broker.now().0))
            .collect(),
    };
    output.answer(&allowed, &text)
}

fn describe(allowed: &AllowedConcession, server: &str, now: i64) -> String {
    let since = allowed.allowed_at.map_or_else(String::new, |at| {
        let when = ago(at, now);
        format!("  {}", told(text::CliConcessionSince { when }))
    });
    let risk = &allowed.risk;
    let command = command_line(&["withdraw", server, &allowed.name]);
    format!(
        "{}{since}\n  {}\n  {}\n  {}\n",
        allowed.name,
        allowed.explanation,
        told(text::CliConcessionRisk { risk }),
        told(text::CliConcessionWithdraw { command }),
    )
}
