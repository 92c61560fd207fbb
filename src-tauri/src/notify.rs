//! What the host tells: to the page while there is one, else as a notification of the desktop.

use crate::window;
use api::Host;
use api::dto::Notice;
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_notification::NotificationExt;
use tokio::sync::broadcast::error::RecvError;

const EVENT: &str = "notice";

pub(crate) fn forward(app: &AppHandle, host: &Host) {
    let (app, mut notices) = (app.clone(), host.notices());
    tauri::async_runtime::spawn(async move {
        loop {
            let notice = match notices.recv().await {
                Ok(notice) => notice,
                // Missed some: the page fetches everything anew.
                Err(RecvError::Lagged(_)) => Notice::Changed,
                Err(RecvError::Closed) => return,
            };
            tell(&app, &notice);
        }
    });
}

fn tell(app: &AppHandle, notice: &Notice) {
    if let Err(error) = app.emit_to(window::LABEL, EVENT, notice) {
        tracing::warn!(%error, "a notice did not reach the page");
    }
    let words = match notice {
        Notice::LoggedIn { .. } => ("Logged in", "The login is complete."),
        Notice::LoginFailed { message, .. } => ("The login did not complete", message.as_str()),
        Notice::Changed | Notice::Trace { .. } => return,
    };
    // An answer came from the browser: the person is brought back to where they began.
    match app.get_webview_window(window::LABEL) {
        Some(_) => window::show_or_log(app),
        None => {
            let shown = app.notification().builder().title(words.0).body(words.1).show();
            if let Err(error) = shown {
                tracing::info!(%error, "no notification could be shown");
            }
        }
    }
}
