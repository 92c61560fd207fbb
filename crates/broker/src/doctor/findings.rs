//! What works, what departs from the specification, and what is not there: each a sentence with its rule.

use crate::Error;
use oauth::assertion;
use oauth::concession::Concession;
use oauth::discovery::{DiscoveryError, Protected};
use oauth::metadata::AuthorizationServer;
use oauth::registration::accepts_our_document;
use oauth::trace::{Step, Verdict};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub kind: FindingKind,
    /// What it is about, in a few words.
    pub title: String,
    pub detail: String,
    /// RFC section and PROTOCOL.md's id.
    pub rule: String,
    /// What the server's owner should change.
    pub advice: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    Works,
    Departs,
    /// Not offered, and not demanded of a server.
    Missing,
}

const ID_JAG_PROFILE: &str = "urn:ietf:params:oauth:grant-profile:id-jag";

pub(super) fn departures(departures: &[(Concession, String)]) -> Vec<Finding> {
    departures
        .iter()
        .map(|(concession, error)| Finding {
            kind: FindingKind::Departs,
            title: concession.title().to_owned(),
            detail: sentence(error),
            rule: rule(*concession).to_owned(),
            advice: Some(advice(*concession).to_owned()),
        })
        .collect()
}

pub(super) fn broken(error: &DiscoveryError) -> Finding {
    let error = Error::from(error.clone());
    Finding {
        kind: FindingKind::Departs,
        title: "What ends it".to_owned(),
        detail: sentence(&error.to_string()),
        rule: "RFC 9728, RFC 8414 (PROTOCOL.md 2.2 to 2.6)".to_owned(),
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
            title: step.title.clone(),
            detail: step.detail.clone(),
            rule: step.rule.clone(),
            advice: None,
        })
        .collect()
}

pub(super) fn of_server(found: &Protected) -> Vec<Finding> {
    let server = &found.authorization_server;
    let scopes = if found.scopes_to_request.is_empty() {
        "No scopes are named; the authorization server decides.".to_owned()
    } else {
        format!("A login asks for {}.", found.scopes_to_request)
    };
    let mut findings =
        vec![works("Resource", format!("Tokens are asked for {}.", found.resource_parameter), "RFC 8707 §2 (A-06)")];
    findings.push(works("Scopes", scopes, "MCP authorization (S-02 to S-04)"));
    findings.extend(logins(server));
    findings.extend(registrations(server));
    findings.push(if server.sends_iss {
        works("iss in the answer", "The answer says who it is from.", "RFC 9207 §2 (C-03)")
    } else {
        Finding {
            advice: Some(
                "Send `iss` in authorization responses and say so in the metadata: it keeps servers from being mixed up."
                    .to_owned(),
            ),
            ..missing("iss in the answer", "The answer does not say who it is from.", "RFC 9207 §2 (C-06)")
        }
    });
    findings.push(if server.scopes_supported.contains("offline_access") {
        works("Renewal", "The scope offline_access is offered, and will be asked for.", "OpenID Connect Core §11 (S-14)")
    } else {
        works("Renewal", "Whether there is a refresh token is seen at the first login.", "RFC 6749 §6 (T-05)")
    });
    findings.push(match &server.revocation_endpoint {
        Some(_) => works("Revocation", "Tokens can be taken back at the issuer.", "RFC 7009"),
        None => Finding {
            advice: Some("Offer a revocation endpoint, so that a person can take an access back.".to_owned()),
            ..missing("Revocation", "Tokens cannot be taken back; they end by themselves.", "RFC 7009")
        },
    });
    if found.needs_dpop {
        findings.push(works(
            "DPoP",
            "Tokens are bound to a key; agents reach this server through Gatelodge only.",
            "RFC 9449 §7",
        ));
    } else if !server.dpop_algorithms.is_empty() {
        findings.push(works("DPoP", "Offered, and not demanded by the resource.", "RFC 9449 §5.1"));
    }
    findings
}

fn logins(server: &AuthorizationServer) -> Vec<Finding> {
    let mut findings = Vec::new();
    let host = AuthorizationServer::host_of;
    if server.offers_code_flow() {
        let where_to = host(&server.authorization_endpoint);
        findings.push(works("Login in the browser", format!("At {where_to}, with PKCE S256."), "OAuth 2.1 §4.1 (A-01)"));
    } else {
        findings.push(missing("Login in the browser", "The code flow is not offered.", "OAuth 2.1 §4.1"));
    }
    if server.device_authorization_endpoint.is_some() {
        findings.push(works("Login by device code", "Offered.", "RFC 8628"));
    }
    if server.offers(assertion::CLIENT_CREDENTIALS) {
        findings.push(works("A program's own access", "Client credentials are offered.", "RFC 6749 §4.4"));
    }
    if server.grant_profiles.iter().any(|profile| profile == ID_JAG_PROFILE) {
        findings.push(works("Login through a company", "The authorization server takes a company's word (ID-JAG).", "SEP-990"));
    }
    findings
}

fn registrations(server: &AuthorizationServer) -> Vec<Finding> {
    let mut findings = Vec::new();
    if accepts_our_document(server) {
        findings.push(works("Client id metadata documents", "Taken.", "CIMD (R-04)"));
    }
    if server.registration_endpoint.is_some() {
        findings.push(works("Registration", "Programs may register themselves.", "RFC 7591 (R-13)"));
    }
    if findings.is_empty() {
        findings.push(Finding {
            advice: Some(
                "Take client id metadata documents or offer dynamic registration, or give people a client id.".to_owned(),
            ),
            ..missing(
                "Registration",
                "Programs cannot register themselves: a client id has to be given to the person.",
                "MCP authorization (R-02)",
            )
        });
    }
    findings
}

/// Errors read on after a colon; here they stand alone.
fn sentence(error: &str) -> String {
    let mut letters = error.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

fn works(title: &str, detail: impl Into<String>, rule: &str) -> Finding {
    Finding { kind: FindingKind::Works, title: title.to_owned(), detail: detail.into(), rule: rule.to_owned(), advice: None }
}

fn missing(title: &str, detail: &str, rule: &str) -> Finding {
    Finding { kind: FindingKind::Missing, ..works(title, detail, rule) }
}

fn rule(concession: Concession) -> &'static str {
    match concession {
        Concession::PkceUnadvertised => "RFC 8414 §2, OAuth 2.1 §7.5.2 (A-04, A-05)",
        Concession::IssuerMismatch => "RFC 8414 §3.3 (M-07, M-08)",
        Concession::MetadataUrlAsIssuer => "RFC 9728 §2 (D-09)",
        Concession::ResourceMismatch => "RFC 9728 §3.3 (D-12)",
        Concession::NoResourceParameter => "RFC 8707 §2 (A-06)",
        Concession::PrivateNetwork => "RFC 9728 §7.7 (B-03)",
        Concession::LegacyEndpoints => "RFC 9728 §3 (D-03, D-08)",
    }
}

fn advice(concession: Concession) -> &'static str {
    match concession {
        Concession::PkceUnadvertised => "List S256 in code_challenge_methods_supported.",
        Concession::IssuerMismatch => {
            "Let `issuer` be the very string that authorization_servers names, and serve the document where that issuer's well-known address is."
        }
        Concession::MetadataUrlAsIssuer => "Name the issuer in authorization_servers, not the address of its metadata.",
        Concession::ResourceMismatch => "Let `resource` be the address that people enter for this server.",
        Concession::NoResourceParameter => "Take the parameter `resource`, and put it into the token's audience.",
        Concession::PrivateNetwork => "Name public addresses only, if the server is meant for the internet.",
        Concession::LegacyEndpoints => {
            "Publish protected resource metadata at /.well-known/oauth-protected-resource, and name it in the 401's WWW-Authenticate."
        }
    }
}
