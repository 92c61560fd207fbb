//! Secrets that a person gives: from a file or on the terminal, never as an argument, and never echoed.

use crate::output::Output;
use broker::{Error, LEAST_PASSPHRASE};
use model::Code;
use oauth::secret::Secret;
use std::io::IsTerminal;
use std::path::Path;

/// The secret in the file, or the one that is typed, if either was wished for.
pub(crate) fn given(
    file: Option<&Path>,
    asked: bool,
    prompt: &str,
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
    let refused = |why| {
        Error::new(
            Code::InvalidArgument,
            format!("{} cannot be used: {why}", path.display()),
        )
    };
    let (secret, exposed) = broker::secret_to_take_over(path).map_err(refused)?;
    if exposed {
        let path = path.display();
        output.tell(&format!("Others can read {path}, and so the secret in it. Delete the file, or run `chmod 600 {path}`: Gatelodge keeps the secret sealed."));
    }
    Ok(secret)
}

fn from_terminal(prompt: &str) -> Result<Secret, Error> {
    if !can_ask() {
        return Err(Error::new(
            Code::InvalidArgument,
            "a secret is needed, and there is no terminal to ask on",
        )
        .with_hint("Name a file that holds it with --secret-file."));
    }
    let secret = ask(prompt)?;
    if secret.expose().is_empty() {
        Err(Error::new(Code::InvalidArgument, "no secret was typed"))
    } else {
        Ok(secret)
    }
}

/// Someone is there to be asked.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks on the terminal, and shows nothing of what is typed.
pub(crate) fn ask(prompt: &str) -> Result<Secret, Error> {
    let typed = crate::terminal::hidden(prompt).map_err(|error| {
        Error::new(
            Code::InvalidArgument,
            format!("nothing could be read from the terminal: {error}"),
        )
    })?;
    typed.ok_or_else(|| {
        Error::new(Code::InvalidArgument, "nothing was typed")
            .with_hint("Nothing was done. Say the command again when you want to.")
    })
}

/// A passphrase for a new vault, typed twice.
pub(crate) fn new_passphrase() -> Result<Secret, Error> {
    let passphrase = ask(&format!(
        "New passphrase (at least {LEAST_PASSPHRASE} characters): "
    ))?;
    if passphrase.expose().chars().count() < LEAST_PASSPHRASE {
        return Err(Error::new(
            Code::InvalidArgument,
            format!("a passphrase has at least {LEAST_PASSPHRASE} characters"),
        )
        .with_hint("Choose a longer one: several words that only you would put together."));
    }
    if ask("Once more: ")? == passphrase {
        Ok(passphrase)
    } else {
        Err(
            Error::new(Code::InvalidArgument, "the two are not the same")
                .with_hint("Nothing was made. Type the same passphrase twice."),
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
