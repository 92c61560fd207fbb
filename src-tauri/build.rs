//! Tells Tauri which commands are ours, so that a capability has to grant them like any other, and checks the configuration.

use tauri_build::{AppManifest, Attributes, try_build};

fn main() {
    let attributes =
        Attributes::new().app_manifest(AppManifest::new().commands(&["call", "hold", "leave"]));
    try_build(attributes).expect("tauri.conf.json and capabilities/ are in order");
}
