//! What a resource's answer to a request with a token asks for: the state machine of docs/protocol.md#errors (E-01, E-02).

use crate::challenge::{self, Challenge};
use crate::scope::Scopes;

/// What was sent, as far as it decides what to do next.
#[derive(Debug, Clone, Copy)]
pub struct ResourceRequest<'a> {
    /// What the token carries.
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
    /// The server's own policy (a 403 without a challenge), or a demand that no token meets: it goes to whoever asked.
    Forbidden,
    /// The same request with the nonce that came (RFC 9449 §9).
    UseNonce,
}

/// A nonce changes seldom; who asks for one each time is not satisfied by it.
const MOST_NONCES: u32 = 2;

/// What follows from a status and its challenges.
pub fn demand(status: u16, www_authenticate: &[&str], sent: &ResourceRequest<'_>) -> Demand {
    let challenges = challenge::ours(www_authenticate);
    let said = |error: &str| {
        challenges
            .iter()
            .any(|challenge| challenge.error.as_deref() == Some(error))
    };
    match status {
        401 if said("use_dpop_nonce") => {
            // The token was not looked at: another one would not help.
            if sent.tries <= MOST_NONCES {
                Demand::UseNonce
            } else {
                Demand::Forbidden
            }
        }
        // Some servers say it with this status; the error is the more exact of the two.
        401 if said("insufficient_scope")
            && matches!(more(&challenges, sent), Demand::StepUp(_)) =>
        {
            more(&challenges, sent)
        }
        401 if sent.renewed => Demand::LogIn,
        401 => Demand::Renew,
        403 if said("insufficient_scope") => more(&challenges, sent),
        403 => Demand::Forbidden,
        _ => Demand::Nothing,
    }
}

/// RFC 6750 §3.1 `insufficient_scope`: the challenge's scopes count, and nothing else (S-05, S-06).
fn more(challenges: &[Challenge], sent: &ResourceRequest<'_>) -> Demand {
    let wanted = challenges
        .iter()
        .filter(|challenge| challenge.error.as_deref() == Some("insufficient_scope"))
        .filter_map(|challenge| challenge.scope.clone())
        .fold(Scopes::default(), |all, scopes| all.union(&scopes));
    if wanted.is_empty() {
        return Demand::NoHint;
    }
    let known = sent.scopes_granted.union(sent.scopes_requested);
    if known.includes(&wanted) {
        Demand::AlreadyGranted(wanted)
    } else {
        Demand::StepUp(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LACKS: &str = r#"Bearer error="insufficient_scope", scope="files:write""#;
    const NONCE: &str = r#"DPoP error="use_dpop_nonce", algs="ES256""#;

    fn asked(status: u16, headers: &[&str], renewed: bool, tries: u32) -> Demand {
        let (granted, requested) = (
            Scopes::parse("files:read"),
            Scopes::parse("files:read profile"),
        );
        demand(
            status,
            headers,
            &ResourceRequest {
                scopes_granted: &granted,
                scopes_requested: &requested,
                renewed,
                tries,
            },
        )
    }

    /// The table of docs/protocol.md#errors, row by row.
    #[test]
    fn e01_e02_d01_s08_each_row_of_the_table() {
        let write = || Demand::StepUp(Scopes::parse("files:write"));
        for (status, headers, renewed, expected) in [
            (200, &[][..], false, Demand::Nothing),
            (200, &[LACKS][..], false, Demand::Nothing),
            (
                400,
                &["Bearer error=invalid_request"][..],
                false,
                Demand::Nothing,
            ),
            (404, &[][..], false, Demand::Nothing),
            (
                500,
                &["Bearer error=invalid_token"][..],
                false,
                Demand::Nothing,
            ),
            (401, &[][..], false, Demand::Renew),
            (401, &["Bearer"][..], false, Demand::Renew),
            (
                401,
                &["Bearer error=invalid_token"][..],
                false,
                Demand::Renew,
            ),
            (401, &["DPoP error=invalid_token"][..], false, Demand::Renew),
            (401, &["Basic realm=x"][..], false, Demand::Renew),
            (
                401,
                &["Bearer error=invalid_token"][..],
                true,
                Demand::LogIn,
            ),
            (401, &[][..], true, Demand::LogIn),
            (401, &[NONCE][..], false, Demand::UseNonce),
            (401, &["Bearer", NONCE][..], true, Demand::UseNonce),
            (401, &[LACKS][..], false, write()),
            (403, &[LACKS][..], false, write()),
            (403, &[LACKS][..], true, write()),
            (
                403,
                &["Bearer error=insufficient_scope"][..],
                false,
                Demand::NoHint,
            ),
            (
                403,
                &[r#"Bearer error="insufficient_scope", scope="""#][..],
                false,
                Demand::NoHint,
            ),
            (403, &[][..], false, Demand::Forbidden),
            (403, &["Bearer"][..], false, Demand::Forbidden),
            (
                403,
                &[r#"Bearer error="access_denied", scope="files:write""#][..],
                false,
                Demand::Forbidden,
            ),
            (
                403,
                &[r#"Basic error="insufficient_scope", scope="files:write""#][..],
                false,
                Demand::Forbidden,
            ),
        ] {
            assert_eq!(
                asked(status, headers, renewed, 1),
                expected,
                "{status} {headers:?} renewed: {renewed}"
            );
        }
    }

    /// Rules: D-02, E-02
    #[test]
    fn e02_a_403_in_each_of_its_shapes() {
        let (one, both) = (
            Scopes::parse("files:write"),
            Scopes::parse("files:write admin"),
        );
        for (headers, wanted) in [
            (
                &[r#"bearer scope="files:write", error="insufficient_scope""#][..],
                &one,
            ),
            (
                &["Bearer error=insufficient_scope scope=files:write"][..],
                &one,
            ),
            (&[r#"Basic realm="a, b""#, LACKS][..], &one),
            (
                &[
                    r#"Bearer realm="x", error="insufficient_scope", error_description="write, please", scope="files:write""#,
                ][..],
                &one,
            ),
            (
                &[r#"DPoP error="insufficient_scope", scope="files:write""#][..],
                &one,
            ),
            (
                &[LACKS, r#"DPoP error="insufficient_scope", scope="admin""#][..],
                &both,
            ),
        ] {
            assert_eq!(
                asked(403, headers, false, 1),
                Demand::StepUp(wanted.clone()),
                "{headers:?}"
            );
        }
    }

    /// S-05, S-06: what the challenge says counts, whatever the metadata lists or the grant holds beside it.
    #[test]
    fn s06_s05_the_challenges_scopes_are_asked_for_whole() {
        let part_known = [r#"Bearer error="insufficient_scope", scope="files:read files:write""#];
        assert_eq!(
            asked(403, &part_known, false, 1),
            Demand::StepUp(Scopes::parse("files:read files:write"))
        );
    }

    /// A challenge for what is there already starts no login. Rules: S-12, S-13, Q52
    #[test]
    fn s13_s12_the_same_403_again_opens_no_browser() {
        for known in ["files:read", "profile", "profile files:read"] {
            let header = format!(r#"Bearer error="insufficient_scope", scope="{known}""#);
            assert_eq!(
                asked(403, &[&header], false, 1),
                Demand::AlreadyGranted(Scopes::parse(known))
            );
            assert_eq!(
                asked(401, &[&header], false, 1),
                Demand::Renew,
                "a 401 says first that the token is not good"
            );
        }
    }

    /// RFC 9449 §9: a nonce that does not help is not asked for without end, and no login follows from it.
    #[test]
    fn s12_a_server_that_wants_ever_new_nonces_is_left() {
        let all: Vec<_> = (1..=4)
            .map(|tries| asked(401, &[NONCE], false, tries))
            .collect();
        assert_eq!(
            all,
            [
                Demand::UseNonce,
                Demand::UseNonce,
                Demand::Forbidden,
                Demand::Forbidden
            ]
        );
    }

    /// Whatever a server answers, and in whichever order, one operation ends: no chain of answers renews twice.
    #[test]
    fn s12_every_chain_of_answers_ends() {
        let answers: [(u16, &[&str]); 5] = [
            (401, &[]),
            (401, &[NONCE]),
            (403, &[LACKS]),
            (403, &[]),
            (200, &[]),
        ];
        for chain in 0..answers.len().pow(4) {
            let (mut renewals, mut nonces, mut renewed, mut rest) = (0, 0, false, chain);
            for tries in 1..=4 {
                let (status, headers) = answers[rest % answers.len()];
                rest /= answers.len();
                match asked(status, headers, renewed, tries) {
                    Demand::Renew => (renewals, renewed) = (renewals + 1, true),
                    Demand::UseNonce => nonces += 1,
                    _ => break,
                }
            }
            assert!(
                renewals <= 1 && nonces <= MOST_NONCES && renewals + nonces <= 3,
                "{chain}"
            );
        }
    }
}
