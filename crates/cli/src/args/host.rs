//! What `events`, `vault`, `serve` and `demo` take.

use clap::{Args, Subcommand};
use std::path::PathBuf;

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
