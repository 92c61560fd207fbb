//! The cause behind a failure: for logs, and for decisions on what a lower crate answered.

use std::fmt;
use std::sync::Arc;

/// The error of a lower crate or of the system. It is no part of what an error is told or compared by, and is not written where
/// another process waits.
#[derive(Clone, Default)]
pub(super) struct Cause(Option<Arc<Source>>);

type Source = dyn std::error::Error + Send + Sync;

impl Cause {
    pub(super) fn new(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(source)))
    }

    pub(super) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.as_deref()?;
        Some(source)
    }
}

impl PartialEq for Cause {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Cause {}

impl fmt::Debug for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source() {
            Some(source) => write!(formatter, "{source}"),
            None => formatter.write_str("none"),
        }
    }
}

/// The innermost cause of this kind. What the system says may stand inside of another error of the system, which names it nowhere.
pub(crate) fn cause_of<'a, T: std::error::Error + 'static>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a T> {
    let mut cause = error.source();
    let mut last = None;
    while let Some(source) = cause {
        let mut next = Some(source);
        while let Some(error) = next {
            last = error.downcast_ref::<T>().or(last);
            let inner = error
                .downcast_ref::<std::io::Error>()
                .and_then(std::io::Error::get_ref);
            next = inner.map(|inner| inner as &(dyn std::error::Error + 'static));
        }
        cause = source.source();
    }
    last
}

/// Writes what each cause adds to the sentence before it.
pub(super) fn write_causes(
    error: &(dyn std::error::Error + 'static),
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let words = source.to_string();
        if !said.contains(&words) {
            write!(formatter, ": {words}")?;
            said = words;
        }
        cause = source.source();
    }
    Ok(())
}
