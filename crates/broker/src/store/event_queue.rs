//! Answers to agents on their way into the activity log: written in groups, so that none waits for a disk.
//!
//! The first one is written at once; those that come while it is written are the next group. What is alike is one line with a
//! count. A clean stop writes all of them, and a crash loses no more than the group under way and the one behind it.

use crate::{Broker, Change, locked};
use futures_util::FutureExt;
use model::NewEvent;
use oauth::time::Timestamp;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use vault::Vault;

#[derive(Default)]
pub(crate) struct EventQueue {
    waiting: Mutex<Waiting>,
    /// There is room again, or a group was dealt with.
    moved: Notify,
    /// Somebody waits for a line: the next group does not wait for more of them.
    hurried: Notify,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<Line>,
    /// Where lines of these hashes stand among them.
    places: HashMap<u64, usize>,
    hasher: RandomState,
    is_writing: bool,
    /// How many were put in since the beginning, and how many of them were tried to be written.
    queued: u64,
    tried: u64,
}

/// What happened, how often, and when it did last.
struct Line {
    event: Arc<NewEvent>,
    at: Timestamp,
    count: u64,
}

/// More kinds of lines than this make their callers wait: none is dropped.
const MOST_LINES: usize = 16_384;
/// After a group that shows that many ask at once, as many as come in this time are the next one.
const PAUSE: Duration = Duration::from_millis(100);
const MANY: u64 = 16;
/// After a group that the disk did not take, or that another program kept from it.
const LONG_PAUSE: Duration = Duration::from_millis(500);

impl Broker {
    /// Writes this line soon, with the time of now.
    pub(crate) async fn record_soon(&self, vault: Vault, event: &Arc<NewEvent>) {
        let queue = &self.inner.event_queue;
        loop {
            let moved = queue.moved.notified();
            if queue.put(event, self.now()) {
                break;
            }
            moved.await;
        }
        if queue.begin() {
            tokio::spawn(self.clone().write_events(vault));
        }
    }

    /// Writes this line now, behind those that came before it, and gives back once it was tried.
    pub(crate) async fn record_answer(&self, event: NewEvent) {
        let Ok(vault) = self.vault() else {
            tracing::warn!(kind = %event.kind, "the activity log could not be written");
            return;
        };
        self.record_soon(vault, &Arc::new(event)).await;
        self.inner.event_queue.hurried.notify_one();
        self.events_tried().await;
    }

    /// Waits until it was tried to write every line of now. Those that come meanwhile are not waited for.
    pub(crate) async fn events_tried(&self) {
        let goal = locked(&self.inner.event_queue.waiting).queued;
        loop {
            let moved = self.inner.event_queue.moved.notified();
            if locked(&self.inner.event_queue.waiting).tried >= goal {
                return;
            }
            moved.await;
        }
    }

    /// Waits until every line is written, or was given up.
    pub(crate) async fn events_written(&self) {
        loop {
            let moved = self.inner.event_queue.moved.notified();
            if self.inner.event_queue.is_empty() {
                return;
            }
            moved.await;
        }
    }

    /// The vault may be locked meanwhile: what happened while it was open is written.
    async fn write_events(self, vault: Vault) {
        let queue = &self.inner.event_queue;
        while let Some((lines, queued)) = queue.take() {
            let group: Vec<_> = lines.iter().map(Line::written).collect();
            let committing = self.inner.access.committing();
            let written = vault.record_all(&group, |before| committing.follows(before));
            // A fault of ours must not leave the queue without one who writes.
            let written = AssertUnwindSafe(written).catch_unwind();
            let (mut pause, mut known) = (None, None);
            match written.await {
                Ok(Ok(commit)) => {
                    known = commit;
                    self.inner.access.carry_on(commit.as_ref());
                    let many = lines.iter().map(|line| line.count).sum::<u64>() >= MANY;
                    pause = many.then_some(PAUSE);
                }
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the activity log could not be written");
                    if error.may_pass() {
                        queue.put_back(lines);
                        pause = Some(LONG_PAUSE);
                    }
                }
                Err(_) => tracing::error!("lines of the activity log are lost by a fault of ours"),
            }
            drop(committing);
            queue.tried(queued);
            self.changed(Change::Log(known.map(Box::new)));
            match pause {
                Some(PAUSE) => {
                    // Either is a reason to go on.
                    let _ = tokio::time::timeout(PAUSE, queue.hurried.notified()).await;
                }
                Some(pause) => tokio::time::sleep(pause).await,
                None => {}
            }
        }
    }
}

impl EventQueue {
    /// False where there is no room now.
    fn put(&self, event: &Arc<NewEvent>, at: Timestamp) -> bool {
        let mut waiting = locked(&self.waiting);
        let hash = waiting.hash(event);
        let known = waiting.places.get(&hash).copied();
        let is_full = waiting.lines.len() >= MOST_LINES;
        let alike = known.and_then(|place| waiting.lines.get_mut(place));
        match alike.filter(|line| is_alike(&line.event, event)) {
            Some(line) => (line.at, line.count) = (at, line.count + 1),
            None if is_full => return false,
            None => waiting.push(hash, Arc::clone(event), at),
        }
        waiting.queued += 1;
        true
    }

    /// Before those that came meanwhile, which may be more than there is room for.
    fn put_back(&self, mut lines: Vec<Line>) {
        let mut waiting = locked(&self.waiting);
        let before = lines.len();
        lines.append(&mut waiting.lines);
        waiting.lines = lines;
        for place in waiting.places.values_mut() {
            *place += before;
        }
    }

    /// True for the one that has to write.
    fn begin(&self) -> bool {
        !std::mem::replace(&mut locked(&self.waiting).is_writing, true)
    }

    /// The next group, and how many were put in by then; None where nothing waits, and the writing has ended.
    fn take(&self) -> Option<(Vec<Line>, u64)> {
        let mut waiting = locked(&self.waiting);
        let lines = std::mem::take(&mut waiting.lines);
        waiting.places.clear();
        waiting.is_writing = !lines.is_empty();
        let group = waiting.is_writing.then_some((lines, waiting.queued));
        drop(waiting);
        self.moved.notify_waiters();
        group
    }

    fn tried(&self, queued: u64) {
        locked(&self.waiting).tried = queued;
        self.moved.notify_waiters();
    }

    fn is_empty(&self) -> bool {
        let waiting = locked(&self.waiting);
        waiting.lines.is_empty() && !waiting.is_writing
    }
}

impl Waiting {
    fn hash(&self, event: &NewEvent) -> u64 {
        let ids = (&event.agent_id, &event.resource_id, &event.grant_id);
        self.hasher.hash_one((ids, event.ok, &event.code))
    }

    fn push(&mut self, hash: u64, event: Arc<NewEvent>, at: Timestamp) {
        self.places.insert(hash, self.lines.len());
        let count = 1;
        self.lines.push(Line { event, at, count });
    }
}

impl Line {
    /// As the vault takes it.
    fn written(&self) -> (NewEvent, u64) {
        let event = NewEvent {
            at: self.at,
            ..NewEvent::clone(&self.event)
        };
        (event, self.count)
    }
}

/// The same line but for its second.
fn is_alike(one: &Arc<NewEvent>, other: &Arc<NewEvent>) -> bool {
    Arc::ptr_eq(one, other) || is_same(one, other)
}

fn is_same(one: &NewEvent, other: &NewEvent) -> bool {
    (&one.kind, one.ok, &one.code) == (&other.kind, other.ok, &other.code)
        && (&one.agent_id, &one.resource_id, &one.grant_id)
            == (&other.agent_id, &other.resource_id, &other.grant_id)
        && (&one.agent_name, &one.message) == (&other.agent_name, &other.message)
}
