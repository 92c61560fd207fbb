//! Room for connections, and who gives it up where there is none (L17).
//!
//! One that waits for a whole request holds its place only as long as nobody else needs it: the one that has waited longest
//! goes first. So whoever opens connections and says nothing keeps no agent out. One that is being answered stays.

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// 512 in all; a flood of one kind leaves the other free, and both together stay under the usual limit of 1024 files.
const MOST_LOOPBACK: usize = 384;
const MOST_SOCKET: usize = 128;

/// The whole header, and also the time until the next request on a kept connection.
const HEADER_DEADLINE: Duration = Duration::from_secs(5);

/// Room of either kind, and how long a header may take.
#[derive(Clone)]
pub(crate) struct Slots {
    pub(crate) header_deadline: Duration,
    pub(crate) loopback: Room,
    pub(crate) socket: Room,
}

/// Room for so many connections.
#[derive(Clone)]
pub(crate) struct Room {
    most: usize,
    free: Arc<Semaphore>,
    waiting: Arc<Waiting>,
}

/// The connections that wait for a whole request.
#[derive(Default)]
struct Waiting {
    all: Mutex<Queue>,
    /// There is one more, or one that was to give way does not.
    more: Notify,
}

#[derive(Default)]
struct Queue {
    /// By when each began to wait.
    waiting: BTreeMap<u64, Arc<Notify>>,
    begun: u64,
}

/// The place of one connection, given back when dropped.
pub(crate) struct Slot {
    _permit: OwnedSemaphorePermit,
    pub(crate) seat: Arc<Seat>,
}

/// What one connection does: it waits for a whole request, or it is being answered.
pub(crate) struct Seat {
    waiting: Arc<Waiting>,
    /// Its number among those that wait.
    number: Mutex<Option<u64>>,
    gives_way: Arc<Notify>,
}

impl Default for Slots {
    fn default() -> Self {
        Self {
            header_deadline: HEADER_DEADLINE,
            loopback: Room::of(MOST_LOOPBACK),
            socket: Room::of(MOST_SOCKET),
        }
    }
}

impl Slots {
    /// Returns when the last connection has ended, or after `limit`.
    pub(crate) async fn all_free(&self, limit: Duration) {
        let both = futures_util::future::join(self.loopback.all_free(), self.socket.all_free());
        if tokio::time::timeout(limit, both).await.is_err() {
            tracing::debug!("connections were cut");
        }
    }
}

impl Room {
    pub(crate) fn of(most: usize) -> Self {
        Self {
            most,
            free: Arc::new(Semaphore::new(most)),
            waiting: Arc::default(),
        }
    }

    /// A place, from whoever has waited longest if there is no other. Where all are being answered, it waits for one of them.
    pub(crate) async fn take(&self) -> Slot {
        loop {
            let more = self.waiting.more.notified();
            let free = Arc::clone(&self.free).acquire_owned();
            if self.free.available_permits() == 0 {
                self.waiting.one_gives_way();
            }
            let permit = tokio::select! {
                permit = free => permit,
                () = more => continue,
            };
            // It is never closed.
            if let Ok(permit) = permit {
                let seat = Seat {
                    waiting: Arc::clone(&self.waiting),
                    number: Mutex::default(),
                    gives_way: Arc::default(),
                };
                seat.waits();
                return Slot {
                    _permit: permit,
                    seat: Arc::new(seat),
                };
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn free(&self) -> usize {
        self.free.available_permits()
    }

    async fn all_free(&self) {
        let all = u32::try_from(self.most).unwrap_or(u32::MAX);
        let _ = self.free.acquire_many(all).await;
    }
}

impl Waiting {
    fn one_gives_way(&self) {
        let oldest = locked(&self.all).waiting.pop_first();
        if let Some((_, gives_way)) = oldest {
            gives_way.notify_one();
        }
    }
}

impl Seat {
    /// Nothing is being answered: it may have to give way.
    pub(crate) fn waits(&self) {
        self.answers();
        let mut all = locked(&self.waiting.all);
        all.begun += 1;
        let number = all.begun;
        all.waiting.insert(number, Arc::clone(&self.gives_way));
        *locked(&self.number) = Some(number);
        drop(all);
        self.waiting.more.notify_waiters();
    }

    /// Its request is whole.
    pub(crate) fn answers(&self) {
        if let Some(number) = locked(&self.number).take() {
            locked(&self.waiting.all).waiting.remove(&number);
        }
    }

    /// Returns when its place is needed, and nothing is being answered.
    pub(crate) async fn gives_way(&self) {
        loop {
            self.gives_way.notified().await;
            if locked(&self.number).is_some() {
                return;
            }
            // Its request came whole in the same moment.
            self.waiting.more.notify_waiters();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.answers();
    }
}

/// A request's body; at its end the request is whole.
pub(crate) struct Whole {
    body: Incoming,
    seat: Arc<Seat>,
}

impl Whole {
    pub(crate) fn when_read(body: Incoming, seat: Arc<Seat>) -> Self {
        if body.is_end_stream() {
            seat.answers();
        }
        Self { body, seat }
    }
}

impl Body for Whole {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() {
            self.seat.answers();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
