//! The state of the vault and of the endpoint.

use crate::convert::problem::problem;
use crate::dto::{EndpointStatus, Protection, VaultState, VaultStatus};
use broker::{Broker, Error};
use messages::Text;
use model::{ClosedVault, Code};

/// `fault`: why the vault could not even be looked at.
pub fn vault_status(broker: &Broker, fault: Option<&Error>) -> VaultStatus {
    let found = broker.vault_state();
    let (state, protection, why) = match &found {
        broker::VaultState::Open { protection } => (VaultState::Open, Some(*protection), None),
        broker::VaultState::Closed(closed) => {
            let (state, protection) = closed_as(closed, fault);
            let error = fault.cloned().unwrap_or_else(|| closed.into());
            (state, protection, Some(problem(&error)))
        }
    };
    VaultStatus {
        state,
        protection,
        path: broker.home().database().display().to_string(),
        message: why.as_ref().map(|why| why.message.clone()),
        hint: why.map(|why| why.hint),
        older: broker.vault_is_older(),
        unsaved: u32::try_from(broker.count_unsaved()).ok(),
        keyring: broker.unanswered_keyring(),
    }
}

/// A file that could not be looked at may be any: a wrong passphrase alone says that it is locked.
fn closed_as(closed: &ClosedVault, fault: Option<&Error>) -> (VaultState, Option<Protection>) {
    match (closed, fault) {
        (ClosedVault::Locked { protection }, _) => (VaultState::Locked, Some(*protection)),
        (_, Some(fault)) if fault.code() == Code::WrongPassphrase => {
            (VaultState::Locked, Some(Protection::Passphrase))
        }
        (_, Some(_)) | (ClosedVault::Unusable { .. }, None) => (VaultState::Unusable, None),
        (ClosedVault::Absent { .. }, None) => (VaultState::Absent, None),
        (ClosedVault::Gone { .. }, None) => (VaultState::Gone, None),
        (ClosedVault::KeyMissing { .. }, None) => (VaultState::KeyMissing, None),
        (ClosedVault::KeyUnavailable { .. }, None) => (VaultState::KeyUnavailable, None),
    }
}

/// What the endpoint is now.
pub fn endpoint_status(status: &endpoint::Status) -> EndpointStatus {
    EndpointStatus {
        listening: status.listening,
        address: status.address.clone(),
        socket: status
            .socket
            .as_ref()
            .map(|path| path.display().to_string()),
        message: status.message.as_ref().map(Text::told),
    }
}
