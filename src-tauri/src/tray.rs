//! The tray: the overall state at a glance, the servers in words, and the way out.

use crate::window;
use api::Host;
use api::dto::{Notice, Resource, ResourceState, Status, VaultState};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tauri::image::Image;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};
use tokio::sync::broadcast::error::RecvError;

const OPEN: &[u8] = include_bytes!("../../icons/tray-open-44.png");
const CLOSED: &[u8] = include_bytes!("../../icons/tray-closed-44.png");
const ATTENTION: &[u8] = include_bytes!("../../icons/tray-attention-44.png");

/// Puts the icon up and keeps it true. A desktop without a tray is no reason to fail: starting the program
/// again shows the window.
pub(crate) fn show(app: &AppHandle, host: &Host) {
    // Without the indicator library the builder panics (Linux); with it, a missing tray is an error.
    let built = catch_unwind(AssertUnwindSafe(|| build(app)));
    match built {
        Ok(Ok(tray)) => keep_true(app, host, tray),
        Ok(Err(error)) => tracing::warn!(%error, "there is no tray on this desktop"),
        Err(_) => tracing::warn!("the tray's library (libayatana-appindicator3) is not installed"),
    }
}

fn build(app: &AppHandle) -> tauri::Result<TrayIcon> {
    TrayIconBuilder::with_id("main")
        .tooltip("Gatelodge")
        .icon(Image::from_bytes(CLOSED)?)
        .menu(&menu(app, &[], false)?)
        .on_menu_event(|app, event| match event.id().as_ref() {
            "quit" => app.exit(0),
            "lock" => lock(app),
            _ => window::show_or_log(app),
        })
        .build(app)
}

fn menu(app: &AppHandle, servers: &[Resource], can_lock: bool) -> tauri::Result<Menu<Wry>> {
    let mut menu = MenuBuilder::new(app).text("open", "Open Gatelodge").separator();
    for server in servers.iter().take(12) {
        menu = menu.text(format!("server:{}", server.id), format!("{} — {}", server.name, words(server.state)));
    }
    if !servers.is_empty() {
        menu = menu.separator();
    }
    if can_lock {
        menu = menu.item(&MenuItemBuilder::with_id("lock", "Lock the vault").build(app)?);
    }
    menu.text("quit", "Quit").build()
}

fn words(state: ResourceState) -> &'static str {
    match state {
        ResourceState::NotProtected => "no login needed",
        ResourceState::LoginNeeded => "needs a login",
        ResourceState::LoggingIn => "waiting for the browser",
        ResourceState::Active => "logged in",
        ResourceState::Revoked => "revoked",
    }
}

/// The icon follows from what the window would show.
fn keep_true(app: &AppHandle, host: &Host, tray: TrayIcon) {
    let (app, host) = (app.clone(), host.clone());
    tauri::async_runtime::spawn(async move {
        let mut notices = host.notices();
        loop {
            if let Err(error) = renew(&app, &host, &tray).await {
                tracing::warn!(%error, "the tray could not be renewed");
            }
            loop {
                match notices.recv().await {
                    Ok(Notice::Changed) | Err(RecvError::Lagged(_)) => break,
                    Ok(_) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        }
    });
}

async fn renew(app: &AppHandle, host: &Host, tray: &TrayIcon) -> anyhow::Result<()> {
    let servers: Vec<Resource> = match host.dispatch("resources_list", Value::Null).await {
        Ok(list) => serde_json::from_value(list)?,
        Err(_) => Vec::new(),
    };
    let status: Status = host.status().await?;
    let is_open = status.vault.state == VaultState::Open;
    let is_waiting = servers.iter().any(|server| server.state == ResourceState::LoginNeeded);
    let picture = match (is_open, is_waiting) {
        (false, _) => CLOSED,
        (true, true) => ATTENTION,
        (true, false) => OPEN,
    };
    tray.set_icon(Some(Image::from_bytes(picture)?))?;
    tray.set_menu(Some(menu(app, &servers, is_open)?))?;
    Ok(())
}

fn lock(app: &AppHandle) {
    let host = tauri::Manager::state::<Host>(app).inner().clone();
    tauri::async_runtime::spawn(async move {
        if let Err(failure) = host.dispatch("vault_lock", Value::Null).await {
            tracing::warn!(code = failure.code, "the vault could not be locked");
        }
    });
}
