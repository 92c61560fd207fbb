//! package-lock.json beside its package.json: every package that another asks for is there, at one version, with its hash.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

type Requirements = BTreeMap<String, String>;

#[derive(Deserialize)]
struct Lock {
    packages: BTreeMap<String, Package>,
}

/// An entry of the lockfile. The one with an empty path is the package.json itself, which has the same members.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Package {
    version: Option<String>,
    integrity: Option<String>,
    dependencies: Requirements,
    dev_dependencies: Requirements,
    optional_dependencies: Requirements,
    peer_dependencies: Requirements,
    peer_dependencies_meta: BTreeMap<String, PeerMeta>,
}

#[derive(Deserialize)]
struct PeerMeta {
    #[serde(default)]
    optional: bool,
}

impl Package {
    /// By kind, for comparing what was asked for with what was locked.
    fn kinds(&self) -> [&Requirements; 4] {
        [
            &self.dependencies,
            &self.dev_dependencies,
            &self.optional_dependencies,
            &self.peer_dependencies,
        ]
    }

    /// What has to be in the lockfile for this package. A dependency that is left out on other systems is locked all the same.
    fn names(&self) -> impl Iterator<Item = &String> {
        let optional = |name: &str| {
            self.peer_dependencies_meta
                .get(name)
                .is_some_and(|meta| meta.optional)
        };
        let peers = self
            .peer_dependencies
            .keys()
            .filter(move |name| !optional(name));
        [
            &self.dependencies,
            &self.dev_dependencies,
            &self.optional_dependencies,
        ]
        .into_iter()
        .flat_map(BTreeMap::keys)
        .chain(peers)
    }
}

pub(super) fn incomplete(manifest: &str, lock: Option<&str>) -> Result<Vec<String>> {
    let manifest: Package = serde_json::from_str(manifest).context("package.json")?;
    let Some(lock) = lock else {
        let wanted = manifest
            .names()
            .next()
            .map(|name| format!("is not there, and package.json asks for {name}"));
        return Ok(wanted.into_iter().collect());
    };
    let lock: Lock = serde_json::from_str(lock).context("package-lock.json")?;
    let mut problems = Vec::new();
    match lock.packages.get("") {
        Some(root) if root.kinds() == manifest.kinds() => {}
        _ => problems.push("does not lock what package.json asks for".to_owned()),
    }
    for (name, version) in manifest.kinds().into_iter().flatten() {
        let locked = lock
            .packages
            .get(&format!("node_modules/{name}"))
            .and_then(|package| package.version.as_ref());
        if locked != Some(version) {
            problems.push(format!(
                "{name} is not locked at {version}, the one version that package.json has to name"
            ));
        }
    }
    for (path, package) in lock.packages.iter().filter(|(path, _)| !path.is_empty()) {
        if package.version.is_none() || package.integrity.is_none() {
            problems.push(format!("{path} has no version or no integrity"));
        }
        let absent = package.names().filter(|name| !found(&lock, path, name));
        problems.extend(absent.map(|name| format!("{path} asks for {name}, which is not locked")));
    }
    Ok(problems)
}

/// As Node looks for it: beside the one that asks, then in each folder above.
fn found(lock: &Lock, from: &str, name: &str) -> bool {
    let mut folder = Some(from);
    while let Some(path) = folder {
        let below = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        if lock
            .packages
            .contains_key(&format!("{below}node_modules/{name}"))
        {
            return true;
        }
        folder = (!path.is_empty()).then(|| {
            path.rsplit_once("/node_modules/")
                .map_or("", |(above, _)| above)
        });
    }
    false
}

#[cfg(test)]
mod tests {
    use super::incomplete;
    use serde_json::{Value, json};

    fn manifest() -> Value {
        json!({ "devDependencies": { "a": "1.0.0" } })
    }

    fn lock() -> Value {
        json!({ "packages": {
            "": { "devDependencies": { "a": "1.0.0" } },
            "node_modules/a": { "version": "1.0.0", "integrity": "sha512-a", "dependencies": { "b": "^1" },
                                "peerDependencies": { "c": "*", "d": "*" }, "peerDependenciesMeta": { "d": { "optional": true } } },
            "node_modules/a/node_modules/b": { "version": "1.2.0", "integrity": "sha512-b", "optionalDependencies": { "c": "^3" } },
            "node_modules/c": { "version": "3.0.0", "integrity": "sha512-c" }
        } })
    }

    fn found(manifest: &Value, lock: &Value) -> usize {
        incomplete(&manifest.to_string(), Some(&lock.to_string()))
            .expect("JSON")
            .len()
    }

    #[test]
    fn a_whole_lockfile_and_one_that_lacks_any_of_its_packages() {
        assert_eq!(found(&manifest(), &lock()), 0);
        for path in [
            "",
            "node_modules/a",
            "node_modules/a/node_modules/b",
            "node_modules/c",
        ] {
            let mut lock = lock();
            lock["packages"]
                .as_object_mut()
                .expect("an object")
                .remove(path);
            assert_ne!(found(&manifest(), &lock), 0, "without {path:?}");
        }
    }

    #[test]
    fn a_package_without_its_hash_or_version() {
        for (path, member) in [
            ("node_modules/c", "integrity"),
            ("node_modules/a/node_modules/b", "version"),
        ] {
            let mut lock = lock();
            lock["packages"][path]
                .as_object_mut()
                .expect("an object")
                .remove(member);
            assert_eq!(found(&manifest(), &lock), 1, "{path} without {member}");
        }
    }

    #[test]
    fn the_manifest_names_one_version_and_the_lockfile_that_one() {
        let wants = |version: &str| json!({ "devDependencies": { "a": version } });
        assert_eq!(
            (
                found(&wants("2.0.0"), &lock()),
                found(&wants("^1.0.0"), &lock())
            ),
            (2, 2)
        );
        assert_ne!(
            found(&json!({ "dependencies": { "a": "1.0.0" } }), &lock()),
            0,
            "another kind of dependency"
        );
        let none = |manifest: Value| incomplete(&manifest.to_string(), None).expect("JSON").len();
        assert_eq!((none(manifest()), none(json!({ "name": "e2e" }))), (1, 0));
    }
}
