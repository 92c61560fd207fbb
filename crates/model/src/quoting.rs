//! Words of another party's, in a sentence of ours.

use messages::{Text, text};
use oauth::error_description::ErrorDescription;

/// A sentence with the other server's own words behind it, as far as a sentence holds them.
pub fn quoting(what: impl Into<Text>, said: Option<&ErrorDescription>) -> Text {
    let what = what.into();
    match said.map(ToString::to_string) {
        Some(said) => text::InItsWords { what, said }.into(),
        None => what,
    }
}
