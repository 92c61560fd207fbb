//! Logging in, in each way that a server may want: begin → (the browser, here or elsewhere) → complete.
//!
//! [`browser`] and [`device`] leave a row in the vault before anything opens, so that the program may be closed and
//! opened again in between, and any host may finish it (invariant 7). [`unattended`] logins need nobody and are
//! done at once; [`enterprise`] ones need the person only at the company's provider, and only now and then.

mod account;
mod answer;
mod attempt;
pub(crate) mod beginning;
mod browser;
mod complete;
mod device;
mod enterprise;
mod page;
mod refusal;
mod unattended;

use crate::login::beginning::LoginContext;
use crate::store::events::EventContext;
use crate::store::span;
use crate::{Broker, Error, LoginOptions};
use messages::{Text, text};
use model::{
    AccountWish, Code, EventKind, Grant, LoginAttempt, LoginKind, LoginMethod, RedirectPreference,
    ResourceRecord,
};
use oauth::authorization::OpenIdParameters;
use oauth::metadata::AuthorizationServer;

/// What came of beginning a login.
#[derive(Debug, Clone)]
pub enum LoginStart {
    /// A person has to do something; `browser_problem` says why no browser opened, if so.
    Waiting {
        /// The login under way.
        pending: Box<LoginAttempt>,
        /// Why no browser opened.
        browser_problem: Option<Text>,
    },
    /// Nobody was needed.
    Done(Box<Grant>),
}

impl Broker {
    /// Begins a login, by the method that was chosen for the server. One already under way for it is replaced.
    #[tracing::instrument(
        level = "warn",
        name = "begin_login",
        skip_all,
        fields(server, issuer),
        err(level = "debug", Debug)
    )]
    pub async fn begin_login(
        &self,
        resource: &str,
        options: LoginOptions,
    ) -> Result<LoginStart, Error> {
        let record = self.record_of(resource).await?;
        span::server(&record);
        match self.begin(&record, &options).await {
            Ok(started) => {
                self.keep_method(&record, options.method).await;
                Ok(started)
            }
            Err(error) => {
                self.record(self.login_failed(&record, &error)).await;
                Err(error)
            }
        }
    }

    /// The method that the person chose with a login that has begun, for the next time.
    async fn keep_method(&self, record: &ResourceRecord, method: Option<LoginMethod>) {
        let chosen = method
            .filter(|method| *method != LoginMethod::Device && *method != record.login_method);
        if let Some(method) = chosen
            && let Err(error) = self.set_login_method(&record.id, method).await
        {
            tracing::warn!(%error, "the way of logging in is not kept for the next time");
        }
    }

    async fn begin(
        &self,
        record: &ResourceRecord,
        options: &LoginOptions,
    ) -> Result<LoginStart, Error> {
        let mut beginning = self.beginning(record, options).await?;
        if needs_nobody(&beginning) {
            // For this login alone: what the issuer says today does not change what the person chose.
            beginning.record.login_method = LoginMethod::ClientCredentials;
        }
        let attempt = match &beginning.record.login_method {
            LoginMethod::Browser => self.by_browser(&beginning).await?,
            LoginMethod::Device => self.by_device(&beginning).await?,
            LoginMethod::ClientCredentials | LoginMethod::Workload { .. } => {
                return Ok(LoginStart::Done(Box::new(
                    self.by_itself(&beginning).await?,
                )));
            }
            LoginMethod::Enterprise { provider } => {
                match self.by_provider(&beginning, provider).await? {
                    enterprise::ProviderLogin::Done(grant) => return Ok(LoginStart::Done(grant)),
                    enterprise::ProviderLogin::LogIn(attempt) => *attempt,
                }
            }
        };
        self.await_answer(&beginning.record, attempt, options.open_browser)
            .await
    }

    /// The row first, then the browser: nothing that opens is ever forgotten.
    async fn await_answer(
        &self,
        record: &ResourceRecord,
        attempt: LoginAttempt,
        open_browser: bool,
    ) -> Result<LoginStart, Error> {
        self.may_open(record, &attempt).await?;
        let vault = self.vault()?;
        self.begin_attempt(&vault, record, &attempt).await?;
        self.note_visit(&vault, &attempt).await?;
        let host = AuthorizationServer::host_of(attempt.url());
        let server = &record.name;
        let started = text::LoginStarted { server, host };
        self.record(
            self.event(EventKind::LoginStarted, true, started)
                .about(record),
        )
        .await;
        let is_device = attempt.device().is_some();
        if is_device {
            self.poll_in_background(&attempt);
        }
        // A device login's page is opened only when the person asks (docs/protocol.md#device-login).
        let browser_problem = if open_browser && !is_device {
            self.open_browser(&attempt).await
        } else {
            None
        };
        Ok(LoginStart::Waiting {
            pending: Box::new(attempt),
            browser_problem,
        })
    }

    /// Opens the browser once more for a login under way.
    pub async fn reopen_login(&self, pending_id: &str) -> Result<LoginStart, Error> {
        let attempt = self.live_attempt(pending_id).await?;
        self.may_open(&self.record_of(attempt.resource.as_str()).await?, &attempt)
            .await?;
        let browser_problem = self.open_browser(&attempt).await;
        Ok(LoginStart::Waiting {
            pending: Box::new(attempt),
            browser_problem,
        })
    }

    /// The same login by another redirect: whose it shall be, what it asks for and as which kind of client stay.
    pub async fn switch_redirect(
        &self,
        pending_id: &str,
        redirect: RedirectPreference,
    ) -> Result<LoginStart, Error> {
        let attempt = self.live_attempt(pending_id).await?;
        let known = match attempt.registration_id() {
            Some(id) => self.vault()?.registration(id).await?,
            None => None,
        };
        let (account, consent) = match &attempt.kind {
            LoginKind::Browser(login) => (login.account.clone(), login.request.asks_for_consent()),
            LoginKind::Device(login) => (login.account.clone(), false),
            LoginKind::Provider(request) => (AccountWish::Any, request.asks_for_consent()),
        };
        let select_account = account == AccountWish::Another;
        let options = LoginOptions {
            redirect: Some(redirect),
            pasted: false,
            wishes: OpenIdParameters {
                select_account,
                login_hint: None,
                consent,
            },
            account,
            scopes: Some(attempt.scopes().clone()),
            method: None,
            registration: known.map(|known| known.kind),
            anew: false,
            open_browser: true,
        };
        self.begin_login(attempt.resource.as_str(), options).await
    }

    async fn live_attempt(&self, id: &str) -> Result<LoginAttempt, Error> {
        let attempt = self
            .vault()?
            .login_attempt(id)
            .await?
            .filter(|attempt| attempt.expires_at() > self.now());
        attempt.ok_or_else(|| Error::new(Code::LoginExpired, text::LoginOver))
    }
}

/// An issuer that has no login for people, and a client id that was given to this program: nobody has to choose.
fn needs_nobody(beginning: &LoginContext<'_>) -> bool {
    let server = &beginning.server;
    beginning.record.login_method == LoginMethod::Browser
        && crate::issuer::registration::criteria::is_for_programs_only(server)
}

impl LoginStart {
    /// The login that waits for the person, if one does.
    pub fn pending(&self) -> Option<&LoginAttempt> {
        match self {
            Self::Waiting { pending, .. } => Some(pending),
            Self::Done(_) => None,
        }
    }
}
