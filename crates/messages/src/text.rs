//! One struct for each message, with a field for each of its variables: `text::SpanDays { count: 3 }`. `build/rust.rs` writes them, but for what only the window says.

use crate::message::{Arg, Text};

include!(concat!(env!("OUT_DIR"), "/text.rs"));
