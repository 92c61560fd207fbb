//! The kind of a grant (RFC 6749 §1.3), and its id.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How the tokens are got, and so how they are got again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GrantKind {
    /// The person in the browser (OAuth 2.1 §4.1).
    #[default]
    AuthorizationCode,
    /// The person in a browser elsewhere (RFC 8628).
    Device,
    /// The program itself (RFC 6749 §4.4, SEP-1046).
    ClientCredentials,
    /// The company's identity provider speaks for the person (SEP-990).
    EnterpriseManaged,
    /// The platform speaks for the program (RFC 7523, SEP-1933).
    WorkloadIdentity,
}

/// A grant's name inside this vault.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GrantId(pub String);

impl GrantKind {
    /// True where no person has to be there.
    pub fn is_unattended(self) -> bool {
        matches!(
            self,
            Self::ClientCredentials | Self::EnterpriseManaged | Self::WorkloadIdentity
        )
    }
}

impl std::fmt::Display for GrantId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}
