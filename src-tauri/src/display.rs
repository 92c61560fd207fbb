//! Whether there is a display at all: without one GTK ends the program with a message that helps nobody.

use broker::command_line;
use messages::{Text, text};

/// Sentences for whoever started it, or None where a window can be shown.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn missing() -> Option<Text> {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    (!is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY")).then(|| explain(text::DisplayUnset))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) fn missing() -> Option<Text> {
    None
}

pub(crate) fn explain(why: impl Into<Text>) -> Text {
    text::DisplayMissing {
        why: why.into(),
        serve: command_line(&["serve"]),
        demo: command_line(&["demo"]),
    }
    .into()
}
