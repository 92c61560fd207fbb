//! The whole in a few words, for a tray and its notifications. Decided here, so that the desktop only draws.

use crate::dto::Notice;
use crate::host::Host;
use broker::{ListedResource, VaultState};
use messages::{Text, text, told};
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
    pub open: String,
    /// The line that locks the vault; None where the person has no passphrase to open it again with.
    pub lock: Option<String>,
    /// The line that ends the program.
    pub quit: String,
    names: BTreeMap<String, String>,
    /// Servers whose login ended by itself, with why.
    ended: BTreeMap<String, String>,
}

/// "notion — connected", and the page that it leads to: none for the line that says how many there are besides.
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
            open: told(text::TrayOpen),
            lock: None,
            quit: told(text::TrayQuit),
            names: BTreeMap::new(),
            ended: BTreeMap::new(),
        }
    }
}

impl TraySummary {
    fn of(protection: Protection, views: &[ListedResource]) -> Self {
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
                text: told(text::TrayMore {
                    count: views.len() - MOST_LINES,
                }),
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
            lock: (protection == Protection::Passphrase).then(|| told(text::TrayLock)),
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
                    text: told(text::TrayUnsaved { count }),
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
            title: told(text::NotificationSignInNeeded {
                server: self.names.get(id).unwrap_or(id),
            }),
            body: why.clone(),
        })
        .collect()
    }

    /// What a notice means to someone who does not see the window.
    pub fn notification(&self, notice: &Notice) -> Option<Notification> {
        match notice {
            Notice::LoggedIn { resource_id } => Some(Notification {
                title: match self.names.get(resource_id) {
                    Some(server) => told(text::NotificationSignedIn { server }),
                    None => told(text::NotificationSignedInSomewhere),
                },
                body: told(text::NotificationSignedInBody),
            }),
            Notice::LoginFailed {
                resource_id,
                failure,
            } => Some(Notification {
                title: self.failed(resource_id.as_deref()),
                body: told(text::NotificationBody {
                    what: &failure.message,
                    hint: &failure.hint,
                }),
            }),
            Notice::Changed | Notice::Logged | Notice::Trace { .. } | Notice::Show { .. } => None,
        }
    }

    /// Without a server the sign-in waits for the vault.
    fn failed(&self, resource_id: Option<&str>) -> String {
        match resource_id.map(|id| self.names.get(id)) {
            Some(Some(server)) => told(text::NotificationSignInFailed { server }),
            Some(None) => told(text::NotificationSignInFailedSomewhere),
            None => told(text::NotificationSignInWaits),
        }
    }
}

/// A login that was there, and is not any more.
fn has_ended(view: &ListedResource) -> bool {
    matches!(
        view.state,
        ResourceState::Active | ResourceState::LoginNeeded
    ) && view.message.is_some()
}

fn needs_attention(view: &ListedResource) -> bool {
    has_ended(view) || !view.record.missing_scopes.is_empty()
}

/// What a server is now, in words.
pub fn state_words(state: ResourceState) -> Text {
    match state {
        ResourceState::NotProtected => text::ServerStateNotProtected.into(),
        ResourceState::LoginNeeded => text::ServerStateSignInNeeded.into(),
        ResourceState::LoggingIn => text::ServerStateWaiting.into(),
        ResourceState::Active => text::ServerStateConnected.into(),
        ResourceState::Revoked => text::ServerStateRevoked.into(),
        ResourceState::RemovedHere => text::ServerStateRemovedHere.into(),
    }
}

fn line(view: &ListedResource) -> TrayItem {
    let state = match view.state {
        ResourceState::Active if !view.record.missing_scopes.is_empty() => {
            text::ServerStatePermissionsNeeded.into()
        }
        state => state_words(state),
    };
    let server = &view.record.name;
    TrayItem {
        resource_id: Some(view.record.id.clone()),
        text: told(text::TrayServer { server, state }),
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
            "2 renewed sign-ins aren't saved yet: free some disk space"
        );
    }
}
