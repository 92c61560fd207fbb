//! What works, what departs from the specification, and what is not there: each a sentence with its rule.

use super::assumed::AbsentEndpoints;
use crate::Error;
use crate::error::words;
use crate::issuer::scopes::completed;
use crate::trace::{step_detail, step_title};
use messages::{Text, text};
use model::{ConcessionText, Finding, FindingKind, where_a_login_goes};
use oauth::assertion;
use oauth::concession::Concession;
use oauth::discovery::{DiscoveryError, Protected};
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::registration::accepts_our_document;
use oauth::trace::{Step, Verdict};

const ID_JAG_PROFILE: &str = "urn:ietf:params:oauth:grant-profile:id-jag";

pub(super) fn departures(departures: &[(Concession, &DiscoveryError)]) -> Vec<Finding> {
    departures
        .iter()
        .map(|(concession, error)| Finding {
            kind: FindingKind::Departs,
            title: concession.title(),
            detail: words::discovery::text(error),
            rule: rule(*concession).to_owned(),
            advice: Some(advice(*concession)),
        })
        .collect()
}

pub(super) fn broken(error: &DiscoveryError) -> Finding {
    let error = Error::from(error.clone());
    Finding {
        kind: FindingKind::Departs,
        title: text::DoctorEnded.into(),
        detail: error.text().clone(),
        rule: "RFC 9728, RFC 8414".to_owned(),
        advice: Some(error.hint()),
    }
}

/// Steps that went on although something was not as it should be.
pub(super) fn warnings(steps: &[Step]) -> Vec<Finding> {
    steps
        .iter()
        .filter(|step| step.verdict == Verdict::Warning)
        .map(|step| Finding {
            kind: FindingKind::Departs,
            title: step_title(step),
            detail: step_detail(step),
            rule: step.rule.clone(),
            advice: None,
        })
        .collect()
}

/// What the documents of a server say of a login there.
pub(super) fn of_server(found: &Protected, absent: &AbsentEndpoints) -> Vec<Finding> {
    let server = &found.authorization_server;
    let mut findings = vec![
        works(
            text::DoctorResource,
            text::DoctorResourceAsked {
                resource: &found.resource_parameter,
            },
            "RFC 8707 §2",
        ),
        works(
            text::DoctorScopes,
            scopes(found),
            "MCP authorization, scope selection",
        ),
    ];
    findings.extend(logins(server, absent));
    findings.extend(registrations(server, absent));
    findings.push(issuer_in_answers(server));
    findings.push(missing(
        text::DoctorRenewal,
        text::DoctorRenewalUnknown,
        "RFC 6749 §6",
    ));
    findings.push(revocation(server));
    findings.extend(sender_constraint(found));
    findings
}

fn scopes(found: &Protected) -> Text {
    let asked = completed(&found.scopes_to_request, &found.authorization_server);
    if asked.is_empty() {
        return text::DoctorScopesUnnamed.into();
    }
    let scopes = asked.to_vec();
    text::DoctorScopesAsked { scopes }.into()
}

fn issuer_in_answers(server: &AuthorizationServer) -> Finding {
    let (title, rule) = (text::DoctorIss, "RFC 9207 §2");
    if server.sends_iss {
        return works(title, text::DoctorIssPromised, rule);
    }
    advised(
        missing(title, text::DoctorIssUnpromised, rule),
        text::DoctorIssAdvice,
    )
}

fn revocation(server: &AuthorizationServer) -> Finding {
    let (title, rule) = (text::DoctorRevocation, "RFC 7009");
    if server.revocation_endpoint.is_some() {
        return works(title, text::DoctorRevocationNamed, rule);
    }
    advised(
        missing(title, text::DoctorRevocationUnnamed, rule),
        text::DoctorRevocationAdvice,
    )
}

fn sender_constraint(found: &Protected) -> Option<Finding> {
    let (detail, rule): (Text, _) = if found.needs_dpop {
        (text::DoctorDpopRequired.into(), "RFC 9449 §7")
    } else if found.authorization_server.dpop_algorithms.is_empty() {
        return None;
    } else {
        (text::DoctorDpopOffered.into(), "RFC 9449 §5.1")
    };
    Some(works(text::DoctorDpop, detail, rule))
}

fn logins(server: &AuthorizationServer, absent: &AbsentEndpoints) -> Vec<Finding> {
    let mut findings = vec![in_the_browser(server, absent)];
    if server.device_authorization_endpoint.is_some() {
        let detail = text::DoctorDeviceOffered;
        findings.push(works(text::DoctorDevice, detail, "RFC 8628"));
    }
    if server.offers(assertion::CLIENT_CREDENTIALS) {
        let detail = text::DoctorProgramsOffered;
        findings.push(works(text::DoctorPrograms, detail, "RFC 6749 §4.4"));
    }
    let profiles = &server.grant_profiles;
    if profiles.iter().any(|profile| profile == ID_JAG_PROFILE) {
        let detail = text::DoctorCompanyOffered;
        findings.push(works(text::DoctorCompany, detail, "SEP-990"));
    }
    findings
}

fn in_the_browser(server: &AuthorizationServer, absent: &AbsentEndpoints) -> Finding {
    let title = text::DoctorBrowser;
    if absent.login {
        let endpoint = server.authorization_endpoint.as_deref().unwrap_or_default();
        let detail = text::DoctorBrowserAbsent { endpoint };
        return missing(title, detail, "MCP 2025-03-26, Authorization");
    }
    if !server.offers_code_flow() {
        return missing(title, text::DoctorBrowserMissing, "OAuth 2.1 §4.1");
    }
    let hosts = where_a_login_goes(server);
    let detail: Text = if server.basis == Basis::Assumed {
        text::DoctorBrowserAssumed { hosts }.into()
    } else {
        text::DoctorBrowserOffered { hosts }.into()
    };
    works(title, detail, "OAuth 2.1 §4.1")
}

fn registrations(server: &AuthorizationServer, absent: &AbsentEndpoints) -> Vec<Finding> {
    let (title, rule) = (text::DoctorRegistration, "RFC 7591");
    let mut findings = Vec::new();
    if accepts_our_document(server) {
        findings.push(works(
            text::DoctorDocuments,
            text::DoctorDocumentsAccepted,
            "draft-ietf-oauth-client-id-metadata-document",
        ));
    }
    if let Some(endpoint) = &server.registration_endpoint {
        findings.push(match server.basis {
            _ if absent.registration => {
                missing(title, text::DoctorRegistrationAbsent { endpoint }, rule)
            }
            Basis::Assumed => works(title, text::DoctorRegistrationAssumed { endpoint }, rule),
            _ => works(title, text::DoctorRegistrationNamed, rule),
        });
    }
    if findings.is_empty() {
        findings.push(advised(
            missing(
                title,
                text::DoctorRegistrationMissing,
                "MCP authorization, client registration",
            ),
            text::DoctorRegistrationAdvice,
        ));
    }
    findings
}

fn works(title: impl Into<Text>, detail: impl Into<Text>, rule: &str) -> Finding {
    Finding {
        kind: FindingKind::Works,
        title: title.into(),
        detail: detail.into(),
        rule: rule.to_owned(),
        advice: None,
    }
}

fn advised(finding: Finding, advice: impl Into<Text>) -> Finding {
    Finding {
        advice: Some(advice.into()),
        ..finding
    }
}

fn missing(title: impl Into<Text>, detail: impl Into<Text>, rule: &str) -> Finding {
    Finding {
        kind: FindingKind::Missing,
        ..works(title, detail, rule)
    }
}

fn rule(concession: Concession) -> &'static str {
    match concession {
        Concession::PkceUnadvertised => "RFC 8414 §2, OAuth 2.1 §7.5.2",
        Concession::IssuerMismatch => "RFC 8414 §3.3",
        Concession::MetadataUrlAsIssuer => "RFC 9728 §2",
        Concession::ResourceMismatch => "RFC 9728 §3.3",
        Concession::NoResourceParameter => "RFC 8707 §2",
        Concession::PrivateNetwork => "RFC 9728 §7.7",
        Concession::LegacyEndpoints => "RFC 9728 §3",
        Concession::ForeignLoginPage => "RFC 9207 §2, RFC 9700 §4.4",
        Concession::ResourceMissing => "RFC 9728 §2, §3.3",
        Concession::SharedCallback => "RFC 8252 §8.10, RFC 9700 §4.4",
    }
}

fn advice(concession: Concession) -> Text {
    match concession {
        Concession::PkceUnadvertised => text::DoctorAdvicePkceUnadvertised.into(),
        Concession::IssuerMismatch => text::DoctorAdviceIssuerMismatch.into(),
        Concession::MetadataUrlAsIssuer => text::DoctorAdviceMetadataUrlAsIssuer.into(),
        Concession::ResourceMismatch => text::DoctorAdviceResourceMismatch.into(),
        Concession::NoResourceParameter => text::DoctorAdviceNoResourceParameter.into(),
        Concession::PrivateNetwork => text::DoctorAdvicePrivateNetwork.into(),
        Concession::LegacyEndpoints => text::DoctorAdviceLegacyEndpoints.into(),
        Concession::ForeignLoginPage => text::DoctorAdviceForeignLoginPage.into(),
        Concession::ResourceMissing => text::DoctorAdviceResourceMissing.into(),
        Concession::SharedCallback => text::DoctorAdviceSharedCallback.into(),
    }
}
