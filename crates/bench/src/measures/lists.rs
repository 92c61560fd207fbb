//! What a window shows first of very many servers and agents.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use broker::ListQuery;

use crate::bench::Bench;
use crate::row::{Row, at_most};
use crate::series::median;
use crate::vault::{FilledVault, broker_on};

/// As many as the window asks for.
const PAGE: u32 = 100;

/// The first page of each list, read anew each time, until all that it shows is known.
pub async fn rows(bench: &Bench, large: &FilledVault) -> Result<Vec<Row>> {
    let broker = broker_on(&large.folder).await?;
    let query = ListQuery {
        limit: Some(PAGE),
        ..ListQuery::default()
    };
    let found = ListQuery {
        search: "no server is called that".to_owned(),
        ..query.clone()
    };
    let mut times = [(); 3].map(|()| Vec::new());
    for _ in 0..bench.scale.rounds {
        let mut of_round = [(); 3].map(|()| Vec::new());
        for _ in 0..bench.scale.runs {
            let start = Instant::now();
            let (servers, total) = broker.resources_page(&query).await?;
            of_round[0].push(milliseconds(start));
            ensure!(
                servers.len() == usize::try_from(PAGE)?.min(bench.scale.large.servers)
                    && usize::try_from(total)? == bench.scale.large.servers,
                "{} of {total} servers are listed",
                servers.len()
            );
            let start = Instant::now();
            broker.agents_page(&query).await?;
            of_round[1].push(milliseconds(start));
            let start = Instant::now();
            broker.resources_page(&found).await?;
            of_round[2].push(milliseconds(start));
        }
        for (times, of_round) in times.iter_mut().zip(of_round) {
            times.push(median(&of_round));
        }
    }
    broker.close(Duration::from_secs(10)).await;
    let [servers, agents, search] = times;
    let (all, all_agents) = (bench.scale.large.servers, bench.scale.large.agents);
    Ok(vec![
        Row::of(
            format!("first {PAGE} of {all} servers for the window"),
            "ms",
            servers,
        )
        .with(at_most(20.0, 5.0)),
        Row::of(
            format!("first {PAGE} of {all_agents} agents with their permits"),
            "ms",
            agents,
        ),
        Row::of(
            format!("search through {all} servers that finds none"),
            "ms",
            search,
        ),
    ])
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}
