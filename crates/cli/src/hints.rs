//! What a failure says to do, as the exact command: to log in, to allow a departure, to enter addresses.

use crate::output::command_line;
use broker::Error;
use messages::text;
use model::Code;

/// Where a login would help, the command that does it.
pub(crate) fn login(error: Error, server: &str) -> Error {
    let scopes = error
        .scopes()
        .map(oauth::scope::Scopes::to_vec)
        .unwrap_or_default();
    let more: Vec<&str> = scopes.iter().flat_map(|scope| ["--scope", scope]).collect();
    let command = command_line(&[&["login", server], &more[..]].concat());
    match error.code() {
        Code::LoginRequired if !error.has_own_hint() => {
            error.with_hint(text::CliHintLogin { command })
        }
        Code::StepUpRequired => error.with_hint(text::CliHintStepUp { command }),
        Code::IssuerChanged => error.with_hint(text::CliHintIssuerChanged { command }),
        _ => error,
    }
}

/// Where departures stand in the way, the hint is the one command that allows them all: `before`, and their names as the
/// last words, each after `flag`.
pub(crate) fn concede(error: Error, before: &[&str], flag: &[&str]) -> Error {
    let names: Vec<_> = error
        .concessions()
        .into_iter()
        .map(oauth::concession::Concession::name)
        .collect();
    if names.is_empty() {
        return error;
    }
    let words: Vec<&str> = names
        .iter()
        .flat_map(|name| flag.iter().copied().chain([*name]))
        .collect();
    let command = command_line(&[before, &words].concat());
    let (count, hint) = (names.len(), error.hint());
    error.with_hint(text::CliHintConcede {
        count,
        hint,
        command,
    })
}

/// Where no document says where to log in, whoever was told the addresses can enter them.
pub(crate) fn endpoints(error: Error, url: &str) -> Error {
    if !matches!(
        error.code(),
        Code::NoAuthorizationServer
            | Code::NoResourceMetadata
            | Code::MetadataHidden
            | Code::MetadataUnreadable
            | Code::NoCodeFlow
            | Code::EndpointRefused
    ) {
        return error;
    }
    let command = broker::enter_endpoints(url);
    let hint = error.hint();
    error.with_hint(text::CliHintEndpoints { hint, command })
}
