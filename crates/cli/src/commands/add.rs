//! `add` and `rename`.

use crate::commands::{concessions, trace};
use crate::output::Output;
use api::convert;
use broker::{Broker, Error, ResourceState};
use oauth::metadata::AuthorizationServer;

pub(crate) async fn run(broker: &Broker, url: &str, name: Option<&str>, concede: &[String], output: Output) -> Result<(), Error> {
    let view = broker.add(url, name, concessions(concede)?, &move |step| output.tell(&trace::show(&step))).await?;
    let name = &view.record.name;
    let text = match (&view.state, &view.authorization_server) {
        (ResourceState::NotProtected, _) => format!("{name}: answers without a token; there is nothing to log in to"),
        (_, Some(server)) => format!(
            "{name}: protected by {}\nnext: gatelodge login {name}",
            AuthorizationServer::host_of(&server.authorization_endpoint)
        ),
        _ => name.clone(),
    };
    output.answer(&convert::resource(&view), &text)
}

pub(crate) async fn rename(broker: &Broker, server: &str, name: &str, output: Output) -> Result<(), Error> {
    let id = broker.resource(server).await?.record.id;
    let view = broker.rename(&id, name).await?;
    output.answer(&convert::resource(&view), &format!("{server} is now called {}", view.record.name))
}
