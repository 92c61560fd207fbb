//! What was asked, what came back, and what it meant: the window shows it live, the doctor prints it.

use crate::discovery::{DiscoveryError, LoginHosts, Misread};
use crate::metadata::AddressFault;
use crate::uri::UrlError;
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// One step of discovery, registration or login, as facts: whoever shows it makes the sentences. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was done.
    // The name that it had when it was a sentence: vaults have it.
    #[serde(alias = "title")]
    pub kind: StepKind,
    /// What was sent, if anything was.
    pub request: Option<StepRequest>,
    /// The status of the response, if one came.
    pub status: Option<u16>,
    /// What came back, as far as it matters: the challenge, or the members of a metadata document. Metadata is public,
    /// and no other answer is shown.
    #[serde(default)]
    pub answer: Option<String>,
    /// How it went.
    pub verdict: Verdict,
    /// What it meant.
    #[serde(alias = "detail")]
    pub result: StepResult,
    /// The rule that the step follows: a section of a public specification.
    pub rule: String,
}

/// What was done in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A request without a token.
    Probe,
    /// The same in the dialect that begins with `initialize`.
    LegacyProbe,
    /// The same by GET.
    GetProbe,
    /// The challenge names the place of the metadata.
    NamedPlace,
    /// The metadata of the resource was asked for.
    ResourceMetadata,
    /// The metadata of an authorization server was asked for.
    ServerMetadata,
    /// The same at the server's own origin, in the way of 2025-03-26.
    LegacyMetadata,
    /// Metadata was found where no specification puts it.
    UnusualPlace,
    /// Metadata breaks a rule.
    MetadataRefused,
    /// Metadata may be there, and is not shown.
    MetadataHidden,
    /// A member of the metadata was left out.
    UnusableMember,
    /// The metadata keeps to the rules.
    Checked,
    /// One of the listed authorization servers cannot be used.
    ServerUnusable,
    /// A person's own addresses took the place of metadata.
    EnteredEndpoints,
    /// The addresses of 2025-03-26 took the place of metadata.
    DefaultEndpoints,
    /// The server itself said no.
    Refused,
    /// There is nothing to log in to.
    NotProtected,
    /// An error ended the discovery.
    Ended,
    /// A step of before steps were facts, in English.
    #[serde(untagged)]
    AsWritten(String),
}

/// What a step meant, with its facts. Addresses and names are the server's words, cut to what can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepResult {
    /// 403, and no challenge.
    Forbidden,
    /// 401 without a Bearer challenge.
    WantsTokenWithoutChallenge,
    /// A challenge that names nothing.
    WantsToken,
    /// A challenge for a token that is bound to a key (RFC 9449).
    WantsBoundToken,
    /// A challenge that names the place of the metadata.
    NamesMetadata,
    /// The same with the scopes.
    NamesMetadataAndScopes,
    /// An MCP answer.
    AnswersWithoutToken,
    /// A redirect of the server itself.
    Redirects {
        /// Where it leads, if it says so.
        target: Option<String>,
    },
    /// 429.
    AsksToWait,
    /// A status from 500 on.
    ServerFailed,
    /// Something that is no MCP.
    NoMcp,
    /// A page for browsers in the place of a document.
    Page,
    /// 502: nobody is behind the gateway.
    GatewayAlone,
    /// No document here.
    Absent,
    /// A refusal to show what is here.
    NotShown,
    /// The document.
    Found,
    /// Something that is not the document.
    Unreadable(Misread),
    /// The document is behind the issuer's path.
    BehindPath,
    /// An address in the document breaks a rule.
    UnusableMember {
        /// Which one.
        member: String,
        /// What is wrong with it.
        why: AddressFault,
    },
    /// Where a login goes.
    Goes(LoginHosts),
    /// Where a login goes that was entered by hand.
    GoesAsEntered(LoginHosts),
    /// The default endpoints at this origin.
    Assumed {
        /// The server's own origin.
        origin: String,
    },
    /// The challenge names something that is no URL.
    NamesNoUrl {
        /// Its words.
        text: String,
    },
    /// The challenge names http where https is asked.
    NamesHttp {
        /// The address as it stands there.
        address: String,
    },
    /// The challenge names another host without https.
    NamesForeignHttp {
        /// The address as it stands there.
        address: String,
    },
    /// The challenge names an address that breaks a rule.
    NamesUnusable {
        /// Which one.
        why: UrlError,
    },
    /// Neither a challenge nor metadata.
    NothingToLogInTo,
    /// An MCP answer, and metadata that is not shown.
    AnswersAndHides {
        /// What is told of the refusal.
        why: Box<DiscoveryError>,
    },
    /// A refusal that is no challenge, and metadata all the same.
    RefusesAndNames {
        /// What is told of the refusal.
        why: Box<DiscoveryError>,
    },
    /// An error.
    Failed {
        /// Which one.
        why: Box<DiscoveryError>,
    },
    /// What a step of before steps were facts meant, in English.
    #[serde(untagged)]
    AsWritten(String),
}

/// A request of a step, written as `GET https://…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct StepRequest {
    /// The method.
    pub method: String,
    /// Where it went.
    pub url: String,
}

impl StepRequest {
    /// What was sent with this method to this place.
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        Self {
            method: method.to_owned(),
            url: url.into(),
        }
    }
}

impl fmt::Display for StepRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.url)
    }
}

impl StepResult {
    /// What an error that ends a step is told as.
    pub(crate) fn failed(error: impl Into<DiscoveryError>) -> Self {
        Self::Failed {
            why: Box::new(error.into()),
        }
    }
}

/// As [`fmt::Display`] writes it: vaults keep the text.
impl From<String> for StepRequest {
    fn from(text: String) -> Self {
        let (method, url) = text.split_once(' ').unwrap_or(("GET", &text));
        Self::new(method, url)
    }
}

impl From<StepRequest> for String {
    fn from(request: StepRequest) -> Self {
        request.to_string()
    }
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should.
    Ok,
    /// Not here; the next place is tried, as the rules say.
    Next,
    /// As it should not, and it goes on.
    Warning,
    /// It ends here.
    Problem,
}

/// Where steps go while they happen.
pub type Sink<'a> = &'a (dyn Fn(Step) + Send + Sync);

impl Step {
    /// A step without a request.
    pub fn new(kind: StepKind, verdict: Verdict, result: StepResult, rule: &str) -> Self {
        Self {
            kind,
            request: None,
            status: None,
            answer: None,
            verdict,
            result,
            rule: rule.to_owned(),
        }
    }

    /// A step without a request that an error ended.
    pub(crate) fn ended(kind: StepKind, error: &DiscoveryError, rule: &str) -> Self {
        let result = StepResult::failed(error.clone());
        Self::new(kind, Verdict::Problem, result, rule)
    }

    /// With its request and the status that came.
    #[must_use]
    pub fn asked(mut self, request: StepRequest, status: Option<u16>) -> Self {
        self.request = Some(request);
        self.status = status;
        self
    }

    /// With what came back.
    #[must_use]
    pub fn answered(mut self, answer: Option<String>) -> Self {
        self.answer = answer;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpError;
    use crate::metadata::{CodeFlowFault, MetadataError};

    #[test]
    fn a_step_of_before_steps_were_facts_is_read_as_it_was_written() {
        let kept = r#"{"title":"Protected resource metadata","request":"GET https://h.example/m","status":200,"answer":null,"verdict":"ok","detail":"Found.","rule":"RFC 9728 §5.1"}"#;
        let step = Step::new(
            StepKind::AsWritten("Protected resource metadata".to_owned()),
            Verdict::Ok,
            StepResult::AsWritten("Found.".to_owned()),
            "RFC 9728 §5.1",
        )
        .asked(StepRequest::new("GET", "https://h.example/m"), Some(200));
        assert_eq!(serde_json::from_str::<Step>(kept).expect("a step"), step);
    }

    /// Reasons became data after steps had: what a step kept of them is a text then.
    #[test]
    fn a_reason_that_was_kept_in_english_is_read_as_it_was_written() {
        let read = |kept: &str| serde_json::from_str::<StepResult>(kept).expect(kept);
        assert_eq!(
            read(r#"{"unusable_member":{"member":"issuer","why":"https: has no host"}}"#),
            StepResult::UnusableMember {
                member: "issuer".to_owned(),
                why: AddressFault::AsWritten("https: has no host".to_owned()),
            }
        );
        assert_eq!(
            read(r#"{"failed":{"why":{"redirected":{"target":"nowhere"}}}}"#),
            StepResult::failed(DiscoveryError::Redirected {
                target: Some("nowhere".to_owned())
            })
        );
        let no_code_flow = CodeFlowFault::AsWritten("its document has none".to_owned());
        assert_eq!(
            read(
                r#"{"failed":{"why":{"entered":{"source":{"no_code_flow":"its document has none"}}}}}"#
            ),
            StepResult::failed(DiscoveryError::Entered {
                source: MetadataError::NoCodeFlow(no_code_flow)
            })
        );
    }

    #[test]
    fn what_is_kept_of_a_step_is_read_again() {
        for result in [
            StepResult::Found,
            StepResult::Redirects { target: None },
            StepResult::Unreadable(Misread::NoMembers {
                members: vec!["issuer".to_owned()],
            }),
            StepResult::failed(HttpError::UnknownHost {
                host: "h.example".to_owned(),
                cause: None,
            }),
            StepResult::failed(DiscoveryError::AuthorizationServerMetadata {
                url: "https://as.example/m".to_owned(),
                source: MetadataError::Endpoint {
                    member: "token_endpoint".into(),
                    source: UrlError::TooLong,
                },
            }),
            StepResult::failed(DiscoveryError::AuthorizationServerMetadata {
                url: "https://as.example/m".to_owned(),
                source: MetadataError::NoCodeFlow(CodeFlowFault::NoGrantType),
            }),
            StepResult::failed(DiscoveryError::Redirected { target: None }),
            StepResult::UnusableMember {
                member: "registration_endpoint".to_owned(),
                why: UrlError::NoHost("https:".to_owned()).into(),
            },
            StepResult::AsWritten("It said no.".to_owned()),
        ] {
            let step = Step::new(StepKind::Probe, Verdict::Next, result, "RFC 9728 §3.1");
            let kept = serde_json::to_string(&step).expect("JSON");
            assert_eq!(serde_json::from_str::<Step>(&kept).expect("a step"), step);
        }
    }
}
