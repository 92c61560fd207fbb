//! `add` and `rename`.

use crate::commands::{findings, trace};
use crate::output::{Output, command_line};
use crate::{hints, input};
use api::convert;
use broker::{Broker, Error};
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
        let message = format!(
            "{url} was added already, and is called {:?}",
            known.record.name
        );
        let rename = command_line(&["rename", &known.record.name, name]);
        return Err(Error::new(Code::InvalidArgument, message)
            .with_hint(format!("To call it something else: {rename}")));
    }
    let allowed = input::concessions(concede)?;
    let added = broker
        .add(url, name, allowed, &move |step| {
            output.tell(&trace::show(&step));
        })
        .await;
    let view = added.map_err(|error| {
        let error = hints::concede(error, &again(url, name, concede), &["--concede"]);
        hints::endpoints(error, url)
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
        &format!("{before}{}", findings::told(broker, &view).await?),
    )
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
