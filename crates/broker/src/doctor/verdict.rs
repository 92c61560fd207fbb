//! What the findings come to: no more than was seen, as nobody was registered and nobody logged in.

use super::assumed::AbsentEndpoints;
use crate::error::words;
use messages::{Text, text};
use model::{Code, DiagnosisResult};
use oauth::concession::Concession;
use oauth::discovery::Protected;
use oauth::metadata::AuthorizationServer;
use oauth::registration::accepts_our_document;

/// How a login stands, in one word and in words for a person, and the code of what ends it.
pub(super) struct Verdict {
    pub(super) result: DiagnosisResult,
    pub(super) summary: Text,
    pub(super) code: Option<Code>,
}

/// The verdict on a server that wants a login.
pub(super) fn verdict(
    found: &Protected,
    concessions: &[Concession],
    absent: &AbsentEndpoints,
) -> Verdict {
    let server = &found.authorization_server;
    let host = AuthorizationServer::host_of(server.issuer.as_str());
    if absent.login {
        let endpoint = server.authorization_endpoint.as_deref().unwrap_or_default();
        return Verdict {
            result: DiagnosisResult::Broken,
            summary: text::DoctorBrokenAbsent { endpoint }.into(),
            code: Some(Code::NoResourceMetadata),
        };
    }
    let no_person = !server.offers_code_flow() && server.device_authorization_endpoint.is_none();
    let (result, summary) = if no_person {
        let rest = nothing_else(concessions);
        (
            DiagnosisResult::ProgramsOnly,
            text::DoctorProgramsOnly { host, rest }.into(),
        )
    } else if server.registration_endpoint.is_none() || absent.registration {
        let rest = nothing_else(concessions);
        (
            DiagnosisResult::NeedsClientId,
            client_id_needed(server, host, rest),
        )
    } else {
        let result = if concessions.is_empty() {
            DiagnosisResult::Works
        } else {
            DiagnosisResult::WorksByConcession
        };
        (result, works(found, nothing(concessions)))
    };
    Verdict {
        result,
        summary,
        code: None,
    }
}

fn works(found: &Protected, rest: Text) -> Text {
    match &found.refuses {
        Some(refusal) => text::DoctorWorksRefused {
            rest,
            refusal: words::discovery::text(refusal),
        }
        .into(),
        None => text::DoctorWorks { rest }.into(),
    }
}

/// Nothing was found in the way of a login.
fn nothing(concessions: &[Concession]) -> Text {
    match concessions.len() {
        0 => text::DoctorClear.into(),
        count => text::DoctorClearIfAllowed {
            count,
            names: names(concessions),
        }
        .into(),
    }
}

/// The same beside something that was found.
fn nothing_else(concessions: &[Concession]) -> Text {
    match concessions.len() {
        0 => text::DoctorElseClear.into(),
        count => text::DoctorElseClearIfAllowed {
            count,
            names: names(concessions),
        }
        .into(),
    }
}

fn names(concessions: &[Concession]) -> Vec<&'static str> {
    let names = concessions.iter().map(|concession| concession.name());
    names.collect()
}

fn client_id_needed(server: &AuthorizationServer, host: String, rest: Text) -> Text {
    let unusable = server
        .unusable
        .iter()
        .any(|(member, _)| member == "registration_endpoint");
    if unusable {
        text::DoctorClientIdUnusable { host, rest }.into()
    } else if accepts_our_document(server) {
        text::DoctorClientIdOrDocument { host, rest }.into()
    } else {
        text::DoctorClientIdFromOwner { host, rest }.into()
    }
}

#[cfg(test)]
mod tests {
    use super::{AbsentEndpoints, DiagnosisResult, Protected, verdict};
    use oauth::metadata::AuthorizationServer;
    use oauth::scope::Scopes;

    /// A login page that is there at an assumed address says nothing of the address where programs would be registered.
    #[test]
    fn an_assumed_registration_that_nobody_answers_is_none() {
        let origin = url::Url::parse("https://h.example/").expect("a URL");
        let found = Protected {
            calls_itself: None,
            refuses: None,
            resource_parameter: "https://h.example/mcp".to_owned(),
            authorization_server: AuthorizationServer::legacy(&origin).expect("an origin"),
            scopes_to_request: Scopes::default(),
            scopes_supported: Scopes::default(),
            needs_dpop: false,
        };
        let told = |absent| verdict(&found, &[], &absent).result;
        assert_eq!(told(AbsentEndpoints::default()), DiagnosisResult::Works);
        assert_eq!(
            told(AbsentEndpoints {
                login: false,
                registration: true
            }),
            DiagnosisResult::NeedsClientId
        );
        assert_eq!(
            told(AbsentEndpoints {
                login: true,
                registration: true
            }),
            DiagnosisResult::Broken
        );
    }
}
