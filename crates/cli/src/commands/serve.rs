//! `serve`: the endpoint in the foreground, a host without a window.

use crate::output::{Output, line, record, told};
use crate::shutdown::waiting;
use broker::{Broker, Error, Redirects};
use endpoint::Status;
use messages::{Text, text};
use model::Code;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

pub(crate) async fn run(broker: Broker, output: Output) -> Result<(), Error> {
    let mut interrupt = crate::shutdown::listen();
    let endpoint = endpoint::start(broker.clone(), endpoint::Options::from_environment()?).await;
    let mut changes = endpoint.watch();
    let status = changes.borrow_and_update().clone();
    broker.set_redirects(Redirects {
        deep_link: false,
        loopback: status.loopback,
    });
    if !status.listening && status.socket.is_none() {
        return Err(Error::new(
            Code::EndpointUnavailable,
            status
                .message
                .unwrap_or_else(|| text::CliServeNothing.into()),
        ));
    }
    if let Some(message) = status.message.clone() {
        output.tell(message);
    }
    output.answer(&shown(&status), &text(&status))?;
    let (mut vault_changes, mut older) = (broker.subscribe(), broker.vault_is_older());
    loop {
        tokio::select! {
            _ = interrupt.heard() => break,
            // It was unlocked, or its file was exchanged: the person is told at this terminal as well.
            Ok(_) | Err(RecvError::Lagged(_)) = vault_changes.recv() => {
                let before = std::mem::replace(&mut older, broker.vault_is_older());
                if older && !before {
                    output.tell(text::CliVaultOlder);
                }
            }
            // The port became free, or the host that served has ended.
            Ok(()) = changes.changed() => {
                let status = changes.borrow_and_update().clone();
                broker.set_redirects(Redirects { deep_link: false, loopback: status.loopback });
                if output.json { record(&shown(&status))? } else { line(&text(&status))? }
            }
        }
    }
    if !broker.exchanges().hosts().is_empty() {
        output.tell(waiting(&broker));
    }
    tokio::select! {
        () = endpoint.stop() => Ok(()),
        status = interrupt.heard() => std::process::exit(i32::from(status)),
    }
}

fn shown(status: &Status) -> Value {
    let socket = status
        .socket
        .as_ref()
        .map(|path| path.display().to_string());
    json!({
        "listening": status.listening,
        "address": status.address,
        "socket": socket,
        "elsewhere": status.elsewhere,
        "message": status.message.as_ref().map(Text::told),
    })
}

/// What this process serves, and nothing that another one does.
fn text(status: &Status) -> String {
    if status.elsewhere {
        return told(text::CliServeElsewhere);
    }
    let mut lines = vec![match &status.address {
        Some(address) if status.listening => told(text::CliServeAt {
            url: format!("{address}/token"),
        }),
        _ => told(text::CliServeNoPort),
    }];
    if let Some(socket) = &status.socket {
        let path = socket.display().to_string();
        lines.push(told(text::CliServeSocket { path }));
    }
    lines.join("\n")
}
