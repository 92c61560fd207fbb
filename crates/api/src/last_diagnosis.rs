//! The last diagnosis, kept until the next one so that it can be saved as a file.

use crate::dto::Diagnosis;
use crate::lock::locked;
use broker::{Error, command_line};
use messages::{Text, text};
use model::Code;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// What is saved is what the doctor found, not what a page hands back.
pub(crate) struct LastDiagnosis {
    last: Mutex<Option<(String, Diagnosis)>>,
    folder: Option<PathBuf>,
}

/// Names that are tried beside those of earlier looks at the same server.
const MOST_FILES: u32 = 100;

impl LastDiagnosis {
    /// `folder`: where the person's downloads go.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            last: Mutex::default(),
            folder,
        }
    }

    pub(crate) fn keep(&self, trace_id: String, found: Diagnosis) {
        *locked(&self.last) = Some((trace_id, found));
    }

    pub(crate) fn save(&self, trace_id: &str) -> Result<PathBuf, Error> {
        let last = locked(&self.last);
        let (_, found) = last
            .as_ref()
            .filter(|(id, _)| id == trace_id)
            .ok_or_else(|| {
                Error::new(Code::NotFound, text::DiagnosisGone).with_hint(text::DiagnosisGoneHint)
            })?;
        let folder = self
            .folder
            .as_deref()
            .ok_or_else(|| refused(found, text::DiagnosisNoFolder))?;
        write(folder, found).map_err(|error| {
            let (kind, error) = (error.kind(), error.to_string());
            let folder = folder.display().to_string();
            match kind {
                ErrorKind::AlreadyExists => refused(found, text::DiagnosisTooMany { folder }),
                _ => refused(found, text::DiagnosisUnwritable { folder, error }),
            }
        })
    }
}

/// Beside what is there already, never over it.
fn write(folder: &Path, found: &Diagnosis) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let host = found.url.split('/').nth(2).unwrap_or_default();
    let plain: String = host
        .chars()
        .map(|char| {
            if char.is_ascii_alphanumeric() || char == '.' {
                char
            } else {
                '-'
            }
        })
        .collect();
    for number in 1..=MOST_FILES {
        let suffix = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        let path = folder.join(format!("gatelodge-doctor-{plain}{suffix}.json"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => return file.write_all(found.json.as_bytes()).map(|()| path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn refused(found: &Diagnosis, what: impl Into<Text>) -> Error {
    Error::new(Code::InvalidArgument, what).with_hint(text::DiagnosisCopyHint {
        command: command_line(&["doctor", &found.url, "--json"]),
    })
}
