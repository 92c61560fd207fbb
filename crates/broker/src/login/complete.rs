//! The answer of the browser: found by its state, checked, exchanged, kept; all of it once.

use super::attempt::failure;
use crate::grant::draft::GrantDraft;
use crate::issuer::client_request::IssuerEndpoint;
use crate::store::span;
use crate::{Broker, Error};
use messages::text;
use model::{BrowserLogin, Code, Grant, LoginAttempt, LoginKind, LoginStatus, ResourceRecord};
use oauth::address_guard::Reach;
use oauth::authorization::{Callback, PendingAuthorization, ResponseError};
use oauth::secret::Secret;
use vault::Vault;

impl Broker {
    /// A callback by deep link, loopback or paste. One that nobody asked for changes nothing (C-01).
    pub async fn complete_login(
        &self,
        callback: Result<Callback, ResponseError>,
    ) -> Result<Grant, Error> {
        // A hang-up of the browser must not lose a code that is already spent.
        let broker = self.clone();
        let completed = tokio::spawn(async move { broker.complete(callback).await }).await;
        completed.unwrap_or_else(|_| Err(Error::new(Code::Internal, text::LoginEndedUnexpectedly)))
    }

    #[tracing::instrument(
        level = "warn",
        name = "complete_login",
        skip_all,
        fields(server, issuer, grant),
        err(level = "debug", Debug)
    )]
    async fn complete(&self, callback: Result<Callback, ResponseError>) -> Result<Grant, Error> {
        self.sweep(self.now()).await?;
        let callback = match callback {
            Ok(callback) => callback,
            Err(error) => return Err(self.unasked_for(error.into()).await),
        };
        let vault = self.vault()?;
        let Some(attempt) = vault.login_attempt_by_state(&callback.state).await? else {
            return Err(self
                .unasked_for(Error::new(Code::LoginUnknown, text::LoginNotUnderWay))
                .await);
        };
        // What is found by a state has a request.
        let request = attempt.request().ok_or_else(super::attempt::over)?;
        self.answered(&vault, &attempt, request, callback).await
    }

    async fn answered(
        &self,
        vault: &Vault,
        attempt: &LoginAttempt,
        request: &PendingAuthorization,
        callback: Callback,
    ) -> Result<Grant, Error> {
        let record = self.record_of(attempt.resource.as_str()).await?;
        span::server(&record);
        let code = self
            .code_in(vault, &record, attempt, request, callback)
            .await?;
        // Nothing is used up where the answer could not be kept: the same address may be opened again.
        let _exchange = match self.begin_exchange(vault, &request.token_endpoint).await {
            Ok(exchange) => exchange,
            Err(error) => {
                let hint = text::LoginHintAnswerAgain { hint: error.hint() };
                return Err(self
                    .kept_waiting(vault, &record, &attempt.id, error.with_hint(hint))
                    .await);
            }
        };
        // Single use: of several copies of one answer, one goes on (attack F05).
        if !self.end(vault, &attempt.id, &LoginStatus::Answered).await? {
            return Err(self
                .unasked_for(Error::new(Code::LoginUnknown, text::LoginAnswerUsed))
                .await);
        }
        let outcome = match &attempt.kind {
            LoginKind::Browser(login) => self.redeem(vault, &record, attempt, login, &code).await,
            _ => {
                self.logged_in_at_provider(vault, &record, attempt, request, &code)
                    .await
            }
        };
        match outcome {
            Ok(grant) => {
                if let Err(error) = self.learn_redirect(request).await {
                    tracing::warn!(%error, "the redirect that worked could not be noted");
                }
                Ok(grant)
            }
            Err(error) => {
                self.finished(vault, &attempt.id, &error).await;
                Err(self.failed(&record, error).await)
            }
        }
    }

    /// The code of an answer that is of who was asked; else the login goes on, or ends.
    async fn code_in(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        attempt: &LoginAttempt,
        request: &PendingAuthorization,
        callback: Callback,
    ) -> Result<Secret, Error> {
        match request.respond(callback, self.now()) {
            Ok(code) => Ok(code),
            // A forged answer must not end the real login: it stays under way (docs/protocol.md#callback).
            Err(
                error @ (ResponseError::IssMismatch { .. }
                | ResponseError::IssMissing { .. }
                | ResponseError::WrongPlace { .. }
                | ResponseError::NotACallback),
            ) => Err(self
                .not_used(vault, record, &attempt.id, error.into())
                .await),
            Err(error) => {
                let error = self
                    .explained(vault, record, attempt, request, error)
                    .await?;
                self.end(vault, &attempt.id, &failure(&error)?).await?;
                Err(self.failed(record, error).await)
            }
        }
    }

    async fn redeem(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        attempt: &LoginAttempt,
        login: &BrowserLogin,
        code: &Secret,
    ) -> Result<Grant, Error> {
        let request = &login.request;
        let registration = vault
            .registration(&login.registration_id)
            .await?
            .ok_or_else(|| Error::new(Code::ClientForgotten, text::LoginRegistrationGone))?;
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let endpoint = IssuerEndpoint::token(&request.issuer, &request.token_endpoint, reach);
        let exchange = self
            .client_request(endpoint, Some(&registration), request.dpop_key.as_ref())
            .await?;
        let outcome = exchange
            .client()
            .exchange(&self.inner.upstream.http, request, code)
            .await;
        self.learn_authentication(&exchange).await;
        match outcome {
            Ok(answer) => {
                let account = self
                    .account_or_nameless(vault, &request.issuer, &answer, reach)
                    .await;
                if let Err(error) = self.learn_consent(vault, request, &answer.tokens).await {
                    tracing::warn!(%error, "that no refresh token came could not be noted");
                }
                let made = GrantDraft::by_browser(attempt, login, account, answer.tokens);
                self.keep_login(vault, record, made).await
            }
            Err(error) => Err(self
                .exchange_refused(vault, record, attempt, request, &registration, error)
                .await?),
        }
    }

    /// Counted and told of once a minute; none of its text is kept, and no window is opened for it.
    async fn unasked_for(&self, error: Error) -> Error {
        self.record_refusal(None, error.code(), text::LoginAnswerUnasked)
            .await;
        error
    }
}
