//! Why an address can't be used.

use messages::{Text, text};
use oauth::uri::{MAX_URL, UrlError};

pub(crate) fn text(error: &UrlError) -> Text {
    match error {
        UrlError::Malformed(url) => text::UrlMalformed { url }.into(),
        UrlError::NotHttps(url) => text::UrlNotHttps { url }.into(),
        UrlError::Scheme(url, scheme) => text::UrlScheme { url, scheme }.into(),
        UrlError::UserInfo => text::UrlUserInfo.into(),
        UrlError::Fragment(url) => text::UrlFragment { url }.into(),
        UrlError::ControlCharacter => text::UrlControlCharacter.into(),
        UrlError::NoHost(url) => text::UrlNoHost { url }.into(),
        UrlError::TooLong => text::UrlTooLong { most: MAX_URL }.into(),
        UrlError::NoPort(url) => text::UrlNoPort { url }.into(),
        UrlError::NotAscii(url) => text::UrlNotAscii { url }.into(),
        UrlError::Spelling(url) => text::UrlSpelling { url }.into(),
        UrlError::Query(url) => text::UrlQuery { url }.into(),
        UrlError::OutOfReach { host, .. } => text::UrlOutOfReach { host }.into(),
    }
}
