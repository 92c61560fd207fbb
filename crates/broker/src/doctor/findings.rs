//! What works, what departs from the specification, and what is not there: each a sentence with its rule.

use super::assumed::AbsentEndpoints;
use crate::Error;
use crate::issuer::scopes::completed;
use model::{ConcessionText, Finding, FindingKind};
use oauth::assertion;
use oauth::concession::Concession;
use oauth::discovery::{DiscoveryError, Protected, where_a_login_goes};
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::registration::accepts_our_document;
use oauth::trace::{Step, Verdict};

const ID_JAG_PROFILE: &str = "urn:ietf:params:oauth:grant-profile:id-jag";

pub(super) fn departures(departures: &[(Concession, &DiscoveryError)]) -> Vec<Finding> {
    departures
        .iter()
        .map(|(concession, error)| Finding {
            kind: FindingKind::Departs,
            title: concession.title().to_owned(),
            detail: sentence(&error.to_string()),
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
        rule: "RFC 9728, RFC 8414".to_owned(),
        advice: Some(error.hint().to_string()),
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

/// What the documents of a server say of a login there.
pub(super) fn of_server(found: &Protected, absent: &AbsentEndpoints) -> Vec<Finding> {
    let server = &found.authorization_server;
    let mut findings = vec![
        works(
            "Resource",
            format!("Tokens are asked for {}.", found.resource_parameter),
            "RFC 8707 §2",
        ),
        works(
            "Scopes",
            scopes(found),
            "MCP authorization, scope selection",
        ),
    ];
    findings.extend(logins(server, absent));
    findings.extend(registrations(server, absent));
    findings.push(issuer_in_answers(server));
    findings.push(missing(
        "Renewal",
        "Whether a login can be renewed shows only when somebody has logged in.",
        "RFC 6749 §6",
    ));
    findings.push(revocation(server));
    findings.extend(sender_constraint(found));
    findings
}

fn scopes(found: &Protected) -> String {
    let asked = completed(&found.scopes_to_request, &found.authorization_server);
    if asked.is_empty() {
        return "No scopes are named; the authorization server decides.".to_owned();
    }
    format!("A login asks for {asked}.")
}

fn issuer_in_answers(server: &AuthorizationServer) -> Finding {
    let (title, rule) = ("iss in the answer", "RFC 9207 §2");
    if server.sends_iss {
        return works(
            title,
            "Its document promises that answers say who they are from.",
            rule,
        );
    }
    advised(
        missing(
            title,
            "Its document does not promise that answers say who they are from.",
            rule,
        ),
        "Send `iss` in authorization responses and say so in the metadata: it keeps servers from being mixed up.",
    )
}

fn revocation(server: &AuthorizationServer) -> Finding {
    let (title, rule) = ("Revocation", "RFC 7009");
    if server.revocation_endpoint.is_some() {
        return works(
            title,
            "Its document names a revocation endpoint. It was not tried.",
            rule,
        );
    }
    advised(
        missing(
            title,
            "Its document names no revocation endpoint: tokens end by themselves.",
            rule,
        ),
        "Offer a revocation endpoint, so that a person can take an access back.",
    )
}

fn sender_constraint(found: &Protected) -> Option<Finding> {
    let (detail, rule) = if found.needs_dpop {
        (
            "Tokens are bound to a key; agents reach this server through Gatelodge only.",
            "RFC 9449 §7",
        )
    } else if found.authorization_server.dpop_algorithms.is_empty() {
        return None;
    } else {
        (
            "Offered, and not demanded by the resource.",
            "RFC 9449 §5.1",
        )
    };
    Some(works("DPoP", detail, rule))
}

fn logins(server: &AuthorizationServer, absent: &AbsentEndpoints) -> Vec<Finding> {
    let mut findings = Vec::new();
    if absent.login {
        let detail = format!(
            "Nothing answers at {}, which was assumed.",
            server.authorization_endpoint.as_deref().unwrap_or_default()
        );
        findings.push(missing(
            "Login in the browser",
            detail,
            "MCP 2025-03-26, Authorization",
        ));
    } else if server.offers_code_flow() {
        let assumed = if server.basis == Basis::Assumed {
            " These addresses are assumed: no document names them."
        } else {
            ""
        };
        let detail = format!(
            "{} PKCE is sent with S256.{assumed}",
            where_a_login_goes(server)
        );
        findings.push(works("Login in the browser", detail, "OAuth 2.1 §4.1"));
    } else {
        findings.push(missing(
            "Login in the browser",
            "The code flow is not offered.",
            "OAuth 2.1 §4.1",
        ));
    }
    if server.device_authorization_endpoint.is_some() {
        findings.push(works("Login by device code", "Offered.", "RFC 8628"));
    }
    if server.offers(assertion::CLIENT_CREDENTIALS) {
        findings.push(works(
            "A program's own access",
            "Client credentials are offered.",
            "RFC 6749 §4.4",
        ));
    }
    if server
        .grant_profiles
        .iter()
        .any(|profile| profile == ID_JAG_PROFILE)
    {
        findings.push(works(
            "Login through a company",
            "The authorization server takes a company's word (ID-JAG).",
            "SEP-990",
        ));
    }
    findings
}

fn registrations(server: &AuthorizationServer, absent: &AbsentEndpoints) -> Vec<Finding> {
    let mut findings = Vec::new();
    if accepts_our_document(server) {
        findings.push(works(
            "Client id metadata documents",
            "Taken, says its document.",
            "OAuth Client ID Metadata Document",
        ));
    }
    if let Some(endpoint) = &server.registration_endpoint {
        findings.push(match server.basis {
            _ if absent.registration => missing(
                "Registration",
                format!("Nothing answers at {endpoint}, which was assumed."),
                "RFC 7591",
            ),
            Basis::Assumed => works(
                "Registration",
                format!("{endpoint} is assumed. It was not tried."),
                "RFC 7591",
            ),
            _ => works(
                "Registration",
                "Its document names a registration endpoint. It was not tried.",
                "RFC 7591",
            ),
        });
    }
    if findings.is_empty() {
        findings.push(advised(
            missing(
                "Registration",
                "Programs cannot register themselves: a client id has to be given to the person.",
                "MCP authorization, client registration",
            ),
            "Take client id metadata documents or offer dynamic registration, or give people a client id.",
        ));
    }
    findings
}

/// Errors read on after a colon; here they stand alone. An address or a name stays as it is.
fn sentence(error: &str) -> String {
    let is_word = error
        .split(' ')
        .next()
        .is_some_and(|word| word.chars().all(char::is_alphabetic));
    let mut letters = error.chars();
    let first: String = match letters.next() {
        Some(first) if is_word => first.to_uppercase().collect(),
        first => first.into_iter().collect(),
    };
    format!("{first}{}.", letters.as_str())
}

fn works(title: &str, detail: impl Into<String>, rule: &str) -> Finding {
    Finding {
        kind: FindingKind::Works,
        title: title.to_owned(),
        detail: detail.into(),
        rule: rule.to_owned(),
        advice: None,
    }
}

fn advised(finding: Finding, advice: &str) -> Finding {
    Finding {
        advice: Some(advice.to_owned()),
        ..finding
    }
}

fn missing(title: &str, detail: impl Into<String>, rule: &str) -> Finding {
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

fn advice(concession: Concession) -> &'static str {
    match concession {
        Concession::PkceUnadvertised => "List S256 in code_challenge_methods_supported.",
        Concession::IssuerMismatch => {
            "Let `issuer` be the very string that authorization_servers names, and serve the document where that issuer's well-known address is."
        }
        Concession::MetadataUrlAsIssuer => {
            "Name the issuer in authorization_servers, not the address of its metadata."
        }
        Concession::ResourceMismatch => {
            "Let `resource` be the address that people enter for this server."
        }
        Concession::NoResourceParameter => {
            "Take the parameter `resource`, and put it into the token's audience."
        }
        Concession::ForeignLoginPage => {
            "Send `iss` in authorization responses and say so with authorization_response_iss_parameter_supported, or have the login page on the issuer's own host."
        }
        Concession::ResourceMissing => {
            "Add `resource`: the address that people enter for this server."
        }
        Concession::PrivateNetwork => {
            "Name public addresses only, if the server is meant for the internet."
        }
        Concession::SharedCallback => {
            "Register redirects with a path of the client's choice, or send `iss` in authorization responses and say so in the metadata."
        }
        Concession::LegacyEndpoints => {
            "Publish protected resource metadata at /.well-known/oauth-protected-resource, and name it in the 401's WWW-Authenticate."
        }
    }
}
