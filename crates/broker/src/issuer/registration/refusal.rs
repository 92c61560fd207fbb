//! Why there is no client id, and what is left to do: by what was tried, and by what is known of this server.

use crate::issuer::registration::criteria::RegistrationCriteria;
use crate::{Error, command_line};
use model::{Code, RedirectPreference, Remedy, Settings};
use oauth::concession::Concession;
use oauth::metadata::Basis;
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
    let (issuer, name) = (&criteria.server.issuer, criteria.record.name.as_str());
    let error = |message: String| Error::new(Code::RegistrationNotOffered, message);
    let by_hand = by_hand(name);
    if criteria.unattended {
        let message = if criteria.server.registration_endpoint.is_some() {
            format!(
                "{issuer} registers programs for logins of people; a program's own access needs a client id from its owner"
            )
        } else {
            format!(
                "{issuer} does not let programs register themselves, and no client id is known for it"
            )
        };
        let set = command_line(&[
            "client",
            "set",
            name,
            "--client-id",
            "ID",
            "--secret-file",
            "FILE",
        ]);
        return error(message).with_hint(format!(
            "Ask the owner for a client id and a secret, and enter them: `{set}`."
        ));
    }
    match criteria.by {
        Some(RegistrationKind::PreRegistered) => error(format!("no client id was entered for {issuer}")).with_hint(by_hand),
        Some(RegistrationKind::MetadataDocument) if !accepts_our_document(criteria.server) => {
            error(format!("{issuer} takes no client id metadata documents of public clients")).with_hint(by_hand)
        }
        Some(RegistrationKind::MetadataDocument) if settings.client_metadata_url.is_none() => error(
            "no document of yours is kept as a client id".to_owned(),
        )
        .with_hint("Host one, and say where: `gatelodge client-metadata --url https://example.org/gatelodge.json --save`."),
        Some(RegistrationKind::MetadataDocument) => {
            let login = command_line(&["login", name, "--register-by", "metadata-document", "--redirect", "loopback"]);
            error("the document names loopback redirects only, and the answer was to come by another way".to_owned())
                .with_hint(format!("Take that way: `{login}`."))
                .with_remedies([
                    Remedy::LogIn {
                        redirect: Some(RedirectPreference::Loopback),
                        registration: Some(RegistrationKind::MetadataDocument),
                    },
                    Remedy::EnterClient,
                ])
        }
        _ => match criteria.server.unusable.iter().find(|(member, _)| member == "registration_endpoint") {
            Some((_, why)) => error(format!("the document of {issuer} names a registration endpoint that cannot be used: {why}"))
                .with_hint(format!("Its owner has to mend that document. {by_hand}")),
            None => Error::from(RegistrationError::NotOffered { issuer: issuer.clone() }).with_hint(by_hand),
        },
    }
}

/// One refusal that ends it: trying another redirect would not change it.
pub(super) fn ended(criteria: &RegistrationCriteria<'_>, error: RegistrationError) -> Error {
    let (name, assumed) = (
        criteria.record.name.as_str(),
        criteria.server.basis == Basis::Assumed,
    );
    let hint = match &error {
        RegistrationError::Absent { .. } if assumed => {
            format!(
                "That address was assumed, as the server publishes none. {}",
                by_hand(name)
            )
        }
        RegistrationError::Absent { .. } | RegistrationError::NeedsToken { .. } => by_hand(name),
        RegistrationError::Unavailable {
            retry_after: Some(seconds),
            ..
        } => {
            format!(
                "Log in again in {seconds} s: `{}`.",
                command_line(&["login", name])
            )
        }
        RegistrationError::Unavailable { .. } => {
            format!("Log in again later: `{}`.", command_line(&["login", name]))
        }
        RegistrationError::Malformed { .. } => {
            format!("Tell the authorization server's owner. {}", by_hand(name))
        }
        _ => return error.into(),
    };
    Error::from(error).with_hint(hint)
}

impl RegistrationRefusals {
    /// None was taken. What was said at first is told beside what was said at last.
    pub(super) fn explain(mut self, criteria: &RegistrationCriteria<'_>) -> Error {
        let Some(last) = self.refusals.pop() else {
            return Error::new(
                Code::RedirectUnavailable,
                "no way is open for the browser's answer to come back",
            );
        };
        let about_redirect =
            |error: &RegistrationError| matches!(error, RegistrationError::RedirectRefused { .. });
        let code = if about_redirect(&last) || self.refusals.iter().any(about_redirect) {
            Code::RedirectRefused
        } else {
            Code::RegistrationRefused
        };
        let message = match self.refusals.first() {
            None => last.to_string(),
            Some(first) => self.together(first, &last, code),
        };
        let said = last
            .said()
            .or_else(|| self.refusals.iter().find_map(RegistrationError::said))
            .cloned();
        let error = Error::new(code, message).with_said(said);
        let loopback = criteria
            .redirects
            .iter()
            .any(|redirect| !redirect.is_deep_link());
        // Who refuses each redirect may take the plain one; only words of another thing speak against it.
        let shared = self.own_place
            && loopback
            && (code == Code::RedirectRefused || !is_about_something_else(&last));
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

    fn together(&self, first: &RegistrationError, last: &RegistrationError, code: Code) -> String {
        let number = if self.refusals.len() == 1 {
            "two"
        } else {
            "three"
        };
        let (host, status) = match last {
            RegistrationError::RedirectRefused { host, .. } => (host.as_str(), 400),
            RegistrationError::Refused { host, status, .. } => (host.as_str(), *status),
            _ => ("the authorization server", 400),
        };
        let mut message = if code == Code::RedirectRefused {
            format!("{host} takes none of the {number} redirects that were tried")
        } else {
            format!(
                "{host} refused the registration with status {status}, with each of {number} redirects"
            )
        };
        match (first.said(), last.said()) {
            (Some(first), Some(last)) if first != last => {
                message.push_str(&format!("; it says: {last}; at first it said: {first}"));
            }
            (Some(said), _) | (None, Some(said)) => message.push_str(&format!("; it says: {said}")),
            (None, None) => {}
        }
        message
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
    ) -> String {
        let name = criteria.record.name.as_str();
        if let Some(other) = untried {
            return format!(
                "Another redirect was not tried: `{}`.",
                command_line(&["login", name, "--redirect", word(other.kind)])
            );
        }
        let last = self.refusals.last();
        if criteria.scopes.is_empty()
            && last
                .and_then(RegistrationError::said)
                .is_some_and(|said| said.mentions("scope"))
        {
            return format!(
                "Name a scope: `{}`. {}",
                command_line(&["login", name, "--scope", "SCOPE"]),
                by_hand(name)
            );
        }
        if shared {
            return format!(
                "If you accept the risk, allow shared-callback for this server. Otherwise: {}",
                by_hand(name)
            );
        }
        by_hand(name)
    }
}

/// The words name something that no redirect changes.
fn is_about_something_else(error: &RegistrationError) -> bool {
    const WORDS: [&str; 8] = [
        "scope",
        "grant_type",
        "auth_method",
        "initial access token",
        "client_name",
        "disabled",
        "switched off",
        "not allowed to register",
    ];
    error
        .said()
        .is_none_or(|said| WORDS.into_iter().any(|word| said.mentions(word)))
}

/// Where the redirects stand that its owner has to register, and where the client id then goes.
pub(super) fn by_hand(name: &str) -> String {
    let (show, set) = (
        command_line(&["client", "show", name]),
        command_line(&["client", "set", name, "--client-id", "ID"]),
    );
    format!(
        "Ask the owner for a client id: `{show}` prints the redirects to register. Then enter it: `{set}`."
    )
}

fn word(way: RedirectKind) -> &'static str {
    match way {
        RedirectKind::DeepLink => "deep-link",
        RedirectKind::Loopback(_) => "loopback",
        RedirectKind::Localhost(_) => "localhost",
    }
}
