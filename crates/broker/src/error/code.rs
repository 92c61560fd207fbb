//! The codes: stable names, the hint that goes with each, and the CLI's exit status.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What kind of failure it is. Programs switch on this, never on a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    NotAUrl,
    NotHttps,
    NotFound,
    NotMcp,
    ServerError,
    Redirected,
    Unreachable,
    BlockedAddress,
    NoResourceMetadata,
    LegacyUnconfirmed,
    ResourceMismatch,
    ResourceMissing,
    MetadataHidden,
    ProgramRefused,
    MetadataUnreadable,
    ForeignLoginPage,
    NoAuthorizationServer,
    IssuerMismatch,
    MetadataUrlAsIssuer,
    EndpointRefused,
    NoCodeFlow,
    PkceUnadvertised,
    PkceWithoutS256,
    RegistrationNotOffered,
    RegistrationRefused,
    RedirectRefused,
    RedirectUnavailable,
    BrowserUnavailable,
    LoginUnknown,
    LoginExpired,
    LoginCancelled,
    LoginReplaced,
    LoginRefused,
    IssMismatch,
    ExchangeFailed,
    ClientForgotten,
    ClientRefused,
    LoginRequired,
    TemporarilyUnavailable,
    VaultLocked,
    VaultAbsent,
    VaultGone,
    VaultOlder,
    KeyMissing,
    KeyUnavailable,
    WrongPassphrase,
    VaultUnusable,
    VaultDamaged,
    VaultFailed,
    DiskFull,
    DiskReadOnly,
    DiskFailed,
    InvalidClient,
    InvalidTarget,
    InvalidScope,
    AccessDenied,
    AccountRequired,
    AgentExists,
    AgentUnknown,
    InvalidArgument,
    ClientOfAnotherIssuer,
    MethodNotOffered,
    KeyUnusable,
    ProviderUnknown,
    RefusedByProvider,
    AccountLocked,
    IssuerChanged,
    StepUpRequired,
    RejectsItsOwnTokens,
    SenderConstrained,
    Forbidden,
    TokenTooShort,
    EndpointUnavailable,
    RevocationUnproven,
    RevocationOpen,
    OutputFailed,
    Internal,
}

impl Code {
    pub const ALL: &[Self] = &[
        Self::NotAUrl,
        Self::NotHttps,
        Self::NotFound,
        Self::NotMcp,
        Self::ServerError,
        Self::Redirected,
        Self::Unreachable,
        Self::BlockedAddress,
        Self::NoResourceMetadata,
        Self::LegacyUnconfirmed,
        Self::ResourceMismatch,
        Self::ResourceMissing,
        Self::MetadataHidden,
        Self::ProgramRefused,
        Self::MetadataUnreadable,
        Self::ForeignLoginPage,
        Self::NoAuthorizationServer,
        Self::IssuerMismatch,
        Self::MetadataUrlAsIssuer,
        Self::EndpointRefused,
        Self::NoCodeFlow,
        Self::PkceUnadvertised,
        Self::PkceWithoutS256,
        Self::RegistrationNotOffered,
        Self::RegistrationRefused,
        Self::RedirectRefused,
        Self::RedirectUnavailable,
        Self::BrowserUnavailable,
        Self::LoginUnknown,
        Self::LoginExpired,
        Self::LoginCancelled,
        Self::LoginReplaced,
        Self::LoginRefused,
        Self::IssMismatch,
        Self::ExchangeFailed,
        Self::ClientForgotten,
        Self::ClientRefused,
        Self::LoginRequired,
        Self::TemporarilyUnavailable,
        Self::VaultLocked,
        Self::VaultAbsent,
        Self::VaultGone,
        Self::VaultOlder,
        Self::KeyMissing,
        Self::KeyUnavailable,
        Self::WrongPassphrase,
        Self::VaultUnusable,
        Self::VaultDamaged,
        Self::VaultFailed,
        Self::DiskFull,
        Self::DiskReadOnly,
        Self::DiskFailed,
        Self::InvalidClient,
        Self::InvalidTarget,
        Self::InvalidScope,
        Self::AccessDenied,
        Self::AccountRequired,
        Self::AgentExists,
        Self::AgentUnknown,
        Self::InvalidArgument,
        Self::ClientOfAnotherIssuer,
        Self::MethodNotOffered,
        Self::KeyUnusable,
        Self::ProviderUnknown,
        Self::RefusedByProvider,
        Self::AccountLocked,
        Self::IssuerChanged,
        Self::StepUpRequired,
        Self::RejectsItsOwnTokens,
        Self::SenderConstrained,
        Self::Forbidden,
        Self::TokenTooShort,
        Self::EndpointUnavailable,
        Self::RevocationUnproven,
        Self::RevocationOpen,
        Self::OutputFailed,
        Self::Internal,
    ];

    /// The name on the wire, in JSON and in the log. Never changes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAUrl => "not_a_url",
            Self::NotHttps => "not_https",
            Self::NotFound => "not_found",
            Self::NotMcp => "not_mcp",
            Self::ServerError => "server_error",
            Self::Redirected => "redirected",
            Self::Unreachable => "unreachable",
            Self::BlockedAddress => "blocked_address",
            Self::NoResourceMetadata => "no_resource_metadata",
            Self::LegacyUnconfirmed => "legacy_unconfirmed",
            Self::ResourceMismatch => "resource_mismatch",
            Self::ResourceMissing => "resource_missing",
            Self::MetadataHidden => "metadata_hidden",
            Self::ProgramRefused => "program_refused",
            Self::MetadataUnreadable => "metadata_unreadable",
            Self::ForeignLoginPage => "foreign_login_page",
            Self::NoAuthorizationServer => "no_authorization_server",
            Self::IssuerMismatch => "issuer_mismatch",
            Self::MetadataUrlAsIssuer => "metadata_url_as_issuer",
            Self::EndpointRefused => "endpoint_refused",
            Self::NoCodeFlow => "no_code_flow",
            Self::PkceUnadvertised => "pkce_unadvertised",
            Self::PkceWithoutS256 => "pkce_without_s256",
            Self::RegistrationNotOffered => "registration_not_offered",
            Self::RegistrationRefused => "registration_refused",
            Self::RedirectRefused => "redirect_refused",
            Self::RedirectUnavailable => "redirect_unavailable",
            Self::BrowserUnavailable => "browser_unavailable",
            Self::LoginUnknown => "login_unknown",
            Self::LoginExpired => "login_expired",
            Self::LoginCancelled => "login_cancelled",
            Self::LoginReplaced => "login_replaced",
            Self::LoginRefused => "login_refused",
            Self::IssMismatch => "iss_mismatch",
            Self::ExchangeFailed => "exchange_failed",
            Self::ClientForgotten => "client_forgotten",
            Self::ClientRefused => "client_refused",
            Self::LoginRequired => "login_required",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::VaultLocked => "vault_locked",
            Self::VaultAbsent => "vault_absent",
            Self::VaultGone => "vault_gone",
            Self::VaultOlder => "vault_older",
            Self::KeyMissing => "key_missing",
            Self::KeyUnavailable => "key_unavailable",
            Self::WrongPassphrase => "wrong_passphrase",
            Self::VaultUnusable => "vault_unusable",
            Self::VaultDamaged => "vault_damaged",
            Self::VaultFailed => "vault_failed",
            Self::DiskFull => "disk_full",
            Self::DiskReadOnly => "disk_read_only",
            Self::DiskFailed => "disk_failed",
            Self::InvalidClient => "invalid_client",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::AccountRequired => "account_required",
            Self::AgentExists => "agent_exists",
            Self::AgentUnknown => "agent_unknown",
            Self::InvalidArgument => "invalid_argument",
            Self::ClientOfAnotherIssuer => "client_of_another_issuer",
            Self::MethodNotOffered => "method_not_offered",
            Self::KeyUnusable => "key_unusable",
            Self::ProviderUnknown => "provider_unknown",
            Self::RefusedByProvider => "refused_by_provider",
            Self::AccountLocked => "account_locked",
            Self::IssuerChanged => "issuer_changed",
            Self::StepUpRequired => "step_up_required",
            Self::RejectsItsOwnTokens => "rejects_its_own_tokens",
            Self::SenderConstrained => "sender_constrained",
            Self::Forbidden => "forbidden",
            Self::TokenTooShort => "token_too_short",
            Self::EndpointUnavailable => "endpoint_unavailable",
            Self::RevocationUnproven => "revocation_unproven",
            Self::RevocationOpen => "revocation_open",
            Self::OutputFailed => "output_failed",
            Self::Internal => "internal",
        }
    }

    /// What a person can do about it, where nothing more special is known.
    pub fn hint(self) -> &'static str {
        match self {
            Self::NotAUrl => "Paste the whole address of the MCP server, beginning with https://.",
            Self::NotHttps => {
                "Use the https address of the server. Plain http is for servers on this machine only."
            }
            Self::NotFound => "List the servers to see what is there, or add this one.",
            Self::NotMcp => {
                "Check the address: MCP servers often live at a path such as /mcp. The server's own documentation names it."
            }
            Self::ServerError => {
                "The server has a fault of its own. Try again later, or tell its owner."
            }
            Self::Redirected => "Add the address that it redirects to, if you trust it.",
            Self::Unreachable => "Check the address and your connection, then try again.",
            Self::BlockedAddress => {
                "A server may not send this program into your own machine or network. If it is meant to be there, allow private-network for it."
            }
            Self::NoResourceMetadata => {
                "The server's owner has to publish protected resource metadata (RFC 9728). Send them the trace."
            }
            Self::LegacyUnconfirmed => {
                "If this is the origin that you want to log in at, confirm it: allow legacy-endpoints for this server."
            }
            Self::ResourceMismatch => {
                "If the other address is the one you want, add that one. Otherwise tell the server's owner."
            }
            Self::ResourceMissing => {
                "The server's owner has to add `resource` to that document. If the issuer is the one that you expect, allow resource-missing for this server."
            }
            Self::MetadataHidden | Self::ProgramRefused => {
                "Something in front of it takes this program for a robot, or keeps strangers out. Its owner has to let programs through to that address."
            }
            Self::MetadataUnreadable => "The owner has to mend that document. Send them the trace.",
            Self::ForeignLoginPage => {
                "Nothing was opened. If you know that both hosts belong together, allow foreign-login-page for this server."
            }
            Self::NoAuthorizationServer => {
                "The authorization server's owner has to publish its metadata (RFC 8414). If they gave you the addresses of the login page and of the token endpoint, you can enter them for this server."
            }
            Self::IssuerMismatch => {
                "Nothing was sent there. Tell the server's owner, with both addresses."
            }
            Self::MetadataUrlAsIssuer => {
                "Tell the server's owner. If you want to use that document as it is, allow metadata-url-as-issuer for this server."
            }
            Self::EndpointRefused => {
                "Nothing was sent there. The authorization server has to use https addresses."
            }
            Self::NoCodeFlow => {
                "This authorization server offers no login that a desktop program can do."
            }
            Self::PkceUnadvertised => {
                "The authorization server has to list S256 in its metadata. If you know that it supports PKCE, allow pkce-unadvertised for this server."
            }
            Self::PkceWithoutS256 => {
                "This authorization server is not safe to log in to. Tell its owner."
            }
            Self::RegistrationNotOffered => {
                "Ask the server's owner for a client id that is registered for this program."
            }
            Self::RegistrationRefused => {
                "The authorization server does not let this program register itself. Its owner may give you a client id."
            }
            Self::RedirectRefused => "Try the other redirect.",
            Self::RedirectUnavailable => {
                "Use the other redirect, or start Gatelodge's window or `gatelodge serve` first."
            }
            Self::BrowserUnavailable => {
                "Copy the link and open it in any browser, then paste the address that you end on."
            }
            Self::LoginUnknown => {
                "Nothing was changed. If you were logging in, begin the login again."
            }
            Self::LoginExpired => "Log in again; the answer has to come within ten minutes.",
            Self::LoginCancelled => "Log in again when you want to.",
            Self::LoginReplaced => "Go on with the one that began last.",
            Self::LoginRefused => {
                "Log in again and approve on the consent page, or ask the server's owner why it refuses."
            }
            Self::IssMismatch => {
                "The answer was not used. If it happens again, tell the authorization server's owner."
            }
            Self::ExchangeFailed => {
                "Log in again. If it happens again, ask the authorization server's owner."
            }
            Self::ClientForgotten => "Log in again: the program registers itself anew.",
            Self::ClientRefused => {
                "Enter the client id and its secret once more, as the authorization server's owner gave them."
            }
            Self::LoginRequired => "Open Gatelodge and log in again.",
            Self::TemporarilyUnavailable => "Try again in a moment. Nothing was lost.",
            Self::VaultLocked => "Unlock the vault in Gatelodge's window, or give the passphrase.",
            Self::VaultAbsent => "Open Gatelodge once, or run `gatelodge vault create`.",
            Self::VaultGone => {
                "Bring the file back from a copy. If you want a new, empty vault instead, run `gatelodge vault create --anew`."
            }
            Self::VaultOlder => {
                "Its owner has to look at who may use what, and to run `gatelodge vault confirm`."
            }
            Self::KeyMissing => {
                "Bring back the keyring entry or key file that belongs to this vault. A copy of the vault does not open without it."
            }
            Self::KeyUnavailable => "Start or unlock the keyring of your desktop, then try again.",
            Self::WrongPassphrase => "Try again. There is no way around a forgotten passphrase.",
            Self::VaultUnusable => {
                "The file was left as it is. Bring back a copy of it, or move it away to begin anew."
            }
            Self::VaultDamaged => "Log in to this server again; the damaged entry is replaced.",
            Self::VaultFailed => {
                "Check that the vault's folder is yours and that no program holds the vault, then try again."
            }
            Self::DiskFull => {
                "Free some space on the disk that the vault is on, then try again. The vault is as it was."
            }
            Self::DiskReadOnly => {
                "Make the disk writable again, then try again. Looking goes on: `gatelodge list`, `show` and `events` need no writing."
            }
            Self::DiskFailed => {
                "Look at the disk and at the system's log, then try again. The vault was left as it is."
            }
            Self::InvalidClient => {
                "Check the agent's id and key. A lost key can't be shown again; `gatelodge agent new-key` makes another."
            }
            Self::InvalidTarget => "Name the MCP server by its URL in `resource`.",
            Self::InvalidScope => "Ask for fewer scopes, or log in again with more.",
            Self::AccessDenied => "Open Gatelodge and permit this agent to use that server.",
            Self::AccountRequired => "Name one of the accounts.",
            Self::AgentExists => "Choose another name, or remove that agent first.",
            Self::AgentUnknown => "List the agents to see which there are.",
            Self::InvalidArgument => "Check what was given.",
            Self::ClientOfAnotherIssuer => {
                "Enter a client id for the new issuer, or choose another way to get one."
            }
            Self::MethodNotOffered => "Choose another way to log in on the server's page.",
            Self::KeyUnusable => {
                "Give a PEM file with one private key (P-256, RSA or Ed25519), without a passphrase."
            }
            Self::ProviderUnknown => "Enter your company's identity provider first.",
            Self::RefusedByProvider => "Ask your company's administrators; nothing else was tried.",
            Self::AccountLocked => {
                "Log in as the account that the server is locked to, or unlock it on its page."
            }
            Self::IssuerChanged => {
                "If you trust the new authorization server, log in again; nothing of the old login is sent there."
            }
            Self::StepUpRequired => "Log in again with these scopes.",
            Self::RejectsItsOwnTokens => {
                "Logging in again would not help. The server and its authorization server disagree, most likely about the resource; tell its owner."
            }
            Self::SenderConstrained => {
                "Such a token is of no use without its key. Use the server through the gateway."
            }
            Self::Forbidden => {
                "Log in as another account, or ask the server's owner which rights this one needs."
            }
            Self::TokenTooShort => {
                "Ask for fewer seconds. The issuer decides how long its tokens live."
            }
            Self::EndpointUnavailable => {
                "Another program holds the port. End it, or choose another port with GATELODGE_PORT."
            }
            Self::RevocationUnproven => {
                "The receipt says what each party answered, and what is left to do."
            }
            Self::RevocationOpen => "Try again to take it back, or let it go.",
            Self::OutputFailed => {
                "What was asked for was done; only the answer is lost. Let it go where there is room."
            }
            Self::Internal => "This is a fault of Gatelodge. Please report it.",
        }
    }

    /// The statuses that `gatelodge --help` and the README list.
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Internal => 1,
            Self::InvalidArgument => 2,
            Self::OutputFailed => 3,
            Self::NotAUrl | Self::NotHttps => 10,
            Self::NotFound => 11,
            Self::NotMcp
            | Self::Redirected
            | Self::NoResourceMetadata
            | Self::LegacyUnconfirmed
            | Self::NoAuthorizationServer
            | Self::MetadataHidden
            | Self::ProgramRefused
            | Self::MetadataUnreadable
            | Self::NoCodeFlow
            | Self::MethodNotOffered
            | Self::RejectsItsOwnTokens => 12,
            Self::ServerError | Self::Unreachable | Self::TemporarilyUnavailable => 13,
            Self::BlockedAddress
            | Self::ResourceMismatch
            | Self::ResourceMissing
            | Self::ForeignLoginPage
            | Self::IssuerMismatch
            | Self::MetadataUrlAsIssuer
            | Self::EndpointRefused
            | Self::PkceUnadvertised
            | Self::PkceWithoutS256
            | Self::IssMismatch => 14,
            Self::RegistrationNotOffered
            | Self::RegistrationRefused
            | Self::RedirectRefused
            | Self::RedirectUnavailable
            | Self::ClientForgotten
            | Self::ClientRefused
            | Self::ClientOfAnotherIssuer
            | Self::KeyUnusable
            | Self::ProviderUnknown => 15,
            Self::BrowserUnavailable
            | Self::LoginUnknown
            | Self::LoginExpired
            | Self::LoginCancelled
            | Self::LoginReplaced
            | Self::LoginRefused
            | Self::ExchangeFailed
            | Self::RefusedByProvider
            | Self::AccountLocked => 16,
            Self::EndpointUnavailable => 17,
            Self::LoginRequired | Self::IssuerChanged | Self::StepUpRequired => 20,
            Self::VaultLocked
            | Self::VaultAbsent
            | Self::VaultGone
            | Self::VaultOlder
            | Self::KeyMissing
            | Self::KeyUnavailable
            | Self::WrongPassphrase => 21,
            Self::VaultUnusable
            | Self::VaultDamaged
            | Self::VaultFailed
            | Self::DiskFull
            | Self::DiskReadOnly
            | Self::DiskFailed => 22,
            Self::InvalidClient
            | Self::InvalidTarget
            | Self::InvalidScope
            | Self::AccessDenied
            | Self::AccountRequired
            | Self::SenderConstrained => 23,
            Self::AgentExists | Self::AgentUnknown => 24,
            Self::RevocationUnproven | Self::RevocationOpen => 25,
            Self::Forbidden | Self::TokenTooShort => 26,
        }
    }
}

/// By its name, as everywhere.
impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = Self::ALL.iter().find(|code| code.as_str() == name);
        known
            .copied()
            .ok_or_else(|| de::Error::custom("no code of this version"))
    }
}

#[cfg(test)]
mod tests {
    use super::Code;
    use std::collections::HashSet;

    #[test]
    fn each_code_has_a_name_of_its_own_and_a_hint_that_is_a_sentence() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(
                code.hint().ends_with('.') && code.hint().len() > 15,
                "{}",
                code.as_str()
            );
            assert!(code.exit_status() > 0, "{}", code.as_str());
        }
    }
}
