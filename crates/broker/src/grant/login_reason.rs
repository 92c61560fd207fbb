//! Why a grant is of no use until somebody logs in, in the words of whoever said so.

use crate::error::{Attempt, login, words};
use crate::store::records::readable;
use crate::{Broker, Error};
use messages::{Text, text};
use model::{Code, Grant, GrantKind, GrantState, LoginReason, Refusal, quoting};
use oauth::time::Timestamp;
use oauth::token::is_about_the_client;

pub(crate) fn login_required(grant: &Grant, reason: Option<LoginReason>) -> Error {
    let message = match &grant.state {
        GrantState::Revoked { .. } => {
            let account = &grant.account.name;
            text::GrantRevokedHere { account }.into()
        }
        _ => because(grant, reason.unwrap_or(LoginReason::Expired)),
    };
    Error::new(Code::LoginRequired, message)
}

impl Broker {
    /// Why this grant is of no use until somebody logs in, in the words of whoever said so.
    pub(crate) async fn login_required(&self, grant: &Grant) -> Result<Error, Error> {
        let record = self.record_of(grant.resource.as_str()).await?;
        let hint = sign_in_again(&record.name);
        let Some(refusal) = grant
            .trouble
            .refusal
            .as_ref()
            .filter(|_| grant.tokens().is_some())
        else {
            let said = grant
                .trouble
                .refusal
                .as_ref()
                .and_then(|refusal| refusal.said.clone());
            return Ok(login_required(grant, grant.needs_login(self.now()))
                .with_said(said)
                .with_hint(hint));
        };
        let error = Error::new(Code::LoginRequired, renewal_refused(grant, refusal))
            .with_said(refusal.said.clone());
        let registration = readable(
            self.vault()?
                .registration_if(grant.registration_id.as_deref())
                .await,
        )?;
        let about_client = is_about_the_client(&refusal.error, refusal.said.as_ref());
        Ok(match registration.filter(|_| about_client) {
            Some(registration) => {
                let attempt = Attempt {
                    name: &record.name,
                    registration: Some(&registration),
                    began: None,
                    now: self.now(),
                };
                error.with_hint(attempt.client_hint())
            }
            None => error.with_hint(hint),
        })
    }
}

/// What helps where a login has ended.
pub(crate) fn sign_in_again(server: &str) -> Text {
    let command = login(server);
    text::GrantHintSignIn { command }.into()
}

/// Who refuses what, with their own words.
pub(crate) fn renewal_refused(grant: &Grant, refusal: &Refusal) -> Text {
    let host = oauth::metadata::AuthorizationServer::host_of(&grant.token_endpoint);
    let error = words::token::code(&refusal.error);
    let is_of_a_company = grant.kind == GrantKind::EnterpriseManaged;
    let what: Text = match (refusal.error.is(ENDED), is_of_a_company) {
        (true, false) => text::GrantOver { host }.into(),
        (true, true) => text::GrantOverByCompany { host }.into(),
        (false, false) => text::GrantRenewalRefused { host, error }.into(),
        (false, true) => text::GrantRenewalRefusedByCompany { host, error }.into(),
    };
    quoting(what, refusal.said.as_ref())
}

/// The one word that ends a grant.
pub(crate) const ENDED: &str = "invalid_grant";

/// Why this login is of no use until a person logs in again, if it is not.
pub fn login_needed(grant: &Grant, now: Timestamp) -> Option<Text> {
    grant.needs_login(now).map(|reason| because(grant, reason))
}

/// The reason, in the words of whoever gave it.
pub(crate) fn because(grant: &Grant, reason: LoginReason) -> Text {
    match (reason, &grant.trouble.refusal) {
        (LoginReason::RenewalRefused | LoginReason::RefreshRejected, Some(refusal)) => {
            renewal_refused(grant, refusal)
        }
        (reason, _) => explain(reason),
    }
}

/// Why this login ends with its access token, if it will: nothing renews it.
pub fn not_renewed(grant: &Grant) -> Option<Text> {
    let tokens = grant.tokens()?;
    match &grant.trouble.refusal {
        Some(refusal) => Some(renewal_refused(grant, refusal)),
        None if tokens.refresh_token.is_none() && !grant.kind.is_unattended() => {
            Some(text::GrantNoRefreshToken.into())
        }
        None => None,
    }
}

/// Why a login is needed, for a person.
pub fn explain(reason: LoginReason) -> Text {
    match reason {
        LoginReason::RefreshRejected => text::GrantReasonEnded.into(),
        LoginReason::Expired => text::GrantReasonExpired.into(),
        LoginReason::ClientForgotten => text::GrantReasonClientForgotten.into(),
        LoginReason::TokenRejected => text::GrantReasonTokenRejected.into(),
        LoginReason::Damaged => text::GrantReasonDamaged.into(),
        LoginReason::RenewalRefused => text::GrantReasonRenewalRefused.into(),
    }
}
