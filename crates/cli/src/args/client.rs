//! What `client`, `client-metadata` and `provider` take. No secret is ever an argument: others could read it there.

use super::login::Redirect;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum ClientCommand {
    Show {
        server: String,
    },
    Set(ClientSetArgs),
    List,
    Forget {
        id: String,
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(crate) struct ClientSetArgs {
    pub(crate) server: String,
    // An issuer's ids, and the thumbprints of keys, may begin with a dash.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) client_id: String,
    #[command(flatten)]
    pub(crate) proof: ClientProof,
    #[arg(long, value_name = "KID", allow_hyphen_values = true)]
    pub(crate) key_id: Option<String>,
    #[arg(long, value_enum)]
    pub(crate) auth: Option<Auth>,
    #[arg(long, value_enum)]
    pub(crate) redirect: Vec<Redirect>,
}

#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct ClientProof {
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    #[arg(long)]
    pub(crate) ask_secret: bool,
    #[arg(long, value_name = "FILE")]
    pub(crate) private_key_file: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Auth {
    #[value(alias = "client_secret_basic")]
    Basic,
    #[value(alias = "client_secret_post")]
    Post,
    #[value(name = "private_key_jwt")]
    PrivateKeyJwt,
    None,
}

#[derive(Args)]
pub(crate) struct ClientMetadataArgs {
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    #[arg(long, requires = "url")]
    pub(crate) save: bool,
    #[arg(long, conflicts_with_all = ["url", "save"])]
    pub(crate) clear: bool,
}

#[derive(Subcommand)]
pub(crate) enum ProviderCommand {
    Set {
        issuer: String,
        #[arg(long, value_name = "ID", allow_hyphen_values = true)]
        client_id: String,
        #[command(flatten)]
        secret: ProviderSecret,
    },
    List,
    Remove {
        issuer: String,
    },
}

#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct ProviderSecret {
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    #[arg(long)]
    pub(crate) ask_secret: bool,
}
