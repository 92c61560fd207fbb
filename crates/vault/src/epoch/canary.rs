//! What opens only with the right key: the canary, and the epoch with the level of the seals in it.

use crate::VaultError;
use crate::seal::{Place, Sealer, facts};
use crate::tables::LEVEL;
use oauth::secret::Secret;

const CANARY: &str = "this key opens this vault";
/// The canary of a file whose rows are sealed. That they are can only be undone by bringing back an older file.
pub(super) const SEALED_CANARY: Place<'static> = Place {
    table: "vault",
    id: "1",
    column: "canary",
    facts: "its rows are sealed",
};
/// The canary of a file from before.
const OLD_CANARY: Place<'static> = Place {
    table: "vault",
    id: "1",
    column: "canary",
    facts: "",
};

fn epoch_place(facts: &str) -> Place<'_> {
    Place {
        table: "vault",
        id: "1",
        column: "epoch",
        facts,
    }
}

impl Sealer {
    /// Whether this is the vault's key.
    pub(crate) fn opens_canary(&self, sealed: &[u8]) -> bool {
        self.open(SEALED_CANARY, sealed).is_ok() || self.open(OLD_CANARY, sealed).is_ok()
    }

    pub(crate) fn canary(&self) -> Result<Vec<u8>, VaultError> {
        self.seal(SEALED_CANARY, &Secret::new(CANARY))
    }

    /// What is in it says which tables have seals.
    pub(crate) fn seal_epoch(&self, epoch: i64) -> Result<Vec<u8>, VaultError> {
        self.seal(
            epoch_place(&facts(&[&epoch.to_string()])),
            &Secret::new(LEVEL.to_string()),
        )
    }

    pub(super) fn level_of(&self, epoch: i64, sealed: &[u8]) -> Option<u32> {
        self.open(epoch_place(&facts(&[&epoch.to_string()])), sealed)
            .ok()?
            .expose()
            .parse()
            .ok()
    }
}
