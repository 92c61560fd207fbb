//! What keeps the window open: the page shows something that is shown once; and whom has been told where the program is then.

use std::sync::atomic::{AtomicBool, Ordering};
use tauri::{AppHandle, Manager};

/// The state of the one window.
#[derive(Default)]
pub(crate) struct Hold {
    held: AtomicBool,
    /// Once is enough: whoever answered knows.
    told: AtomicBool,
}

impl Hold {
    pub(crate) fn set(&self, held: bool) {
        self.held.store(held, Ordering::SeqCst);
    }

    pub(crate) fn is_told(&self) -> bool {
        self.told.load(Ordering::SeqCst)
    }

    pub(crate) fn tell(&self) {
        self.told.store(true, Ordering::SeqCst);
    }
}

/// A window that is made anew shows nothing yet.
pub(crate) fn release(app: &AppHandle) {
    app.state::<Hold>().set(false);
}

pub(crate) fn is_held(app: &AppHandle) -> bool {
    app.state::<Hold>().held.load(Ordering::SeqCst)
}
