//! From the start of a host to its first token: the vault is opened by its key file meanwhile.

use std::time::Instant;

use anyhow::Result;

use crate::bench::Bench;
use crate::burst::in_turn;
use crate::http::Connection;
use crate::row::{Row, at_most};
use crate::server::Server;
use crate::vault::FilledVault;

/// With one server and with very many, beside the constant axum.
pub async fn rows(bench: &Bench, small: &FilledVault, large: &FilledVault) -> Result<Vec<Row>> {
    let mut times = [(); 3].map(|()| Vec::new());
    for order in bench.rounds(times.len()) {
        for turn in order {
            let request =
                [small, small, large][turn].requests[0].bytes("localhost", Connection::Close);
            let start = Instant::now();
            let server: Server = match turn {
                0 => bench.constant()?,
                1 => bench.serve(small)?,
                _ => bench.serve(large)?,
            };
            in_turn(server.unix(), request, 1).await?;
            times[turn].push(start.elapsed().as_secs_f64() * 1e3);
            if turn > 0 {
                server.stop().await?;
            }
        }
    }
    let [constant, small_times, large_times] = times;
    let servers = bench.scale.large.servers;
    Ok(vec![
        Row::of("start of `serve` to its first token", "ms", small_times).with(at_most(50.0, 20.0)),
        Row::of(
            format!("the same with {servers} servers: unlock to first token"),
            "ms",
            large_times,
        )
        .with(at_most(150.0, 50.0))
        .noting("The start of the process is in it: with a key file the two are one."),
        Row::of(
            "start of the constant axum to its first answer",
            "ms",
            constant,
        ),
    ])
}
