//! What every measurement needs: the programs, a folder for vaults, the issuer, and how much is measured.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use testbed::{Switches, Testbed};

use crate::server::{Server, gatelodge};
use crate::vault::{FilledVault, Size, TOKEN_LIFE, fill};

/// One run of the whole program.
pub struct Bench {
    /// Folder of `gatelodge` and of the programs beside this one.
    programs: PathBuf,
    /// Everything is in here, and goes with it.
    folder: tempfile::TempDir,
    /// The issuer of every login.
    pub web: Testbed,
    /// How much is measured.
    pub scale: Scale,
    constants: AtomicUsize,
}

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Only an order of magnitude is of interest.
    pub is_quick: bool,
    /// Of everything that is compared.
    pub rounds: usize,
    /// Of one run of the load generator.
    pub time: Duration,
    /// The vault of a person with a thousand servers.
    pub medium: Size,
    /// The vault that shows what grows.
    pub large: Size,
    /// Callers at the same moment.
    pub callers: usize,
    /// Requests, or commands, of one round.
    pub runs: usize,
    /// How long a host is watched that has nothing to do.
    pub idle: Duration,
}

/// One server, one agent: the least that can be asked for.
pub const SMALL: Size = Size {
    servers: 1,
    agents: 1,
};

impl Scale {
    /// What the table is made from.
    pub const FULL: Self = Self {
        is_quick: false,
        rounds: 9,
        time: Duration::from_secs(2),
        medium: Size {
            servers: 1_000,
            agents: 100,
        },
        large: Size {
            servers: 10_000,
            agents: 1_000,
        },
        callers: 10_000,
        runs: 40,
        idle: Duration::from_mins(1),
    };

    /// Enough to see an order of magnitude, beside whatever else a machine does.
    pub const QUICK: Self = Self {
        is_quick: true,
        rounds: 3,
        time: Duration::from_millis(500),
        medium: Size {
            servers: 50,
            agents: 5,
        },
        large: Size {
            servers: 300,
            agents: 30,
        },
        callers: 1_000,
        runs: 5,
        idle: Duration::from_secs(2),
    };
}

/// One that asks nobody, and whose tokens outlive the run.
pub async fn issuer() -> Result<Testbed> {
    let switches = Switches::default()
        .approving_as("ada")
        .access_token_seconds(TOKEN_LIFE);
    Ok(Testbed::start(switches).await?)
}

impl Bench {
    /// With an issuer that asks nobody, and nothing filled yet.
    pub async fn new(programs: &Path, scale: Scale) -> Result<Self> {
        Ok(Self {
            programs: programs.to_owned(),
            folder: tempfile::Builder::new().prefix("bench").tempdir()?,
            web: issuer().await?,
            scale,
            constants: AtomicUsize::new(0),
        })
    }

    /// A program that was built beside this one.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// A file or a folder of this run.
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A vault of this size, in a folder of this name.
    pub async fn vault(&self, name: &str, size: Size) -> Result<FilledVault> {
        Box::pin(fill(&self.place(name), &self.web, size))
            .await
            .with_context(|| format!("filling a vault with {} servers", size.servers))
    }

    /// `gatelodge` on this vault.
    pub fn gatelodge(&self, vault: &FilledVault, arguments: &[&str]) -> Command {
        gatelodge(&self.program("gatelodge"), &vault.folder, arguments)
    }

    /// A host that serves this vault.
    pub fn serve(&self, vault: &FilledVault) -> Result<Server> {
        Server::start(self.gatelodge(vault, &["serve", "--json"]))
    }

    /// The reference, on a socket of its own.
    pub fn constant(&self) -> Result<Server> {
        let number = self.constants.fetch_add(1, Ordering::Relaxed);
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("constant")
            .arg(self.place(&format!("constant-{number}.sock")));
        Server::start(command)
    }

    /// The order of each round for so many things: what comes first changes, and what comes after what.
    pub fn rounds(&self, things: usize) -> impl Iterator<Item = Vec<usize>> + use<> {
        (0..self.scale.rounds).map(move |round| order(round, things))
    }
}

fn order(round: usize, things: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..things)
        .map(|place| (place + round / 2) % things)
        .collect();
    if round % 2 == 1 {
        order.reverse();
    }
    order
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn no_order_favours_one_of_two() {
        let orders: Vec<_> = (0..4).map(|round| order(round, 3)).collect();
        assert_eq!(
            orders,
            [vec![0, 1, 2], vec![2, 1, 0], vec![1, 2, 0], vec![0, 2, 1]]
        );
    }
}
