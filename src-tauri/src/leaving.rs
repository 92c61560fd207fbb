//! Closing the window and quitting. The page may hold the window while it shows something that is shown once; and where
//! no tray would show the way back, the person is asked whether the program is to live on.

use crate::{tray, window};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::{AppHandle, CloseRequestApi, Emitter, Manager, State, async_runtime};

/// What the page hears when the person has to be asked.
const EVENT: &str = "leaving";

#[derive(Default)]
pub(crate) struct Leaving {
    held: AtomicBool,
    /// Once is enough: whoever answered knows.
    told: AtomicBool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    Close,
    Quit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    Held,
    Unseen,
}

#[derive(Clone, Serialize)]
struct Question {
    way: Way,
    why: Why,
}

/// Nobody leaves unasked while the page shows something once.
#[tauri::command]
#[expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands a command what it asks for"
)]
pub(crate) fn hold(leaving: State<'_, Leaving>, held: bool) {
    leaving.held.store(held, Ordering::SeqCst);
}

/// By a shortcut or a button of the page; `sure`, once the person has answered.
#[tauri::command]
#[expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands a command what it asks for"
)]
pub(crate) fn leave(app: AppHandle, leaving: State<'_, Leaving>, way: Way, sure: bool) {
    if sure {
        leaving.held.store(false, Ordering::SeqCst);
    }
    match way {
        Way::Quit => quit(&app),
        Way::Close if sure => window::end(&app),
        Way::Close => window::close(&app),
    }
}

/// From the tray or the page. A signal ends the program without this.
pub(crate) fn quit(app: &AppHandle) {
    if is_held(app) {
        window::show(app);
        ask(
            app,
            Question {
                way: Way::Quit,
                why: Why::Held,
            },
        );
    } else {
        app.exit(0);
    }
}

/// The window was asked to close, by whatever means.
pub(crate) fn asked_to_close(app: &AppHandle, closing: &CloseRequestApi) {
    if is_held(app) {
        closing.prevent_close();
        ask(
            app,
            Question {
                way: Way::Close,
                why: Why::Held,
            },
        );
        return;
    }
    if app.state::<Leaving>().told.load(Ordering::SeqCst) {
        return;
    }
    // Whether a tray is seen takes a moment to find out.
    closing.prevent_close();
    let app = app.clone();
    async_runtime::spawn(async move {
        if tray::is_seen(&app).await {
            window::end(&app);
        } else {
            app.state::<Leaving>().told.store(true, Ordering::SeqCst);
            ask(
                &app,
                Question {
                    way: Way::Close,
                    why: Why::Unseen,
                },
            );
        }
    });
}

/// A window that is made anew shows nothing yet.
pub(crate) fn release(app: &AppHandle) {
    app.state::<Leaving>().held.store(false, Ordering::SeqCst);
}

fn is_held(app: &AppHandle) -> bool {
    app.state::<Leaving>().held.load(Ordering::SeqCst)
}

fn ask(app: &AppHandle, question: Question) {
    if let Err(error) = app.emit_to(window::LABEL, EVENT, question) {
        tracing::warn!(%error, "the window could not be asked");
    }
}
