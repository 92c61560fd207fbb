//! Our client ids, as a vault keeps them.

use oauth::registration::Registration;
use std::ops::Deref;

/// A client id of ours: its name inside this vault, and the registration that its issuer knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRecord {
    /// Grants and login attempts name it by this.
    pub id: String,
    /// What its issuer knows of us, which is all that a request needs.
    pub registration: Registration,
}

impl ClientRecord {
    /// A registration under this name.
    pub fn new(id: impl Into<String>, registration: Registration) -> Self {
        Self {
            id: id.into(),
            registration,
        }
    }
}

impl Deref for ClientRecord {
    type Target = Registration;

    fn deref(&self) -> &Registration {
        &self.registration
    }
}
