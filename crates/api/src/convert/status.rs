//! The state of the vault and of the endpoint.

use crate::convert::problem::problem;
use crate::dto::{EndpointStatus, Protection, VaultState, VaultStatus};
use broker::{Broker, Error};
use model::{ClosedVault, Code};

/// `fault`: why the vault could not even be looked at.
pub fn vault_status(broker: &Broker, fault: Option<&Error>) -> VaultStatus {
    let found = broker.vault_state();
    let (state, protection) = match &found {
        broker::VaultState::Open { protection } => (VaultState::Open, Some(*protection)),
        broker::VaultState::Closed(ClosedVault::Locked { protection }) => {
            (VaultState::Locked, Some(*protection))
        }
        _ if fault.is_some_and(|fault| fault.code() == Code::WrongPassphrase) => {
            (VaultState::Locked, Some(Protection::Passphrase))
        }
        _ if fault.is_some() => (VaultState::Unusable, None),
        broker::VaultState::Closed(ClosedVault::Absent { .. }) => (VaultState::Absent, None),
        broker::VaultState::Closed(ClosedVault::Gone { .. }) => (VaultState::Gone, None),
        broker::VaultState::Closed(ClosedVault::KeyMissing { .. }) => {
            (VaultState::KeyMissing, None)
        }
        broker::VaultState::Closed(ClosedVault::KeyUnavailable { .. }) => {
            (VaultState::KeyUnavailable, None)
        }
        broker::VaultState::Closed(ClosedVault::Unusable { .. }) => (VaultState::Unusable, None),
    };
    let why = (state != VaultState::Open).then(|| problem(fault.unwrap_or(&found.error())));
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

/// What the endpoint is now.
pub fn endpoint_status(status: &endpoint::Status) -> EndpointStatus {
    EndpointStatus {
        listening: status.listening,
        address: status.address.clone(),
        socket: status
            .socket
            .as_ref()
            .map(|path| path.display().to_string()),
        message: status.message.clone(),
    }
}
