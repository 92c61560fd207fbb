//! What a host takes that has nothing to do, and under all the connections that it takes.

use anyhow::Result;

use crate::bench::Bench;
use crate::http::Connection;
use crate::load::Load;
use crate::row::{Row, at_most};
use crate::series::number;
use crate::server::between;
use crate::vault::FilledVault;

/// 512 in all, as many as it takes of each kind (`crates/endpoint/src/slots.rs`).
const OVER_TCP: usize = 384;
const OVER_UNIX: usize = 128;
/// What is needed only at a start is given back by then.
const SETTLE: std::time::Duration = std::time::Duration::from_secs(2);
/// What a person would notice: little within a minute is little enough only where it does not go on.
const TEN_MINUTES: f64 = 600.0;

/// Resident memory idle and busy, and CPU and wake-ups of an idle host.
pub async fn rows(bench: &Bench, medium: &FilledVault) -> Result<Vec<Row>> {
    let host = bench.serve(medium)?;
    tokio::time::sleep(SETTLE).await;
    let resident = host.resident()?;
    let (cpu, wake_ups) = (host.cpu()?, host.wake_ups()?);
    tokio::time::sleep(bench.scale.idle).await;
    let seconds = bench.scale.idle.as_secs_f64();
    let idle = (host.cpu()? - cpu) * TEN_MINUTES / seconds;
    let woken = f64::from(u32::try_from(between(&wake_ups, &host.wake_ups()?))?) / seconds;

    let over_unix = medium
        .requests
        .iter()
        .map(|request| request.bytes("localhost", Connection::KeepAlive));
    let over_unix = Load {
        target: host.unix(),
        requests: std::sync::Arc::new(over_unix.collect()),
        connections: OVER_UNIX,
        time: bench.scale.time,
    };
    let over_tcp = host.load(&medium.requests, OVER_TCP, bench.scale.time);
    tokio::try_join!(over_tcp.run(), over_unix.run())?;
    let busy = host.most_resident()?;
    tokio::time::sleep(SETTLE).await;
    let after = host.resident()?;
    host.stop().await?;
    let with = format!(
        "`serve` with {} servers",
        number(bench.scale.medium.servers)
    );
    let watched = format!("Watched for {seconds} s, and reckoned for ten minutes.");
    Ok(vec![
        Row::of(
            format!("{with}: resident memory, idle"),
            "MiB",
            vec![resident],
        )
        .with(at_most(24.0, 14.0)),
        Row::of(
            format!("{with}: resident memory, most during 512 connections"),
            "MiB",
            vec![busy],
        )
        .with(at_most(40.0, 24.0)),
        Row::of(
            format!("{with}: resident memory after them"),
            "MiB",
            vec![after],
        ),
        Row::of(format!("{with}: CPU of ten idle minutes"), "s", vec![idle])
            .with(at_most(1.0, 0.1))
            .noting(watched),
        Row::of(format!("{with}: wake-ups while idle"), "/s", vec![woken]).with(at_most(5.0, 0.5)),
    ])
}
