//! Device codes, and what became of them (RFC 8628 sections 3.2 and 3.5).

use std::collections::HashMap;

use crate::random::{letters, opaque};
use crate::reply::OAuthError;
use crate::scopes::Scopes;
use crate::switches::{DeviceAnswers, DeviceSwitches};

/// A device that waits for a person.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    pub(crate) client: String,
    pub(crate) scopes: Scopes,
    pub(crate) resource: Option<String>,
    pub(crate) user_code: String,
    pub(crate) expires_ms: u64,
    /// How long it must wait between polls; grows with each `slow_down`.
    interval_ms: u64,
    last_poll_ms: u64,
    polls: u32,
    pub(crate) decision: Option<Decision>,
    fetched: bool,
}

/// What the person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    Approved { user: String, logged_in_at: u64 },
    Denied,
}

/// All devices by device code.
#[derive(Debug, Default)]
pub(crate) struct Devices(HashMap<String, Device>);

/// RFC 8628 section 3.5: what `slow_down` adds, and the interval of an answer that names none.
const FIVE_SECONDS_MS: u64 = 5000;

impl Devices {
    /// A new device: its device code, and what the person types.
    pub(crate) fn wait(
        &mut self,
        client: &str,
        scopes: Scopes,
        resource: Option<String>,
        switches: &DeviceSwitches,
        now: u64,
    ) -> (String, String) {
        let code = opaque("device_");
        let user_code = format!("{}-{}", letters(4), letters(4));
        let device = Device {
            client: client.to_owned(),
            scopes,
            resource,
            user_code: user_code.clone(),
            expires_ms: now.saturating_add(switches.seconds.saturating_mul(1000)),
            interval_ms: switches
                .interval
                .map_or(FIVE_SECONDS_MS, |seconds| seconds.saturating_mul(1000)),
            last_poll_ms: 0,
            polls: 0,
            decision: None,
            fetched: false,
        };
        self.0.insert(code.clone(), device);
        (code, user_code)
    }

    pub(crate) fn get(&self, code: &str) -> Option<&Device> {
        self.0.get(code)
    }

    /// The device of a code that a person typed, in whatever way, if it still waits.
    pub(crate) fn typed(&mut self, user_code: &str, now: u64) -> Option<&mut Device> {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|letter| letter.to_ascii_uppercase())
                .collect()
        };
        let typed = plain(user_code);
        self.0.values_mut().find(|device| {
            plain(&device.user_code) == typed
                && device.decision.is_none()
                && now < device.expires_ms
        })
    }

    /// One poll: the approval, once, or the reason to go on or to stop. `approver` agrees to everything in the end.
    pub(crate) fn poll(
        &mut self,
        code: &str,
        switches: &DeviceSwitches,
        approver: Option<&str>,
        now: u64,
    ) -> Result<(Device, String, u64), OAuthError> {
        let refused = |code: &str, why: &str| Err(OAuthError::new(code, why));
        let Some(device) = self.0.get_mut(code) else {
            return refused("invalid_grant", "this device code was never issued");
        };
        if device.fetched {
            return refused("invalid_grant", "this device code was used before");
        }
        if now >= device.expires_ms || switches.answers == DeviceAnswers::Expired {
            return refused("expired_token", "this device code has expired");
        }
        let too_fast =
            switches.checks_pace && now < device.last_poll_ms.saturating_add(device.interval_ms);
        device.last_poll_ms = now;
        device.polls = device.polls.saturating_add(1);
        if too_fast || device.polls <= switches.slow_down_polls {
            device.interval_ms = device.interval_ms.saturating_add(FIVE_SECONDS_MS);
            return refused("slow_down", "polls come too fast");
        }
        let pending = refused("authorization_pending", "the person has not answered yet");
        if device.polls
            <= switches
                .slow_down_polls
                .saturating_add(switches.pending_polls)
        {
            return pending;
        }
        if device.decision.is_none() {
            device.decision = approver.map(|user| Decision::Approved {
                user: user.to_owned(),
                logged_in_at: now / 1000,
            });
        }
        match (switches.answers, &device.decision) {
            (DeviceAnswers::Denied, _) | (_, Some(Decision::Denied)) => {
                refused("access_denied", "the person said no")
            }
            (DeviceAnswers::Pending, _) | (_, None) => pending,
            (_, Some(Decision::Approved { user, logged_in_at })) => {
                let (user, logged_in_at) = (user.clone(), *logged_in_at);
                device.fetched = true;
                Ok((device.clone(), user, logged_in_at))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polled(devices: &mut Devices, code: &str, switches: &DeviceSwitches, now: u64) -> String {
        match devices.poll(code, switches, Some("ada"), now) {
            Ok((_, user, _)) => user,
            Err(error) => error.code,
        }
    }

    #[test]
    fn polls_that_come_too_fast_must_wait_longer_each_time() {
        let (mut devices, switches) = (
            Devices::default(),
            DeviceSwitches {
                pending_polls: 3,
                ..DeviceSwitches::default()
            },
        );
        let (code, _) = devices.wait("c", Scopes::default(), None, &switches, 0);
        for (now, answer) in [
            (10_000, "authorization_pending"),
            (14_999, "slow_down"),
            (24_998, "slow_down"),
            (39_998, "ada"),
            (59_998, "invalid_grant"),
        ] {
            assert_eq!(polled(&mut devices, &code, &switches, now), answer, "{now}");
        }
    }

    #[test]
    fn a_typed_code_is_found_however_it_is_written_and_only_while_it_waits() {
        let (mut devices, switches) = (Devices::default(), DeviceSwitches::default());
        let (code, user_code) = devices.wait("c", Scopes::default(), None, &switches, 0);
        let written = user_code.to_lowercase().replace('-', " ");
        assert!(devices.typed(&written, 1).is_some());
        assert!(devices.typed("", 1).is_none());
        assert!(devices.typed(&written, 600_000).is_none());
        assert_eq!(
            polled(&mut devices, &code, &switches, 600_000),
            "expired_token"
        );
    }
}
