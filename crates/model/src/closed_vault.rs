//! Why a vault is not open.

use super::Protection;
use messages::Text;

/// What stands between a person and the vault. Each is a state that can be shown, not a failure to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosedVault {
    /// No vault, and no usable keyring: the person chooses how the key is kept.
    Absent {
        /// Why, in a sentence or two.
        why: Text,
    },
    /// No vault, and its key is still there: the person brings the file back, or says that a new one shall be made.
    Gone {
        /// Why, in a sentence or two.
        why: Text,
    },
    /// There is a vault, and what opens it was not offered.
    Locked {
        /// How its key is kept.
        protection: Protection,
    },
    /// Its key is not where it was kept.
    KeyMissing {
        /// How its key is kept.
        protection: Protection,
        /// Why, in a sentence or two.
        why: Text,
    },
    /// Its key may be where it was kept, and that cannot be asked now.
    KeyUnavailable {
        /// How its key is kept.
        protection: Protection,
        /// Why, in a sentence or two.
        why: Text,
    },
    /// The file is none that this version opens.
    Unusable {
        /// Why, in a sentence or two.
        why: Text,
    },
}
