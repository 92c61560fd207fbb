//! The one window. Closing it frees all of its memory; showing it makes it anew where need be.

use crate::hold;
use api::dto::Notice;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Emitter, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

pub(crate) const LABEL: &str = "main";
/// The one event that the page hears of the host.
const EVENT: &str = "notice";

/// In front of the others, on whatever thread this is.
pub(crate) fn show(app: &AppHandle) {
    shown(app, WebviewUrl::default());
}

/// The same; a window that has to be made anew begins with the page of this server.
fn show_at(app: &AppHandle, resource_id: &str) {
    shown(
        app,
        WebviewUrl::App(format!("index.html#/server/{resource_id}").into()),
    );
}

/// The same; a window that is there is told to show that page.
pub(crate) fn show_server(app: &AppHandle, resource_id: &str) {
    show_at(app, resource_id);
    let resource_id = resource_id.to_owned();
    tell(app, &Notice::Show { resource_id });
}

/// What the host tells, for the page.
pub(crate) fn tell(app: &AppHandle, notice: &Notice) {
    if let Err(error) = app.emit_to(LABEL, EVENT, notice) {
        tracing::warn!(%error, "the window could not be told");
    }
}

fn shown(app: &AppHandle, first: WebviewUrl) {
    let handle = app.clone();
    let shown = move || {
        if let Err(error) = find(&handle)
            .map_or_else(|| make(&handle, first), Ok)
            .and_then(|window| raise(&window))
        {
            tracing::error!(%error, "the window could not be shown");
        }
    };
    if let Err(error) = app.run_on_main_thread(shown) {
        tracing::error!(%error, "the window could not be shown");
    }
}

/// In front, if there is one: false if the person has closed it.
pub(crate) fn show_again(app: &AppHandle) -> bool {
    find(app).inspect(|_| show(app)).is_some()
}

/// Whether the person looks at it now.
pub(crate) fn is_seen(app: &AppHandle) -> bool {
    find(app).is_some_and(|window| window.is_focused().unwrap_or_default())
}

fn find(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(LABEL)
}

/// As the window's own button does.
pub(crate) fn close(app: &AppHandle) {
    if let Some(Err(error)) = find(app).map(|window| window.close()) {
        tracing::warn!(%error, "the window could not be closed");
    }
}

/// Without any question.
pub(crate) fn end(app: &AppHandle) {
    if let Some(Err(error)) = find(app).map(|window| window.destroy()) {
        tracing::warn!(%error, "the window could not be closed");
    }
}

fn make(app: &AppHandle, first: WebviewUrl) -> tauri::Result<WebviewWindow> {
    hold::release(app);
    WebviewWindowBuilder::new(app, LABEL, first)
        .title("Gatelodge")
        .inner_size(1040.0, 720.0)
        .min_inner_size(760.0, 520.0)
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()
}

fn raise(window: &WebviewWindow) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

/// The page goes nowhere else: not by a link, a script, a form or something dropped on it (attack U03).
fn is_ours(url: &Url) -> bool {
    let own = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // Windows shows the same pages under a name that does not leave the program.
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    };
    own || (tauri::is_dev() && url.origin().ascii_serialization() == "http://127.0.0.1:5173")
}

#[cfg(test)]
mod tests {
    use super::is_ours;
    use tauri::Url;

    #[test]
    fn attack_u03_the_page_goes_nowhere_else() {
        let ours = |text: &str| is_ours(&Url::parse(text).expect("a URL"));
        assert!(ours("tauri://localhost/") && ours("tauri://localhost/index.html#/servers"));
        for elsewhere in [
            "https://example.com/",
            "http://127.0.0.1:4283/",
            "http://localhost/",
            "tauri://evil/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "about:blank",
            "blob:tauri://localhost/x",
            "app.gatelodge.desktop:/oauth/callback",
        ] {
            assert!(!ours(elsewhere), "{elsewhere}");
        }
    }
}
