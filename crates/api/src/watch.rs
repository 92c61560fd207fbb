//! What the broker tells, and what other processes change in the vault, becomes notices for the window.

use crate::convert;
use crate::dto::Notice;
use crate::host::{Host, Inner};
use crate::lock::locked;
use crate::vault_notices::VaultNotices;
use broker::{Change, VaultState};
use std::sync::Weak;
use std::time::Duration;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::time::{Instant, MissedTickBehavior};

/// How often the vault is looked at for other processes' changes, while somebody listens.
const EVERY: Duration = Duration::from_secs(1);

/// Ends with its host.
pub(crate) async fn run(host: Weak<Inner>, mut changes: Receiver<Change>) {
    let Some(mut endpoint) = host.upgrade().map(|inner| inner.endpoint_status.clone()) else {
        return;
    };
    let host = || {
        Some(Host {
            inner: host.upgrade()?,
        })
    };
    let mut notices = VaultNotices::default();
    let mut was_open = false;
    if let Some(host) = host() {
        was_open = opened_since(&host, was_open);
    }
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let due = notices.due();
        tokio::select! {
            change = changes.recv() => {
                let Some(host) = host() else { return };
                match change {
                    Ok(Change::Vault) | Err(RecvError::Lagged(_)) => {
                        was_open = opened_since(&host, was_open);
                        notices.changed();
                    }
                    Ok(Change::Log(commit)) => notices.logged(commit.as_deref()),
                    Ok(change) => host.notify(notice(&host, change)),
                    Err(RecvError::Closed) => return,
                }
            }
            () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                let Some(host) = host() else { return };
                notices.tell(&host).await;
            }
            // Another process ended, and this one took over its endpoint; or the reverse.
            Ok(()) = endpoint.changed() => {
                let Some(host) = host() else { return };
                host.tell_redirects();
                host.notify(Notice::Changed);
            }
            _ = tick.tick() => {
                let Some(host) = host() else { return };
                if host.inner.notices.receiver_count() == 0 {
                    continue;
                }
                notices.look(&host).await;
            }
        }
    }
}

/// Sets going what waits for an open vault; true if it is open. Answers that wait go on at any change: a vault that was locked
/// and opened between two of them seems never to have been locked.
fn opened_since(host: &Host, was_open: bool) -> bool {
    let is_open = matches!(host.broker().vault_state(), VaultState::Open { .. });
    if is_open && (!was_open || !host.inner.links.is_empty()) {
        let host = host.clone();
        tokio::spawn(async move {
            if !was_open {
                host.speak_as_chosen().await;
            }
            host.opened().await;
            if !was_open {
                host.revive_demo();
            }
        });
    }
    is_open
}

fn notice(host: &Host, change: Change) -> Notice {
    match change {
        Change::Vault | Change::Log(_) => Notice::Changed,
        Change::LoggedIn { resource_id } => {
            locked(&host.inner.login_failures).remove(&resource_id);
            Notice::LoggedIn { resource_id }
        }
        Change::LoginFailed { resource_id, error } => {
            let failure = convert::problem(&error);
            if let Some(id) = &resource_id {
                host.keep_failure(id, error);
            }
            Notice::LoginFailed {
                resource_id,
                failure,
            }
        }
    }
}
