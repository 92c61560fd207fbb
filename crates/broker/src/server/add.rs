//! MCP servers: add, look at, rename, remove.

use crate::issuer::discovery::{ResponseCache, look_through};
use crate::store::events::EventContext;
use crate::store::names::clean_name;
use crate::store::span;
use crate::{Broker, Change, Error, ResourceView};
use messages::text;
use model::{Code, EventKind, LoginMethod, ResourceProtection, ResourceRecord};
use oauth::concession::{Concession, Concessions};
use oauth::discovery::{Discovery, discover_with};
use oauth::metadata::{Basis, EnteredEndpoints};
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use oauth::trace::{Sink, Step};
use oauth::uri::{Issuer, ResourceUri};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use vault::Vault;

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
    #[tracing::instrument(
        level = "warn",
        name = "add",
        skip_all,
        fields(server, issuer),
        err(level = "debug", Debug)
    )]
    pub(crate) async fn add_with(
        &self,
        url: &str,
        name: Option<&str>,
        entered: Option<&EnteredEndpoints>,
        concessions: Concessions,
        trace: Sink<'_>,
    ) -> Result<ResourceView, Error> {
        let uri = ResourceUri::from_person(url)?;
        span::resource(&uri);
        name.map(clean_name).transpose()?;
        let vault = self.vault()?;
        let before = vault.resource_by_uri(&uri).await?;
        keeps_its_name(before.as_ref(), name)?;
        let kept = match &before {
            Some(before) => vault.entered_endpoints(before).await?,
            None => None,
        };
        let allowed = with_those_of(before.as_ref(), &concessions);
        let (discovery, steps) = self
            .discovered(&uri, entered.or(kept.as_ref()), &allowed, trace)
            .await?;
        // Read again: the person may have locked the account, withdrawn a concession or removed the server while it was slow
        // to answer.
        let known = vault.resource_by_uri(&uri).await?;
        if before.is_some() && known.is_none() {
            return Err(Error::new(Code::NotFound, text::ServerRemovedMeanwhile));
        }
        keeps_its_name(known.as_ref(), name)?;
        let concessions = with_those_of(known.as_ref(), &concessions);
        let is_new = known.is_none();
        let mut record = match known {
            Some(known) => known,
            None => self.new_record(uri, name, &discovery).await?,
        };
        if let Discovery::Protected(found) = &discovery {
            self.refuse_another_alias(&record, &found.authorization_server)
                .await?;
        }
        let allowed = allow(&mut record, concessions, self.now());
        let issuer_before = record.issuer.clone();
        self.keep(&mut record, discovery, steps).await?;
        if let Some(issuer) = &record.issuer {
            span::issuer(issuer);
        }
        self.save(&vault, &record, is_new).await?;
        if let Some(entered) = entered {
            vault.save_entered_endpoints(&record, entered).await?;
        }
        self.tell_what_changed(&record, &allowed, issuer_before)
            .await;
        self.changed(Change::Vault);
        self.resource(&record.id).await
    }

    async fn save(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        is_new: bool,
    ) -> Result<(), Error> {
        if !is_new {
            return Ok(vault.save_resource(record).await?);
        }
        vault.add_resource(record).await?;
        let server = &record.name;
        self.record(
            self.event(EventKind::ResourceAdded, true, text::ServerAdded { server })
                .about(record),
        )
        .await;
        Ok(())
    }

    async fn new_record(
        &self,
        uri: ResourceUri,
        name: Option<&str>,
        discovery: &Discovery,
    ) -> Result<ResourceRecord, Error> {
        let id = vault::new_id();
        let name = match name {
            Some(name) => self.checked_name(name, Some(&id)).await?,
            None => self.free_name(&uri, own_name(discovery)).await?,
        };
        Ok(ResourceRecord {
            id,
            name,
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
        })
    }

    /// Allowed departures and a move to another authorization server are lines of the log: both are decisions about whom
    /// to trust.
    async fn tell_what_changed(
        &self,
        record: &ResourceRecord,
        allowed: &[Concession],
        issuer_before: Option<Issuer>,
    ) {
        let server = &record.name;
        for concession in allowed {
            let exception = concession.name();
            let line = text::ServerExceptionAllowed { exception, server };
            self.record(
                self.event(EventKind::ConcessionAllowed, true, line)
                    .about(record),
            )
            .await;
        }
        if let (Some(before), Some(now)) = (issuer_before, &record.issuer)
            && before != *now
        {
            let line = text::ServerMoved {
                server,
                now: now.as_str(),
                before: before.as_str(),
            };
            self.record(
                self.event(EventKind::IssuerChanged, false, line)
                    .about(record),
            )
            .await;
        }
    }

    /// Discovers again, so that what changed at the server shows.
    pub async fn check(&self, id: &str, trace: Sink<'_>) -> Result<ResourceView, Error> {
        let record = self.record_of(id).await?;
        self.add(record.uri.as_str(), None, Concessions::default(), trace)
            .await
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
        let (memory, first) = (
            ResponseCache::of(&self.inner.upstream.http),
            AtomicBool::new(true),
        );
        let looked = look_through(
            self.inner.upstream.http.look_limit(),
            concessions,
            |allowed| {
                // What is looked at behind a departure is not shown as if it were allowed already.
                let told: Sink<'_> = if first.swap(false, Ordering::Relaxed) {
                    &keep
                } else {
                    &|_| {}
                };
                let memory = &memory;
                Box::pin(async move { discover_with(memory, uri, entered, &allowed, told).await })
            },
        );
        match looked.await.strictly() {
            Ok(discovery) => Ok((
                discovery,
                steps
                    .into_inner()
                    .unwrap_or_else(std::sync::PoisonError::into_inner),
            )),
            Err(error) => {
                let line = text::ServerCheckFailed {
                    host: uri.host(),
                    why: error.text(),
                };
                self.record(
                    self.event(EventKind::DiscoveryFailed, false, line)
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
}

/// What was allowed before, and what is allowed now.
fn with_those_of(known: Option<&ResourceRecord>, more: &Concessions) -> Concessions {
    let before = known
        .into_iter()
        .flat_map(|known| known.concessions.0.clone());
    Concessions(before.chain(more.0.clone()).collect())
}

/// Those that were not allowed before.
fn allow(record: &mut ResourceRecord, concessions: Concessions, now: Timestamp) -> Vec<Concession> {
    let new: Vec<_> = concessions
        .0
        .difference(&record.concessions.0)
        .copied()
        .collect();
    record
        .conceded_at
        .extend(new.iter().map(|concession| (*concession, now)));
    record.concessions = concessions;
    new
}

/// A server that is there keeps the name that scripts know it by, until the person gives it another.
fn keeps_its_name(known: Option<&ResourceRecord>, wanted: Option<&str>) -> Result<(), Error> {
    let (Some(known), Some(wanted)) = (known, wanted) else {
        return Ok(());
    };
    if known.name == wanted.trim() {
        return Ok(());
    }
    let name = &known.name;
    Err(
        Error::new(Code::InvalidArgument, text::ServerAddedAlready { name })
            .with_hint(text::ServerHintKeepsName),
    )
}

fn own_name(discovery: &Discovery) -> Option<&str> {
    match discovery {
        Discovery::Protected(found) => found.calls_itself.as_deref(),
        Discovery::NotProtected { calls_itself } => calls_itself.as_deref(),
    }
}
