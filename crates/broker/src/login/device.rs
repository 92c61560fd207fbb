//! A login in a browser elsewhere (RFC 8628; docs/protocol.md#device-login): a code for the person, and questions at the issuer until
//! they have typed it there.

use super::attempt::failure;
use crate::error::Attempt;
use crate::grant::draft::GrantDraft;
use crate::issuer::client_request::IssuerEndpoint;
use crate::login::beginning::LoginContext;
use crate::upstream::randomness::new_key;
use crate::{Broker, Error};
use messages::text;
use model::{
    Account, ClientRecord, Code, DeviceLogin, LoginAttempt, LoginKind, LoginStatus, ResourceRecord,
};
use oauth::address_guard::Reach;
use oauth::concession::Concession;
use oauth::device::DeviceCode;
use oauth::metadata::AuthorizationServer;
use oauth::token::{TokenError, TokenResponse};
use oauth::uri::secure_url;
use std::time::Duration;
use vault::{ClientEndpoint, Vault, VaultError};

/// Whoever types a code at somebody else's page lets in whoever asked for the code: nothing else in this flow would show
/// it (RFC 8628 §5.4).
fn refuse_a_foreign_page(
    record: &ResourceRecord,
    server: &AuthorizationServer,
    device: &DeviceCode,
) -> Result<(), Error> {
    if record.concessions.allow(Concession::ForeignLoginPage) {
        return Ok(());
    }
    for page in std::iter::once(&device.verification_uri).chain(&device.verification_uri_complete) {
        if !server.owns(&secure_url(page)?) {
            let host = AuthorizationServer::host_of;
            let foreign = text::LoginForeignPage {
                page: host(page),
                issuer: host(server.issuer.as_str()),
                tokens: host(&server.token_endpoint),
            };
            return Err(Error::new(Code::ForeignLoginPage, foreign)
                .with_concession(Concession::ForeignLoginPage));
        }
    }
    Ok(())
}

impl Broker {
    pub(super) async fn by_device(
        &self,
        beginning: &LoginContext<'_>,
    ) -> Result<LoginAttempt, Error> {
        let LoginContext {
            record,
            server,
            scopes,
            options,
            ..
        } = beginning;
        let endpoint = server
            .device_authorization_endpoint
            .as_deref()
            .ok_or_else(|| {
                let issuer = server.issuer.as_str();
                Error::new(Code::MethodNotOffered, text::LoginNoCodeWay { issuer })
            })?;
        let registration = self
            .choose_registration(beginning.criteria(&[]))
            .await?
            .registration;
        let dpop_key = record
            .needs_dpop
            .then(new_key)
            .transpose()?
            .and_then(|key| key.to_secret());
        let code = self.device_code(beginning, endpoint, &registration).await?;
        refuse_a_foreign_page(record, server, &code)?;
        Ok(self.attempt(
            record,
            LoginKind::Device(DeviceLogin {
                code,
                issuer: server.issuer.clone(),
                token_endpoint: server.token_endpoint.clone(),
                resource_parameter: beginning.resource_parameter.clone(),
                scopes: scopes.clone(),
                dpop_key,
                registration_id: registration.id,
                account: options.account.clone(),
            }),
        ))
    }

    /// RFC 8628 §3.1.
    async fn device_code(
        &self,
        beginning: &LoginContext<'_>,
        url: &str,
        registration: &ClientRecord,
    ) -> Result<DeviceCode, Error> {
        let endpoint = IssuerEndpoint {
            kind: ClientEndpoint::DeviceAuthorization,
            url,
            issuer: &beginning.server.issuer,
            reach: beginning.reach,
        };
        let request = self
            .client_request(endpoint, Some(registration), None)
            .await?;
        let resource = beginning.resource_parameter.as_deref();
        let outcome = request
            .client()
            .device_authorization(&self.inner.upstream.http, resource, &beginning.scopes)
            .await;
        self.learn_authentication(&request).await;
        let attempt = Attempt {
            name: &beginning.record.name,
            registration: Some(registration),
            began: None,
            now: self.now(),
        };
        match outcome {
            Ok(device) => Ok(device),
            Err(error) => {
                self.learn_from(&self.vault()?, registration, &error)
                    .await?;
                Err(attempt.explain(error))
            }
        }
    }

    /// Asks the issuer until the login is over; ends with it, or with the process: another one then goes on.
    pub(crate) fn poll_in_background(&self, attempt: &LoginAttempt) {
        let (broker, id) = (self.clone(), attempt.id.clone());
        tokio::spawn(async move {
            if let Err(error) = broker.poll(&id).await {
                tracing::info!(%error, "a device login is not asked for any more");
            }
        });
    }

    /// Goes on with device logins that another process began and left.
    pub(crate) async fn resume_device_logins(&self) -> Result<(), Error> {
        for attempt in self
            .vault()?
            .login_attempts()
            .await?
            .iter()
            .filter(|attempt| attempt.device().is_some())
        {
            self.poll_in_background(attempt);
        }
        Ok(())
    }

    async fn poll(&self, id: &str) -> Result<(), Error> {
        let vault = self.vault()?;
        // One process asks; who comes later waits, and takes over if that one ends.
        let _turn = loop {
            match vault.lock_login_attempt(id, Duration::from_secs(5)).await {
                Ok(lock) => break lock,
                Err(VaultError::LockTimeout)
                    if vault
                        .login_attempt(id)
                        .await?
                        .is_some_and(|attempt| self.now() < attempt.expires_at()) => {}
                Err(VaultError::LockTimeout) => return self.sweep(self.now()).await,
                // Asked again it would say the same, and nobody asks the issuer: the login ends and says why.
                Err(error) => return self.given_up(&vault, id, error.into()).await,
            }
        };
        let mut interval = None;
        while let Some(attempt) = vault.login_attempt(id).await? {
            let LoginKind::Device(login) = &attempt.kind else {
                return Ok(());
            };
            if self.now() >= attempt.expires_at() {
                return self.sweep(self.now()).await;
            }
            let seconds = *interval.get_or_insert(login.code.interval);
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            let _exchange = match self.begin_exchange(&vault, &login.token_endpoint).await {
                Ok(exchange) => exchange,
                Err(error) => {
                    tracing::info!(%error, "the issuer is not asked now");
                    continue;
                }
            };
            let outcome = match self.asked(&vault, &attempt, login).await {
                Ok(outcome) => outcome,
                // A fault of ours, which asking again does not mend: the login ends and says why.
                Err(error) => return self.given_up(&vault, id, error).await,
            };
            match outcome {
                Err(TokenError::Pending { slower, .. }) => {
                    interval = Some(if slower { seconds + 5 } else { seconds });
                }
                // No answer is no reason to give up before the time is over (RFC 8628 §3.5).
                Err(
                    TokenError::Http(_)
                    | TokenError::Unavailable { .. }
                    | TokenError::Malformed { .. },
                ) => {
                    interval = Some((seconds * 2).min(60));
                }
                outcome => return self.decided(&vault, &attempt, login, outcome).await,
            }
        }
        Ok(())
    }

    async fn given_up(&self, vault: &Vault, id: &str, error: Error) -> Result<(), Error> {
        if let Some(attempt) = vault.login_attempt(id).await?
            && self.end(vault, id, &failure(&error)?).await?
        {
            let record = self.record_of(attempt.resource.as_str()).await?;
            self.failed(&record, error).await;
        }
        Ok(())
    }

    /// What the issuer answered; the outer error is a fault of ours, before anything was sent.
    async fn asked(
        &self,
        vault: &Vault,
        attempt: &LoginAttempt,
        login: &DeviceLogin,
    ) -> Result<Result<TokenResponse, TokenError>, Error> {
        let registration = vault.registration(&login.registration_id).await?;
        let record = self.record_of(attempt.resource.as_str()).await?;
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let endpoint = IssuerEndpoint::token(&login.issuer, &login.token_endpoint, reach);
        let request = self
            .client_request(endpoint, registration.as_ref(), login.dpop_key.as_ref())
            .await?;
        let client = request.client();
        let resource = login.resource_parameter.as_deref();
        let outcome = client
            .device(
                &self.inner.upstream.http,
                &login.code.device_code,
                resource,
                &login.scopes,
            )
            .await;
        self.learn_authentication(&request).await;
        Ok(outcome)
    }

    async fn decided(
        &self,
        vault: &Vault,
        attempt: &LoginAttempt,
        login: &DeviceLogin,
        outcome: Result<TokenResponse, TokenError>,
    ) -> Result<(), Error> {
        let removed = || Error::new(Code::NotFound, text::ServerRemovedMeanwhile);
        let record = vault
            .resource_by_uri(&attempt.resource)
            .await?
            .ok_or_else(removed)?;
        let ours = match self.end(vault, &attempt.id, &LoginStatus::Answered).await {
            // It cannot be taken because the disk fails: what came is kept all the same.
            Err(error) if outcome.is_ok() && error.is_of_the_disk() => true,
            ours => ours?,
        };
        if !ours {
            // Cancelled while the issuer answered: nobody keeps what came.
            if let Ok(answer) = outcome {
                let nobody = Account {
                    name: "a cancelled login".to_owned(),
                    ..Account::default()
                };
                let made = GrantDraft::by_device(attempt, login, nobody, answer.tokens);
                self.give_back(vault, &record, made).await;
            }
            return Ok(());
        }
        let kept = match outcome {
            Ok(answer) => {
                let reach = Reach::of(&record.uri.url()?, &record.concessions);
                let account = self
                    .account_or_nameless(vault, &login.issuer, &answer, reach)
                    .await;
                let made = GrantDraft::by_device(attempt, login, account, answer.tokens);
                self.keep_login(vault, &record, made).await
            }
            Err(error) => Err(self.code_refused(vault, &record, login, error).await?),
        };
        if let Err(error) = kept {
            self.finished(vault, &attempt.id, &error).await;
            self.failed(&record, error).await;
        }
        Ok(())
    }

    async fn code_refused(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        login: &DeviceLogin,
        error: TokenError,
    ) -> Result<Error, Error> {
        match &error {
            error if error.refused_with("expired_token") => {
                return Ok(Error::new(Code::LoginExpired, text::LoginCodeTooLate));
            }
            error if error.refused_with("access_denied") => {
                return Ok(Error::new(Code::LoginRefused, text::LoginCodeDenied));
            }
            _ => {}
        }
        let registration = vault.registration(&login.registration_id).await?;
        if let Some(registration) = &registration {
            self.learn_from(vault, registration, &error).await?;
        }
        let attempt = Attempt {
            name: &record.name,
            registration: registration.as_deref(),
            began: None,
            now: self.now(),
        };
        Ok(attempt.explain(error))
    }
}
