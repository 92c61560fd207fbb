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

use crate::login::beginning::Beginning;
use crate::store::events::About;
use crate::{Broker, Code, Error, LoginMethod, LoginOptions, RedirectPreference, ResourceRecord};
use model::{EventKind, Grant};
use oauth::authorization::{AccountWish, PendingAuthorization, Wishes};
use oauth::metadata::AuthorizationServer;

/// What came of beginning a login.
#[derive(Debug, Clone)]
pub enum Started {
    /// A person has to do something; `browser_problem` says why no browser opened, if so.
    Waiting {
        pending: Box<PendingAuthorization>,
        browser_problem: Option<String>,
    },
    /// Nobody was needed.
    Done(Box<Grant>),
}

impl Broker {
    /// Begins a login, by the method that was chosen for the server. One already under way for it is replaced.
    pub async fn begin_login(
        &self,
        resource: &str,
        options: LoginOptions,
    ) -> Result<Started, Error> {
        let record = self.record_of(resource).await?;
        match self.begin(&record, &options).await {
            Ok(started) => Ok(started),
            Err(error) => {
                let event = self
                    .event(
                        EventKind::LoginFailed,
                        false,
                        format!("{}: {error}", record.name),
                    )
                    .about(&record);
                self.record(event.failed_with(&error)).await;
                Err(error)
            }
        }
    }

    async fn begin(
        &self,
        record: &ResourceRecord,
        options: &LoginOptions,
    ) -> Result<Started, Error> {
        let mut beginning = self.beginning(record, options).await?;
        if needs_nobody(&beginning) {
            // For this login alone: what the issuer says today does not change what the person chose.
            beginning.record.login_method = LoginMethod::ClientCredentials;
        }
        let pending = match &beginning.record.login_method {
            LoginMethod::Browser => self.by_browser(&beginning).await?,
            LoginMethod::Device => self.by_device(&beginning).await?,
            LoginMethod::ClientCredentials | LoginMethod::Workload { .. } => {
                return Ok(Started::Done(Box::new(self.by_itself(&beginning).await?)));
            }
            LoginMethod::Enterprise { provider } => {
                match self.by_provider(&beginning, provider).await? {
                    enterprise::Outcome::Done(grant) => return Ok(Started::Done(grant)),
                    enterprise::Outcome::LogIn(pending) => *pending,
                }
            }
        };
        self.await_answer(&beginning.record, pending, options.open_browser)
            .await
    }

    /// The row first, then the browser: nothing that opens is ever forgotten.
    async fn await_answer(
        &self,
        record: &ResourceRecord,
        pending: PendingAuthorization,
        open_browser: bool,
    ) -> Result<Started, Error> {
        self.may_open(record, &pending).await?;
        let vault = self.vault()?;
        self.replace_logins(&vault, record).await?;
        vault.save_pending(&pending).await?;
        self.note_visit(&vault, &pending).await?;
        let host = AuthorizationServer::host_of(&pending.authorization_url);
        self.record(
            self.event(
                EventKind::LoginStarted,
                true,
                format!("Logging in to {} at {host}", record.name),
            )
            .about(record),
        )
        .await;
        if pending.device.is_some() {
            self.poll_in_background(&pending);
        }
        // A device login's page is opened only when the person asks (PROTOCOL.md 7.14).
        let opens = open_browser && pending.device.is_none();
        let browser_problem = if opens {
            self.open_browser(&pending).await
        } else {
            None
        };
        Ok(Started::Waiting {
            pending: Box::new(pending),
            browser_problem,
        })
    }

    /// Opens the browser once more for a login under way.
    pub async fn reopen_login(&self, pending_id: &str) -> Result<Started, Error> {
        let pending = self.live_pending(pending_id).await?;
        self.may_open(&self.record_of(pending.resource.as_str()).await?, &pending)
            .await?;
        let browser_problem = self.open_browser(&pending).await;
        Ok(Started::Waiting {
            pending: Box::new(pending),
            browser_problem,
        })
    }

    /// The same login by another redirect: whose it shall be, what it asks for and as which kind of client stay.
    pub async fn switch_redirect(
        &self,
        pending_id: &str,
        redirect: RedirectPreference,
    ) -> Result<Started, Error> {
        let pending = self.live_pending(pending_id).await?;
        let known = self.vault()?.registration(&pending.registration_id).await?;
        let select_account = pending.account == AccountWish::Another;
        let options = LoginOptions {
            redirect: Some(redirect),
            pasted: false,
            wishes: Wishes {
                select_account,
                login_hint: None,
                consent: pending.asks_for_consent(),
                account: pending.account,
            },
            scopes: Some(pending.scopes),
            registration: known.map(|known| known.kind),
            anew: false,
            open_browser: true,
        };
        self.begin_login(pending.resource.as_str(), options).await
    }

    async fn live_pending(&self, id: &str) -> Result<PendingAuthorization, Error> {
        let pending = self
            .vault()?
            .pending(id)
            .await?
            .filter(|pending| pending.expires_at > self.now());
        pending.ok_or_else(|| Error::new(Code::LoginExpired, "this login is over"))
    }
}

/// An issuer that has no login for people, and a client id that was given to this program: nobody has to choose.
fn needs_nobody(beginning: &Beginning<'_>) -> bool {
    let server = &beginning.server;
    beginning.record.login_method == LoginMethod::Browser
        && crate::issuer::registration::is_for_programs_only(server)
}

impl Started {
    /// The login that waits for the person, if one does.
    pub fn pending(&self) -> Option<&PendingAuthorization> {
        match self {
            Self::Waiting { pending, .. } => Some(pending),
            Self::Done(_) => None,
        }
    }
}
