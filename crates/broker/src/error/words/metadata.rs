//! Why the details of a server or a sign-in service can't be used.

use super::url;
use messages::{Arg, Text, text};
use oauth::metadata::{CodeFlowFault, MetadataError};

pub(crate) fn text(error: &MetadataError) -> Text {
    match error {
        MetadataError::ResourceMismatch { asked, found } => {
            text::DetailsOtherServer { found, asked }.into()
        }
        MetadataError::ResourceMissing {
            asked,
            issuer: Some(issuer),
        } => text::DetailsNoServer { asked, issuer }.into(),
        MetadataError::ResourceMissing {
            asked,
            issuer: None,
        } => text::DetailsNoServerAndService { asked }.into(),
        MetadataError::NoAuthorizationServer => text::DetailsNoService.into(),
        MetadataError::TooManyAuthorizationServers(count) => {
            text::DetailsManyServices { count: *count }.into()
        }
        MetadataError::IssuerMismatch { asked, found } => {
            text::DetailsOtherService { asked, found }.into()
        }
        MetadataError::Endpoint { member, source } => text::DetailsAddress {
            member: &**member,
            why: url::text(source),
        }
        .into(),
        MetadataError::NoCodeFlow(fault) => {
            let detail = code_flow(fault);
            text::DetailsNoBrowser { detail }.into()
        }
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

/// What an earlier version kept stays as it was written.
fn code_flow(fault: &CodeFlowFault) -> Arg {
    match fault {
        CodeFlowFault::NoEndpoint => text::CodeFlowNoEndpoint.into(),
        CodeFlowFault::NoGrantType => text::CodeFlowNoGrantType.into(),
        CodeFlowFault::NoResponseType => text::CodeFlowNoResponseType.into(),
        CodeFlowFault::NoOrigin => text::CodeFlowNoOrigin.into(),
        CodeFlowFault::AsWritten(words) => words.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use oauth::metadata::{CodeFlowFault, MetadataError};

    #[test]
    fn what_the_code_flow_lacks_ends_the_sentence() {
        let begin = "The sign-in service doesn't offer a sign-in in the browser: ";
        for (fault, told) in [
            (
                CodeFlowFault::NoEndpoint,
                "its metadata has no `authorization_endpoint`.",
            ),
            (
                CodeFlowFault::NoResponseType,
                "`code` isn't among its `response_types_supported`.",
            ),
            (
                CodeFlowFault::AsWritten("as it was kept".to_owned()),
                "as it was kept.",
            ),
        ] {
            let sentence = text(&MetadataError::NoCodeFlow(fault)).to_string();
            assert_eq!(sentence, format!("{begin}{told}"));
        }
    }

    #[test]
    fn metadata_that_names_nobody_says_so() {
        let told = |issuer: Option<&str>| {
            let missing = MetadataError::ResourceMissing {
                asked: "https://h.example/mcp".to_owned(),
                issuer: issuer.map(str::to_owned),
            };
            text(&missing).id().to_owned()
        };
        assert_eq!(told(Some("https://as.example")), "details-no-server");
        assert_eq!(told(None), "details-no-server-and-service");
    }
}
