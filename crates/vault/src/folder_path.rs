//! The way to a folder of ours: nobody else may be able to put another in its place.

use messages::Text;
use std::path::Path;

/// An error, in a sentence, where another user could exchange a folder or a link that leads to `folder`. What is not there
/// yet is nobody's; the folder itself is for the caller to look at.
#[cfg(unix)]
pub fn check(folder: &Path) -> Result<(), Text> {
    use crate::fault::chmod;
    use messages::text;
    use std::ffi::OsString;
    use std::os::unix::fs::MetadataExt;
    use std::path::{Component, PathBuf};

    /// As many as Linux follows.
    const MOST_LINKS: usize = 40;
    let parts = |path: &Path| {
        path.components()
            .rev()
            .map(|part| part.as_os_str().to_owned())
            .collect::<Vec<OsString>>()
    };
    let whole = std::path::absolute(folder).map_err(|error| unseen(folder, &error))?;
    let mut left = whole.parent().map(parts).unwrap_or_default();
    let (mut here, mut links) = (PathBuf::new(), 0);
    while let Some(part) = left.pop() {
        if part == Component::ParentDir.as_os_str() {
            here.pop();
            continue;
        }
        let there = here.join(&part);
        let found = match std::fs::symlink_metadata(&there) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            found => found.map_err(|error| unseen(&there, &error))?,
        };
        if !is_ours(found.uid()) {
            return Err(foreign(&there, &found));
        }
        if found.is_symlink() {
            links += 1;
            let target = std::fs::read_link(&there)
                .ok()
                .filter(|_| links <= MOST_LINKS);
            // From the root, where it begins there.
            left.extend(parts(&target.ok_or_else(|| untold(&there))?));
            continue;
        }
        // In a folder with this bit only the owner of what is in it renames it.
        let is_sticky = found.mode() & 0o1000 != 0;
        // A group of one's own has one's own number, where systems give people such groups.
        let by_group = found.mode() & 0o020 != 0 && !is_ours(found.gid());
        if !is_sticky && (found.mode() & 0o002 != 0 || by_group) {
            let command = chmod("go-w", &there);
            let folder = there.display().to_string();
            return Err(text::FolderReplaceableMode { folder, command }.into());
        }
        here = there;
    }
    Ok(())
}

#[cfg(unix)]
fn foreign(there: &Path, found: &std::fs::Metadata) -> Text {
    use messages::text;
    use std::os::unix::fs::MetadataExt;
    if found.is_symlink() {
        let (path, uid) = (there.display().to_string(), found.uid().to_string());
        text::FolderLinkOwner { path, uid }.into()
    } else {
        let folder = there.display().to_string();
        text::FolderReplaceable { folder }.into()
    }
}

#[cfg(unix)]
fn unseen(path: &Path, error: &std::io::Error) -> Text {
    use messages::text;
    let (path, error) = (path.display().to_string(), error.to_string());
    text::FolderUnseen { path, error }.into()
}

#[cfg(unix)]
fn untold(path: &Path) -> Text {
    use messages::text;
    let path = path.display().to_string();
    text::FolderLinkUntold { path }.into()
}

/// Root can do anything anyway.
#[cfg(unix)]
fn is_ours(id: u32) -> bool {
    id == 0 || id == rustix::process::geteuid().as_raw()
}

/// The profile's folder is the person's alone by the system's own access lists.
#[cfg(not(unix))]
pub fn check(_: &Path) -> Result<(), Text> {
    Ok(())
}
