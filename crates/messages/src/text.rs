//! One struct for each message, with a field for each of its variables: `text::SpanDays { count: 3 }`. build.rs writes them.

use crate::message::{Arg, Text};

include!(concat!(env!("OUT_DIR"), "/text.rs"));

/// A sentence that is no message yet.
impl From<String> for Text {
    fn from(text: String) -> Self {
        crate::text::AsWritten { text }.into()
    }
}

/// A sentence that is no message yet.
impl From<&str> for Text {
    fn from(text: &str) -> Self {
        crate::text::AsWritten { text }.into()
    }
}
