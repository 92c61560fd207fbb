//! MCP servers: add, look at, rename, remove.

use crate::error::command_line;
use crate::grant::refresh::refusal::renewal_refused;
use crate::grant::revocation::is_revoked;
use crate::issuer::discovery::{Memory, look_through};
use crate::server::standing::StandingPermit;
use crate::store::events::About;
use crate::store::names::clean_name;
use crate::store::nearest::nearest;
use crate::{
    Broker, Change, Code, Error, LoginMethod, Receipt, ResourceProtection, ResourceRecord,
    RevocationState,
};
use oauth::authorization::PendingAuthorization;
use oauth::concession::{Concession, Concessions};
use oauth::discovery::{Discovery, discover_with};
use oauth::grant::{Grant, GrantState, LoginReason};
use oauth::metadata::{AuthorizationServer, Basis, EnteredEndpoints};
use oauth::registration::{Registration, RegistrationKind};
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use oauth::trace::{Sink, Step};
use oauth::uri::{Issuer, ResourceUri, excerpt};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A server with all that a person wants to know of it.
#[derive(Debug, Clone)]
pub struct ResourceView {
    /// When it was looked at.
    pub at: Timestamp,
    /// The next login asks for consent by name, since no refresh token came without.
    pub wants_consent: bool,
    pub record: ResourceRecord,
    pub state: ResourceState,
    /// What is wrong, if anything, in one sentence.
    pub message: Option<String>,
    pub authorization_server: Option<AuthorizationServer>,
    /// The addresses of it that a person entered.
    pub entered: Option<EnteredEndpoints>,
    /// What the next login asks for.
    pub scopes_to_ask: Scopes,
    pub registration: Option<Registration>,
    pub grants: Vec<Grant>,
    pub pending: Option<PendingAuthorization>,
    pub permits: Vec<StandingPermit>,
    /// How the logins ended that were taken back; the newest receipt of each.
    pub receipts: Vec<Receipt>,
}

/// What came of removing a server.
#[derive(Debug, Clone)]
pub struct Removal {
    /// False where an issuer has not taken back what was granted: the server stays, so that it can be tried again.
    pub removed: bool,
    pub receipts: Vec<Receipt>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceState {
    NotProtected,
    LoginNeeded,
    LoggingIn,
    Active,
    Revoked,
    /// Given up here, without proof that it is taken back.
    RemovedHere,
}

impl Removal {
    /// Why the server is still there.
    pub fn refusal(&self) -> Error {
        let open = self
            .receipts
            .iter()
            .find(|receipt| receipt.ending == RevocationState::Open);
        let (name, what) = open.map_or(("the server", String::new()), |open| {
            (open.resource_name.as_str(), open.headline())
        });
        Error::new(
            Code::RevocationOpen,
            format!("{name} was not removed: {what}"),
        )
        .with_hint(format!(
            "Try again: {}  Or forget it all the same: {}",
            command_line(&["remove", name]),
            command_line(&["remove", name, "--let-go"])
        ))
    }
}

impl Broker {
    /// Discovers how the server is protected and keeps what was found. Adding it again checks it again.
    pub async fn add(
        &self,
        url: &str,
        name: Option<&str>,
        concessions: Concessions,
        trace: Sink<'_>,
    ) -> Result<ResourceView, Error> {
        self.add_with(url, name, None, concessions, trace).await
    }

    /// The same, with addresses that a person enters for it; None: those that were entered before, if any.
    pub(crate) async fn add_with(
        &self,
        url: &str,
        name: Option<&str>,
        entered: Option<&EnteredEndpoints>,
        concessions: Concessions,
        trace: Sink<'_>,
    ) -> Result<ResourceView, Error> {
        let uri = ResourceUri::from_person(url)?;
        name.map(clean_name).transpose()?;
        let vault = self.vault()?;
        let before = vault.resource_by_uri(&uri).await?;
        before
            .iter()
            .zip(name)
            .try_for_each(|(known, name)| keeps_its_name(known, name))?;
        let with_more = |known: Option<&ResourceRecord>| {
            Concessions(
                known
                    .into_iter()
                    .flat_map(|known| known.concessions.0.clone())
                    .chain(concessions.0.clone())
                    .collect(),
            )
        };
        let kept = match &before {
            Some(before) => vault.entered_endpoints(before).await?,
            None => None,
        };
        let (discovery, steps) = self
            .discovered(
                &uri,
                entered.or(kept.as_ref()),
                &with_more(before.as_ref()),
                trace,
            )
            .await?;
        // Read again: the person may have locked the account, withdrawn a concession or removed the server while it was slow
        // to answer.
        let known = vault.resource_by_uri(&uri).await?;
        if before.is_some() && known.is_none() {
            return Err(Error::new(
                Code::NotFound,
                "the server was removed meanwhile",
            ));
        }
        known
            .iter()
            .zip(name)
            .try_for_each(|(known, name)| keeps_its_name(known, name))?;
        let concessions = with_more(known.as_ref());
        let is_new = known.is_none();
        let mut record = match known {
            Some(known) => known,
            None => ResourceRecord {
                id: vault::new_id(),
                name: self.free_name(&uri, own_name(&discovery)).await?,
                uri,
                protection: ResourceProtection::Unknown,
                resource_parameter: None,
                issuer: None,
                scopes_to_request: Scopes::default(),
                scopes_supported: Scopes::default(),
                chosen_scopes: None,
                missing_scopes: Scopes::default(),
                login_method: LoginMethod::default(),
                locked_to: None,
                needs_dpop: false,
                concessions: Concessions::default(),
                conceded_at: BTreeMap::new(),
                trace: Vec::new(),
                added_at: self.now(),
                checked_at: None,
            },
        };
        if let Some(name) = name.filter(|_| is_new) {
            record.name = self.checked_name(name, Some(&record.id)).await?;
        }
        if let Discovery::Protected(found) = &discovery {
            self.refuse_another_alias(&record, &found.authorization_server)
                .await?;
        }
        let allowed: Vec<_> = concessions
            .0
            .difference(&record.concessions.0)
            .copied()
            .collect();
        record
            .conceded_at
            .extend(allowed.iter().map(|concession| (*concession, self.now())));
        record.concessions = concessions;
        let issuer_before = record.issuer.clone();
        self.keep(&mut record, discovery, steps).await?;
        if is_new {
            vault.add_resource(&record).await?;
            self.record(
                self.event("resource_added", true, format!("{} was added", record.name))
                    .about(&record),
            )
            .await;
        } else {
            vault.save_resource(&record).await?;
        }
        if let Some(entered) = entered {
            vault.save_entered_endpoints(&record, entered).await?;
        }
        self.tell_what_changed(&record, &allowed, issuer_before)
            .await;
        self.changed(Change::Vault);
        self.resource(&record.id).await
    }

    /// Allowed departures and a move to another authorization server are lines of the log: both are decisions about whom
    /// to trust.
    async fn tell_what_changed(
        &self,
        record: &ResourceRecord,
        allowed: &[Concession],
        issuer_before: Option<Issuer>,
    ) {
        for concession in allowed {
            let message = format!("{} was allowed for {}", concession.name(), record.name);
            self.record(
                self.event("concession_allowed", true, message)
                    .about(record),
            )
            .await;
        }
        if let (Some(before), Some(now)) = (issuer_before, &record.issuer)
            && before != *now
        {
            let message = format!(
                "{} moved from the authorization server {before} to {now}",
                record.name
            );
            self.record(self.event("issuer_changed", false, message).about(record))
                .await;
        }
    }

    /// Discovers again, so that what changed at the server shows.
    pub async fn check(&self, id: &str, trace: Sink<'_>) -> Result<ResourceView, Error> {
        let record = self.record_of(id).await?;
        self.add(record.uri.as_str(), None, Concessions::default(), trace)
            .await
    }

    pub async fn resources(&self) -> Result<Vec<ResourceView>, Error> {
        let mut views = Vec::new();
        let records = self.vault()?.resources().await?;
        self.tell_doubts().await;
        for record in records {
            views.push(self.view(record).await?);
        }
        Ok(views)
    }

    /// By id, by name, or by URI.
    pub async fn resource(&self, reference: &str) -> Result<ResourceView, Error> {
        let record = self.record_of(reference).await?;
        self.view(record).await
    }

    pub async fn rename(&self, id: &str, name: &str) -> Result<ResourceView, Error> {
        let mut record = self.record_of(id).await?;
        let before = std::mem::replace(&mut record.name, self.checked_name(name, Some(id)).await?);
        self.vault()?.save_resource(&record).await?;
        if before != record.name {
            let message = format!("{before} is now called {}", record.name);
            self.record(self.event("resource_renamed", true, message).about(&record))
                .await;
        }
        self.changed(Change::Vault);
        self.view(record).await
    }

    /// Takes back what is granted, then forgets the server. It stays where an issuer has not confirmed, unless the person lets
    /// that go.
    pub async fn remove(&self, id: &str, let_go: bool) -> Result<Removal, Error> {
        let view = self.resource(id).await?;
        let id = view.record.id.as_str();
        let mut receipts = if let_go {
            Vec::new()
        } else {
            self.retry_revocations(id, None).await?
        };
        for grant in view.grants.iter().filter(|grant| !is_revoked(grant)) {
            receipts.push(self.revoke(&grant.id).await?);
        }
        if let_go {
            let gone = self.let_go(id, None).await?;
            receipts.retain(|receipt| !gone.iter().any(|later| later.id == receipt.id));
            receipts.extend(gone);
        } else if receipts
            .iter()
            .any(|receipt| receipt.ending == RevocationState::Open)
        {
            return Ok(Removal {
                removed: false,
                receipts,
            });
        }
        let vault = self.vault()?;
        self.abandon_logins(&vault, &view.record).await?;
        vault.remove_resource(id).await?;
        self.record(
            self.event(
                "resource_removed",
                true,
                format!("{} was removed", view.record.name),
            )
            .about(&view.record),
        )
        .await;
        Ok(Removal {
            removed: true,
            receipts,
        })
    }

    pub(crate) async fn record_of(&self, reference: &str) -> Result<ResourceRecord, Error> {
        let vault = self.vault()?;
        if let Some(record) = vault.resource(reference).await? {
            return Ok(record);
        }
        if let Ok(uri) = ResourceUri::from_person(reference)
            && let Some(record) = vault.resource_by_uri(&uri).await?
        {
            return Ok(record);
        }
        let mut records = vault.resources().await?;
        self.tell_doubts().await;
        if let Ok(uri) = ResourceUri::from_person(reference)
            && vault.has_doubt_about("resources", uri.as_str())
        {
            return Err(Error::new(Code::VaultDamaged, format!("another program changed what the vault says of {uri}"))
                .with_hint(format!(
                    "Run `gatelodge add {uri}`: who is logged in there stays so. Its choices have to be made again."
                )));
        }
        // What a server calls itself comes after what the person calls another.
        let by_name = records.iter().position(|record| record.name == reference);
        let found = by_name.or_else(|| {
            records
                .iter()
                .position(|record| record.resource_parameter.as_deref() == Some(reference))
        });
        match found {
            Some(at) => Ok(records.swap_remove(at)),
            None => Err(unknown(reference, &records)),
        }
    }

    /// Runs discovery while keeping its steps. A failed discovery leaves an event and changes nothing.
    async fn discovered(
        &self,
        uri: &ResourceUri,
        entered: Option<&EnteredEndpoints>,
        concessions: &Concessions,
        trace: Sink<'_>,
    ) -> Result<(Discovery, Vec<Step>), Error> {
        let steps = Mutex::new(Vec::new());
        let keep = |step: Step| {
            trace(step.clone());
            crate::locked(&steps).push(step);
        };
        let (memory, first) = (Memory::of(&self.inner.http), AtomicBool::new(true));
        let looked = look_through(self.inner.http.look_limit(), concessions, |allowed| {
            // What is looked at behind a departure is not shown as if it were allowed already.
            let told: Sink<'_> = if first.swap(false, Ordering::Relaxed) {
                &keep
            } else {
                &|_| {}
            };
            let memory = &memory;
            Box::pin(async move { discover_with(memory, uri, entered, &allowed, told).await })
        });
        match looked.await.strictly() {
            Ok(discovery) => Ok((
                discovery,
                steps
                    .into_inner()
                    .unwrap_or_else(std::sync::PoisonError::into_inner),
            )),
            Err(error) => {
                self.record(
                    self.event(
                        "discovery_failed",
                        false,
                        format!("{}: {error}", uri.host()),
                    )
                    .failed_with(&error),
                )
                .await;
                Err(error)
            }
        }
    }

    async fn keep(
        &self,
        record: &mut ResourceRecord,
        discovery: Discovery,
        steps: Vec<Step>,
    ) -> Result<(), Error> {
        record.trace = steps;
        record.checked_at = Some(self.now());
        match discovery {
            Discovery::NotProtected { .. } => record.protection = ResourceProtection::NotProtected,
            Discovery::Protected(found) => {
                // What was entered for one server is no document of the issuer's, and for no other server.
                if found.authorization_server.basis != Basis::Entered {
                    self.vault()?
                        .save_authorization_server(&found.authorization_server, self.now())
                        .await?;
                }
                record.protection = ResourceProtection::Protected;
                record.resource_parameter = Some(found.resource_parameter);
                record.issuer = Some(found.authorization_server.issuer);
                record.scopes_to_request = found.scopes_to_request;
                record.scopes_supported = found.scopes_supported;
                record.needs_dpop = found.needs_dpop;
            }
        }
        Ok(())
    }

    async fn view(&self, record: ResourceRecord) -> Result<ResourceView, Error> {
        let vault = self.vault()?;
        let grants = vault.grants_of(&record.uri).await?;
        let now = self.now();
        let pending = vault
            .pendings()
            .await?
            .into_iter()
            .find(|pending| pending.resource == record.uri && pending.expires_at > now);
        let authorization_server = match &record.issuer {
            Some(issuer) => self
                .known_server(&vault, &record, issuer)
                .await?
                .map(|(server, _)| server),
            None => None,
        };
        let registration_id = pending
            .iter()
            .map(|p| &p.registration_id)
            .chain(grants.iter().map(|grant| &grant.registration_id))
            .next();
        let registration = match registration_id {
            Some(id) => crate::grant::revocation::readable(vault.registration(id).await)?,
            None => None,
        };
        // One that a login got that failed, or that was entered: the next login takes it.
        let registration = match (registration, &record.issuer) {
            (None, Some(issuer)) => {
                let known = vault.registrations_at(issuer).await?;
                let entered = known
                    .iter()
                    .find(|known| known.kind == RegistrationKind::PreRegistered);
                entered.or(known.first()).cloned()
            }
            (known, _) => known,
        };
        let permits = self.standings(&record, &grants, &vault.permits().await?);
        let receipts = self.receipts(Some(&record.id)).await?;
        let (state, message) = state(&record, &grants, &receipts, pending.is_some(), now);
        let scopes_to_ask =
            crate::login::scopes_to_ask(&record, authorization_server.as_ref(), &grants);
        Ok(ResourceView {
            at: now,
            wants_consent: self.wants_consent(record.issuer.as_ref()).await?,
            entered: vault.entered_endpoints(&record).await?,
            record,
            state,
            message,
            authorization_server,
            scopes_to_ask,
            registration,
            grants,
            pending,
            permits,
            receipts,
        })
    }
}

/// A server that is there keeps the name that scripts know it by, until the person gives it another.
fn keeps_its_name(known: &ResourceRecord, wanted: &str) -> Result<(), Error> {
    if known.name == wanted.trim() {
        return Ok(());
    }
    let message = format!(
        "this server was added already, and is called {:?}",
        known.name
    );
    Err(Error::new(Code::InvalidArgument, message)
        .with_hint("It keeps its name until you rename it."))
}

fn unknown(reference: &str, known: &[ResourceRecord]) -> Error {
    let error = Error::new(
        Code::NotFound,
        format!("no MCP server {:?} was added", excerpt(reference)),
    );
    match nearest(reference, known.iter().map(|record| record.name.as_str())) {
        Some(name) => error.with_hint(format!(
            "Did you mean {name:?}? The list of servers shows all that were added."
        )),
        None => error,
    }
}

fn own_name(discovery: &Discovery) -> Option<&str> {
    match discovery {
        Discovery::Protected(found) => found.calls_itself.as_deref(),
        Discovery::NotProtected { calls_itself } => calls_itself.as_deref(),
    }
}

fn state(
    record: &ResourceRecord,
    grants: &[Grant],
    receipts: &[Receipt],
    is_pending: bool,
    now: Timestamp,
) -> (ResourceState, Option<String>) {
    let is_of_another = |grant: &Grant| {
        record
            .issuer
            .as_ref()
            .is_some_and(|issuer| *issuer != grant.issuer)
    };
    let needs_login = grants.iter().find_map(|grant| match grant.state {
        GrantState::Revoked { .. } => None,
        GrantState::Active(_) if is_of_another(grant) => {
            crate::agents::token::of_this_issuer(record, grant)
                .err()
                .map(|error| format!("{error}."))
        }
        _ => login_needed(grant, now),
    });
    let is_of_use = |grant: &Grant| {
        matches!(grant.state, GrantState::Active(_)) && grant.needs_login(now).is_none()
    };
    let is_active = grants
        .iter()
        .any(|grant| is_of_use(grant) && !is_of_another(grant));
    let revoked = grants
        .iter()
        .filter(|grant| is_revoked(grant))
        .map(|grant| ending(grant, receipts));
    let unproven = revoked
        .clone()
        .flatten()
        .find(|receipt| receipt.ending == RevocationState::Open);
    match record.protection {
        _ if is_pending => (ResourceState::LoggingIn, None),
        _ if is_active => (ResourceState::Active, needs_login),
        ResourceProtection::NotProtected => (ResourceState::NotProtected, None),
        _ if needs_login.is_some() => (ResourceState::LoginNeeded, needs_login),
        _ => match (unproven, revoked.into_iter().next()) {
            (Some(open), _) => (
                ResourceState::RemovedHere,
                Some(crate::grant::revocation::capital(&open.headline())),
            ),
            (None, Some(Some(receipt))) if receipt.ending == RevocationState::Revoked => {
                (ResourceState::Revoked, None)
            }
            (None, Some(_)) => (ResourceState::RemovedHere, None),
            (None, None) => (ResourceState::LoginNeeded, None),
        },
    }
}

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

/// How a login ended that was taken back; None for one of the time before receipts were kept.
pub fn ending<'a>(grant: &Grant, receipts: &'a [Receipt]) -> Option<&'a Receipt> {
    receipts.iter().find(|receipt| receipt.grant_id == grant.id)
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
