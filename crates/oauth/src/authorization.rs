//! The authorization request and its response (OAuth 2.1 §4.1, RFC 9207).

mod callback;

use crate::address_guard::Reach;
use crate::jwt::SigningKey;
use crate::metadata::AuthorizationServer;
use crate::pkce;
use crate::redirect::Redirect;
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::Issuer;
pub use callback::{Callback, ResponseError};
use serde::{Deserialize, Serialize};
use url::Url;

/// An authorization request that was sent, with what its response is checked against and its code is exchanged with. It
/// outlives the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingAuthorization {
    /// RFC 6749 `state`: the response is found by it.
    pub state: Secret,
    /// RFC 7636 `code_verifier`.
    pub verifier: Secret,
    /// RFC 8707 `resource`, in all requests of this login the same bytes; None only by concession.
    pub resource_parameter: Option<String>,
    /// Recorded before the browser opens, so that a later change of metadata changes nothing.
    pub issuer: Issuer,
    /// The string that `iss` has to be: the issuer's own, also where a concession keeps it under another name.
    pub expected_iss: Issuer,
    /// The issuer's metadata promises `iss` (RFC 9207).
    pub iss_required: bool,
    /// Where the code is exchanged.
    pub token_endpoint: String,
    /// The request itself, for the browser.
    pub authorization_url: String,
    /// Where the response arrives.
    pub redirect: Redirect,
    /// The scopes that are asked for.
    pub scopes: Scopes,
    /// The key that the tokens are to be bound to (RFC 9449).
    pub dpop_key: Option<Secret>,
    /// No response is taken from then on.
    pub expires_at: Timestamp,
}

/// Everything that decides an authorization request.
pub struct AuthorizationRequest<'a> {
    /// For `state` and for the verifier.
    pub random: ([u8; 32], [u8; 32]),
    /// Who is asked.
    pub server: &'a AuthorizationServer,
    /// RFC 6749 §2.2.
    pub client_id: &'a str,
    /// RFC 8707 `resource`; None only by concession.
    pub resource_parameter: Option<String>,
    /// Where the response is to come.
    pub redirect: Redirect,
    /// RFC 6749 §3.3.
    pub scopes: Scopes,
    /// What OpenID Connect adds.
    pub wishes: OpenIdParameters,
    /// The key that the tokens are to be bound to (RFC 9449).
    pub dpop_key: Option<&'a SigningKey>,
    /// Where the server may send the browser.
    pub reach: Reach,
    /// When the browser is sent away.
    pub now: Timestamp,
}

/// Parameters of OpenID Connect for an authorization request (Core §3.1.2.1), as the person chose them for one login.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenIdParameters {
    /// OpenID Connect `prompt=select_account`.
    pub select_account: bool,
    /// OpenID Connect `login_hint`: the account's name, as the issuer knows it.
    pub login_hint: Option<String>,
    /// OpenID Connect `prompt=consent`: without it, `offline_access` gives no refresh token at many issuers (§11).
    #[serde(default)]
    pub consent: bool,
}

/// How long a login may take from the browser's start to the callback (B-13).
pub const LIFETIME_SECONDS: i64 = 600;

const CONSENT: &str = "consent";

impl PendingAuthorization {
    /// The URL for the browser (A-01 … A-09). `prompt=consent` is in it only where it was wished for, or where the vendor is
    /// known to give no refresh token without: it breaks tenants (Q41, Q42).
    pub fn begin(request: AuthorizationRequest<'_>) -> Result<Self, crate::uri::UrlError> {
        let (state, verifier) = (
            pkce::verifier(request.random.0),
            pkce::verifier(request.random.1),
        );
        let endpoint = request.server.authorization_endpoint.as_deref();
        let mut url = request.reach.checked(endpoint.unwrap_or_default())?;
        put_over(&mut url, &parameters(&request, &state, &verifier));
        Ok(Self {
            resource_parameter: request.resource_parameter,
            issuer: request.server.issuer.clone(),
            expected_iss: request.server.expected_iss().clone(),
            iss_required: request.server.sends_iss,
            token_endpoint: request.server.token_endpoint.clone(),
            authorization_url: url.into(),
            redirect: request.redirect,
            scopes: request.scopes,
            dpop_key: request.dpop_key.and_then(SigningKey::to_secret),
            expires_at: request.now.plus(LIFETIME_SECONDS),
            state,
            verifier,
        })
    }

    /// Whether consent is asked for by name.
    pub fn asks_for_consent(&self) -> bool {
        let url = Url::parse(&self.authorization_url);
        url.is_ok_and(|url| {
            url.query_pairs().any(|(name, value)| {
                name == "prompt" && value.split(' ').any(|prompt| prompt == CONSENT)
            })
        })
    }
}

/// Our parameters, in the order in which a person would explain them.
fn parameters(
    request: &AuthorizationRequest<'_>,
    state: &Secret,
    verifier: &Secret,
) -> Vec<(&'static str, String)> {
    let mut ours = vec![
        ("response_type", "code".to_owned()),
        ("client_id", request.client_id.to_owned()),
        ("redirect_uri", request.redirect.uri()),
        ("code_challenge", pkce::challenge(verifier)),
        ("code_challenge_method", "S256".to_owned()),
        ("state", state.expose().to_owned()),
    ];
    if !request.scopes.is_empty() {
        ours.push(("scope", request.scopes.to_string()));
    }
    if let Some(resource) = &request.resource_parameter {
        ours.push(("resource", resource.clone()));
    }
    // The code is bound to the key as well, so that a stolen one is of no use (RFC 9449 §10).
    if let Some(key) = request.dpop_key {
        ours.push(("dpop_jkt", key.thumbprint()));
    }
    if let Some(hint) = &request.wishes.login_hint {
        ours.push(("login_hint", hint.clone()));
    }
    let vendor = request.server.vendor();
    let account = request.wishes.select_account.then_some("select_account");
    let consent = request
        .wishes
        .consent
        .then_some(CONSENT)
        .or(vendor.and_then(|vendor| vendor.prompt));
    let prompts: Vec<_> = account.into_iter().chain(consent).collect();
    if !prompts.is_empty() {
        ours.push(("prompt", prompts.join(" ")));
    }
    ours.extend(
        vendor
            .into_iter()
            .flat_map(|vendor| vendor.extra)
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    ours
}

/// Puts our parameters on an endpoint that may have a query: ours are the only ones of their name (Q18).
fn put_over(url: &mut Url, ours: &[(&'static str, String)]) {
    // `request` and `request_uri` would bring a whole request of somebody else's (RFC 9101), and `response_mode` would
    // have the answer come in a form that nobody here reads.
    const RESERVED: [&str; 14] = [
        "request",
        "request_uri",
        "response_mode",
        "response_type",
        "client_id",
        "redirect_uri",
        "code_challenge",
        "code_challenge_method",
        "state",
        "scope",
        "resource",
        "prompt",
        "login_hint",
        "dpop_jkt",
    ];
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !RESERVED.contains(&name.as_ref()))
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .extend_pairs(ours);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Basis;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn server(endpoint: &str, sends_iss: bool) -> AuthorizationServer {
        AuthorizationServer {
            issuer: Issuer::stored("https://as.example".into()),
            speaks_as: None,
            authorization_endpoint: Some(endpoint.into()),
            token_endpoint: "https://as.example/token".into(),
            registration_endpoint: None,
            revocation_endpoint: None,
            userinfo_endpoint: None,
            device_authorization_endpoint: None,
            token_endpoint_auth_methods: None,
            revocation_endpoint_auth_methods: None,
            scopes_supported: Scopes::default(),
            grant_types: None,
            dpop_algorithms: Vec::new(),
            grant_profiles: Vec::new(),
            unusable: Vec::new(),
            id_token_algorithms: Vec::new(),
            sends_iss,
            accepts_metadata_documents: false,
            basis: Basis::Published,
        }
    }

    fn pending(endpoint: &str, sends_iss: bool) -> PendingAuthorization {
        PendingAuthorization::begin(AuthorizationRequest {
            random: ([1; 32], [2; 32]),
            server: &server(endpoint, sends_iss),
            client_id: "client!+ID",
            resource_parameter: Some("https://h.example/mcp".into()),
            redirect: Redirect::DEEP_LINK,
            scopes: Scopes::parse("b a"),
            wishes: OpenIdParameters::default(),
            dpop_key: None,
            reach: Reach::default(),
            now: NOW,
        })
        .expect("a good endpoint")
    }

    fn answer(sends_iss: bool, query: &str) -> Result<Secret, ResponseError> {
        let pending = pending("https://as.example/authorize", sends_iss);
        Callback::from_query(&query.replace("STATE", pending.state.expose()))
            .and_then(|callback| pending.respond(callback, NOW))
    }

    /// Rules, Q18
    #[test]
    fn the_request_has_each_parameter_once() {
        let theirs = "client_id=evil&state=x&resource=y&redirect_uri=https://evil&request=jwt&request_uri=https://evil&response_mode=fragment";
        let url = pending(&format!("https://as.example/a?tenant=1&{theirs}"), false);
        let pairs: Vec<_> = Url::parse(&url.authorization_url)
            .expect("a URL")
            .query_pairs()
            .into_owned()
            .collect();
        let one = |name: &str| {
            let values: Vec<_> = pairs
                .iter()
                .filter(|(n, _)| n == name)
                .map(|(_, v)| v.clone())
                .collect();
            assert_eq!(values.len(), 1, "{name}: {values:?}");
            values[0].clone()
        };
        assert_eq!(one("tenant"), "1", "unrelated parameters stay");
        assert!(
            !pairs
                .iter()
                .any(|(name, _)| ["request", "request_uri", "response_mode"]
                    .contains(&name.as_str())),
            "{pairs:?}"
        );
        assert_eq!(one("client_id"), "client!+ID");
        assert_eq!(one("redirect_uri"), "app.gatelodge.desktop:/oauth/callback");
        assert_eq!(one("resource"), "https://h.example/mcp");
        assert_eq!(one("scope"), "a b");
        assert_eq!(one("code_challenge_method"), "S256");
        assert_eq!(one("code_challenge"), pkce::challenge(&url.verifier));
        assert!(one("state").len() >= 43, "A-14: at least 128 bits");
    }

    /// Rules: C-02, C-03, C-04, C-05, C-06, C-07, C-08, Q19
    #[test]
    fn c02_the_iss_table() {
        let issuer = "https%3A%2F%2Fas.example";
        assert!(
            answer(true, &format!("code=c&state=STATE&iss={issuer}")).is_ok(),
            "C-03, C-07"
        );
        assert!(
            matches!(
                answer(true, "code=c&state=STATE"),
                Err(ResponseError::IssMissing { .. })
            ),
            "C-04"
        );
        assert!(
            answer(false, &format!("code=c&state=STATE&iss={issuer}")).is_ok(),
            "C-05"
        );
        assert!(answer(false, "code=c&state=STATE").is_ok(), "C-06");
        for wrong in [
            "https://evil.example",
            "https://as.example/",
            "https://AS.example",
            "https://as.example:443",
            "",
        ] {
            for advertised in [true, false] {
                let result = answer(advertised, &format!("code=c&state=STATE&iss={wrong}"));
                assert!(
                    matches!(result, Err(ResponseError::IssMismatch { .. })),
                    "C-08 {wrong} {advertised}"
                );
            }
        }
    }

    #[test]
    fn c09_an_error_with_a_wrong_iss_shows_none_of_its_text() {
        let error = answer(
            false,
            "error=access_denied&error_description=CANARY&state=STATE&iss=https://evil",
        )
        .expect_err("refused");
        assert!(!error.to_string().contains("CANARY"), "{error}");
        let shown = answer(
            false,
            "error=access_denied&error_description=CANARY&state=STATE",
        )
        .expect_err("refused")
        .to_string();
        assert!(shown.contains("denied") && shown.contains("CANARY"));
    }

    #[test]
    fn c01_a_callback_without_our_state_is_none() {
        assert_eq!(answer(false, "code=c"), Err(ResponseError::NotACallback));
        assert_eq!(
            answer(false, "code=c&state="),
            Err(ResponseError::NotACallback)
        );
        assert_eq!(
            answer(false, "code=c&state=other"),
            Err(ResponseError::NotACallback)
        );
        assert_eq!(
            answer(false, "code=c&code=d&state=STATE"),
            Err(ResponseError::Duplicate("code"))
        );
        assert_eq!(answer(false, "state=STATE"), Err(ResponseError::Empty));
        assert_eq!(
            answer(false, "code=a%0d%0ab&state=STATE"),
            Err(ResponseError::Empty)
        );
    }

    #[test]
    fn b13_ten_minutes_and_not_longer() {
        let pending = pending("https://as.example/a", false);
        let callback = Callback::from_query(&format!("code=c&state={}", pending.state.expose()))
            .expect("well formed");
        assert!(
            pending
                .respond(callback.clone(), NOW.plus(LIFETIME_SECONDS - 1))
                .is_ok()
        );
        assert_eq!(
            pending.respond(callback, NOW.plus(LIFETIME_SECONDS)),
            Err(ResponseError::Expired)
        );
    }

    #[test]
    fn only_our_redirects_are_callbacks() {
        assert!(Callback::parse("app.gatelodge.desktop:/oauth/callback?code=c&state=s").is_ok());
        assert!(Callback::parse("http://127.0.0.1:4283/callback?code=c&state=s").is_ok());
        for other in [
            "https://evil.example/callback?code=c&state=s",
            "app.gatelodge.desktop:/other?code=c&state=s",
            "--flag",
            "",
            "app.gatelodge.desktop://oauth/callback?code=c&state=s",
            "app.gatelodge.desktop:/oauth/callback/../x?code=c&state=s",
            "http://127.0.0.1:4283/callback?code=c&state=s\n--x",
        ] {
            assert!(Callback::parse(other).is_err(), "{other:?}");
        }
    }
}
