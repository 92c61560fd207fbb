//! What the host tells, carried to where the person sees it: the window, the tray, a notification.

use crate::{notification, tray, window};
use api::Host;
use api::dto::Notice;
use tauri::{AppHandle, Emitter};

/// The one event that the page hears.
const EVENT: &str = "notice";

/// The window comes to the front, with the page of this server in it.
pub(crate) fn show_server(app: &AppHandle, resource_id: &str) {
    window::show_at(app, resource_id);
    let notice = Notice::Show {
        resource_id: resource_id.to_owned(),
    };
    if let Err(error) = app.emit_to(window::LABEL, EVENT, notice) {
        tracing::warn!(%error, "the window could not be told");
    }
}

/// Until the host ends.
pub(crate) async fn follow(app: AppHandle, host: Host) {
    let (first, mut notices) = host.notice_stream().await;
    tray::draw(&app, first);
    while let Some(item) = notices.next().await {
        if let Err(error) = app.emit_to(window::LABEL, EVENT, &item.notice) {
            tracing::warn!(%error, "the window could not be told");
        }
        if let Some(summary) = item.tray {
            tray::draw(&app, summary);
        }
        let is_seen = window::is_seen(&app) || (item.to_front && window::show_again(&app));
        for told in item.notifications.iter().filter(|_| !is_seen) {
            notification::show(&app, &told.title, &told.body);
        }
    }
}
