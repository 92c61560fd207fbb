//! Cached `POST /token` over 64 kept connections: beside a constant answer, with one server and with very many.

use anyhow::Result;

use crate::bench::Bench;
use crate::http::TokenRequest;
use crate::row::{Row, at_least, at_most};
use crate::series::number;
use crate::server::Server;
use crate::vault::FilledVault;

/// As many as a busy machine has agents.
const CONNECTIONS: usize = 64;

/// What one run of the load generator says of a server.
#[derive(Default)]
struct Figures {
    rate: Vec<f64>,
    cpu: Vec<f64>,
    late: Vec<f64>,
}

/// Rates, CPU per request, and what the size of the vault does to both.
pub async fn rows(bench: &Bench, small: &FilledVault, large: &FilledVault) -> Result<Vec<Row>> {
    let servers = [bench.constant()?, bench.serve(small)?, bench.serve(large)?];
    let requests = [&small.requests, &small.requests, &large.requests];
    let mut figures = [(); 3].map(|()| Figures::default());
    for (server, requests) in servers.iter().zip(requests) {
        // Cached means that each has been asked for before.
        server.load(requests, 1, bench.scale.time).once().await?;
    }
    for order in bench.rounds(servers.len()) {
        for turn in order {
            measure(bench, &servers[turn], requests[turn], &mut figures[turn]).await?;
        }
    }
    let [constant, small_figures, large_figures] = figures;
    let size = bench.scale.large;
    let grown = format!(
        "the same with {} servers and {} agents",
        size.servers, size.agents
    );
    let spread = "All agents ask in turn, each for another server.";
    let axum = "constant axum";
    Ok(vec![
        Row::of(
            "cached POST /token, 64 connections: requests/s",
            "/s",
            small_figures.rate.clone(),
        )
        .beside(axum, constant.rate)
        .with(at_least(0.5, 0.8))
        .slower_in_debug(3.0),
        Row::of("the same: CPU per request", "µs", small_figures.cpu.clone())
            .beside(axum, constant.cpu)
            .with(at_most(2.0, 1.3))
            .slower_in_debug(3.0),
        Row::of("the same: 99 % within", "µs", small_figures.late.clone())
            .beside(axum, constant.late),
        Row::of(format!("{grown}: requests/s"), "/s", large_figures.rate)
            .beside("1 server", small_figures.rate)
            .with(at_least(0.9, 0.98))
            .noting(spread),
        Row::of(format!("{grown}: CPU per request"), "µs", large_figures.cpu)
            .beside("1 server", small_figures.cpu),
    ])
}

async fn measure(
    bench: &Bench,
    server: &Server,
    requests: &[TokenRequest],
    figures: &mut Figures,
) -> Result<()> {
    let before = server.cpu()?;
    let answers = server
        .load(requests, CONNECTIONS, bench.scale.time)
        .run()
        .await?;
    let cpu = server.cpu()? - before;
    figures.rate.push(answers.rate());
    figures.cpu.push(cpu * 1e6 / number(answers.micros.len()));
    figures.late.push(answers.within(0.99));
    Ok(())
}
