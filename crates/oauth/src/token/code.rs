//! What a token endpoint refused with: the code of RFC 6749 §5.2, or the bare status of an answer that has none.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The `error` of a refusal, or its status where the answer has no code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ErrorCode {
    /// The member `error` (RFC 6749 §5.2).
    OAuth(String),
    /// Only the status of the response is known.
    Status(u16),
    /// The member `error` repeats a secret that the issuer was sent, and is nobody's to read.
    Withheld,
}

impl ErrorCode {
    /// The code of RFC 6749 §5.2, if there is one.
    pub fn oauth(&self) -> Option<&str> {
        match self {
            Self::OAuth(code) => Some(code),
            Self::Status(_) | Self::Withheld => None,
        }
    }

    /// True for this code and no other.
    pub fn is(&self, code: &str) -> bool {
        self.oauth() == Some(code)
    }

    /// True where it says no more than that the request is wrong.
    pub(crate) fn is_general(&self) -> bool {
        match self {
            Self::OAuth(code) => code == "invalid_request",
            Self::Status(_) => true,
            Self::Withheld => false,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OAuth(code) => formatter.write_str(code),
            Self::Status(status) => write!(formatter, "{STATUS}{status}"),
            Self::Withheld => formatter.write_str(WITHHELD),
        }
    }
}

/// As [`fmt::Display`] writes it: a vault keeps the text.
impl From<String> for ErrorCode {
    fn from(text: String) -> Self {
        if text == WITHHELD {
            return Self::Withheld;
        }
        let status = text.strip_prefix(STATUS).and_then(|rest| rest.parse().ok());
        status.map_or(Self::OAuth(text), Self::Status)
    }
}

impl From<ErrorCode> for String {
    fn from(code: ErrorCode) -> Self {
        code.to_string()
    }
}

const STATUS: &str = "status ";

/// What vaults have had in its place since before it was data.
const WITHHELD: &str = "an error that repeats a secret";

#[cfg(test)]
mod tests {
    use super::ErrorCode;

    #[test]
    fn a_kept_code_is_read_as_it_was() {
        for code in [
            ErrorCode::OAuth("invalid_scope".into()),
            ErrorCode::Status(403),
            ErrorCode::Withheld,
        ] {
            assert_eq!(ErrorCode::from(code.to_string()), code);
        }
        let odd = ErrorCode::from("status quo".to_owned());
        assert!(odd.is("status quo") && !odd.is_general());
        assert!(ErrorCode::Status(403).is_general());
        let kept_before = ErrorCode::from("an error that repeats a secret".to_owned());
        assert_eq!(kept_before, ErrorCode::Withheld);
        assert!(kept_before.oauth().is_none() && !kept_before.is_general());
    }
}
