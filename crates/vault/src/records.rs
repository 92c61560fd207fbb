//! What is kept of a resource, and how enums are written as text.

use crate::VaultError;
use oauth::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The `snake_case` name of a unit variant.
pub(crate) fn to_text<T: Serialize>(value: &T) -> Result<String, VaultError> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(text) => Ok(text),
        other => Err(VaultError::unreadable(&other)),
    }
}

pub(crate) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, VaultError> {
    Ok(serde_json::from_value(text.into())?)
}

pub(crate) fn moment(seconds: Option<i64>) -> Option<Timestamp> {
    seconds.map(Timestamp)
}

/// For `IN (SELECT value FROM json_each(?))`: as many as there are, in one statement.
pub(crate) fn set<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    serde_json::Value::from_iter(values).to_string()
}

/// SQLite has signed integers only; generations and counts never come near the difference.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
