//! Who is logged in at the authorization server, what they agreed to before, and the requests that wait for a page to be answered.

use std::collections::HashMap;

use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq;

use crate::random::opaque;
use crate::scopes::Scopes;

/// A browser that visited us. It has a CSRF token from the first page on, and a user once somebody logged in.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) csrf: String,
    pub(crate) user: Option<String>,
    pub(crate) logged_in_at: u64,
}

/// An authorization request that was checked and waits for the person.
#[derive(Debug, Clone)]
pub(crate) struct AuthorizationRequest {
    /// The cookie of the browser that it belongs to.
    pub(crate) cookie: String,
    pub(crate) client: String,
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) code_challenge: String,
    pub(crate) scopes: Scopes,
    pub(crate) resource: Option<String>,
    pub(crate) nonce: Option<String>,
    /// The thumbprint of the key that the code will be bound to (RFC 9449 section 10).
    pub(crate) key: Option<String>,
    /// The code will be good for nothing.
    pub(crate) spoilt: bool,
    /// `prompt` asked to log in anew, and nobody did yet.
    pub(crate) login_due: bool,
    /// `prompt` asked for the consent page.
    pub(crate) consent_due: bool,
}

/// Visits by cookie, waiting requests by id, consents by user and software.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    visits: HashMap<String, Visit>,
    waiting: HashMap<String, AuthorizationRequest>,
    consents: HashMap<(String, String), Scopes>,
}

impl Logins {
    pub(crate) fn visit(&self, cookie: &str) -> Option<&Visit> {
        self.visits.get(cookie)
    }

    /// A browser that we have not seen.
    pub(crate) fn begin_visit(&mut self) -> String {
        let cookie = opaque("");
        self.visits.insert(
            cookie.clone(),
            Visit {
                csrf: opaque(""),
                user: None,
                logged_in_at: 0,
            },
        );
        cookie
    }

    /// Logs in. The cookie changes with it, so that one planted before the login is worth nothing after it; what waits
    /// for the old cookie moves along.
    pub(crate) fn log_in(&mut self, old: &str, user: &str, now: u64) -> String {
        self.visits.remove(old);
        let cookie = opaque("");
        self.visits.insert(
            cookie.clone(),
            Visit {
                csrf: opaque(""),
                user: Some(user.to_owned()),
                logged_in_at: now,
            },
        );
        for waiting in self
            .waiting
            .values_mut()
            .filter(|waiting| waiting.cookie == old)
        {
            waiting.cookie.clone_from(&cookie);
        }
        cookie
    }

    pub(crate) fn log_out(&mut self, cookie: &str) {
        if let Some(visit) = self.visits.get_mut(cookie) {
            visit.user = None;
        }
    }

    pub(crate) fn wait(&mut self, waiting: AuthorizationRequest) -> String {
        let id = opaque("");
        self.waiting.insert(id.clone(), waiting);
        id
    }

    /// The waiting request, if it belongs to this browser.
    pub(crate) fn waiting(&mut self, id: &str, cookie: &str) -> Option<&mut AuthorizationRequest> {
        self.waiting
            .get_mut(id)
            .filter(|waiting| waiting.cookie == cookie)
    }

    pub(crate) fn answered(&mut self, id: &str) {
        self.waiting.remove(id);
    }

    pub(crate) fn consented(&self, user: &str, software: &str) -> Scopes {
        self.consents
            .get(&(user.to_owned(), software.to_owned()))
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) fn consent(&mut self, user: &str, software: &str, scopes: &Scopes) {
        let held = self
            .consents
            .entry((user.to_owned(), software.to_owned()))
            .or_default();
        *held = held.union(scopes);
    }

    /// Whether a form came from our own page in this browser.
    pub(crate) fn csrf_matches(&self, cookie: &str, token: &str) -> bool {
        self.visits
            .get(cookie)
            .is_some_and(|visit| visit.csrf.as_bytes().ct_eq(token.as_bytes()).into())
    }
}

/// Cookies do not know ports, so each testbed has a name of its own.
pub(crate) fn cookie_name(port: u16) -> String {
    format!("testbed_{port}")
}

pub(crate) fn cookie_in(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// No `Secure`: this is plain http, on loopback only. `Lax`, because the person arrives from elsewhere.
pub(crate) fn set_cookie(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax")
}
