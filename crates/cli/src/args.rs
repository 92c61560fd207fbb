//! The command line: every command, and what it takes.

mod agent;
mod client;
mod help;
mod host;
mod login;
mod server;

pub(crate) use agent::{AgentCommand, PermitArgs};
use clap::error::ErrorKind;
use clap::{Args as ClapArgs, CommandFactory, Parser, Subcommand, ValueEnum};
pub(crate) use client::{Auth, ClientCommand, ClientMetadataArgs, ClientSetArgs, ProviderCommand};
pub(crate) use host::{DemoArgs, EventsArgs, ServeArgs, VaultCommand};
pub(crate) use login::{LoginArgs, MethodFlags, RegistrationChoice};
pub(crate) use server::{AccountCommand, CallArgs, EndpointsArgs, ScopesArgs};
use std::ffi::OsString;
use std::path::PathBuf;

/// What was typed. What `--help` says of it is in messages: a comment here would be the parser's.
#[derive(Parser)]
#[command(name = "gatelodge", version)]
pub(crate) struct Args {
    #[arg(long, global = true, display_order = 900)]
    pub(crate) json: bool,
    #[arg(long, global = true, value_name = "PATH", display_order = 901)]
    pub(crate) key_file: Option<PathBuf>,
    #[arg(long, global = true, value_name = "TAG", display_order = 902)]
    pub(crate) lang: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What was typed is no command. Help is an error, as the parser has it, and is put into words only here: it is many messages.
pub(crate) fn in_words(error: clap::Error) -> clap::Error {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let explained = help::explained(Args::command()).try_get_matches();
            explained.err().unwrap_or(error)
        }
        _ => error,
    }
}

/// The value of `--lang`, where it stands: help and wrong usage are told in that language as well.
pub(crate) fn language(typed: impl Iterator<Item = OsString>) -> Option<String> {
    let mut typed = typed
        .map(|word| word.to_string_lossy().into_owned())
        .take_while(|word| word != "--");
    while let Some(word) = typed.next() {
        if word == "--lang" {
            return typed.next();
        }
        if let Some(tag) = word.strip_prefix("--lang=") {
            return Some(tag.to_owned());
        }
    }
    None
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Add {
        url: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long, value_name = "NAME")]
        concede: Vec<String>,
    },
    List,
    Show {
        server: String,
    },
    Login(LoginArgs),
    Answer {
        callback_url: String,
    },
    Call(CallArgs),
    Token(TokenArgs),
    Header(TokenArgs),
    Refresh {
        server: String,
        #[arg(long)]
        account: Option<String>,
    },
    Revoke(RevokeArgs),
    Remove {
        server: String,
        #[arg(long)]
        let_go: bool,
        #[arg(long)]
        yes: bool,
    },
    Receipts {
        server: Option<String>,
    },
    Rename {
        server: String,
        name: String,
    },
    Endpoints(EndpointsArgs),
    Scopes(ScopesArgs),
    Account {
        #[command(subcommand)]
        command: AccountCommand,
    },
    Concessions {
        server: String,
    },
    Concede {
        server: String,
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
    Withdraw {
        server: String,
        name: String,
    },
    Client {
        #[command(subcommand)]
        command: ClientCommand,
    },
    ClientMetadata(ClientMetadataArgs),
    Provider {
        #[command(subcommand)]
        command: ProviderCommand,
    },
    Agent {
        #[command(subcommand)]
        command: AgentCommand,
    },
    Events(EventsArgs),
    Doctor {
        url: String,
        #[arg(long, value_name = "NAME")]
        concede: Vec<String>,
        #[arg(long, value_enum, default_value_t = DoctorFormat::Text)]
        format: DoctorFormat,
    },
    Serve(ServeArgs),
    Vault {
        #[command(subcommand)]
        command: VaultCommand,
    },
    Demo(DemoArgs),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoctorFormat {
    Text,
    Json,
    Diagram,
    Mermaid,
    Report,
}

#[derive(ClapArgs)]
pub(crate) struct RevokeArgs {
    pub(crate) server: String,
    #[arg(long)]
    pub(crate) account: Option<String>,
    #[arg(long)]
    pub(crate) retry: bool,
    #[arg(long, conflicts_with = "retry")]
    pub(crate) let_go: bool,
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(ClapArgs)]
pub(crate) struct TokenArgs {
    pub(crate) server: String,
    #[arg(long)]
    pub(crate) account: Option<String>,
    #[arg(long, default_value_t = 0, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    pub(crate) min_valid: i64,
}

#[cfg(test)]
mod tests {
    use super::{Args, language};
    use clap::Parser;

    /// One thumbprint in sixty-four does.
    #[test]
    fn an_id_may_begin_with_a_dash() {
        let typed = "gatelodge client set notes --client-id -robot --private-key-file k --key-id -KlxoLsf --json";
        let args = Args::try_parse_from(typed.split(' '));
        assert!(args.is_ok_and(|args| args.json));
    }

    #[test]
    fn the_language_is_found_before_the_rest_is_understood() {
        for (typed, found) in [
            ("gatelodge --lang de list", Some("de")),
            ("gatelodge nothing --lang=en-XA --help", Some("en-XA")),
            ("gatelodge add -- --lang de", None),
            ("gatelodge list --lang", None),
            ("gatelodge list --language=de", None),
        ] {
            let words = typed.split(' ').map(Into::into);
            assert_eq!(language(words).as_deref(), found, "{typed}");
        }
    }
}
