//! What a host that has a tray does with each notice, decided here: the desktop only carries it out.

use crate::dto::Notice;
use crate::host::Host;
use crate::tray_words::{Notification, TraySummary};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Notices in their order, with what they mean outside the window.
pub struct NoticeStream {
    host: Host,
    notices: Receiver<Notice>,
    tray: TraySummary,
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeItem {
    /// For the window.
    pub notice: Notice,
    /// For the tray, if it has to look otherwise now.
    pub tray: Option<TraySummary>,
    /// For a person who does not see the window.
    pub notifications: Vec<Notification>,
    /// The person was in the browser, and what they wait for goes on in the window.
    pub to_front: bool,
}

impl Host {
    /// The first look, and everything that follows.
    pub async fn notice_stream(&self) -> (TraySummary, NoticeStream) {
        let notices = self.notices();
        let tray = self.tray_summary().await;
        (
            tray.clone(),
            NoticeStream {
                host: self.clone(),
                notices,
                tray,
            },
        )
    }
}

impl NoticeStream {
    /// None when the host has ended.
    pub async fn next(&mut self) -> Option<NoticeItem> {
        let notice = match self.notices.recv().await {
            Ok(notice) => notice,
            // Whatever was missed: fetching again shows it.
            Err(RecvError::Lagged(_)) => Notice::Changed,
            Err(RecvError::Closed) => return None,
        };
        // Of these a tray shows nothing.
        if let Notice::Trace { .. } | Notice::Logged = notice {
            return Some(NoticeItem {
                notice,
                tray: None,
                notifications: Vec::new(),
                to_front: false,
            });
        }
        let now = self.host.tray_summary().await;
        let notifications = now
            .notification(&notice)
            .into_iter()
            .chain(now.since(&self.tray))
            .collect();
        let tray = (now != self.tray).then(|| now.clone());
        self.tray = now;
        let to_front = matches!(notice, Notice::LoggedIn { .. } | Notice::LoginFailed { .. });
        Some(NoticeItem {
            notice,
            tray,
            notifications,
            to_front,
        })
    }
}
