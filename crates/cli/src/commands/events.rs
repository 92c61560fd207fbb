//! `events`: the activity log, and what is added to it.

use crate::args::Events;
use crate::output::{Output, line, relative, table};
use api::convert;
use api::dto::Event;
use broker::{Broker, Error, EventFilter};
use std::time::Duration;

pub(crate) async fn run(broker: &Broker, args: &Events, output: Output) -> Result<(), Error> {
    let resource_id = match &args.server {
        Some(server) => Some(broker.resource(server).await?.record.id),
        None => None,
    };
    let agent_id = match &args.agent {
        Some(agent) => Some(broker.agent(agent).await?.id),
        None => None,
    };
    let filter = EventFilter { limit: args.limit.clamp(1, 1000), before: None, resource_id, agent_id };
    let mut events: Vec<Event> = broker.events(&filter).await?.into_iter().map(convert::event).collect();
    let mut newest = events.first().map_or(0, |event| event.id);
    events.reverse();
    let now = broker.now().0;
    output.answer(&events, &table(&events.iter().map(|event| row(event, now)).collect::<Vec<_>>()))?;
    if !args.follow {
        return Ok(());
    }
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
        let mut more: Vec<Event> =
            broker.events(&filter).await?.into_iter().filter(|event| event.id > newest).map(convert::event).collect();
        newest = more.first().map_or(newest, |event| event.id);
        more.reverse();
        for event in more {
            if output.json { output.answer(&event, "")? } else { line(table(&[row(&event, broker.now().0)]).trim_end()) }
        }
    }
}

fn row(event: &Event, now: i64) -> Vec<String> {
    let sign = if event.ok { "✓" } else { "✗" };
    let code = event.code.as_deref().map_or_else(String::new, |code| format!("({code})"));
    vec![sign.to_owned(), relative(event.at, now), format!("{} {code}", event.message)]
}
