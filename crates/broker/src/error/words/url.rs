//! Why an address can't be used.

use messages::{Text, text};
use oauth::metadata::AddressFault;
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

/// Why an address that a document names counts as absent, as a sentence.
pub(crate) fn of_member(fault: &AddressFault) -> Text {
    match fault {
        AddressFault::Url(error) => text(error),
        AddressFault::AsWritten(error) => whole(error),
    }
}

/// What was kept in English read on after a colon; here it stands alone. An address or a name stays as it is.
fn whole(error: &str) -> Text {
    let is_word = error
        .split(' ')
        .next()
        .is_some_and(|word| word.chars().all(char::is_alphabetic));
    let mut letters = error.chars();
    let first: String = match letters.next() {
        Some(first) if is_word => first.to_uppercase().collect(),
        first => first.into_iter().collect(),
    };
    let text = format!("{first}{}.", letters.as_str());
    text::AsWritten { text }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_in_english_stands_alone_and_an_address_stays_as_it_is() {
        let told = |why: &str| of_member(&AddressFault::AsWritten(why.to_owned())).to_string();
        assert_eq!(told("the URL has no host"), "The URL has no host.");
        assert_eq!(told("h.example is not known"), "h.example is not known.");
    }

    #[test]
    fn what_is_kept_as_data_is_told_as_it_is_told_alone() {
        let error = UrlError::NoHost("https:".to_owned());
        let fault = AddressFault::Url(error.clone());
        assert_eq!(of_member(&fault), text(&error));
    }
}
