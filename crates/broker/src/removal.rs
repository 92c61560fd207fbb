//! A server that the person wants to be rid of: taken back, then forgotten.

use crate::store::events::EventContext;
use crate::{Broker, Error, command_line};
use messages::text;
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
        let server = &view.record.name;
        self.record(
            self.event(
                EventKind::ResourceRemoved,
                true,
                text::ServerRemoved { server },
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
        let Some(open) = open else {
            return Error::new(Code::RevocationOpen, text::ServerKept);
        };
        let server = &open.resource_name;
        let kept = text::ServerNotRemoved {
            server,
            why: open.headline(),
        };
        Error::new(Code::RevocationOpen, kept).with_hint(text::ServerHintRemoveAnyway {
            again: command_line(&["remove", server]),
            anyway: command_line(&["remove", server, "--let-go"]),
        })
    }
}
