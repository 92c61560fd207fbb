//! `events`: the activity log, and what is added to it.

use crate::args::EventsArgs;
use crate::output::{Output, ago, line, record, table, told};
use api::convert;
use api::dto::Event;
use broker::{Broker, Error};
use messages::text;
use model::EventQuery;
use std::time::Duration;

/// How many lines are read at a time.
const PAGE: u32 = 200;

pub(crate) async fn run(broker: &Broker, args: &EventsArgs, output: Output) -> Result<(), Error> {
    let resource_id = match &args.server {
        Some(server) => Some(broker.resource(server).await?.record.id),
        None => None,
    };
    let agent_id = match &args.agent {
        Some(agent) => Some(broker.agent(agent).await?.id),
        None => None,
    };
    let query = EventQuery {
        limit: args.limit,
        before: None,
        resource_id,
        agent_id,
    };
    let mut events = broker
        .events(&query)
        .await?
        .into_iter()
        .map(convert::event)
        .collect::<Vec<_>>();
    let mut newest = events.first().map_or(0, |event| event.id);
    events.reverse();
    if args.follow {
        let mut interrupt = crate::shutdown::listen();
        loop {
            show(&events, broker.now().0, output)?;
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(500)) => {}
                _ = interrupt.heard() => return Ok(()),
            }
            events = newer(broker, &query, newest).await?;
            newest = events.last().map_or(newest, |event| event.id);
        }
    }
    if events.is_empty() && !output.json {
        output.tell(text::CliEventsNone);
        return Ok(());
    }
    output.answer(&events, &rows(&events, broker.now().0))
}

/// Some more lines of a log that goes on: each event a line, for a program as well.
fn show(events: &[Event], now: i64, output: Output) -> Result<(), Error> {
    if output.json {
        return events.iter().try_for_each(record);
    }
    if !events.is_empty() {
        line(rows(events, now).trim_end())?;
    }
    Ok(())
}

/// All that came after this id, oldest first, however much it is.
async fn newer(broker: &Broker, query: &EventQuery, newest: i64) -> Result<Vec<Event>, Error> {
    let mut page = EventQuery {
        limit: PAGE,
        ..query.clone()
    };
    let mut found = Vec::new();
    loop {
        let events = broker.events(&page).await?;
        page.before = events
            .last()
            .map(|event| event.id)
            .filter(|oldest| *oldest > newest);
        let newer = events.into_iter().filter(|event| event.id > newest);
        found.extend(newer.map(convert::event));
        if page.before.is_none() {
            found.reverse();
            return Ok(found);
        }
    }
}

fn rows(events: &[Event], now: i64) -> String {
    table(
        &events
            .iter()
            .map(|event| row(event, now))
            .collect::<Vec<_>>(),
    )
}

fn row(event: &Event, now: i64) -> Vec<String> {
    let sign = if event.ok { "✓" } else { "✗" };
    let code = event
        .code
        .as_deref()
        .map_or_else(String::new, |code| format!("({code})"));
    // Answers that are alike are one line a minute.
    let times = if event.count > 1 {
        format!(" (x{})", event.count)
    } else {
        String::new()
    };
    vec![
        sign.to_owned(),
        told(ago(event.last_at.0, now)),
        format!("{}{times} {code}", event.message),
    ]
}
