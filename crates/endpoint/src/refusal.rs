//! Refusals of the token endpoint and of every other address: errors of RFC 6749 §5.2, with a hint that a person can act on.
//!
//! | `error` | status | why this status |
//! |---|---|---|
//! | `invalid_request`, `unsupported_grant_type`, `invalid_scope`, `invalid_target` | 400 | RFC 6749 §5.2, RFC 8707 §2 |
//! | `invalid_client` | 401 | RFC 6749 §5.2, with `WWW-Authenticate: Basic` |
//! | `access_denied` | 403 | the key is right; no permit (attack L11), one that has ended, or another account is locked in |
//! | `login_required`, `account_required` | 400 | ours; the request cannot be met as it is, and waiting does not help |
//! | `vault_locked` | 423 | ours; a person has to unlock it, waiting alone does not help (attack L14). Any state of a vault that is not open |
//! | `sender_constrained` | 400 | ours; the token is of no use without its key (RFC 9449) |
//! | `not_found` | 404 | nothing is at this address |
//! | `slow_down` | 429 | RFC 8628's name; too many wrong keys (attack L15) |
//! | `temporarily_unavailable` | 503 | `Retry-After` says when |
//! | `server_error` | 500 | a fault of ours or of the disk |
//!
//! `error_code` is the broker's exact code where `error` is broader. OAuth libraries read the body below 500 whatever the status.

use crate::description::description;
use crate::paths::{METADATA, TOKEN};
use crate::reply::json;
use axum::http::header::{ALLOW, CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use broker::Error;
use messages::{Text, text};
use model::Code;
use serde::Serialize;

/// A request that is not met, and why.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) text: Text,
    /// Apart: every step hands a refusal up.
    answer: Box<Answer>,
}

/// What is in the answer besides.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    error: &'static str,
    hint: Text,
    error_code: Option<&'static str>,
    accounts: Vec<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Serialize)]
struct RefusalBody {
    error: &'static str,
    error_description: String,
    hint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<String>,
}

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        error: &'static str,
        code: Code,
        text: impl Into<Text>,
    ) -> Self {
        let answer = Answer {
            status,
            error,
            hint: code.hint(),
            error_code: None,
            accounts: Vec::new(),
            headers: Vec::new(),
        };
        Self {
            code,
            text: text.into(),
            answer: Box::new(answer),
        }
    }

    pub(crate) fn invalid_request(text: impl Into<Text>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            Code::InvalidArgument,
            text,
        )
    }

    /// One answer, whatever was wrong with the credentials or missing of them (attack L05).
    pub(crate) fn invalid_client() -> Self {
        let refusal = Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            Code::InvalidClient,
            text::EndpointAgentUnknown,
        );
        refusal.with(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"Gatelodge\", charset=\"UTF-8\""),
        )
    }

    pub(crate) fn method(allowed: &[&'static str]) -> Self {
        let refusal = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "invalid_request",
            Code::InvalidArgument,
            text::EndpointMethod,
        );
        let refusal = refusal.hinting(text::EndpointMethods { methods: allowed });
        match HeaderValue::try_from(allowed.join(", ")) {
            Ok(allowed) => refusal.with(ALLOW, allowed),
            Err(_) => refusal,
        }
    }

    pub(crate) fn fault() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            Code::Internal,
            text::EndpointFault,
        )
        .closing()
    }

    pub(crate) fn hinting(mut self, hint: impl Into<Text>) -> Self {
        self.answer.hint = hint.into();
        self
    }

    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.answer.headers.push((name, value));
        self
    }

    /// The connection ends with this answer.
    pub(crate) fn closing(self) -> Self {
        self.with(CONNECTION, HeaderValue::from_static("close"))
    }
}

/// A failure of a use case, in the words of OAuth.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let code = error.code();
        if code == Code::InvalidClient {
            return Self::invalid_client();
        }
        let (status, name) = in_oauth(code);
        let mut refusal = Self::new(status, name, code, error.text().clone()).hinting(error.hint());
        refusal.answer.accounts = error.accounts().to_vec();
        refusal.answer.error_code = (code.as_str() != name).then(|| code.as_str());
        if status == StatusCode::SERVICE_UNAVAILABLE {
            refusal = refusal.with(
                RETRY_AFTER,
                HeaderValue::from(error.retry_after().unwrap_or(5)),
            );
        }
        refusal
    }
}

// table: each code of ours as an error of OAuth
fn in_oauth(code: Code) -> (StatusCode, &'static str) {
    match code {
        Code::InvalidClient => (StatusCode::UNAUTHORIZED, "invalid_client"),
        Code::InvalidTarget => (StatusCode::BAD_REQUEST, "invalid_target"),
        Code::InvalidScope => (StatusCode::BAD_REQUEST, "invalid_scope"),
        // A grant that went between two looks at it is one that this agent may no longer use.
        Code::AccessDenied | Code::NotFound | Code::AccountLocked => {
            (StatusCode::FORBIDDEN, "access_denied")
        }
        Code::AccountRequired => (StatusCode::BAD_REQUEST, "account_required"),
        Code::InvalidArgument => (StatusCode::BAD_REQUEST, "invalid_request"),
        // Definite: asking again changes nothing before a person has done something about the login.
        Code::LoginRequired
        | Code::ClientForgotten
        | Code::ClientRefused
        | Code::VaultDamaged
        | Code::IssuerChanged
        | Code::StepUpRequired
        | Code::ProviderUnknown
        | Code::NotAUrl
        | Code::NotHttps
        | Code::NotMcp
        | Code::Redirected
        | Code::BlockedAddress
        | Code::NoResourceMetadata
        | Code::LegacyUnconfirmed
        | Code::ResourceMismatch
        | Code::ResourceMissing
        | Code::MetadataHidden
        | Code::ProgramRefused
        | Code::MetadataUnreadable
        | Code::ForeignLoginPage
        | Code::NoAuthorizationServer
        | Code::IssuerMismatch
        | Code::MetadataUrlAsIssuer
        | Code::EndpointRefused
        | Code::NoCodeFlow
        | Code::PkceUnadvertised
        | Code::PkceWithoutS256
        | Code::RegistrationNotOffered
        | Code::RegistrationRefused
        | Code::RedirectRefused
        | Code::RedirectUnavailable
        | Code::BrowserUnavailable
        | Code::LoginUnknown
        | Code::LoginExpired
        | Code::LoginReplaced
        | Code::LoginCancelled
        | Code::LoginRefused
        | Code::IssMismatch
        | Code::ExchangeFailed
        | Code::ClientOfAnotherIssuer
        | Code::MethodNotOffered
        | Code::KeyUnusable
        | Code::RefusedByProvider
        | Code::RejectsItsOwnTokens => (StatusCode::BAD_REQUEST, "login_required"),
        // Ours: the token exists, and is of no use to whoever has not got its key (RFC 9449).
        Code::SenderConstrained => (StatusCode::BAD_REQUEST, "sender_constrained"),
        Code::VaultLocked
        | Code::VaultAbsent
        | Code::VaultGone
        | Code::VaultOlder
        | Code::KeyMissing
        | Code::KeyUnavailable
        | Code::WrongPassphrase
        | Code::VaultUnusable => (StatusCode::LOCKED, "vault_locked"),
        Code::TemporarilyUnavailable | Code::Unreachable | Code::ServerError => {
            (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
        }
        Code::VaultFailed
        | Code::DiskFull
        | Code::DiskReadOnly
        | Code::DiskFailed
        | Code::AgentExists
        | Code::AgentUnknown
        | Code::EndpointUnavailable
        | Code::RevocationUnproven
        | Code::RevocationOpen
        | Code::ClientInUse
        | Code::Forbidden
        | Code::TokenTooShort
        | Code::OutputFailed
        | Code::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let answer = *self.answer;
        let body = RefusalBody {
            error: answer.error,
            error_description: description(&self.text),
            hint: answer.hint.told_to_agents(),
            error_code: answer.error_code,
            accounts: answer.accounts,
        };
        let mut response = json(answer.status, &body);
        response.headers_mut().extend(answer.headers);
        response
    }
}

pub(crate) async fn nothing_here() -> Response {
    let refusal = Refusal::new(
        StatusCode::NOT_FOUND,
        "not_found",
        Code::NotFound,
        text::EndpointNothingHere,
    );
    refusal
        .hinting(text::EndpointAddresses {
            token: TOKEN,
            metadata: METADATA,
        })
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::Refusal;
    use axum::http::StatusCode;
    use broker::Error;
    use messages::text;
    use model::Code;

    /// The table above, as it is. Only what passes by itself is 503, and only a fault of ours or of the disk is 500.
    #[test]
    fn each_code_has_its_error_and_status() {
        let is = |status: u16, error: &str| {
            let codes = Code::ALL.iter().filter(|code| {
                let refusal = Refusal::from(Error::new(**code, text::EndpointFault));
                refusal.answer.status.as_u16() == status && refusal.answer.error == error
            });
            codes.map(|code| code.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(
            is(403, "access_denied"),
            ["not_found", "access_denied", "account_locked"]
        );
        assert_eq!(
            is(503, "temporarily_unavailable"),
            ["server_error", "unreachable", "temporarily_unavailable"]
        );
        assert_eq!(is(401, "invalid_client"), ["invalid_client"]);
        assert_eq!(is(400, "invalid_target"), ["invalid_target"]);
        assert_eq!(is(400, "invalid_scope"), ["invalid_scope"]);
        assert_eq!(is(400, "invalid_request"), ["invalid_argument"]);
        assert_eq!(is(400, "account_required"), ["account_required"]);
        assert_eq!(is(400, "sender_constrained"), ["sender_constrained"]);
        assert_eq!(
            is(423, "vault_locked"),
            [
                "vault_locked",
                "vault_absent",
                "vault_gone",
                "vault_older",
                "key_missing",
                "key_unavailable",
                "wrong_passphrase",
                "vault_unusable"
            ]
        );
        let disk = ["vault_failed", "disk_full", "disk_read_only", "disk_failed"];
        let ours = [
            "agent_exists",
            "agent_unknown",
            "forbidden",
            "token_too_short",
            "endpoint_unavailable",
            "revocation_unproven",
            "revocation_open",
            "client_in_use",
            "output_failed",
            "internal",
        ];
        assert_eq!(is(500, "server_error"), [&disk[..], &ours].concat());
        let login = is(400, "login_required");
        for code in [
            "login_required",
            "issuer_changed",
            "exchange_failed",
            "refused_by_provider",
            "registration_refused",
        ] {
            assert!(login.contains(&code), "{code}");
        }
    }

    /// RFC 9110 §15.6.4: `Retry-After` belongs to what passes by itself.
    #[test]
    fn a_definite_refusal_says_nothing_of_time() {
        for code in Code::ALL {
            let refusal =
                Refusal::from(Error::new(*code, text::EndpointFault).with_retry_after(Some(5)));
            let says_when = refusal
                .answer
                .headers
                .iter()
                .any(|(name, _)| name == "retry-after");
            assert_eq!(
                says_when,
                refusal.answer.status == StatusCode::SERVICE_UNAVAILABLE,
                "{}",
                code.as_str()
            );
        }
    }

    #[test]
    fn a_broader_error_keeps_the_exact_code_and_when_to_come_back() {
        let refusal = Refusal::from(Error::new(Code::KeyMissing, text::EndpointFault));
        assert_eq!(refusal.answer.error_code, Some("key_missing"));
        let later = Refusal::from(
            Error::new(Code::TemporarilyUnavailable, text::EndpointFault)
                .with_retry_after(Some(17)),
        );
        assert_eq!(later.answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(
            later
                .answer
                .headers
                .iter()
                .any(|(name, value)| name == "retry-after" && value == "17")
        );
        assert_eq!(later.answer.error_code, None);
    }
}
