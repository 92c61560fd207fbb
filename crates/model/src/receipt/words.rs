//! What a receipt says to a person: no more than its steps.

use super::{LastToken, PartyAnswer, Receipt, ReceiptStepKind, RevocationState};

impl Receipt {
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

    /// Where the person can do what nobody confirmed. Nothing that was done is asked for again.
    pub fn by_hand(&self) -> Option<String> {
        matches!(self.ending, RevocationState::Open | RevocationState::LetGo).then(|| {
            format!("Sign in at {} and remove this program there, under connected or authorized applications.", self.issuer)
        })
    }
}
