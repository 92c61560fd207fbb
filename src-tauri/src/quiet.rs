//! For libraries that panic where they should fail: the panic becomes an error, and nobody is shown a backtrace.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Arc;
use std::thread;

/// What the closure gives, or what the panic said. Panics of other threads meanwhile are reported as ever.
pub(crate) fn quietly<T>(deed: impl FnOnce() -> T) -> Result<T, String> {
    let here = thread::current().id();
    let usual = Arc::new(take_hook());
    let of_others = Arc::clone(&usual);
    set_hook(Box::new(move |panic| {
        if thread::current().id() != here {
            of_others(panic);
        }
    }));
    // What it was working on is given up as a whole.
    let outcome = catch_unwind(AssertUnwindSafe(deed));
    set_hook(Box::new(move |panic| usual(panic)));
    outcome.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
            .unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::quietly;

    #[test]
    fn a_panic_becomes_its_text() {
        assert_eq!(quietly(|| 1), Ok(1));
        assert_eq!(
            quietly(|| panic!("no {}", "library")),
            Err::<(), _>("no library".to_owned())
        );
        assert_eq!(quietly(|| panic!("none")), Err::<(), _>("none".to_owned()));
    }
}
