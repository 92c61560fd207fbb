//! A server that the person wants to be rid of: taken back, then forgotten.

use crate::store::events::EventContext;
use crate::{Broker, Error, command_line};
use model::{Code, EventKind, Receipt, RevocationState};

impl Broker {
    /// Takes back what is granted, then forgets the server. It stays where an issuer has not confirmed, unless the person lets
    /// that go.
    pub async fn remove(&self, id: &str, let_go: bool) -> Result<Removal, Error> {
        let view = self.resource(id).await?;
        let id = view.record.id.as_str();
        let mut receipts = if let_go {
            Vec::new()
        } else {
            self.retry_revocations(id, None).await?
        };
        for grant in view.grants.iter().filter(|grant| !grant.is_revoked()) {
            receipts.push(self.revoke(&grant.id).await?);
        }
        if let_go {
            let gone = self.let_go(id, None).await?;
            receipts.retain(|receipt| !gone.iter().any(|later| later.id == receipt.id));
            receipts.extend(gone);
        } else if receipts
            .iter()
            .any(|receipt| receipt.ending == RevocationState::Open)
        {
            return Ok(Removal {
                removed: false,
                receipts,
            });
        }
        let vault = self.vault()?;
        self.abandon_logins(&vault, &view.record).await?;
        vault.remove_resource(id).await?;
        self.record(
            self.event(
                EventKind::ResourceRemoved,
                true,
                format!("{} was removed", view.record.name),
            )
            .about(&view.record),
        )
        .await;
        Ok(Removal {
            removed: true,
            receipts,
        })
    }
}

/// What came of removing a server.
#[derive(Debug, Clone)]
pub struct Removal {
    /// False where an issuer has not taken back what was granted: the server stays, so that it can be tried again.
    pub removed: bool,
    /// What the issuers answered.
    pub receipts: Vec<Receipt>,
}

impl Removal {
    /// Why the server is still there.
    pub fn refusal(&self) -> Error {
        let open = self
            .receipts
            .iter()
            .find(|receipt| receipt.ending == RevocationState::Open);
        let (name, what) = open.map_or(("the server", String::new()), |open| {
            (open.resource_name.as_str(), open.headline().to_string())
        });
        Error::new(
            Code::RevocationOpen,
            format!("{name} was not removed: {what}"),
        )
        .with_hint(format!(
            "Try again: {}  Or forget it all the same: {}",
            command_line(&["remove", name]),
            command_line(&["remove", name, "--let-go"])
        ))
    }
}
