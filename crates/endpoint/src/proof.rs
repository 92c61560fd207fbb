//! What only our user reads, in the vault's folder: whoever shows it could open the vault as well ([`crate::person`]).

use broker::fresh_secret;
use oauth::secret::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Shown by whoever has read it in the vault's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof(Secret);

impl Proof {
    /// None where it would prove too little, or cannot be made.
    pub(crate) fn fresh() -> Option<Self> {
        if cfg!(not(target_os = "linux")) {
            return None;
        }
        fresh_secret().ok().map(Self)
    }

    /// Compared in constant time.
    pub(crate) fn is(&self, shown: &Secret) -> bool {
        self.0 == *shown
    }

    /// To be shown.
    pub(crate) fn secret(self) -> Secret {
        self.0
    }
}

/// Into the file that our user alone reads, and nowhere else.
impl Serialize for Proof {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Proof {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text)))
    }
}
