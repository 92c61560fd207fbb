//! What the host tells, carried to where the person sees it: the window, the tray, a notification.

use crate::{notification, tray, window};
use api::Host;
use tauri::AppHandle;

/// Until the host ends.
pub(crate) async fn follow(app: AppHandle, host: Host) {
    let (first, mut notices) = host.notice_stream().await;
    tray::draw(&app, first);
    while let Some(item) = notices.next().await {
        window::tell(&app, &item.notice);
        if let Some(summary) = item.tray {
            tray::draw(&app, summary);
        }
        let is_seen = window::is_seen(&app) || (item.to_front && window::show_again(&app));
        for told in item.notifications.iter().filter(|_| !is_seen) {
            notification::show(&app, &told.title, &told.body);
        }
    }
}
