//! The command line: every command, and what it takes.

mod agent;
mod client;
mod host;
mod login;
mod server;

pub(crate) use agent::{AgentCommand, PermitArgs};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
pub(crate) use client::{Auth, ClientCommand, ClientMetadataArgs, ClientSetArgs, ProviderCommand};
pub(crate) use host::{DemoArgs, EventsArgs, ServeArgs, VaultCommand};
pub(crate) use login::{LoginArgs, MethodFlags, RegistrationChoice};
pub(crate) use server::{AccountCommand, CallArgs, EndpointsArgs, ScopesArgs};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
SERVER is the name, the URL or the id of an MCP server that was added.

Exit status:
  0   done
  1   a fault of Gatelodge
  2   wrong usage, or a variable of the environment that cannot be meant
  3   the answer could not be written
  10  that is no address of a server
  11  nothing of that name is there
  12  no MCP server is there, or none that offers such a login
  13  it cannot be reached, or not now
  14  refused for safety: it names, redirects to, or answers as something that it is not
  15  no client id is to be had, or its redirect is refused
  16  the login was refused or cancelled, or its time ran out
  17  the endpoint cannot be had: its port, its socket, or who answers there
  20  a login is needed
  21  the vault is locked, or there is none
  22  the vault cannot be used
  23  the agent may not have that, or has to say more
  24  there is such an agent already, or none
  25  forgotten here, and not proven to be taken back
  26  the server refuses this account, or no token is good for so long";

/// Keeps your MCP logins: log in once, see what was granted, take it back, and let agents work
#[derive(Parser)]
#[command(
    name = "gatelodge",
    version,
    after_help = AFTER_HELP
)]
pub(crate) struct Args {
    /// Answer in JSON on stdout; errors in JSON on stderr
    #[arg(long, global = true, display_order = 900)]
    pub(crate) json: bool,
    /// Open the vault with the key in this file [env: GATELODGE_KEY_FILE]
    #[arg(long, global = true, value_name = "PATH", display_order = 901)]
    pub(crate) key_file: Option<PathBuf>,
    /// Speak this language, by its tag, and not the system's [env: GATELODGE_LANG]
    #[arg(long, global = true, value_name = "TAG", display_order = 902)]
    pub(crate) lang: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add an MCP server: find out how it is protected
    Add {
        /// The address of the server; https:// may be left out
        url: String,
        /// What to call it
        #[arg(long)]
        name: Option<String>,
        /// Allow a named departure from the specification for this server
        #[arg(long, value_name = "NAME")]
        concede: Vec<String>,
    },
    /// List the servers and their state
    List,
    /// Show a server: account, scopes, expiry, who may use it, and what needs you
    Show {
        /// The name, the URL or the id of a server that was added
        server: String,
    },
    /// Log in, through the browser or in another way
    Login(LoginArgs),
    /// Finish a login under way with the address that a browser ended on
    Answer {
        /// The whole address, as the browser shows it
        callback_url: String,
    },
    /// Send a server one MCP request with your login, and print the answer
    Call(CallArgs),
    /// Print an access token, alone, on stdout
    Token(TokenArgs),
    /// Print the Authorization header
    Header(TokenArgs),
    /// Renew a login's tokens now
    Refresh {
        /// The name, the URL or the id of a server that was added
        server: String,
        /// Which login, where there are several
        #[arg(long)]
        account: Option<String>,
    },
    /// Take a login back at the issuer, prove it, and erase it here
    ///
    /// Exit status 25: forgotten here, and not proven to be taken back. The receipt says what each party answered. What the
    /// issuer did not confirm stays sealed for another try, and is used for nothing else.
    Revoke(RevokeArgs),
    /// Revoke what is granted and forget the server
    Remove {
        /// The name, the URL or the id of a server that was added
        server: String,
        /// Forget it also if an issuer has not taken back what was granted
        #[arg(long)]
        let_go: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Show what each party answered when logins were taken back
    Receipts {
        /// The name of a server, also of one that was removed; none: all of them
        server: Option<String>,
    },
    /// Call a server something else
    Rename {
        /// The name, the URL or the id of a server that was added
        server: String,
        /// Its new name
        name: String,
    },
    /// Enter the addresses of an authorization server that publishes none, as its owner gave them to you
    Endpoints(EndpointsArgs),
    /// Show which scopes a login asks for, or choose them
    Scopes(ScopesArgs),
    /// Several logins at one server: names, and who may log in
    Account {
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// List the departures from the specification that you allowed for a server
    Concessions {
        /// The name, the URL or the id of a server that was added
        server: String,
    },
    /// Allow a server named departures, and look at it anew
    Concede {
        /// The name, the URL or the id of a server that was added
        server: String,
        /// Such as pkce-unadvertised: the error that it would mend names it
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
    /// Take an allowed departure back
    Withdraw {
        /// The name, the URL or the id of a server that was added
        server: String,
        /// As `concessions` lists it
        name: String,
    },
    /// Client ids: how to get one, enter one, list them
    Client {
        #[command(subcommand)]
        command: ClientCommand,
    },
    /// Print the client id metadata document to host, whose URL is then a client id
    ClientMetadata(ClientMetadataArgs),
    /// Your company's identity providers, for servers that are logged in to through them
    Provider {
        #[command(subcommand)]
        command: ProviderCommand,
    },
    /// Programs that ask for access, and what they may use
    Agent {
        #[command(subcommand)]
        command: AgentCommand,
    },
    /// Show who got what, when, or why not
    Events(EventsArgs),
    /// Examine how a server is protected, step by step, and keep nothing
    Doctor {
        /// The address of the server; https:// may be left out
        url: String,
        /// Look as if this departure from the specification were allowed
        #[arg(long, value_name = "NAME")]
        concede: Vec<String>,
        /// What to print
        #[arg(long, value_enum, default_value_t = DoctorFormat::Text)]
        format: DoctorFormat,
    },
    /// Serve agents on localhost until interrupted
    Serve(ServeArgs),
    /// The vault and its key
    Vault {
        #[command(subcommand)]
        command: VaultCommand,
    },
    /// Walk the whole journey with a server made for it, on this machine
    Demo(DemoArgs),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoctorFormat {
    /// What works, what departs, what is missing
    Text,
    /// All of it, for a program
    Json,
    /// The messages that went to and fro
    Diagram,
    /// The same in Mermaid's words, for an issue or a wiki
    Mermaid,
    /// Markdown for the server's owner, without anything of yours
    Report,
}

#[derive(ClapArgs)]
pub(crate) struct RevokeArgs {
    /// The name, the URL or the id of a server that was added
    pub(crate) server: String,
    /// Which login, where there are several
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// Try again what issuers have not taken back yet, and nothing else
    #[arg(long)]
    pub(crate) retry: bool,
    /// Erase what issuers have not taken back, and stop trying
    #[arg(long, conflicts_with = "retry")]
    pub(crate) let_go: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(ClapArgs)]
pub(crate) struct TokenArgs {
    /// The name, the URL or the id of a server that was added
    pub(crate) server: String,
    /// Which login, where there are several
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// Seconds that the token has to be good for: it is renewed if it is not, and none is printed if that does not help
    #[arg(long, default_value_t = 0, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    pub(crate) min_valid: i64,
}

#[cfg(test)]
mod tests {
    use super::{AFTER_HELP, Args};
    use clap::{Command, CommandFactory};
    use model::Code;

    const README: &str = include_str!("../../../README.md");

    fn unexplained(command: &Command, path: &str) -> Vec<String> {
        let arguments = command
            .get_arguments()
            .filter(|argument| argument.get_help().is_none());
        let mut found: Vec<String> = arguments
            .map(|argument| format!("{path} {}", argument.get_id()))
            .collect();
        for below in command.get_subcommands() {
            let path = format!("{path} {}", below.get_name());
            found.extend(below.get_about().is_none().then(|| path.clone()));
            found.extend(unexplained(below, &path));
        }
        found
    }

    #[test]
    fn every_command_and_every_argument_is_explained() {
        assert_eq!(
            unexplained(&Args::command(), "gatelodge"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn every_exit_status_is_listed_in_the_help_and_in_the_readme() {
        for code in Code::ALL {
            let status = code.exit_status();
            assert!(
                AFTER_HELP
                    .lines()
                    .any(|line| line.trim_start().starts_with(&format!("{status} "))),
                "{status}: {code:?}"
            );
            assert!(
                README.contains(&format!("| {status} |")),
                "{status}: {code:?}"
            );
        }
    }
}
