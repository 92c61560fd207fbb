//! Which crate may depend on which: ours on ours, and the foreign ones that belong to one crate only.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::problem::Problem;

/// What each crate may name among its dependencies. A crate that is not here has no arrows yet.
const ARROWS: [(&str, &[&str]); 12] = [
    // Its errors are data; what is said of them is said above.
    ("gatelodge-oauth", &[]),
    ("gatelodge-messages", &[]),
    (
        "gatelodge-model",
        &["gatelodge-messages", "gatelodge-oauth"],
    ),
    (
        "gatelodge-vault",
        &["gatelodge-messages", "gatelodge-model", "gatelodge-oauth"],
    ),
    (
        "gatelodge-broker",
        &[
            "gatelodge-vault",
            "gatelodge-messages",
            "gatelodge-model",
            "gatelodge-oauth",
        ],
    ),
    (
        "gatelodge-endpoint",
        &[
            "gatelodge-broker",
            "gatelodge-vault",
            "gatelodge-messages",
            "gatelodge-model",
            "gatelodge-oauth",
        ],
    ),
    (
        "gatelodge-api",
        &[
            "gatelodge-endpoint",
            "gatelodge-broker",
            "gatelodge-vault",
            "gatelodge-messages",
            "gatelodge-model",
            "gatelodge-oauth",
        ],
    ),
    (
        "gatelodge-cli",
        &[
            "gatelodge-api",
            "gatelodge-endpoint",
            "gatelodge-broker",
            "gatelodge-vault",
            "gatelodge-messages",
            "gatelodge-model",
            "gatelodge-oauth",
        ],
    ),
    (
        "gatelodge-desktop",
        &[
            "gatelodge-api",
            "gatelodge-endpoint",
            "gatelodge-broker",
            "gatelodge-vault",
            "gatelodge-messages",
            "gatelodge-model",
            "gatelodge-oauth",
        ],
    ),
    // A server that judged us by our own rules would find nothing.
    ("gatelodge-testbed", &[]),
    // It fills vaults, and measures the program from outside. It is not shipped.
    (
        "gatelodge-bench",
        &[
            "gatelodge-testbed",
            "gatelodge-broker",
            "gatelodge-vault",
            "gatelodge-model",
            "gatelodge-oauth",
        ],
    ),
    ("xtask", &[]),
];

const TESTBED: &str = "gatelodge-testbed";
const BENCH: &str = "gatelodge-bench";

/// Foreign crates by the start of their name, and where alone they may be. Tests are free.
const CONFINED: [(&str, &[&str], &str); 5] = [
    (
        "tauri",
        &["gatelodge-desktop"],
        "the same commands serve the window, the CLI and the tests; only one host may know Tauri",
    ),
    (
        "sqlx",
        &["gatelodge-vault"],
        "only the vault knows that it is SQLite",
    ),
    (
        "axum",
        &["gatelodge-endpoint", TESTBED, BENCH],
        "HTTP towards agents has one place for its guards",
    ),
    (
        "reqwest",
        &["gatelodge-broker"],
        "time limits, the body cap and the address guard sit on one client, made in one function",
    ),
    (
        "keyring",
        &["gatelodge-vault"],
        "the vault key has one way in and out",
    ),
];

/// The pure crates do no input or output and read no clock and no randomness.
const PURE: ([&str; 3], [&str; 8]) = (
    ["gatelodge-oauth", "gatelodge-messages", "gatelodge-model"],
    [
        "tokio",
        "reqwest",
        "sqlx",
        "getrandom",
        "rand",
        "hyper",
        "axum",
        "keyring",
    ],
);

#[derive(Debug, Deserialize)]
pub struct Package {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
    #[serde(default)]
    targets: Vec<Target>,
    #[serde(default)]
    manifest: String,
}

impl Package {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name by which other crates import it.
    pub fn library(&self) -> &str {
        let library = self
            .targets
            .iter()
            .find(|target| target.kind.iter().any(|kind| kind.ends_with("lib")));
        library.map_or(self.name.as_str(), |target| target.name.as_str())
    }

    /// A folder of the package's, from the repository's root.
    pub fn folder(&self, name: &str) -> String {
        let folder = self.manifest_path.trim_end_matches("Cargo.toml");
        format!("{folder}{name}")
    }
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

impl Dependency {
    fn is_dev(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}

/// Our crates, as cargo sees them. Needs neither network nor lockfile.
pub fn workspace(root: &Path) -> Result<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let output = crate::run::cargo(root, "metadata")
        .args(["--no-deps", "--offline", "--format-version", "1"])
        .output()?;
    ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut packages = serde_json::from_slice::<Metadata>(&output.stdout)?.packages;
    for package in &mut packages {
        let path = Path::new(&package.manifest_path);
        package.manifest = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        package.manifest_path = path
            .strip_prefix(root)
            .unwrap_or(path)
            .to_string_lossy()
            .into_owned();
    }
    Ok(packages)
}

pub fn check(packages: &[Package]) -> Vec<Problem> {
    packages
        .iter()
        .flat_map(|package| {
            arrows(package)
                .into_iter()
                .chain(confined(package))
                .chain(pure(package))
        })
        .collect()
}

fn arrows(package: &Package) -> Vec<Problem> {
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
        return vec![Problem::new(
            &package.manifest_path,
            1,
            format!("{} is a crate without arrows", package.name),
            "a crate exists only if its dependencies differ in kind from its neighbours'",
            "decide what it may depend on and write it into ARROWS in xtask/src/tidy/crates.rs, and into ARCHITECTURE.md",
        )];
    };
    let ours = |name: &str| ARROWS.iter().any(|(known, _)| *known == name);
    let refused = |dependency: &&Dependency| {
        let name = dependency.name.as_str();
        ours(name) && !allowed.contains(&name) && !(name == TESTBED && dependency.is_dev())
    };
    let problem = |dependency: &Dependency| {
        Problem::new(
            &package.manifest_path,
            line_of(package, &dependency.name),
            format!("{} may not depend on {}", package.name, dependency.name),
            "the arrows go one way: desktop, cli → api → endpoint → broker → vault → model → oauth, messages; testbed is for tests and the demo",
            "move the code to the side that may know the other, or hand it in as an argument",
        )
    };
    package
        .dependencies
        .iter()
        .filter(refused)
        .map(problem)
        .collect()
}

fn confined(package: &Package) -> Vec<Problem> {
    let mut problems = Vec::new();
    for dependency in package
        .dependencies
        .iter()
        .filter(|dependency| !dependency.is_dev())
    {
        for (foreign, homes, why) in CONFINED {
            let same =
                dependency.name == foreign || dependency.name.starts_with(&format!("{foreign}-"));
            if same && !homes.contains(&package.name.as_str()) {
                let what = format!(
                    "{} uses {}, which only {} may",
                    package.name,
                    dependency.name,
                    homes.join(" and ")
                );
                problems.push(Problem::new(
                    &package.manifest_path,
                    line_of(package, &dependency.name),
                    what,
                    why,
                    "ask that crate for what you need",
                ));
            }
        }
    }
    problems
}

fn pure(package: &Package) -> Vec<Problem> {
    let (names, banned) = PURE;
    let refused = |dependency: &&Dependency| {
        !dependency.is_dev() && banned.contains(&dependency.name.as_str())
    };
    let problem = |dependency: &Dependency| {
        Problem::new(
            &package.manifest_path,
            line_of(package, &dependency.name),
            format!("{} uses {}", package.name, dependency.name),
            "the protocol's rules are pure: no network, no files, no clock, no randomness, so a table of cases can test them",
            "take the answer, the time or the random value as an argument",
        )
    };
    if names.contains(&package.name.as_str()) {
        package
            .dependencies
            .iter()
            .filter(refused)
            .map(problem)
            .collect()
    } else {
        Vec::new()
    }
}

fn line_of(package: &Package, dependency: &str) -> usize {
    let names = |line: &str| {
        line.strip_prefix(dependency)
            .is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    };
    package
        .manifest
        .lines()
        .position(names)
        .map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::{Dependency, Package, check};

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let manifest = dependencies.iter().fold(String::new(), |text, (name, _)| {
            text + name + ".workspace = true\n"
        });
        let dependencies = dependencies.iter().map(|(name, kind)| Dependency {
            name: (*name).to_owned(),
            kind: kind.map(str::to_owned),
        });
        Package {
            name: name.to_owned(),
            manifest_path: format!("{name}/Cargo.toml"),
            dependencies: dependencies.collect(),
            targets: Vec::new(),
            manifest,
        }
    }

    fn refused(name: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<(usize, String)> {
        check(&[package(name, dependencies)])
            .into_iter()
            .map(|problem| (problem.line, problem.what))
            .collect()
    }

    #[test]
    fn arrows_go_one_way() {
        assert_eq!(
            refused(
                "gatelodge-broker",
                &[("gatelodge-vault", None), ("gatelodge-oauth", None)]
            ),
            []
        );
        let up = refused(
            "gatelodge-vault",
            &[("gatelodge-oauth", None), ("gatelodge-broker", None)],
        );
        assert_eq!(
            up,
            [(
                2,
                "gatelodge-vault may not depend on gatelodge-broker".to_owned()
            )]
        );
        let messages = "gatelodge-messages";
        assert_eq!(refused("gatelodge-model", &[(messages, None)]), []);
        assert_eq!(refused("gatelodge-oauth", &[(messages, None)]).len(), 1);
        assert_eq!(refused(messages, &[("gatelodge-oauth", None)]).len(), 1);
        assert_eq!(
            refused("gatelodge-testbed", &[("gatelodge-oauth", None)]).len(),
            1,
            "the testbed judges us by its own rules"
        );
    }

    #[test]
    fn the_testbed_is_for_tests_and_the_demo() {
        let testbed = "gatelodge-testbed";
        assert_eq!(refused("gatelodge-broker", &[(testbed, Some("dev"))]), []);
        assert_eq!(refused("gatelodge-broker", &[(testbed, None)]).len(), 1);
        assert_eq!(refused("gatelodge-cli", &[(testbed, None)]).len(), 1);
        assert_eq!(refused("gatelodge-desktop", &[(testbed, None)]).len(), 1);
    }

    #[test]
    fn foreign_crates_stay_at_home() {
        assert_eq!(
            refused("gatelodge-vault", &[("sqlx", None), ("keyring", None)]),
            []
        );
        assert_eq!(refused("gatelodge-api", &[("reqwest", Some("dev"))]), []);
        for (name, foreign) in [
            ("gatelodge-api", "tauri-plugin-opener"),
            ("gatelodge-broker", "sqlx"),
            ("gatelodge-cli", "reqwest"),
            ("gatelodge-api", "axum"),
        ] {
            assert_eq!(
                refused(name, &[(foreign, None)]).len(),
                1,
                "{name} → {foreign}"
            );
        }
        assert_eq!(
            refused("gatelodge-api", &[("taurine", None)]),
            [],
            "another crate that begins alike"
        );
    }

    #[test]
    fn oauth_is_pure_and_its_tests_need_not_be() {
        assert_eq!(
            refused("gatelodge-oauth", &[("tokio", Some("dev")), ("url", None)]),
            []
        );
        assert_eq!(refused("gatelodge-oauth", &[("getrandom", None)]).len(), 1);
    }

    #[test]
    fn a_new_crate_needs_a_decision() {
        assert_eq!(refused("gatelodge-extra", &[]).len(), 1);
    }
}
