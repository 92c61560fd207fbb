//! Keys that sign, and what they sign: the compact form of RFC 7515 with ES256, RS256 (RFC 7518 §3) or
//! EdDSA (RFC 8037 §3.1). All three are deterministic (P-256 by RFC 6979): nothing here reads randomness.

mod error;
mod key;
mod pair;
mod pem;

pub use error::{KeyDamage, KeyError, KeyForm};
pub use key::SigningKey;
