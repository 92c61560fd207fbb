//! Addresses that a person entered: kept, sealed, and bound to the server that they were entered for.

use crate::setup::{Place, resource};
use oauth::metadata::EnteredEndpoints;

pub(crate) fn entered(token: &str) -> EnteredEndpoints {
    EnteredEndpoints {
        issuer: None,
        authorization_endpoint: "https://as.example/CANARY-login".into(),
        token_endpoint: token.into(),
        revocation_endpoint: None,
    }
}

/// 1. Two servers have addresses. 2. Somebody without the key puts one's row under the other. 3. It is not believed there; its
///    own place still is. 4. A server that is removed takes its addresses along.
#[tokio::test]
async fn b03_addresses_that_somebody_else_wrote_are_not_used() {
    let place = Place::new();
    let vault = place.vault().await;
    let (one, two) = (
        resource("s1", "https://one.example/mcp"),
        resource("s2", "https://two.example/mcp"),
    );
    for (record, token) in [
        (&one, "https://as.example/t1"),
        (&two, "https://as.example/t2"),
    ] {
        vault.add_resource(record).await.expect("added");
        vault
            .save_entered_endpoints(record, &entered(token))
            .await
            .expect("kept");
    }
    let again = place.vault().await;
    assert_eq!(
        again.entered_endpoints(&one).await.expect("readable"),
        Some(entered("https://as.example/t1"))
    );
    let copied = "UPDATE entered_endpoints SET endpoints_sealed =
                  (SELECT endpoints_sealed FROM entered_endpoints WHERE resource_id = 's1') WHERE resource_id = 's2'";
    assert_eq!(place.tamper(copied).await, 1);
    assert_eq!(
        again
            .entered_endpoints(&two)
            .await
            .expect("no fault of ours"),
        None
    );
    assert!(
        again
            .entered_endpoints(&one)
            .await
            .expect("readable")
            .is_some()
    );
    assert!(
        crate::setup::holders(place.folder.path(), b"CANARY-login").is_empty(),
        "not readable without the key"
    );

    again.remove_resource("s1").await.expect("removed");
    assert!(
        !again.forget_entered_endpoints(&one).await.expect("asked"),
        "they went with it"
    );
}

/// 1. Addresses are there, and someone keeps their row. 2. They are corrected, or forgotten. 3. The row comes back, byte by
/// byte, or only its sealed value in the row of now. 4. No login goes there.
#[tokio::test]
async fn b03_addresses_that_were_put_back_are_not_used() {
    let place = Place::new();
    let vault = place.vault().await;
    let record = resource("s1", "https://one.example/mcp");
    vault.add_resource(&record).await.expect("added");
    vault
        .save_entered_endpoints(&record, &entered("https://old.example/t"))
        .await
        .expect("kept");
    place
        .tamper("CREATE TABLE elsewhere.kept AS SELECT * FROM entered_endpoints")
        .await;
    vault
        .save_entered_endpoints(&record, &entered("https://new.example/t"))
        .await
        .expect("corrected");
    assert_eq!(
        vault.entered_endpoints(&record).await.expect("readable"),
        Some(entered("https://new.example/t"))
    );

    place
        .tamper("CREATE TABLE elsewhere.now AS SELECT * FROM entered_endpoints")
        .await;
    place.tamper("UPDATE entered_endpoints SET endpoints_sealed = (SELECT endpoints_sealed FROM elsewhere.kept)").await;
    assert_eq!(
        vault.entered_endpoints(&record).await.expect("readable"),
        None,
        "the old value in the new row"
    );
    for kept in ["kept", "now"] {
        assert!(
            vault
                .forget_entered_endpoints(&record)
                .await
                .expect("forgotten"),
            "{kept}"
        );
        assert_eq!(
            place
                .tamper(&format!(
                    "INSERT INTO entered_endpoints SELECT * FROM elsewhere.{kept}"
                ))
                .await,
            1
        );
        assert_eq!(
            vault.entered_endpoints(&record).await.expect("readable"),
            None,
            "{kept}"
        );
    }
}
