//! Closing the window and quitting. The page may hold the window while it shows something that is shown once; and where
//! no tray would show the way back, the person is asked whether the program is to live on.

use crate::hold::{Hold, is_held};
use crate::{tray_host, window};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, CloseRequestApi, Emitter, Manager, State, async_runtime};

/// What the page hears when the person has to be asked.
const EVENT: &str = "leaving";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Exit {
    Close,
    Quit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Reason {
    Held,
    Unseen,
}

#[derive(Clone, Serialize)]
struct Question {
    way: Exit,
    why: Reason,
}

/// Nobody leaves unasked while the page shows something once.
#[tauri::command]
#[expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands a command what it asks for"
)]
pub(crate) fn hold(state: State<'_, Hold>, held: bool) {
    state.set(held);
}

/// By a shortcut or a button of the page; `sure`, once the person has answered.
#[tauri::command]
#[expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands a command what it asks for"
)]
pub(crate) fn leave(app: AppHandle, state: State<'_, Hold>, way: Exit, sure: bool) {
    if sure {
        state.set(false);
    }
    match way {
        Exit::Quit => quit(&app),
        Exit::Close if sure => window::end(&app),
        Exit::Close => window::close(&app),
    }
}

/// From the tray or the page. A signal ends the program without this.
pub(crate) fn quit(app: &AppHandle) {
    if is_held(app) {
        window::show(app);
        ask(
            app,
            Question {
                way: Exit::Quit,
                why: Reason::Held,
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
                way: Exit::Close,
                why: Reason::Held,
            },
        );
        return;
    }
    if app.state::<Hold>().is_told() {
        return;
    }
    // Whether a tray is seen takes a moment to find out.
    closing.prevent_close();
    let app = app.clone();
    async_runtime::spawn(async move {
        if tray_host::shows(&app).await {
            window::end(&app);
        } else {
            app.state::<Hold>().tell();
            ask(
                &app,
                Question {
                    way: Exit::Close,
                    why: Reason::Unseen,
                },
            );
        }
    });
}

fn ask(app: &AppHandle, question: Question) {
    if let Err(error) = app.emit_to(window::LABEL, EVENT, question) {
        tracing::warn!(%error, "the window could not be asked");
    }
}
