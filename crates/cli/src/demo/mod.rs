//! `demo`: an authorization server and an MCP server on this machine, and the whole journey with them.
//!
//! The servers are a program of their own, `gatelodge-demo`, which packages may leave out.

mod form;
mod journey;

use crate::args::DemoArgs;
use crate::output::Output;
use api::{DemoProvider, demo_program, installed_demo};
use broker::Error;
use messages::text;
use model::Code;
use std::path::Path;
use std::process::Command;

pub(crate) async fn run(args: DemoArgs, output: Output) -> Result<(), Error> {
    let program = demo_program();
    if args.provider {
        return become_provider(installed_demo(program.as_deref())?);
    }
    let provider = DemoProvider::start(program.as_deref())
        .await
        .map_err(told)?;
    Box::pin(journey::walk(
        &provider,
        args.browser,
        args.home.as_deref(),
        output,
    ))
    .await
}

/// From here on this process is the demo's: whoever ends it ends that.
#[cfg(unix)]
fn become_provider(program: &Path) -> Result<(), Error> {
    let error = std::os::unix::process::CommandExt::exec(&mut Command::new(program));
    Err(not_started(&error.to_string()))
}

#[cfg(not(unix))]
fn become_provider(program: &Path) -> Result<(), Error> {
    match Command::new(program).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(not_started(&status.to_string())),
        Err(error) => Err(not_started(&error.to_string())),
    }
}

/// This is the terminal that says more.
fn told(error: Error) -> Error {
    match error.code() {
        Code::Internal => Error::new(Code::EndpointUnavailable, error.text().clone()),
        _ => error,
    }
}

fn not_started(problem: &str) -> Error {
    Error::new(
        Code::EndpointUnavailable,
        text::CliDemoUnstarted { problem },
    )
}
