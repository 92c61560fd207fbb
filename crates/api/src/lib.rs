//! What the window may call: the command list, the data that crosses, and the notices that come back.

pub mod dto;
