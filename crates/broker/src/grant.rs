//! A grant's tokens: kept, fresh, renewed, and taken back.

pub(crate) mod fresh;
pub(crate) mod keep;
pub(crate) mod refresh;
pub(crate) mod revocation;
