//! Faults that a person is told of, where an error of the system could stand as well.

use messages::{Text, text};
use std::error::Error;
use std::fmt;
use std::path::Path;

/// What is wrong with a file or a folder, as an error. Its display is English, for logs.
#[derive(Debug)]
pub(crate) struct Fault(Text);

impl Fault {
    pub(crate) fn new(text: impl Into<Text>) -> Self {
        Self(text.into())
    }

    /// For a function that also fails with what the system says.
    pub(crate) fn io(text: impl Into<Text>) -> std::io::Error {
        std::io::Error::other(Self::new(text))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Error for Fault {}

/// What a person is told of this cause, as a sentence: a fault of ours, else what the system says.
pub fn cause_text(cause: &(dyn Error + 'static)) -> Text {
    let within = cause
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref)
        .and_then(|inner| inner.downcast_ref::<Fault>());
    match cause.downcast_ref::<Fault>().or(within) {
        Some(Fault(text)) => text.clone(),
        None => text::ClosedError {
            error: cause.to_string(),
        }
        .into(),
    }
}

/// The command that changes the mode of a file, as a person can copy it into a shell.
pub(crate) fn chmod(mode: &str, path: &Path) -> String {
    let path = path.display().to_string();
    format!("chmod {mode} '{}'", path.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::{Fault, cause_text};
    use crate::Cause;
    use messages::text;

    #[test]
    fn a_fault_keeps_its_message_wherever_it_stands() {
        let causes: [Cause; 2] = [
            Fault::new(text::KeyFileEmpty).into(),
            Fault::io(text::KeyFileEmpty).into(),
        ];
        for cause in causes {
            assert_eq!(cause_text(&*cause).id(), "key-file-empty", "{cause}");
        }
        let system: Cause = std::io::Error::from(std::io::ErrorKind::NotFound).into();
        assert_eq!(cause_text(&*system).id(), "closed-error");
    }
}
