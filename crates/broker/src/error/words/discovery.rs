//! Why it isn't known how a server is protected.

use super::{http, metadata, url};
use messages::{Arg, Text, text};
use model::quoting;
use oauth::discovery::{DiscoveryError, Misread, RefusalSubject, ShownInstead};

/// With the server's own words behind it, if it had any.
pub(crate) fn text(error: &DiscoveryError) -> Text {
    match error {
        // Its words stand behind what was seen.
        DiscoveryError::LegacyBeside { .. } => in_our_words(error),
        _ => quoting(in_our_words(error), error.said()),
    }
}

// table: each way in which a discovery ends, as a message
fn in_our_words(error: &DiscoveryError) -> Text {
    match error {
        DiscoveryError::Url(error) => url::text(error),
        DiscoveryError::Http(error) => http::text(error),
        DiscoveryError::NotMcp {
            url,
            status,
            media_type,
            ..
        } => not_mcp(url, *status, media_type),
        DiscoveryError::ServerError { url, status, .. } => {
            let status = status.to_string();
            text::DiscoveryServerFailed { url, status }.into()
        }
        DiscoveryError::Redirected {
            target: Some(target),
        } => text::DiscoveryRedirected { target }.into(),
        DiscoveryError::Redirected { target: None } => text::TraceRedirectsNowhere.into(),
        DiscoveryError::RedirectLoop { place: url } => text::DiscoveryRedirectLoop { url }.into(),
        DiscoveryError::MetadataRedirected { place: url, target } => {
            text::DiscoveryMetadataRedirected { url, target }.into()
        }
        DiscoveryError::NoResourceMetadata { host, instead } => no_details(host, *instead),
        DiscoveryError::Hidden {
            host,
            what,
            status,
            is_page,
            ..
        } => hidden(host, *what, *status, *is_page),
        DiscoveryError::Busy { host, .. } => text::DiscoveryBusy { host }.into(),
        DiscoveryError::Unreadable { url, why } => unreadable(url, why),
        DiscoveryError::Legacy { origin } => text::DiscoveryLegacy { origin }.into(),
        DiscoveryError::LegacyBeside { origin, seen } => {
            let seen = text(seen);
            text::DiscoveryLegacyBeside { seen, origin }.into()
        }
        DiscoveryError::ResourceMetadata { url, source } => {
            let why = metadata::text(source);
            text::DiscoveryServerDetails { url, why }.into()
        }
        DiscoveryError::MetadataUrlAsIssuer { url } => {
            text::DiscoveryDocumentAsIssuer { url }.into()
        }
        DiscoveryError::NoAuthorizationServerMetadata { issuer, places } => {
            let places = *places;
            text::DiscoveryNoServiceDetails { places, issuer }.into()
        }
        DiscoveryError::AuthorizationServerMetadata { url, source } => {
            let why = metadata::text(source);
            text::DiscoveryServiceDetails { url, why }.into()
        }
        DiscoveryError::TooSlow { seconds } => {
            let limit = Arg::span(*seconds);
            text::DiscoveryTooSlow { limit }.into()
        }
        DiscoveryError::Entered { source } => {
            let why = metadata::text(source);
            text::DiscoveryEntered { why }.into()
        }
    }
}

fn unreadable(url: &str, why: &Misread) -> Text {
    let why = misread(why);
    text::DiscoveryUnreadable { url, why }.into()
}

/// Why an answer is not the document that was asked for.
pub(crate) fn misread(why: &Misread) -> Text {
    match why {
        Misread::NoJson { why } => text::TraceNoJson { why }.into(),
        Misread::Malformed { why } => text::TraceMalformed { why }.into(),
        Misread::NoMembers { members } => {
            let members = members.as_slice();
            text::TraceNoMembers { members }.into()
        }
    }
}

fn not_mcp(url: &str, status: u16, media: &str) -> Text {
    let status = status.to_string();
    if media.is_empty() {
        text::DiscoveryNotMcp { url, status }.into()
    } else {
        text::DiscoveryNotMcpBut { url, status, media }.into()
    }
}

fn no_details(host: &str, instead: Option<ShownInstead>) -> Text {
    match instead {
        None => text::DiscoveryNoDetails { host }.into(),
        Some(ShownInstead::Page) => text::DiscoveryNoDetailsButPage { host }.into(),
        Some(ShownInstead::Login) => text::DiscoveryNoDetailsButLogin { host }.into(),
    }
}

fn hidden(host: &str, what: RefusalSubject, status: u16, is_page: bool) -> Text {
    let status = status.to_string();
    match (what, is_page) {
        (RefusalSubject::Metadata, false) => text::DiscoveryDetailsHidden { host, status }.into(),
        (RefusalSubject::Metadata, true) => {
            text::DiscoveryDetailsHiddenByPage { host, status }.into()
        }
        (RefusalSubject::Server, false) => text::DiscoveryProgramRefused { host, status }.into(),
        (RefusalSubject::Server, true) => {
            text::DiscoveryProgramRefusedByPage { host, status }.into()
        }
    }
}
