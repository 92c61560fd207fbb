//! Grants and pending logins.

use crate::dto;
use broker::LoginStart;
use messages::{Text, text};
use model::{Grant, GrantState, LoginAttempt, Receipt, RevocationState};
use oauth::metadata::AuthorizationServer;
use oauth::redirect::Redirect;
use oauth::time::Timestamp;

/// `receipts`: how the logins of this server ended that were taken back.
pub fn grant(grant: &Grant, resource_id: &str, receipts: &[Receipt], now: Timestamp) -> dto::Grant {
    let receipt = broker::ending(grant, receipts);
    let (state, message) = match (&grant.state, broker::login_needed(grant, now)) {
        (GrantState::Revoked { .. }, _) => {
            let is_proven =
                receipt.is_some_and(|receipt| receipt.ending == RevocationState::Revoked);
            let state = if is_proven {
                dto::GrantState::Revoked
            } else {
                dto::GrantState::RemovedHere
            };
            (state, receipt.map(|receipt| receipt.headline().told()))
        }
        (_, Some(why)) => (dto::GrantState::LoginNeeded, Some(why.told())),
        (_, None) => (dto::GrantState::Active, None),
    };
    let granted = grant
        .tokens()
        .map(|tokens| tokens.scopes.clone())
        .unwrap_or_default();
    dto::Grant {
        id: grant.id.0.clone(),
        resource_id: resource_id.to_owned(),
        account: grant.account.name.clone(),
        issuer: grant.issuer.to_string(),
        state,
        message,
        revocation_open: receipt.is_some_and(|receipt| receipt.ending == RevocationState::Open),
        scopes_requested: grant.scopes_requested.to_vec(),
        scopes_unasked: oauth::token::unasked(&grant.scopes_requested, &granted).to_vec(),
        scopes_granted: granted.to_vec(),
        kind: grant.kind,
        sender_constrained: grant
            .tokens()
            .is_some_and(|tokens| tokens.dpop_key.is_some()),
        unnamed: grant.is_unnamed(),
        identified: grant.account.subject.is_some(),
        has_refresh_token: grant
            .tokens()
            .is_some_and(|tokens| tokens.refresh_token.is_some()),
        not_renewed: broker::not_renewed(grant).as_ref().map(Text::told),
        consent_may_help: None,
        granted_at: grant.granted_at.0,
        refreshed_at: grant.refreshed_at.map(|at| at.0),
        expires_at: grant
            .tokens()
            .and_then(|tokens| tokens.expires_at)
            .map(|at| at.0),
    }
}

/// A login under way; `problem`: why no browser opened.
pub fn pending(
    pending: &LoginAttempt,
    resource_id: &str,
    problem: Option<&messages::Text>,
) -> dto::PendingLogin {
    // No answer of a device login is brought anywhere.
    let redirect = pending.redirect().unwrap_or(Redirect::DEEP_LINK);
    dto::PendingLogin {
        id: pending.id.clone(),
        resource_id: resource_id.to_owned(),
        authorization_url: pending.url().to_owned(),
        authorization_host: AuthorizationServer::host_of(pending.url()),
        redirect: redirect.into(),
        redirect_uri: redirect.uri(),
        started_at: pending.started_at.0,
        expires_at: pending.expires_at().0,
        device: pending.device().map(|device| dto::DeviceCode {
            user_code: device.user_code.clone(),
            verification_uri: device.verification_uri.clone(),
            verification_uri_complete: device.verification_uri_complete.clone(),
        }),
        message: problem.map(|why| Text::from(text::BrowserNotOpened { why }).told()),
    }
}

/// What came of beginning a login.
pub fn started(started: LoginStart, resource_id: &str, now: Timestamp) -> dto::LoginStarted {
    match started {
        LoginStart::Waiting {
            pending: waiting,
            browser_problem,
        } => dto::LoginStarted {
            pending: Some(pending(&waiting, resource_id, browser_problem.as_ref())),
            grant: None,
        },
        LoginStart::Done(done) => dto::LoginStarted {
            pending: None,
            grant: Some(grant(&done, resource_id, &[], now)),
        },
    }
}
