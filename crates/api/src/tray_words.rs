//! The whole in a few words, for a tray and its notifications. Decided here, so that the desktop only draws.

use crate::dto::Notice;
use crate::host::Host;
use broker::{ResourceView, VaultState};
use model::{Protection, ResourceState};
use std::collections::BTreeMap;

/// What a tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraySummary {
    /// Its icon.
    pub state: TrayState,
    /// One line a server; those that need the person come first.
    pub servers: Vec<TrayItem>,
    /// The line that opens the window.
    pub open: &'static str,
    /// The line that locks the vault; None where the person has no passphrase to open it again with.
    pub lock: Option<&'static str>,
    /// The line that ends the program.
    pub quit: &'static str,
    names: BTreeMap<String, String>,
    /// Servers whose login ended by itself, with why.
    ended: BTreeMap<String, String>,
}

/// "notion — logged in", and the page that it leads to: none for the line that says how many there are besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrayItem {
    /// The server that it leads to, if any.
    pub resource_id: Option<String>,
    /// What it says.
    pub text: String,
}

/// The tray's icon.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TrayState {
    /// The vault is open, and every login lives.
    Open,
    /// A login ended by itself, or an agent lacks a scope.
    Attention,
    /// The vault is not open: no agent gets anything.
    #[default]
    Closed,
}

/// Something that a person who does not look at the window wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// What it is about.
    pub title: String,
    /// What happened.
    pub body: String,
}

/// A menu that is longer is no menu.
const MOST_LINES: usize = 12;

impl Host {
    /// What a tray shows now.
    pub async fn tray_summary(&self) -> TraySummary {
        match (self.broker().vault_state(), self.broker().resources().await) {
            (VaultState::Open { protection }, Ok(views)) => {
                TraySummary::of(protection, &views).with_unsaved(self.broker().count_unsaved())
            }
            _ => TraySummary::default(),
        }
    }
}

impl Default for TraySummary {
    fn default() -> Self {
        Self {
            state: TrayState::default(),
            servers: Vec::new(),
            open: "Open Gatelodge",
            lock: None,
            quit: "Quit",
            names: BTreeMap::new(),
            ended: BTreeMap::new(),
        }
    }
}

impl TraySummary {
    fn of(protection: Protection, views: &[ResourceView]) -> Self {
        let (urgent, calm): (Vec<_>, Vec<_>) = views.iter().partition(|view| needs_attention(view));
        let attention = !urgent.is_empty();
        let mut servers: Vec<_> = urgent
            .into_iter()
            .chain(calm)
            .take(MOST_LINES)
            .map(line)
            .collect();
        if views.len() > MOST_LINES {
            servers.push(TrayItem {
                resource_id: None,
                text: format!("and {} more", views.len() - MOST_LINES),
            });
        }
        let ended: BTreeMap<_, _> = views
            .iter()
            .filter(|view| has_ended(view))
            .filter_map(|view| Some((view.record.id.clone(), view.message.as_ref()?.told())))
            .collect();
        Self {
            state: if attention {
                TrayState::Attention
            } else {
                TrayState::Open
            },
            servers,
            lock: (protection == Protection::Passphrase).then_some("Lock vault"),
            names: views
                .iter()
                .map(|view| (view.record.id.clone(), view.record.name.clone()))
                .collect(),
            ended,
            ..Self::default()
        }
    }

    /// What the disk did not take comes first: only the person can make room.
    fn with_unsaved(mut self, count: usize) -> Self {
        if count > 0 {
            self.state = TrayState::Attention;
            self.servers.insert(
                0,
                TrayItem {
                    resource_id: None,
                    text: unsaved(count),
                },
            );
        }
        self
    }

    /// Logins that have ended since `before`.
    pub fn since(&self, before: &Self) -> Vec<Notification> {
        let new = self
            .ended
            .iter()
            .filter(|(id, _)| !before.ended.contains_key(*id) && before.names.contains_key(*id));
        new.map(|(id, why)| Notification {
            title: format!("{} needs a login", self.name(id)),
            body: why.clone(),
        })
        .collect()
    }

    /// What a notice means to someone who does not see the window.
    pub fn notification(&self, notice: &Notice) -> Option<Notification> {
        match notice {
            Notice::LoggedIn { resource_id } => Some(Notification {
                title: format!("Logged in to {}", self.name(resource_id)),
                body: "Agents that have a permit can use it now.".to_owned(),
            }),
            Notice::LoginFailed {
                resource_id,
                failure,
            } => Some(Notification {
                title: match resource_id {
                    Some(id) => format!("The login to {} failed", self.name(id)),
                    None => "A login waits".to_owned(),
                },
                body: format!("{} {}", failure.message, failure.hint),
            }),
            Notice::Changed | Notice::Trace { .. } | Notice::Show { .. } => None,
        }
    }

    fn name(&self, id: &str) -> &str {
        self.names.get(id).map_or("a server", String::as_str)
    }
}

fn unsaved(count: usize) -> String {
    let what = if count == 1 {
        "1 renewed login".to_owned()
    } else {
        format!("{count} renewed logins")
    };
    format!("{what} could not be written yet: free some disk space")
}

/// A login that was there, and is not any more.
fn has_ended(view: &ResourceView) -> bool {
    matches!(
        view.state,
        ResourceState::Active | ResourceState::LoginNeeded
    ) && view.message.is_some()
}

fn needs_attention(view: &ResourceView) -> bool {
    has_ended(view) || !view.record.missing_scopes.is_empty()
}

/// What a server is now, in words.
pub fn state_words(state: ResourceState) -> &'static str {
    match state {
        ResourceState::NotProtected => "no login needed",
        ResourceState::LoginNeeded => "needs a login",
        ResourceState::LoggingIn => "waiting for the browser",
        ResourceState::Active => "logged in",
        ResourceState::Revoked => "revoked",
        ResourceState::RemovedHere => "removed here",
    }
}

fn line(view: &ResourceView) -> TrayItem {
    let state = match view.state {
        ResourceState::Active if !view.record.missing_scopes.is_empty() => "needs more permissions",
        state => state_words(state),
    };
    TrayItem {
        resource_id: Some(view.record.id.clone()),
        text: format!("{} — {state}", view.record.name),
    }
}

#[cfg(test)]
mod tests {
    use super::{TrayState, TraySummary};

    #[test]
    fn what_the_disk_did_not_take_comes_first() {
        let open = || TraySummary {
            state: TrayState::Open,
            ..TraySummary::default()
        };
        assert_eq!(open().with_unsaved(0), open());
        let waiting = open().with_unsaved(2);
        assert_eq!(waiting.state, TrayState::Attention);
        assert_eq!(
            waiting.servers[0].text,
            "2 renewed logins could not be written yet: free some disk space"
        );
    }
}
