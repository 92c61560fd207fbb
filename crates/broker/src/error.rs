//! How anything fails: a stable code for programs, a sentence for the person, and what to do next.
//!
//! The codes are the contract with the window, the endpoint and the CLI's exit status. No text in here ever
//! holds a secret: the errors that are joined carry hosts, URLs and short printable excerpts only.

mod cause;
mod closed_vault;
mod command;
mod discovery;
mod exchange;
mod login;
mod vault;
pub(crate) mod words;

use cause::Cause;
pub(crate) use cause::cause_of;
pub(crate) use command::login;
pub use command::{command_line, enter_endpoints, shell_word};
pub(crate) use exchange::Attempt;
use messages::Text;
use model::{Code, Remedy};
use oauth::concession::Concession;
use oauth::error_description::ErrorDescription;
use oauth::scope::Scopes;
use oauth::token::ErrorCode;
use serde::{Deserialize, Serialize};
pub(crate) use words::discovery::misread;

/// A failure of a use case. Written as JSON, all of it, where another process waits for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    code: Code,
    // The name that it had when it was a sentence: login attempts that failed have it.
    #[serde(alias = "message")]
    text: Text,
    /// What only some failures have, apart: every use case hands an error up.
    more: Box<Details>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Details {
    hint: Option<Text>,
    accounts: Vec<String>,
    retry_after: Option<u64>,
    offers: Vec<Offer>,
    scopes: Option<Scopes>,
    said: Option<ErrorDescription>,
    refused: Option<ErrorCode>,
    scopes_instead: Option<Scopes>,
    remedies: Vec<Remedy>,
    #[serde(skip)]
    cause: Cause,
}

/// A departure from the specification that a person may allow, and why it is known with this issuer's maker, if it is.
pub type Offer = (Concession, Option<Text>);

impl Error {
    /// A failure with the hint of its code.
    pub fn new(code: Code, text: impl Into<Text>) -> Self {
        Self {
            code,
            text: text.into(),
            more: Box::default(),
        }
    }

    /// The error of a lower crate or of the system that this one tells of.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.more.cause = Cause::new(source);
        self
    }

    /// Replaces the code's own hint where more is known.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Text>) -> Self {
        self.more.hint = Some(hint.into());
        self
    }

    /// Replaces what helps with every failure of this code where more is known.
    #[must_use]
    pub(crate) fn with_remedies(mut self, remedies: impl Into<Vec<Remedy>>) -> Self {
        self.more.remedies = remedies.into();
        self
    }

    /// The accounts to choose from.
    #[must_use]
    pub fn with_accounts(mut self, accounts: Vec<String>) -> Self {
        self.more.accounts = accounts;
        self
    }

    /// Seconds to wait before asking again.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: Option<u64>) -> Self {
        self.more.retry_after = seconds;
        self
    }

    /// The one departure from the specification that stands in the way, and that the person may allow.
    #[must_use]
    pub fn with_concession(mut self, concession: impl Into<Option<Concession>>) -> Self {
        self.more.offers = concession
            .into()
            .into_iter()
            .map(|concession| (concession, None))
            .collect();
        self
    }

    #[must_use]
    pub(crate) fn with_pattern(mut self, pattern: Option<Text>) -> Self {
        if let Some((_, known)) = self.more.offers.first_mut() {
            *known = pattern;
        }
        self
    }

    /// All departures that stand in the way, the first one first: allowed together, nothing that is known is left.
    #[must_use]
    pub(crate) fn with_offers(mut self, offers: Vec<Offer>) -> Self {
        self.more.offers = offers;
        self
    }

    /// The scopes that are lacking.
    #[must_use]
    pub fn with_scopes(mut self, scopes: Scopes) -> Self {
        self.more.scopes = Some(scopes);
        self
    }

    /// The server's own words, which the message holds as far as a sentence can.
    #[must_use]
    pub fn with_said(mut self, said: impl Into<Option<ErrorDescription>>) -> Self {
        self.more.said = said.into();
        self
    }

    /// The OAuth code, or the status, of a definite no.
    #[must_use]
    pub(crate) fn with_refused(mut self, code: impl Into<Option<ErrorCode>>) -> Self {
        self.more.refused = code.into();
        self
    }

    /// The same failure where more is known of what it means.
    #[must_use]
    pub(crate) fn retold(mut self, code: Code, text: impl Into<Text>) -> Self {
        self.code = code;
        self.text = text.into();
        self
    }

    /// What to ask for in place of the scopes that were refused.
    #[must_use]
    pub(crate) fn with_scopes_instead(mut self, scopes: Scopes) -> Self {
        self.more.scopes_instead = Some(scopes);
        self
    }

    /// The first departure that may be allowed.
    pub fn concession(&self) -> Option<Concession> {
        self.more.offers.first().map(|(concession, _)| *concession)
    }

    /// Why [`Error::concession`] is known, if the issuer's maker is known for it.
    pub fn pattern(&self) -> Option<&Text> {
        self.more
            .offers
            .first()
            .and_then(|(_, pattern)| pattern.as_ref())
    }

    /// Every departure that would have to be allowed, as far as can be seen from here.
    pub fn concessions(&self) -> Vec<Concession> {
        self.more
            .offers
            .iter()
            .map(|(concession, _)| *concession)
            .collect()
    }

    /// Every departure that may be allowed, with why it is known.
    pub fn offers(&self) -> &[Offer] {
        &self.more.offers
    }

    /// What is lacking, with [`Code::StepUpRequired`].
    pub fn scopes(&self) -> Option<&Scopes> {
        self.more.scopes.as_ref()
    }

    /// What the server said, whole.
    pub fn said(&self) -> Option<&ErrorDescription> {
        self.more.said.as_ref()
    }

    /// The disk that the vault is on is full, read-only, or fails.
    pub(crate) fn is_of_the_disk(&self) -> bool {
        matches!(
            self.code,
            Code::VaultFailed | Code::DiskFull | Code::DiskReadOnly | Code::DiskFailed
        )
    }

    /// What kind of failure it is.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What the person (or the agent's owner) can do now.
    pub fn hint(&self) -> Text {
        self.more.hint.clone().unwrap_or_else(|| self.code.hint())
    }

    /// What could not be done, to what, and why.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// What would help, as data.
    pub fn remedies(&self) -> &[Remedy] {
        match self.more.remedies.as_slice() {
            [] => self.code.remedies(),
            own => own,
        }
    }

    /// The scopes of a login that leaves out what the issuer refused, where it is known.
    pub fn scopes_instead(&self) -> Option<&Scopes> {
        self.more.scopes_instead.as_ref()
    }

    /// Whether the hint is this failure's own, and not only its code's.
    pub fn has_own_hint(&self) -> bool {
        self.more.hint.is_some()
    }

    /// What another party said no with, if that is what happened. Trying again does not change it.
    pub(crate) fn refused(&self) -> Option<&ErrorCode> {
        self.more.refused.as_ref()
    }

    /// The accounts to choose from, with [`Code::AccountRequired`].
    pub fn accounts(&self) -> &[String] {
        &self.more.accounts
    }

    /// Seconds to wait before asking again, where the issuer or our own back-off says so.
    pub fn retry_after(&self) -> Option<u64> {
        self.more.retry_after
    }
}

/// The sentence in English; with `{:#}` what each cause adds to it as well, for logs.
impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.text)?;
        if formatter.alternate() {
            cause::write_causes(self, formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.more.cause.source()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use messages::text;

    #[test]
    fn another_process_reads_all_of_an_error() {
        for code in Code::ALL {
            let error = Error::new(*code, text::VaultLocked)
                .with_hint(text::HintWaitAWhile)
                .with_accounts(vec!["ada".to_owned()])
                .with_retry_after(Some(7))
                .with_concession(Concession::NoResourceParameter)
                .with_pattern(Some(messages::text::ConcessionPkceAtGithub.into()))
                .with_scopes(Scopes::parse("a b"))
                .with_said(ErrorDescription::new("its own words", &[]))
                .with_refused(ErrorCode::Status(403))
                .with_scopes_instead(Scopes::parse("a"))
                .with_remedies([Remedy::EnterClient]);
            let text = serde_json::to_string(&error).expect("JSON");
            assert_eq!(
                serde_json::from_str::<Error>(&text).expect("an error"),
                error
            );
        }
        assert!(
            serde_json::from_str::<Error>(r#"{"code":"of_tomorrow","text":"","more":{}}"#).is_err()
        );
        let bare = serde_json::from_str::<Error>(r#"{"code":"internal","message":"x","more":{}}"#)
            .expect("an error");
        assert_eq!(
            bare,
            Error::new(Code::Internal, text::AsWritten { text: "x" }),
            "what a later version adds is optional, and an earlier one wrote a sentence"
        );
    }

    #[test]
    fn the_cause_is_kept_and_changes_nothing_that_is_told() {
        let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        let bare = Error::new(Code::DiskFull, text::VaultDiskFull);
        let caused = bare.clone().with_source(full());
        assert_eq!((caused.to_string(), &caused), (bare.to_string(), &bare));
        assert_eq!(format!("{caused:#}"), format!("{bare}: {}", full()));
        let source = std::error::Error::source(&caused).expect("kept");
        assert!(source.downcast_ref::<std::io::Error>().is_some());
        assert_eq!(
            serde_json::to_string(&caused).expect("JSON"),
            serde_json::to_string(&bare).expect("JSON")
        );
    }
}
