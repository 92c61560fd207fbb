//! The command line as whole processes: from the call to its end, as a shell pays for it.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::bench::Bench;
use crate::http::Connection;
use crate::row::{Row, at_most};
use crate::series::median;
use crate::server::name_of;
use crate::vault::FilledVault;

/// `gatelodge token` as an agent and as the person, beside the bare client and a program that does nothing.
pub async fn rows(bench: &Bench, small: &FilledVault) -> Result<Vec<Row>> {
    let host = bench.serve(small)?;
    let file = bench.place("request");
    std::fs::write(
        &file,
        small.requests[0].bytes("localhost", Connection::Close),
    )?;
    let mut bare = Command::new(bench.program("bench-ask"));
    bare.arg(&host.socket).arg(&file);
    let words = ["token", small.requests[0].resource.as_str()];
    let mut agent = bench.gatelodge(small, &words);
    agent
        .env("GATELODGE_AGENT_ID", &small.agent.0)
        .env("GATELODGE_AGENT_KEY_FILE", &small.agent.1);
    let person = bench.gatelodge(small, &words);
    let hello = Command::new(bench.program("bench-hello"));
    let mut commands = [hello, bare, agent, person];
    let mut times = [(); 4].map(|()| Vec::new());
    for order in bench.rounds(commands.len()) {
        for turn in order {
            let mut of_round = Vec::new();
            // One kind after the other: the person's command may write to the vault, and what an agent asks next is then read anew.
            run(&mut commands[turn])?;
            for _ in 0..bench.scale.runs {
                of_round.push(run(&mut commands[turn])?);
            }
            times[turn].push(median(&of_round));
        }
    }
    host.stop().await?;
    let [hello, bare, agent, person] = times;
    Ok(vec![
        Row::of(
            "`gatelodge token` as an agent, whole process",
            "ms",
            agent.clone(),
        )
        .beside("a bare client of the socket", bare.clone())
        .with(at_most(1.4, 1.1))
        .slower_in_debug(3.0),
        Row::of(
            "`gatelodge token` as the person, while a host serves",
            "ms",
            person,
        )
        .beside("as an agent", agent)
        .with(at_most(1.3, 1.1))
        .slower_in_debug(10.0),
        Row::of("a bare client of the socket, whole process", "ms", bare)
            .beside("a program that says hello", hello),
    ])
}

/// In milliseconds.
fn run(command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let time = start.elapsed().as_secs_f64() * 1e3;
    ensure!(
        output.status.success() && !output.stdout.is_empty(),
        "{}: {}",
        name_of(command),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(time)
}
