//! A grant's tokens: obtained, kept, fresh, renewed, and taken back.

pub(crate) mod choose;
pub(crate) mod draft;
pub(crate) mod fresh;
pub(crate) mod id_jag;
pub(crate) mod keep;
pub(crate) mod login_reason;
pub(crate) mod obtain;
pub(crate) mod refresh;
pub(crate) mod revocation;
