//! The load generator: connections that are kept, one request after the other on each, and every answer looked at.
//!
//! One thread: on two cores the server has the other one, and both are measured under the same generator.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use crate::http::exchange;
use crate::series::{number, percentile};

/// Where requests go.
#[derive(Debug, Clone)]
pub enum Target {
    /// Over TCP.
    Tcp(SocketAddr),
    /// Over a Unix socket.
    Unix(PathBuf),
}

/// What is asked, where, and for how long.
#[derive(Debug, Clone)]
pub struct Load {
    /// Where.
    pub target: Target,
    /// In turn; each connection begins elsewhere.
    pub requests: Arc<Vec<Vec<u8>>>,
    /// How many at once.
    pub connections: usize,
    /// From the moment when all are connected.
    pub time: Duration,
}

/// The answers of one run, all of them 200.
#[derive(Debug, Clone)]
pub struct Answers {
    /// How long each took, in microseconds.
    pub micros: Vec<f64>,
    /// From the first request to the last answer.
    pub seconds: f64,
}

impl Answers {
    /// In a second, all connections together.
    pub fn rate(&self) -> f64 {
        number(self.micros.len()) / self.seconds
    }

    /// The time that this share of the answers kept within, in microseconds.
    pub fn within(&self, share: f64) -> f64 {
        percentile(&self.micros, share)
    }
}

impl Load {
    /// Runs it on a thread of its own. One answer that is not 200 makes the whole run no measurement.
    pub async fn run(self) -> Result<Answers> {
        on_one_thread(async move || self.answers().await).await
    }

    /// Each request once, on one connection, however long that takes.
    pub async fn once(self) -> Result<()> {
        on_one_thread(async move || {
            let (mut stream, mut buffer) = (connect(&self.target).await?, Vec::new());
            for request in self.requests.iter() {
                exchange(&mut stream, request, &mut buffer).await?;
            }
            Ok(())
        })
        .await
    }

    async fn answers(self) -> Result<Answers> {
        let mut streams = Vec::new();
        for _ in 0..self.connections {
            streams.push(connect(&self.target).await?);
        }
        let start = Instant::now();
        let end = start + self.time;
        let mut running = tokio::task::JoinSet::new();
        for (number, stream) in streams.into_iter().enumerate() {
            let requests = Arc::clone(&self.requests);
            // Spread over all of them: two connections that ask for the same in step would flatter a cache.
            let first = number * requests.len() / self.connections;
            running.spawn(ask(stream, requests, first, end));
        }
        let mut micros = Vec::new();
        while let Some(of_one) = running.join_next().await {
            micros.extend(of_one??);
        }
        ensure!(!micros.is_empty(), "there was no answer in {:?}", self.time);
        Ok(Answers {
            micros,
            seconds: start.elapsed().as_secs_f64(),
        })
    }
}

/// Something that can be read and written.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A connection to the target.
pub async fn connect(target: &Target) -> Result<Box<dyn Stream>> {
    Ok(match target {
        Target::Tcp(address) => {
            let stream = TcpStream::connect(address).await.context("no connection")?;
            stream.set_nodelay(true)?;
            Box::new(stream)
        }
        Target::Unix(path) => Box::new(UnixStream::connect(path).await.context("no connection")?),
    })
}

async fn ask(
    mut stream: Box<dyn Stream>,
    requests: Arc<Vec<Vec<u8>>>,
    first: usize,
    end: Instant,
) -> Result<Vec<f64>> {
    let (mut micros, mut buffer) = (Vec::new(), Vec::with_capacity(4096));
    let mut turn = first;
    let mut before = Instant::now();
    while before < end {
        exchange(&mut stream, &requests[turn % requests.len()], &mut buffer).await?;
        let now = Instant::now();
        micros.push((now - before).as_secs_f64() * 1e6);
        (before, turn) = (now, turn + 1);
    }
    Ok(micros)
}

/// On a thread and a runtime of its own, so that nothing else of this program is measured with it.
pub async fn on_one_thread<T: Send + 'static>(
    work: impl AsyncFnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(work())
    })
    .await?
}
