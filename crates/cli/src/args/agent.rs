//! What `agent` takes.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum AgentCommand {
    Add {
        name: String,
        #[arg(long, value_name = "PATH")]
        write_key: Option<PathBuf>,
    },
    List,
    Permit(PermitArgs),
    Unpermit {
        agent: String,
        server: String,
        #[arg(long)]
        account: Option<String>,
    },
    NewKey {
        agent: String,
        #[arg(long, value_name = "PATH")]
        write_key: Option<PathBuf>,
    },
    Rename {
        agent: String,
        new: String,
    },
    Remove {
        agent: String,
    },
}

#[derive(Args)]
pub(crate) struct PermitArgs {
    pub(crate) agent: String,
    pub(crate) server: String,
    #[arg(long)]
    pub(crate) account: Option<String>,
    #[arg(long)]
    pub(crate) scope: Vec<String>,
    #[arg(long, default_value = "never")]
    pub(crate) until: String,
}
