//! What follows from what each party answered: how a revocation stands, and when it is tried again.

use super::aside::FIRST_RETRY_SECONDS;
use crate::error::words;
use model::{
    LastToken, PartyAnswer, Receipt, ReceiptStep, ReceiptStepKind, ResourceRecord, RevocationState,
};
use oauth::http::HttpError;
use oauth::time::Timestamp;
use vault::OpenRevocation;

const LONGEST_RETRY_SECONDS: i64 = 24 * 3600;

pub(super) fn state_of(
    open: &OpenRevocation,
    steps: &[ReceiptStep],
    now: Timestamp,
) -> RevocationState {
    let answer = |kind| {
        steps
            .iter()
            .find(|step| step.kind == kind)
            .map(|step| &step.answer)
    };
    let confirmed = |kind| answer(kind) == Some(&PartyAnswer::Confirmed);
    let accepted = matches!(
        answer(ReceiptStepKind::Probe),
        Some(PartyAnswer::Accepted { .. })
    );
    let refused = answer(ReceiptStepKind::Probe) == Some(&PartyAnswer::Refused);
    let has_ended = open.expires_at.is_some_and(|at| at <= now) && !accepted;
    // Who takes no tokens back may still forget the program, and ends with it what it was given (RFC 7592 §2.3). Who has
    // refused the one and done the other has confirmed nothing.
    let deleted = confirmed(ReceiptStepKind::Registration);
    let offers = |kind| {
        !matches!(
            answer(kind),
            Some(PartyAnswer::NotOffered | PartyAnswer::KindNotSupported) | None
        )
    };
    let given_up = |kind| confirmed(kind) || (deleted && !offers(kind));
    // Access tokens from before a renewal that are still taken end by themselves.
    let runs_out = matches!(
        answer(ReceiptStepKind::Earlier),
        Some(PartyAnswer::Accepted { .. } | PartyAnswer::TellsNothing { .. })
    );
    let earlier = match answer(ReceiptStepKind::Earlier) {
        None | Some(PartyAnswer::Confirmed | PartyAnswer::Refused) => true,
        Some(PartyAnswer::NotOffered | PartyAnswer::KindNotSupported) => deleted,
        Some(_) => false,
    };
    match &open.refresh_token {
        Some(_) if given_up(ReceiptStepKind::RefreshToken) && earlier && (refused || has_ended) => {
            RevocationState::Revoked
        }
        Some(_)
            if deleted || (confirmed(ReceiptStepKind::RefreshToken) && (earlier || runs_out)) =>
        {
            RevocationState::RunsOut
        }
        None if refused && !has_ended && earlier => RevocationState::Revoked,
        None if has_ended && earlier => RevocationState::NothingLeft,
        None if deleted || (confirmed(ReceiptStepKind::AccessToken) && (earlier || runs_out)) => {
            RevocationState::RunsOut
        }
        None if refused && runs_out => RevocationState::RunsOut,
        _ => RevocationState::Open,
    }
}

pub(super) fn receipt_of(
    open: &OpenRevocation,
    record: &ResourceRecord,
    steps: Vec<ReceiptStep>,
    ending: RevocationState,
    now: Timestamp,
) -> Receipt {
    let refused = steps.iter().any(|step| step.answer == PartyAnswer::Refused);
    let accepted = steps
        .iter()
        .any(|step| matches!(step.answer, PartyAnswer::Accepted { .. }));
    let last_token = match open.expires_at {
        _ if open.access_token.is_none() => LastToken::Gone,
        Some(at) if at <= now && !accepted => LastToken::RanOut,
        _ if ending.is_proven() || refused => LastToken::Gone,
        Some(at) if at > now => LastToken::Until { at },
        Some(_) if ending != RevocationState::Open => LastToken::Gone,
        _ => LastToken::Untold,
    };
    Receipt {
        id: open.id.clone(),
        at: now,
        resource_id: record.id.clone(),
        resource_name: record.name.clone(),
        resource_host: record.uri.host(),
        grant_id: open.grant_id.clone(),
        account: open.account_name.clone(),
        issuer: open.issuer.clone(),
        ending,
        last_token,
        steps,
    }
}

/// Where a token from before the last renewal is still taken, it is the one that lives longest.
pub(super) fn with_earlier(receipt: Receipt, until: Option<Timestamp>) -> Receipt {
    let is_taken = receipt.has(|step| {
        step.kind == ReceiptStepKind::Earlier && matches!(step.answer, PartyAnswer::Accepted { .. })
    });
    match until.filter(|_| is_taken) {
        Some(at) => Receipt {
            last_token: LastToken::Until { at },
            ..receipt
        },
        None => receipt,
    }
}

/// What one receipt says of several others that it answers for: confirmed only where each of them is proven.
pub(super) fn worst_answer(receipts: &[Receipt]) -> Option<PartyAnswer> {
    let unproven = receipts
        .iter()
        .filter(|receipt| !receipt.ending.is_proven())
        .max_by_key(|receipt| receipt.ending == RevocationState::Open)
        .map(unproven_answer);
    unproven.or((!receipts.is_empty()).then_some(PartyAnswer::Confirmed))
}

/// The first answer that leaves it unproven. What the issuer says of an access token beside a refresh token decides nothing.
fn unproven_answer(receipt: &Receipt) -> PartyAnswer {
    let renews = receipt.has(|step| step.kind == ReceiptStepKind::RefreshToken);
    let decides = |step: &&ReceiptStep| match step.kind {
        ReceiptStepKind::AccessToken => !renews,
        ReceiptStepKind::Vault => false,
        _ => true,
    };
    receipt
        .steps
        .iter()
        .filter(decides)
        .find(|step| !step.answer.is_done())
        .map_or(PartyAnswer::NotAsked, |step| step.answer.clone())
}

/// Whether the issuer has said that what could renew the login is gone.
pub(super) fn is_confirmed(open: &OpenRevocation, steps: &[ReceiptStep]) -> bool {
    let kind = if open.refresh_token.is_some() {
        ReceiptStepKind::RefreshToken
    } else {
        ReceiptStepKind::AccessToken
    };
    steps
        .iter()
        .any(|step| step.kind == kind && step.answer == PartyAnswer::Confirmed)
}

/// Later and later while the issuer does not confirm. A fault of this machine is no reason to wait longer.
pub(super) fn next_try(open: &OpenRevocation, steps: &[ReceiptStep], now: Timestamp) -> Timestamp {
    let is_ours = |step: &ReceiptStep| matches!(step.answer, PartyAnswer::NotSent { .. });
    let doublings = if steps.iter().any(is_ours) {
        0
    } else {
        open.tries.min(5)
    };
    now.plus((FIRST_RETRY_SECONDS << doublings).min(LONGEST_RETRY_SECONDS))
}

/// The address guard is ours, and lets nothing out; whoever else does not answer was asked.
pub(super) fn no_answer(error: &HttpError) -> PartyAnswer {
    let why = words::http::text(error);
    match error {
        HttpError::Blocked { .. } | HttpError::OwnAddress { .. } => PartyAnswer::NotSent { why },
        _ => PartyAnswer::NoAnswer { why },
    }
}

#[cfg(test)]
mod tests {
    use super::{
        HttpError, LastToken, PartyAnswer, Receipt, ReceiptStep, ReceiptStepKind, RevocationState,
        no_answer, state_of, worst_answer,
    };
    use model::GrantId;
    use oauth::secret::Secret;
    use oauth::time::Timestamp;
    use oauth::uri::{Issuer, ResourceUri};
    use vault::OpenRevocation;

    const NOW: Timestamp = Timestamp(1_000);

    fn open(refresh: bool, expires_at: Option<i64>) -> OpenRevocation {
        OpenRevocation {
            id: "1".into(),
            grant_id: GrantId("g".into()),
            resource: ResourceUri::stored("https://h/mcp".into()),
            account_name: "ada".into(),
            issuer: Issuer::stored("https://as".into()),
            token_endpoint: "https://as/t".into(),
            registration_id: Some("r".into()),
            refresh_token: refresh.then(|| Secret::new("rt")),
            access_token: Some(Secret::new("at")),
            dpop_key: None,
            expires_at: expires_at.map(Timestamp),
            opened_at: NOW,
            tries: 0,
            next_try_at: NOW,
        }
    }

    fn silence() -> PartyAnswer {
        no_answer(&HttpError::Timeout {
            host: "as".into(),
            seconds: 10,
            cause: None,
        })
    }

    /// Every answer of the issuer beside every answer of the server: revoked is only what both have shown.
    #[test]
    fn revoked_is_said_only_of_what_was_proven() {
        let issuer = [
            PartyAnswer::Confirmed,
            PartyAnswer::NotOffered,
            PartyAnswer::KindNotSupported,
            PartyAnswer::Status {
                status: 204,
                said: None,
            },
            PartyAnswer::Status {
                status: 503,
                said: None,
            },
            silence(),
        ];
        let server = [
            PartyAnswer::Refused,
            PartyAnswer::Accepted { status: 200 },
            PartyAnswer::TellsNothing { status: 403 },
            silence(),
        ];
        for refresh in &issuer {
            for registration in &issuer {
                for probe in &server {
                    let steps = [
                        ReceiptStep {
                            kind: ReceiptStepKind::RefreshToken,
                            answer: refresh.clone(),
                        },
                        ReceiptStep {
                            kind: ReceiptStepKind::Registration,
                            answer: registration.clone(),
                        },
                        ReceiptStep {
                            kind: ReceiptStepKind::Probe,
                            answer: probe.clone(),
                        },
                    ];
                    let offers = !matches!(
                        refresh,
                        PartyAnswer::NotOffered | PartyAnswer::KindNotSupported
                    );
                    let deleted = *registration == PartyAnswer::Confirmed;
                    let proven = *refresh == PartyAnswer::Confirmed || (!offers && deleted);
                    let expected = match (proven, probe) {
                        (true, PartyAnswer::Refused) => RevocationState::Revoked,
                        (false, _) if !deleted => RevocationState::Open,
                        _ => RevocationState::RunsOut,
                    };
                    assert_eq!(
                        state_of(&open(true, Some(2_000)), &steps, NOW),
                        expected,
                        "{steps:?}"
                    );
                }
            }
        }
    }

    /// A server that takes a token after its end shows that the end is none.
    #[test]
    fn what_is_taken_after_its_end_has_not_ended() {
        let step = |kind, answer| ReceiptStep { kind, answer };
        let of = |probe| {
            [
                step(ReceiptStepKind::RefreshToken, PartyAnswer::Confirmed),
                step(ReceiptStepKind::Probe, probe),
            ]
        };
        let ended = open(true, Some(500));
        assert_eq!(
            state_of(&ended, &of(PartyAnswer::Accepted { status: 200 }), NOW),
            RevocationState::RunsOut
        );
        assert_eq!(
            state_of(&ended, &of(PartyAnswer::TellsNothing { status: 403 }), NOW),
            RevocationState::Revoked,
            "by time"
        );
    }

    #[test]
    fn an_access_token_alone_is_open_while_it_lives() {
        let probed = |answer| {
            [ReceiptStep {
                kind: ReceiptStepKind::Probe,
                answer,
            }]
        };
        let accepted = probed(PartyAnswer::Accepted { status: 200 });
        let refused = probed(PartyAnswer::Refused);
        assert_eq!(
            state_of(&open(false, None), &accepted, NOW),
            RevocationState::Open
        );
        assert_eq!(
            state_of(&open(false, Some(2_000)), &refused, NOW),
            RevocationState::Revoked
        );
        assert_eq!(
            state_of(&open(false, Some(500)), &refused, NOW),
            RevocationState::NothingLeft,
            "it had run out: 401 proves nothing"
        );
        assert_eq!(
            state_of(&open(false, Some(500)), &accepted, NOW),
            RevocationState::Open,
            "it is taken after its end"
        );
    }

    /// Of several logins the one that is not proven is told of, wherever it stands, and by what was not done.
    #[test]
    fn several_are_confirmed_only_if_each_is() {
        let step = |kind, answer| ReceiptStep { kind, answer };
        let refresh = step(ReceiptStepKind::RefreshToken, PartyAnswer::Confirmed);
        let receipt = |probe: PartyAnswer| Receipt {
            id: "1".into(),
            at: NOW,
            resource_id: "r".into(),
            resource_name: "notes".into(),
            resource_host: "h".into(),
            grant_id: GrantId("g".into()),
            account: "ada".into(),
            issuer: Issuer::stored("https://as".into()),
            ending: if probe == PartyAnswer::Refused {
                RevocationState::Revoked
            } else {
                RevocationState::RunsOut
            },
            last_token: LastToken::Untold,
            steps: vec![
                refresh.clone(),
                step(ReceiptStepKind::AccessToken, PartyAnswer::KindNotSupported),
                step(ReceiptStepKind::Probe, probe),
            ],
        };
        let proven = receipt(PartyAnswer::Refused);
        let accepted = PartyAnswer::Accepted { status: 200 };
        let unproven = receipt(accepted.clone());
        let open = Receipt {
            ending: RevocationState::Open,
            steps: vec![step(ReceiptStepKind::RefreshToken, PartyAnswer::NotAsked)],
            ..proven.clone()
        };
        for (several, worst) in [
            (vec![], None),
            (vec![&proven, &proven], Some(PartyAnswer::Confirmed)),
            (vec![&proven, &unproven], Some(accepted.clone())),
            (vec![&unproven, &proven], Some(accepted)),
            (vec![&open, &unproven], Some(PartyAnswer::NotAsked)),
        ] {
            let several: Vec<_> = several.into_iter().cloned().collect();
            assert_eq!(worst_answer(&several), worst, "{several:?}");
        }
    }
}
