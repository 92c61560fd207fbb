//! Rows that someone changed who has the file and not the key: each is damaged, and only that one (V01, V02).

use crate::setup::{Memory, Place, fill, grant, issuer, pending, uri};
use oauth::grant::{GrantId, GrantState, LoginReason};
use vault::{Vault, VaultError};

/// Table, column, the id of the row that is damaged, the id of one that is not.
const SEALED: [(&str, &str, &str, &str); 7] = [
    ("registrations", "client_secret_sealed", "r1", "r2"),
    ("registrations", "management_token_sealed", "r1", "r2"),
    ("pending_authorizations", "state_sealed", "p1", "p2"),
    ("pending_authorizations", "verifier_sealed", "p1", "p2"),
    ("pending_authorizations", "url_sealed", "p1", "p2"),
    ("grants", "access_token_sealed", "g1", "g2"),
    ("grants", "refresh_token_sealed", "g1", "g2"),
];

async fn read(vault: &Vault, table: &str, id: &str) -> Result<bool, VaultError> {
    match table {
        "registrations" => vault.registration(id).await.map(|found| found.is_some()),
        "pending_authorizations" => vault.pending(id).await.map(|found| found.is_some()),
        _ => vault.grant(&GrantId(id.to_owned())).await.map(|found| found.is_some()),
    }
}

/// This row is damaged, says which column; the other one is served, and so are the lists.
async fn assert_only_this_is_damaged(vault: &Vault, (table, column, id, other): (&str, &str, &str, &str), what: &str) {
    let name = column.trim_end_matches("_sealed");
    match read(vault, table, id).await {
        Err(VaultError::Damaged { table: t, id: i, column: c }) => assert_eq!((t, i.as_str(), c), (table, id, name), "{what}"),
        outcome => panic!("{what}: {table}.{column} must be damaged, but: {outcome:?}"),
    }
    assert!(read(vault, table, other).await.expect("the other row is whole"), "{what}");
    match table {
        "registrations" => {
            let ids: Vec<_> = vault.registrations_at(&issuer()).await.expect("a list").into_iter().map(|r| r.id).collect();
            assert_eq!(ids, [other], "{what}");
        }
        "pending_authorizations" => {
            let ids: Vec<_> = vault.pendings().await.expect("a list").into_iter().map(|p| p.id).collect();
            assert_eq!(ids, [other], "{what}");
        }
        _ => {
            for grants in [vault.grants().await, vault.grants_of(&uri()).await] {
                for grant in grants.expect("a list") {
                    let is_damaged = grant.state == GrantState::LoginNeeded(LoginReason::Damaged);
                    assert_eq!(is_damaged, grant.id.0 == id, "{what}: {}", grant.id);
                }
            }
        }
    }
}

#[tokio::test]
async fn v01_a_flipped_bit_in_any_sealed_column_breaks_that_row_only() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    for row @ (table, column, id, _) in SEALED {
        let select = format!("SELECT {column} FROM {table} WHERE id = '{id}'");
        let update = format!("UPDATE {table} SET {column} = ? WHERE id = '{id}'");
        let whole = place.blob(&select).await;
        // In the nonce, in the text, in the tag.
        for byte in [0, 23, 24, whole.len() - 17, whole.len() - 16, whole.len() - 1] {
            let mut flipped = whole.clone();
            flipped[byte] ^= 0x10;
            place.put_blob(&update, &flipped).await;
            assert_only_this_is_damaged(&vault, row, &format!("bit in byte {byte}")).await;
        }
        for (what, instead) in [("cut", &whole[..30]), ("empty", &[][..]), ("zeros", &[0; 64][..])] {
            place.put_blob(&update, instead).await;
            assert_only_this_is_damaged(&vault, row, what).await;
        }
        place.put_blob(&update, &whole).await;
        assert!(read(&vault, table, id).await.expect("whole again"));
    }
}

#[tokio::test]
async fn v02_a_blob_of_another_row_does_not_open() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    for row @ (table, column, id, other) in SEALED {
        let update = format!("UPDATE {table} SET {column} = ? WHERE id = '{id}'");
        let own = place.blob(&format!("SELECT {column} FROM {table} WHERE id = '{id}'")).await;
        let foreign = place.blob(&format!("SELECT {column} FROM {table} WHERE id = '{other}'")).await;
        place.put_blob(&update, &foreign).await;
        assert_only_this_is_damaged(&vault, row, "another row's").await;
        place.put_blob(&update, &own).await;
    }
}

#[tokio::test]
async fn v02_a_blob_of_another_column_or_table_does_not_open() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    for row @ (table, column, id, _) in SEALED {
        let update = format!("UPDATE {table} SET {column} = ? WHERE id = '{id}'");
        let own = place.blob(&format!("SELECT {column} FROM {table} WHERE id = '{id}'")).await;
        for (from, other, of, _) in SEALED.into_iter().filter(|(from, other, ..)| (*from, *other) != (table, column)) {
            let foreign = place.blob(&format!("SELECT {other} FROM {from} WHERE id = '{of}'")).await;
            place.put_blob(&update, &foreign).await;
            assert_only_this_is_damaged(&vault, row, &format!("{from}.{other}")).await;
        }
        place.put_blob(&update, &own).await;
    }
}

/// The same key, the same ids, another vault: what a merge of two backups would be.
#[tokio::test]
async fn v02_a_blob_of_another_vault_does_not_open() {
    let (place, elsewhere) =
        (Place { store: Memory::holding(7), ..Place::new() }, Place { store: Memory::holding(7), ..Place::new() });
    let (vault, other) = (place.vault().await, elsewhere.vault().await);
    fill(&vault).await;
    fill(&other).await;
    for row @ (table, column, id, _) in SEALED {
        let update = format!("UPDATE {table} SET {column} = ? WHERE id = '{id}'");
        let select = format!("SELECT {column} FROM {table} WHERE id = '{id}'");
        let own = place.blob(&select).await;
        place.put_blob(&update, &elsewhere.blob(&select).await).await;
        assert_only_this_is_damaged(&vault, row, "another vault's").await;
        place.put_blob(&update, &own).await;
    }
}

#[tokio::test]
async fn a_damaged_grant_is_mended_by_one_login_and_a_damaged_login_ends() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    place.tamper("UPDATE grants SET access_token_sealed = zeroblob(64) WHERE id = 'g1'").await;
    vault.save_grant(&grant("g1"), &[]).await.expect("saved over it");
    assert_eq!(vault.grant(&GrantId("g1".into())).await.expect("whole"), Some(grant("g1")));
    place.tamper("UPDATE pending_authorizations SET verifier_sealed = zeroblob(64) WHERE id = 'p1'").await;
    assert!(matches!(vault.pending_by_state(&pending("p1").state).await, Err(VaultError::Damaged { column: "verifier", .. })));
    let swept = vault.sweep_pendings(pending("p1").expires_at).await.expect("swept");
    assert_eq!(swept, [pending("p2")]);
    assert_eq!(place.tamper("DELETE FROM pending_authorizations").await, 0, "the damaged one is gone, too");
}

/// Whoever can write the file cannot send a secret elsewhere: it does not open beside other facts.
#[tokio::test]
async fn i1_a_secret_opens_only_beside_where_it_may_go() {
    for change in [
        "UPDATE grants SET token_endpoint = 'https://evil.example/token'",
        "UPDATE grants SET issuer = 'https://evil.example'",
        "UPDATE grants SET generation = generation + 1",
        "UPDATE grants SET registration_id = 'other'",
    ] {
        let place = Place::new();
        let vault = place.vault().await;
        fill(&vault).await;
        let before = vault.grants().await.expect("listed");
        assert!(before.iter().any(|grant| grant.tokens().is_some()), "there is something to steal");
        assert!(place.tamper(change).await > 0);
        let after = vault.grants().await.expect("listed");
        assert!(after.iter().all(|grant| grant.tokens().is_none()), "{change}");
    }
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    assert!(place.tamper("UPDATE pending_authorizations SET token_endpoint = 'https://evil.example/token'").await > 0);
    assert!(vault.pendings().await.expect("listed").is_empty(), "the verifier of a moved login does not open");
}
