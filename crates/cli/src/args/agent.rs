//! What `agent` takes.

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
