//! The Unix socket: one request a connection, and very many callers at the same moment.

use anyhow::Result;

use crate::bench::Bench;
use crate::burst::{FullQueue, Outcome, at_once, in_turn};
use crate::http::Connection;
use crate::row::{Row, at_least};
use crate::series::number;
use crate::server::Server;
use crate::vault::FilledVault;

/// Requests of one round for each command of one: they are that much quicker.
const REQUESTS: usize = 50;

/// Latency of a single request, and how many of a crowd are answered.
pub async fn rows(bench: &Bench, small: &FilledVault) -> Result<Vec<Row>> {
    let servers = [bench.constant()?, bench.serve(small)?];
    let request = small.requests[0].bytes("localhost", Connection::Close);
    let mut middle = [Vec::new(), Vec::new()];
    for order in bench.rounds(servers.len()) {
        for turn in order {
            let count = bench.scale.runs * REQUESTS;
            let answers = in_turn(servers[turn].unix(), request.clone(), count).await?;
            middle[turn].push(answers.within(0.5));
        }
    }
    let [constant, subject] = middle;
    let mut rows = vec![
        Row::of(
            "one request a connection on the socket: 50 % within",
            "µs",
            subject,
        )
        .beside("constant axum on a socket", constant),
    ];
    rows.extend(crowd(bench, &servers, &request).await?);
    Ok(rows)
}

/// Of callers that wait for a place all have to be answered; of those that do not, it is told how many were.
async fn crowd(bench: &Bench, servers: &[Server; 2], request: &[u8]) -> Result<Vec<Row>> {
    let mut patient = [Vec::new(), Vec::new()];
    let mut impatient = [Vec::new(), Vec::new()];
    let mut failure = None;
    for order in bench.rounds(servers.len()) {
        for turn in order {
            for (full, outcomes) in [
                (FullQueue::Wait, &mut patient[turn]),
                (FullQueue::GoAway, &mut impatient[turn]),
            ] {
                let (target, request) = (servers[turn].unix(), request.to_owned());
                let outcome = at_once(target, request, bench.scale.callers, full).await?;
                if turn == 1 && outcome.failed > 0 {
                    failure.clone_from(&outcome.first_failure);
                }
                outcomes.push(outcome);
            }
        }
    }
    let answered = |outcomes: &[Outcome]| -> Vec<f64> {
        outcomes.iter().map(|it| number(it.answered)).collect()
    };
    let seconds =
        |outcomes: &[Outcome]| -> Vec<f64> { outcomes.iter().map(|it| it.seconds).collect() };
    let callers = number(bench.scale.callers);
    let worst = answered(&patient[1]).into_iter().fold(callers, f64::min);
    let all = Row::of(
        format!("{callers} callers at once on the socket: answered, in the worst round"),
        "",
        vec![worst],
    )
    .with(at_least(callers, callers));
    Ok(vec![
        match failure {
            Some(failure) => all.noting(format!("Some callers were cut off: {failure}.")),
            None => all,
        },
        Row::of(
            "the same: until the last was answered",
            "s",
            seconds(&patient[1]),
        )
        .beside("constant axum on a socket", seconds(&patient[0])),
        Row::of(
            "the same callers, where none waits for a place: answered",
            "",
            answered(&impatient[1]),
        )
        .beside("constant axum on a socket", answered(&impatient[0])),
    ])
}
