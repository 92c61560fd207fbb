//! Tauri's build step: the configuration is checked, and the one command is declared to its access list.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["call"]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        // A build script tells what is wrong by failing.
        panic!("{error:#}");
    }
}
