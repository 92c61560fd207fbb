//! The Unix socket: 0600 in a folder of ours. Who could swap it could collect keys, so the way to it is
//! checked first, and nothing that is not our own dead socket is ever removed (attack L08).

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use std::fs::{self, DirBuilder, Metadata};
use std::io::{ErrorKind, Result as IoResult};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::net::{UnixListener, UnixStream};

/// A bound socket; its file goes with it.
pub(crate) struct Socket {
    pub(crate) listener: UnixListener,
    path: PathBuf,
    identity: (u64, u64),
}

const BACKLOG: i32 = 128;

/// Binds the socket, or says why not and what to do.
pub(crate) async fn listen(path: &Path) -> Result<Socket, String> {
    let folder = path.parent().filter(|_| path.is_absolute());
    let folder = folder.ok_or_else(|| refused(path, "its path is not absolute"))?;
    own_folder(folder).map_err(|why| refused(path, &why))?;
    make_room(path).await.map_err(|why| refused(path, &why))?;
    bind(path).map_err(|error| refused(path, &error.to_string()))
}

fn refused(path: &Path, why: &str) -> String {
    format!(
        "The socket {} is not there: {why}. Agents can still use the address, if there is one.",
        path.display()
    )
}

/// Makes the folder if need be. Nobody else may be able to put anything into it, or to put another in its place.
fn own_folder(folder: &Path) -> Result<(), String> {
    let shown = folder.display();
    if fs::symlink_metadata(folder).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        let made = DirBuilder::new().mode(0o700).recursive(true).create(folder);
        made.map_err(|error| format!("its folder {shown} cannot be made ({error})"))?;
    }
    let found = fs::symlink_metadata(folder)
        .map_err(|error| format!("its folder {shown} cannot be looked at ({error})"))?;
    if !found.is_dir() {
        return Err(format!("{shown} is not a folder but {}", kind(&found)));
    }
    if found.uid() != our_uid() {
        return Err(format!(
            "the folder {shown} belongs to another user (uid {})",
            found.uid()
        ));
    }
    if found.mode() & 0o022 != 0 {
        return Err(format!(
            "other users may write into the folder {shown}: `chmod go-w {shown}` changes that"
        ));
    }
    broker::folder_path::check(folder)
}

/// A dead socket of ours goes; anything else stays where it is.
async fn make_room(path: &Path) -> Result<(), String> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(format!(
                "what is in its place cannot be looked at ({error})"
            ));
        }
    };
    if !found.file_type().is_socket() {
        return Err(format!(
            "{} is in its place and was left there; move it away",
            kind(&found)
        ));
    }
    if found.uid() != our_uid() {
        return Err(format!(
            "a socket of another user (uid {}) is in its place and was left there",
            found.uid()
        ));
    }
    match UnixStream::connect(path).await {
        Ok(_) => Err("another program of yours answers there".to_owned()),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path)
            .map_err(|error| format!("the dead socket in its place cannot be removed ({error})")),
        Err(error) => Err(format!(
            "a socket is in its place, and whether it lives cannot be told ({error})"
        )),
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

fn kind(found: &Metadata) -> &'static str {
    let kind = found.file_type();
    if kind.is_symlink() {
        "a symbolic link"
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_file() {
        "a file"
    } else {
        "something else"
    }
}
