//! The Unix socket: 0600 in a folder of ours. Who could swap it could collect keys, so the way to it is
//! checked first, and nothing that is not our own dead socket is ever removed (attack L08).

use broker::shell_word;
use messages::{Text, text};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use std::fs::{self, DirBuilder, Metadata};
use std::io::{Error, ErrorKind, Result as IoResult};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::net::{UnixListener, UnixStream};

/// A bound socket; its file goes with it.
pub(crate) struct Socket {
    pub(crate) listener: UnixListener,
    path: PathBuf,
    identity: (u64, u64),
}

/// As many callers may knock at once as the system lets wait (Linux: `net.core.somaxconn`).
const BACKLOG: i32 = 4096;

/// Binds the socket, or says why not and what to do.
pub(crate) async fn listen(path: &Path) -> Result<Socket, Text> {
    let folder = path.parent().filter(|_| path.is_absolute());
    let folder = folder.ok_or_else(|| refused(path, text::SocketPathRelative))?;
    own_folder(folder).map_err(|why| refused(path, why))?;
    make_room(path).await.map_err(|why| refused(path, why))?;
    bind(path).map_err(|error| {
        let error = error.to_string();
        refused(path, text::SocketError { error })
    })
}

fn refused(path: &Path, why: impl Into<Text>) -> Text {
    text::SocketMissing {
        path: path.display().to_string(),
        why: why.into(),
    }
    .into()
}

pub(crate) fn unseen(folder: &Path, error: &Error) -> Text {
    text::SocketFolderUnseen {
        folder: folder.display().to_string(),
        error: error.to_string(),
    }
    .into()
}

/// Other users can put something into the folder.
pub(crate) fn writable(folder: &Path) -> Text {
    let folder = folder.display().to_string();
    let command = format!("chmod go-w {}", shell_word(&folder));
    text::SocketFolderWritable { folder, command }.into()
}

/// Makes the folder if need be. Nobody else may be able to put anything into it, or to put another in its place.
fn own_folder(folder: &Path) -> Result<(), Text> {
    let shown = || folder.display().to_string();
    if fs::symlink_metadata(folder).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        let made = DirBuilder::new().mode(0o700).recursive(true).create(folder);
        made.map_err(|error| text::SocketFolderMissing {
            folder: shown(),
            error: error.to_string(),
        })?;
    }
    let found = fs::symlink_metadata(folder).map_err(|error| unseen(folder, &error))?;
    if !found.is_dir() {
        let (folder, kind) = (shown(), kind(&found));
        return Err(text::SocketFolderKind { folder, kind }.into());
    }
    if found.uid() != our_uid() {
        let (folder, uid) = (shown(), found.uid().to_string());
        return Err(text::SocketFolderOwner { folder, uid }.into());
    }
    if found.mode() & 0o022 != 0 {
        return Err(writable(folder));
    }
    broker::folder_path::check(folder)
}

/// A dead socket of ours goes; anything else stays where it is.
async fn make_room(path: &Path) -> Result<(), Text> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            let error = error.to_string();
            return Err(text::SocketPlaceUnseen { error }.into());
        }
    };
    if !found.file_type().is_socket() {
        return Err(text::SocketPlaceTaken { kind: kind(&found) }.into());
    }
    if found.uid() != our_uid() {
        let uid = found.uid().to_string();
        return Err(text::SocketPlaceOwner { uid }.into());
    }
    match UnixStream::connect(path).await {
        Ok(_) => Err(text::SocketInUse.into()),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path)
            .map_err(|error| {
                let error = error.to_string();
                text::SocketDeadStays { error }.into()
            }),
        Err(error) => {
            let error = error.to_string();
            Err(text::SocketPlaceUntold { error }.into())
        }
    }
}

/// Nobody can connect between bind and listen, so the mode is right before anybody can.
fn bind(path: &Path) -> IoResult<Socket> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    rustix::net::bind(&socket, &SocketAddrUnix::new(path)?)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    let identity = identity(&fs::symlink_metadata(path)?);
    rustix::net::listen(&socket, BACKLOG)?;
    let listener = UnixListener::from_std(socket.into())?;
    Ok(Socket {
        listener,
        path: path.to_owned(),
        identity,
    })
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Only what we made: the place may be another's by now.
        if fs::symlink_metadata(&self.path).is_ok_and(|found| identity(&found) == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn identity(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

pub(crate) fn our_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// As messages select by it.
fn kind(found: &Metadata) -> &'static str {
    let kind = found.file_type();
    if kind.is_symlink() {
        "link"
    } else if kind.is_dir() {
        "folder"
    } else if kind.is_file() {
        "file"
    } else {
        "other"
    }
}
