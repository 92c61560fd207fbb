//! `endpoints`: addresses of an authorization server that publishes no document, as its owner gave them to the person.

use crate::args::EndpointsArgs;
use crate::commands::{findings, trace};
use crate::output::Output;
use crate::{hints, input};
use api::convert;
use broker::{Broker, Error};
use oauth::metadata::EnteredEndpoints;

pub(crate) async fn run(broker: &Broker, args: EndpointsArgs, output: Output) -> Result<(), Error> {
    let show = move |step| output.tell(trace::show(&step));
    let view = if let (Some(authorization), Some(token)) =
        (args.authorization.clone(), args.token.clone())
    {
        let entered = EnteredEndpoints {
            issuer: args.issuer.clone(),
            authorization_endpoint: authorization,
            token_endpoint: token,
            revocation_endpoint: args.revocation.clone(),
        };
        let allowed = input::concessions(&args.concede)?;
        let entered = broker
            .enter_endpoints(&args.server, args.name.as_deref(), entered, allowed, &show)
            .await;
        entered.map_err(|error| hints::concede(error, &again(&args), &["--concede"]))?
    } else {
        broker.forget_endpoints(&args.server, &show).await?
    };
    let told = findings::told(broker, &view).await?;
    output.answer(&convert::detail(view).resource, &told)
}

/// The same command once more.
fn again(args: &EndpointsArgs) -> Vec<&str> {
    let mut words = vec!["endpoints", args.server.as_str()];
    for (flag, value) in [
        ("--authorization", &args.authorization),
        ("--token", &args.token),
        ("--issuer", &args.issuer),
        ("--revocation", &args.revocation),
        ("--name", &args.name),
    ] {
        words.extend(value.iter().flat_map(|value| [flag, value.as_str()]));
    }
    words.extend(
        args.concede
            .iter()
            .flat_map(|name| ["--concede", name.as_str()]),
    );
    words
}
