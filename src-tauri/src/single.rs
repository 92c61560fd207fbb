//! One desktop program a session: the second start hands over what it was started with, and ends.
//!
//! Without a session bus there is no second guard here, and none is needed: two hosts share one vault, and the
//! endpoint's lock lets one of them serve (invariant 7).

use crate::launch::Launch;
use crate::{deep_link, window};
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Wry};

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    tauri_plugin_single_instance::init(|app, arguments, _| {
        again(app, Launch::of(arguments.into_iter().skip(1)));
    })
}

fn again(app: &AppHandle, launch: Launch) {
    match launch {
        Launch {
            link: Some(link), ..
        } => deep_link::receive(app, link),
        Launch { hidden: true, .. } => {}
        Launch { .. } => window::show(app),
    }
}
