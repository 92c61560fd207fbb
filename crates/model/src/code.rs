//! The codes of failures: stable names, the hint that goes with each, and the CLI's exit status.

use messages::{Text, text};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Writes the enum, its names, exit statuses and hints from one table.
macro_rules! codes {
    ($($(#[$about:meta])* $code:ident, $name:literal, $status:literal, $hint:path;)*) => {
        /// What kind of failure it is. Programs switch on this, never on a text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$about])* $code,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// Its name in JSON and in the vault.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)*
                }
            }

            /// What a person can do about it, where nothing more special is known.
            pub fn hint(self) -> Text {
                match self {
                    $(Self::$code => $hint.into(),)*
                }
            }

            /// The statuses that `gatelodge --help` and the README list.
            pub fn exit_status(self) -> u8 {
                match self {
                    $(Self::$code => $status,)*
                }
            }
        }
    };
}

codes! {
    /// The text is no URL.
    NotAUrl, "not_a_url", 10, text::HintNotAUrl;
    /// The URL is not https, and not on this machine.
    NotHttps, "not_https", 10, text::HintNotHttps;
    /// There is nothing of that name.
    NotFound, "not_found", 11, text::HintNotFound;
    /// The address does not speak MCP.
    NotMcp, "not_mcp", 12, text::HintNotMcp;
    /// The server has a fault of its own.
    ServerError, "server_error", 13, text::HintServerError;
    /// The server redirects to another address.
    Redirected, "redirected", 12, text::HintRedirected;
    /// The server gave no answer.
    Unreachable, "unreachable", 13, text::HintUnreachable;
    /// The server names an address inside this machine or network.
    BlockedAddress, "blocked_address", 14, text::HintBlockedAddress;
    /// The server publishes no protected resource metadata (RFC 9728).
    NoResourceMetadata, "no_resource_metadata", 12, text::HintNoResourceMetadata;
    /// The server can be logged in to by the revision of 2025-03-26 only.
    LegacyUnconfirmed, "legacy_unconfirmed", 12, text::HintLegacyUnconfirmed;
    /// The metadata speaks for another resource.
    ResourceMismatch, "resource_mismatch", 14, text::HintResourceMismatch;
    /// The metadata does not say which resource it is of.
    ResourceMissing, "resource_missing", 14, text::HintResourceMissing;
    /// Something in front of the metadata keeps this program out.
    MetadataHidden, "metadata_hidden", 12, text::HintMetadataHidden;
    /// Something in front of the server keeps this program out.
    ProgramRefused, "program_refused", 12, text::HintProgramRefused;
    /// The metadata is not what its specification asks for.
    MetadataUnreadable, "metadata_unreadable", 12, text::HintMetadataUnreadable;
    /// The login page is on a host that its issuer does not own.
    ForeignLoginPage, "foreign_login_page", 14, text::HintForeignLoginPage;
    /// No authorization server metadata was found (RFC 8414).
    NoAuthorizationServer, "no_authorization_server", 12, text::HintNoAuthorizationServer;
    /// The metadata speaks for another issuer.
    IssuerMismatch, "issuer_mismatch", 14, text::HintIssuerMismatch;
    /// The server names a metadata address in place of an issuer.
    MetadataUrlAsIssuer, "metadata_url_as_issuer", 14, text::HintMetadataUrlAsIssuer;
    /// The authorization server names an endpoint that may not be used.
    EndpointRefused, "endpoint_refused", 14, text::HintEndpointRefused;
    /// The authorization server does not offer the code flow.
    NoCodeFlow, "no_code_flow", 12, text::HintNoCodeFlow;
    /// The authorization server does not list S256 (RFC 7636).
    PkceUnadvertised, "pkce_unadvertised", 14, text::HintPkceUnadvertised;
    /// The authorization server lists other PKCE methods only.
    PkceWithoutS256, "pkce_without_s256", 14, text::HintPkceWithoutS256;
    /// The authorization server registers no programs, and no client id is known.
    RegistrationNotOffered, "registration_not_offered", 15, text::HintRegistrationNotOffered;
    /// The authorization server refused the registration (RFC 7591).
    RegistrationRefused, "registration_refused", 15, text::HintRegistrationRefused;
    /// The authorization server does not take the redirect.
    RedirectRefused, "redirect_refused", 15, text::HintRedirectRefused;
    /// An answer cannot arrive at the redirect now.
    RedirectUnavailable, "redirect_unavailable", 15, text::HintRedirectUnavailable;
    /// No browser could be opened.
    BrowserUnavailable, "browser_unavailable", 16, text::HintBrowserUnavailable;
    /// The answer is of no login that is under way.
    LoginUnknown, "login_unknown", 16, text::HintLoginUnknown;
    /// The answer came too late.
    LoginExpired, "login_expired", 16, text::HintLoginExpired;
    /// The person ended the login.
    LoginCancelled, "login_cancelled", 16, text::HintLoginCancelled;
    /// Another login to the same server began.
    LoginReplaced, "login_replaced", 16, text::HintLoginReplaced;
    /// The authorization server, or the person there, refused the login.
    LoginRefused, "login_refused", 16, text::HintLoginRefused;
    /// The answer is of another issuer (RFC 9207).
    IssMismatch, "iss_mismatch", 14, text::HintIssMismatch;
    /// The token endpoint gave nothing for the code.
    ExchangeFailed, "exchange_failed", 16, text::HintExchangeFailed;
    /// The authorization server no longer knows this program.
    ClientForgotten, "client_forgotten", 15, text::HintClientForgotten;
    /// The authorization server does not take the client id or its secret.
    ClientRefused, "client_refused", 15, text::HintClientRefused;
    /// The person has to log in.
    LoginRequired, "login_required", 20, text::HintLoginRequired;
    /// Nothing can be said now; a later try may succeed.
    TemporarilyUnavailable, "temporarily_unavailable", 13, text::HintTemporarilyUnavailable;
    /// The vault is locked.
    VaultLocked, "vault_locked", 21, text::HintVaultLocked;
    /// There is no vault yet.
    VaultAbsent, "vault_absent", 21, text::HintVaultAbsent;
    /// The vault's file is gone, and its key is still there.
    VaultGone, "vault_gone", 21, text::HintVaultGone;
    /// The vault's file is older than the one that was used here last.
    VaultOlder, "vault_older", 21, text::HintVaultOlder;
    /// The vault's key is not there.
    KeyMissing, "key_missing", 21, text::HintKeyMissing;
    /// The keyring cannot be asked now.
    KeyUnavailable, "key_unavailable", 21, text::HintKeyUnavailable;
    /// The passphrase does not open the vault.
    WrongPassphrase, "wrong_passphrase", 21, text::HintWrongPassphrase;
    /// The file is no vault that this release can use.
    VaultUnusable, "vault_unusable", 22, text::HintVaultUnusable;
    /// A row of the vault is damaged.
    VaultDamaged, "vault_damaged", 22, text::HintVaultDamaged;
    /// The vault could not be read or written.
    VaultFailed, "vault_failed", 22, text::HintVaultFailed;
    /// The disk is full.
    DiskFull, "disk_full", 22, text::HintDiskFull;
    /// The disk takes no writing.
    DiskReadOnly, "disk_read_only", 22, text::HintDiskReadOnly;
    /// The disk failed.
    DiskFailed, "disk_failed", 22, text::HintDiskFailed;
    /// The agent's id or key is wrong.
    InvalidClient, "invalid_client", 23, text::HintInvalidClient;
    /// The agent named no server that it may use (RFC 8707).
    InvalidTarget, "invalid_target", 23, text::HintInvalidTarget;
    /// The agent asked for scopes that it cannot get.
    InvalidScope, "invalid_scope", 23, text::HintInvalidScope;
    /// The agent has no permit.
    AccessDenied, "access_denied", 23, text::HintAccessDenied;
    /// Several accounts are meant.
    AccountRequired, "account_required", 23, text::HintAccountRequired;
    /// There is an agent of that name.
    AgentExists, "agent_exists", 24, text::HintAgentExists;
    /// There is no such agent.
    AgentUnknown, "agent_unknown", 24, text::HintAgentUnknown;
    /// Something that was given cannot be used.
    InvalidArgument, "invalid_argument", 2, text::HintInvalidArgument;
    /// The client id is of another issuer.
    ClientOfAnotherIssuer, "client_of_another_issuer", 15, text::HintClientOfAnotherIssuer;
    /// The authorization server does not offer that login method.
    MethodNotOffered, "method_not_offered", 12, text::HintMethodNotOffered;
    /// The private key cannot be used.
    KeyUnusable, "key_unusable", 15, text::HintKeyUnusable;
    /// The company's identity provider was not entered.
    ProviderUnknown, "provider_unknown", 15, text::HintProviderUnknown;
    /// The company's identity provider refused.
    RefusedByProvider, "refused_by_provider", 16, text::HintRefusedByProvider;
    /// The server is locked to another account.
    AccountLocked, "account_locked", 16, text::HintAccountLocked;
    /// The server names another authorization server than before.
    IssuerChanged, "issuer_changed", 20, text::HintIssuerChanged;
    /// The operation needs more scopes (RFC 6750 §3.1).
    StepUpRequired, "step_up_required", 20, text::HintStepUpRequired;
    /// The server refuses a token that its issuer had just given.
    RejectsItsOwnTokens, "rejects_its_own_tokens", 12, text::HintRejectsItsOwnTokens;
    /// The tokens are bound to a key that stays here (RFC 9449).
    SenderConstrained, "sender_constrained", 23, text::HintSenderConstrained;
    /// The account may not do this.
    Forbidden, "forbidden", 26, text::HintForbidden;
    /// No token lives as long as was asked for.
    TokenTooShort, "token_too_short", 26, text::HintTokenTooShort;
    /// The endpoint could not be opened.
    EndpointUnavailable, "endpoint_unavailable", 17, text::HintEndpointUnavailable;
    /// A grant was given up, and its revocation was not seen.
    RevocationUnproven, "revocation_unproven", 25, text::HintRevocationUnproven;
    /// An issuer has not confirmed a revocation.
    RevocationOpen, "revocation_open", 25, text::HintRevocationOpen;
    /// Logins use a client id that was to be forgotten.
    ClientInUse, "client_in_use", 2, text::HintClientInUse;
    /// The answer could not be written.
    OutputFailed, "output_failed", 3, text::HintOutputFailed;
    /// Gatelodge has a fault.
    Internal, "internal", 1, text::HintInternal;
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
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
                code.hint().to_string().ends_with('.') && code.hint().to_string().len() > 15,
                "{}",
                code.as_str()
            );
            assert!(code.exit_status() > 0, "{}", code.as_str());
        }
    }
}
