//! The command line: every command, and what it takes.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Keeps your MCP logins: log in once, see what was granted, take it back, and let agents work
#[derive(Parser)]
#[command(
    name = "gatelodge",
    version,
    after_help = "SERVER is the name, the URL or the id of an MCP server that was added.\n\
                  Exit status: 0 done; 2 wrong usage; 10-17 adding or logging in; 20 a login is needed; 21-22 the vault; 23-24 agents."
)]
pub(crate) struct Args {
    /// Answer in JSON on stdout; errors in JSON on stderr
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Open the vault with the key in this file [env: GATELODGE_KEY_FILE]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) key_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add an MCP server: find out how it is protected
    Add {
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
    /// Show a server: account, scopes, expiry, who may use it
    Show { server: String },
    /// Log in through the browser
    Login(Login),
    /// Finish a login under way with the address that a browser ended on
    Answer { callback_url: String },
    /// Print an access token, alone, on stdout
    Token(Token),
    /// Print the Authorization header
    Header(Token),
    /// Renew a login's tokens now
    Refresh {
        server: String,
        #[arg(long)]
        account: Option<String>,
    },
    /// Take a login back at the issuer, prove it, and erase it here
    Revoke {
        server: String,
        #[arg(long)]
        account: Option<String>,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Revoke what is granted and forget the server
    Remove {
        server: String,
        #[arg(long)]
        yes: bool,
    },
    /// Call a server something else
    Rename { server: String, name: String },
    /// Programs that ask for access, and what they may use
    Agent {
        #[command(subcommand)]
        command: AgentCommand,
    },
    /// Show who got what, when, or why not
    Events(Events),
    /// Examine how a server is protected, step by step, and keep nothing
    Doctor {
        url: String,
        #[arg(long, value_name = "NAME")]
        concede: Vec<String>,
    },
    /// Serve agents on localhost until interrupted
    Serve,
    /// The vault and its key
    Vault {
        #[command(subcommand)]
        command: VaultCommand,
    },
    /// Walk the whole journey with a server made for it, on this machine
    Demo(Demo),
}

#[derive(ClapArgs)]
pub(crate) struct Login {
    pub(crate) server: String,
    /// Where the browser brings the answer
    #[arg(long, value_enum)]
    pub(crate) redirect: Option<Redirect>,
    /// Print the link and read the address that the browser ends on, for a machine without a browser
    #[arg(long)]
    pub(crate) paste: bool,
    /// Print the link and open nothing
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Ask the issuer to let you choose the account
    #[arg(long)]
    pub(crate) select_account: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Redirect {
    DeepLink,
    Loopback,
    /// The loopback listener by its name, for issuers that take no address
    Localhost,
}

#[derive(ClapArgs)]
pub(crate) struct Token {
    pub(crate) server: String,
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// Seconds that the token has to be good for
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    pub(crate) min_valid: i64,
}

#[derive(Subcommand)]
pub(crate) enum AgentCommand {
    /// Add an agent and show its key, once
    Add {
        name: String,
        /// Write the key into a new file instead of showing it
        #[arg(long, value_name = "PATH")]
        write_key: Option<PathBuf>,
    },
    /// List the agents and what they may use
    List,
    /// Let an agent use a login
    Permit {
        agent: String,
        server: String,
        #[arg(long)]
        account: Option<String>,
        /// Only if the token carries no other scopes than these
        #[arg(long)]
        scope: Vec<String>,
        /// 30m, 1h, 7d, or never
        #[arg(long, default_value = "never")]
        until: String,
    },
    /// Take a permit back
    Unpermit {
        agent: String,
        server: String,
        #[arg(long)]
        account: Option<String>,
    },
    /// Remove an agent: its key is worth nothing from then on
    Remove { agent: String },
}

#[derive(ClapArgs)]
pub(crate) struct Events {
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: u32,
    #[arg(long)]
    pub(crate) server: Option<String>,
    #[arg(long)]
    pub(crate) agent: Option<String>,
    /// Go on showing new ones until interrupted
    #[arg(long)]
    pub(crate) follow: bool,
}

#[derive(Subcommand)]
pub(crate) enum VaultCommand {
    /// Say whether the vault opens, and what protects it
    Status,
    /// Make a vault with a passphrase, or with --key-file
    Create {
        /// Ask for a passphrase, whatever the environment names
        #[arg(long, conflicts_with = "key_file")]
        passphrase: bool,
    },
}

#[derive(ClapArgs)]
pub(crate) struct Demo {
    /// Only run the servers: print where they are, and stay until stdin closes
    #[arg(long)]
    pub(crate) provider: bool,
    /// Log in with the real browser instead of filling in the form
    #[arg(long, conflicts_with = "provider")]
    pub(crate) browser: bool,
    /// Put the demo's vault into this new folder, and leave it there
    #[arg(long, conflicts_with = "provider", value_name = "PATH")]
    pub(crate) home: Option<PathBuf>,
}
