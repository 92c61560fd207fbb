//! What `client`, `client-metadata` and `provider` take. No secret is ever an argument: others could read it there.

use super::login::Redirect;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum ClientCommand {
    /// Show how a client id can be had for a server, and the redirect URIs to register by hand
    Show {
        /// The name, the URL or the id of a server that was added
        server: String,
    },
    /// Enter the client id that the owner of the authorization server gave you
    Set(ClientSetArgs),
    /// List the client ids that are kept, by issuer
    List,
    /// Forget a client id; what uses it is named first
    Forget {
        /// As `client list` shows it
        id: String,
        /// Also where logins use it, which then cannot be renewed any more
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(crate) struct ClientSetArgs {
    /// The name, the URL or the id of a server that was added
    pub(crate) server: String,
    /// The client id itself
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: String,
    #[command(flatten)]
    pub(crate) proof: ClientProof,
    /// The `kid` of that key, if the issuer has several of yours
    #[arg(long, value_name = "KID")]
    pub(crate) key_id: Option<String>,
    /// How the client proves itself (RFC 7591 `token_endpoint_auth_method`); without it, as the issuer prefers
    #[arg(long, value_enum)]
    pub(crate) auth: Option<Auth>,
    /// Which redirect you registered; may be given several times [default: loopback]
    #[arg(long, value_enum)]
    pub(crate) redirect: Vec<Redirect>,
}

#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct ClientProof {
    /// Read the client secret from this file
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// Ask for the client secret on the terminal
    #[arg(long)]
    pub(crate) ask_secret: bool,
    /// Prove by this private key (PEM) in place of a secret
    #[arg(long, value_name = "FILE")]
    pub(crate) private_key_file: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Auth {
    /// The secret in the Authorization header
    #[value(alias = "client_secret_basic")]
    Basic,
    /// The secret in the body
    #[value(alias = "client_secret_post")]
    Post,
    /// A signed assertion (RFC 7523)
    #[value(name = "private_key_jwt")]
    PrivateKeyJwt,
    /// Not at all: a public client
    None,
}

#[derive(Args)]
pub(crate) struct ClientMetadataArgs {
    /// Where you host the document; without it, the address that was kept
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Keep the address: from then on it is the client id wherever one is taken
    #[arg(long, requires = "url")]
    pub(crate) save: bool,
    /// Forget the address
    #[arg(long, conflicts_with_all = ["url", "save"])]
    pub(crate) clear: bool,
}

#[derive(Subcommand)]
pub(crate) enum ProviderCommand {
    /// Enter a company's identity provider
    Set {
        /// Its issuer URL, such as https://login.example.com
        issuer: String,
        /// The client id that this program has there
        #[arg(long, value_name = "ID")]
        client_id: String,
        #[command(flatten)]
        secret: ProviderSecret,
    },
    /// List the identity providers that were entered
    List,
    /// Remove an identity provider, and the login at it
    Remove {
        /// As `provider list` shows it
        issuer: String,
    },
}

#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct ProviderSecret {
    /// Read the client secret from this file
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// Ask for the client secret on the terminal
    #[arg(long)]
    pub(crate) ask_secret: bool,
}
