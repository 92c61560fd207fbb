//! Secrets that a person gives: from a file or on the terminal, never as an argument, and never echoed.

use crate::output::{Output, told};
use broker::{Error, LEAST_PASSPHRASE, cause_text, shell_word};
use messages::{Text, text};
use model::Code;
use oauth::secret::Secret;
use std::io::{ErrorKind, IsTerminal};
use std::path::Path;

/// The secret in the file, or the one that is typed, if either was wished for.
pub(crate) fn given(
    file: Option<&Path>,
    asked: bool,
    prompt: impl Into<Text>,
    output: Output,
) -> Result<Option<Secret>, Error> {
    match file {
        Some(path) => from_file(path, output).map(Some),
        None if asked => from_terminal(prompt).map(Some),
        None => Ok(None),
    }
}

/// The whole file, without the line break that editors put at its end.
pub(crate) fn from_file(path: &Path, output: Output) -> Result<Secret, Error> {
    let shown = path.display().to_string();
    let refused = |error: std::io::Error| {
        let (path, why) = (&shown, cause_text(&error));
        Error::new(Code::InvalidArgument, text::CliFileUnusable { path, why })
    };
    let (secret, exposed) = broker::secret_to_take_over(path).map_err(refused)?;
    if exposed {
        let command = format!("chmod 600 {}", shell_word(&shown));
        output.tell(text::CliSecretExposed {
            path: shown,
            command,
        });
    }
    Ok(secret)
}

fn from_terminal(prompt: impl Into<Text>) -> Result<Secret, Error> {
    if !can_ask() {
        return Err(Error::new(Code::InvalidArgument, text::CliSecretNoTerminal)
            .with_hint(text::CliSecretNoTerminalHint));
    }
    let secret = ask(prompt)?;
    if secret.expose().is_empty() {
        Err(Error::new(Code::InvalidArgument, text::CliSecretEmpty))
    } else {
        Ok(secret)
    }
}

/// Someone is there to be asked.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks on the terminal, and shows nothing of what is typed.
pub(crate) fn ask(prompt: impl Into<Text>) -> Result<Secret, Error> {
    let typed = crate::terminal::hidden(&format!("{} ", told(prompt))).map_err(|error| {
        let text = match error.kind() {
            ErrorKind::InvalidData => text::CliTypedNoText.into(),
            _ => Text::from(text::CliTerminalUnreadable {
                problem: error.to_string(),
            }),
        };
        Error::new(Code::InvalidArgument, text)
    })?;
    typed.ok_or_else(|| {
        Error::new(Code::InvalidArgument, text::CliTypedNothing)
            .with_hint(text::CliTypedNothingHint)
    })
}

/// A passphrase for a new vault, typed twice.
pub(crate) fn new_passphrase() -> Result<Secret, Error> {
    let least = LEAST_PASSPHRASE;
    let passphrase = ask(text::CliPromptPassphraseNew { least })?;
    if passphrase.expose().chars().count() < least {
        return Err(
            Error::new(Code::InvalidArgument, text::CliPassphraseShort { least })
                .with_hint(text::CliPassphraseShortHint),
        );
    }
    if ask(text::CliPromptPassphraseAgain)? == passphrase {
        Ok(passphrase)
    } else {
        Err(
            Error::new(Code::InvalidArgument, text::CliPassphrasesDiffer)
                .with_hint(text::CliPassphrasesDifferHint),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_without_its_last_line_break_and_only_if_it_can_be_a_secret() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("secret");
        let read_with = |content: &[u8], mode: u32| {
            std::fs::write(&path, content).expect("written");
            #[cfg(unix)]
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode))
                .expect("ours");
            from_file(&path, Output::new(false))
                .map(|secret| secret.expose().to_owned())
                .ok()
        };
        let read = |content: &[u8]| read_with(content, 0o600);
        assert_eq!(read(b"s3cret \r\n"), Some("s3cret ".to_owned()));
        assert_eq!(
            (read(b"\n"), read(b"\xff\xfe"), read(&vec![b'a'; 70_000])),
            (None, None, None)
        );
        assert!(from_file(folder.path(), Output::new(false)).is_err());
        #[cfg(unix)]
        assert_eq!(
            (read_with(b"s3cret", 0o666), read_with(b"s3cret", 0o660)),
            (None, None),
            "others can change it"
        );
    }
}
