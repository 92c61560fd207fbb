//! Why a private key can't be used.

use messages::{Arg, Text, text};
use oauth::jwt::{KeyDamage, KeyError, KeyForm};

pub(crate) fn text(error: &KeyError) -> Text {
    match error {
        KeyError::NotPem => text::PrivateKeyNotPem.into(),
        KeyError::Encrypted => text::PrivateKeyEncrypted.into(),
        KeyError::Public => text::PrivateKeyPublic.into(),
        KeyError::Unsupported(form) => {
            let what = unsupported(form);
            text::PrivateKeyUnsupported { what }.into()
        }
        KeyError::Damaged(damage) => {
            let detail = damaged(damage);
            text::PrivateKeyDamaged { detail }.into()
        }
        KeyError::Missing => text::PrivateKeyMissing.into(),
        KeyError::Signature(detail) => text::PrivateKeyMute { detail }.into(),
    }
}

fn unsupported(form: &KeyForm) -> Text {
    match form {
        KeyForm::Format(label) => text::PrivateKeyOfFormat { label }.into(),
        KeyForm::Algorithm(identifier) => text::PrivateKeyOfAlgorithm { identifier }.into(),
        KeyForm::RsaLength => text::PrivateKeyOfLength.into(),
        KeyForm::Curve => text::PrivateKeyOfCurve.into(),
    }
}

/// What the library says stays as it is.
fn damaged(damage: &KeyDamage) -> Arg {
    match damage {
        KeyDamage::Base64 => text::PrivateKeyNotBase64.into(),
        KeyDamage::Pkcs8 => text::PrivateKeyNotPkcs8.into(),
        KeyDamage::Stored => text::PrivateKeyNotP256.into(),
        KeyDamage::Library(words) => words.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use oauth::jwt::{KeyDamage, KeyError, KeyForm};

    #[test]
    fn each_fault_of_a_key_is_a_sentence() {
        for (error, told) in [
            (
                KeyError::Unsupported(KeyForm::Format("DSA PRIVATE KEY".to_owned())),
                "Gatelodge can't use the format DSA PRIVATE KEY. Use P-256",
            ),
            (
                KeyError::Unsupported(KeyForm::Algorithm("1.3.101.110".to_owned())),
                "Gatelodge can't use a key of the algorithm 1.3.101.110. Use P-256",
            ),
            (
                KeyError::Unsupported(KeyForm::RsaLength),
                "Gatelodge can't use an RSA key of this length. Use P-256",
            ),
            (
                KeyError::Damaged(KeyDamage::Pkcs8),
                "Gatelodge can't read the private key: it isn't in the form PKCS #8.",
            ),
            (
                KeyError::Damaged(KeyDamage::Library("InvalidEncoding".to_owned())),
                "Gatelodge can't read the private key: InvalidEncoding.",
            ),
        ] {
            let sentence = text(&error).to_string();
            assert!(sentence.starts_with(told), "{sentence}");
        }
    }
}
