//! What `events`, `vault`, `serve` and `demo` take.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct EventsArgs {
    #[arg(long, default_value_t = 20, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    #[arg(long)]
    pub(crate) server: Option<String>,
    #[arg(long)]
    pub(crate) agent: Option<String>,
    #[arg(long)]
    pub(crate) follow: bool,
}

#[derive(Subcommand)]
pub(crate) enum VaultCommand {
    Status,
    Create {
        #[arg(long, conflicts_with = "key_file")]
        passphrase: bool,
        #[arg(long)]
        anew: bool,
    },
    Lock,
    Unlock,
    Confirm,
}

#[derive(Args)]
pub(crate) struct ServeArgs {
    #[arg(long)]
    pub(crate) locked: bool,
}

#[derive(Args)]
pub(crate) struct DemoArgs {
    #[arg(long)]
    pub(crate) provider: bool,
    #[arg(long, conflicts_with = "provider")]
    pub(crate) browser: bool,
    #[arg(long, conflicts_with = "provider", value_name = "PATH")]
    pub(crate) home: Option<PathBuf>,
}
