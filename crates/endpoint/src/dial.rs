//! The way to a running Gatelodge, for a program that is about to hand it a key: whoever could put a socket of their own in its
//! place would get the key, and could answer with a token of theirs. So the same is looked at as before listening (attack L08), and
//! who answers is asked for before anything is written.

use crate::socket::{our_uid, unseen, writable};
use broker::{Error, command_line};
use messages::{Text, text};
use model::Code;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use tokio::net::UnixStream;

/// A connection to the socket, with nothing sent yet.
pub async fn dial(path: &Path) -> Result<UnixStream, Error> {
    let absent = |error: std::io::Error| {
        let unreachable = text::SocketUnreachable {
            path: path.display().to_string(),
            error: error.to_string(),
        };
        Error::new(Code::Unreachable, unreachable).with_hint(text::SocketUnreachableHint {
            command: command_line(&["serve"]),
        })
    };
    let found = fs::symlink_metadata(path).map_err(absent)?;
    trusted(path, found.uid()).map_err(|why| refused(path, why))?;
    let stream = UnixStream::connect(path).await.map_err(absent)?;
    let peer = stream.peer_cred().map_err(absent)?.uid();
    if !is_ours(peer) {
        let uid = peer.to_string();
        return Err(refused(path, text::SocketPeer { uid }));
    }
    Ok(stream)
}

fn refused(path: &Path, why: impl Into<Text>) -> Error {
    let untrusted = text::SocketUntrusted {
        path: path.display().to_string(),
        why: why.into(),
    };
    Error::new(Code::EndpointUnavailable, untrusted).with_hint(text::SocketUntrustedHint)
}

/// Nobody else can put anything in its place.
fn trusted(path: &Path, owner: u32) -> Result<(), Text> {
    let folder = path
        .parent()
        .filter(|_| path.is_absolute())
        .ok_or(text::SocketPathRelative)?;
    if !is_ours(owner) {
        let uid = owner.to_string();
        return Err(text::SocketOwner { uid }.into());
    }
    let found = fs::symlink_metadata(folder).map_err(|error| unseen(folder, &error))?;
    if !found.is_dir() || !is_ours(found.uid()) {
        let folder = folder.display().to_string();
        return Err(text::SocketFolderNotYours { folder }.into());
    }
    if found.mode() & 0o022 != 0 {
        return Err(writable(folder));
    }
    broker::folder_path::check(folder)
}

/// Root can do anything here anyway.
fn is_ours(uid: u32) -> bool {
    uid == 0 || uid == our_uid()
}
