//! The demo's servers on this machine, in a process of their own: no other program that is installed holds an authorization
//! server.
//!
//! It prints one line of JSON that says where they are and who may log in there, and ends when its standard input does.

use std::io::{Read, Write};
use std::process::ExitCode;

use serde_json::json;
use testbed::{Switches, Testbed};

/// Stable, so that a demo server that was added is found again; any free ones where these are taken.
const PORTS: (u16, u16) = (4290, 4291);

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> std::io::Result<()> {
    let web = start().await?;
    // Before it says that it is there: whoever reads that may tell it to end.
    let signal = signal()?;
    let accounts =
        Testbed::accounts().map(|(name, password)| json!({ "name": name, "password": password }));
    let users = Testbed::accounts().map(|(name, password)| format!("{name} / {password}"));
    let line = json!({
        "issuer": web.issuer(), "resource": web.resource(), "users": users, "accounts": accounts,
    });
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{line}").and_then(|()| stdout.flush())?;
    tokio::select! {
        () = input_ends() => {}
        () = signal => {}
    }
    web.stop().await;
    Ok(())
}

async fn start() -> std::io::Result<Testbed> {
    let (issuer, resource) = PORTS;
    // With `profile` among the scopes, the person sees who they are there.
    let switches = Switches {
        challenge_scope: Some("notes:read profile".to_owned()),
        ..Switches::default()
    };
    match Testbed::start_on(issuer, resource, switches.clone()).await {
        Ok(web) => Ok(web),
        Err(_) => Testbed::start(switches).await,
    }
}

/// A thread of its own reads, and the program's end does not wait for it.
async fn input_ends() {
    let (ended, end) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 1024];
        while let Ok(1..) = std::io::stdin().read(&mut bytes) {}
        ended.send(())
    });
    // Either way there is nothing more to read.
    let _ = end.await;
}

/// The first one that asks for the end; it is listened for from here on.
#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
