//! `login` and `answer`: in each way that a server may want; in the browser, or by the address that the browser ends on.

mod attempt;
mod method;
mod naming;
mod report;
mod wait;

pub(crate) use wait::{Browser, awaited};

use crate::args::LoginArgs;
use crate::hints;
use crate::output::Output;
use broker::{Broker, Error};
use oauth::authorization::Callback;

pub(crate) async fn run(broker: &Broker, args: LoginArgs, output: Output) -> Result<(), Error> {
    let mut interrupt = crate::shutdown::listen();
    let endpoint = endpoint::start(broker.clone(), endpoint::Options::from_environment()?).await;
    let status = endpoint.status();
    let outcome = Box::pin(attempt::grant(
        broker,
        &args,
        &status,
        &mut interrupt,
        output,
    ))
    .await;
    endpoint.stop().await;
    let grant = outcome.map_err(|error| {
        let error = hints::concede(error, &["concede", &args.server], &[]);
        hints::endpoints(error, &args.server)
    })?;
    let grant = naming::named(broker, grant, &args, output).await?;
    report::report(broker, &grant, output).await
}

/// Finishes a login that another command or the window began.
pub(crate) async fn answer(
    broker: &Broker,
    callback_url: &str,
    output: Output,
) -> Result<(), Error> {
    let grant = broker.complete_login(Callback::parse(callback_url)).await?;
    report::report(broker, &grant, output).await
}
