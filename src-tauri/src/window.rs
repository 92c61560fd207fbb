//! The one window. It is destroyed when closed, which frees most of the memory, and made anew when wanted.

use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder};

pub(crate) const LABEL: &str = "main";

pub(crate) fn show(app: &AppHandle) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(LABEL) {
        window.unminimize()?;
        window.show()?;
        return window.set_focus();
    }
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Gatelodge")
        .inner_size(1040.0, 720.0)
        .min_inner_size(760.0, 520.0)
        .on_navigation(is_ours)
        .build()?;
    Ok(())
}

pub(crate) fn show_or_log(app: &AppHandle) {
    if let Err(error) = show(app) {
        tracing::warn!(%error, "the window could not be shown");
    }
}

/// The pages that came with the program, and nothing else (U03).
fn is_ours(url: &Url) -> bool {
    let own = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    };
    own || is_development_page(url)
}

#[cfg(all(debug_assertions, not(feature = "custom-protocol")))]
fn is_development_page(url: &Url) -> bool {
    url.host_str() == Some("127.0.0.1") && url.port() == Some(5173)
}

#[cfg(not(all(debug_assertions, not(feature = "custom-protocol"))))]
fn is_development_page(_: &Url) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u03_the_window_stays_on_its_own_pages() {
        let goes = |text: &str| is_ours(&Url::parse(text).expect("a URL"));
        assert!(goes("tauri://localhost/index.html"));
        for elsewhere in [
            "https://evil.example/",
            "file:///etc/passwd",
            "tauri://evil/",
            "data:text/html,x",
            "https://localhost.evil.example/",
        ] {
            assert!(!goes(elsewhere), "{elsewhere}");
        }
    }
}
