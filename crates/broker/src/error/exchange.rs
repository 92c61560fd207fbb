//! What a token endpoint's no to a login means, and what to do about it: chosen by what is known of the client, of the time
//! that went by, and of the issuer's own words.

use super::{Code, Error, command_line, login, words};
use messages::{Arg, Text, text};
use model::{Remedy, quoting};
use oauth::concession::Concession;
use oauth::error_description::ErrorDescription;
use oauth::registration::{AuthMethod, Registration, RegistrationKind};
use oauth::time::Timestamp;
use oauth::token::{ErrorCode, TokenError};

/// The token endpoint's answer to a code. What it means for a refresh is decided in `refresh`.
impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        let (message, said) = (words::token::text(&error), error.said().cloned());
        let refused = match &error {
            TokenError::InvalidGrant { .. } | TokenError::Spent { .. } => {
                Some(ErrorCode::OAuth("invalid_grant".to_owned()))
            }
            TokenError::InvalidClient { .. } => Some(ErrorCode::OAuth("invalid_client".to_owned())),
            TokenError::Refused { error, .. } => Some(error.clone()),
            _ => None,
        };
        let joined = match &error {
            TokenError::Http(error) => error.clone().into(),
            TokenError::InvalidClient { .. } => Self::new(Code::ClientForgotten, message),
            TokenError::Unavailable { retry_after, .. } => {
                Self::new(Code::TemporarilyUnavailable, message).with_retry_after(*retry_after)
            }
            TokenError::Key { .. } => Self::new(Code::KeyUnusable, message),
            TokenError::Request { .. } => Self::new(Code::Internal, message),
            TokenError::Pending { .. } => Self::new(Code::TemporarilyUnavailable, message),
            refused if refused.refused_with("invalid_target") => {
                Self::new(Code::ExchangeFailed, message)
                    .with_concession(Concession::NoResourceParameter)
            }
            TokenError::InvalidGrant { .. }
            | TokenError::Spent { .. }
            | TokenError::Refused { .. }
            | TokenError::Malformed { .. } => Self::new(Code::ExchangeFailed, message),
        };
        joined
            .with_said(said)
            .with_refused(refused)
            .with_source(error)
    }
}

/// One attempt to get tokens, as far as it explains its failure.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'a> {
    /// The server's name, for the commands.
    pub(crate) name: &'a str,
    pub(crate) registration: Option<&'a Registration>,
    /// When the browser was sent away, if one was.
    pub(crate) began: Option<Timestamp>,
    pub(crate) now: Timestamp,
}

/// A code lives for a short time (RFC 6749 §4.1.2): who took longer than this was slow.
const SLOW_SECONDS: i64 = 60;
/// Nobody is slower than that without knowing it: a code that runs out sooner is the issuer's affair.
const HASTE_SECONDS: i64 = 2;

impl Attempt<'_> {
    pub(crate) fn explain(self, error: TokenError) -> Error {
        match &error {
            TokenError::InvalidGrant { host, said } => match self.waited() {
                Some(waited) => self.about_the_code(&error, host, said.as_ref(), waited),
                None => error.into(),
            },
            TokenError::Spent { .. } => {
                let command = login(self.name);
                Error::from(error).with_hint(text::HintSignInOtherWay { command })
            }
            TokenError::InvalidClient { host, said } => {
                self.about_client(&error, host, said.as_ref())
            }
            TokenError::Refused { host, said, .. } if self.is_about_the_client(&error) => {
                self.about_client(&error, host, said.as_ref())
            }
            TokenError::Refused {
                host,
                error: code,
                said,
                ..
            } if !code.is("invalid_target") => {
                let hint = self.refusal_hint(host, said.is_some());
                let told = Error::from(error).with_hint(hint);
                if self.is_registered() {
                    told.with_remedies([Remedy::registration(RegistrationKind::Dynamic)])
                } else {
                    told
                }
            }
            TokenError::Unavailable { .. } | TokenError::Http(_) if self.began.is_some() => {
                let command = login(self.name);
                Error::from(error).with_hint(text::HintSignInInAMoment { command })
            }
            _ => error.into(),
        }
    }

    fn waited(self) -> Option<i64> {
        self.began.map(|began| self.now.since(began))
    }

    /// The code is not taken: the person was slow, or nobody knows why.
    fn about_the_code(
        self,
        error: &TokenError,
        host: &str,
        said: Option<&ErrorDescription>,
        waited: i64,
    ) -> Error {
        let (joined, command) = (Error::from(error.clone()), login(self.name));
        let names_time = |word| said.is_some_and(|said| said.mentions(word));
        let has_run_out = ["expired", "timed out", "too old", "too late"]
            .into_iter()
            .any(names_time);
        if has_run_out && waited >= HASTE_SECONDS {
            let waited = Arg::span(waited);
            let message = quoting(text::TokenCodeExpired { host, waited }, said);
            return joined
                .retold(Code::LoginExpired, message)
                .with_hint(text::HintSignInQuickly { command });
        }
        if waited >= SLOW_SECONDS {
            let waited = Arg::span(waited);
            let message = quoting(text::TokenCodeOld { host, waited }, said);
            return joined
                .retold(Code::ExchangeFailed, message)
                .with_hint(text::HintSignInQuicklyOrAsk { command, host });
        }
        joined.with_hint(text::HintSignInOrTell { command, host })
    }

    fn is_about_the_client(self, error: &TokenError) -> bool {
        error.lacks_secret()
            || error.is_about_the_client()
            || (error.is_bare_401() && self.has_entered_secret())
    }

    fn refusal_hint(self, host: &str, has_words: bool) -> Text {
        let command = login(self.name);
        let anew = command_line(&["login", self.name, "--register-by", "dynamic"]);
        match (self.is_registered(), has_words) {
            (true, true) => text::HintSignInAnewOrReadWhy {
                command,
                anew,
                host,
            }
            .into(),
            (true, false) => text::HintSignInAnewOrAskWhy {
                command,
                anew,
                host,
            }
            .into(),
            (false, true) => text::HintSignInOrReadWhy { command, host }.into(),
            (false, false) => text::HintSignInOrAskWhy { command, host }.into(),
        }
    }

    /// The issuer itself made the client id.
    fn is_registered(self) -> bool {
        self.registration
            .is_some_and(|known| known.kind == RegistrationKind::Dynamic)
    }

    fn has_entered_secret(self) -> bool {
        self.registration.is_some_and(|known| {
            known.kind == RegistrationKind::PreRegistered && known.client_secret.is_some()
        })
    }

    /// The issuer does not take the client id, or not its proof.
    fn about_client(
        self,
        error: &TokenError,
        host: &str,
        said: Option<&ErrorDescription>,
    ) -> Error {
        let lacks_secret = error.lacks_secret();
        let joined = Error::from(error.clone());
        let Some(registration) = self.registration else {
            return joined;
        };
        let secretless = registration.client_secret.is_none();
        let message: Text = match (registration.kind, registration.auth_method) {
            (_, AuthMethod::None) if lacks_secret && secretless => {
                text::TokenSecretWanted { host }.into()
            }
            (RegistrationKind::PreRegistered, AuthMethod::PrivateKeyJwt) => {
                text::TokenEnteredKeyRefused { host }.into()
            }
            (RegistrationKind::PreRegistered, _) if secretless => {
                text::TokenEnteredClientRefused { host }.into()
            }
            (RegistrationKind::PreRegistered, _) => text::TokenEnteredSecretRefused { host }.into(),
            (RegistrationKind::MetadataDocument, _) => {
                let document = &registration.client_id;
                text::TokenDocumentRefused { host, document }.into()
            }
            (RegistrationKind::Dynamic, _) => return joined.with_hint(self.client_hint()),
        };
        joined
            .retold(Code::ClientRefused, quoting(message, said))
            .with_hint(self.client_hint())
    }

    /// What mends a client id that is refused; only what this program registered itself is registered anew.
    pub(crate) fn client_hint(self) -> Text {
        let command = login(self.name);
        let Some(registration) = self.registration else {
            return text::HintSignInAgain { command }.into();
        };
        let id = &registration.client_id;
        let set = command_line(&["client", "set", self.name, "--client-id", id]);
        match (registration.kind, registration.auth_method) {
            (RegistrationKind::Dynamic, _) if registration.client_secret.is_none() => {
                text::HintRegisterAnewWithSecret { command }.into()
            }
            (RegistrationKind::Dynamic, _) => text::HintRegisterAnew { command }.into(),
            (RegistrationKind::MetadataDocument, _) => text::HintCheckDocument { command }.into(),
            (RegistrationKind::PreRegistered, AuthMethod::PrivateKeyJwt) => {
                text::HintEnterKeyAgain { set, command }.into()
            }
            (RegistrationKind::PreRegistered, AuthMethod::None) => {
                text::HintEnterClientAgain { set, command }.into()
            }
            (RegistrationKind::PreRegistered, method) => {
                let (now, other) = if method == AuthMethod::ClientSecretPost {
                    ("post", "basic")
                } else {
                    ("basic", "post")
                };
                text::HintEnterSecretAgain {
                    set,
                    now,
                    other,
                    command,
                }
                .into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oauth::secret::Secret;
    use oauth::uri::Issuer;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn registration(kind: RegistrationKind, auth_method: AuthMethod) -> Registration {
        Registration {
            issuer: Issuer::stored("https://as.example".into()),
            redirects: Vec::new(),
            kind,
            client_id: "id 7".into(),
            client_secret: (auth_method != AuthMethod::None).then(|| Secret::new("s3cret!!")),
            key_id: None,
            auth_method,
            secret_expires_at: None,
            management: None,
            registered_at: NOW,
        }
    }

    fn told(registration: &Registration, error: TokenError) -> (Code, String, String) {
        let attempt = Attempt {
            name: "notes",
            registration: Some(registration),
            began: Some(NOW.plus(-5)),
            now: NOW,
        };
        let error = attempt.explain(error);
        (error.code(), error.to_string(), error.hint().to_string())
    }

    fn refused(text: &str) -> TokenError {
        TokenError::InvalidClient {
            host: "as.example".into(),
            said: ErrorDescription::new(text, &[]),
        }
    }

    #[test]
    fn a_client_that_a_person_entered_is_never_registered_anew() {
        for (method, what) in [
            (
                AuthMethod::ClientSecretPost,
                "client ID or the secret that you entered",
            ),
            (AuthMethod::PrivateKeyJwt, "private key that you entered"),
            (AuthMethod::None, "client ID that you entered"),
        ] {
            let (code, message, hint) = told(
                &registration(RegistrationKind::PreRegistered, method),
                refused("wrong secret"),
            );
            assert_eq!(code, Code::ClientRefused);
            assert!(
                message.contains(what) && message.contains("\"wrong secret\""),
                "{message}"
            );
            assert!(
                hint.contains("`gatelodge client set notes --client-id 'id 7'")
                    && !hint.contains("registers itself"),
                "{hint}"
            );
        }
        let (_, _, hint) = told(
            &registration(
                RegistrationKind::PreRegistered,
                AuthMethod::ClientSecretPost,
            ),
            refused("no"),
        );
        assert!(hint.contains("--auth basic`"), "{hint}");
        let (code, _, hint) = told(
            &registration(RegistrationKind::Dynamic, AuthMethod::ClientSecretBasic),
            refused("unknown"),
        );
        assert!(
            code == Code::ClientForgotten && hint.contains("registers itself once more"),
            "{hint}"
        );
    }

    #[test]
    fn a_missing_secret_is_told_as_that() {
        let error = TokenError::Refused {
            host: "as.example".into(),
            status: 422,
            error: ErrorCode::Status(422),
            said: ErrorDescription::new("body.client_secret: Field required", &[]),
        };
        let (code, message, hint) = told(
            &registration(RegistrationKind::PreRegistered, AuthMethod::None),
            error,
        );
        assert!(
            code == Code::ClientRefused && message.contains("wants a client secret"),
            "{message}"
        );
        assert!(
            hint.contains("client set notes --client-id 'id 7' --ask-secret"),
            "{hint}"
        );
    }

    #[test]
    fn who_was_slow_is_told_that_and_nobody_else_is_blamed() {
        let known = registration(RegistrationKind::Dynamic, AuthMethod::None);
        let told = |after: i64, words: &str| {
            let error = TokenError::InvalidGrant {
                host: "as.example".into(),
                said: ErrorDescription::new(words, &[]),
            };
            let attempt = Attempt {
                name: "notes",
                registration: Some(&known),
                began: Some(NOW),
                now: NOW.plus(after),
            };
            attempt.explain(error)
        };
        let expired = told(420, "this code has expired");
        assert_eq!(expired.code(), Code::LoginExpired);
        assert!(
            expired
                .to_string()
                .contains("7 minutes after the sign-in began"),
            "{expired}"
        );
        assert!(
            !expired.hint().to_string().contains("owner"),
            "{}",
            expired.hint().to_string()
        );
        let slow = told(75, "");
        assert!(slow.to_string().contains("75 seconds ago"), "{slow}");
        let at_once = told(3, "unknown code");
        assert!(
            at_once.code() == Code::ExchangeFailed
                && at_once.hint().to_string().contains("owner of as.example"),
            "{at_once}"
        );
    }
}
