//! Making, opening and locking the vault, by the window and when the host starts.

use crate::dto::{Protection, Status, VaultCreate, VaultUnlock};
use crate::host::{Host, locked};
use broker::{Code, Error, KeySource, VaultState};
use oauth::secret::Secret;
use std::ffi::OsString;
use std::path::PathBuf;

/// A shorter passphrase is guessed too soon, whatever Argon2 costs.
const LEAST_PASSPHRASE: usize = 8;

impl Host {
    pub(crate) async fn vault_create(&self, args: VaultCreate) -> Result<Status, Error> {
        let source = match (args.protection, args.passphrase, args.key_file) {
            (Protection::Keyring, ..) => KeySource::Auto,
            (Protection::Passphrase, Some(passphrase), _) if passphrase.chars().count() >= LEAST_PASSPHRASE => {
                KeySource::Passphrase(Secret::new(passphrase))
            }
            (Protection::Passphrase, ..) => {
                return Err(invalid(format!("a passphrase has at least {LEAST_PASSPHRASE} characters"))
                    .with_hint("Choose a longer one: several words that only you would put together."));
            }
            (Protection::KeyFile, _, Some(path)) if PathBuf::from(&path).is_absolute() => KeySource::KeyFile(PathBuf::from(path)),
            (Protection::KeyFile, ..) => {
                return Err(invalid("a key file has to be named".to_owned()).with_hint("Give its whole path, from the root."));
            }
        };
        self.open(source).await?;
        self.status().await
    }

    /// Without a passphrase: what keeps the key is asked once more (a keyring that was locked, or not there).
    pub(crate) async fn vault_unlock(&self, args: VaultUnlock) -> Result<Status, Error> {
        let source =
            if args.passphrase.is_empty() { self.inner.key.clone() } else { KeySource::Passphrase(Secret::new(args.passphrase)) };
        self.open(source).await?;
        self.status().await
    }

    pub(crate) async fn vault_lock(&self) -> Result<Status, Error> {
        self.broker().lock_vault();
        self.status().await
    }

    /// Opens it, or says why it is not open. Logins whose answer came meanwhile go on.
    pub(crate) async fn open(&self, source: KeySource) -> Result<(), Error> {
        match self.broker().open_vault(source).await {
            Ok(VaultState::Open { .. }) => {
                *locked(&self.inner.fault) = None;
                self.answer_waiting().await;
                self.revive_demo();
                Ok(())
            }
            Ok(state) => {
                *locked(&self.inner.fault) = None;
                Err(state.error())
            }
            Err(error) => {
                *locked(&self.inner.fault) = Some(error.clone());
                Err(error)
            }
        }
    }
}

/// What opens the vault without asking: a key file or a passphrase file that the environment names, else the keyring.
pub(crate) fn key_source() -> Result<KeySource, Error> {
    source_named(|name| std::env::var_os(name).filter(|value| !value.is_empty()))
}

fn source_named(variable: impl Fn(&str) -> Option<OsString>) -> Result<KeySource, Error> {
    if let Some(path) = variable("GATELODGE_KEY_FILE") {
        return Ok(KeySource::KeyFile(PathBuf::from(path)));
    }
    let Some(path) = variable("GATELODGE_PASSPHRASE_FILE").map(PathBuf::from) else {
        return Ok(KeySource::Auto);
    };
    // Not the keyring instead: whoever named a file would get a vault that it does not open.
    let text = std::fs::read_to_string(&path)
        .map_err(|error| invalid(format!("GATELODGE_PASSPHRASE_FILE: {} cannot be read: {error}", path.display())))?;
    let passphrase = text.trim_end_matches(['\r', '\n']);
    if passphrase.is_empty() {
        return Err(invalid(format!("GATELODGE_PASSPHRASE_FILE: {} is empty", path.display())));
    }
    Ok(KeySource::Passphrase(Secret::new(passphrase)))
}

fn invalid(message: String) -> Error {
    Error::new(Code::InvalidArgument, message)
}

#[cfg(test)]
mod tests {
    use super::source_named;
    use broker::{Code, KeySource};
    use std::path::Path;

    fn with(name: &str, value: &Path) -> Result<KeySource, broker::Error> {
        source_named(|asked| (asked == name).then(|| value.as_os_str().to_owned()))
    }

    #[test]
    fn the_environment_names_what_opens_the_vault() {
        assert!(matches!(source_named(|_| None), Ok(KeySource::Auto)));
        let key_file = with("GATELODGE_KEY_FILE", Path::new("/k"));
        assert!(matches!(key_file, Ok(KeySource::KeyFile(path)) if path == Path::new("/k")));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("passphrase");
        std::fs::write(&file, "correct horse\n").expect("written");
        let passphrase = with("GATELODGE_PASSPHRASE_FILE", &file);
        assert!(matches!(passphrase, Ok(KeySource::Passphrase(secret)) if secret.expose() == "correct horse"));
    }

    #[test]
    fn a_passphrase_file_that_is_not_there_is_not_replaced_by_the_keyring() {
        let error = with("GATELODGE_PASSPHRASE_FILE", Path::new("/nowhere/at/all")).expect_err("it cannot be read");
        assert_eq!(error.code(), Code::InvalidArgument);
    }
}
