//! A key file: 64 hex digits, in a file that only its owner can read. Used only where the person names one.

use crate::keys::VaultKey;
use crate::{VaultError, random};
use std::io::Write;
use std::path::Path;
use zeroize::Zeroizing;

/// The key in the file. With `create`, a file that is not there is made, with a new key in it.
pub(crate) fn key_in_file(path: &Path, create: bool) -> Result<Option<VaultKey>, VaultError> {
    let refused = |why: String| VaultError::KeyFile { path: path.display().to_string(), why };
    match std::fs::read_to_string(path).map(Zeroizing::new) {
        Ok(text) => {
            owned_by_us(path).map_err(refused)?;
            decode(text.trim()).map(Some).ok_or_else(|| refused("it does not hold 64 hex digits".to_owned()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && create => {
            write_new(path).map(Some).map_err(|error| refused(error.to_string()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(refused(error.to_string())),
    }
}

fn write_new(path: &Path) -> std::io::Result<VaultKey> {
    let bytes = Zeroizing::new(random::<32>().map_err(std::io::Error::other)?);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let text = Zeroizing::new(bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")));
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    Ok(VaultKey::from_bytes(*bytes))
}

fn decode(text: &str) -> Option<VaultKey> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(VaultKey::from_bytes(*bytes))
}

#[cfg(unix)]
fn owned_by_us(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if found.mode() & 0o077 != 0 {
        return Err("others can read it; give it mode 0600".to_owned());
    }
    Ok(())
}

#[cfg(not(unix))]
fn owned_by_us(_: &Path) -> Result<(), String> {
    Ok(())
}
