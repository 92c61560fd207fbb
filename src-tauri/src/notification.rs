//! Notifications of the desktop: for a person who does not see the window.

use crate::window;
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;

pub(crate) fn show(app: &AppHandle, title: &str, body: &str) {
    if let Err(error) = app
        .notification()
        .builder()
        .title(title)
        .body(plain(body))
        .show()
    {
        tracing::warn!(%error, "the desktop shows no notifications");
    }
}

pub(crate) fn open_window_on_click(app: &AppHandle) {
    let handle = app.clone();
    if let Err(error) = app.notification().on_action(move |_| window::show(&handle)) {
        tracing::info!(%error, "clicks on notifications are not heard of");
    }
}

/// Many desktops read a body as markup, and what a server said is not for that. A title is never markup
/// (freedesktop.org Desktop Notifications Specification).
fn plain(text: &str) -> String {
    text.replace('<', "‹").replace('>', "›").replace('&', "＆")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_a_server_said_is_no_markup() {
        assert_eq!(plain("<a href='x'>R&amp;D</a>"), "‹a href='x'›R＆amp;D‹/a›");
    }
}
