//! What a person chooses for one server: `scopes`, `account` and `call` take this.

use clap::{Args, Subcommand};

#[derive(Args)]
pub(crate) struct EndpointsArgs {
    /// The URL of the MCP server; it is added, if it is not there yet
    pub(crate) server: String,
    /// Where people log in: the authorization endpoint
    #[arg(long, value_name = "URL", required_unless_present = "forget")]
    pub(crate) authorization: Option<String>,
    /// Where tokens are asked for: the token endpoint
    #[arg(long, value_name = "URL", required_unless_present = "forget")]
    pub(crate) token: Option<String>,
    /// What the authorization server calls itself, if you were told
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: Option<String>,
    /// Where tokens are taken back, if you were told
    #[arg(long, value_name = "URL")]
    pub(crate) revocation: Option<String>,
    /// What to call the server
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Allow a named departure from the specification for this server
    #[arg(long, value_name = "NAME")]
    pub(crate) concede: Vec<String>,
    /// Forget what was entered: from then on the documents count again
    #[arg(long, conflicts_with_all = ["authorization", "token", "issuer", "revocation", "name", "concede"])]
    pub(crate) forget: bool,
}

#[derive(Args)]
pub(crate) struct ScopesArgs {
    /// The name, the URL or the id of a server that was added
    pub(crate) server: String,
    #[command(flatten)]
    pub(crate) choice: ScopesChoice,
}

#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct ScopesChoice {
    /// Ask for exactly these from the next login on: "notes:read notes:write"
    #[arg(long, value_name = "SCOPES")]
    pub(crate) set: Option<String>,
    /// Ask for no scope at all
    #[arg(long)]
    pub(crate) none: bool,
    /// Ask for what the server asks for, as at first
    #[arg(long)]
    pub(crate) automatic: bool,
}

#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    /// List the accounts that are logged in to a server
    List {
        /// The name, the URL or the id of a server that was added
        server: String,
    },
    /// Call an account something else
    Name {
        /// The name, the URL or the id of a server that was added
        server: String,
        /// As `account list` shows it
        account: String,
        /// Its new name, which stays whatever the issuer says
        new: String,
    },
    /// Let only this account log in to the server from now on
    Lock {
        /// The name, the URL or the id of a server that was added
        server: String,
        /// As `account list` shows it
        account: String,
    },
    /// Let any account log in again
    Unlock {
        /// The name, the URL or the id of a server that was added
        server: String,
    },
}

#[derive(Args)]
pub(crate) struct CallArgs {
    /// The name, the URL or the id of a server that was added
    pub(crate) server: String,
    /// An MCP method, such as tools/list
    pub(crate) method: String,
    /// Its parameters, as a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}")]
    pub(crate) params: String,
    /// Which login, where there are several
    #[arg(long)]
    pub(crate) account: Option<String>,
}
