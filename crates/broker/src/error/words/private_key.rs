//! Why a private key can't be used.

use messages::{Text, text};
use oauth::jwt::KeyError;

pub(crate) fn text(error: &KeyError) -> Text {
    match error {
        KeyError::NotPem => text::PrivateKeyNotPem.into(),
        KeyError::Encrypted => text::PrivateKeyEncrypted.into(),
        KeyError::Public => text::PrivateKeyPublic.into(),
        KeyError::Unsupported(what) => text::PrivateKeyUnsupported { what }.into(),
        KeyError::Damaged(detail) => text::PrivateKeyDamaged { detail }.into(),
        KeyError::Missing => text::PrivateKeyMissing.into(),
        KeyError::Signature(detail) => text::PrivateKeyMute { detail }.into(),
    }
}
