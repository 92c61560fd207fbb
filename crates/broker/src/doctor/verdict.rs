//! What the findings come to: no more than was seen, as nobody was registered and nobody logged in.

use super::assumed::AbsentEndpoints;
use model::{Code, DiagnosisResult};
use oauth::concession::Concession;
use oauth::discovery::Protected;
use oauth::metadata::AuthorizationServer;
use oauth::registration::accepts_our_document;

/// How a login stands, in one word and in one sentence, and the code of what ends it.
pub(super) struct Verdict {
    pub(super) result: DiagnosisResult,
    pub(super) summary: String,
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
    let once = once_allowed(concessions);
    if absent.login {
        let summary = format!(
            "A login does not work: nothing answers at {}, which was assumed, since no document names another place.",
            server.authorization_endpoint.as_deref().unwrap_or_default()
        );
        return Verdict {
            result: DiagnosisResult::Broken,
            summary,
            code: Some(Code::NoResourceMetadata),
        };
    }
    let (result, summary) = if !server.offers_code_flow()
        && server.device_authorization_endpoint.is_none()
    {
        let summary = format!(
            "No person can log in here: {host} offers no login in the browser, only access for programs. Nothing else found so far stands in its way{once}."
        );
        (DiagnosisResult::ProgramsOnly, summary)
    } else if server.registration_endpoint.is_none() || absent.registration {
        (
            DiagnosisResult::NeedsClientId,
            client_id_needed(server, &host, &once),
        )
    } else {
        let but = found
            .refuses
            .as_ref()
            .map(|refusal| format!(" But {refusal}; a login may not change that."))
            .unwrap_or_default();
        let result = if concessions.is_empty() {
            DiagnosisResult::Works
        } else {
            DiagnosisResult::WorksByConcession
        };
        let summary = format!(
            "Nothing found so far stands in the way of a login{once}.{but} Not tried: the registration, the consent page and the token endpoint."
        );
        (result, summary)
    };
    Verdict {
        result,
        summary,
        code: None,
    }
}

fn once_allowed(concessions: &[Concession]) -> String {
    if concessions.is_empty() {
        return String::new();
    }
    let names: Vec<_> = concessions
        .iter()
        .map(|concession| concession.name())
        .collect();
    format!(
        " once you allow what departs from the specification: {}",
        names.join(", ")
    )
}

fn client_id_needed(server: &AuthorizationServer, host: &str, once: &str) -> String {
    let unusable = server
        .unusable
        .iter()
        .any(|(member, _)| member == "registration_endpoint");
    let how = if unusable {
        "the registration endpoint that its document names cannot be used, and its owner has to mend it or to give you one"
    } else if accepts_our_document(server) {
        "it takes a client id metadata document that you host, or a client id from its owner"
    } else {
        "its owner has to give you one"
    };
    let who = if unusable {
        format!("no program can register itself at {host}")
    } else {
        format!("{host} lets no program register itself")
    };
    format!(
        "A login needs a client id: {who}, so {how}. Nothing else found so far stands in the way{once}."
    )
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
