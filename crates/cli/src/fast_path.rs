//! `gatelodge token SERVER`, as scripts write it before each request: where the host that serves answers, nothing else of this
//! program is set up for it, neither threads nor the other commands.

use crate::args::TokenArgs;
use crate::commands::token;
use crate::output::Output;
use messages::Place;
use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

/// Each of them is for the usual path to understand.
const VARIABLES: [&str; 2] = ["GATELODGE_LANG", "GATELODGE_LOG"];

/// None where something else was asked, or where the vault has to be opened.
pub(crate) fn token() -> Option<ExitCode> {
    if VARIABLES.iter().any(|name| env::var_os(name).is_some()) {
        return None;
    }
    let args = TokenArgs {
        server: server(env::args_os())?,
        account: None,
        min_valid: 0,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()?;
    let given = runtime.block_on(token::without_vault(&args))?;
    let output = Output::new(false);
    let Err(error) = given.and_then(|given| given.print(output)) else {
        return Some(ExitCode::SUCCESS);
    };
    // No variable names a language that is none of ours.
    let _ = api::speak_to_person(None, Place::Terminal);
    output.error(&error);
    Some(ExitCode::from(error.code().exit_status()))
}

/// The server, where the command line is this one command with nothing but it.
fn server(mut words: impl Iterator<Item = OsString>) -> Option<String> {
    let (_, command, server, more) = (words.next(), words.next(), words.next(), words.next());
    let server = server?.into_string().ok()?;
    (command? == "token" && more.is_none() && !server.starts_with('-')).then_some(server)
}

#[cfg(test)]
mod tests {
    use super::server;

    #[test]
    fn only_the_command_and_its_server() {
        for (typed, found) in [
            ("gatelodge token notes", Some("notes")),
            ("gatelodge token", None),
            ("gatelodge token --help", None),
            ("gatelodge token notes --json", None),
            ("gatelodge header notes", None),
        ] {
            let words = typed.split(' ').map(Into::into);
            assert_eq!(server(words).as_deref(), found, "{typed}");
        }
    }
}
