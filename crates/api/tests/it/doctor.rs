//! The doctor's findings as a file among the person's downloads.

use crate::setup::{Desk, text};
use serde_json::{Value, json};
use std::path::PathBuf;

#[tokio::test]
async fn what_the_doctor_found_is_saved_beside_earlier_looks() {
    let desk = Desk::new().await;
    let found = desk
        .call(
            "doctor",
            json!({ "url": desk.web.resource(), "trace_id": "one" }),
        )
        .await;
    assert_eq!(found["outcome"], "works", "{}", found["summary"]);
    let mut saved = Vec::new();
    for _ in 0..2 {
        saved.push(PathBuf::from(text(
            &desk.call("doctor_save", json!({ "trace_id": "one" })).await["path"],
        )));
    }
    assert_ne!(saved[0], saved[1], "the first one is not written over");
    for path in &saved {
        assert_eq!(
            path.parent(),
            Some(desk.folder.path().join("downloads").as_path())
        );
        let written = std::fs::read_to_string(path).expect("it is there");
        assert_eq!(written, text(&found["json"]));
        let read: Value = serde_json::from_str(&written).expect("JSON");
        assert_eq!(read["outcome"], "works");
    }
}

#[tokio::test]
async fn only_the_last_look_can_be_saved() {
    let desk = Desk::new().await;
    desk.call(
        "doctor",
        json!({ "url": desk.web.resource(), "trace_id": "one" }),
    )
    .await;
    desk.call(
        "doctor",
        json!({ "url": desk.web.resource(), "trace_id": "two" }),
    )
    .await;
    assert_eq!(
        desk.refusal("doctor_save", json!({ "trace_id": "one" }))
            .await,
        "not_found"
    );
    assert!(!desk.folder.path().join("downloads").exists());
}
