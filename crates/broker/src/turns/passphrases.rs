//! Wrong passphrases, one after the other, and what the next one costs.

use std::time::Duration;

/// How often a passphrase was wrong, one after the other. Held while one is tried: they are tried one at a time.
#[derive(Default)]
pub(crate) struct WrongPassphrases(pub(crate) tokio::sync::Mutex<u32>);

impl WrongPassphrases {
    /// One mistake costs nothing. Then each costs twice the one before, up to half a minute; on top of that comes what
    /// Argon2 costs, which is the same in every process.
    pub(crate) fn pause(before: u32) -> Duration {
        Duration::from_secs(match before {
            0 | 1 => 0,
            more => 1_u64.checked_shl(more - 2).unwrap_or(u64::MAX).min(30),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::WrongPassphrases;

    #[test]
    fn a_wrong_passphrase_costs_more_each_time() {
        let pauses: Vec<_> = (0..9)
            .map(|before| WrongPassphrases::pause(before).as_secs())
            .collect();
        assert_eq!(pauses, [0, 0, 1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(WrongPassphrases::pause(u32::MAX).as_secs(), 30);
    }
}
