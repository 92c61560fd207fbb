//! The codes of failures: stable names, the hint that goes with each, and the CLI's exit status.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Writes the enum, its names, exit statuses and hints from one table.
macro_rules! codes {
    ($($(#[$about:meta])* $code:ident, $name:literal, $status:literal, $hint:literal;)*) => {
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
            pub fn hint(self) -> &'static str {
                match self {
                    $(Self::$code => $hint,)*
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
    NotAUrl, "not_a_url", 10, "Paste the whole address of the MCP server, beginning with https://.";
    /// The URL is not https, and not on this machine.
    NotHttps, "not_https", 10, "Use the https address of the server. Plain http is for servers on this machine only.";
    /// There is nothing of that name.
    NotFound, "not_found", 11, "List the servers to see what is there, or add this one.";
    /// The address does not speak MCP.
    NotMcp, "not_mcp", 12, "Check the address: MCP servers often live at a path such as /mcp. The server's own documentation names it.";
    /// The server has a fault of its own.
    ServerError, "server_error", 13, "The server has a fault of its own. Try again later, or tell its owner.";
    /// The server redirects to another address.
    Redirected, "redirected", 12, "Add the address that it redirects to, if you trust it.";
    /// The server gave no answer.
    Unreachable, "unreachable", 13, "Check the address and your connection, then try again.";
    /// The server names an address inside this machine or network.
    BlockedAddress, "blocked_address", 14, "A server may not send this program into your own machine or network. If it is meant to be there, allow private-network for it.";
    /// The server publishes no protected resource metadata (RFC 9728).
    NoResourceMetadata, "no_resource_metadata", 12, "The server's owner has to publish protected resource metadata (RFC 9728). Send them the trace.";
    /// The server can be logged in to by the revision of 2025-03-26 only.
    LegacyUnconfirmed, "legacy_unconfirmed", 12, "If this is the origin that you want to log in at, confirm it: allow legacy-endpoints for this server.";
    /// The metadata speaks for another resource.
    ResourceMismatch, "resource_mismatch", 14, "If the other address is the one you want, add that one. Otherwise tell the server's owner.";
    /// The metadata does not say which resource it is of.
    ResourceMissing, "resource_missing", 14, "The server's owner has to add `resource` to that document. If the issuer is the one that you expect, allow resource-missing for this server.";
    /// Something in front of the metadata keeps this program out.
    MetadataHidden, "metadata_hidden", 12, "Something in front of it takes this program for a robot, or keeps strangers out. Its owner has to let programs through to that address.";
    /// Something in front of the server keeps this program out.
    ProgramRefused, "program_refused", 12, "Something in front of it takes this program for a robot, or keeps strangers out. Its owner has to let programs through to that address.";
    /// The metadata is not what its specification asks for.
    MetadataUnreadable, "metadata_unreadable", 12, "The owner has to mend that document. Send them the trace.";
    /// The login page is on a host that its issuer does not own.
    ForeignLoginPage, "foreign_login_page", 14, "Nothing was opened. If you know that both hosts belong together, allow foreign-login-page for this server.";
    /// No authorization server metadata was found (RFC 8414).
    NoAuthorizationServer, "no_authorization_server", 12, "The authorization server's owner has to publish its metadata (RFC 8414). If they gave you the addresses of the login page and of the token endpoint, you can enter them for this server.";
    /// The metadata speaks for another issuer.
    IssuerMismatch, "issuer_mismatch", 14, "Nothing was sent there. Tell the server's owner, with both addresses.";
    /// The server names a metadata address in place of an issuer.
    MetadataUrlAsIssuer, "metadata_url_as_issuer", 14, "Tell the server's owner. If you want to use that document as it is, allow metadata-url-as-issuer for this server.";
    /// The authorization server names an endpoint that may not be used.
    EndpointRefused, "endpoint_refused", 14, "Nothing was sent there. The authorization server has to use https addresses.";
    /// The authorization server does not offer the code flow.
    NoCodeFlow, "no_code_flow", 12, "This authorization server offers no login that a desktop program can do.";
    /// The authorization server does not list S256 (RFC 7636).
    PkceUnadvertised, "pkce_unadvertised", 14, "The authorization server has to list S256 in its metadata. If you know that it supports PKCE, allow pkce-unadvertised for this server.";
    /// The authorization server lists other PKCE methods only.
    PkceWithoutS256, "pkce_without_s256", 14, "This authorization server is not safe to log in to. Tell its owner.";
    /// The authorization server registers no programs, and no client id is known.
    RegistrationNotOffered, "registration_not_offered", 15, "Ask the server's owner for a client id that is registered for this program.";
    /// The authorization server refused the registration (RFC 7591).
    RegistrationRefused, "registration_refused", 15, "The authorization server does not let this program register itself. Its owner may give you a client id.";
    /// The authorization server does not take the redirect.
    RedirectRefused, "redirect_refused", 15, "Try the other redirect.";
    /// An answer cannot arrive at the redirect now.
    RedirectUnavailable, "redirect_unavailable", 15, "Use the other redirect, or start Gatelodge's window or `gatelodge serve` first.";
    /// No browser could be opened.
    BrowserUnavailable, "browser_unavailable", 16, "Copy the link and open it in any browser, then paste the address that you end on.";
    /// The answer is of no login that is under way.
    LoginUnknown, "login_unknown", 16, "Nothing was changed. If you were logging in, begin the login again.";
    /// The answer came too late.
    LoginExpired, "login_expired", 16, "Log in again; the answer has to come within ten minutes.";
    /// The person ended the login.
    LoginCancelled, "login_cancelled", 16, "Log in again when you want to.";
    /// Another login to the same server began.
    LoginReplaced, "login_replaced", 16, "Go on with the one that began last.";
    /// The authorization server, or the person there, refused the login.
    LoginRefused, "login_refused", 16, "Log in again and approve on the consent page, or ask the server's owner why it refuses.";
    /// The answer is of another issuer (RFC 9207).
    IssMismatch, "iss_mismatch", 14, "The answer was not used. If it happens again, tell the authorization server's owner.";
    /// The token endpoint gave nothing for the code.
    ExchangeFailed, "exchange_failed", 16, "Log in again. If it happens again, ask the authorization server's owner.";
    /// The authorization server no longer knows this program.
    ClientForgotten, "client_forgotten", 15, "Log in again: the program registers itself anew.";
    /// The authorization server does not take the client id or its secret.
    ClientRefused, "client_refused", 15, "Enter the client id and its secret once more, as the authorization server's owner gave them.";
    /// The person has to log in.
    LoginRequired, "login_required", 20, "Open Gatelodge and log in again.";
    /// Nothing can be said now; a later try may succeed.
    TemporarilyUnavailable, "temporarily_unavailable", 13, "Try again in a moment. Nothing was lost.";
    /// The vault is locked.
    VaultLocked, "vault_locked", 21, "Unlock the vault in Gatelodge's window, or give the passphrase.";
    /// There is no vault yet.
    VaultAbsent, "vault_absent", 21, "Open Gatelodge once, or run `gatelodge vault create`.";
    /// The vault's file is gone, and its key is still there.
    VaultGone, "vault_gone", 21, "Bring the file back from a copy. If you want a new, empty vault instead, run `gatelodge vault create --anew`.";
    /// The vault's file is older than the one that was used here last.
    VaultOlder, "vault_older", 21, "Its owner has to look at who may use what, and to run `gatelodge vault confirm`.";
    /// The vault's key is not there.
    KeyMissing, "key_missing", 21, "Bring back the keyring entry or key file that belongs to this vault. A copy of the vault does not open without it.";
    /// The keyring cannot be asked now.
    KeyUnavailable, "key_unavailable", 21, "Start or unlock the keyring of your desktop, then try again.";
    /// The passphrase does not open the vault.
    WrongPassphrase, "wrong_passphrase", 21, "Try again. There is no way around a forgotten passphrase.";
    /// The file is no vault that this release can use.
    VaultUnusable, "vault_unusable", 22, "The file was left as it is. Bring back a copy of it, or move it away to begin anew.";
    /// A row of the vault is damaged.
    VaultDamaged, "vault_damaged", 22, "Log in to this server again; the damaged entry is replaced.";
    /// The vault could not be read or written.
    VaultFailed, "vault_failed", 22, "Check that the vault's folder is yours and that no program holds the vault, then try again.";
    /// The disk is full.
    DiskFull, "disk_full", 22, "Free some space on the disk that the vault is on, then try again. The vault is as it was.";
    /// The disk takes no writing.
    DiskReadOnly, "disk_read_only", 22, "Make the disk writable again, then try again. Looking goes on: `gatelodge list`, `show` and `events` need no writing.";
    /// The disk failed.
    DiskFailed, "disk_failed", 22, "Look at the disk and at the system's log, then try again. The vault was left as it is.";
    /// The agent's id or key is wrong.
    InvalidClient, "invalid_client", 23, "Check the agent's id and key. A lost key can't be shown again; `gatelodge agent new-key` makes another.";
    /// The agent named no server that it may use (RFC 8707).
    InvalidTarget, "invalid_target", 23, "Name the MCP server by its URL in `resource`.";
    /// The agent asked for scopes that it cannot get.
    InvalidScope, "invalid_scope", 23, "Ask for fewer scopes, or log in again with more.";
    /// The agent has no permit.
    AccessDenied, "access_denied", 23, "Open Gatelodge and permit this agent to use that server.";
    /// Several accounts are meant.
    AccountRequired, "account_required", 23, "Name one of the accounts.";
    /// There is an agent of that name.
    AgentExists, "agent_exists", 24, "Choose another name, or remove that agent first.";
    /// There is no such agent.
    AgentUnknown, "agent_unknown", 24, "List the agents to see which there are.";
    /// Something that was given cannot be used.
    InvalidArgument, "invalid_argument", 2, "Check what was given.";
    /// The client id is of another issuer.
    ClientOfAnotherIssuer, "client_of_another_issuer", 15, "Enter a client id for the new issuer, or choose another way to get one.";
    /// The authorization server does not offer that login method.
    MethodNotOffered, "method_not_offered", 12, "Choose another way to log in on the server's page.";
    /// The private key cannot be used.
    KeyUnusable, "key_unusable", 15, "Give a PEM file with one private key (P-256, RSA or Ed25519), without a passphrase.";
    /// The company's identity provider was not entered.
    ProviderUnknown, "provider_unknown", 15, "Enter your company's identity provider first.";
    /// The company's identity provider refused.
    RefusedByProvider, "refused_by_provider", 16, "Ask your company's administrators; nothing else was tried.";
    /// The server is locked to another account.
    AccountLocked, "account_locked", 16, "Log in as the account that the server is locked to, or unlock it on its page.";
    /// The server names another authorization server than before.
    IssuerChanged, "issuer_changed", 20, "If you trust the new authorization server, log in again; nothing of the old login is sent there.";
    /// The operation needs more scopes (RFC 6750 §3.1).
    StepUpRequired, "step_up_required", 20, "Log in again with these scopes.";
    /// The server refuses a token that its issuer had just given.
    RejectsItsOwnTokens, "rejects_its_own_tokens", 12, "Logging in again would not help. The server and its authorization server disagree, most likely about the resource; tell its owner.";
    /// The tokens are bound to a key that stays here (RFC 9449).
    SenderConstrained, "sender_constrained", 23, "Such a token is of no use without its key. Use the server through the gateway.";
    /// The account may not do this.
    Forbidden, "forbidden", 26, "Log in as another account, or ask the server's owner which rights this one needs.";
    /// No token lives as long as was asked for.
    TokenTooShort, "token_too_short", 26, "Ask for fewer seconds. The issuer decides how long its tokens live.";
    /// The endpoint could not be opened.
    EndpointUnavailable, "endpoint_unavailable", 17, "Another program holds the port. End it, or choose another port with GATELODGE_PORT.";
    /// A grant was given up, and its revocation was not seen.
    RevocationUnproven, "revocation_unproven", 25, "The receipt says what each party answered, and what is left to do.";
    /// An issuer has not confirmed a revocation.
    RevocationOpen, "revocation_open", 25, "Try again to take it back, or let it go.";
    /// Logins use a client id that was to be forgotten.
    ClientInUse, "client_in_use", 2, "Revoke those logins first, or forget it all the same.";
    /// The answer could not be written.
    OutputFailed, "output_failed", 3, "What was asked for was done; only the answer is lost. Let it go where there is room.";
    /// Gatelodge has a fault.
    Internal, "internal", 1, "This is a fault of Gatelodge. Please report it.";
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
                code.hint().ends_with('.') && code.hint().len() > 15,
                "{}",
                code.as_str()
            );
            assert!(code.exit_status() > 0, "{}", code.as_str());
        }
    }
}
