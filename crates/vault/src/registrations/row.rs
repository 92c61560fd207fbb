//! A registration as its row.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

#[derive(Clone, FromRow, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(super) id: String,
    pub(super) issuer: String,
    pub(super) redirect_uri: String,
    pub(super) kind: String,
    pub(super) client_id: String,
    pub(super) client_secret_sealed: Option<Vec<u8>>,
    pub(super) key_id: Option<String>,
    pub(super) auth_method: String,
    pub(super) secret_expires_at: Option<i64>,
    pub(super) management_uri: Option<String>,
    pub(super) management_token_sealed: Option<Vec<u8>>,
    pub(super) registered_at: i64,
}

impl Row {
    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}
