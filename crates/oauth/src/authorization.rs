//! The authorization request and its response (OAuth 2.1 §4.1, RFC 9207; PROTOCOL.md 2.9 and 2.10).

use crate::metadata::AuthorizationServer;
use crate::pkce;
use crate::redirect::Redirect;
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::{Issuer, ResourceUri, excerpt, secure_url};
use serde::{Deserialize, Serialize};
use url::Url;

/// How long a login may take from the browser's start to the callback (B-13).
pub const LIFETIME_SECONDS: i64 = 600;

/// One login under way. It outlives the process: a row of the vault, its secrets sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingAuthorization {
    pub id: String,
    pub state: Secret,
    pub verifier: Secret,
    pub resource: ResourceUri,
    /// RFC 8707 `resource`, in all requests of this login the same bytes; None only by concession.
    pub resource_parameter: Option<String>,
    /// Recorded before the browser opens, so that a later change of metadata changes nothing (A-15).
    pub issuer: Issuer,
    pub iss_required: bool,
    pub token_endpoint: String,
    pub authorization_url: String,
    pub registration_id: String,
    pub redirect: Redirect,
    pub scopes: Scopes,
    pub started_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What the browser brought, read from its URL. The `code` is a secret from here on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    pub state: Secret,
    iss: Option<String>,
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Code(Secret),
    Error { error: String, description: Option<String> },
}

/// Extra wishes of the person for one login.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// OpenID Connect `prompt=select_account`.
    pub select_account: bool,
}

/// Why a callback is not taken. None of these texts holds anything that the callback said,
/// except [`ResponseError::Refused`], which is read only after `state` and `iss` were checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    #[error("this is not a callback of a login")]
    NotACallback,
    #[error("the callback gives {0:?} twice")]
    Duplicate(&'static str),
    #[error("the callback carries neither a code nor an error")]
    Empty,
    #[error("the answer does not say which authorization server it is from, though {issuer} promises to say it (RFC 9207)")]
    IssMissing { issuer: Issuer },
    #[error("the answer is from another authorization server than {issuer}, which was asked (RFC 9207)")]
    IssMismatch { issuer: Issuer },
    #[error("the login took longer than {} minutes", LIFETIME_SECONDS / 60)]
    Expired,
    #[error("{}", refusal(error, description.as_deref()))]
    Refused { error: String, description: Option<String> },
}

impl PendingAuthorization {
    /// The URL for the browser (A-01 … A-09). `offline` adds `prompt=consent` nowhere: it breaks tenants (Q41).
    #[expect(clippy::too_many_arguments, reason = "each is one recorded fact of the request")]
    pub fn begin(
        id: String,
        random: ([u8; 32], [u8; 32]),
        server: &AuthorizationServer,
        client_id: &str,
        registration_id: String,
        resource: ResourceUri,
        resource_parameter: Option<String>,
        redirect: Redirect,
        scopes: Scopes,
        wishes: Wishes,
        now: Timestamp,
    ) -> Result<Self, crate::uri::UrlError> {
        let (state, verifier) = (pkce::verifier(random.0), pkce::verifier(random.1));
        let mut url = secure_url(&server.authorization_endpoint)?;
        let challenge = pkce::challenge(&verifier);
        let redirect_uri = redirect.uri();
        let scope = scopes.to_string();
        let mut ours = vec![
            ("response_type", "code"),
            ("client_id", client_id),
            ("redirect_uri", redirect_uri.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
            ("state", state.expose()),
        ];
        if !scopes.is_empty() {
            ours.push(("scope", &scope));
        }
        if let Some(resource) = &resource_parameter {
            ours.push(("resource", resource));
        }
        if wishes.select_account {
            ours.push(("prompt", "select_account"));
        }
        put_over(&mut url, &ours);
        Ok(Self {
            id,
            resource,
            resource_parameter,
            issuer: server.issuer.clone(),
            iss_required: server.sends_iss,
            token_endpoint: server.token_endpoint.clone(),
            authorization_url: url.into(),
            registration_id,
            redirect,
            scopes,
            started_at: now,
            expires_at: now.plus(LIFETIME_SECONDS),
            state,
            verifier,
        })
    }

    /// The fixed order of PROTOCOL.md 2.10 after `state` found this record: time, `iss`, error, code.
    pub fn respond(&self, callback: Callback, now: Timestamp) -> Result<Secret, ResponseError> {
        if callback.state != self.state {
            return Err(ResponseError::NotACallback);
        }
        if now >= self.expires_at {
            return Err(ResponseError::Expired);
        }
        // RFC 9207 §2.4 with MCP's local policy: compared whenever present, byte for byte (C-02 … C-08).
        match callback.iss {
            Some(iss) if iss != self.issuer.as_str() => return Err(ResponseError::IssMismatch { issuer: self.issuer.clone() }),
            None if self.iss_required => return Err(ResponseError::IssMissing { issuer: self.issuer.clone() }),
            _ => {}
        }
        match callback.outcome {
            Outcome::Code(code) => Ok(code),
            Outcome::Error { error, description } => Err(ResponseError::Refused { error, description }),
        }
    }
}

impl Callback {
    /// Reads a callback URL: a deep link, the loopback redirect, or what a person pasted.
    pub fn parse(text: &str) -> Result<Self, ResponseError> {
        let text = text.trim();
        if text.len() > 16 * 1024 || text.chars().any(char::is_control) {
            return Err(ResponseError::NotACallback);
        }
        let url = Url::parse(text).map_err(|_| ResponseError::NotACallback)?;
        let mut base = url.clone();
        base.set_query(None);
        base.set_fragment(None);
        if Redirect::from_uri(base.as_str()).is_none() {
            return Err(ResponseError::NotACallback);
        }
        Self::from_query(url.query().unwrap_or_default())
    }

    /// Reads the query of a callback (PROTOCOL.md 2.10 step 2: no parameter twice).
    pub fn from_query(query: &str) -> Result<Self, ResponseError> {
        let (mut code, mut state, mut iss, mut error, mut description) = (None, None, None, None, None);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let (slot, name): (&mut Option<String>, _) = match name.as_ref() {
                "code" => (&mut code, "code"),
                "state" => (&mut state, "state"),
                "iss" => (&mut iss, "iss"),
                "error" => (&mut error, "error"),
                "error_description" => (&mut description, "error_description"),
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(ResponseError::Duplicate(name));
            }
        }
        let state = state.filter(|state| !state.is_empty()).map(Secret::new).ok_or(ResponseError::NotACallback)?;
        let outcome = match (error, code) {
            (Some(error), _) => Outcome::Error { error, description },
            (None, Some(code)) if is_code(&code) => Outcome::Code(Secret::new(code)),
            _ => return Err(ResponseError::Empty),
        };
        Ok(Self { state, iss, outcome })
    }
}

/// Puts our parameters on an endpoint that may have a query: ours are the only ones of their name (Q18).
fn put_over(url: &mut Url, ours: &[(&str, &str)]) {
    const RESERVED: [&str; 9] = [
        "response_type",
        "client_id",
        "redirect_uri",
        "code_challenge",
        "code_challenge_method",
        "state",
        "scope",
        "resource",
        "prompt",
    ];
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !RESERVED.contains(&name.as_ref()))
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(ours);
}

/// RFC 6749 appendix A.11: visible characters and spaces.
fn is_code(code: &str) -> bool {
    !code.is_empty() && code.len() <= 8192 && code.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

/// RFC 6749 §4.1.2.1's codes in plain words; the server's own text follows, shortened and printable.
fn refusal(error: &str, description: Option<&str>) -> String {
    let what = match error {
        "access_denied" => "access was denied on the consent page".to_owned(),
        "invalid_scope" => "the authorization server refused the requested scopes".to_owned(),
        "invalid_target" => "the authorization server does not know this resource".to_owned(),
        "unauthorized_client" => "the authorization server does not let this client log in this way".to_owned(),
        "server_error" => "the authorization server had an error".to_owned(),
        "temporarily_unavailable" => "the authorization server is busy".to_owned(),
        other => format!("the authorization server refused the login ({})", excerpt(other)),
    };
    match description.map(excerpt).filter(|text| !text.is_empty()) {
        Some(text) => format!("{what}; it says: {text:?}"),
        None => what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn server(endpoint: &str, sends_iss: bool) -> AuthorizationServer {
        AuthorizationServer {
            issuer: Issuer::stored("https://as.example".into()),
            authorization_endpoint: endpoint.into(),
            token_endpoint: "https://as.example/token".into(),
            registration_endpoint: None,
            revocation_endpoint: None,
            userinfo_endpoint: None,
            token_endpoint_auth_methods: None,
            revocation_endpoint_auth_methods: None,
            scopes_supported: Scopes::default(),
            sends_iss,
            accepts_metadata_documents: false,
        }
    }

    fn pending(endpoint: &str, sends_iss: bool) -> PendingAuthorization {
        PendingAuthorization::begin(
            "p".into(),
            ([1; 32], [2; 32]),
            &server(endpoint, sends_iss),
            "client!+ID",
            "r".into(),
            ResourceUri::stored("https://h.example/mcp".into()),
            Some("https://h.example/mcp".into()),
            Redirect::DeepLink,
            Scopes::parse("b a"),
            Wishes::default(),
            NOW,
        )
        .expect("a good endpoint")
    }

    fn answer(sends_iss: bool, query: &str) -> Result<Secret, ResponseError> {
        let pending = pending("https://as.example/authorize", sends_iss);
        Callback::from_query(&query.replace("STATE", pending.state.expose())).and_then(|callback| pending.respond(callback, NOW))
    }

    #[test]
    fn the_request_has_each_parameter_once() {
        let url = pending("https://as.example/a?tenant=1&client_id=evil&state=x&resource=y&redirect_uri=https://evil", false);
        let pairs: Vec<_> = Url::parse(&url.authorization_url).expect("a URL").query_pairs().into_owned().collect();
        let one = |name: &str| {
            let values: Vec<_> = pairs.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect();
            assert_eq!(values.len(), 1, "{name}: {values:?}");
            values[0].clone()
        };
        assert_eq!(one("tenant"), "1", "unrelated parameters stay");
        assert_eq!(one("client_id"), "client!+ID");
        assert_eq!(one("redirect_uri"), "app.gatelodge.desktop:/oauth/callback");
        assert_eq!(one("resource"), "https://h.example/mcp");
        assert_eq!(one("scope"), "a b");
        assert_eq!(one("code_challenge_method"), "S256");
        assert_eq!(one("code_challenge"), pkce::challenge(&url.verifier));
        assert!(one("state").len() >= 43, "A-14: at least 128 bits");
    }

    #[test]
    fn c02_the_iss_table() {
        let issuer = "https%3A%2F%2Fas.example";
        assert!(answer(true, &format!("code=c&state=STATE&iss={issuer}")).is_ok(), "C-03, C-07");
        assert!(matches!(answer(true, "code=c&state=STATE"), Err(ResponseError::IssMissing { .. })), "C-04");
        assert!(answer(false, &format!("code=c&state=STATE&iss={issuer}")).is_ok(), "C-05");
        assert!(answer(false, "code=c&state=STATE").is_ok(), "C-06");
        for wrong in ["https://evil.example", "https://as.example/", "https://AS.example", "https://as.example:443", ""] {
            for advertised in [true, false] {
                let result = answer(advertised, &format!("code=c&state=STATE&iss={wrong}"));
                assert!(matches!(result, Err(ResponseError::IssMismatch { .. })), "C-08 {wrong} {advertised}");
            }
        }
    }

    #[test]
    fn c09_an_error_with_a_wrong_iss_shows_none_of_its_text() {
        let error =
            answer(false, "error=access_denied&error_description=CANARY&state=STATE&iss=https://evil").expect_err("refused");
        assert!(!error.to_string().contains("CANARY"), "{error}");
        let shown = answer(false, "error=access_denied&error_description=CANARY&state=STATE").expect_err("refused").to_string();
        assert!(shown.contains("denied") && shown.contains("CANARY"));
    }

    #[test]
    fn c01_a_callback_without_our_state_is_none() {
        assert_eq!(answer(false, "code=c"), Err(ResponseError::NotACallback));
        assert_eq!(answer(false, "code=c&state="), Err(ResponseError::NotACallback));
        assert_eq!(answer(false, "code=c&state=other"), Err(ResponseError::NotACallback));
        assert_eq!(answer(false, "code=c&code=d&state=STATE"), Err(ResponseError::Duplicate("code")));
        assert_eq!(answer(false, "state=STATE"), Err(ResponseError::Empty));
        assert_eq!(answer(false, "code=a%0d%0ab&state=STATE"), Err(ResponseError::Empty));
    }

    #[test]
    fn b13_ten_minutes_and_not_longer() {
        let pending = pending("https://as.example/a", false);
        let callback = Callback::from_query(&format!("code=c&state={}", pending.state.expose())).expect("well formed");
        assert!(pending.respond(callback.clone(), NOW.plus(LIFETIME_SECONDS - 1)).is_ok());
        assert_eq!(pending.respond(callback, NOW.plus(LIFETIME_SECONDS)), Err(ResponseError::Expired));
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
