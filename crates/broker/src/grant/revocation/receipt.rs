//! What the answers of each party come to, and the receipt as the vault keeps it.

use crate::{Code, Error, ResourceRecord};
use model::{LastToken, PartyAnswer, Receipt, ReceiptStep, ReceiptStepKind, RevocationState};
use oauth::time::Timestamp;
use serde::{Deserialize, Serialize};
use vault::{OpenRevocation, ReceiptRecord};

/// What of a receipt is no column of its own.
#[derive(Serialize, Deserialize)]
struct ReceiptBody {
    resource_host: String,
    ending: RevocationState,
    last_token: LastToken,
    steps: Vec<ReceiptStep>,
}

/// What the answers come to.
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
    let earlier = confirmed(ReceiptStepKind::Earlier)
        || answer(ReceiptStepKind::Earlier) == Some(&PartyAnswer::Refused)
        || !offers(ReceiptStepKind::Earlier);
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

/// The receipt of these answers.
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

/// The failure that this is for a script, if it is one.
pub fn failure(receipt: &Receipt) -> Option<Error> {
    (!receipt.ending.is_proven() && receipt.ending != RevocationState::LetGo).then(|| {
        Error::new(
            Code::RevocationUnproven,
            format!("{}: {}", receipt.resource_name, receipt.headline()),
        )
    })
}

pub(super) fn record(receipt: &Receipt) -> Result<ReceiptRecord, Error> {
    let body = ReceiptBody {
        resource_host: receipt.resource_host.clone(),
        ending: receipt.ending,
        last_token: receipt.last_token,
        steps: receipt.steps.clone(),
    };
    let body = serde_json::to_string(&body)
        .map_err(|error| Error::new(Code::Internal, error.to_string()))?;
    Ok(ReceiptRecord {
        id: receipt.id.clone(),
        at: receipt.at,
        resource_id: receipt.resource_id.clone(),
        resource_name: receipt.resource_name.clone(),
        grant_id: receipt.grant_id.clone(),
        account_name: receipt.account.clone(),
        issuer: receipt.issuer.clone(),
        body,
    })
}

/// None for one that a newer version wrote in words of its own.
pub(super) fn read(record: ReceiptRecord) -> Option<Receipt> {
    let body: ReceiptBody = serde_json::from_str(&record.body).ok()?;
    Some(Receipt {
        id: record.id,
        at: record.at,
        resource_id: record.resource_id,
        resource_name: record.resource_name,
        resource_host: body.resource_host,
        grant_id: record.grant_id,
        account: record.account_name,
        issuer: record.issuer,
        ending: body.ending,
        last_token: body.last_token,
        steps: body.steps,
    })
}

#[cfg(test)]
mod tests {
    use super::state_of;
    use model::{GrantId, PartyAnswer, ReceiptStep, ReceiptStepKind, RevocationState};
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
            registration_id: "r".into(),
            refresh_token: refresh.then(|| Secret::new("rt")),
            access_token: Some(Secret::new("at")),
            dpop_key: None,
            expires_at: expires_at.map(Timestamp),
            opened_at: NOW,
            tries: 0,
            next_try_at: NOW,
        }
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
            PartyAnswer::NoAnswer { why: "x".into() },
        ];
        let server = [
            PartyAnswer::Refused,
            PartyAnswer::Accepted { status: 200 },
            PartyAnswer::TellsNothing { status: 403 },
            PartyAnswer::NoAnswer { why: "x".into() },
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
}
