//! `serve`: the endpoint in the foreground, a host without a window.

use crate::ending::waiting;
use crate::output::Output;
use api::Signals;
use broker::{Broker, Code, Error, Redirects};
use serde_json::json;

pub(crate) async fn run(broker: Broker, output: Output) -> Result<(), Error> {
    let mut interrupt = Signals::listen();
    let endpoint = endpoint::start(broker.clone(), endpoint::Options::from_environment()).await;
    let status = endpoint.status();
    broker.set_redirects(Redirects { deep_link: false, loopback: status.loopback });
    if !status.listening && status.socket.is_none() {
        return Err(Error::new(Code::EndpointUnavailable, status.message.unwrap_or_else(|| "nothing can be served".to_owned())));
    }
    if let Some(message) = &status.message {
        output.tell(message);
    }
    let socket = status.socket.as_ref().map(|path| path.display().to_string());
    let mut text = match &status.address {
        Some(address) if status.listening => format!("serving at {address}/token"),
        _ => "not serving on a port".to_owned(),
    };
    if let Some(socket) = &socket {
        text.push_str(&format!("\nsocket {socket}"));
    }
    output.answer(&json!({ "listening": status.listening, "address": status.address, "socket": socket }), &text)?;
    interrupt.heard().await;
    if !broker.air().hosts().is_empty() {
        output.tell(&waiting(&broker));
    }
    tokio::select! {
        () = endpoint.stop() => Ok(()),
        status = interrupt.heard() => std::process::exit(i32::from(status)),
    }
}
