//! What a person chooses for one server: `scopes`, `account` and `call` take this.

use clap::{Args, Subcommand};

#[derive(Args)]
pub(crate) struct EndpointsArgs {
    pub(crate) server: String,
    #[arg(long, value_name = "URL", required_unless_present = "forget")]
    pub(crate) authorization: Option<String>,
    #[arg(long, value_name = "URL", required_unless_present = "forget")]
    pub(crate) token: Option<String>,
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: Option<String>,
    #[arg(long, value_name = "URL")]
    pub(crate) revocation: Option<String>,
    #[arg(long)]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) concede: Vec<String>,
    #[arg(long, conflicts_with_all = ["authorization", "token", "issuer", "revocation", "name", "concede"])]
    pub(crate) forget: bool,
}

#[derive(Args)]
pub(crate) struct ScopesArgs {
    pub(crate) server: String,
    #[command(flatten)]
    pub(crate) choice: ScopesChoice,
}

#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct ScopesChoice {
    #[arg(long, value_name = "SCOPES")]
    pub(crate) set: Option<String>,
    #[arg(long)]
    pub(crate) none: bool,
    #[arg(long)]
    pub(crate) automatic: bool,
}

#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    List {
        server: String,
    },
    Name {
        server: String,
        account: String,
        new: String,
    },
    Lock {
        server: String,
        account: String,
    },
    Unlock {
        server: String,
    },
}

#[derive(Args)]
pub(crate) struct CallArgs {
    pub(crate) server: String,
    pub(crate) method: String,
    #[arg(long, value_name = "JSON", default_value = "{}")]
    pub(crate) params: String,
    #[arg(long)]
    pub(crate) account: Option<String>,
}
