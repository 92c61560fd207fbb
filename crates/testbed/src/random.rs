//! The one place that reads the clock and the operating system's randomness (RFC 6749 section 10.10: values nobody can guess).

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// An opaque value with 256 bits of randomness; the prefix tells a reader of the log what it is.
pub(crate) fn opaque(prefix: &str) -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// So many letters that a person can type: no vowels, so that they spell nothing (RFC 8628 section 6.1).
pub(crate) fn letters(count: usize) -> String {
    const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    let mut bytes = vec![0; count];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 20)]))
        .collect()
}

/// Milliseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "this server is another party: it has a clock of its own, and tests expire its tokens by name"
)]
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Seconds since 1970, as JWTs and registration answers count.
pub(crate) fn now_seconds() -> u64 {
    now_ms() / 1000
}
