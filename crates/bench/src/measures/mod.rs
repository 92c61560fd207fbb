//! The measurements, by what they need beside each other.

pub mod cached;
pub mod commands;
pub mod lists;
pub mod memory;
pub mod renewal;
pub mod socket;
pub mod start;
