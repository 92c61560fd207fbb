//! What one process holds so that each thing happens once, and in its turn.

pub(crate) mod back_off;
pub(crate) mod flights;
pub(crate) mod passphrases;
pub(crate) mod registrations;
pub(crate) mod renewals;
