//! What `login` takes.

use super::help::METHOD;
use clap::{Args, ValueEnum};
use model::RedirectPreference;
use oauth::registration::RegistrationKind;

#[derive(Args)]
pub(crate) struct LoginArgs {
    pub(crate) server: String,
    #[arg(long, value_enum)]
    pub(crate) redirect: Option<Redirect>,
    #[arg(long)]
    pub(crate) paste: bool,
    #[arg(long)]
    pub(crate) no_browser: bool,
    #[arg(long)]
    pub(crate) select_account: bool,
    #[arg(long)]
    pub(crate) consent: bool,
    #[arg(long)]
    pub(crate) another: bool,
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "another")]
    pub(crate) account: Option<String>,
    #[arg(long = "login-hint", value_name = "NAME")]
    pub(crate) hint: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with = "account")]
    pub(crate) account_name: Option<String>,
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    #[arg(long, value_enum, value_name = "WAY")]
    pub(crate) register_by: Option<RegistrationChoice>,
    #[command(flatten)]
    pub(crate) method: MethodFlags,
}

/// At most one of them; what was chosen is kept for the next time, unless it is a device code.
#[derive(Args)]
#[group(multiple = false)]
#[command(next_help_heading = METHOD)]
pub(crate) struct MethodFlags {
    #[arg(long)]
    pub(crate) browser: bool,
    #[arg(long)]
    pub(crate) device: bool,
    #[arg(long)]
    pub(crate) client_credentials: bool,
    #[arg(long, value_name = "FILE")]
    pub(crate) workload: Option<String>,
    #[arg(long, value_name = "ISSUER")]
    pub(crate) provider: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Redirect {
    DeepLink,
    Loopback,
    Localhost,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum RegistrationChoice {
    PreRegistered,
    MetadataDocument,
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
