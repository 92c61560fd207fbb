//! `gatelodge`: the same vault and the same use cases as the window, for a terminal and for scripts.

mod args;
mod commands;
mod demo;
mod fast_path;
mod hints;
mod http;
mod input;
mod misuse;
mod open;
mod output;
mod running_host;
mod secrets;
mod shutdown;
mod synonyms;
mod terminal;
mod words;

use args::{Args, Command};
use broker::{Broker, Error};
use clap::Parser;
use clap::error::ErrorKind;
use messages::Place;
use output::Output;
use shutdown::Shutdown;
use std::env;
use std::process::ExitCode;
use tracing::level_filters::LevelFilter;

fn main() -> ExitCode {
    // First of all: nothing of what this process will know is read by another, or written into a core file.
    broker::process::refuse_to_be_read();
    fast_path::token().unwrap_or_else(any_command)
}

#[tokio::main]
async fn any_command() -> ExitCode {
    api::start_log(LevelFilter::OFF);
    api::outlive_a_file_limit();
    let parsed = Args::try_parse();
    let asked = match &parsed {
        Ok(args) => args.lang.clone(),
        Err(_) => args::language(env::args_os()),
    };
    let spoken = api::speak_to_person(asked.as_deref(), Place::Terminal);
    let args = match parsed {
        Ok(args) => args,
        Err(error) => return misused(&args::in_words(error)),
    };
    let output = Output::new(args.json);
    if let Err(error) = spoken {
        output.error(&error);
        return ExitCode::from(error.code().exit_status());
    }
    let shutdown = Shutdown::default();
    shutdown.on_signal(output);
    let outcome = Box::pin(run(args, output, &shutdown)).await;
    shutdown.with(outcome, output).await
}

/// Wrong usage, or `--help`. A program that wants JSON gets it here, too.
fn misused(error: &clap::Error) -> ExitCode {
    let output = Output::new(env::args_os().any(|arg| arg == "--json"));
    let is_help = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => !output.json,
        _ => !error.use_stderr(),
    };
    let failure = if is_help {
        match error.print() {
            Err(problem) if !error.use_stderr() => output::failed(&problem),
            _ => return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
        }
    } else {
        synonyms::explained(error).unwrap_or_else(|| misuse::explained(error))
    };
    output.error(&failure);
    ExitCode::from(failure.code().exit_status())
}

async fn run(args: Args, output: Output, shutdown: &Shutdown) -> Result<(), Error> {
    let (key_file, is_language_asked) = (args.key_file, args.lang.is_some());
    // These need no vault of the person's.
    match args.command {
        Command::Demo(demo) => return Box::pin(demo::run(demo, output)).await,
        Command::Doctor {
            url,
            concede,
            format,
        } => return commands::doctor::run(&url, &concede, format, output).await,
        Command::Vault { command } => return commands::vault::run(command, key_file, output).await,
        Command::Token(ref args) => {
            if let Some(given) = commands::token::without_vault(args).await {
                return given?.print(output);
            }
        }
        Command::Header(ref args) => {
            if let Some(given) = commands::token::without_vault(args).await {
                return given?.print_header(output);
            }
        }
        _ => {}
    }
    let broker = match args.command {
        Command::Serve(ref serve) if serve.locked => open::locked(key_file, output).await?,
        _ => open::broker(key_file, output).await?,
    };
    shutdown.of(&broker);
    if !is_language_asked {
        api::speak_as_chosen(&broker).await;
    }
    with_vault(args.command, broker, output).await
}

/// The commands that work on the person's vault, which is open, or may be opened later.
async fn with_vault(command: Command, broker: Broker, output: Output) -> Result<(), Error> {
    match command {
        Command::Add { url, name, concede } => {
            commands::add::run(&broker, &url, name.as_deref(), &concede, output).await
        }
        Command::List => commands::show::list(&broker, output).await,
        Command::Show { server } => commands::show::one(&broker, &server, output).await,
        Command::Login(login) => Box::pin(commands::login::run(&broker, login, output)).await,
        Command::Answer { callback_url } => {
            commands::login::answer(&broker, &callback_url, output).await
        }
        Command::Token(args) => commands::token::as_person(&broker, &args)
            .await?
            .print(output),
        Command::Header(args) => commands::token::as_person(&broker, &args)
            .await?
            .print_header(output),
        Command::Refresh { server, account } => {
            commands::refresh::run(&broker, &server, account.as_deref(), output).await
        }
        Command::Revoke(revoke) => commands::revoke::run(&broker, revoke, output).await,
        Command::Remove {
            server,
            let_go,
            yes,
        } => commands::revoke::remove(&broker, &server, let_go, yes, output).await,
        Command::Receipts { server } => {
            commands::revoke::receipts(&broker, server.as_deref(), output).await
        }
        Command::Rename { server, name } => {
            commands::add::rename(&broker, &server, &name, output).await
        }
        Command::Concessions { server } => {
            commands::concession::list(&broker, &server, output).await
        }
        Command::Concede { server, names } => {
            commands::concession::concede(&broker, &server, &names, output).await
        }
        Command::Withdraw { server, name } => {
            commands::concession::withdraw(&broker, &server, &name, output).await
        }
        Command::Call(call) => commands::call::run(&broker, call, output).await,
        Command::Endpoints(endpoints) => commands::endpoints::run(&broker, endpoints, output).await,
        Command::Scopes(scopes) => commands::account::scopes(&broker, scopes, output).await,
        Command::Account { command } => commands::account::run(&broker, command, output).await,
        Command::Client { command } => commands::client::run(&broker, command, output).await,
        Command::ClientMetadata(args) => commands::client::metadata(&broker, args, output).await,
        Command::Provider { command } => commands::provider::run(&broker, command, output).await,
        Command::Agent { command } => commands::agent::run(&broker, command, output).await,
        Command::Events(events) => commands::events::run(&broker, &events, output).await,
        Command::Serve(_) => commands::serve::run(broker, output).await,
        Command::Demo(_) | Command::Doctor { .. } | Command::Vault { .. } => Ok(()),
    }
}
