//! What a resource's answer to a request with a token asks for: the state machine of PROTOCOL.md 2.13 (E-01, E-02).

use crate::challenge::{self, Challenge};
use crate::scope::Scopes;

/// What was sent, as far as it decides what to do next.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    pub scopes_granted: &'a Scopes,
    /// What the login asked for; an issuer may have given less, and asking again would not change that.
    pub scopes_requested: &'a Scopes,
    /// The token was renewed because of an earlier answer to this operation.
    pub renewed: bool,
    /// Requests with a token for this operation, this one included.
    pub tries: u32,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// The answer is the answer.
    Nothing,
    /// The token is not taken: another one, once.
    Renew,
    /// Another one was not taken either.
    LogIn,
    /// More scopes are wanted for this operation, and were never asked for.
    StepUp(Scopes),
    /// More is wanted, and the server does not say what: no blind try.
    NoHint,
    /// What is said to be missing was asked for already: server and issuer disagree, or the person may not have it.
    AlreadyGranted(Scopes),
    /// A 403 without a challenge is the server's own policy: it goes to whoever asked.
    Forbidden,
    /// The same request with the nonce that came (RFC 9449 §9).
    UseNonce,
}

/// A nonce changes seldom; who asks for one each time is not satisfied by it.
const MOST_NONCES: u32 = 2;

pub fn demand(status: u16, www_authenticate: &[&str], sent: &Sent<'_>) -> Demand {
    let challenges: Vec<Challenge> = www_authenticate.iter().flat_map(|header| challenge::parse(header)).collect();
    let said = |error: &str| challenges.iter().any(|challenge| challenge.error.as_deref() == Some(error));
    match status {
        401 if said("use_dpop_nonce") && sent.tries <= MOST_NONCES => Demand::UseNonce,
        401 if sent.renewed => Demand::LogIn,
        401 => Demand::Renew,
        403 if said("insufficient_scope") => more(&challenges, sent),
        403 => Demand::Forbidden,
        _ => Demand::Nothing,
    }
}

/// RFC 6750 §3.1 `insufficient_scope`: the challenge's scopes count, and nothing else (S-05, S-06).
fn more(challenges: &[Challenge], sent: &Sent<'_>) -> Demand {
    let wanted = challenges
        .iter()
        .filter(|challenge| challenge.error.as_deref() == Some("insufficient_scope"))
        .filter_map(|challenge| challenge.scope.clone())
        .fold(Scopes::default(), |all, scopes| all.union(&scopes));
    if wanted.is_empty() {
        return Demand::NoHint;
    }
    let known = sent.scopes_granted.union(sent.scopes_requested);
    if known.includes(&wanted) { Demand::AlreadyGranted(wanted) } else { Demand::StepUp(wanted) }
}
