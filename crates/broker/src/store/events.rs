//! The activity log: who got what, when, or why not (invariant 6). An event that tells of a change goes into the transaction of that
//! change, and is written by the vault with it.

use crate::{Broker, Change, Error};
use messages::{Text, text};
use model::{Agent, Code, Event, EventKind, EventQuery, Grant, NewEvent, ResourceRecord};

impl Broker {
    /// Lines of the activity log, newest first.
    pub async fn events(&self, filter: &EventQuery) -> Result<Vec<Event>, Error> {
        self.events_tried().await;
        Ok(self.vault()?.events(filter).await?)
    }

    /// A request that was refused before it reached a use case: a wrong key, a missing parameter. Those that are alike are
    /// counted in one line a minute (attack L15).
    pub async fn record_refusal(
        &self,
        agent_name: Option<String>,
        code: Code,
        message: impl Into<Text>,
    ) {
        let event = NewEvent {
            agent_name,
            code: Some(code.as_str().to_owned()),
            ..self.event(EventKind::TokenRefused, false, message)
        };
        self.record_answer(event).await;
    }

    /// Writes one line. A log that cannot be written must not undo what it tells of.
    pub(crate) async fn record(&self, event: NewEvent) {
        let written = match self.vault() {
            Ok(vault) => vault.record(&event).await.map_err(Error::from),
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::warn!(code = error.code().as_str(), kind = %event.kind, "the activity log could not be written");
        }
        self.changed(Change::Vault);
    }

    /// Rows of the vault that another program wrote or changed: one line each, however often they are come upon.
    pub(crate) async fn tell_doubts(&self) {
        let Ok(vault) = self.vault() else { return };
        for doubt in vault.new_row_faults() {
            let message = text::StoreEventRow {
                table: doubt.table,
                row: oauth::uri::excerpt(&doubt.row),
            };
            if let Err(error) = vault
                .record_once(&self.event(EventKind::RowNotBelieved, false, message))
                .await
            {
                tracing::warn!(%error, "the activity log could not be written");
            }
            self.changed(Change::Vault);
        }
    }

    pub(crate) fn event(&self, kind: EventKind, ok: bool, message: impl Into<Text>) -> NewEvent {
        NewEvent {
            at: self.now(),
            kind,
            ok,
            message: message.into(),
            code: None,
            agent_id: None,
            agent_name: None,
            resource_id: None,
            resource_name: None,
            grant_id: None,
        }
    }
}

/// Adds what an event is about.
pub(crate) trait EventContext: Sized {
    fn about(self, resource: &ResourceRecord) -> Self;
    fn on(self, grant: &Grant) -> Self;
    /// Nobody, where the person asked.
    fn by<'a>(self, agent: impl Into<Option<&'a Agent>>) -> Self;
    fn failed_with(self, error: &Error) -> Self;
    /// The same, with the reason in words.
    fn because(self, error: &Error) -> Self;
}

impl EventContext for NewEvent {
    fn about(mut self, resource: &ResourceRecord) -> Self {
        self.resource_id = Some(resource.id.clone());
        self.resource_name = Some(resource.name.clone());
        self
    }

    fn on(mut self, grant: &Grant) -> Self {
        self.grant_id = Some(grant.id.clone());
        self
    }

    fn by<'a>(mut self, agent: impl Into<Option<&'a Agent>>) -> Self {
        if let Some(agent) = agent.into() {
            self.agent_id = Some(agent.id.clone());
            self.agent_name = Some(agent.name.clone());
        }
        self
    }

    fn failed_with(mut self, error: &Error) -> Self {
        self.ok = false;
        self.code = Some(error.code().as_str().to_owned());
        self
    }

    fn because(self, error: &Error) -> Self {
        let message = text::EventBecause {
            what: &self.message,
            why: error.text(),
        };
        Self {
            message: message.into(),
            ..self.failed_with(error)
        }
    }
}
