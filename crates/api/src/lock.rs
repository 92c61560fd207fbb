//! Our data stays whole between statements, whatever happened to a thread that held it.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A lock's content, whatever happened to a thread that held it.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
