//! Which runs there are: the suite's authorization scenarios, each at each version that we speak.

use anyhow::{Result, ensure};

/// One scenario at one version of the specification; extensions have none.
#[derive(Debug, PartialEq, Eq)]
pub struct Run {
    pub scenario: String,
    pub version: Option<String>,
}

/// What the suite says of a scenario that stands outside the specification's versions.
const EXTENSION: &str = "extension";
/// 2025-06-18 has nothing of its own here: its three scenarios come again at 2025-11-25.
const VERSIONS: [&str; 3] = ["2025-03-26", "2025-11-25", "2026-07-28"];
/// 14 at 2025-11-25, 25 at 2026-07-28, 2 at 2025-03-26 and 6 extensions. Fewer would be tests that went away unseen.
const RUNS: usize = 47;

/// From `list --client`: lines of `- auth/NAME [VERSION,VERSION]`.
pub fn listed(list: &str) -> Result<Vec<Run>> {
    let mut runs: Vec<Run> = list.lines().filter_map(scenario).flatten().collect();
    runs.sort_by_key(|run| (run.version.is_none(), run.version.clone()));
    ensure!(
        runs.len() == RUNS,
        "the suite has {} authorization runs, and {RUNS} are expected of it",
        runs.len()
    );
    Ok(runs)
}

fn scenario(line: &str) -> Option<Vec<Run>> {
    let (name, rest) = line.trim().strip_prefix("- ")?.split_once(" [")?;
    let versions = rest.strip_suffix(']')?;
    let run = |version: Option<&str>| Run {
        scenario: name.to_owned(),
        version: version.map(str::to_owned),
    };
    if !name.starts_with("auth/") {
        None
    } else if versions == EXTENSION {
        Some(vec![run(None)])
    } else {
        Some(
            versions
                .split(',')
                .filter(|version| VERSIONS.contains(version))
                .map(|version| run(Some(version)))
                .collect(),
        )
    }
}

impl Run {
    pub fn version(&self) -> &str {
        self.version.as_deref().unwrap_or(EXTENSION)
    }

    pub fn name(&self) -> &str {
        self.scenario.trim_start_matches("auth/")
    }

    pub fn folder(&self) -> String {
        format!("{}/{}", self.version(), self.name())
    }

    pub fn matches(&self, word: &str) -> bool {
        self.name().contains(word) || self.version() == word
    }
}

#[cfg(test)]
mod tests {
    use super::{Run, listed, scenario};

    fn run(scenario: &str, version: Option<&str>) -> Run {
        Run {
            scenario: scenario.into(),
            version: version.map(str::to_owned),
        }
    }

    #[test]
    fn each_version_is_a_run() {
        let both = [
            run("auth/x", Some("2025-11-25")),
            run("auth/x", Some("2026-07-28")),
        ];
        assert_eq!(
            scenario("  - auth/x [2025-06-18,2025-11-25,2026-07-28]").as_deref(),
            Some(&both[..])
        );
        assert_eq!(
            scenario("  - auth/dpop [extension]").as_deref(),
            Some(&[run("auth/dpop", None)][..])
        );
        assert_eq!(
            scenario("  - tools_call [2025-11-25]"),
            None,
            "not authorization"
        );
        assert_eq!(scenario("Client scenarios (test against a client):"), None);
    }

    #[test]
    fn a_suite_that_lists_less_is_refused() {
        assert!(listed("").is_err());
        let all = (0..47)
            .map(|n| format!("  - auth/s{n} [2025-11-25]\n"))
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(listed(&all).expect("47").len(), 47);
    }
}
