//! What the errors of the lower crates are told as: one file for each, which says all of its variants.

pub(crate) mod callback;
pub(crate) mod discovery;
pub(crate) mod document_url;
pub(crate) mod http;
pub(crate) mod metadata;
pub(crate) mod private_key;
pub(crate) mod registration;
pub(crate) mod token;
pub(crate) mod url;
pub(crate) mod vault;
