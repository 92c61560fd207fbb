//! A row that an issuer's response became, with what is written together with it.

use crate::revocations::OpenRow;
use crate::tables::{GRANTS, PROVIDERS, REGISTRATIONS};
use crate::{grants, providers, registrations};
use model::NewEvent;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A row that an answer is.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum ResponseRow {
    Grant(Box<grants::row::GrantChange>),
    Registration(Box<registrations::row::Row>),
    Provider(Box<providers::row::Row>),
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct UnsavedRecord {
    pub(crate) answer: ResponseRow,
    pub(crate) events: Vec<NewEvent>,
    /// The login attempt that brought it, and that is done with it.
    #[serde(default)]
    pub(crate) login_attempt: Option<String>,
    /// Tokens that it replaced and that are still good.
    #[serde(default)]
    pub(crate) replaced: Vec<OpenRow>,
}

impl From<ResponseRow> for UnsavedRecord {
    fn from(answer: ResponseRow) -> Self {
        Self {
            answer,
            events: Vec::new(),
            login_attempt: None,
            replaced: Vec::new(),
        }
    }
}

impl ResponseRow {
    pub(crate) fn table(&self) -> &'static str {
        match self {
            Self::Grant(_) => GRANTS.name,
            Self::Registration(_) => REGISTRATIONS.name,
            Self::Provider(_) => PROVIDERS.name,
        }
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Grant(change) => change.id(),
            Self::Registration(row) => row.id(),
            Self::Provider(row) => row.issuer(),
        }
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.table() == other.table() && self.id() == other.id()
    }

    pub(crate) fn file_name(&self) -> String {
        file_name(self.table(), self.id())
    }
}

/// Of an answer beside the vault. An issuer's name can be no file's name.
pub(crate) fn file_name(table: &str, id: &str) -> String {
    let hash = Sha256::digest(format!("{table}\n{id}"));
    hash.iter()
        .take(16)
        .fold(String::new(), |name, byte| format!("{name}{byte:02x}"))
}
