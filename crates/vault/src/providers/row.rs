//! An identity provider as its row.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

#[derive(Clone, FromRow, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) client_secret_sealed: Option<Vec<u8>>,
    pub(super) auth_method: String,
    pub(super) token_endpoint: String,
    pub(super) account_name: Option<String>,
    pub(super) id_token_sealed: Option<Vec<u8>>,
    pub(super) id_token_expires_at: Option<i64>,
    pub(super) refresh_token_sealed: Option<Vec<u8>>,
    pub(super) added_at: i64,
}

impl Row {
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }
}
