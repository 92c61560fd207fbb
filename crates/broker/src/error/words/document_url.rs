//! Why an address can't be a client id.

use super::url;
use messages::{Text, text};
use oauth::registration::DocumentUrlError;

pub(crate) fn text(error: &DocumentUrlError) -> Text {
    match error {
        DocumentUrlError::Url(error) => url::text(error),
        DocumentUrlError::Local(url) => text::DocumentUrlLocal { url }.into(),
        DocumentUrlError::NoPath(url) => text::DocumentUrlNoPath { url }.into(),
        DocumentUrlError::Query(url) => text::DocumentUrlQuery { url }.into(),
        DocumentUrlError::DotSegment(url) => text::DocumentUrlDots { url }.into(),
    }
}
