//! Whether anybody shows tray icons on this desktop.

use tauri::AppHandle;

/// The one icon of ours.
pub(crate) const ID: &str = "gatelodge";

/// Whether somebody shows it. An icon that was made proves nothing: plain GNOME shows none.
pub(crate) async fn shows(app: &AppHandle) -> bool {
    app.tray_by_id(ID).is_some() && is_there().await
}

/// A host of StatusNotifierItems is registered (KDE, GNOME with an extension, most panels). An old tray of X11 alone is
/// taken for none: then the person is asked once more than need be.
#[cfg(all(unix, not(target_os = "macos")))]
async fn is_there() -> bool {
    use std::time::Duration;
    const LIMIT: Duration = Duration::from_secs(1);
    let asked = tokio::time::timeout(LIMIT, ask()).await;
    asked.ok().and_then(Result::ok).unwrap_or_default()
}

#[cfg(all(unix, not(target_os = "macos")))]
async fn ask() -> zbus::Result<bool> {
    let bus = zbus::Connection::session().await?;
    let watcher = zbus::Proxy::new(
        &bus,
        "org.kde.StatusNotifierWatcher",
        "/StatusNotifierWatcher",
        "org.kde.StatusNotifierWatcher",
    );
    watcher
        .await?
        .get_property("IsStatusNotifierHostRegistered")
        .await
}

/// Windows and macOS always show them.
#[cfg(not(all(unix, not(target_os = "macos"))))]
async fn is_there() -> bool {
    true
}
