//! The switches as sentences, for tests: `Switches::default().rotating(false).without_pkce_advertised()`.

use super::{
    AccessTokens, Answer, AuthorizationServers, AuthorizeAnswers, ChallengeShape, Eras, ExpiresIn,
    IssInResponse, IssuerInMetadata, McpAnswers, MetadataPlace, PkceAdvertised, ResourceInMetadata,
    ResourceMetadataPlace, ResourceParameter, RevocationAnswers, ScopeInAnswer, SecretUnasked,
    StepUp, Switches, TokenAnswers,
};

/// One method a switch; each returns the switches, so that they chain.
macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $kind:ty),*) $field:ident = $value:expr;)*) => {
        $($(#[$doc])* #[must_use] pub fn $name(mut self, $($arg: $kind),*) -> Self {
            self.$field = $value;
            self
        })*
    };
}

impl Switches {
    sentences! {
        /// Everybody is this person, logged in, who agrees to everything: the authorization endpoint answers at once.
        approving_as(user: &str) auto_approve = Some(user.to_owned());

        /// The issuer has this path, like `/tenant`.
        issuer_path(path: &str) issuer_path = path.to_owned();
        /// Metadata at the RFC 8414 place only.
        oauth_metadata_only() metadata_at = vec![MetadataPlace::OAuthInserted];
        /// Metadata at the OpenID Connect places only.
        openid_metadata_only() metadata_at = vec![MetadataPlace::OpenIdInserted, MetadataPlace::OpenIdAppended];
        /// Metadata at the appended OpenID Connect place only; give the issuer a path to see a difference.
        appended_metadata_only() metadata_at = vec![MetadataPlace::OpenIdAppended];
        /// Metadata at these places.
        metadata_at(places: &[MetadataPlace]) metadata_at = places.to_vec();
        /// No metadata of the authorization server.
        without_metadata() metadata_at = Vec::new();
        /// What the metadata places answer.
        answering_metadata(answer: Answer) metadata_answers = answer;
        /// The metadata speaks for another issuer.
        speaking_for(issuer: &str) issuer_in_metadata = IssuerInMetadata::Other(issuer.to_owned());
        /// The `issuer` in the metadata has a slash more.
        issuer_with_trailing_slash() issuer_in_metadata = IssuerInMetadata::TrailingSlash;
        /// The metadata has no `issuer`.
        without_issuer() issuer_in_metadata = IssuerInMetadata::Missing;
        /// The metadata does not speak of PKCE.
        without_pkce_advertised() pkce_advertised = PkceAdvertised::Nothing;
        /// The metadata knows `plain` only.
        advertising_plain_pkce_only() pkce_advertised = PkceAdvertised::PlainOnly;
        /// The `authorization_endpoint` in the metadata is this string.
        authorization_endpoint(url: &str) authorization_endpoint = Some(url.to_owned());
        /// The `token_endpoint` in the metadata is this string.
        token_endpoint(url: &str) token_endpoint = Some(url.to_owned());
        /// The authorization server says that it takes client id metadata documents.
        with_client_documents() client_id_metadata_documents = true;

        /// No registration endpoint.
        without_registration() registration = false;
        /// What the registration endpoint answers.
        answering_registration(answer: Answer) registration_answers = answer;
        /// 400 `invalid_redirect_uri` for private-use schemes.
        refusing_private_use_at_registration() registration_refuses_private_use = true;
        /// 400 `invalid_redirect_uri` for a list that mixes schemes.
        refusing_mixed_redirects() registration_refuses_mixed_redirects = true;
        /// 403 to every registration.
        forbidding_registration() registration_forbidden = true;
        /// A secret though none was asked.
        secret_unasked(how: SecretUnasked) secret_unasked = how;
        /// A success status other than 201.
        registration_status(status: u16) registration_status = status;
        /// Clients are forgotten as soon as they are registered.
        forgetting_registrations() registration_forgets = true;
        /// Client ids and secrets that must be encoded.
        giving_odd_client_ids() registration_gives_odd_values = true;
        /// No RFC 7592.
        without_client_management() client_management = false;

        /// What the authorization endpoint does.
        answering_authorize(answer: AuthorizeAnswers) authorize_answers = answer;
        /// `access_denied` at once.
        denying() authorize_answers = AuthorizeAnswers::Error("access_denied".into());
        /// `iss` in the authorization response.
        iss(iss: IssInResponse) iss = iss;
        /// A 500 page for private-use redirects, at the authorization endpoint.
        refusing_private_use_at_authorize() authorize_refuses_private_use = true;
        /// Loopback redirects must have the registered port.
        exact_loopback_port() exact_loopback_port = true;
        /// What becomes of `resource`.
        resource_parameter(what: ResourceParameter) resource_parameter = what;
        /// How long a code lives.
        code_seconds(seconds: u64) code_seconds = seconds;

        /// What the token endpoint answers.
        answering_token(answer: TokenAnswers) token_answers = answer;
        /// What the token endpoint answers to a refresh.
        answering_refresh(answer: TokenAnswers) refresh_answers = Some(answer);
        /// It misbehaves so many times, then no more.
        times(times: u32) token_misbehaves_times = Some(times);
        /// The token endpoint waits so long between doing and answering.
        token_delay_ms(delay: u64) token_delay_ms = delay;
        /// Token answers are form-encoded.
        form_encoded_tokens() token_form_encoded = true;
        /// How long an access token lives.
        access_token_seconds(seconds: u64) access_token_seconds = seconds;
        /// `expires_in` in the token answer.
        expires_in(expires_in: ExpiresIn) expires_in = expires_in;
        /// `token_type` in the token answer.
        token_type(token_type: &str) token_type = token_type.to_owned();
        /// `scope` in the token answer.
        scope_in_answer(scope: ScopeInAnswer) scope_in_answer = scope;
        /// Access tokens are JWTs.
        jwt_access_tokens() access_tokens = AccessTokens::Jwt;
        /// Access tokens are for this audience, whatever was asked.
        audience(audience: &str) audience = Some(audience.to_owned());
        /// The `Authorization` header never reaches the token endpoint.
        dropping_authorization_header() drops_authorization_header = true;
        /// `client_id` must be in the body beside Basic authentication.
        wanting_client_id_beside_basic() wants_client_id_beside_basic = true;
        /// 403 `unauthorized_client` for clients without a secret.
        refusing_public_clients() public_clients_refused = true;

        /// No refresh tokens.
        without_refresh_tokens() refresh_tokens = false;
        /// Whether refresh tokens rotate.
        rotating(rotating: bool) rotating = rotating;
        /// No refresh token in a refresh answer.
        omitting_refresh_token() refresh_token_in_answer = false;
        /// Whether a spent refresh token revokes its family.
        reuse_detection(detecting: bool) reuse_detection = detecting;
        /// For so long a spent refresh token gives its successor again.
        reuse_grace_ms(grace: u64) reuse_grace_ms = grace;

        /// What the revocation endpoint answers.
        answering_revocation(answer: RevocationAnswers) revocation_answers = answer;

        /// Where the protected resource metadata is.
        resource_metadata_at(place: ResourceMetadataPlace) resource_metadata_at = place;
        /// What that place answers.
        answering_resource_metadata(answer: Answer) resource_metadata_answers = answer;
        /// `resource` in the protected resource metadata.
        resource_in_metadata(resource: ResourceInMetadata) resource_in_metadata = resource;
        /// `authorization_servers` in the protected resource metadata.
        authorization_servers(servers: AuthorizationServers) authorization_servers = servers;
        /// The shape of the 401's challenge.
        challenge(shape: ChallengeShape) challenge = shape;
        /// `scope` in the 401's challenge.
        challenge_scope(scope: Option<&str>) challenge_scope = scope.map(str::to_owned);

        /// What the MCP endpoint answers.
        answering_mcp(answer: McpAnswers) mcp_answers = answer;
        /// The MCP server asks for no token.
        unprotected() mcp_answers = McpAnswers::Unprotected;
        /// The protocol eras of the MCP server.
        eras(eras: Eras) eras = eras;
        /// The MCP server answers with server-sent events.
        streaming() event_stream = true;
        /// The MCP server has sessions, in the older eras.
        with_sessions() sessions = true;
        /// The MCP server refuses every token.
        rejecting_every_token() rejects_every_token = true;
        /// The MCP server takes tokens for other resources.
        taking_any_audience() checks_audience = false;
        /// What a 403 says about the missing scope.
        step_up(step_up: StepUp) step_up = step_up;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_set_their_switch() {
        let switches = Switches::default()
            .rotating(false)
            .without_pkce_advertised()
            .times(2);
        assert!(!switches.rotating);
        assert_eq!(switches.pkce_advertised, PkceAdvertised::Nothing);
        assert_eq!(switches.token_misbehaves_times, Some(2));
    }
}
