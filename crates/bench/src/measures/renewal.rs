//! Renewals: how long a durable one takes, what a crowd costs an issuer, and what hanging ones do to everybody else.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use model::GrantId;
use testbed::switches::TokenAnswers;
use vault::{Persistence, Vault};

use crate::bench::{Bench, SMALL};
use crate::burst::{FullQueue, Outcome, at_once, in_turn};
use crate::http::Connection;
use crate::row::{Row, at_least, at_most};
use crate::series::{median, number};
use crate::server::Server;
use crate::vault::{FilledVault, Size, broker_on, expire, open};

/// One page of the vault's journal.
const PAGE: usize = 4096;
/// At the same moment, for one token that has ended.
const CROWD: usize = 1_000;
/// Renewals that no issuer answers.
const HANGING: usize = 100;
/// Longer than all rounds together, and as long as may be (`GATELODGE_TIMEOUT_SECONDS`).
const HANG_SECONDS: &str = "120";

/// A renewal until it is on the disk, beside an append that is synced.
pub async fn durable(bench: &Bench) -> Result<Vec<Row>> {
    let vault = bench.vault("durable", SMALL).await?;
    let broker = broker_on(&vault.folder).await?;
    let file = bench.place("appended");
    let beside = open(&vault.folder).await?;
    let mut times = [(); 3].map(|()| Vec::new());
    for _ in 0..bench.scale.rounds {
        let mut of_round = [(); 3].map(|()| Vec::new());
        for _ in 0..bench.scale.runs {
            of_round[0].push(append(&file)?);
            let start = Instant::now();
            broker.refresh(&vault.grants[0]).await?;
            of_round[1].push(start.elapsed().as_secs_f64() * 1e3);
            of_round[2].push(kept(&beside, &vault.grants[0]).await?);
        }
        for (times, of_round) in times.iter_mut().zip(of_round) {
            times.push(median(&of_round));
        }
    }
    broker.close(Duration::from_secs(10)).await;
    beside.close().await;
    let [append, renewal, keeping] = times;
    Ok(vec![
        Row::of("one durable rotation", "ms", renewal)
            .beside("append of 4 KiB and fdatasync", append.clone())
            .with(at_most(2.0, 1.3))
            .noting("The exchange with the issuer, which is on this machine, is in it."),
        Row::of(
            "of it: new tokens until they are on the disk",
            "ms",
            keeping,
        )
        .beside("append of 4 KiB and fdatasync", append),
    ])
}

/// Keeps the tokens once more, as if an issuer had just sent them; in milliseconds.
async fn kept(vault: &Vault, id: &GrantId) -> Result<f64> {
    let lock = vault.lock_grant(id, Duration::from_secs(20)).await?;
    let grant = vault.grant(id).await?.context("the grant is there")?;
    let tokens = grant.tokens().context("it has tokens")?.clone();
    let (generation, now) = (grant.generation, grant.granted_at);
    let renewed = grant.refreshed(tokens, now);
    let start = Instant::now();
    let outcome = vault
        .keep_renewal(&renewed, generation, &[], None, lock)
        .await?;
    let elapsed = start.elapsed().as_secs_f64() * 1e3;
    ensure!(matches!(outcome, Persistence::InTheVault), "{outcome:?}");
    Ok(elapsed)
}

/// In milliseconds.
fn append(path: &Path) -> Result<f64> {
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)?;
    let start = Instant::now();
    file.write_all(&[1; PAGE])?;
    file.sync_data()?;
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

/// Many callers at once for one token that has ended: one request to the issuer, and the time that it takes them all.
pub async fn crowd(bench: &Bench) -> Result<Vec<Row>> {
    let vault = bench.vault("crowd", SMALL).await?;
    let host = bench.serve(&vault)?;
    let request = vault.requests[0].bytes("localhost", Connection::Close);
    let (mut exchanges, mut wall, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    let mut answered = CROWD;
    for _ in 0..bench.scale.rounds {
        let (_, alone) = renewed(bench, &host, &vault, &request, 1).await?;
        let cached = at_once(host.unix(), request.clone(), CROWD, FullQueue::Wait).await?;
        let (count, all) = renewed(bench, &host, &vault, &request, CROWD).await?;
        answered = answered.min(cached.answered).min(all.answered);
        exchanges.push(count);
        wall.push(all.seconds * 1e3);
        parts.push((cached.seconds + alone.seconds) * 1e3);
    }
    host.stop().await?;
    let most = exchanges.iter().copied().fold(0.0, f64::max);
    Ok(vec![
        Row::of(
            "1000 callers on one expired token: requests to the issuer, at most",
            "",
            vec![most],
        )
        .with(at_most(1.0, 1.0)),
        Row::of(
            "the same: answered, in the worst round",
            "",
            vec![number(answered)],
        )
        .with(at_least(number(CROWD), number(CROWD)))
        .noting("Who is cut off takes no time: where some are, the next figure says nothing."),
        Row::of("the same: until all were answered", "ms", wall)
            .beside("the same callers cached, and one renewal", parts)
            .with(at_most(1.5, 1.1)),
    ])
}

/// Requests to the issuer, and what became of so many callers, after the token has ended.
async fn renewed(
    bench: &Bench,
    host: &Server,
    vault: &FilledVault,
    request: &[u8],
    callers: usize,
) -> Result<(f64, Outcome)> {
    expire(&vault.folder, &vault.grants[..1]).await?;
    bench.web.clear_log();
    let outcome = at_once(host.unix(), request.to_owned(), callers, FullQueue::Wait).await?;
    let exchanges = bench.web.requests("/token");
    Ok((number(exchanges), outcome))
}

/// Cached answers while a hundred renewals hang, beside a host where none does.
pub async fn hanging(bench: &Bench) -> Result<Vec<Row>> {
    let size = Size {
        servers: HANGING + 1,
        agents: HANGING + 1,
    };
    let (still, hung) = (
        bench.vault("still", size).await?,
        bench.vault("hung", size).await?,
    );
    expire(&hung.folder, &hung.grants[1..]).await?;
    let mut command = bench.gatelodge(&hung, &["serve", "--json"]);
    command.env("GATELODGE_TIMEOUT_SECONDS", HANG_SECONDS);
    let servers = [bench.serve(&still)?, Server::start(command)?];
    let switches = bench.web.switches();
    switches.set(|switches| switches.refresh_answers = Some(TokenAnswers::Never));
    bench.web.clear_log();
    let callers: Vec<_> = hung.requests[1..]
        .iter()
        .map(|request| {
            let request = request.bytes("localhost", Connection::Close);
            tokio::spawn(in_turn(servers[1].unix(), request, 1))
        })
        .collect();
    let measured = late(bench, &servers, [&still, &hung]).await;
    let waiting = bench.web.requests("/token");
    let ended = callers.iter().filter(|caller| caller.is_finished()).count();
    switches.set(|switches| switches.refresh_answers = None);
    drop(servers);
    let mut why = None;
    for caller in callers {
        // Its host is gone, and it was never to be answered.
        if let Err(error) = caller.await? {
            why.get_or_insert_with(|| format!("{error:#}"));
        }
    }
    ensure!(
        waiting == HANGING && ended == 0,
        "{waiting} of {HANGING} renewals hung, and {ended} callers were answered: {why:?}"
    );
    let [still, hung] = measured?;
    Ok(vec![
        Row::of(
            "cached, 64 connections, while 100 renewals hang: 99 % within",
            "µs",
            hung,
        )
        .beside("while none does", still)
        .with(at_most(1.5, 1.1)),
    ])
}

async fn late(
    bench: &Bench,
    servers: &[Server; 2],
    vaults: [&FilledVault; 2],
) -> Result<[Vec<f64>; 2]> {
    let mut times = [Vec::new(), Vec::new()];
    // The first round is for what is read once, and for the renewals to begin.
    for (round, order) in std::iter::once(vec![0, 1])
        .chain(bench.rounds(servers.len()))
        .enumerate()
    {
        for turn in order {
            let load = servers[turn].load(&vaults[turn].requests[..1], 64, bench.scale.time);
            let answers = load.run().await?;
            if round > 0 {
                times[turn].push(answers.within(0.99));
            }
        }
    }
    Ok(times)
}
