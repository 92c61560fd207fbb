//! The open vault.

use crate::{Broker, Error};
use vault::Vault;

impl Broker {
    /// The open vault, or why there is none.
    pub(crate) fn vault(&self) -> Result<Vault, Error> {
        match &*self
            .inner
            .vault
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
        {
            Ok(vault) => Ok(vault.clone()),
            Err(state) => Err(state.error()),
        }
    }
}
