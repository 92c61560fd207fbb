//! What keeps the memory of a process that opens the vault from being written to a disk, or read by another program.

/// The signal that a process gets when it writes past the largest size of a file.
#[cfg(unix)]
pub const FILE_LIMIT: i32 = rustix::process::Signal::XFSZ.as_raw();

/// No core file, neither of this process nor of one that it starts.
pub fn write_no_core_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        if let Err(error) = setrlimit(Resource::Core, none) {
            tracing::warn!(%error, "core files could not be turned off");
        }
    }
}

/// No core dump by whatever way, and no debugger of the same user: `/proc/PID/mem` is closed to all but root. What this
/// process starts is as it would be otherwise.
pub fn refuse_to_be_read() {
    write_no_core_files();
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
            tracing::warn!(%error, "this process can be read by others of the same user");
        }
    }
}
