//! Whole set-ups as they are found in the field, each a testbed with its switches set and its servers on origins of their own.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! let web = testbed::Topology::first_example().approving_as("ada").start().await?;
//! println!("{} says that {} is its authorization server", web.resource(), web.issuer());
//! # Ok(())
//! # }
//! ```

pub(crate) mod gateway;
pub(crate) mod proxy;
pub(crate) mod vendors;

use std::io;

use crate::switches::{
    AuthorizationServers, ExpiresIn, IssInResponse, McpAnswers, MetadataMembers, MetadataPlace,
    RefreshWithoutScope, ResourceInMetadata, ResourceMetadataPlace, ResourceParameter,
    RevocationAnswers, ScopeInAnswer, Switches, Vocabulary,
};
use crate::testbed::{Options, Testbed};

/// A set-up that has not started yet.
#[derive(Debug, Clone)]
pub struct Topology {
    options: Options,
    switches: Switches,
}

impl Topology {
    /// The field's first example (docs/protocol.md#cognito; lab-19, lab-20). Four origins: a resource with a proxy,
    /// the user pool's issuer, its login pages, and a gateway for registrations. The resource is a plain REST path.
    pub fn first_example() -> Self {
        let switches = Switches {
            metadata_members: MetadataMembers::Cognito,
            client_id_metadata_documents: true,
            resource_metadata_at: ResourceMetadataPlace::RootOnly,
            resource_in_metadata: ResourceInMetadata::Parent,
            authorization_servers: AuthorizationServers::MetadataUrl,
            resource_path: "/v1/contexts".into(),
            mcp_answers: McpAnswers::PlainRest,
            proxy: true,
            proxy_sleeps: true,
            ..user_pool()
        };
        Self {
            options: Testbed::options().login_host().gateway().resource_by_name(),
            switches,
        }
    }

    /// The same with an MCP server at `/mcp` in place of the REST path.
    pub fn first_example_with_mcp() -> Self {
        let first = Self::first_example();
        first.with(|switches| Switches {
            resource_path: "/mcp".into(),
            mcp_answers: McpAnswers::Proper,
            ..switches
        })
    }

    /// An MCP server that names a Cognito user pool as its authorization server: nothing but what the vendor gives.
    pub fn plain_cognito() -> Self {
        Self {
            options: Testbed::options().login_host(),
            switches: user_pool(),
        }
    }

    /// An MCP server with an Entra tenant.
    pub fn entra() -> Self {
        let switches = Switches {
            issuer_path: "/5f0c9a52-tenant/v2.0".into(),
            metadata_at: vec![MetadataPlace::OpenIdAppended],
            metadata_members: MetadataMembers::Entra,
            endpoints_under: "/oauth2/v2.0".into(),
            registration: false,
            vocabulary: Vocabulary::Entra,
            resource_parameter: ResourceParameter::MustMatchScopes,
            refuses_prompt_consent: true,
            refresh_needs_offline_access: true,
            refresh_without_scope: RefreshWithoutScope::Narrower,
            iss: IssInResponse::NotAdvertised,
            revocation_answers: RevocationAnswers::Missing,
            resource_scopes: Some(words(&["api://notes/read", "api://notes/write"])),
            challenge_scope: Some("api://notes/read".into()),
            ..Switches::default()
        };
        Self {
            options: Testbed::options(),
            switches,
        }
    }

    /// An MCP server with GitHub's OAuth apps.
    pub fn github() -> Self {
        let switches = Switches {
            issuer_path: "/login/oauth".into(),
            metadata_at: vec![MetadataPlace::OAuthInserted],
            metadata_members: MetadataMembers::GitHub,
            endpoints_under: "/login/oauth".into(),
            registration: false,
            public_clients_refused: true,
            vocabulary: Vocabulary::GitHub,
            resource_parameter: ResourceParameter::Ignored,
            token_form_encoded_unless_asked: true,
            token_errors_in_200: true,
            token_type: "bearer".into(),
            expires_in: ExpiresIn::Missing,
            access_token_seconds: 60 * 60 * 24 * 365,
            refresh_tokens: false,
            iss: IssInResponse::NotAdvertised,
            revocation_answers: RevocationAnswers::Missing,
            resource_scopes: Some(words(&["read:user", "repo"])),
            challenge_scope: Some("read:user".into()),
            ..Switches::default()
        };
        Self {
            options: Testbed::options(),
            switches,
        }
    }

    /// Everybody is this person, logged in, who agrees to everything.
    #[must_use]
    pub fn approving_as(self, user: &str) -> Self {
        self.with(|switches| switches.approving_as(user))
    }

    /// Some switches stand otherwise.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(Switches) -> Switches) -> Self {
        self.switches = change(self.switches);
        self
    }

    /// Starts on free ports.
    pub async fn start(self) -> io::Result<Testbed> {
        self.options.switches(self.switches).start().await
    }
}

/// A Cognito user pool with an MCP server's scopes in it.
fn user_pool() -> Switches {
    Switches {
        issuer_path: "/us-east-1_Example".into(),
        metadata_at: vec![MetadataPlace::OpenIdAppended],
        metadata_absent_status: 400,
        metadata_members: MetadataMembers::Cognito,
        endpoints_under: "/oauth2".into(),
        registration: false,
        vocabulary: Vocabulary::Cognito,
        exact_loopback_port: true,
        loopback_by_name_only: true,
        omitted_scope_spoils_code: true,
        resource_parameter: ResourceParameter::Ignored,
        iss: IssInResponse::NotAdvertised,
        scope_in_answer: ScopeInAnswer::Missing,
        invalid_client_status: 400,
        rotating: false,
        refresh_token_in_answer: false,
        revocation_answers: RevocationAnswers::RefusesAccessTokens,
        resource_scopes: Some(words(&[
            "openid",
            "profile",
            "email",
            "mcp-api/read",
            "mcp-api/write",
        ])),
        challenge_scope: Some("openid profile email mcp-api/read".into()),
        ..Switches::default()
    }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}
