//! The tray: what there is at a summary, and the way back to a closed window. Not every desktop has one.

use crate::host::ProcessHost;
use crate::leaving;
use crate::quiet::quietly;
use crate::tray_host::ID;
use crate::window;
use api::{TrayState, TraySummary};
use serde_json::Value;
use tauri::image::Image;
use tauri::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager, Wry, async_runtime, include_image};

const LOCK: &str = "lock";
const QUIT: &str = "quit";
/// Before the id of the server that a line is about.
const SERVER: &str = "server ";

/// On the main thread, as the program begins.
pub(crate) fn put(app: &AppHandle) {
    // Where the library for trays is missing, it panics (tray-icon loads it when it is first needed).
    match quietly(|| build(app)) {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "there is no tray"),
        Err(panic) => tracing::warn!(why = panic, "there is no tray"),
    }
}

/// On whatever thread this is.
pub(crate) fn draw(app: &AppHandle, summary: TraySummary) {
    let handle = app.clone();
    let drawn = move || {
        let Some(tray) = handle.tray_by_id(ID) else {
            return;
        };
        let drawn = menu(&handle, &summary).and_then(|menu| tray.set_menu(Some(menu)));
        if let Err(error) = drawn.and_then(|()| tray.set_icon(Some(icon(summary.state)))) {
            tracing::warn!(%error, "the tray could not be drawn");
        }
    };
    if let Err(error) = app.run_on_main_thread(drawn) {
        tracing::warn!(%error, "the tray could not be drawn");
    }
}

fn build(app: &AppHandle) -> tauri::Result<TrayIcon> {
    let first = TraySummary::default();
    TrayIconBuilder::with_id(ID)
        .tooltip("Gatelodge")
        .icon(icon(first.state))
        .menu(&menu(app, &first)?)
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()))
        .build(app)
}

/// All but two lines lead to the window, and those of servers to their page there.
fn chosen(app: &AppHandle, id: &str) {
    match id {
        LOCK => lock(app.clone()),
        QUIT => leaving::quit(app),
        _ => match id.strip_prefix(SERVER) {
            Some(resource_id) => window::show_server(app, resource_id),
            None => window::show(app),
        },
    }
}

fn lock(app: AppHandle) {
    async_runtime::spawn(async move {
        let Ok(host) = app.state::<ProcessHost>().host().await else {
            return;
        };
        if let Err(failure) = host.dispatch("vault_lock", Value::Null).await {
            tracing::warn!(
                code = failure.code.as_str(),
                "the vault could not be locked"
            );
        }
    });
}

fn menu(app: &AppHandle, summary: &TraySummary) -> tauri::Result<Menu<Wry>> {
    let line = |id: &str, text: &str| {
        MenuItem::with_id(app, id, text.replace('&', "&&"), true, None::<&str>)
    };
    let gap = || PredefinedMenuItem::separator(app);
    let mut lines: Vec<Box<dyn IsMenuItem<Wry>>> =
        vec![Box::new(line("open", &summary.open)?), Box::new(gap()?)];
    for server in &summary.servers {
        let id = server
            .resource_id
            .as_ref()
            .map_or_else(|| "more".to_owned(), |id| format!("{SERVER}{id}"));
        lines.push(Box::new(line(&id, &server.text)?));
    }
    if !summary.servers.is_empty() {
        lines.push(Box::new(gap()?));
    }
    if let Some(lock) = &summary.lock {
        lines.push(Box::new(line(LOCK, lock)?));
    }
    lines.push(Box::new(line(QUIT, &summary.quit)?));
    let lines: Vec<&dyn IsMenuItem<Wry>> = lines.iter().map(AsRef::as_ref).collect();
    Menu::with_items(app, &lines)
}

fn icon(state: TrayState) -> Image<'static> {
    match state {
        TrayState::Open => include_image!("../icons/tray-open-44.png"),
        TrayState::Attention => include_image!("../icons/tray-attention-44.png"),
        TrayState::Closed => include_image!("../icons/tray-closed-44.png"),
    }
}
