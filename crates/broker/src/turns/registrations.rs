//! One registration at a time for each issuer: a double click must not make two clients.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Default)]
pub(crate) struct RegistrationTurns(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl RegistrationTurns {
    pub(crate) fn at(&self, issuer: &str) -> Arc<tokio::sync::Mutex<()>> {
        crate::locked(&self.0)
            .entry(issuer.to_owned())
            .or_default()
            .clone()
    }
}
