//! What opens the vault without asking: one answer for the window and for the command line.

use broker::{Error, KeySource, passphrase_in_file};
use std::ffi::OsString;
use std::path::PathBuf;

/// A key file that was named, or that the environment names; else a passphrase file that it names; else the keyring.
pub fn key_source(key_file: Option<PathBuf>) -> Result<KeySource, Error> {
    named(key_file, |name| {
        std::env::var_os(name).filter(|value| !value.is_empty())
    })
}

fn named(
    key_file: Option<PathBuf>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<KeySource, Error> {
    if let Some(path) = key_file.or_else(|| variable("GATELODGE_KEY_FILE").map(PathBuf::from)) {
        return Ok(KeySource::KeyFile(path));
    }
    match variable("GATELODGE_PASSPHRASE_FILE").map(PathBuf::from) {
        // Not the keyring instead: whoever named a file would get a vault that it does not open.
        Some(path) => Ok(KeySource::Passphrase(passphrase_in_file(&path)?)),
        None => Ok(KeySource::Auto),
    }
}

#[cfg(test)]
mod tests {
    use super::named;
    use broker::KeySource;
    use model::Code;
    use std::path::{Path, PathBuf};

    fn with(name: &str, value: &Path) -> Result<KeySource, broker::Error> {
        named(None, |asked| {
            (asked == name).then(|| value.as_os_str().to_owned())
        })
    }

    fn private(path: &Path, text: &[u8]) {
        std::fs::write(path, text).expect("written");
        #[cfg(unix)]
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .expect("ours");
    }

    #[test]
    fn the_environment_names_what_opens_the_vault() {
        assert!(matches!(named(None, |_| None), Ok(KeySource::Auto)));
        let key_file = with("GATELODGE_KEY_FILE", Path::new("/k"));
        assert!(matches!(key_file, Ok(KeySource::KeyFile(path)) if path == Path::new("/k")));
        let said = named(Some(PathBuf::from("/said")), |_| Some("/k".into()));
        assert!(
            matches!(said, Ok(KeySource::KeyFile(path)) if path == Path::new("/said")),
            "what was said comes first"
        );
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("passphrase");
        private(&file, b"correct horse\n");
        let passphrase = with("GATELODGE_PASSPHRASE_FILE", &file);
        assert!(
            matches!(passphrase, Ok(KeySource::Passphrase(secret)) if secret.expose() == "correct horse")
        );
    }

    /// Not the keyring instead, and no passphrase that was not meant.
    #[test]
    fn a_passphrase_file_that_cannot_be_used_is_told_of() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("passphrase");
        let long = vec![b'a'; 70_000];
        for (text, said) in [
            (&b""[..], "is empty"),
            (b"\n", "is empty"),
            (b"\xff\xfe", "isn't text"),
            (&long, "too long"),
        ] {
            private(&file, text);
            let error = with("GATELODGE_PASSPHRASE_FILE", &file).expect_err(said);
            assert_eq!(error.code(), Code::InvalidArgument);
            assert!(error.to_string().contains(said), "{error}");
        }
        for nowhere in [folder.path(), Path::new("/nowhere/at/all")] {
            assert_eq!(
                with("GATELODGE_PASSPHRASE_FILE", nowhere)
                    .expect_err("nothing")
                    .code(),
                Code::InvalidArgument
            );
        }
        #[cfg(unix)]
        for mode in [0o644, 0o640, 0o606] {
            private(&file, b"correct horse");
            std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(mode))
                .expect("ours");
            let error = with("GATELODGE_PASSPHRASE_FILE", &file).expect_err("others can read it");
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
    }
}
