//! Logging in, in each way that a server may want: begin → (the browser, here or elsewhere) → complete.
//!
//! [`browser`] and [`device`] leave a row in the vault before anything opens, so that the program may be closed and
//! opened again in between, and any host may finish it (invariant 7). [`unattended`] logins need nobody and are
//! done at once; [`enterprise`] ones need the person only at the company's provider, and only now and then.

mod account;
mod attempt;
mod browser;
mod complete;
mod device;
mod enterprise;
mod unattended;

use crate::issuer::discovery::{Memory, look_through};
use crate::issuer::registration::Need;
use crate::store::events::About;
use crate::{
    Broker, Code, Error, LoginMethod, RedirectPreference, ResourceProtection, ResourceRecord,
};
pub(crate) use enterprise::entered_by_hand;
use oauth::authorization::{AccountWish, PendingAuthorization, Wishes};
use oauth::concession::{Concession, Reach};
use oauth::discovery::{self, DiscoveryError};
use oauth::grant::{Grant, GrantKind, GrantState};
use oauth::metadata::AuthorizationServer;
use oauth::redirect::Redirect;
use oauth::registration::RegistrationKind;
use oauth::scope::Scopes;
pub(crate) use unattended::Asked;
use vault::ConsentHabit;

/// Where an answer of the browser can arrive; each host says what it can do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redirects {
    /// The private-use scheme is ours on this machine.
    pub deep_link: bool,
    /// A listener of this vault holds this port.
    pub loopback: Option<u16>,
}

#[derive(Debug, Clone, Default)]
pub struct LoginOptions {
    /// None: what is known to work at this issuer.
    pub redirect: Option<RedirectPreference>,
    /// The person brings the answer by hand: at a deep link a browser without this program ends on no address at all.
    pub pasted: bool,
    pub wishes: Wishes,
    /// More than is asked for anyway: what an operation lacked (S-10).
    pub scopes: Option<Scopes>,
    /// How to get a client id; None: the best way there is.
    pub registration: Option<RegistrationKind>,
    /// A new registration, though there is one that seems good.
    pub anew: bool,
    pub open_browser: bool,
}

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

/// A login that begins: what all ways of logging in need to know.
struct Beginning<'a> {
    record: ResourceRecord,
    server: AuthorizationServer,
    resource_parameter: Option<String>,
    scopes: Scopes,
    reach: Reach,
    /// The issuer was found to give no refresh token without being asked for consent by name.
    consent: bool,
    options: &'a LoginOptions,
}

impl Beginning<'_> {
    /// What the login needs a client id for: of a person, with these redirects.
    fn need<'b>(&'b self, redirects: &'b [Redirect]) -> Need<'b> {
        Need {
            record: &self.record,
            server: &self.server,
            redirects,
            scopes: &self.scopes,
            by: self.options.registration,
            anew: self.options.anew,
            unattended: false,
            reach: self.reach,
        }
    }
}

/// Metadata that could not be fetched again is good for so long (PROTOCOL.md 2.4 step 6).
const METADATA_LIFE_SECONDS: i64 = 24 * 3600;

impl Broker {
    pub fn set_redirects(&self, redirects: Redirects) {
        *self
            .inner
            .redirects
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = redirects;
    }

    pub fn redirects(&self) -> Redirects {
        *self
            .inner
            .redirects
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

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
                    .event("login_failed", false, format!("{}: {error}", record.name))
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
                "login_started",
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

    /// What is known of the server now: its protection, fresh metadata, and what to ask for.
    async fn beginning<'a>(
        &self,
        record: &ResourceRecord,
        options: &'a LoginOptions,
    ) -> Result<Beginning<'a>, Error> {
        let record = if record.protection == ResourceProtection::Protected {
            record.clone()
        } else {
            self.check(&record.id, &|_| {}).await?.record
        };
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let server = self.fresh_server(&record, reach).await?;
        let habits = self.vault()?.issuer_habits(&server.issuer).await?;
        let mut scopes = scopes_to_ask(
            &record,
            Some(&server),
            &self.vault()?.grants_of(&record.uri).await?,
        );
        if habits.refuses_offline
            || !matches!(
                record.login_method,
                LoginMethod::Browser | LoginMethod::Device
            )
        {
            scopes = without_offline(&record, &scopes);
        }
        if let Some(more) = &options.scopes {
            scopes = scopes.union(more);
        }
        let resource_parameter = record
            .resource_parameter
            .clone()
            .filter(|_| !record.concessions.allow(Concession::NoResourceParameter));
        let consent = habits.consent == ConsentHabit::Wanted && scopes.contains(OFFLINE);
        Ok(Beginning {
            record,
            server,
            resource_parameter,
            scopes,
            reach,
            consent,
            options,
        })
    }

    /// The issuer's metadata, fetched again for each login: keys and endpoints move, and a proxy may have to be woken
    /// by it (PROTOCOL.md 2.4 step 6, LAB.md 4.19). What was fetched lately stands in where it cannot be had.
    async fn fresh_server(
        &self,
        record: &ResourceRecord,
        reach: Reach,
    ) -> Result<AuthorizationServer, Error> {
        let vault = self.vault()?;
        let issuer = record.issuer.as_ref().ok_or_else(|| {
            Error::new(
                Code::NoAuthorizationServer,
                format!("{} needs no login", record.name),
            )
            .with_hint("Nothing has to be done for it.")
        })?;
        if let Some(entered) = self.entered_server(&vault, record).await? {
            return Ok(entered);
        }
        // What another server's concession let in is not let in here.
        let may_speak = |server: &AuthorizationServer| {
            server.speaks_as.is_none() || record.concessions.allow(Concession::IssuerMismatch)
        };
        let kept = vault
            .authorization_server(issuer)
            .await?
            .filter(|(server, _)| may_speak(server));
        let is_own_origin = record.uri.url()?.origin().ascii_serialization() == issuer.as_str();
        let memory = Memory::of(&self.inner.http);
        let found = look_through(
            self.inner.http.look_limit(),
            &record.concessions,
            |allowed| {
                let memory = &memory;
                Box::pin(async move {
                    discovery::authorization_server(memory, issuer, &allowed, reach, &|_| {}).await
                })
            },
        );
        let still = |server: &AuthorizationServer| {
            let source = server.check(&record.concessions, reach).err()?;
            Some(Error::from(DiscoveryError::AuthorizationServerMetadata {
                url: issuer.to_string(),
                source,
            }))
        };
        match (found.await.strictly(), kept) {
            // What is kept was allowed when it came.
            (Err(error), Some((server, _)))
                if error.concession().is_none() && still(&server).is_some() =>
            {
                Err(still(&server).unwrap_or(error))
            }
            (Ok(server), _) => {
                self.refuse_another_alias(record, &server).await?;
                vault.save_authorization_server(&server, self.now()).await?;
                Ok(server)
            }
            // Where nothing is published there is nothing to fetch (M-12).
            (Err(error), Some((server, _)))
                if matches!(
                    error.code(),
                    Code::NoAuthorizationServer | Code::MetadataHidden
                ) && is_own_origin
                    && record.concessions.allow(Concession::LegacyEndpoints) =>
            {
                Ok(server)
            }
            (Err(error), Some((server, fetched_at)))
                if matches!(
                    error.code(),
                    Code::Unreachable | Code::ServerError | Code::TemporarilyUnavailable
                ) && self.now().since(fetched_at) < METADATA_LIFE_SECONDS =>
            {
                tracing::info!(%issuer, %error, "metadata of before is used");
                Ok(server)
            }
            (Err(error), _) => Err(error),
        }
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

    /// Where the browser goes is within the reach of whoever named it: looked at when the page is about to open, and so
    /// also where it was kept from before.
    async fn may_open(
        &self,
        record: &ResourceRecord,
        pending: &PendingAuthorization,
    ) -> Result<(), Error> {
        let reach = match pending.kind {
            GrantKind::EnterpriseManaged => enterprise::provider_reach(record, &pending.issuer)?,
            _ => Reach::of(&record.uri.url()?, &record.concessions),
        };
        self.inner
            .http
            .may_be_opened(&pending.authorization_url, reach)
            .await
    }

    async fn open_browser(&self, pending: &PendingAuthorization) -> Option<String> {
        let (browser, url) = (
            self.inner.browser.clone(),
            pending.authorization_url.clone(),
        );
        let opened = tokio::task::spawn_blocking(move || browser.open(&url)).await;
        match opened {
            Ok(Ok(())) => None,
            Ok(Err(why)) => Some(why),
            Err(_) => Some("the browser could not be started".to_owned()),
        }
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

pub(crate) const OFFLINE: &str = "offline_access";

/// What the person chose, else what the server asks for and what was asked for before (S-07, S-10); `offline_access` only
/// where the issuer lists it (S-14).
pub(crate) fn scopes_to_ask(
    record: &ResourceRecord,
    server: Option<&AuthorizationServer>,
    grants: &[Grant],
) -> Scopes {
    if let Some(chosen) = &record.chosen_scopes {
        return chosen.clone();
    }
    let live = grants
        .iter()
        .filter(|grant| !matches!(grant.state, GrantState::Revoked { .. }));
    let mut scopes = live.fold(record.scopes_to_request.clone(), |scopes, grant| {
        scopes.union(&grant.scopes_requested)
    });
    if scopes.is_empty() {
        let least = server
            .and_then(AuthorizationServer::vendor)
            .and_then(|vendor| vendor.least_scope);
        scopes = least.map(Scopes::parse).unwrap_or_default();
    } else if server.is_some_and(|server| server.scopes_supported.contains(OFFLINE)) {
        scopes = scopes.union(&Scopes::parse(OFFLINE));
    }
    scopes
}

/// Without the scope that we added of our own accord; one that the server asks for stays.
fn without_offline(record: &ResourceRecord, scopes: &Scopes) -> Scopes {
    let asked = record.scopes_to_request.contains(OFFLINE) || record.chosen_scopes.is_some();
    if asked {
        scopes.clone()
    } else {
        scopes.without(&Scopes::parse(OFFLINE))
    }
}
