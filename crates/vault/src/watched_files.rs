//! What the names of a vault lead to, for whoever asks very often: the system tells whether anything has happened to them since
//! (inotify), so that not each look has to ask for each name.
//!
//! An event is in the queue before the call that made it returns, in whatever process: a look that finds the queue empty
//! knows what the last one saw to be so still. What no event would tell of is asked for each time: a way to the folder through
//! a link, and any system but Linux. (A file system that is mounted over the folder meanwhile is not noticed: that takes root.)

use crate::files::{Files, Stamp};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) struct WatchedFiles {
    database: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    looks: u32,
    watch: Option<watch::Watch>,
    /// None: something has happened since.
    seen: Option<(Files, Option<Stamp>)>,
}

/// A command looks a few times and ends; a watch takes longer to begin and to end than those looks do.
const LOOKS_BEFORE_A_WATCH: u32 = 64;

impl WatchedFiles {
    pub(crate) fn at(database: &Path) -> Self {
        Self {
            database: database.to_owned(),
            state: Mutex::default(),
        }
    }

    /// What the names lead to now, and the stamp of the file.
    pub(crate) fn look(&self) -> (Files, Option<Stamp>) {
        let mut state = self.state();
        state.looks = state.looks.saturating_add(1);
        if state.looks == LOOKS_BEFORE_A_WATCH {
            state.watch = watch::Watch::of(&self.database);
        }
        match state.watch.as_ref().map(watch::Watch::news) {
            Some(watch::News::None) => {
                if let Some(seen) = state.seen {
                    return seen;
                }
            }
            Some(watch::News::Some) => {}
            // From now on the names lead somewhere else, where nobody watches.
            Some(watch::News::Last) => state.watch = None,
            None => return Files::with_stamp(&self.database),
        }
        let now = Files::with_stamp(&self.database);
        state.seen = Some(now);
        now
    }

    /// The files are others from here on.
    pub(crate) fn begin_anew(&self) {
        *self.state() = State::default();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(target_os = "linux")]
mod watch {
    use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};
    use rustix::io::Errno;
    use std::mem::MaybeUninit;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    pub(super) struct Watch(OwnedFd);

    /// Since it was asked for last.
    pub(super) enum News {
        None,
        Some,
        /// Nothing can be told any more.
        Last,
    }

    impl Watch {
        /// None where not all that can happen would be told.
        pub(super) fn of(database: &Path) -> Option<Self> {
            let folder = database.parent()?;
            // A link on the way may come to lead elsewhere, and nothing here would tell.
            if folder.canonicalize().ok()? != folder {
                return None;
            }
            let inotify = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok()?;
            let stays = WatchFlags::MOVE_SELF | WatchFlags::DELETE_SELF;
            let written = WatchFlags::MODIFY | WatchFlags::ATTRIB;
            let names = WatchFlags::CREATE | WatchFlags::DELETE | WatchFlags::MOVE;
            let on_a_folder = WatchFlags::ONLYDIR | WatchFlags::DONT_FOLLOW;
            for above in folder.ancestors().skip(1) {
                add_watch(&inotify, above, stays | on_a_folder).ok()?;
            }
            add_watch(&inotify, folder, stays | written | names | on_a_folder).ok()?;
            // Under another name in another folder it can be written to as well.
            add_watch(
                &inotify,
                database,
                stays | written | WatchFlags::DONT_FOLLOW,
            )
            .ok()?;
            Some(Self(inotify))
        }

        /// Takes all that there is.
        pub(super) fn news(&self) -> News {
            let mut buffer = [const { MaybeUninit::uninit() }; 4096];
            let mut events = Reader::new(&self.0, &mut buffer);
            let mut news = News::None;
            loop {
                match events.next() {
                    Ok(event) if ends(event.events()) => return News::Last,
                    Ok(_) => news = News::Some,
                    Err(Errno::AGAIN) => return news,
                    Err(Errno::INTR) => {}
                    Err(_) => return News::Last,
                }
            }
        }
    }

    fn ends(events: ReadFlags) -> bool {
        events.intersects(
            ReadFlags::MOVE_SELF
                | ReadFlags::DELETE_SELF
                | ReadFlags::IGNORED
                | ReadFlags::UNMOUNT
                | ReadFlags::QUEUE_OVERFLOW,
        )
    }
}

#[cfg(not(target_os = "linux"))]
mod watch {
    use std::path::Path;

    pub(super) struct Watch;

    pub(super) enum News {
        None,
        Some,
        Last,
    }

    impl Watch {
        pub(super) fn of(_: &Path) -> Option<Self> {
            None
        }

        pub(super) fn news(&self) -> News {
            News::Last
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LOOKS_BEFORE_A_WATCH, WatchedFiles};
    use crate::files::Files;
    use std::fs;
    use std::path::Path;

    /// A folder with a vault's files, looked at so often that it is watched.
    fn watched(folder: &Path) -> WatchedFiles {
        fs::create_dir_all(folder).expect("a folder");
        for name in ["vault.db", "vault.db-wal", "vault.db-shm"] {
            fs::write(folder.join(name), name).expect("written");
        }
        let files = WatchedFiles::at(&folder.join("vault.db"));
        for _ in 0..2 * LOOKS_BEFORE_A_WATCH {
            files.look();
        }
        let is_watched = files.state().watch.is_some();
        assert_eq!(is_watched, cfg!(target_os = "linux"));
        files
    }

    /// Each thing that can happen to the files is seen by the next look, as if it had asked for each name.
    #[test]
    fn whatever_happens_to_the_files_is_seen_by_the_next_look() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let place = place.path().canonicalize().expect("it is there");
        let folder = place.join("home");
        let (database, beside) = (folder.join("vault.db"), place.join("another"));
        let replaced = |name: &str| {
            fs::write(&beside, "another").expect("written");
            fs::rename(&beside, folder.join(name)).expect("put in its place");
        };
        let deeds: [(&str, &dyn Fn()); 8] = [
            ("the file is written to", &|| {
                fs::write(&database, "more than before").expect("written");
            }),
            ("the journal is replaced", &|| replaced("vault.db-wal")),
            ("the index is deleted", &|| {
                fs::remove_file(folder.join("vault.db-shm")).expect("deleted");
            }),
            ("the file is replaced", &|| replaced("vault.db")),
            ("the file is gone", &|| {
                fs::rename(&database, &beside).expect("taken away");
            }),
            ("it is written to by another name", &|| {
                fs::hard_link(&database, &beside).expect("linked");
                fs::write(&beside, "through the other name").expect("written");
            }),
            ("the folder is another one", &|| {
                fs::rename(&folder, place.join("moved")).expect("moved");
                fs::create_dir(&folder).expect("made");
                fs::write(&database, "of the other folder").expect("written");
            }),
            ("a folder above is gone", &|| {
                fs::rename(&place, place.with_extension("moved")).expect("moved");
            }),
        ];
        for (what, deed) in deeds {
            let files = watched(&folder);
            let before = files.look();
            deed();
            let after = files.look();
            assert_ne!(after, before, "{what}");
            assert_eq!(after, Files::with_stamp(&database), "{what}");
            assert_eq!(files.look(), after, "{what}, and nothing since");
            let _ = fs::remove_file(&beside);
            let _ = fs::remove_dir_all(place.join("moved"));
            let _ = fs::remove_dir_all(&folder);
        }
        let _ = fs::remove_dir_all(place.with_extension("moved"));
    }

    /// 1. The folder is moved, and another is in its place. 2. What happens there is seen as well, though nobody watches it.
    #[test]
    fn what_happens_in_another_folders_place_is_seen() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let place = place.path().canonicalize().expect("it is there");
        let (folder, database) = (place.join("home"), place.join("home/vault.db"));
        let files = watched(&folder);
        fs::rename(&folder, place.join("moved")).expect("moved");
        fs::create_dir(&folder).expect("made");
        for round in 1..5 {
            fs::write(&database, "x".repeat(round)).expect("written");
            assert_eq!(files.look(), Files::with_stamp(&database), "round {round}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_way_through_a_link_is_asked_for_each_time() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let place = place.path().canonicalize().expect("it is there");
        watched(&place.join("home"));
        std::os::unix::fs::symlink(place.join("home"), place.join("link")).expect("linked");
        let files = WatchedFiles::at(&place.join("link/vault.db"));
        for _ in 0..2 * LOOKS_BEFORE_A_WATCH {
            files.look();
        }
        assert!(files.state().watch.is_none());
    }
}
