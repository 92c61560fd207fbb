//! What stands in the way of renewing a grant, kept beside it so that every process knows what one of them was told.

use crate::records::{moment, signed};
use crate::tables::{TROUBLES, returning, with_seal};
use crate::{Vault, VaultError};
use model::{Grant, GrantId, Refusal, Trouble};
use oauth::error_description::ErrorDescription;
use sqlx::FromRow;
use std::collections::HashMap;

#[derive(FromRow)]
struct Row {
    grant_id: String,
    generation: i64,
    unanswered: i64,
    since: Option<i64>,
    refused_at: Option<i64>,
    error: Option<String>,
    said: Option<String>,
}

/// More words than that are kept by nobody.
const MOST_WORDS: usize = 4000;

impl Vault {
    /// What came of renewing the tokens of this generation. Newer ones make it void.
    pub async fn save_trouble(
        &self,
        id: &GrantId,
        generation: u64,
        trouble: &Trouble,
    ) -> Result<(), VaultError> {
        let refusal = trouble.refusal.as_ref();
        let said = refusal.and_then(|refusal| refusal.said.as_ref());
        let mut transaction = self.database().write().await?;
        let row = sqlx::query(returning!(
            "INSERT OR REPLACE INTO renewal_troubles (grant_id, generation, unanswered, since, refused_at, error, said)
             SELECT id, ?, ?, ?, ?, ?, ? FROM grants WHERE id = ?"
        ))
        .bind(signed(generation))
        .bind(i64::from(trouble.unanswered))
        .bind(trouble.since.map(|at| at.0))
        .bind(refusal.map(|refusal| refusal.at.0))
        .bind(refusal.map(|refusal| refusal.error.to_string()))
        .bind(said.map(|said| said.whole().chars().take(MOST_WORDS).collect::<String>()))
        .bind(&id.0)
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some(row) = row {
            self.seal_row(&mut transaction, &TROUBLES, &row).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Each grant with the trouble that its present tokens have.
    pub(crate) async fn beside_troubles(
        &self,
        mut grants: Vec<Grant>,
    ) -> Result<Vec<Grant>, VaultError> {
        let rows = match grants.as_slice() {
            [] => return Ok(grants),
            [only] => {
                let select =
                    sqlx::query(with_seal!("renewal_troubles WHERE grant_id = ?")).bind(&only.id.0);
                select.fetch_all(&self.database().pool().await?).await?
            }
            _ => {
                sqlx::query(with_seal!("renewal_troubles"))
                    .fetch_all(&self.database().pool().await?)
                    .await?
            }
        };
        let mut troubles: HashMap<String, Row> = self
            .believed::<Row>(&TROUBLES, &rows)?
            .into_iter()
            .map(|row| (row.grant_id.clone(), row))
            .collect();
        for grant in &mut grants {
            let its = troubles.remove(&grant.id.0);
            if let Some(row) = its.filter(|row| row.generation == signed(grant.generation)) {
                grant.trouble = row.read();
            }
        }
        Ok(grants)
    }
}

impl Row {
    fn read(self) -> Trouble {
        let said = self
            .said
            .as_deref()
            .and_then(|text| ErrorDescription::new(text, &[]));
        let error = self.error.unwrap_or_default().into();
        Trouble {
            refusal: moment(self.refused_at).map(|at| Refusal { at, error, said }),
            unanswered: u32::try_from(self.unanswered).unwrap_or(0),
            since: moment(self.since),
        }
    }
}
