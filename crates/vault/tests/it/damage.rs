//! Rows that someone changed who has the file and not the key: each is damaged, and only that one (attacks V01, V02).

use crate::setup::{
    Memory, NOW, Place, attempt, authorization_server, fill, grant, issuer, registration, request,
    uri,
};
use model::{Grant, GrantId, GrantKind, GrantState, IdentityProvider, LoginReason};
use oauth::registration::AuthMethod;
use oauth::secret::Secret;
use oauth::uri::Issuer;
use vault::{Vault, VaultError};

/// Table, column, the id of the row that is damaged, the id of one that is not.
const SEALED: [(&str, &str, &str, &str); 5] = [
    ("registrations", "client_secret_sealed", "r1", "r2"),
    ("registrations", "management_token_sealed", "r1", "r2"),
    ("login_attempts", "details_sealed", "p1", "p2"),
    ("grants", "access_token_sealed", "g1", "g2"),
    ("grants", "refresh_token_sealed", "g1", "g2"),
];

async fn read(vault: &Vault, table: &str, id: &str) -> Result<bool, VaultError> {
    match table {
        "registrations" => vault.registration(id).await.map(|found| found.is_some()),
        "login_attempts" => vault.login_attempt(id).await.map(|found| found.is_some()),
        _ => vault
            .grant(&GrantId(id.to_owned()))
            .await
            .map(|found| found.is_some()),
    }
}

/// This row is damaged, says which column; the other one is served, and so are the lists.
async fn assert_only_this_is_damaged(
    vault: &Vault,
    (table, column, id, other): (&str, &str, &str, &str),
    what: &str,
) {
    let name = column.trim_end_matches("_sealed");
    match read(vault, table, id).await {
        Err(VaultError::Damaged {
            table: t,
            id: i,
            column: c,
        }) => assert_eq!((t, i.as_str(), c), (table, id, name), "{what}"),
        outcome => panic!("{what}: {table}.{column} must be damaged, but: {outcome:?}"),
    }
    assert!(
        read(vault, table, other)
            .await
            .expect("the other row is whole"),
        "{what}"
    );
    match table {
        "registrations" => {
            let ids: Vec<_> = vault
                .registrations_at(&issuer())
                .await
                .expect("a list")
                .into_iter()
                .map(|r| r.id)
                .collect();
            assert_eq!(ids, [other], "{what}");
        }
        "login_attempts" => {
            let ids: Vec<_> = vault
                .login_attempts()
                .await
                .expect("a list")
                .into_iter()
                .map(|p| p.id)
                .collect();
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
        for byte in [
            0,
            23,
            24,
            whole.len() - 17,
            whole.len() - 16,
            whole.len() - 1,
        ] {
            let mut flipped = whole.clone();
            flipped[byte] ^= 0x10;
            place.put_blob(&update, &flipped).await;
            assert_only_this_is_damaged(&vault, row, &format!("bit in byte {byte}")).await;
        }
        for (what, instead) in [
            ("cut", &whole[..30]),
            ("empty", &[][..]),
            ("zeros", &[0; 64][..]),
        ] {
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
        let own = place
            .blob(&format!("SELECT {column} FROM {table} WHERE id = '{id}'"))
            .await;
        let foreign = place
            .blob(&format!(
                "SELECT {column} FROM {table} WHERE id = '{other}'"
            ))
            .await;
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
        let own = place
            .blob(&format!("SELECT {column} FROM {table} WHERE id = '{id}'"))
            .await;
        for (from, other, of, _) in SEALED
            .into_iter()
            .filter(|(from, other, ..)| (*from, *other) != (table, column))
        {
            let foreign = place
                .blob(&format!("SELECT {other} FROM {from} WHERE id = '{of}'"))
                .await;
            place.put_blob(&update, &foreign).await;
            assert_only_this_is_damaged(&vault, row, &format!("{from}.{other}")).await;
        }
        place.put_blob(&update, &own).await;
    }
}

/// The same key, the same ids, another vault: what a merge of two backups would be.
#[tokio::test]
async fn v02_a_blob_of_another_vault_does_not_open() {
    let (place, elsewhere) = (
        Place {
            store: Memory::holding(7),
            ..Place::new()
        },
        Place {
            store: Memory::holding(7),
            ..Place::new()
        },
    );
    let (vault, other) = (place.vault().await, elsewhere.vault().await);
    fill(&vault).await;
    fill(&other).await;
    for row @ (table, column, id, _) in SEALED {
        let update = format!("UPDATE {table} SET {column} = ? WHERE id = '{id}'");
        let select = format!("SELECT {column} FROM {table} WHERE id = '{id}'");
        let own = place.blob(&select).await;
        place
            .put_blob(&update, &elsewhere.blob(&select).await)
            .await;
        assert_only_this_is_damaged(&vault, row, "another vault's").await;
        place.put_blob(&update, &own).await;
    }
}

#[tokio::test]
async fn a_damaged_grant_is_mended_by_one_login_and_a_damaged_login_ends() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    place
        .tamper("UPDATE grants SET access_token_sealed = zeroblob(64) WHERE id = 'g1'")
        .await;
    vault
        .save_grant(&grant("g1"), &[])
        .await
        .expect("saved over it");
    assert_eq!(
        vault.grant(&GrantId("g1".into())).await.expect("whole"),
        Some(grant("g1"))
    );
    place
        .tamper("UPDATE login_attempts SET details_sealed = zeroblob(64) WHERE id = 'p1'")
        .await;
    assert!(matches!(
        vault.login_attempt_by_state(&request("p1").state).await,
        Err(VaultError::Damaged {
            column: "details",
            ..
        })
    ));
    let attempts = vault.login_attempts().await.expect("read");
    assert_eq!(attempts, [attempt("p2")]);
    vault
        .sweep_login_attempts(attempt("p1").expires_at())
        .await
        .expect("swept");
    assert_eq!(
        place.tamper("DELETE FROM login_attempts").await,
        0,
        "the damaged one is gone, too"
    );
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
        assert!(
            before.iter().any(|grant| grant.tokens().is_some()),
            "there is something to steal"
        );
        assert!(place.tamper(change).await > 0);
        let after = vault.grants().await.expect("listed");
        assert!(
            after.iter().all(|grant| grant.tokens().is_none()),
            "{change}"
        );
    }
    for change in [
        "kind = 'device'",
        "resource = 'https://evil.example/mcp'",
        "started_at = started_at + 1",
        "expires_at = expires_at + 3600",
    ] {
        let place = Place::new();
        let vault = place.vault().await;
        fill(&vault).await;
        assert!(
            place
                .tamper(&format!("UPDATE login_attempts SET {change}"))
                .await
                > 0
        );
        assert!(
            vault.login_attempts().await.expect("listed").is_empty(),
            "a login that was changed does not open: {change}"
        );
    }
}

/// What is asked for again without a person is asked for as it was the first time; a token that is bound to a key goes
/// nowhere without it.
#[tokio::test]
async fn i1_how_tokens_are_got_again_is_part_of_the_seal() {
    for change in [
        "kind = 'workload_identity'",
        "kind = 'authorization_code'",
        "resource_parameter = 'https://other.example/mcp'",
        "scopes_requested = 'admin'",
        "dpop_key_sealed = NULL",
    ] {
        let place = Place::new();
        let vault = place.vault().await;
        fill(&vault).await;
        let own = Grant {
            kind: GrantKind::ClientCredentials,
            ..grant("g1")
        };
        assert!(
            own.tokens().is_some_and(|tokens| tokens.dpop_key.is_some()),
            "bound to a key"
        );
        vault.save_grant(&own, &[]).await.expect("saved");
        assert_eq!(
            vault.grant(&own.id).await.expect("whole"),
            Some(own.clone())
        );
        assert!(
            place
                .tamper(&format!("UPDATE grants SET {change} WHERE id = 'g1'"))
                .await
                > 0
        );
        assert!(
            matches!(vault.grant(&own.id).await, Err(VaultError::Damaged { .. })),
            "{change}"
        );
    }
}

/// The code and the id token go to the endpoint that was entered; without a seal no row is believed, secret or not.
#[tokio::test]
async fn i1_a_provider_is_believed_only_as_it_was_entered() {
    for client_secret in [Some(Secret::new("CANARY-provider")), None] {
        for change in [
            "token_endpoint = 'https://evil.example/token'",
            "client_id = 'other'",
            "auth_method = 'client_secret_post'",
            "client_secret_sealed = NULL",
            "client_secret_sealed = NULL, token_endpoint = 'https://evil.example/token'",
        ] {
            let place = Place::new();
            let vault = place.vault().await;
            let entered = IdentityProvider {
                client_secret: client_secret.clone(),
                ..provider()
            };
            vault.save_identity_provider(&entered).await.expect("saved");
            assert_eq!(
                vault
                    .identity_provider(&entered.issuer)
                    .await
                    .expect("whole"),
                Some(entered.clone())
            );
            assert!(
                place
                    .tamper(&format!("UPDATE identity_providers SET {change}"))
                    .await
                    > 0
            );
            assert!(
                matches!(
                    vault.identity_provider(&entered.issuer).await,
                    Err(VaultError::Damaged { .. })
                ),
                "{change}"
            );
            assert!(vault.identity_providers().await.expect("listed").is_empty());
        }
    }
}

#[tokio::test]
async fn i1_a_private_key_never_opens_as_a_secret_that_is_shown() {
    let place = Place::new();
    let vault = place.vault().await;
    let mut given = registration("r1");
    given.registration.auth_method = AuthMethod::PrivateKeyJwt;
    vault.save_registration(&given).await.expect("saved");
    assert_eq!(vault.registration("r1").await.expect("whole"), Some(given));
    assert!(
        place
            .tamper("UPDATE registrations SET auth_method = 'client_secret_post'")
            .await
            > 0
    );
    assert!(matches!(
        vault.registration("r1").await,
        Err(VaultError::Damaged { column: "row", .. })
    ));
    assert!(
        vault
            .registrations_at(&issuer())
            .await
            .expect("listed")
            .is_empty()
    );
}

/// Where tokens are taken back.
#[tokio::test]
async fn i1_endpoints_are_believed_only_as_they_were_written() {
    for change in [
        "metadata = replace(metadata, 'as.example/token', 'evil.example/token')",
        "fetched_at = fetched_at + 1",
        "metadata_sealed = NULL",
        "issuer = 'https://evil.example'",
    ] {
        let place = Place::new();
        let vault = place.vault().await;
        vault
            .save_authorization_server(&authorization_server(), NOW)
            .await
            .expect("saved");
        assert_eq!(
            vault.authorization_server(&issuer()).await.expect("whole"),
            Some((authorization_server(), NOW))
        );
        assert_eq!(
            place
                .tamper(&format!("UPDATE authorization_servers SET {change}"))
                .await,
            1
        );
        for asked in [issuer(), Issuer::stored("https://evil.example".into())] {
            assert_eq!(
                vault.authorization_server(&asked).await.expect("read"),
                None,
                "{change}"
            );
        }
    }
}

pub(crate) fn provider() -> IdentityProvider {
    IdentityProvider {
        issuer: issuer(),
        client_id: "at-provider".into(),
        client_secret: None,
        auth_method: AuthMethod::None,
        token_endpoint: "https://as.example/token".into(),
        account: Some("me".into()),
        id_token: None,
        id_token_expires_at: None,
        refresh_token: None,
        added_at: NOW,
    }
}
