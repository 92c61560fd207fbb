//! The program from its start to its end: plugins, window, tray, host; and what keeps it alive without a window.

use crate::hold::Hold;
use crate::host::ProcessHost;
use crate::launch::Launch;
use crate::quiet::quietly;
use crate::{call, deep_link, display, leaving, news, notification, single, tray, window};
use messages::{Text, text};
use std::path::PathBuf;
use tauri::{
    App, AppHandle, Manager, RunEvent, WindowEvent, async_runtime, generate_context,
    generate_handler,
};
use tauri_plugin_window_state::StateFlags;

/// Returns when the program ends; an error is why it could not begin.
pub(crate) fn run(launch: Launch) -> Result<(), Text> {
    let window_state = tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build();
    let builder = tauri::Builder::default()
        // First: a second instance hands over what it was started with and ends before it does anything.
        .plugin(single::plugin())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(window_state)
        .manage(ProcessHost::new())
        .manage(Hold::default())
        .invoke_handler(generate_handler![call::call, leaving::hold, leaving::leave])
        .setup(move |app| {
            begin(app, launch);
            Ok(())
        });
    // A display that is named and cannot be reached is a panic of the window system.
    let app = quietly(|| builder.build(generate_context!()))
        .map_err(|panic| {
            let error = panic.split(['!', ':']).next().unwrap_or_default();
            display::explain(text::DisplayFailed { error })
        })?
        .map_err(|error| text::DisplayNotStarted {
            error: error.to_string(),
        })?;
    app.run(on_event);
    Ok(())
}

fn begin(app: &App, launch: Launch) {
    let app = app.handle().clone();
    tray::put(&app);
    notification::open_window_on_click(&app);
    if !launch.hidden {
        window::show(&app);
    }
    async_runtime::spawn(end_on_signal(app.clone()));
    async_runtime::spawn(async move {
        // Before anything is written.
        api::outlive_a_file_limit();
        let Ok(host) = app.state::<ProcessHost>().start(downloads(&app)).await else {
            return;
        };
        async_runtime::spawn(news::follow(app.clone(), host.clone()));
        if let Some(link) = launch.link {
            host.deep_link(&link).await;
        }
        host.set_deep_link(deep_link::register(&app).await);
    });
}

/// Not every Linux desktop names a folder for downloads.
fn downloads(app: &AppHandle) -> Option<PathBuf> {
    let paths = app.path();
    paths
        .download_dir()
        .or_else(|_| paths.home_dir().map(|home| home.join("Downloads")))
        .ok()
}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        // The last window closed: agents are served on. Whoever quits gives a code.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => api.prevent_exit(),
        RunEvent::WindowEvent {
            event: WindowEvent::CloseRequested { api, .. },
            ..
        } => leaving::asked_to_close(app, &api),
        RunEvent::Exit => async_runtime::block_on(app.state::<ProcessHost>().stop()),
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::show(app),
        _ => {}
    }
}

/// A desktop that logs the person out asks like this, and so does ctrl-c.
async fn end_on_signal(app: AppHandle) {
    api::Signals::listen().heard().await;
    app.exit(0);
}
