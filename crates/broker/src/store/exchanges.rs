//! Exchanges under way whose answers have to be kept: none begins before there is room for its answer, and no host ends before
//! they have.

use crate::{Broker, Change, Error};
use messages::text;
use model::Code;
use oauth::metadata::AuthorizationServer;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use vault::{Persistence, Vault};

/// Who was asked and has not answered, or whose answer is not kept yet. Clones are of the same.
#[derive(Clone)]
pub struct Exchanges(Arc<watch::Sender<ExchangeState>>);

#[derive(Default)]
struct ExchangeState {
    hosts: Vec<String>,
    /// The host of this broker is ending: nothing more begins.
    closed: bool,
}

/// One exchange. It has ended when this is dropped: after its answer was kept.
pub(crate) struct Exchange {
    exchanges: Exchanges,
    host: String,
}

/// Between tries to write what stayed in memory.
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl Default for Exchanges {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(ExchangeState::default())))
    }
}

impl Exchanges {
    /// The hosts that are waited for.
    pub fn hosts(&self) -> Vec<String> {
        self.0.borrow().hosts.clone()
    }

    /// Waits until nothing is under way. Each request has a limit of its own.
    pub async fn ended(&self) {
        // The sender is here: it cannot be gone.
        let _ = self
            .0
            .subscribe()
            .wait_for(|traffic| traffic.hosts.is_empty())
            .await;
    }

    fn begin_exchange(&self, host: String) -> Option<Exchange> {
        let left = self.0.send_if_modified(|traffic| {
            if !traffic.closed {
                traffic.hosts.push(host.clone());
            }
            !traffic.closed
        });
        left.then(|| Exchange {
            exchanges: self.clone(),
            host,
        })
    }

    fn close(&self) {
        self.0.send_modify(|traffic| traffic.closed = true);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.exchanges.0.send_modify(|traffic| {
            if let Some(place) = traffic.hosts.iter().position(|host| *host == self.host) {
                traffic.hosts.swap_remove(place);
            }
        });
    }
}

impl Broker {
    /// Before a request whose answer has to be kept: an error where that is not certain, and then nothing is sent.
    pub(crate) async fn begin_exchange(
        &self,
        vault: &Vault,
        endpoint: &str,
    ) -> Result<Exchange, Error> {
        vault.make_room().await?;
        let ending = || {
            Error::new(Code::TemporarilyUnavailable, text::StoreEnding).with_retry_after(Some(1))
        };
        self.inner
            .exchanges
            .begin_exchange(AuthorizationServer::host_of(endpoint))
            .ok_or_else(ending)
    }

    /// What became of an answer; one that the disk did not take is written as soon as that can be done. False if others
    /// changed the same meanwhile.
    pub(crate) fn is_kept(&self, vault: &Vault, kept: Persistence) -> bool {
        match kept {
            Persistence::InTheVault => true,
            Persistence::Outdated => false,
            Persistence::InMemory(error) => {
                tracing::warn!(%error, "an issuer's answer is in memory only");
                self.write_later(vault);
                self.changed(Change::Vault);
                true
            }
        }
    }

    /// Tries until it holds. The vault may be locked meanwhile: what is to be written is sealed already.
    pub(crate) fn write_later(&self, vault: &Vault) {
        let turn = self.inner.writing.clone();
        let (vault, changes) = (vault.clone(), self.inner.changes.clone());
        tokio::spawn(async move {
            // One of these at a time; the next finds what this one did not.
            let _turn = turn.lock().await;
            let mut pause = SHORTEST_PAUSE;
            while vault.write_unsaved().await.is_err() {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            // Nobody may be listening.
            let _ = changes.send(Change::Vault);
        });
    }

    /// The exchanges of this process.
    pub fn exchanges(&self) -> Exchanges {
        self.inner.exchanges.clone()
    }

    /// Logins that were renewed and could not be written yet.
    pub fn count_unsaved(&self) -> usize {
        self.vault().map_or(0, |vault| vault.count_unsaved().0)
    }

    /// Before this process ends: lets what is under way land, tries for so long to write what is in memory only, and closes
    /// the vault. The number of answers that would be lost now.
    pub async fn close(&self, patience: Duration) -> usize {
        self.inner.exchanges.close();
        self.inner.exchanges.ended().await;
        let Ok(vault) = self.vault() else { return 0 };
        let written = async {
            self.events_written().await;
            while vault.write_unsaved().await.is_err() && vault.count_unsaved().1 > 0 {
                tokio::time::sleep(SHORTEST_PAUSE).await;
            }
        };
        // Then they are counted.
        let _ = tokio::time::timeout(patience, written).await;
        let lost = vault.count_unsaved().1;
        vault.close().await;
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::Exchanges;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn nothing_begins_after_the_end_and_what_is_under_way_is_waited_for() {
        let exchanges = Exchanges::default();
        assert!(
            exchanges.ended().now_or_never().is_some(),
            "nothing is under way"
        );
        let one = exchanges
            .begin_exchange("as.example".to_owned())
            .expect("open");
        let other = exchanges
            .begin_exchange("as.example".to_owned())
            .expect("open");
        exchanges.close();
        assert!(exchanges.begin_exchange("as.example".to_owned()).is_none());
        drop(one);
        assert_eq!(exchanges.hosts(), ["as.example"]);
        assert!(
            exchanges.ended().now_or_never().is_none(),
            "one is still under way"
        );
        drop(other);
        assert!(exchanges.ended().now_or_never().is_some());
    }
}
