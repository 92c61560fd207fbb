//! A key file: 64 hex digits, in a file that only its owner can read. Used only where the person names one. A file with a
//! passphrase is held to the same rules.

use crate::VaultError;
use crate::fault::{Fault, chmod};
use crate::keys::key::VaultKey;
use crate::randomness::random;
use messages::{Text, text};
use oauth::secret::Secret;
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// Keys and passphrases are far shorter.
const MOST_BYTES: u64 = 64 * 1024;
/// All that the group and the others can be given, and the part of it that changes a file.
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;

/// The key in the file. None: there is no such file.
pub(crate) fn key_in_file(path: &Path) -> Result<Option<VaultKey>, VaultError> {
    match open(path, OTHERS).and_then(read) {
        Ok(bytes) => decode(&bytes)
            .map(Some)
            .map_err(|why| refused(path, Fault::io(why))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(refused(path, error)),
    }
}

/// The same; a file that is not there is made, with a new key in it.
pub(crate) fn key_of_new_vault(path: &Path) -> Result<VaultKey, VaultError> {
    match key_in_file(path)? {
        Some(key) => Ok(key),
        None => write_new(path).map_err(|error| refused(path, error)),
    }
}

fn refused(path: &Path, error: Error) -> VaultError {
    VaultError::KeyFile {
        path: path.display().to_string(),
        why: error.into(),
    }
}

/// The passphrase in the file, without the line break that editors put at its end.
pub fn passphrase_in_file(path: &Path) -> Result<Secret, VaultError> {
    let refused = |error: Error| VaultError::PassphraseFile {
        path: path.display().to_string(),
        why: error.into(),
    };
    secret_in_file(path).map_err(refused)
}

/// Any other secret that a person keeps in a file, by the same rules.
pub fn secret_in_file(path: &Path) -> std::io::Result<Secret> {
    decode_text(&read(open(path, OTHERS)?)?)
}

/// A secret that is taken over from a file, once, and whether others could read it there: editors and shells make such
/// files, and the secret is the issuer's to replace. A file that others could have changed is refused all the same.
pub fn secret_to_take_over(path: &Path) -> std::io::Result<(Secret, bool)> {
    let file = open(path, OTHERS_WRITE)?;
    let exposed = given_to(&file, OTHERS)?;
    Ok((decode_text(&read(file)?)?, exposed))
}

fn decode_text(bytes: &[u8]) -> std::io::Result<Secret> {
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::io(text::KeyFileText))?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        Err(Fault::io(text::KeyFileEmpty))
    } else {
        Ok(Secret::new(secret))
    }
}

/// A file that is ours, and of which others have none of these rights. The open file is looked at, not its name.
fn open(path: &Path, rights: u32) -> std::io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(Fault::io(text::KeyFileFolder));
    }
    ours(&file)?;
    if given_to(&file, rights)? {
        let command = chmod("600", path);
        return Err(if rights == OTHERS {
            Fault::io(text::KeyFileReadable { command })
        } else {
            Fault::io(text::KeyFileWritable { command })
        });
    }
    Ok(file)
}

fn read(file: File) -> std::io::Result<Zeroizing<Vec<u8>>> {
    // In one piece: a buffer that grew would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(
        usize::try_from(MOST_BYTES).unwrap_or(usize::MAX),
    ));
    file.take(MOST_BYTES).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == MOST_BYTES {
        Err(Fault::io(text::KeyFileLong))
    } else {
        Ok(bytes)
    }
}

fn write_new(path: &Path) -> std::io::Result<VaultKey> {
    let bytes = Zeroizing::new(random::<32>().map_err(Error::other)?);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let text = Zeroizing::new(
        bytes
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
    );
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    Ok(VaultKey::from_bytes(*bytes))
}

fn decode(content: &[u8]) -> Result<VaultKey, Text> {
    let digits = content.trim_ascii();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(if content.len() == 32 {
            text::KeyFileRaw.into()
        } else {
            text::KeyFileDigits.into()
        });
    }
    let mut bytes = Zeroizing::new([0_u8; 32]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| text::KeyFileText)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| text::KeyFileDigits)?;
    }
    Ok(VaultKey::from_bytes(*bytes))
}

/// Root can read and write everything as it is: a file of root's is no more open than one of ours.
#[cfg(unix)]
fn ours(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let owner = file.metadata()?.uid();
    if owner != rustix::process::geteuid().as_raw() && owner != 0 {
        let uid = owner.to_string();
        return Err(Fault::io(text::KeyFileOwner { uid }));
    }
    Ok(())
}

#[cfg(unix)]
fn given_to(file: &File, rights: u32) -> std::io::Result<bool> {
    Ok(std::os::unix::fs::MetadataExt::mode(&file.metadata()?) & rights != 0)
}

/// The profile's folder is the person's alone by the system's own access lists.
#[cfg(not(unix))]
fn ours(_: &File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn given_to(_: &File, _: u32) -> std::io::Result<bool> {
    Ok(false)
}
