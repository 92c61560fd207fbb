//! Members of a document as servers write them.

use serde::{Deserialize, Deserializer};

/// A member that is null counts as absent, as some servers write all that they have not (Q24).
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
