//! Answers to agents on their way into the activity log: written in groups, so that none waits for a disk.
//!
//! The first one is written at once; those that come while it is written are the next group. What is alike is one line with a
//! count. A clean stop writes all of them, and a crash loses no more than the group under way and the one behind it.

use crate::{Broker, Change, locked};
use model::NewEvent;
use oauth::time::Timestamp;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::Notify;
use vault::Vault;

#[derive(Default)]
pub(crate) struct EventQueue {
    waiting: Mutex<Group>,
    /// A group was taken, or all are written.
    moved: Notify,
}

#[derive(Default)]
struct Group {
    /// Each with how often it happened.
    lines: Vec<(NewEvent, u64)>,
    /// Which agents asked, and when last.
    used: HashMap<String, Timestamp>,
    is_writing: bool,
    /// How many were put in since the beginning, and how many of them were dealt with.
    queued: u64,
    written: u64,
}

/// More kinds of lines than this make their callers wait: none is dropped.
const MOST_LINES: usize = 1_024;
/// After a group that shows that many ask at once, as many as come in this time are the next one.
const PAUSE: Duration = Duration::from_millis(50);
const MANY: u64 = 16;

impl Broker {
    /// Writes this line soon. `used`: the agent that asked, and when.
    pub(crate) async fn record_soon(
        &self,
        vault: Vault,
        event: NewEvent,
        used: Option<(String, Timestamp)>,
    ) {
        loop {
            let moved = self.inner.event_queue.moved.notified();
            if self.inner.event_queue.put(&event, used.as_ref()) {
                break;
            }
            moved.await;
        }
        if self.inner.event_queue.begin() {
            tokio::spawn(self.clone().write_events(vault));
        }
    }

    /// Waits until every line of now is written, or could not be. Those that come meanwhile are not waited for.
    pub(crate) async fn events_written(&self) {
        let goal = locked(&self.inner.event_queue.waiting).queued;
        loop {
            let moved = self.inner.event_queue.moved.notified();
            if locked(&self.inner.event_queue.waiting).written >= goal {
                return;
            }
            moved.await;
        }
    }

    /// The vault may be locked meanwhile: what happened while it was open is written.
    async fn write_events(self, vault: Vault) {
        let _turn = WriterTurn(&self.inner.event_queue);
        while let Some(Group {
            lines,
            used,
            queued,
            ..
        }) = self.inner.event_queue.take()
        {
            let used: Vec<_> = used.into_iter().collect();
            let many = lines.iter().map(|(_, count)| count).sum::<u64>() >= MANY;
            match vault.record_all(&lines, &used).await {
                Ok(commit) => self.inner.access.carry_on(commit.as_ref()),
                Err(error) => tracing::warn!(%error, "the activity log could not be written"),
            }
            self.inner.event_queue.dealt_with(queued);
            self.changed(Change::Vault);
            if many {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whoever writes has ended, also by a fault of ours: the next line begins anew.
struct WriterTurn<'a>(&'a EventQueue);

impl Drop for WriterTurn<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut waiting = locked(&self.0.waiting);
            waiting.is_writing = false;
            waiting.written = waiting.queued;
            drop(waiting);
            self.0.moved.notify_waiters();
        }
    }
}

impl EventQueue {
    /// False where there is no room now.
    fn put(&self, event: &NewEvent, used: Option<&(String, Timestamp)>) -> bool {
        let mut waiting = locked(&self.waiting);
        if let Some((_, count)) = waiting
            .lines
            .iter_mut()
            .find(|(line, _)| is_alike(line, event))
        {
            *count += 1;
        } else if waiting.lines.len() < MOST_LINES {
            waiting.lines.push((event.clone(), 1));
        } else {
            return false;
        }
        waiting.queued += 1;
        if let Some((agent, at)) = used {
            waiting.used.insert(agent.clone(), *at);
        }
        true
    }

    /// True for the one that has to write.
    fn begin(&self) -> bool {
        !std::mem::replace(&mut locked(&self.waiting).is_writing, true)
    }

    /// The next group; None where nothing waits, and the writing has ended.
    fn take(&self) -> Option<Group> {
        let mut waiting = locked(&self.waiting);
        let group = if waiting.lines.is_empty() {
            waiting.is_writing = false;
            None
        } else {
            Some(Group {
                lines: std::mem::take(&mut waiting.lines),
                used: std::mem::take(&mut waiting.used),
                is_writing: true,
                queued: waiting.queued,
                written: waiting.written,
            })
        };
        drop(waiting);
        self.moved.notify_waiters();
        group
    }

    fn dealt_with(&self, queued: u64) {
        locked(&self.waiting).written = queued;
        self.moved.notify_waiters();
    }
}

/// The same line but for its second.
fn is_alike(one: &NewEvent, other: &NewEvent) -> bool {
    (&one.kind, one.ok, &one.code) == (&other.kind, other.ok, &other.code)
        && (&one.agent_id, &one.resource_id, &one.grant_id)
            == (&other.agent_id, &other.resource_id, &other.grant_id)
        && (&one.agent_name, &one.message) == (&other.agent_name, &other.message)
}
