//! Room for connections, and who gives it up where there is none (attack L17).
//!
//! One that waits for a whole request holds its place only as long as nobody else needs it, once it has had time to speak: the
//! one that has waited longest goes first. So whoever opens connections and says nothing keeps no agent out, and of many who
//! come at the same moment nobody is turned away: the others wait where the system lets them. One that is being answered stays.

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// 512 in all; a flood of one kind leaves the other free, and both together stay under the usual limit of 1024 files.
const MOST_LOOPBACK: usize = 384;
const MOST_SOCKET: usize = 128;

/// The whole header, and also the time until the next request on a kept connection.
const HEADER_DEADLINE: Duration = Duration::from_secs(5);

/// A caller sends its request as soon as it is connected, unless its machine has much else to do.
const TIME_TO_SPEAK: Duration = Duration::from_millis(250);

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
    time_to_speak: Duration,
    free: Arc<Semaphore>,
    queue: Arc<Queue>,
}

/// The connections that wait for a whole request.
#[derive(Default)]
struct Queue {
    entries: Mutex<Entries>,
    /// There is one more, or one that was to give way does not.
    more: Notify,
}

#[derive(Default)]
struct Entries {
    /// In the order in which they began to wait.
    by_number: BTreeMap<u64, Waiting>,
    newest: u64,
}

struct Waiting {
    since: Instant,
    /// Its header is whole, and its body is not: [`crate::limits`] has the time for that.
    has_header: bool,
    gives_way: Arc<Notify>,
}

/// The place of one connection, given back when dropped.
pub(crate) struct Slot {
    _permit: OwnedSemaphorePermit,
    pub(crate) seat: Arc<Seat>,
}

/// What one connection does: it waits for a whole request, or it is being answered.
pub(crate) struct Seat {
    queue: Arc<Queue>,
    /// Its number among those that wait. Who locks this and the queue's entries locks this first.
    number: Mutex<Option<u64>>,
    gives_way: Arc<Notify>,
}

impl Default for Slots {
    fn default() -> Self {
        Self {
            header_deadline: HEADER_DEADLINE,
            loopback: Room::of(MOST_LOOPBACK, TIME_TO_SPEAK),
            socket: Room::of(MOST_SOCKET, TIME_TO_SPEAK),
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
    pub(crate) fn of(most: usize, time_to_speak: Duration) -> Self {
        Self {
            most,
            time_to_speak,
            free: Arc::new(Semaphore::new(most)),
            queue: Arc::default(),
        }
    }

    /// A place, from whoever has waited longest if there is no other. Where all are being answered, or have only just come, it
    /// waits for one of them.
    pub(crate) async fn take(&self) -> Slot {
        loop {
            let more = self.queue.more.notified();
            let free = Arc::clone(&self.free).acquire_owned();
            let next = if self.free.available_permits() == 0 {
                self.queue.one_gives_way(self.time_to_speak)
            } else {
                None
            };
            let later = async {
                match next {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let permit = tokio::select! {
                permit = free => permit,
                () = more => continue,
                () = later => continue,
            };
            // It is never closed.
            if let Ok(permit) = permit {
                let seat = Seat {
                    queue: Arc::clone(&self.queue),
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

    /// Ends, for as long as it is polled, each connection whose header is not whole in this time. One timer for all of them: one
    /// for each request was a fifth of what a request costs here.
    pub(crate) async fn end_slow_headers(&self, deadline: Duration) {
        loop {
            let more = self.queue.more.notified();
            match self.queue.slow_ones_give_way(deadline) {
                Some(next) => tokio::time::sleep_until(next).await,
                None => more.await,
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn free(&self) -> usize {
        self.free.available_permits()
    }

    /// How many have a place or wait for one, and what knows of the room besides.
    #[cfg(test)]
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.free)
    }

    async fn all_free(&self) {
        let all = u32::try_from(self.most).unwrap_or(u32::MAX);
        let _ = self.free.acquire_many(all).await;
    }
}

impl Queue {
    /// Asks the one that has waited longest, or says when it may be asked.
    fn one_gives_way(&self, time_to_speak: Duration) -> Option<Instant> {
        let mut entries = locked(&self.entries);
        let oldest = entries.by_number.first_entry()?;
        let spoken_until = oldest.get().since + time_to_speak;
        if spoken_until > Instant::now() {
            return Some(spoken_until);
        }
        oldest.remove().gives_way.notify_one();
        None
    }

    /// When the next one will have been too slow; None where no header is waited for.
    fn slow_ones_give_way(&self, deadline: Duration) -> Option<Instant> {
        let mut entries = locked(&self.entries);
        let too_early = Instant::now().checked_sub(deadline);
        let is_slow = |waiting: &Waiting| too_early.is_some_and(|at| waiting.since <= at);
        entries.by_number.retain(|_, waiting| {
            let stays = waiting.has_header || !is_slow(waiting);
            if !stays {
                waiting.gives_way.notify_one();
            }
            stays
        });
        let mut left = entries.by_number.values();
        left.find(|waiting| !waiting.has_header)
            .map(|waiting| waiting.since + deadline)
    }
}

impl Seat {
    /// Nothing is being answered: it may have to give way.
    pub(crate) fn waits(&self) {
        let mut number = locked(&self.number);
        let mut entries = locked(&self.queue.entries);
        if let Some(before) = number.take() {
            entries.by_number.remove(&before);
        }
        entries.newest += 1;
        let newest = entries.newest;
        let waiting = Waiting {
            since: Instant::now(),
            has_header: false,
            gives_way: Arc::clone(&self.gives_way),
        };
        entries.by_number.insert(newest, waiting);
        *number = Some(newest);
        drop((number, entries));
        self.queue.more.notify_waiters();
    }

    /// The header of its request is whole.
    fn has_header(&self) {
        if let Some(number) = *locked(&self.number)
            && let Some(waiting) = locked(&self.queue.entries).by_number.get_mut(&number)
        {
            waiting.has_header = true;
        }
    }

    /// Its request is whole.
    pub(crate) fn answers(&self) {
        if let Some(number) = locked(&self.number).take() {
            locked(&self.queue.entries).by_number.remove(&number);
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
            self.queue.more.notify_waiters();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.answers();
    }
}

/// A request's body; at its end the request is whole.
pub(crate) struct RequestBody {
    body: Incoming,
    seat: Arc<Seat>,
}

impl RequestBody {
    pub(crate) fn when_read(body: Incoming, seat: Arc<Seat>) -> Self {
        if body.is_end_stream() {
            seat.answers();
        } else {
            seat.has_header();
        }
        Self { body, seat }
    }
}

impl Body for RequestBody {
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

#[cfg(test)]
mod tests {
    use super::{Room, Seat, locked};
    use futures_util::FutureExt;
    use std::pin::pin;
    use std::sync::{Arc, Barrier};
    use std::time::Duration;

    /// 1. There is no place, and the one that has waited longest is to give way. 2. Its request comes whole in the same moment.
    /// 3. It stays, and the next one gives way for it.
    #[test]
    fn attack_l17_one_that_is_being_answered_does_not_give_way_and_another_does() {
        let room = Room::of(2, Duration::ZERO);
        let take = || room.take().now_or_never().expect("a place");
        let (oldest, youngest) = (take(), take());
        let mut wanted = pin!(room.take());
        assert!(wanted.as_mut().now_or_never().is_none(), "there is none");
        oldest.seat.answers();
        let gives_way = |seat: &Arc<Seat>| seat.gives_way().now_or_never().is_some();
        assert!(!gives_way(&oldest.seat), "it is being answered");
        assert!(!gives_way(&youngest.seat), "nobody has asked it yet");
        assert!(wanted.as_mut().now_or_never().is_none());
        assert!(gives_way(&youngest.seat));
        drop(youngest);
        assert!(wanted.now_or_never().is_some(), "it has the place");
    }

    /// 1. There is no place, and whoever holds it has only just come. 2. The next one waits, and turns nobody away. 3. Who has had
    /// time to speak, and has not, gives way.
    #[tokio::test]
    async fn of_many_at_once_nobody_is_turned_away_before_it_could_speak() {
        let room = Room::of(1, Duration::from_hours(1));
        let first = room.take().await;
        assert!(room.take().now_or_never().is_none());
        assert!(first.seat.gives_way().now_or_never().is_none());
        let room = Room::of(1, Duration::from_millis(20));
        let first = room.take().await;
        let wanted = pin!(room.take());
        let silent = async {
            first.seat.gives_way().await;
            drop(first);
        };
        futures_util::future::join(wanted, silent).await;
    }

    /// 1. One connection sends its header, another nothing. 2. The time for headers is over. 3. Only the silent one ends.
    #[tokio::test]
    async fn whose_header_is_not_whole_in_time_ends() {
        let room = Room::of(2, Duration::ZERO);
        let (sends, silent) = (room.take().await, room.take().await);
        sends.seat.has_header();
        let ending = room.end_slow_headers(Duration::from_millis(10));
        tokio::select! {
            () = ending => panic!("it goes on"),
            () = sends.seat.gives_way() => panic!("its header was in time"),
            () = silent.seat.gives_way() => {}
        }
    }

    /// Nobody holds the queue and waits for a seat's number, while another holds that number and waits for the queue.
    #[test]
    fn attack_l17_a_seat_that_waits_takes_its_number_before_the_queue() {
        let room = Room::of(1, Duration::ZERO);
        let slot = room.take().now_or_never().expect("a place");
        let number = locked(&slot.seat.number);
        let (seat, start) = (Arc::clone(&slot.seat), Arc::new(Barrier::new(2)));
        let started = Arc::clone(&start);
        let waits = std::thread::spawn(move || {
            started.wait();
            seat.waits();
        });
        start.wait();
        for _ in 0..100_000 {
            assert!(slot.seat.queue.entries.try_lock().is_ok(), "it is free");
            std::thread::yield_now();
        }
        drop(number);
        waits.join().expect("it had its turn");
    }
}
