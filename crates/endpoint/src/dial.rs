//! The way to a running Gatelodge, for a program that is about to hand it a key: whoever could put a socket of their own in its
//! place would get the key, and could answer with a token of theirs. So the same is looked at as before listening (attack L08), and
//! who answers is asked for before anything is written.

use crate::socket::our_uid;
use broker::Error;
use model::Code;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use tokio::net::UnixStream;

/// A connection to the socket, with nothing sent yet.
pub async fn dial(path: &Path) -> Result<UnixStream, Error> {
    let absent = |error: std::io::Error| {
        Error::new(
            Code::Unreachable,
            format!("{} cannot be reached: {error}", path.display()),
        )
        .with_hint("Open Gatelodge, or run `gatelodge serve`.")
    };
    let found = fs::symlink_metadata(path).map_err(absent)?;
    trusted(path, found.uid()).map_err(|why| refused(path, &why))?;
    let stream = UnixStream::connect(path).await.map_err(absent)?;
    let peer = stream.peer_cred().map_err(absent)?.uid();
    if !is_ours(peer) {
        return Err(refused(
            path,
            &format!("a program of another user (uid {peer}) answers there"),
        ));
    }
    Ok(stream)
}

fn refused(path: &Path, why: &str) -> Error {
    Error::new(Code::EndpointUnavailable, format!("the socket {} is not to be trusted: {why}", path.display()))
        .with_hint("Nothing was sent there. GATELODGE_RUNTIME_DIR has to name a folder that only you can write to.")
}

/// Nobody else can put anything in its place.
fn trusted(path: &Path, owner: u32) -> Result<(), String> {
    let folder = path
        .parent()
        .filter(|_| path.is_absolute())
        .ok_or("its path is not absolute")?;
    let shown = folder.display();
    if !is_ours(owner) {
        return Err(format!("it belongs to another user (uid {owner})"));
    }
    let found = fs::symlink_metadata(folder)
        .map_err(|error| format!("its folder {shown} cannot be looked at ({error})"))?;
    if !found.is_dir() || !is_ours(found.uid()) {
        return Err(format!("its folder {shown} is no folder of yours"));
    }
    if found.mode() & 0o022 != 0 {
        return Err(format!("other users may write into the folder {shown}"));
    }
    broker::folder_path::check(folder)
}

/// Root can do anything here anyway.
fn is_ours(uid: u32) -> bool {
    uid == 0 || uid == our_uid()
}
