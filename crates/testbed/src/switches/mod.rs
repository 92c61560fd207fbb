//! Every way in which the testbed can misbehave, one switch each; the defaults follow the specification to the letter.

mod assertions;
mod authorization;
mod defaults;
mod device;
mod dpop;
mod fluent;
mod grants;
mod machine;
mod metadata;
mod registration;
mod resource;
mod token;

use serde::{Deserialize, Serialize};

pub use assertions::*;
pub use authorization::*;
pub use device::*;
pub use dpop::*;
pub use machine::*;
pub use metadata::*;
pub use registration::*;
pub use resource::*;
pub use token::*;

/// What both servers do. Set at the start, or at any time through [`crate::Testbed::switches`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    // Authorization server metadata (RFC 8414, OpenID Connect Discovery 1.0).
    /// A path after the origin in the issuer, like `/tenant`; empty by default.
    pub issuer_path: String,
    /// The well-known places that have a document.
    pub metadata_at: Vec<MetadataPlace>,
    /// What those places answer.
    pub metadata_answers: Answer,
    /// Single places that answer something else, whether or not they have a document.
    pub metadata_answers_at: Vec<(MetadataPlace, Answer)>,
    /// The status of the well-known places without a document; 404 by default.
    pub metadata_absent_status: u16,
    /// Which members the document has: ours, or exactly those of a vendor.
    pub metadata_members: MetadataMembers,
    /// A path that all endpoints are under, like `/oauth2`; empty by default.
    pub endpoints_under: String,
    /// The `issuer` in the document.
    pub issuer_in_metadata: IssuerInMetadata,
    /// `code_challenge_methods_supported`. S256 is demanded and checked whatever this says.
    pub pkce_advertised: PkceAdvertised,
    /// `authorization_endpoint` in the document, whatever string this is.
    pub authorization_endpoint: Option<String>,
    /// `token_endpoint` in the document.
    pub token_endpoint: Option<String>,
    /// `registration_endpoint` in the document.
    pub registration_endpoint: Option<String>,
    /// `revocation_endpoint` in the document.
    pub revocation_endpoint: Option<String>,
    /// `scopes_supported` in the document; all offered scopes by default.
    pub scopes_supported: Option<Vec<String>>,
    /// `client_id_metadata_document_supported`; documents come from [`crate::Testbed::publish_client_document`].
    pub client_id_metadata_documents: bool,

    // Registration (RFC 7591, RFC 7592).
    /// Whether there is a registration endpoint at all.
    pub registration: bool,
    /// What the registration endpoint answers.
    pub registration_answers: Answer,
    /// 400 `invalid_redirect_uri` for any private-use scheme.
    pub registration_refuses_private_use: bool,
    /// 400 `invalid_redirect_uri` for a list that mixes schemes.
    pub registration_refuses_mixed_redirects: bool,
    /// 400 `invalid_client_metadata` for a scope with `offline_access`.
    pub registration_refuses_offline_access: bool,
    /// 400 `invalid_client_metadata` for members that RFC 7591 does not know, and for `software_id` and its like.
    pub registration_refuses_unknown_members: bool,
    /// 400 `invalid_client_metadata` without a scope.
    pub registration_needs_scope: bool,
    /// 403 with a text body, as servers with a list of allowed clients answer.
    pub registration_forbidden: bool,
    /// What is answered to registrations of some redirects.
    pub registration_refusals: Vec<RegistrationRefusal>,
    /// 400 `invalid_redirect_uri` for a redirect with another path than `/callback`.
    pub registration_plain_callback: bool,
    /// A secret for a client that asked for `none`.
    pub secret_unasked: SecretUnasked,
    /// The success status; 201 by default.
    pub registration_status: u16,
    /// The answer names this redirect URI in place of the asked ones.
    pub registration_swaps_redirect: Option<String>,
    /// Clients are forgotten as soon as they are registered.
    pub registration_forgets: bool,
    /// Client ids and secrets with characters that must be encoded, and `client_id_issued_at` as a string.
    pub registration_gives_odd_values: bool,
    /// Members that the client did not ask for come as `null` and as empty strings.
    pub registration_pads: bool,
    /// `scope` in the answer.
    pub registration_scope: RegistrationScope,
    /// `client_secret_expires_at` in the answer; 0 is never.
    pub secret_expires_at: u64,
    /// So many times more the token endpoint does not know a client that it should know.
    pub clients_unknown_times: u32,
    /// RFC 7592: whether a client may read and delete its registration.
    pub client_management: bool,
    /// `registration_client_uri` in the answer, in place of the real one.
    pub management_uri: Option<String>,
    /// The status of a DELETE of a registration, in place of 204 and the deletion.
    pub deletion_status: Option<u16>,

    // The authorization endpoint (RFC 6749 section 4.1, RFC 9207).
    /// Whether people log in at all; without, there is no authorization endpoint in the metadata.
    pub code_flow: bool,
    /// What the authorization endpoint does with a good request.
    pub authorize_answers: AuthorizeAnswers,
    /// `iss` in the authorization response.
    pub iss: IssInResponse,
    /// A 500 page for any private-use redirect, though it was registered.
    pub authorize_refuses_private_use: bool,
    /// Loopback redirects must come with the registered port.
    pub exact_loopback_port: bool,
    /// Of http redirects only those to `localhost` by name are taken.
    pub loopback_by_name_only: bool,
    /// What becomes of `resource` (RFC 8707).
    pub resource_parameter: ResourceParameter,
    /// The names that scopes have.
    pub vocabulary: Vocabulary,
    /// A client gets no scope that it was not registered with (RFC 7591 section 2).
    pub clients_keep_their_scope: bool,
    /// `invalid_scope` for these, though they are offered.
    pub refused_scopes: Vec<String>,
    /// A code whose request named no scope gives no tokens.
    pub omitted_scope_spoils_code: bool,
    /// `prompt=consent` ends in an error, as where only an administrator may consent.
    pub refuses_prompt_consent: bool,
    /// `offline_access` is not granted without `prompt=consent` (OpenID Connect Core section 11).
    pub offline_needs_consent: bool,
    /// A new login of the same person with the same client revokes the earlier grants.
    pub one_grant_a_person: bool,
    /// This person is logged in and agrees to everything: no page at all.
    pub auto_approve: Option<String>,
    /// How long a code lives; 0 is over at once.
    pub code_seconds: u64,

    // The token endpoint (RFC 6749 sections 4.1.3 and 6).
    /// What the token endpoint answers, to either grant type.
    pub token_answers: TokenAnswers,
    /// What it answers to `refresh_token`, if that should differ.
    pub refresh_answers: Option<TokenAnswers>,
    /// How many more times it misbehaves so; without end if absent.
    pub token_misbehaves_times: Option<u32>,
    /// How long it waits between doing and answering.
    pub token_delay_ms: u64,
    /// Form-encoded in place of JSON.
    pub token_form_encoded: bool,
    /// Form-encoded for those who did not ask for JSON by name.
    pub token_form_encoded_unless_asked: bool,
    /// Errors come with 200.
    pub token_errors_in_200: bool,
    /// The status of `invalid_client`; 401 by default.
    pub invalid_client_status: u16,
    /// How long an access token lives.
    pub access_token_seconds: u64,
    /// `expires_in` in the answer.
    pub expires_in: ExpiresIn,
    /// `token_type` in the answer; absent if empty.
    pub token_type: String,
    /// `scope` in the answer.
    pub scope_in_answer: ScopeInAnswer,
    /// Opaque or JWT access tokens.
    pub access_tokens: AccessTokens,
    /// The audience put into access tokens, in place of the resource that was asked for.
    pub audience: Option<String>,
    /// The client authentication methods that are advertised and taken.
    pub token_auth_methods: Vec<String>,
    /// The `Authorization` header never arrives, as behind a proxy that drops it.
    pub drops_authorization_header: bool,
    /// `client_id` must be in the body beside Basic authentication.
    pub wants_client_id_beside_basic: bool,
    /// 403 `unauthorized_client` for a client without a secret.
    pub public_clients_refused: bool,

    // Refresh tokens (RFC 9700 section 4.14).
    /// Whether there are refresh tokens at all.
    pub refresh_tokens: bool,
    /// Refresh tokens only with the scope `offline_access`.
    pub refresh_needs_offline_access: bool,
    /// Whether the resource says what people call it (RFC 9728 §2).
    pub resource_name: bool,
    /// What a refresh without `scope` gives.
    pub refresh_without_scope: RefreshWithoutScope,
    /// A new refresh token at each use, the old one is spent.
    pub rotating: bool,
    /// Whether a refresh answer holds a refresh token. Together with `rotating` this is the broken kind: the old one is
    /// spent and no new one comes.
    pub refresh_token_in_answer: bool,
    /// A spent refresh token revokes the whole family; otherwise it is only refused.
    pub reuse_detection: bool,
    /// For so long a spent refresh token gives its successor again.
    pub reuse_grace_ms: u64,

    // Further grant types.
    /// The device grant (RFC 8628).
    pub device: DeviceSwitches,
    /// Clients without a person (RFC 6749 section 4.4, RFC 7523).
    pub machine: MachineSwitches,
    /// Enterprise-managed authorization (SEP-990).
    pub enterprise: EnterpriseSwitches,
    /// Workload identity (RFC 7523).
    pub workload: WorkloadSwitches,
    /// Tokens that are bound to a key (RFC 9449).
    pub dpop: DpopSwitches,

    // Revocation (RFC 7009).
    /// What the revocation endpoint answers.
    pub revocation_answers: RevocationAnswers,
    /// The revocation endpoint takes Basic authentication and no other.
    pub revocation_wants_basic: bool,
    /// A revocation ends the token that was presented, and no other one.
    pub revokes_alone: bool,
    /// All logins of one person by one client hang on one grant, which ends with any of its tokens.
    pub one_grant_for_each_client: bool,

    // Protected resource metadata (RFC 9728) and the challenge (RFC 6750 section 3).
    /// Where the document is.
    pub resource_metadata_at: ResourceMetadataPlace,
    /// What that place answers.
    pub resource_metadata_answers: Answer,
    /// `resource` in the document.
    pub resource_in_metadata: ResourceInMetadata,
    /// `authorization_servers` in the document.
    pub authorization_servers: AuthorizationServers,
    /// `scopes_supported` in the document; absent if nothing.
    pub resource_scopes: Option<Vec<String>>,
    /// The shape of the 401's challenge.
    pub challenge: ChallengeShape,
    /// `scope` in the 401's challenge; absent if nothing.
    pub challenge_scope: Option<String>,
    /// Without this in the query, like `oauth=initialize`, only `tools/call` is challenged.
    pub early_challenge_query: Option<String>,

    // The MCP server.
    /// Its path.
    pub resource_path: String,
    /// What the MCP endpoint answers.
    pub mcp_answers: McpAnswers,
    /// The protocol eras that it speaks.
    pub eras: Eras,
    /// A request of a revision that it does not speak is refused with 400, whatever its token is.
    pub form_before_token: bool,
    /// Server-sent events in place of JSON.
    pub event_stream: bool,
    /// `Mcp-Session-Id` for the older eras.
    pub sessions: bool,
    /// 401 for every token, the good ones too.
    pub rejects_every_token: bool,
    /// What a 403 says about the scope that is missing.
    pub step_up: StepUp,
    /// Whether a token for another resource is refused, as it must be.
    pub checks_audience: bool,

    // A proxy in front of the authorization server, on the MCP server's origin.
    /// The MCP server's origin has authorization server metadata of its own, and passes on what comes to its endpoints.
    pub proxy: bool,
    /// The proxy answers 503 until somebody has fetched its metadata.
    pub proxy_sleeps: bool,

    // Both servers.
    /// 200 and a web page for every path that nobody knows.
    pub unknown_paths_html: bool,
    /// Whether any `Host` is taken; otherwise only this machine's loopback names are.
    pub any_host: bool,
}
