//! Links to this program: made ours on this machine, and handed to the host unread. They never reach the page.

#[cfg(all(unix, not(target_os = "macos")))]
mod desktop_entry;
#[cfg(all(unix, not(target_os = "macos")))]
mod freedesktop;

use crate::host::ProcessHost;
use tauri::{AppHandle, Manager, async_runtime};

#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use freedesktop::register;

/// A link that came while the program runs. What it leads to comes as a notice.
pub(crate) fn receive(app: &AppHandle, link: String) {
    let app = app.clone();
    async_runtime::spawn(async move {
        if let Ok(host) = app.state::<ProcessHost>().host().await {
            host.deep_link(&link).await;
        }
    });
}

/// Whether links lead here. The plugin writes the registry on Windows; on macOS the package's own list says it.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) async fn register(app: &AppHandle) -> bool {
    use tauri_plugin_deep_link::DeepLinkExt;
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| {
        for url in event.urls() {
            receive(&handle, url.into());
        }
    });
    let scheme = oauth::redirect::SCHEME;
    if cfg!(windows)
        && let Err(error) = app.deep_link().register(scheme)
    {
        tracing::warn!(%error, "links could not be made ours");
    }
    cfg!(target_os = "macos") || app.deep_link().is_registered(scheme).unwrap_or_default()
}
