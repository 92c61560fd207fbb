//! What a host that has a tray does with each notice, decided here: the desktop only carries it out.

use crate::dto::Notice;
use crate::glance::{Glance, Tidings};
use crate::host::Host;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Notices in their order, with what they mean outside the window.
pub struct News {
    host: Host,
    notices: Receiver<Notice>,
    glance: Glance,
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// For the window.
    pub notice: Notice,
    /// For the tray, if it has to look otherwise now.
    pub glance: Option<Glance>,
    /// For a person who does not see the window.
    pub tidings: Vec<Tidings>,
    /// The person was in the browser, and what they wait for goes on in the window.
    pub to_front: bool,
}

impl Host {
    /// The first look, and everything that follows.
    pub async fn news(&self) -> (Glance, News) {
        let notices = self.notices();
        let glance = self.glance().await;
        (
            glance.clone(),
            News {
                host: self.clone(),
                notices,
                glance,
            },
        )
    }
}

impl News {
    /// None when the host has ended.
    pub async fn next(&mut self) -> Option<Item> {
        let notice = match self.notices.recv().await {
            Ok(notice) => notice,
            // Whatever was missed: fetching again shows it.
            Err(RecvError::Lagged(_)) => Notice::Changed,
            Err(RecvError::Closed) => return None,
        };
        if let Notice::Trace { .. } = notice {
            return Some(Item {
                notice,
                glance: None,
                tidings: Vec::new(),
                to_front: false,
            });
        }
        let now = self.host.glance().await;
        let tidings = now
            .tidings(&notice)
            .into_iter()
            .chain(now.since(&self.glance))
            .collect();
        let glance = (now != self.glance).then(|| now.clone());
        self.glance = now;
        let to_front = matches!(notice, Notice::LoggedIn { .. } | Notice::LoginFailed { .. });
        Some(Item {
            notice,
            glance,
            tidings,
            to_front,
        })
    }
}
