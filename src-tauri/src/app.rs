//! Putting the parts together: one instance, one host, one window at most; it stays when the window closes.

use crate::{Start, call, deep_link, notify, tray, window};
use anyhow::Context;
use api::{Host, HostOptions};
use broker::Broker;
use tauri::{AppHandle, Manager, RunEvent};

pub(crate) fn run(start: Start) -> anyhow::Result<()> {
    let app = tauri::Builder::default()
        // First of all plugins: a second start is handed to the running one before anything of it exists.
        .plugin(tauri_plugin_single_instance::init(|app, args, _| second_start(app, Start::read(args))))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .invoke_handler(tauri::generate_handler![call::call])
        .setup(move |app| Ok(set_up(app.handle(), start)?))
        .build(tauri::generate_context!())
        .context("the window system could not be started")?;
    app.run(|_, event| {
        // Closing the last window keeps the endpoint alive; quitting from the tray has a code.
        if let RunEvent::ExitRequested { code: None, api, .. } = event {
            api.prevent_exit();
        }
    });
    Ok(())
}

fn set_up(app: &AppHandle, start: Start) -> anyhow::Result<()> {
    let broker = Broker::system().context("the vault's folder cannot be used")?;
    let options = HostOptions { deep_link: deep_link::register(app), endpoint: endpoint::Options::from_environment() };
    let host = tauri::async_runtime::block_on(Host::start(broker, options)).context("the vault cannot be opened")?;
    app.manage(host.clone());
    notify::forward(app, &host);
    deep_link::listen(app);
    tray::show(app, &host);
    if let Some(link) = start.link {
        answer(app, link);
    }
    if !start.hidden {
        window::show(app)?;
    }
    Ok(())
}

/// Somebody started the program again: with a deep link, or to see the window.
fn second_start(app: &AppHandle, start: Start) {
    match start.link {
        Some(link) => answer(app, link),
        None => window::show_or_log(app),
    }
}

/// Hands a deep link to the host. The page never sees it.
pub(crate) fn answer(app: &AppHandle, link: String) {
    let host = app.state::<Host>().inner().clone();
    tauri::async_runtime::spawn(async move { host.deep_link(&link).await });
}
