//! What each party answered, as data. What is decided, is decided by it; the sentences are made of it when it is shown.

use crate::{Code, Error, ResourceRecord};
use model::GrantId;
use oauth::metadata::AuthorizationServer;
use oauth::time::Timestamp;
use oauth::uri::Issuer;
use serde::{Deserialize, Serialize};
use vault::{OpenRevocation, ReceiptRecord};

/// What came of taking a login back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub id: String,
    pub at: Timestamp,
    pub resource_id: String,
    pub resource_name: String,
    pub resource_host: String,
    pub grant_id: GrantId,
    pub account: String,
    pub issuer: Issuer,
    pub ending: RevocationState,
    pub last_token: LastToken,
    pub steps: Vec<ReceiptStep>,
}

/// How it ended. Only the first says that something was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationState {
    /// The issuer confirmed (or deleted this program), and the server was seen to refuse the old token.
    Revoked,
    /// The login had ended by itself.
    NothingLeft,
    /// Nothing can renew it any more, and the last access token was not seen to be refused.
    RunsOut,
    /// The issuer did not confirm; it can be tried again.
    Open,
    /// The issuer did not confirm, and the person let it go.
    LetGo,
}

/// What becomes of the last access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LastToken {
    /// There was none, or its server refuses it.
    Gone,
    /// It had run out by itself.
    RanOut,
    /// Good until then for whoever holds it.
    Until { at: Timestamp },
    /// Its issuer did not say when it ends.
    Untold,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptStep {
    /// Kept as `deed` in the vault.
    #[serde(rename = "deed")]
    pub kind: ReceiptStepKind,
    pub answer: PartyAnswer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptStepKind {
    /// The refresh token at the issuer (RFC 7009).
    RefreshToken,
    AccessToken,
    /// The tokens that the login had before its last ones.
    Earlier,
    /// This program's registration at the issuer (RFC 7592).
    Registration,
    /// The old access token once more at its server.
    Probe,
    /// What is kept here.
    Vault,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PartyAnswer {
    /// 200 of a revocation endpoint, 2xx of a deletion.
    Confirmed,
    /// The issuer has no such endpoint.
    NotOffered,
    /// `unsupported_token_type`.
    KindNotSupported,
    /// Any other answer, with the issuer's own words if it had some.
    Status {
        status: u16,
        said: Option<String>,
    },
    /// None at all, and why.
    NoAnswer {
        why: String,
    },
    /// Not asked: the same party had just not answered.
    NotAsked,
    /// The server answered 401 to the old token.
    Refused,
    /// The server took the old token, and takes none without one.
    Accepted {
        status: u16,
    },
    /// The server's answer says nothing of the token.
    TellsNothing {
        status: u16,
    },
    Erased,
    /// Sealed here, until the issuer confirms.
    Kept,
}

impl PartyAnswer {
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Confirmed | Self::Refused | Self::Erased)
    }

    /// Another try may be answered in another way.
    pub(super) fn is_of_now_only(&self) -> bool {
        match self {
            Self::NoAnswer { .. } | Self::NotAsked => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..),
            _ => false,
        }
    }

    /// It was asked, and did something else.
    pub fn has_failed(&self) -> bool {
        matches!(
            self,
            Self::Status { .. }
                | Self::NoAnswer { .. }
                | Self::Accepted { .. }
                | Self::TellsNothing { .. }
        )
    }
}

/// What of a receipt is no column of its own.
#[derive(Serialize, Deserialize)]
struct ReceiptBody {
    resource_host: String,
    ending: RevocationState,
    last_token: LastToken,
    steps: Vec<ReceiptStep>,
}

impl RevocationState {
    pub(super) fn of(open: &OpenRevocation, steps: &[ReceiptStep], now: Timestamp) -> Self {
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
            Some(_)
                if given_up(ReceiptStepKind::RefreshToken) && earlier && (refused || has_ended) =>
            {
                Self::Revoked
            }
            Some(_)
                if deleted
                    || (confirmed(ReceiptStepKind::RefreshToken) && (earlier || runs_out)) =>
            {
                Self::RunsOut
            }
            None if refused && !has_ended && earlier => Self::Revoked,
            None if has_ended && earlier => Self::NothingLeft,
            None if deleted
                || (confirmed(ReceiptStepKind::AccessToken) && (earlier || runs_out)) =>
            {
                Self::RunsOut
            }
            None if refused && runs_out => Self::RunsOut,
            _ => Self::Open,
        }
    }

    /// Nothing is left that could be used, as far as anybody can know.
    pub fn is_proven(self) -> bool {
        matches!(self, Self::Revoked | Self::NothingLeft)
    }
}

impl Receipt {
    pub(super) fn of(
        open: &OpenRevocation,
        record: &ResourceRecord,
        steps: Vec<ReceiptStep>,
        ending: RevocationState,
        now: Timestamp,
    ) -> Self {
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
        Self {
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
    pub(super) fn with_earlier(self, until: Option<Timestamp>) -> Self {
        let is_taken = self.has(|step| {
            step.kind == ReceiptStepKind::Earlier
                && matches!(step.answer, PartyAnswer::Accepted { .. })
        });
        match until.filter(|_| is_taken) {
            Some(at) => Self {
                last_token: LastToken::Until { at },
                ..self
            },
            None => self,
        }
    }

    /// No more than the steps say, in one sentence without its full stop.
    pub fn headline(&self) -> String {
        let (account, issuer, server) = (&self.account, self.issuer_host(), &self.resource_host);
        match self.ending {
            // A 401 to a token that has run out proves nothing more.
            RevocationState::Revoked if self.last_token == LastToken::RanOut => {
                format!(
                    "the access of {account} is revoked: {issuer} confirmed it, and the last token had run out by itself"
                )
            }
            RevocationState::Revoked => {
                format!("the access of {account} is revoked, and {server} was seen to refuse it")
            }
            RevocationState::NothingLeft => format!(
                "the access of {account} had ended by itself; there was nothing to take back"
            ),
            RevocationState::RunsOut => format!(
                "forgotten here; {}, {}",
                self.word_of_the_issuer(),
                self.word_of_the_server()
            ),
            RevocationState::Open if self.was_refused() => {
                format!("the access of {account} is forgotten here; {issuer} did not take it back")
            }
            RevocationState::Open => format!(
                "the access of {account} is forgotten here; {issuer} has not confirmed that it took it back"
            ),
            RevocationState::LetGo => {
                format!("the access of {account} was let go; {issuer} has not taken it back")
            }
        }
    }

    fn word_of_the_issuer(&self) -> String {
        let (account, issuer) = (&self.account, self.issuer_host());
        let confirmed =
            |kind| self.has(|step| step.kind == kind && step.answer == PartyAnswer::Confirmed);
        if confirmed(ReceiptStepKind::RefreshToken) || !confirmed(ReceiptStepKind::Registration) {
            return format!(
                "{issuer} confirmed that nothing renews the access of {account} any more"
            );
        }
        format!(
            "{issuer} deleted this program, and has not confirmed that the access of {account} ended with it"
        )
    }

    fn word_of_the_server(&self) -> String {
        let server = &self.resource_host;
        if self.has(|step| {
            step.kind == ReceiptStepKind::Earlier
                && matches!(step.answer, PartyAnswer::Accepted { .. })
        }) {
            return format!("but {server} still takes a token from before the last renewal");
        }
        if self.has(|step| matches!(step.answer, PartyAnswer::Accepted { .. })) {
            return format!("but {server} still takes the last token");
        }
        if self.has(|step| step.answer == PartyAnswer::Refused) {
            return format!("and {server} was seen to refuse the last token");
        }
        format!("but that {server} refuses the last token could not be proven")
    }

    /// The issuer said no, or has no way to say yes. A 2xx other than 200, or no answer, is no refusal.
    fn was_refused(&self) -> bool {
        let of = |kind| {
            self.steps
                .iter()
                .find(|step| step.kind == kind)
                .map(|step| &step.answer)
        };
        match of(ReceiptStepKind::RefreshToken).or_else(|| of(ReceiptStepKind::AccessToken)) {
            Some(PartyAnswer::NotOffered | PartyAnswer::KindNotSupported) => true,
            Some(PartyAnswer::Status { status, .. }) => !(200..300).contains(status),
            _ => false,
        }
    }

    fn has(&self, what: impl Fn(&ReceiptStep) -> bool) -> bool {
        self.steps.iter().any(what)
    }

    /// Where the person can do what nobody confirmed. Nothing that was done is asked for again.
    pub fn by_hand(&self) -> Option<String> {
        matches!(self.ending, RevocationState::Open | RevocationState::LetGo).then(|| {
            format!("Sign in at {} and remove this program there, under connected or authorized applications.", self.issuer)
        })
    }

    pub fn issuer_host(&self) -> String {
        AuthorizationServer::host_of(self.issuer.as_str())
    }

    /// The failure that this is for a script, if it is one.
    pub fn failure(&self) -> Option<Error> {
        (!self.ending.is_proven() && self.ending != RevocationState::LetGo).then(|| {
            Error::new(
                Code::RevocationUnproven,
                format!("{}: {}", self.resource_name, self.headline()),
            )
        })
    }

    pub(super) fn record(&self) -> Result<ReceiptRecord, Error> {
        let body = ReceiptBody {
            resource_host: self.resource_host.clone(),
            ending: self.ending,
            last_token: self.last_token,
            steps: self.steps.clone(),
        };
        let body = serde_json::to_string(&body)
            .map_err(|error| Error::new(Code::Internal, error.to_string()))?;
        Ok(ReceiptRecord {
            id: self.id.clone(),
            at: self.at,
            resource_id: self.resource_id.clone(),
            resource_name: self.resource_name.clone(),
            grant_id: self.grant_id.clone(),
            account_name: self.account.clone(),
            issuer: self.issuer.clone(),
            body,
        })
    }

    /// None for one that a newer version wrote in words of its own.
    pub(super) fn read(record: ReceiptRecord) -> Option<Self> {
        let body: ReceiptBody = serde_json::from_str(&record.body).ok()?;
        Some(Self {
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
}

#[cfg(test)]
mod tests {
    use super::{PartyAnswer, ReceiptStep, ReceiptStepKind, RevocationState};
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
                        RevocationState::of(&open(true, Some(2_000)), &steps, NOW),
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
            RevocationState::of(&ended, &of(PartyAnswer::Accepted { status: 200 }), NOW),
            RevocationState::RunsOut
        );
        assert_eq!(
            RevocationState::of(&ended, &of(PartyAnswer::TellsNothing { status: 403 }), NOW),
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
            RevocationState::of(&open(false, None), &accepted, NOW),
            RevocationState::Open
        );
        assert_eq!(
            RevocationState::of(&open(false, Some(2_000)), &refused, NOW),
            RevocationState::Revoked
        );
        assert_eq!(
            RevocationState::of(&open(false, Some(500)), &refused, NOW),
            RevocationState::NothingLeft,
            "it had run out: 401 proves nothing"
        );
        assert_eq!(
            RevocationState::of(&open(false, Some(500)), &accepted, NOW),
            RevocationState::Open,
            "it is taken after its end"
        );
    }
}
