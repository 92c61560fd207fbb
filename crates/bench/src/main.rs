//! Measures `gatelodge` beside references on the same machine, in the same minutes (`cargo xtask bench`).
//!
//! Nothing of the person's is touched: vaults, keys, ports and sockets are made for the run and go with it.

mod bench;
mod burst;
mod chart;
mod constant;
mod http;
mod load;
mod measures;
mod page;
mod report;
mod row;
mod series;
mod server;
mod vault;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use bench::{Bench, SMALL, Scale};
use report::{Machine, Report};
use row::Verdict;
use vault::Size;

const USAGE: &str = "\
gatelodge-bench run [--quick] [--json FILE] [--page FOLDER]
gatelodge-bench constant SOCKET             the reference server alone
gatelodge-bench fill FOLDER SERVERS AGENTS  a vault to measure by other means; its issuer serves until stdin closes";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["constant", socket] => constant::serve(Path::new(socket)).await.map(|()| true),
        ["fill", folder, servers, agents] => Box::pin(fill(folder, servers, agents)).await,
        ["run", options @ ..] => Box::pin(run(options)).await,
        _ => Err(anyhow::anyhow!(USAGE)),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("gatelodge-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A vault in this folder, and in JSON who may ask for what.
async fn fill(folder: &str, servers: &str, agents: &str) -> Result<bool> {
    let size = Size {
        servers: servers.parse().context("a number of servers")?,
        agents: agents.parse().context("a number of agents")?,
    };
    let web = bench::issuer().await?;
    let filled = vault::fill(Path::new(folder), &web, size).await?;
    println!("{}", serde_json::to_string(&filled.requests)?);
    tokio::io::copy(&mut tokio::io::stdin(), &mut tokio::io::sink()).await?;
    Ok(true)
}

#[derive(Default)]
struct Options {
    quick: bool,
    json: Option<PathBuf>,
    page: Option<PathBuf>,
}

impl Options {
    fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().map(PathBuf::from).context(USAGE);
            match *word {
                "--quick" => options.quick = true,
                "--json" => options.json = Some(value()?),
                "--page" => options.page = Some(value()?),
                _ => bail!("{word} is no option\n{USAGE}"),
            }
        }
        Ok(options)
    }
}

/// False if something could not be measured, or in the quick form is worse than required by an order of magnitude.
async fn run(words: &[&str]) -> Result<bool> {
    let options = Options::parse(words)?;
    let scale = if options.quick {
        Scale::QUICK
    } else {
        Scale::FULL
    };
    as_many_files_as_may_be()?;
    let programs = std::env::current_exe()?;
    let programs = programs.parent().context("it lies in a folder")?;
    let mut report = Report {
        machine: Machine::now(scale.rounds),
        rows: Vec::new(),
        missing: Vec::new(),
    };
    println!("{}", report.machine.text());
    let bench = Bench::new(programs, scale).await?;
    Box::pin(measure(&bench, &mut report)).await?;
    if options.quick {
        report.rows.iter_mut().for_each(row::Row::judge_in_debug);
    }
    println!("{}", report.summary());
    if let Some(file) = options.json {
        std::fs::write(&file, serde_json::to_string_pretty(&report)? + "\n")
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    if let Some(folder) = options.page {
        std::fs::write(folder.join("benchmarks.md"), page::page(&report))?;
        std::fs::write(folder.join("benchmarks.svg"), chart::chart(&report.rows))?;
    }
    // A whole run tells figures; whether they are good enough is for whoever reads them.
    Ok(
        report.missing.is_empty()
            && (!options.quick || report.count(Verdict::MagnitudeMissed) == 0),
    )
}

async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    use measures::{cached, commands, lists, memory, renewal, socket, start};
    let small = bench.vault("small", SMALL).await?;
    let medium = bench.vault("medium", bench.scale.medium).await?;
    let large = bench.vault("large", bench.scale.large).await?;
    // First what nothing else has warmed or filled yet.
    report.add("memory", memory::rows(bench, &medium).await);
    report.add("start", start::rows(bench, &small, &large).await);
    report.add("cached requests", cached::rows(bench, &small, &large).await);
    report.add("lists", lists::rows(bench, &large).await);
    report.add("the socket", socket::rows(bench, &small).await);
    report.add("the command line", commands::rows(bench, &small).await);
    report.add("a crowd on an expired token", renewal::crowd(bench).await);
    // These depend on the disk, and on the last hundredth, more than on us: an order of magnitude says nothing there.
    if !bench.scale.is_quick {
        report.add("a durable rotation", renewal::durable(bench).await);
        report.add("renewals that hang", renewal::hanging(bench).await);
    }
    Ok(())
}

/// Ten thousand callers are as many files, which the usual limit has no room for.
fn as_many_files_as_may_be() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    Ok(setrlimit(Resource::Nofile, most)?)
}
