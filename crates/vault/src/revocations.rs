//! Revocations that their issuer has not confirmed.
//!
//! Tokens in here are used by nobody: no read of a grant looks at this table, and none of its values opens in another.

mod row;

pub(crate) use row::OpenRow;

use crate::error::whole;
use crate::grants::row::Precondition;
use crate::receipts::ReceiptRecord;
use crate::records::moment;
use crate::response_row::UnsavedRecord;
use crate::seal::{Place, facts};
use crate::{Vault, VaultError, events};
use model::{Grant, GrantId, NewEvent};
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::{Issuer, ResourceUri};

/// Tokens that were given up here, and that their issuer may still take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRevocation {
    /// Random; its receipt has the same.
    pub id: String,
    /// The grant that was given up.
    pub grant_id: GrantId,
    /// The server.
    pub resource: ResourceUri,
    /// Whose login it was.
    pub account_name: String,
    /// Who may take the tokens back.
    pub issuer: Issuer,
    /// Where they came from.
    pub token_endpoint: String,
    /// The registration that they belong to.
    /// None: the assertion alone said who asked.
    pub registration_id: Option<String>,
    /// The refresh token, if there was one.
    pub refresh_token: Option<Secret>,
    /// The access token.
    pub access_token: Option<Secret>,
    /// The key that they are bound to (RFC 9449).
    pub dpop_key: Option<Secret>,
    /// Of the access token.
    pub expires_at: Option<Timestamp>,
    /// When they were given up.
    pub opened_at: Timestamp,
    /// How often the issuer was asked.
    pub tries: u32,
    /// It is not asked again before.
    pub next_try_at: Timestamp,
}

impl OpenRevocation {
    /// Tried by nobody before the login that goes on is taken back.
    pub const WITH_ITS_LOGIN: Timestamp = Timestamp(row::WITH_ITS_LOGIN);

    /// Earlier tokens of a login that goes on with newer ones.
    pub fn waits_for_its_login(&self) -> bool {
        self.next_try_at == Self::WITH_ITS_LOGIN
    }
}

fn place<'a>(id: &'a str, column: &'static str, facts: &'a str) -> Place<'a> {
    Place {
        table: "open_revocations",
        id,
        column,
        facts,
    }
}

/// All that says whose the tokens are and where they may go.
fn aim(open: &OpenRevocation) -> String {
    facts(&[
        open.issuer.as_str(),
        &open.token_endpoint,
        open.resource.as_str(),
        open.registration_id.as_deref().unwrap_or_default(),
        &open.grant_id.0,
        &open.account_name,
        &open
            .expires_at
            .map(|at| at.0.to_string())
            .unwrap_or_default(),
    ])
}

impl Vault {
    /// The grant ends here, and its tokens wait for their issuer: both or neither. False where the grant was changed by
    /// someone who saw newer tokens.
    pub async fn give_up_grant(
        &self,
        ended: &Grant,
        expected: u64,
        open: Option<&OpenRevocation>,
        events: &[NewEvent],
    ) -> Result<bool, VaultError> {
        let answer = self.answer(ended, Precondition::Generation(expected))?;
        self.write_before(&ended.id).await;
        let mut transaction = self.database().write().await?;
        if let Some(open) = open {
            self.sealed(open)?.insert(&mut transaction).await?;
        }
        let record = UnsavedRecord {
            answer,
            events: events.to_vec(),
            login_attempt: None,
            replaced: Vec::new(),
        };
        self.put_in(transaction, &record).await
    }

    /// Tokens of a login that goes on with newer ones.
    pub async fn open_revocation(&self, open: &OpenRevocation) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        self.sealed(open)?.insert(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The same for an access token that its login's newer one replaces: those that have ended, and the oldest of too many,
    /// make room for it.
    pub async fn keep_beside(&self, replaced: &OpenRevocation) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        self.sealed(replaced)?
            .insert_beside(&mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) fn sealed(&self, open: &OpenRevocation) -> Result<OpenRow, VaultError> {
        let facts = aim(open);
        let seal = |column, value: &Option<Secret>| {
            self.sealer()
                .seal_some(place(&open.id, column, &facts), value.as_ref())
        };
        Ok(OpenRow {
            id: open.id.clone(),
            grant_id: open.grant_id.0.clone(),
            resource: open.resource.as_str().to_owned(),
            account_name: open.account_name.clone(),
            issuer: open.issuer.as_str().to_owned(),
            token_endpoint: open.token_endpoint.clone(),
            registration_id: open.registration_id.clone().unwrap_or_default(),
            refresh_token_sealed: seal("refresh_token", &open.refresh_token)?,
            access_token_sealed: seal("access_token", &open.access_token)?,
            dpop_key_sealed: seal("dpop_key", &open.dpop_key)?,
            expires_at: open.expires_at.map(|at| at.0),
            opened_at: open.opened_at.0,
            tries: i64::from(open.tries),
            next_try_at: open.next_try_at.0,
        })
    }

    /// Oldest first. One whose tokens do not open is left out: it can go nowhere.
    pub async fn open_revocations(&self) -> Result<Vec<OpenRevocation>, VaultError> {
        let rows: Vec<OpenRow> =
            sqlx::query_as("SELECT * FROM open_revocations ORDER BY opened_at, id")
                .fetch_all(&self.database().pool().await?)
                .await?;
        rows.into_iter()
            .filter_map(|row| whole(self.read_open(row)))
            .collect()
    }

    fn read_open(&self, row: OpenRow) -> Result<OpenRevocation, VaultError> {
        let mut read = OpenRevocation {
            id: row.id,
            grant_id: GrantId(row.grant_id),
            resource: ResourceUri::stored(row.resource),
            account_name: row.account_name,
            issuer: Issuer::stored(row.issuer),
            token_endpoint: row.token_endpoint,
            registration_id: Some(row.registration_id).filter(|id| !id.is_empty()),
            refresh_token: None,
            access_token: None,
            dpop_key: None,
            expires_at: moment(row.expires_at),
            opened_at: Timestamp(row.opened_at),
            tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
            next_try_at: Timestamp(row.next_try_at),
        };
        let facts = aim(&read);
        let open = |column, sealed: Option<Vec<u8>>| {
            self.sealer()
                .open_some(place(&read.id, column, &facts), sealed.as_deref())
        };
        let refresh_token = open("refresh_token", row.refresh_token_sealed)?;
        let access_token = open("access_token", row.access_token_sealed)?;
        let dpop_key = open("dpop_key", row.dpop_key_sealed)?;
        (read.refresh_token, read.access_token, read.dpop_key) =
            (refresh_token, access_token, dpop_key);
        Ok(read)
    }

    /// When the next one is due, without opening any.
    pub async fn next_open_revocation(&self) -> Result<Option<Timestamp>, VaultError> {
        let at: Option<i64> = sqlx::query_scalar(
            "SELECT min(next_try_at) FROM open_revocations WHERE next_try_at < ?",
        )
        .bind(OpenRevocation::WITH_ITS_LOGIN.0)
        .fetch_one(&self.database().pool().await?)
        .await?;
        Ok(at.map(Timestamp))
    }

    /// Open revocations that need this registration to be asked for again.
    pub async fn count_open_revocations_using(
        &self,
        registration_id: &str,
    ) -> Result<u64, VaultError> {
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM open_revocations WHERE registration_id = ?")
                .bind(registration_id)
                .fetch_one(&self.database().pool().await?)
                .await?;
        Ok(count.unsigned_abs())
    }

    /// It is over: the tokens are erased, and the receipt says how it ended.
    pub async fn close_revocation(
        &self,
        id: &str,
        receipt: &ReceiptRecord,
        event: &NewEvent,
    ) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        sqlx::query("DELETE FROM open_revocations WHERE id = ?")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        self.insert_receipt(&mut transaction, receipt).await?;
        events::insert(event, &mut transaction).await?;
        transaction.commit().await?;
        // `secure_delete` overwrote the pages; the log must not keep the old ones either.
        self.database().forget_old_pages().await
    }

    /// It is over, and there is nothing to tell: a newer login took its place.
    pub async fn drop_revocation(&self, id: &str) -> Result<(), VaultError> {
        sqlx::query("DELETE FROM open_revocations WHERE id = ?")
            .bind(id)
            .execute(&self.database().writer().await?)
            .await?;
        self.database().forget_old_pages().await
    }

    /// What waits for this grant to be taken back is due at `at`: the grant has ended in another way.
    pub async fn release_revocations(
        &self,
        grant_id: &GrantId,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        sqlx::query(
            "UPDATE open_revocations SET next_try_at = ? WHERE grant_id = ? AND next_try_at = ?",
        )
        .bind(at.0)
        .bind(&grant_id.0)
        .bind(OpenRevocation::WITH_ITS_LOGIN.0)
        .execute(&self.database().writer().await?)
        .await?;
        Ok(())
    }

    /// It stays open, and is tried again no sooner than `next_try_at`.
    pub async fn put_off_revocation(
        &self,
        id: &str,
        next_try_at: Timestamp,
        receipt: &ReceiptRecord,
        event: Option<&NewEvent>,
    ) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        sqlx::query("UPDATE open_revocations SET tries = tries + 1, next_try_at = ? WHERE id = ?")
            .bind(next_try_at.0)
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        self.insert_receipt(&mut transaction, receipt).await?;
        if let Some(event) = event {
            events::insert(event, &mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
