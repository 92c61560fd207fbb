//! `add` and `rename`.

use crate::commands::{findings, trace};
use crate::output::{Output, command_line, told};
use crate::{hints, input};
use api::convert;
use broker::{Broker, Error};
use messages::text;
use model::Code;

pub(crate) async fn run(
    broker: &Broker,
    url: &str,
    name: Option<&str>,
    concede: &[String],
    output: Output,
) -> Result<(), Error> {
    let url = input::address(url, output);
    let url = url.as_str();
    let known = broker.resource(url).await.ok();
    if let (Some(known), Some(name)) = (&known, name)
        && known.record.name != name.trim()
    {
        let command = command_line(&["rename", &known.record.name, name]);
        let name = &known.record.name;
        return Err(Error::new(
            Code::InvalidArgument,
            text::CliAddNamedAlready { url, name },
        )
        .with_hint(text::CliAddNamedAlreadyHint { command }));
    }
    let allowed = input::concessions(concede)?;
    let added = broker
        .add(url, name, allowed, &move |step| {
            output.tell(trace::show(&step));
        })
        .await;
    let view = added.map_err(|error| {
        let error = hints::concede(error, &again(url, name, concede), &["--concede"]);
        hints::endpoints(error, url)
    })?;
    let mut lines = Vec::new();
    if known.is_some() {
        let server = &view.record.name;
        lines.push(told(text::CliAddAgain { server }));
    }
    lines.push(findings::told(broker, &view).await?);
    output.answer(&convert::detail(view).resource, &lines.join("\n"))
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
    let name = &view.record.name;
    let text = told(text::CliRenamed { server, name });
    output.answer(&convert::detail(view).resource, &text)
}
