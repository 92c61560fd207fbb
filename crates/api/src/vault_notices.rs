//! Which notice a change of the vault becomes: lines of the activity log are told as that, since an agent's every request is
//! one; where anybody else may have written as well, anything may have changed.

use crate::dto::Notice;
use crate::host::Host;
use broker::{Commit, VaultVersion};
use std::time::Duration;
use tokio::time::Instant;

/// Changes that come together are told of together.
const GATHERED: Duration = Duration::from_millis(100);

/// What the window knows, and what it is told next.
#[derive(Default)]
pub(crate) struct VaultNotices {
    known: Option<KnownVault>,
    next: Option<NextNotice>,
}

struct NextNotice {
    at: Instant,
    /// Nothing but the activity log has changed.
    is_log: bool,
}

/// The vault as the window knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KnownVault {
    Version(VaultVersion),
    /// Where there are no versions: how often it was written.
    Count(i64),
}

impl VaultNotices {
    /// When the next one is due.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.next.as_ref().map(|next| next.at)
    }

    /// Anything may have changed.
    pub(crate) fn changed(&mut self) {
        self.gather().is_log = false;
    }

    /// Lines were added by this commit.
    pub(crate) fn logged(&mut self, commit: Option<&Commit>) {
        let follows = commit.zip(self.known.and_then(KnownVault::version));
        match follows.and_then(|(commit, known)| commit.follows(known)) {
            Some(after) => {
                self.known = Some(KnownVault::Version(after));
                self.gather();
            }
            None => self.changed(),
        }
    }

    /// Tells what is due.
    pub(crate) async fn tell(&mut self, host: &Host) {
        if self.next.take().is_some_and(|next| next.is_log) {
            host.notify(Notice::Logged);
        } else {
            self.known = KnownVault::now(host).await;
            host.notify(Notice::Changed);
        }
    }

    /// Looks whether another process has written meanwhile.
    pub(crate) async fn look(&mut self, host: &Host) {
        if let Some(now) = KnownVault::now(host).await
            && self.known.replace(now).is_some_and(|before| before != now)
        {
            host.notify(Notice::Changed);
        }
    }

    fn gather(&mut self) -> &mut NextNotice {
        self.next.get_or_insert_with(|| NextNotice {
            at: Instant::now() + GATHERED,
            is_log: true,
        })
    }
}

impl KnownVault {
    async fn now(host: &Host) -> Option<Self> {
        let broker = host.broker();
        match broker.vault_version() {
            Some(version) => Some(Self::Version(version)),
            None => broker.data_version().await.ok().map(Self::Count),
        }
    }

    fn version(self) -> Option<VaultVersion> {
        match self {
            Self::Version(version) => Some(version),
            Self::Count(_) => None,
        }
    }
}
