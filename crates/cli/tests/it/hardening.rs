//! What the system says of a program that holds the vault's key: no core file, not to be read by others, its key not swapped.
#![cfg(target_os = "linux")]

use crate::setup::{Person, Running, said_where, same_environment};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use testbed::switches::Switches;

/// Someone who is not root: what is not to be read belongs to root.
const SOMEONE: u32 = 65_534;

fn about(id: u32, file: &str) -> String {
    std::fs::read_to_string(format!("/proc/{id}/{file}")).expect("the system tells")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x03_a_program_that_holds_the_key_leaves_no_core_and_cannot_be_read() {
    let person = Person::approving(Switches::default()).await;
    // A copy that another user can reach: the build may be in a home that is closed to others.
    let reach = tempfile::tempdir().expect("a temporary folder");
    std::fs::set_permissions(reach.path(), std::fs::Permissions::from_mode(0o755)).expect("ours");
    let program = reach.path().join("gatelodge");
    std::fs::copy(env!("CARGO_BIN_EXE_gatelodge"), &program).expect("copied");
    let is_root = std::fs::metadata("/proc/self").expect("ours").uid() == 0;
    if is_root {
        chown(person.folder.path(), Some(SOMEONE), None).expect("given away");
    }
    let mut command = std::process::Command::new("sh");
    // A limit that lets it write one, if it would.
    command
        .args(["-c", "ulimit -c unlimited; exec \"$0\" serve --json"])
        .arg(&program);
    same_environment(&mut command, &person.command(&["serve"]));
    command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped());
    if is_root {
        command.uid(SOMEONE);
    }
    let mut running = Running(command.spawn().expect("it runs"));
    said_where(&mut running.0);
    let id = running.0.id();
    let limits = about(id, "limits");
    let core: Vec<_> = limits
        .lines()
        .find(|line| line.starts_with("Max core"))
        .expect("a limit")
        .split_whitespace()
        .collect();
    assert_eq!(core[4..6], ["0", "0"], "{limits}");
    assert_eq!(
        std::fs::metadata(format!("/proc/{id}/mem"))
            .expect("there")
            .uid(),
        0,
        "only root may read its memory"
    );
    let status = about(id, "status");
    let locked = status
        .lines()
        .find_map(|line| line.strip_prefix("VmLck:"))
        .expect("how much is locked");
    let kib: u64 = locked
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("a number");
    assert!(kib >= 4, "the key is not swapped out: {kib} KiB are locked");
}
