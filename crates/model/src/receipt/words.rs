//! What a receipt says to a person: no more than its steps.

use super::{LastToken, PartyAnswer, Receipt, ReceiptStep, ReceiptStepKind, RevocationState};
use crate::quoting;
use messages::{Text, text};
use oauth::error_description::ErrorDescription;

impl Receipt {
    /// No more than the steps say.
    pub fn headline(&self) -> Text {
        let (account, issuer, server) = (&self.account, self.issuer_host(), &self.resource_host);
        match self.ending {
            // A 401 to a token that has run out proves nothing more.
            RevocationState::Revoked if self.last_token == LastToken::RanOut => {
                text::ReceiptRevokedRanOut { account, issuer }.into()
            }
            RevocationState::Revoked => text::ReceiptRevoked { account, server }.into(),
            RevocationState::NothingLeft => text::ReceiptNothingLeft { account }.into(),
            RevocationState::RunsOut => text::ReceiptRunsOut {
                account,
                renewal: self.word_of_the_issuer(),
                token: self.word_of_the_server(),
            }
            .into(),
            RevocationState::Open if self.was_refused() => {
                text::ReceiptNotRevoked { account, issuer }.into()
            }
            RevocationState::Open => text::ReceiptUnconfirmed { account, issuer }.into(),
            RevocationState::LetGo => text::ReceiptLetGo { account, issuer }.into(),
        }
    }

    fn word_of_the_issuer(&self) -> Text {
        let issuer = self.issuer_host();
        let confirmed =
            |kind| self.has(|step| step.kind == kind && step.answer == PartyAnswer::Confirmed);
        if confirmed(ReceiptStepKind::RefreshToken) || !confirmed(ReceiptStepKind::Registration) {
            return text::ReceiptRenewalEnded { issuer }.into();
        }
        text::ReceiptRenewalUnconfirmed { issuer }.into()
    }

    fn word_of_the_server(&self) -> Text {
        let server = &self.resource_host;
        if self.has(|step| {
            step.kind == ReceiptStepKind::Earlier
                && matches!(step.answer, PartyAnswer::Accepted { .. })
        }) {
            return text::ReceiptTokenEarlierWorks { server }.into();
        }
        if self.has(|step| matches!(step.answer, PartyAnswer::Accepted { .. })) {
            return text::ReceiptTokenWorks { server }.into();
        }
        if self.has(|step| step.answer == PartyAnswer::Refused) {
            return text::ReceiptTokenRefused { server }.into();
        }
        text::ReceiptTokenUnproven { server }.into()
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

    /// Where the person can do what nobody confirmed. Nothing that was done is asked for again.
    pub fn by_hand(&self) -> Option<Text> {
        let issuer = self.issuer.as_str();
        matches!(self.ending, RevocationState::Open | RevocationState::LetGo)
            .then(|| text::ReceiptByHand { issuer }.into())
    }

    /// What came of one of its steps.
    pub fn detail(&self, step: &ReceiptStep) -> Text {
        let (issuer, server) = (self.issuer_host(), &self.resource_host);
        match &step.answer {
            PartyAnswer::Confirmed if step.kind == ReceiptStepKind::Registration => {
                text::ReceiptAnswerDeleted { issuer }.into()
            }
            PartyAnswer::Confirmed => text::ReceiptAnswerConfirmed { issuer }.into(),
            PartyAnswer::NotOffered => text::ReceiptAnswerNotOffered { issuer }.into(),
            PartyAnswer::KindNotSupported => text::ReceiptAnswerKindNotSupported { issuer }.into(),
            PartyAnswer::Status { status, said } => {
                let said = said
                    .as_deref()
                    .and_then(|said| ErrorDescription::new(said, &[]));
                quoting(self.status_of(step.kind, *status), said.as_ref())
            }
            PartyAnswer::NoAnswer { why } | PartyAnswer::NotSent { why } => why.clone(),
            PartyAnswer::NotAsked => text::ReceiptAnswerNotAsked { issuer }.into(),
            PartyAnswer::Refused => text::ReceiptAnswerRefused { server }.into(),
            PartyAnswer::Accepted { status } => {
                let status = status.to_string();
                text::ReceiptAnswerAccepted { server, status }.into()
            }
            PartyAnswer::TellsNothing { status } => {
                let status = status.to_string();
                text::ReceiptAnswerTellsNothing { server, status }.into()
            }
            PartyAnswer::Erased => text::ReceiptAnswerErased.into(),
            PartyAnswer::Kept => text::ReceiptAnswerKept.into(),
        }
    }

    /// A status that confirms nothing. Of the good ones a revocation endpoint may answer with 200 alone.
    fn status_of(&self, kind: ReceiptStepKind, number: u16) -> Text {
        let (issuer, status) = (self.issuer_host(), number.to_string());
        match number {
            200 => text::ReceiptAnswerUnclear { issuer, status }.into(),
            201..300 if kind != ReceiptStepKind::Registration => {
                text::ReceiptAnswerOnly200 { issuer, status }.into()
            }
            _ => text::ReceiptAnswerStatus { issuer, status }.into(),
        }
    }
}

impl ReceiptStepKind {
    /// What was asked of whom, as the head of a line.
    pub fn label(self) -> Text {
        match self {
            Self::RefreshToken => text::ReceiptAskedRefreshToken.into(),
            Self::AccessToken => text::ReceiptAskedAccessToken.into(),
            Self::Earlier => text::ReceiptAskedEarlier.into(),
            Self::Registration => text::ReceiptAskedRegistration.into(),
            Self::Probe => text::ReceiptAskedProbe.into(),
            Self::Vault => text::ReceiptAskedVault.into(),
        }
    }
}
