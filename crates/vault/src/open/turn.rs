//! One process at a time makes a vault, or brings it to this version.

use crate::lock::hold;
use crate::{Home, VaultError};

/// Held while a vault is made or brought to this version.
pub(super) async fn turn(home: &Home) -> Result<std::fs::File, VaultError> {
    let turn = hold(
        home.locks().join("opening.lock"),
        std::time::Duration::from_secs(30),
    )
    .await;
    turn.map_err(|error| {
        if let VaultError::LockTimeout = error {
            VaultError::Busy
        } else {
            error
        }
    })
}
