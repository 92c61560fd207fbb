//! The committed TypeScript is what the Rust types say. `cargo xtask bindings` writes it anew.

use std::collections::BTreeMap;
use std::path::Path;

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let read = |path: std::path::PathBuf| {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())?;
        Some((name, std::fs::read_to_string(&path).ok()?))
    };
    entries
        .filter_map(|entry| read(entry.ok()?.path()))
        .collect()
}

#[test]
fn bindings() {
    if let Some(folder) = std::env::var_os("GATELODGE_BINDINGS_DIR") {
        api::bindings::write(Path::new(&folder)).expect("written");
        return;
    }
    let fresh = tempfile::tempdir().expect("a temporary folder");
    api::bindings::write(fresh.path()).expect("written");
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/bindings");
    let (fresh, committed) = (files(fresh.path()), files(&committed));
    let stale: Vec<_> = fresh
        .keys()
        .chain(committed.keys())
        .filter(|name| fresh.get(*name) != committed.get(*name))
        .collect();
    assert!(
        stale.is_empty(),
        "ui/src/bindings is not what crates/api says, run `cargo xtask bindings`: {stale:?}"
    );
}
