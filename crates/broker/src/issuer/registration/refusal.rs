//! Why there is no client id, and what is left to do: by what was tried, and by what is known of this server.

use crate::error::{login, words};
use crate::issuer::registration::criteria::RegistrationCriteria;
use crate::{Error, command_line};
use messages::{Arg, Text, text};
use model::{Code, RedirectPreference, Remedy, Settings, quoting};
use oauth::concession::Concession;
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::redirect::{Redirect, RedirectKind};
use oauth::registration::{RegistrationError, RegistrationKind, accepts_our_document};

/// All that was refused, in the order in which it was tried.
pub(super) struct RegistrationRefusals {
    /// The redirects, each in a place of this issuer's own.
    pub(super) own_place: bool,
    pub(super) refusals: Vec<RegistrationError>,
    /// The ways back that this host has.
    pub(super) possible: Vec<Redirect>,
}

/// No way to a client id was open, by what the person chose or by what there is.
pub(super) fn not_offered(criteria: &RegistrationCriteria<'_>, settings: &Settings) -> Error {
    let (issuer, name) = (
        criteria.server.issuer.as_str(),
        criteria.record.name.as_str(),
    );
    let error = |what: Text| Error::new(Code::RegistrationNotOffered, what);
    if criteria.unattended {
        return no_own_access(criteria);
    }
    match criteria.by {
        Some(RegistrationKind::PreRegistered) => {
            error(text::IssuerNoClientEntered { issuer }.into()).with_hint(by_hand(name))
        }
        Some(RegistrationKind::MetadataDocument) if !accepts_our_document(criteria.server) => {
            error(text::IssuerTakesNoDocuments { issuer }.into()).with_hint(by_hand(name))
        }
        Some(RegistrationKind::MetadataDocument) if settings.client_metadata_url.is_none() => {
            let url = "https://example.org/gatelodge.json";
            let command = command_line(&["client-metadata", "--url", url, "--save"]);
            error(text::IssuerNoDocument.into()).with_hint(text::IssuerHintHostDocument { command })
        }
        Some(RegistrationKind::MetadataDocument) => {
            let by = ["--register-by", "metadata-document"];
            let command = command_line(&["login", name, by[0], by[1], "--redirect", "loopback"]);
            error(text::IssuerDocumentNeedsLoopback.into())
                .with_hint(text::IssuerHintDocumentByLoopback { command })
                .with_remedies([
                    Remedy::LogIn {
                        redirect: Some(RedirectPreference::Loopback),
                        registration: Some(RegistrationKind::MetadataDocument),
                    },
                    Remedy::EnterClient,
                ])
        }
        _ => match criteria
            .server
            .unusable
            .iter()
            .find(|(member, _)| member == "registration_endpoint")
        {
            Some((_, fault)) => {
                let (why, then) = (words::url::of_member(fault), by_hand(name));
                error(text::IssuerRegistrationEndpointUnusable { issuer, why }.into())
                    .with_hint(text::IssuerHintFixDocument { then })
            }
            None => nobody_registers(criteria).with_hint(by_hand(name)),
        },
    }
}

/// A program's own access, without a client id of its owner.
fn no_own_access(criteria: &RegistrationCriteria<'_>) -> Error {
    let issuer = criteria.server.issuer.as_str();
    let name = criteria.record.name.as_str();
    let set = ["client", "set", name, "--client-id", "ID"];
    let secret = ["--secret-file", "FILE"];
    let command = command_line(&[&set[..], &secret].concat());
    let error = if criteria.server.registration_endpoint.is_some() {
        Error::new(
            Code::RegistrationNotOffered,
            text::IssuerPeopleOnly { issuer },
        )
    } else {
        nobody_registers(criteria)
    };
    error.with_hint(text::IssuerHintClientAndSecret { command })
}

fn nobody_registers(criteria: &RegistrationCriteria<'_>) -> Error {
    let issuer = criteria.server.issuer.clone();
    RegistrationError::NotOffered { issuer }.into()
}

/// One refusal that ends it: trying another redirect would not change it.
pub(super) fn ended(criteria: &RegistrationCriteria<'_>, error: RegistrationError) -> Error {
    let (name, assumed) = (
        criteria.record.name.as_str(),
        criteria.server.basis == Basis::Assumed,
    );
    let then = by_hand(name);
    let command = login(name);
    let hint: Text = match &error {
        RegistrationError::Absent { .. } if assumed => {
            text::IssuerHintAddressAssumed { then }.into()
        }
        RegistrationError::Absent { .. } | RegistrationError::NeedsToken { .. } => then,
        RegistrationError::Unavailable {
            retry_after: Some(seconds),
            ..
        } => {
            let wait = Arg::span(*seconds);
            text::IssuerHintSignInIn { wait, command }.into()
        }
        RegistrationError::Unavailable { .. } => text::IssuerHintSignInLater { command }.into(),
        RegistrationError::Malformed { .. } => text::IssuerHintTellOwner { then }.into(),
        _ => return error.into(),
    };
    Error::from(error).with_hint(hint)
}

impl RegistrationRefusals {
    /// None was taken. What was said at first is told beside what was said at last.
    pub(super) fn explain(mut self, criteria: &RegistrationCriteria<'_>) -> Error {
        let Some(last) = self.refusals.pop() else {
            return Error::new(Code::RedirectUnavailable, text::IssuerNoWayBack);
        };
        let about_redirect =
            |error: &RegistrationError| matches!(error, RegistrationError::RedirectRefused { .. });
        let code = if about_redirect(&last) || self.refusals.iter().any(about_redirect) {
            Code::RedirectRefused
        } else {
            Code::RegistrationRefused
        };
        let what = match self.refusals.first() {
            None => words::registration::text(&last),
            Some(first) => self.together(criteria, first, &last, code),
        };
        let said = last
            .said()
            .or_else(|| self.refusals.iter().find_map(RegistrationError::said))
            .cloned();
        let error = Error::new(code, what).with_said(said);
        let loopback = criteria
            .redirects
            .iter()
            .any(|redirect| !redirect.is_deep_link());
        // Who refuses each redirect may take the plain one; only words of another thing speak against it.
        let shared = self.own_place
            && loopback
            && (code == Code::RedirectRefused || !last.is_about_something_else());
        self.refusals.push(last);
        let other = self.untried(criteria);
        let error = error.with_hint(self.hint(criteria, other, shared));
        let error = match other {
            Some(other) => {
                error.with_remedies([Remedy::redirect(other.into()), Remedy::EnterClient])
            }
            None => error,
        };
        if shared {
            error.with_concession(Concession::SharedCallback)
        } else {
            error
        }
    }

    fn together(
        &self,
        criteria: &RegistrationCriteria<'_>,
        first: &RegistrationError,
        last: &RegistrationError,
        code: Code,
    ) -> Text {
        let count = self.refusals.len() + 1;
        let (host, status) = match last {
            RegistrationError::RedirectRefused { host, .. } => (host.clone(), 400),
            RegistrationError::Refused { host, status, .. } => (host.clone(), *status),
            _ => (
                AuthorizationServer::host_of(criteria.server.issuer.as_str()),
                400,
            ),
        };
        let what: Text = if code == Code::RedirectRefused {
            text::IssuerRedirectsRefused { count, host }.into()
        } else {
            let status = status.to_string();
            text::IssuerRegistrationRefusedEachTime {
                count,
                host,
                status,
            }
            .into()
        };
        match (first.said(), last.said()) {
            (Some(first), Some(last)) if first != last => {
                let (last, first) = (last.to_string(), first.to_string());
                text::IssuerSaidTwice { what, last, first }.into()
            }
            (said, last) => quoting(what, last.or(said)),
        }
    }

    /// A redirect that could be used and was not tried.
    fn untried(&self, criteria: &RegistrationCriteria<'_>) -> Option<Redirect> {
        let tried = |way: &Redirect| {
            criteria
                .redirects
                .iter()
                .any(|redirect| redirect.kind == way.kind)
        };
        self.possible
            .iter()
            .find(|redirect| !tried(redirect))
            .copied()
    }

    fn hint(
        &self,
        criteria: &RegistrationCriteria<'_>,
        untried: Option<Redirect>,
        shared: bool,
    ) -> Text {
        let name = criteria.record.name.as_str();
        if let Some(other) = untried {
            let command = command_line(&["login", name, "--redirect", word(other.kind)]);
            return text::IssuerHintOtherRedirect { command }.into();
        }
        let then = by_hand(name);
        let last = self.refusals.last();
        if criteria.scopes.is_empty()
            && last
                .and_then(RegistrationError::said)
                .is_some_and(|said| said.mentions("scope"))
        {
            let command = command_line(&["login", name, "--scope", "SCOPE"]);
            return text::IssuerHintNameScope { then, command }.into();
        }
        if shared {
            let command = command_line(&["concede", name, Concession::SharedCallback.name()]);
            return text::IssuerHintSharedCallback { then, command }.into();
        }
        then
    }
}

/// Where the redirects stand that its owner has to register, and where the client id then goes.
fn by_hand(name: &str) -> Text {
    text::IssuerHintAskForClient {
        show: client_show(name),
        set: client_set(name),
    }
    .into()
}

pub(super) fn client_show(name: &str) -> String {
    command_line(&["client", "show", name])
}

pub(super) fn client_set(name: &str) -> String {
    command_line(&["client", "set", name, "--client-id", "ID"])
}

fn word(way: RedirectKind) -> &'static str {
    match way {
        RedirectKind::DeepLink => "deep-link",
        RedirectKind::Loopback(_) => "loopback",
        RedirectKind::Localhost(_) => "localhost",
    }
}
