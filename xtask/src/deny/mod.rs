//! Licences, banned crates and sources of all that we link, by the same deny.toml that cargo-deny reads.
//!
//! Why not only cargo-deny: it takes minutes to compile and its advisories come from a git repository, so a
//! fresh or offline machine could not run it. This is the part that holds everywhere, in a second and without
//! network. What it does NOT do: advisories, and reading licence texts (it believes each manifest).
//! `./dev test` runs cargo-deny as well where it is installed.

mod spdx;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::run::cargo;

/// What of deny.toml is enforced here. Keys that only cargo-deny knows are left to it.
#[derive(Debug, Deserialize)]
struct Rules {
    graph: Graph,
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Debug, Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Licenses {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Debug, Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

pub fn run(root: &Path) -> Result<bool> {
    let text = fs::read_to_string(root.join("deny.toml")).context("cannot read deny.toml")?;
    let rules: Rules = toml::from_str(&text).context("deny.toml")?;
    let mut packages = BTreeMap::new();
    for target in &rules.graph.targets {
        packages.extend(
            linked(root, target)?
                .into_iter()
                .map(|package| ((package.name.clone(), package.version.clone()), package)),
        );
    }
    let problems: Vec<String> = packages
        .values()
        .flat_map(|package| judge(package, &rules))
        .collect();
    for problem in &problems {
        println!("{problem}");
    }
    println!(
        "deny: {} packages for {}, {} refused (no advisories here: cargo-deny has them)",
        packages.len(),
        rules.graph.targets.join(", "),
        problems.len()
    );
    Ok(problems.is_empty())
}

/// What the workspace needs on one platform. The network is asked only for manifests that are not here yet.
fn linked(root: &Path, target: &str) -> Result<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let read = |offline: &[&str]| -> Result<Output> {
        let arguments = [
            "--all-features",
            "--format-version",
            "1",
            "--filter-platform",
            target,
        ];
        Ok(cargo(root, "metadata")
            .args(arguments)
            .args(offline)
            .output()?)
    };
    let mut output = read(&["--offline"])?;
    if !output.status.success() {
        output = read(&[])?;
    }
    ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice::<Metadata>(&output.stdout)?.packages)
}

fn judge(package: &Package, rules: &Rules) -> Vec<String> {
    let mut problems = Vec::new();
    let mut refuse =
        |why: String| problems.push(format!("{} {}: {why}", package.name, package.version));
    if let Err(why) = licence(package, &rules.licenses) {
        refuse(format!(
            "{why:#}\n    now: read it; if we can live with it, add it to [licenses] in deny.toml and say why"
        ));
    }
    if let Some(ban) = rules.bans.deny.iter().find(|ban| ban.name == package.name) {
        refuse(format!(
            "is banned: {}\n    now: `cargo tree -i {}` shows who brings it; turn its feature off",
            ban.reason, package.name
        ));
    }
    // Our own crates have no source.
    let from = package.source.as_deref().unwrap_or_default();
    let allowed = |registry: &String| from.strip_prefix("registry+") == Some(registry);
    if package.source.is_some() && !rules.sources.allow_registry.iter().any(allowed) {
        refuse(format!(
            "comes from {from}\n    now: take a released version from the registry"
        ));
    }
    problems
}

fn licence(package: &Package, rules: &Licenses) -> Result<()> {
    let Some(expression) = &package.license else {
        bail!("names no licence")
    };
    let mut accepted = rules.allow.clone();
    for exception in rules
        .exceptions
        .iter()
        .filter(|exception| exception.name == package.name)
    {
        accepted.extend(exception.allow.clone());
    }
    let verdict = spdx::satisfied(expression, &accepted)
        .with_context(|| format!("cannot read the licence `{expression}`"))?;
    ensure!(
        verdict,
        "the licence `{expression}` is not among those we accept"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Package, Rules, judge};

    const RULES: &str = r#"
        graph.targets = []
        licenses.allow = ["MIT"]
        licenses.exceptions = [{ crate = "odd", allow = ["CC0-1.0"] }]
        bans.deny = [{ crate = "openssl", reason = "one TLS" }]
        sources.allow-registry = ["https://registry.example/index"]
    "#;

    fn refused(name: &str, license: Option<&str>, source: Option<&str>) -> usize {
        let package = Package {
            name: name.to_owned(),
            version: "1".to_owned(),
            license: license.map(str::to_owned),
            source: source.map(str::to_owned),
        };
        judge(&package, &toml::from_str::<Rules>(RULES).expect("rules")).len()
    }

    #[test]
    fn each_rule_can_refuse() {
        let registry = Some("registry+https://registry.example/index");
        assert_eq!(refused("plain", Some("MIT"), registry), 0);
        assert_eq!(refused("ours", Some("MIT"), None), 0);
        assert_eq!(refused("plain", Some("GPL-3.0"), registry), 1);
        assert_eq!(refused("plain", None, registry), 1);
        assert_eq!(refused("odd", Some("CC0-1.0"), registry), 0);
        assert_eq!(refused("plain", Some("CC0-1.0"), registry), 1);
        assert_eq!(refused("openssl", Some("MIT"), registry), 1);
        assert_eq!(
            refused("plain", Some("MIT"), Some("git+https://code.example/x")),
            1
        );
        assert_eq!(
            refused(
                "plain",
                Some("MIT"),
                Some("registry+https://other.example/index")
            ),
            1
        );
    }
}
