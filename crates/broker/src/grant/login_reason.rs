//! Why a grant is of no use until somebody logs in, in the words of whoever said so.

use crate::error::{Attempt, login};
use crate::store::records::readable;
use crate::{Broker, Error};
use model::{Code, Grant, GrantKind, GrantState, LoginReason, Refusal};
use oauth::time::Timestamp;
use oauth::token::is_about_the_client;

pub(crate) fn login_required(grant: &Grant, reason: Option<LoginReason>) -> Error {
    let message = match &grant.state {
        GrantState::Revoked { .. } => {
            format!("the access of {} was revoked here", grant.account.name)
        }
        _ => because(grant, reason.unwrap_or(LoginReason::Expired)),
    };
    Error::new(Code::LoginRequired, message)
}

impl Broker {
    /// Why this grant is of no use until somebody logs in, in the words of whoever said so.
    pub(crate) async fn login_required(&self, grant: &Grant) -> Result<Error, Error> {
        let record = self.record_of(grant.resource.as_str()).await?;
        let hint = format!("Log in again: {}.", login(&record.name));
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

/// Who refuses what, with their own words.
pub(crate) fn renewal_refused(grant: &Grant, refusal: &Refusal) -> String {
    let host = oauth::metadata::AuthorizationServer::host_of(&grant.token_endpoint);
    let who = if grant.kind == GrantKind::EnterpriseManaged {
        format!("your company's provider or {host}")
    } else {
        host
    };
    if refusal.error.is(ENDED) {
        return format!(
            "{who} has ended this login{}",
            oauth::error_description::clause(refusal.said.as_ref())
        );
    }
    format!(
        "{who} refuses to renew this login ({}){}",
        refusal.error,
        oauth::error_description::clause(refusal.said.as_ref())
    )
}

/// The one word that ends a grant.
pub(crate) const ENDED: &str = "invalid_grant";

/// Why this login is of no use until a person logs in again, if it is not.
pub fn login_needed(grant: &Grant, now: Timestamp) -> Option<String> {
    grant.needs_login(now).map(|reason| because(grant, reason))
}

/// The reason, in the words of whoever gave it.
pub(crate) fn because(grant: &Grant, reason: LoginReason) -> String {
    match (reason, &grant.trouble.refusal) {
        (LoginReason::RenewalRefused | LoginReason::RefreshRejected, Some(refusal)) => {
            format!("{}.", renewal_refused(grant, refusal))
        }
        (reason, _) => explain(reason),
    }
}

/// Why this login ends with its access token, if it will: nothing renews it.
pub fn not_renewed(grant: &Grant) -> Option<String> {
    let tokens = grant.tokens()?;
    match &grant.trouble.refusal {
        Some(refusal) => Some(format!("{}.", renewal_refused(grant, refusal))),
        None if tokens.refresh_token.is_none() && !grant.kind.is_unattended() => Some(
            "The authorization server gave nothing to renew it with (no refresh token), so a login is needed when the access ends."
                .to_owned(),
        ),
        None => None,
    }
}

/// Why a login is needed, for a person.
pub fn explain(reason: LoginReason) -> String {
    match reason {
        LoginReason::RefreshRejected => "The authorization server ended this login.",
        LoginReason::Expired => {
            "The access has run out, and the server gave nothing to renew it with."
        }
        LoginReason::ClientForgotten => "The authorization server no longer knows this program.",
        LoginReason::TokenRejected => {
            "The server refused the token, and there was no other to be had."
        }
        LoginReason::Damaged => "The stored login is damaged.",
        LoginReason::RenewalRefused => "The authorization server refuses to renew this login.",
    }
    .to_owned()
}
