//! How anything fails: a stable code for programs, a sentence for the person, and what to do next.
//!
//! The codes are the contract with the window, the endpoint and the CLI's exit status. No text in here ever
//! holds a secret: the errors that are joined carry hosts, URLs and short printable excerpts only.

mod code;
mod join;

pub use code::Code;

/// A failure of a use case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    code: Code,
    message: String,
    hint: Option<String>,
    accounts: Vec<String>,
    retry_after: Option<u64>,
}

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, accounts: Vec::new(), retry_after: None }
    }

    /// Replaces the code's own hint where more is known.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub fn with_accounts(mut self, accounts: Vec<String>) -> Self {
        self.accounts = accounts;
        self
    }

    #[must_use]
    pub fn with_retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after = seconds;
        self
    }

    pub fn code(&self) -> Code {
        self.code
    }

    /// What the person (or the agent's owner) can do now.
    pub fn hint(&self) -> String {
        self.hint.clone().unwrap_or_else(|| self.code.hint().to_owned())
    }

    /// The accounts to choose from, with [`Code::AccountRequired`].
    pub fn accounts(&self) -> &[String] {
        &self.accounts
    }

    /// Seconds to wait before asking again, where the issuer or our own back-off says so.
    pub fn retry_after(&self) -> Option<u64> {
        self.retry_after
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
