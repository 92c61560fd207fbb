//! Lines of the activity log, as a person reads them.

use crate::dto::Event;

/// The line in the language of the person.
pub fn event(event: model::Event) -> Event {
    Event {
        id: event.id,
        at: event.at,
        count: event.count,
        last_at: event.last_at,
        kind: event.kind,
        ok: event.ok,
        message: event.message.told(),
        code: event.code,
        agent_name: event.agent_name,
        resource_id: event.resource_id,
        resource_name: event.resource_name,
    }
}
