//! `endpoints`: addresses of an authorization server that publishes no document, as its owner gave them to the person.

use crate::args::EndpointsArgs;
use crate::commands::add::told;
use crate::commands::concession::allowable;
use crate::commands::{concessions, trace};
use crate::output::{Output, command_line};
use api::convert;
use broker::{Broker, Code, Error};
use oauth::metadata::EnteredEndpoints;

pub(crate) async fn run(broker: &Broker, args: EndpointsArgs, output: Output) -> Result<(), Error> {
    let show = move |step| output.tell(&trace::show(&step));
    let view = if let (Some(authorization), Some(token)) =
        (args.authorization.clone(), args.token.clone())
    {
        let entered = EnteredEndpoints {
            issuer: args.issuer.clone(),
            authorization_endpoint: authorization,
            token_endpoint: token,
            revocation_endpoint: args.revocation.clone(),
        };
        let allowed = concessions(&args.concede)?;
        let entered = broker
            .enter_endpoints(&args.server, args.name.as_deref(), entered, allowed, &show)
            .await;
        entered.map_err(|error| allowable(error, &again(&args), &["--concede"]))?
    } else {
        broker.forget_endpoints(&args.server, &show).await?
    };
    output.answer(&convert::resource(&view), &told(&view))
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

/// Where no document says where to log in, whoever was told the addresses can enter them.
pub(crate) fn enterable(error: Error, url: &str) -> Error {
    if !matches!(
        error.code(),
        Code::NoAuthorizationServer
            | Code::NoResourceMetadata
            | Code::MetadataHidden
            | Code::MetadataUnreadable
            | Code::NoCodeFlow
            | Code::EndpointRefused
    ) {
        return error;
    }
    let command = command_line(&[
        "endpoints",
        url,
        "--authorization",
        "URL",
        "--token",
        "URL",
        "--concede",
        "pkce-unadvertised",
    ]);
    let hint = error.hint();
    error.with_hint(format!(
        "{hint}\n  If its owner gave you the addresses: {command}"
    ))
}
