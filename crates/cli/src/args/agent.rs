//! What `agent`, `events`, `vault` and `demo` take.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum AgentCommand {
    /// Add an agent and show its key, once
    Add {
        /// What to call it
        name: String,
        /// Write the key into a new file instead of showing it
        #[arg(long, value_name = "PATH")]
        write_key: Option<PathBuf>,
    },
    /// List the agents and what they may use
    List,
    /// Let an agent use a login
    Permit(PermitArgs),
    /// Take a permit back
    Unpermit {
        /// The name or the id of an agent
        agent: String,
        /// The name, the URL or the id of a server that was added
        server: String,
        /// Which login, where there are several
        #[arg(long)]
        account: Option<String>,
    },
    /// Give an agent another key: the old one is worth nothing from then on, and its permits stay
    NewKey {
        /// Its name or its id
        agent: String,
        /// Write the key into a new file instead of showing it
        #[arg(long, value_name = "PATH")]
        write_key: Option<PathBuf>,
    },
    /// Call an agent something else
    Rename {
        /// Its name or its id
        agent: String,
        /// Its new name
        new: String,
    },
    /// Remove an agent: its key is worth nothing from then on
    Remove {
        /// The name or the id of an agent
        agent: String,
    },
}

#[derive(Args)]
pub(crate) struct PermitArgs {
    /// The name or the id of an agent
    pub(crate) agent: String,
    /// The name, the URL or the id of a server that was added
    pub(crate) server: String,
    /// Which login, where there are several
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// Only if the token carries no other scopes than these
    #[arg(long)]
    pub(crate) scope: Vec<String>,
    /// How long: 30m, 1h, 7d, or never an end
    #[arg(long, default_value = "never")]
    pub(crate) until: String,
}

#[derive(Args)]
pub(crate) struct EventsArgs {
    /// How many of the newest, 1000 at most
    #[arg(long, default_value_t = 20, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    /// Only those about this server
    #[arg(long)]
    pub(crate) server: Option<String>,
    /// Only those of this agent
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
        /// Make a new, empty one although the key of an earlier one is still there
        #[arg(long)]
        anew: bool,
    },
    /// Lock the vault of the running Gatelodge, if it has a passphrase: agents get nothing until it is unlocked
    Lock,
    /// Unlock the vault of the running Gatelodge with the passphrase that is asked for here
    ///
    /// Commands that open the vault themselves ask for it all the same.
    Unlock,
    /// Say that the vault's file shall hold, although it is older than the one that was used here last
    Confirm,
}

#[derive(Args)]
pub(crate) struct ServeArgs {
    /// Do not ask for the vault's passphrase: `gatelodge vault unlock` gives it later
    #[arg(long)]
    pub(crate) locked: bool,
}

#[derive(Args)]
pub(crate) struct DemoArgs {
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
