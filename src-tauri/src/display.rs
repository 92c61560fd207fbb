//! Whether there is a display at all: without one GTK ends the program with a message that helps nobody.

/// One sentence for whoever started it, or None where a window can be shown.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn missing() -> Option<String> {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    (!is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY"))
        .then(|| explain("neither WAYLAND_DISPLAY nor DISPLAY is set"))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) fn missing() -> Option<String> {
    None
}

pub(crate) fn explain(why: &str) -> String {
    format!(
        "there is no display here ({why}); run `gatelodge serve` to serve agents without a window, or `gatelodge demo` to try it"
    )
}
