//! `add` and `rename`.

use crate::commands::concession::allowable;
use crate::commands::{concessions, trace};
use crate::output::{Output, command_line};
use api::convert;
use broker::{Broker, Error, ResourceState};
use oauth::metadata::AuthorizationServer;

pub(crate) async fn run(broker: &Broker, url: &str, name: Option<&str>, concede: &[String], output: Output) -> Result<(), Error> {
    let allowed = concessions(concede)?;
    let added = broker.add(url, name, allowed, &move |step| output.tell(&trace::show(&step))).await;
    let view = added.map_err(|error| allowable(error, &again(url, name, concede), &["--concede"]))?;
    let name = &view.record.name;
    let text = match (&view.state, &view.authorization_server) {
        (ResourceState::NotProtected, _) => format!("{name}: answers without a token; there is nothing to log in to"),
        (_, Some(server)) => format!(
            "{name}: protected by {}\nnext: {}",
            AuthorizationServer::host_of(&server.authorization_endpoint),
            command_line(&["login", name])
        ),
        _ => name.clone(),
    };
    output.answer(&convert::resource(&view), &text)
}

/// The same command once more.
fn again<'a>(url: &'a str, name: Option<&'a str>, concede: &'a [String]) -> Vec<&'a str> {
    let mut words = vec!["add", url];
    words.extend(name.iter().flat_map(|name| ["--name", name]));
    words.extend(concede.iter().flat_map(|concession| ["--concede", concession.as_str()]));
    words
}

pub(crate) async fn rename(broker: &Broker, server: &str, name: &str, output: Output) -> Result<(), Error> {
    let id = broker.resource(server).await?.record.id;
    let view = broker.rename(&id, name).await?;
    output.answer(&convert::resource(&view), &format!("{server} is now called {}", view.record.name))
}
