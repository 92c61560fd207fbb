//! What `login` takes.

use clap::{Args, ValueEnum};
use model::RedirectPreference;
use oauth::registration::RegistrationKind;

#[derive(Args)]
pub(crate) struct LoginArgs {
    /// The name, the URL or the id of a server that was added
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
    /// Ask the issuer to ask for your consent anew; at many OpenID providers, a login lasts only then
    #[arg(long)]
    pub(crate) consent: bool,
    /// Add one more account beside those that are logged in
    #[arg(long)]
    pub(crate) another: bool,
    /// Log in again as this account
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "another")]
    pub(crate) account: Option<String>,
    /// Tell the issuer who wants to log in, such as ada@example.com
    #[arg(long = "login-hint", value_name = "NAME")]
    pub(crate) hint: Option<String>,
    /// What to call this account here, where the issuer does not say who it is
    #[arg(long, value_name = "NAME", conflicts_with = "account")]
    pub(crate) account_name: Option<String>,
    /// Ask for this scope as well; may be given several times
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// How to get a client id at the issuer, in place of the best way there is
    #[arg(long, value_enum, value_name = "WAY")]
    pub(crate) register_by: Option<RegistrationChoice>,
    #[command(flatten)]
    pub(crate) method: MethodFlags,
}

/// At most one of them; what was chosen is kept for the next time, unless it is a device code.
#[derive(Args)]
#[group(multiple = false)]
#[command(next_help_heading = "How to log in (all but --device are kept for the next time)")]
pub(crate) struct MethodFlags {
    /// In the browser of this machine, as at first
    #[arg(long)]
    pub(crate) browser: bool,
    /// By a code that you type in a browser elsewhere (RFC 8628)
    #[arg(long)]
    pub(crate) device: bool,
    /// As a program, without a person, by a client id with a secret or a key (see `client set`)
    #[arg(long)]
    pub(crate) client_credentials: bool,
    /// As this workload, by the JWT that the platform keeps in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) workload: Option<String>,
    /// Through your company's identity provider (see `provider set`)
    #[arg(long, value_name = "ISSUER")]
    pub(crate) provider: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Redirect {
    /// A link that opens Gatelodge's window
    DeepLink,
    /// A listener on this machine
    Loopback,
    /// The loopback listener by its name, for issuers that take no address
    Localhost,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum RegistrationChoice {
    /// The client id that you entered with `client set`
    PreRegistered,
    /// The document that you host (see `client-metadata`)
    MetadataDocument,
    /// The issuer gives this program a new one (RFC 7591)
    Dynamic,
}

impl From<Redirect> for RedirectPreference {
    fn from(redirect: Redirect) -> Self {
        match redirect {
            Redirect::DeepLink => Self::DeepLink,
            Redirect::Loopback => Self::Loopback,
            Redirect::Localhost => Self::Localhost,
        }
    }
}

impl From<RegistrationChoice> for RegistrationKind {
    fn from(choice: RegistrationChoice) -> Self {
        match choice {
            RegistrationChoice::PreRegistered => Self::PreRegistered,
            RegistrationChoice::MetadataDocument => Self::MetadataDocument,
            RegistrationChoice::Dynamic => Self::Dynamic,
        }
    }
}
