//! No secret is in any file in any form that could be read without the key (attack V14).

use crate::setup::{Place, attempt, files, fill, holders};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};

/// Base64 moves by the position in the text, so the middle of a canary is looked for in all three.
fn forms(canary: &str) -> Vec<Vec<u8>> {
    let hex = canary
        .bytes()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let mut forms = vec![
        canary.as_bytes().to_vec(),
        hex.clone().into_bytes(),
        hex.to_uppercase().into_bytes(),
    ];
    forms.extend((0..3).flat_map(|skip| {
        let middle = &canary.as_bytes()[skip..];
        let whole = &middle[..middle.len() / 3 * 3];
        [STANDARD.encode(whole), URL_SAFE.encode(whole)].map(String::into_bytes)
    }));
    forms.push(canary.encode_utf16().flat_map(u16::to_le_bytes).collect());
    forms
}

const CANARIES: [&str; 8] = [
    "CANARY-access",
    "CANARY-refresh",
    "CANARY-client",
    "CANARY-management",
    "CANARY-state",
    "CANARY-verifier",
    "CANARY-device",
    "CANARY-dpop",
];

fn assert_clean(place: &Place, when: &str) {
    for canary in CANARIES.iter().chain(&["CANARY-url"]) {
        for form in forms(canary) {
            assert_eq!(
                holders(place.folder.path(), &form),
                Vec::<std::path::PathBuf>::new(),
                "{canary}, {when}"
            );
        }
    }
}

#[tokio::test]
async fn k01_v14_every_secret_column_is_sealed() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    for id in ["d1", "i1"] {
        let begun = vault.begin_login_attempt(&attempt(id), None).await;
        begun.expect("begun");
    }
    assert!(
        files(place.folder.path())
            .iter()
            .any(|(path, bytes)| path.ends_with("vault.db-wal") && bytes.len() > 4096)
    );
    assert!(
        !holders(place.folder.path(), b"Name of s1").is_empty(),
        "the scan sees what is not sealed"
    );
    assert_clean(&place, "while it is open, with its journal");
    drop(vault);
    let vault = place.vault().await;
    vault.close().await;
    assert_clean(&place, "closed");
}

/// The scan itself: each form of a canary that were left in a file would be seen.
#[test]
fn the_scan_sees_every_form() {
    let canary = "CANARY-refresh";
    let place = Place::new();
    let leak = place.folder.path().join("leak");
    let text = format!("{canary}-token-g1");
    let hex = text
        .bytes()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    for leaked in [
        text.clone(),
        hex,
        STANDARD.encode(&text),
        STANDARD_NO_PAD.encode(format!("a{text}")),
        URL_SAFE.encode(format!("ab{text}")),
    ] {
        std::fs::write(&leak, &leaked).expect("written");
        assert!(
            forms(canary)
                .iter()
                .any(|form| !holders(place.folder.path(), form).is_empty()),
            "{leaked}"
        );
    }
}
