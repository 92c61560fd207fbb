//! What a person can do about a failure, as data: a window makes a button of it, whatever the sentences say.

use crate::{Code, RedirectPreference};
use oauth::registration::RegistrationKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One thing that would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Remedy {
    /// A login that differs from the one that failed.
    LogIn {
        /// How its answer comes back, if that is what differs.
        redirect: Option<RedirectPreference>,
        /// How it gets a client id, if that is what differs.
        registration: Option<RegistrationKind>,
    },
    /// Entering the client id that the server's owner gives.
    EnterClient,
    /// Entering the addresses of the authorization server that its owner names.
    EnterEndpoints,
    /// Entering the company's identity provider once more.
    EnterProvider,
}

impl Remedy {
    /// A login whose answer comes back by this redirect.
    pub fn redirect(redirect: RedirectPreference) -> Self {
        Self::LogIn {
            redirect: Some(redirect),
            registration: None,
        }
    }

    /// A login with a client id that is had in this way.
    pub fn registration(registration: RegistrationKind) -> Self {
        Self::LogIn {
            redirect: None,
            registration: Some(registration),
        }
    }
}

impl Code {
    /// What helps with every failure of this kind, where nothing more is known.
    pub fn remedies(self) -> &'static [Remedy] {
        match self {
            Self::RegistrationNotOffered
            | Self::RegistrationRefused
            | Self::RedirectRefused
            | Self::ClientOfAnotherIssuer
            | Self::ClientRefused => &[Remedy::EnterClient],
            Self::NoAuthorizationServer
            | Self::NoResourceMetadata
            | Self::MetadataHidden
            | Self::MetadataUnreadable => &[Remedy::EnterEndpoints],
            _ => &[],
        }
    }
}
