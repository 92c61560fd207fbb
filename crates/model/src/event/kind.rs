//! The kinds of events, as the vault keeps them and programs read them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Writes the enum and its names from one table.
macro_rules! kinds {
    ($($(#[$about:meta])* $kind:ident = $name:literal,)*) => {
        /// What an event tells of. Its name is a contract: it is in vaults and in what programs read.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum EventKind {
            $($(#[$about])* $kind,)*
            /// A kind that another release wrote.
            Foreign(ForeignKind),
        }

        impl EventKind {
            /// Every kind that this release writes.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// Its name in the vault and in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$kind => $name,)*
                    Self::Foreign(ForeignKind(name)) => name,
                }
            }
        }
    };
}

/// The name of a kind that this release does not write. Only reading makes one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ForeignKind(String);

kinds! {
    /// A server was added.
    ResourceAdded = "resource_added",
    /// The person gave a server another name.
    ResourceRenamed = "resource_renamed",
    /// A server was removed.
    ResourceRemoved = "resource_removed",
    /// A server's metadata could not be used.
    DiscoveryFailed = "discovery_failed",
    /// A server names another authorization server than before.
    IssuerChanged = "issuer_changed",
    /// The person allowed a departure from the specification.
    ConcessionAllowed = "concession_allowed",
    /// The person no longer allows it.
    ConcessionWithdrawn = "concession_withdrawn",
    /// The person entered the addresses of an authorization server.
    EndpointsEntered = "endpoints_entered",
    /// They were forgotten.
    EndpointsForgotten = "endpoints_forgotten",
    /// The person chose how a server is logged in to.
    LoginMethodChosen = "login_method",
    /// The person chose which scopes are asked for.
    ScopesChosen = "scopes_chosen",
    /// This program registered itself at an issuer, or renewed that registration.
    Registered = "registered",
    /// An issuer no longer knows this program.
    RegistrationForgotten = "registration_forgotten",
    /// The person entered a client id.
    ClientEntered = "client_entered",
    /// A client id was forgotten here.
    ClientForgotten = "client_forgotten",
    /// The person entered a company's identity provider.
    ProviderEntered = "provider_entered",
    /// It was removed.
    ProviderRemoved = "provider_removed",
    /// A login began.
    LoginStarted = "login_started",
    /// A login was completed.
    LoggedIn = "logged_in",
    /// A login ended without a grant.
    LoginFailed = "login_failed",
    /// An answer to a login came that is of somebody else.
    AnswerNotUsed = "answer_not_used",
    /// A login took the place of an earlier one.
    LoginReplaced = "replaced",
    /// Nothing but another login gives access again.
    LoginNeeded = "login_needed",
    /// The person gave an account another name.
    AccountRenamed = "account_renamed",
    /// The person locked a server to an account, or unlocked it.
    AccountLock = "account_lock",
    /// An agent got a token.
    TokenIssued = "token_issued",
    /// An agent or a stranger got none.
    TokenRefused = "token_refused",
    /// A server refused a token that its issuer had given.
    TokenRejected = "token_rejected",
    /// An operation needs more scopes than were granted.
    StepUp = "step_up",
    /// An issuer renewed the tokens of a grant.
    Refreshed = "refreshed",
    /// An issuer did not renew them.
    RefreshFailed = "refresh_failed",
    /// A renewal was begun, and nothing of its answer is known.
    RefreshUnfinished = "refresh_unfinished",
    /// A grant was revoked, and that was seen.
    Revoked = "revoked",
    /// A grant was given up, and its revocation was not seen.
    RevocationUnproven = "revocation_unproven",
    /// The person gave up a revocation that the issuer did not confirm.
    RevocationLetGo = "revocation_let_go",
    /// A grant had ended by itself.
    NothingLeft = "nothing_left",
    /// A grant's access was deleted here with nobody asked.
    AccessForgotten = "access_forgotten",
    /// The person added an agent.
    AgentAdded = "agent_added",
    /// The person gave an agent another name.
    AgentRenamed = "agent_renamed",
    /// An agent has a new key.
    AgentKeyChanged = "agent_key_changed",
    /// The person removed an agent.
    AgentRemoved = "agent_removed",
    /// The person let an agent use a grant.
    PermitGiven = "permit_given",
    /// The person no longer lets it.
    PermitRemoved = "permit_removed",
    /// The person changed a setting.
    SettingsChanged = "settings",
    /// The vault's file is older than the one that was used here last.
    VaultOlder = "vault_older",
    /// The person confirmed that older file.
    VaultConfirmed = "vault_confirmed",
    /// A row of the vault was written by another program.
    RowNotBelieved = "row_not_believed",
}

impl From<String> for EventKind {
    fn from(name: String) -> Self {
        let known = Self::ALL.iter().find(|kind| kind.as_str() == name).cloned();
        known.unwrap_or(Self::Foreign(ForeignKind(name)))
    }
}

impl From<EventKind> for String {
    fn from(kind: EventKind) -> Self {
        kind.as_str().to_owned()
    }
}

impl PartialEq<&str> for EventKind {
    fn eq(&self, name: &&str) -> bool {
        self.as_str() == *name
    }
}

impl PartialEq<str> for EventKind {
    fn eq(&self, name: &str) -> bool {
        self.as_str() == name
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::EventKind;

    #[test]
    fn a_kind_survives_its_name_and_a_foreign_one_keeps_it() {
        for kind in EventKind::ALL {
            let text = serde_json::to_string(kind).expect("JSON");
            assert_eq!(text, format!("\"{kind}\""));
            let read: EventKind = serde_json::from_str(&text).expect("a kind");
            assert_eq!(read, *kind);
        }
        let foreign = EventKind::from("of_tomorrow".to_owned());
        assert!(!EventKind::ALL.contains(&foreign));
        assert_eq!(serde_json::to_value(&foreign).expect("JSON"), "of_tomorrow");
    }
}
