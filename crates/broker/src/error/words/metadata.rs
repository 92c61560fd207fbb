//! Why the details of a server or a sign-in service can't be used.

use super::url;
use messages::{Text, text};
use oauth::metadata::MetadataError;

pub(crate) fn text(error: &MetadataError) -> Text {
    match error {
        MetadataError::ResourceMismatch { asked, found } => {
            text::DetailsOtherServer { found, asked }.into()
        }
        MetadataError::ResourceMissing { asked, issuer } => {
            text::DetailsNoServer { asked, issuer }.into()
        }
        MetadataError::NoAuthorizationServer => text::DetailsNoService.into(),
        MetadataError::TooManyAuthorizationServers(count) => {
            text::DetailsManyServices { count: *count }.into()
        }
        MetadataError::IssuerMismatch { asked, found } => {
            text::DetailsOtherService { asked, found }.into()
        }
        MetadataError::Endpoint { member, source } => text::DetailsAddress {
            member: *member,
            why: url::text(source),
        }
        .into(),
        MetadataError::NoCodeFlow(detail) => text::DetailsNoBrowser { detail: *detail }.into(),
        MetadataError::PushedOnly => text::DetailsPushedOnly.into(),
        MetadataError::PkceUnadvertised { issuer } => {
            text::DetailsPkceUnadvertised { issuer }.into()
        }
        MetadataError::PkceUnsaid { token } => text::DetailsPkceUnsaid { token }.into(),
        MetadataError::PkceWithoutS256(methods) => text::DetailsPkceWithoutS256 { methods }.into(),
        MetadataError::ForeignLoginPage {
            login,
            issuer,
            token,
        } => text::DetailsForeignPage {
            login,
            issuer,
            token,
        }
        .into(),
    }
}
