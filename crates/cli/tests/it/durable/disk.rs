//! A disk that is full but for so many KiB: a file system of its own, which only root can make.

use super::{
    SHORT_LIFE, agent_for, ask, assert_each_was_used_once, assert_lives, every, strict, tokens_end,
};
use crate::setup::Person;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use testbed::Testbed;
use testbed::switches::Switches;

/// The home on a disk of a few MiB.
struct Disk(PathBuf);

impl Disk {
    /// None where this user cannot make one.
    fn under(person: &Person) -> Option<Self> {
        let home = person.folder.path().join("home");
        std::fs::create_dir(&home).expect("a folder");
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=6m,mode=0700", "tmpfs"])
            .arg(&home)
            .stderr(Stdio::null());
        if mount.status().is_ok_and(|status| status.success()) {
            return Some(Self(home));
        }
        println!("NOT CHECKED: only root can mount a disk that is full");
        None
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Leaves so many KiB.
    fn fill_up_to(&self, kib: u64) {
        let filler = std::fs::File::create(self.filler()).expect("a file");
        let left = free(&self.0);
        let file = std::io::Write::write_all(
            &mut &filler,
            &vec![1; usize::try_from(left.saturating_sub(kib * 1024)).expect("small")],
        );
        file.expect("there was room for it");
    }

    fn make_room(&self) {
        std::fs::remove_file(self.filler()).expect("removed");
    }

    fn remount(&self, option: &str) {
        let status = Command::new("mount")
            .args(["-o", &format!("remount,{option}")])
            .arg(&self.0)
            .status();
        assert!(status.expect("mount runs").success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn free(path: &Path) -> u64 {
    let output = Command::new("stat")
        .args(["-f", "-c", "%a %S"])
        .arg(path)
        .output()
        .expect("stat runs");
    let text = String::from_utf8(output.stdout).expect("text");
    text.split_whitespace()
        .map(|number| number.parse::<u64>().expect("a number"))
        .product()
}

/// Some servers of one person, each with a login.
async fn logged_in(person: &Person, more: usize) -> (Vec<String>, Vec<Testbed>) {
    person.added_and_logged_in().await;
    let (mut names, mut webs) = (vec!["notes".to_owned()], Vec::new());
    for number in 0..more {
        let web = Testbed::start(strict().approving_as("ada"))
            .await
            .expect("a free port");
        let name = format!("more{number}");
        person.good(&["add", &web.resource(), "--name", &name]);
        assert!(
            person
                .log_in(&name, |callback| callback)
                .await
                .status
                .success()
        );
        names.push(name);
        webs.push(web);
    }
    (names, webs)
}

/// 1. The disk is full but for so many KiB, and a renewal is asked for twice. 2. There is room again. 3. Every login lives,
///    and no token was shown twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_loses_no_login_whatever_room_there_is() {
    let person = Person::approving(strict()).await;
    let Some(disk) = Disk::under(&person) else {
        return;
    };
    let (names, webs) = logged_in(&person, 3).await;
    for kib in (0..=64).step_by(every(16)) {
        disk.fill_up_to(kib);
        for _ in 0..2 {
            person.run(&["refresh", "notes"]);
        }
        disk.make_room();
        for name in &names {
            assert_lives(&person, name, &format!("{kib} KiB"));
        }
    }
    for web in webs.iter().chain([&person.web]) {
        assert_each_was_used_once(web, "the sweep");
    }
}

/// The same, with a host that serves: all four servers are asked for while the disk is full, or only one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_loses_no_login_whatever_room_there_is() {
    let person = Person::approving(Switches {
        access_token_seconds: SHORT_LIFE,
        ..strict()
    })
    .await;
    let Some(disk) = Disk::under(&person) else {
        return;
    };
    let (names, webs) = logged_in(&person, 3).await;
    for web in &webs {
        web.switches()
            .set(|switches| switches.access_token_seconds = SHORT_LIFE);
    }
    let agent = agent_for(
        &person,
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let resources: Vec<_> = [&person.web]
        .into_iter()
        .chain(&webs)
        .map(Testbed::resource)
        .collect();
    let (_serving, address) = person.serve();
    for asked in [1, 4] {
        for kib in (0..=64).step_by(every(16)) {
            let what = format!("{kib} KiB, {asked} asked for");
            tokens_end().await;
            disk.fill_up_to(kib);
            let others: Vec<_> = webs.iter().map(|web| web.requests("/token")).collect();
            for _ in 0..2 {
                let mut replies = tokio::task::JoinSet::new();
                for resource in resources.iter().take(asked) {
                    let (address, agent, resource) =
                        (address.clone(), agent.clone(), resource.clone());
                    replies.spawn(async move { ask(&address, &agent, &resource).await });
                }
                replies.join_all().await;
            }
            if asked == 1 {
                let now: Vec<_> = webs.iter().map(|web| web.requests("/token")).collect();
                assert_eq!(now, others, "{what}: what was not asked for is not touched");
            }
            disk.make_room();
            for resource in &resources {
                let reply = ask(&address, &agent, resource).await;
                assert_eq!(reply.status, 200, "{what}: {resource}: {}", reply.text);
            }
        }
    }
    assert!(person.web.requests("/token") > 4, "tokens were renewed");
    for name in &names {
        assert_lives(&person, name, "afterwards, another program");
    }
    for web in webs.iter().chain([&person.web]) {
        assert_each_was_used_once(web, "the sweep");
    }
}

/// A disk that takes nothing is told as that, by every command; nothing tells anyone to move a vault away for it; and what
/// needs no writing goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_takes_nothing_is_told_as_that_and_can_be_read() {
    let person = Person::approving(strict()).await;
    let Some(disk) = Disk::under(&person) else {
        return;
    };
    person.added_and_logged_in().await;
    let before = std::fs::read(disk.0.join("vault.db")).expect("read");
    for (code, full) in [("disk_full", true), ("disk_read_only", false)] {
        if full {
            disk.fill_up_to(0);
        } else {
            disk.remount("ro");
        }
        for args in [
            &["list"][..],
            &["show", "notes"],
            &["vault", "status"],
            &["events"],
            &["token", "notes"],
        ] {
            let output = person.run(args);
            assert!(
                output.status.success(),
                "{code}, {args:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        for args in [
            &["refresh", "notes"][..],
            &["rename", "notes", "other"],
            &["scopes", "notes", "--set", "a"],
        ] {
            let output = person.run(args);
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(22), "{code}, {args:?}: {text}");
            assert!(
                text.contains(&format!("code: {code}")) && !text.contains("away"),
                "{args:?}: {text}"
            );
        }
        if full {
            disk.make_room();
        } else {
            disk.remount("rw");
        }
    }
    assert_eq!(
        std::fs::read(disk.0.join("vault.db")).expect("read").len(),
        before.len()
    );
    assert_lives(&person, "notes", "afterwards");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vault_that_cannot_be_made_says_why_and_leaves_nothing() {
    let person = Person::approving(strict()).await;
    let Some(disk) = Disk::under(&person) else {
        return;
    };
    for kib in (0..=300).step_by(every(50) * 4) {
        disk.fill_up_to(kib);
        let output = person.run(&["vault", "create"]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() {
            assert!(text.contains("code: disk_full"), "{kib} KiB: {text}");
            let left = std::fs::read_dir(&disk.0)
                .expect("read")
                .filter_map(Result::ok)
                .map(|entry| entry.file_name());
            assert!(
                left.into_iter()
                    .all(|name| !name.to_string_lossy().starts_with("vault.new")),
                "{kib} KiB"
            );
        }
        disk.make_room();
        person.good(&["vault", "status"].map(|word| {
            if output.status.success() {
                word
            } else if word == "status" {
                "create"
            } else {
                word
            }
        }));
        for name in ["vault.db", "vault.reserve"] {
            std::fs::remove_file(disk.0.join(name)).expect("removed");
        }
    }
}
