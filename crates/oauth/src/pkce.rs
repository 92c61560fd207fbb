//! PKCE (RFC 7636): S256 and nothing else. The random bytes come from the caller (invariant 1).

use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};

/// A verifier of 43 characters made from 32 random bytes (RFC 7636 §4.1).
pub fn verifier(random: [u8; 32]) -> Secret {
    Secret::new(URL_SAFE_NO_PAD.encode(random))
}

/// The S256 challenge of a verifier (RFC 7636 §4.2).
pub fn challenge(verifier: &Secret) -> String {
    let verifier = PkceCodeVerifier::new(verifier.expose().to_owned());
    PkceCodeChallenge::from_code_verifier_sha256(&verifier)
        .as_str()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of RFC 7636, appendix B.
    #[test]
    fn the_rfcs_own_example() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(
            challenge(&verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a_verifier_has_the_length_and_alphabet_of_the_rfc() {
        let verifier = verifier([0xff; 32]);
        assert_eq!(verifier.expose().len(), 43);
        assert!(
            verifier
                .expose()
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        );
    }
}
