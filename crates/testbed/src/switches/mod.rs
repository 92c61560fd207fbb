//! Every way in which the testbed can misbehave, one switch each; the defaults follow the specification to the letter.

mod fluent;
mod values;

use serde::{Deserialize, Serialize};

pub use values::*;

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
    /// 403 with a text body, as servers with a list of allowed clients answer.
    pub registration_forbidden: bool,
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
    /// RFC 7592: whether a client may read and delete its registration.
    pub client_management: bool,
    /// The status of a DELETE of a registration, in place of 204 and the deletion.
    pub deletion_status: Option<u16>,

    // The authorization endpoint (RFC 6749 section 4.1, RFC 9207).
    /// What the authorization endpoint does with a good request.
    pub authorize_answers: AuthorizeAnswers,
    /// `iss` in the authorization response.
    pub iss: IssInResponse,
    /// A 500 page for any private-use redirect, though it was registered.
    pub authorize_refuses_private_use: bool,
    /// Loopback redirects must come with the registered port.
    pub exact_loopback_port: bool,
    /// What becomes of `resource` (RFC 8707).
    pub resource_parameter: ResourceParameter,
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
    /// A new refresh token at each use, the old one is spent.
    pub rotating: bool,
    /// Whether a refresh answer holds a refresh token. Together with `rotating` this is the broken kind: the old one is
    /// spent and no new one comes.
    pub refresh_token_in_answer: bool,
    /// A spent refresh token revokes the whole family; otherwise it is only refused.
    pub reuse_detection: bool,
    /// For so long a spent refresh token gives its successor again.
    pub reuse_grace_ms: u64,

    // Revocation (RFC 7009).
    /// What the revocation endpoint answers.
    pub revocation_answers: RevocationAnswers,

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

    // The MCP server.
    /// What the MCP endpoint answers.
    pub mcp_answers: McpAnswers,
    /// The protocol eras that it speaks.
    pub eras: Eras,
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

    // Both servers.
    /// Whether any `Host` is taken; otherwise only this machine's loopback names are.
    pub any_host: bool,
}

impl Default for Switches {
    fn default() -> Self {
        let strings = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        Self {
            issuer_path: String::new(),
            metadata_at: vec![MetadataPlace::OAuthInserted, MetadataPlace::OpenIdInserted, MetadataPlace::OpenIdAppended],
            metadata_answers: Answer::Proper,
            issuer_in_metadata: IssuerInMetadata::Right,
            pkce_advertised: PkceAdvertised::S256,
            authorization_endpoint: None,
            token_endpoint: None,
            registration_endpoint: None,
            revocation_endpoint: None,
            scopes_supported: None,
            client_id_metadata_documents: false,
            registration: true,
            registration_answers: Answer::Proper,
            registration_refuses_private_use: false,
            registration_refuses_mixed_redirects: false,
            registration_refuses_offline_access: false,
            registration_forbidden: false,
            secret_unasked: SecretUnasked::No,
            registration_status: 201,
            registration_swaps_redirect: None,
            registration_forgets: false,
            registration_gives_odd_values: false,
            client_management: true,
            deletion_status: None,
            authorize_answers: AuthorizeAnswers::Proper,
            iss: IssInResponse::Right,
            authorize_refuses_private_use: false,
            exact_loopback_port: false,
            resource_parameter: ResourceParameter::Checked,
            auto_approve: None,
            code_seconds: 60,
            token_answers: TokenAnswers::Proper,
            refresh_answers: None,
            token_misbehaves_times: None,
            token_delay_ms: 0,
            token_form_encoded: false,
            access_token_seconds: 300,
            expires_in: ExpiresIn::Number,
            token_type: "Bearer".into(),
            scope_in_answer: ScopeInAnswer::Granted,
            access_tokens: AccessTokens::Opaque,
            audience: None,
            token_auth_methods: strings(&["none", "client_secret_basic", "client_secret_post"]),
            drops_authorization_header: false,
            wants_client_id_beside_basic: false,
            public_clients_refused: false,
            refresh_tokens: true,
            refresh_needs_offline_access: false,
            rotating: true,
            refresh_token_in_answer: true,
            reuse_detection: true,
            reuse_grace_ms: 0,
            revocation_answers: RevocationAnswers::Proper,
            resource_metadata_at: ResourceMetadataPlace::Inserted,
            resource_metadata_answers: Answer::Proper,
            resource_in_metadata: ResourceInMetadata::Right,
            authorization_servers: AuthorizationServers::Ours,
            resource_scopes: Some(strings(&["notes:read", "notes:write", "profile"])),
            challenge: ChallengeShape::Full,
            challenge_scope: Some("notes:read".into()),
            mcp_answers: McpAnswers::Proper,
            eras: Eras::Both,
            event_stream: false,
            sessions: false,
            rejects_every_token: false,
            step_up: StepUp::NamesTheScope,
            checks_audience: true,
            any_host: false,
        }
    }
}
