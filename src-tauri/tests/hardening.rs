//! What the page may do, as it is written down: any change has to be made here, too, and so is seen (attacks U02, U05).

use serde_json::{Value, json};
use std::path::Path;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

fn read_json(path: &str) -> Value {
    serde_json::from_str(&read(path)).expect(path)
}

/// Rules: B-10
#[test]
fn attack_u02_the_pages_policy() {
    let app = read_json("tauri.conf.json")["app"].clone();
    let csp = app["security"]["csp"]
        .as_str()
        .expect("one policy for all that is shown");
    let directives: Vec<_> = csp.split("; ").collect();
    let expected = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src ipc: http://ipc.localhost",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ];
    assert_eq!(directives, expected);
    assert_eq!(
        app["security"],
        json!({ "csp": csp, "freezePrototype": true, "capabilities": ["window"] })
    );
    assert_eq!(
        (&app["withGlobalTauri"], &app["windows"]),
        (&json!(false), &json!([]))
    );
}

#[test]
fn attack_u05_the_one_capability() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities");
    let files: Vec<_> = std::fs::read_dir(folder)
        .expect("there")
        .map(|file| file.expect("a file").file_name())
        .collect();
    assert_eq!(files, ["window.json"]);
    let mut capability = read_json("capabilities/window.json");
    capability["description"].take();
    let expected = json!({
        "$schema": "../gen/schemas/desktop-schema.json",
        "identifier": "window",
        "description": null,
        "local": true,
        "windows": ["main"],
        "permissions": ["allow-call", "allow-hold", "allow-leave", "core:event:allow-listen", "core:event:allow-unlisten"],
    });
    assert_eq!(capability, expected);
}

#[test]
fn attack_u05_no_plugin_for_files_shells_or_http() {
    let manifest = read("Cargo.toml");
    let plugins: Vec<_> = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("tauri-plugin-"))
        .collect();
    let names: Vec<_> = plugins
        .iter()
        .filter_map(|line| line.split('.').next())
        .collect();
    assert_eq!(
        names,
        [
            "deep-link",
            "notification",
            "single-instance",
            "window-state"
        ]
    );
}
