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
    let (first, mut news) = host.news().await;
    tray::draw(&app, first);
    while let Some(item) = news.next().await {
        if let Err(error) = app.emit_to(window::LABEL, EVENT, &item.notice) {
            tracing::warn!(%error, "the window could not be told");
        }
        if let Some(glance) = item.glance {
            tray::draw(&app, glance);
        }
        let is_seen = window::is_seen(&app) || (item.to_front && window::show_again(&app));
        for tidings in item.tidings.iter().filter(|_| !is_seen) {
            notification::show(&app, &tidings.title, &tidings.body);
        }
    }
}
