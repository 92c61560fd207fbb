//! A grant as its row, and the change that writes it.

use crate::grants::named_by::NamedByColumn;
use crate::records::signed;
use model::GrantId;
use oauth::time::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

/// A grant as it is to be kept, and which one it is to replace.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct GrantChange {
    pub(crate) row: Row,
    pub(crate) expected: Precondition,
}

/// What a change was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Precondition {
    /// It is kept whatever was kept before.
    Whatever,
    /// No such grant.
    Nothing,
    /// The kept grant has this generation.
    Generation(u64),
}

impl Precondition {
    /// Whether the grant that is kept, by its generation, is the one that this was made from.
    pub(super) fn follows(self, kept: Option<i64>) -> bool {
        match self {
            Self::Whatever => true,
            Self::Nothing => kept.is_none(),
            Self::Generation(generation) => kept == Some(signed(generation)),
        }
    }
}

#[derive(Clone, Default, FromRow, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(super) id: String,
    pub(super) resource: String,
    pub(super) resource_parameter: Option<String>,
    pub(super) issuer: String,
    pub(super) token_endpoint: String,
    pub(super) registration_id: String,
    pub(super) account_name: String,
    pub(super) account_subject: Option<String>,
    pub(super) scopes_requested: String,
    pub(super) state: String,
    pub(super) login_reason: Option<String>,
    pub(super) revoked_at: Option<i64>,
    pub(super) access_token_sealed: Option<Vec<u8>>,
    pub(super) refresh_token_sealed: Option<Vec<u8>>,
    pub(super) expires_at: Option<i64>,
    pub(super) received_at: Option<i64>,
    pub(super) scopes_granted: Option<String>,
    pub(super) generation: i64,
    pub(super) granted_at: i64,
    pub(super) refreshed_at: Option<i64>,
    pub(super) kind: String,
    #[sqlx(try_from = "i64")]
    pub(super) account_named: NamedByColumn,
    pub(super) refreshes_without_resource: bool,
    pub(super) dpop_key_sealed: Option<Vec<u8>>,
}

impl GrantChange {
    pub(crate) fn id(&self) -> &str {
        &self.row.id
    }

    /// For its name alone.
    pub(crate) fn named(id: &GrantId) -> Self {
        Self {
            row: Row {
                id: id.0.clone(),
                ..Row::default()
            },
            expected: Precondition::Nothing,
        }
    }

    /// Which grant there is, and since when.
    pub(crate) fn granted(&self) -> (GrantId, Timestamp) {
        (GrantId(self.row.id.clone()), Timestamp(self.row.granted_at))
    }

    pub(crate) fn is_revocation(&self) -> bool {
        self.row.state == "revoked"
    }

    pub(crate) fn has_tokens(&self) -> bool {
        self.row.access_token_sealed.is_some()
    }
}
