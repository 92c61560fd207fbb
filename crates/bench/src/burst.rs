//! One request a connection: one after the other, or very many at the same moment.

use std::io::{Error, ErrorKind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::http::exchange;
use crate::load::{Answers, Target, connect, on_one_thread};

/// One caller after the other, each with a connection of its own: connect, ask, read to the end.
pub async fn in_turn(target: Target, request: Vec<u8>, count: usize) -> Result<Answers> {
    on_one_thread(async move || {
        let (mut micros, mut buffer) = (Vec::with_capacity(count), Vec::with_capacity(4096));
        let start = Instant::now();
        for _ in 0..count {
            let before = Instant::now();
            let mut stream = connect(&target).await?;
            exchange(&mut stream, &request, &mut buffer).await?;
            micros.push(before.elapsed().as_secs_f64() * 1e6);
        }
        Ok(Answers {
            micros,
            seconds: start.elapsed().as_secs_f64(),
        })
    })
    .await
}

/// What a caller does where the queue of connections is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FullQueue {
    /// It goes away, as a program with sockets that do not block does.
    GoAway,
    /// It waits, as connect(2) does by itself.
    Wait,
}

/// A caller that waits looks again after this.
const AGAIN: Duration = Duration::from_millis(2);

/// What became of callers that all came at once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// With 200.
    pub answered: usize,
    /// Turned away before they could ask: the queue of connections was full.
    pub turned_away: usize,
    /// Any other end, and what the first one was.
    pub failed: usize,
    /// What the first of the failed met.
    pub first_failure: Option<String>,
    /// Until the last one knew.
    pub seconds: f64,
}

/// So many callers at the same moment on a Unix socket.
pub async fn at_once(
    target: Target,
    request: Vec<u8>,
    count: usize,
    full: FullQueue,
) -> Result<Outcome> {
    on_one_thread(async move || {
        let request = Arc::new(request);
        let start = Instant::now();
        let mut callers = tokio::task::JoinSet::new();
        for _ in 0..count {
            callers.spawn(call(target.clone(), Arc::clone(&request), full));
        }
        let mut outcome = Outcome::default();
        while let Some(ended) = callers.join_next().await {
            match ended.context("a caller")? {
                Ok(true) => outcome.answered += 1,
                Ok(false) => outcome.turned_away += 1,
                Err(error) => {
                    outcome.failed += 1;
                    outcome
                        .first_failure
                        .get_or_insert_with(|| format!("{error:#}"));
                }
            }
        }
        outcome.seconds = start.elapsed().as_secs_f64();
        Ok(outcome)
    })
    .await
}

/// False if it was turned away.
async fn call(target: Target, request: Arc<Vec<u8>>, full: FullQueue) -> Result<bool> {
    let mut buffer = Vec::with_capacity(1024);
    loop {
        match connect(&target).await {
            Ok(mut stream) => {
                exchange(&mut stream, &request, &mut buffer).await?;
                return Ok(true);
            }
            Err(error) if !is_full(&error) => return Err(error),
            Err(_) if full == FullQueue::GoAway => return Ok(false),
            Err(_) => tokio::time::sleep(AGAIN).await,
        }
    }
}

fn is_full(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<Error>()
        .is_some_and(|error| error.kind() == ErrorKind::WouldBlock)
}
