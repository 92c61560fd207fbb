//! Secrets that a person gives: from a file or on the terminal, never as an argument, and never echoed.

use crate::open::{ask, can_ask};
use broker::{Code, Error};
use oauth::secret::Secret;
use std::io::Read;
use std::path::Path;

/// Keys and secrets are far shorter.
const MOST_BYTES: u64 = 64 * 1024;

/// The secret in the file, or the one that is typed, if either was wished for.
pub(crate) fn given(file: Option<&Path>, asked: bool, prompt: &str) -> Result<Option<Secret>, Error> {
    match file {
        Some(path) => from_file(path).map(Some),
        None if asked => from_terminal(prompt).map(Some),
        None => Ok(None),
    }
}

/// The whole file, without the line break that editors put at its end.
pub(crate) fn from_file(path: &Path) -> Result<Secret, Error> {
    let wrong = |what: String| Error::new(Code::InvalidArgument, format!("{} {what}", path.display()));
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text));
    let bytes = read.map_err(|error| wrong(format!("cannot be read: {error}")))?;
    if bytes as u64 == MOST_BYTES {
        return Err(wrong("is too long to be a secret".to_owned()));
    }
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() { Err(wrong("is empty".to_owned())) } else { Ok(Secret::new(secret)) }
}

fn from_terminal(prompt: &str) -> Result<Secret, Error> {
    if !can_ask() {
        return Err(Error::new(Code::InvalidArgument, "a secret is needed, and there is no terminal to ask on")
            .with_hint("Name a file that holds it with --secret-file."));
    }
    let secret = ask(prompt)?;
    if secret.expose().is_empty() { Err(Error::new(Code::InvalidArgument, "no secret was typed")) } else { Ok(secret) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_without_its_last_line_break_and_only_if_it_can_be_a_secret() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("secret");
        let read = |content: &[u8]| {
            std::fs::write(&path, content).expect("written");
            from_file(&path).map(|secret| secret.expose().to_owned()).ok()
        };
        assert_eq!(read(b"s3cret \r\n"), Some("s3cret ".to_owned()));
        assert_eq!((read(b"\n"), read(b"\xff\xfe"), read(&vec![b'a'; 70_000])), (None, None, None));
        assert!(from_file(folder.path()).is_err());
    }
}
