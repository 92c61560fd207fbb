//! Who comes with which access token, as Bearer or with a proof (RFC 6750 section 2.1, RFC 9449 section 7.1).

use axum::http::{HeaderMap, header};

use crate::dpop::{ProofSubject, proven_key};
use crate::grants::ActiveToken;
use crate::random::now_ms;
use crate::scheme::Scheme;
use crate::switches::{DpopSupport, Switches};
use crate::world::Memory;

/// Why a token opens nothing: an error code for the challenge, and words. Whoever showed none gets neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) scheme: Scheme,
    pub(crate) error: Option<(String, String)>,
}

/// The token of a request and how it is shown. Two `Authorization` headers count as none.
pub(crate) fn credentials(headers: &HeaderMap) -> Option<(Scheme, &str)> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (first, None) = (values.next()?, values.next()) else {
        return None;
    };
    let (scheme, token) = first.to_str().ok()?.split_once(' ')?;
    let scheme = [Scheme::Bearer, Scheme::Dpop]
        .into_iter()
        .find(|known| scheme.eq_ignore_ascii_case(known.name()))?;
    let token = token.trim();
    (!token.is_empty()).then_some((scheme, token))
}

fn refused(scheme: Scheme, code: &str, why: &str) -> Result<ActiveToken, Refusal> {
    Err(Refusal {
        scheme,
        error: Some((code.into(), why.into())),
    })
}

/// The live token of a request, if whoever shows it may: a bound one needs its key.
pub(crate) fn shown(
    switches: &Switches,
    memory: &mut Memory,
    headers: &HeaderMap,
    expected: &ProofSubject<'_>,
) -> Result<ActiveToken, Refusal> {
    let required = switches.dpop.support == DpopSupport::Required;
    let preferred = if required {
        Scheme::Dpop
    } else {
        Scheme::Bearer
    };
    let known =
        credentials(headers).filter(|(scheme, _)| *scheme == Scheme::Bearer || switches.dpop.on());
    let Some((scheme, token)) = known else {
        return Err(Refusal {
            scheme: preferred,
            error: None,
        });
    };
    let Some(active) = memory.grants.introspect(token, now_ms()) else {
        return refused(
            scheme,
            "invalid_token",
            "the token is not known, has expired or was revoked",
        );
    };
    match (&active.token.key, scheme) {
        (None, Scheme::Bearer) if !required => Ok(active),
        (None, _) => refused(
            Scheme::Dpop,
            "invalid_token",
            "the token is not bound to a key",
        ),
        (Some(_), Scheme::Bearer) => refused(
            Scheme::Dpop,
            "invalid_token",
            "the token is bound to a key, and needs a proof",
        ),
        (Some(key), Scheme::Dpop) => {
            let expected = ProofSubject {
                access_token: Some(token),
                ..*expected
            };
            match proven_key(switches, memory, headers, &expected) {
                Ok(proven) if proven == *key => Ok(active),
                Ok(_) => refused(
                    Scheme::Dpop,
                    "invalid_token",
                    "the token is bound to another key",
                ),
                Err(error) => refused(Scheme::Dpop, &error.code, &error.description),
            }
        }
    }
}
